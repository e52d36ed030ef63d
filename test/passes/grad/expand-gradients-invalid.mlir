// RUN: orrery-opt %s --split-input-file --expand-gradients --verify-diagnostics

!s = tensor<f32, #field.dims<>>
!v = tensor<4xf32, #field.dims<D>>

func.func private @f(%x: !v) -> !s {
  // expected-error@+1 {{'math.cbrt' has no derivative}}
  %y = math.cbrt %x : !v
  %e = field.reduce sum %y over ["D"] : (!v) -> !s
  return %e : !s
}
func.func @no_derivative(%x: !v) -> !v {
  // expected-note@+1 {{a gradient through it is asked for here}}
  %l, %dx = train.gradient @f(%x) wrt [0] : (!v) -> (!s, !v)
  return %dx : !v
}

// -----

!s = tensor<f32, #field.dims<>>
!v = tensor<4xf32, #field.dims<D>>

func.func private @outside(%x: !v) -> !v
func.func private @f(%x: !v) -> !s {
  // expected-error@+1 {{@outside has no body of straight operations to differentiate}}
  %y = call @outside(%x) : (!v) -> !v
  %e = field.reduce sum %y over ["D"] : (!v) -> !s
  return %e : !s
}
func.func @no_body(%x: !v) -> !v {
  // expected-note@+1 {{a gradient through it is asked for here}}
  %l, %dx = train.gradient @f(%x) wrt [0] : (!v) -> (!s, !v)
  return %dx : !v
}

// -----

!s = tensor<f32, #field.dims<>>
!v = tensor<4xf32, #field.dims<D>>

// expected-error@+1 {{@f calls itself; it has no gradient}}
func.func private @f(%x: !v) -> !s {
  %l, %dx = train.gradient @f(%x) wrt [0] : (!v) -> (!s, !v)
  return %l : !s
}
