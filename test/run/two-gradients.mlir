// Two gradients of one energy, with respect to a position and to a strain that is zero, alone and in a loss that is differentiated again; merged, and apart (plain).
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

!s = tensor<f64, #field.dims<>>
!v = tensor<4xf64, #field.dims<D>>

func.func private @by_x(%x: !v, %w: !v) -> !s {
  %strain = field.constant dense<0.0> : !v
  %y = field.mul %x, %strain : (!v, !v) -> !v
  %p = field.add %x, %y : (!v, !v) -> !v
  %a = field.mul %w, %p : (!v, !v) -> !v
  %e = field.exp %a : (!v) -> !v
  %l = field.reduce sum %e over ["D"] : (!v) -> !s
  return %l : !s
}
func.func private @by_strain(%strain: !v, %x: !v, %w: !v) -> !s {
  %y = field.mul %x, %strain : (!v, !v) -> !v
  %p = field.add %x, %y : (!v, !v) -> !v
  %a = field.mul %w, %p : (!v, !v) -> !v
  %e = field.exp %a : (!v) -> !v
  %l = field.reduce sum %e over ["D"] : (!v) -> !s
  return %l : !s
}
func.func private @both(%x: !v, %w: !v) -> (!s, !v, !v) {
  %strain = field.constant dense<0.0> : !v
  %k, %dx = train.gradient @by_x(%x, %w) wrt [0] : (!v, !v) -> (!s, !v)
  %l, %ds = train.gradient @by_strain(%strain, %x, %w) wrt [0] : (!v, !v, !v) -> (!s, !v)
  return %l, %dx, %ds : !s, !v, !v
}
func.func private @loss(%x: !v, %w: !v) -> !s {
  %e, %dx, %ds = call @both(%x, %w) : (!v, !v) -> (!s, !v, !v)
  %a = field.mul %dx, %ds : (!v, !v) -> !v
  %b = field.mul %a, %dx : (!v, !v) -> !v
  %c = field.reduce sum %b over ["D"] : (!v) -> !s
  %l = field.add %c, %e : (!s, !s) -> !s
  return %l : !s
}
func.func @main() {
  %x = field.constant dense<[0.3, -1.2, 0.7, 1.1]> : !v
  %w = field.constant dense<[0.5, 0.4, -0.6, 0.9]> : !v
  %e, %dx, %ds = call @both(%x, %w) : (!v, !v) -> (!s, !v, !v)
  // By hand: the slope of exp(w x (1 + s)) is w exp(w x) by x and w x exp(w x) by s.
  %a = field.mul %w, %x : (!v, !v) -> !v
  %b = field.exp %a : (!v) -> !v
  %slope = field.mul %w, %b : (!v, !v) -> !v
  %moment = field.mul %x, %slope : (!v, !v) -> !v
  %sum = field.reduce sum %b over ["D"] : (!v) -> !s
  check.expect_close %e, %sum rtol 1.0e-12 atol 1.0e-12 : !s, !s
  check.expect_close %dx, %slope rtol 1.0e-12 atol 1.0e-12 : !v, !v
  check.expect_close %ds, %moment rtol 1.0e-12 atol 1.0e-12 : !v, !v
  check.expect_gradient @loss(%x, %w) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-06 : !v, !v
  return
}
