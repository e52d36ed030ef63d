// RUN: orrery-opt %s --split-input-file --verify-diagnostics --verify-level=level=plan

!x = tensor<4xf32, #field.dims<a>>
!s = tensor<f32, #field.dims<>>
func.func private @f(%x: !x) -> !s attributes {orrery.kernel} {
  %y = field.reduce sum %x over ["a"] : (!x) -> !s
  return %y : !s
}
func.func @driver(%x: !x) -> !s {
  %y = call @f(%x) : (!x) -> !s
  // expected-error@+1 {{does not hold at level plan: outside kernels there are only calls, views and checks}}
  %z = field.exp %y : (!s) -> !s
  return %z : !s
}

// -----

!x = tensor<4xf32, #field.dims<a>>
// expected-error@+1 {{does not hold at level plan: a kernel is private}}
func.func @kernel(%x: !x) -> !x attributes {orrery.kernel} {
  return %x : !x
}
