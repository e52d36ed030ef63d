// RUN: orrery-opt %s --split-batch=share=0.25 --split-input-file --verify-diagnostics

!s = tensor<f32, #field.dims<>>
!b = tensor<4xf32, #field.dims<batch>>

func.func @loss(%x: !b) -> !s {
  %sum = field.reduce sum %x over ["batch"] : (!b) -> !s
  // expected-error@+1 {{the batch cannot be split: the sum over the samples is followed by an operation that is not linear}}
  %root = field.sqrt %sum : (!s) -> !s
  return %root : !s
}

// -----

// The product of two sums is linear in each, but not in both.
!s = tensor<f32, #field.dims<>>
!b = tensor<4xf32, #field.dims<batch>>

func.func @loss(%x: !b) -> !s {
  %sum = field.reduce sum %x over ["batch"] : (!b) -> !s
  // expected-error@+1 {{not linear}}
  %square = field.mul %sum, %sum : (!s, !s) -> !s
  return %square : !s
}

// -----

// A norm over the batch inside the model.
!s = tensor<f32, #field.dims<>>
!b = tensor<4xf32, #field.dims<batch>>

func.func @loss(%x: !b) -> !s {
  %sum = field.reduce sum %x over ["batch"] : (!b) -> !s
  // expected-error@+1 {{the batch cannot be split: a sum over the samples goes back into single samples}}
  %centred = field.sub %x, %sum : (!b, !s) -> !b
  %loss = field.reduce sum %centred over ["batch"] : (!b) -> !s
  return %loss : !s
}

// -----

!s = tensor<f32, #field.dims<>>
!b = tensor<4xf32, #field.dims<batch>>

func.func @loss(%x: !b) -> !s {
  // expected-error@+1 {{samples are combined in another way than by a sum or a mean}}
  %worst = field.reduce max %x over ["batch"] : (!b) -> !s
  return %worst : !s
}

// -----

// A weight for each place in the batch.
!s = tensor<f32, #field.dims<>>
!b = tensor<4xf32, #field.dims<batch>>

func.func @loss(%x: !b) -> !s {
  // expected-error@+1 {{samples are told apart by their place in the batch}}
  %i = field.iota : !b
  %y = field.mul %x, %i : (!b, !b) -> !b
  %loss = field.reduce sum %y over ["batch"] : (!b) -> !s
  return %loss : !s
}

// -----

// Samples in another order.
!s = tensor<f32, #field.dims<>>
!b = tensor<4xf32, #field.dims<batch>>

func.func @loss(%x: !b) -> !s {
  // expected-error@+1 {{samples are told apart by their place in the batch}}
  %r = field.reverse %x ["batch"] : (!b) -> !b
  %y = field.mul %x, %r : (!b, !b) -> !b
  %loss = field.reduce sum %y over ["batch"] : (!b) -> !s
  return %loss : !s
}

// -----

// Mixed inside a function that is called.
!s = tensor<f32, #field.dims<>>
!b = tensor<4xf32, #field.dims<batch>>

func.func @loss(%x: !b) -> !s {
  %y = func.call @inner(%x) : (!b) -> !s
  return %y : !s
}
func.func private @inner(%x: !b) -> !s {
  %sum = field.reduce sum %x over ["batch"] : (!b) -> !s
  // expected-error@+1 {{not linear}}
  %e = field.exp %sum : (!s) -> !s
  return %e : !s
}
