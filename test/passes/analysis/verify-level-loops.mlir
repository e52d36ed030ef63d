// RUN: orrery-opt %s --split-input-file --verify-diagnostics --verify-level=level=loops

!x = tensor<4xf32, #field.dims<a>>
// expected-error@+1 {{does not hold at level loops: a kernel writes its results to buffers that it is given}}
func.func private @kernel(%x: !x) -> !x attributes {orrery.kernel} {
  return %x : !x
}

// -----

!x = tensor<4xf32, #field.dims<a>>
func.func private @named(%m: memref<4xf32>) attributes {orrery.kernel} {
  %x = builtin.unrealized_conversion_cast %m : memref<4xf32> to !x
  // expected-error@+1 {{does not hold at level loops: kernels are loops on buffers, without dim names}}
  %y = field.exp %x : (!x) -> !x
  return
}
