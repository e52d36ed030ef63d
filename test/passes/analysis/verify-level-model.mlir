// RUN: orrery-opt %s --split-input-file --verify-diagnostics --verify-level=level=model

func.func @unnamed(%x: tensor<4xf32>) -> tensor<4xf32> { // expected-error {{does not hold at level model: every value is a tensor with a name for each axis}}
  return %x : tensor<4xf32>
}

// -----

func.func @loops(%x: tensor<4xf32, #field.dims<a>>) {
  // expected-error@+1 {{does not hold at level model: it cannot be differentiated, or is made for one target}}
  %i = arith.constant 0 : index
  return
}

// -----

// expected-error@+1 {{does not hold at level model: what becomes one kernel is not decided yet}}
func.func private @kernel(%x: tensor<4xf32, #field.dims<a>>) -> tensor<4xf32, #field.dims<a>> attributes {orrery.kernel} {
  return %x : tensor<4xf32, #field.dims<a>>
}
