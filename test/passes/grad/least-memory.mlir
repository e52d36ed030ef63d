// RUN: orrery-opt %s --expand-gradients=least-memory | FileCheck %s
// RUN: orrery-opt %s --expand-gradients | FileCheck %s --check-prefix=KEPT
// The gradient is the same number either way.
// RUN: orrery-opt %s --expand-gradients=least-memory -o %t.mlir && orrery-run %t.mlir > %t.again && orrery-run %s > %t.kept && cmp %t.again %t.kept

!s = tensor<f32, #field.dims<>>
!v = tensor<4xf32, #field.dims<D>>
!w = tensor<4x4xf32, #field.dims<H, D>>

// Called twice: its backward function is given its arguments, and runs it again.
// CHECK-LABEL: func.func private @step(
// CHECK-LABEL: func.func private @step.again(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<4xf32, {{[^)]*}}>, %[[W:[^:]*]]: tensor<4x4xf32, {{[^)]*}}>, %[[G:[^:]*]]: tensor<4xf32
// CHECK:         %[[F:.*]]:{{.*}} = call @step.forward(%[[X]], %[[W]])
// CHECK:         call @step.backward({{.*}}%[[F]]#{{.*}}%[[G]])
// KEPT-NOT:      step.again
func.func private @step(%x: !v, %w: !w) -> !v {
  %h = field.contract %x, %w over ["D"] : (!v, !w) -> tensor<4xf32, #field.dims<H>>
  %t = field.tanh %h : (tensor<4xf32, #field.dims<H>>) -> tensor<4xf32, #field.dims<H>>
  %e = field.exp %t : (tensor<4xf32, #field.dims<H>>) -> tensor<4xf32, #field.dims<H>>
  %y = field.rename %e ["H"] to ["D"] : (tensor<4xf32, #field.dims<H>>) -> !v
  return %y : !v
}

// Near miss: called once.
// CHECK-NOT: @loss.again
func.func private @loss(%x: !v, %w: !w) -> !s {
  %a = call @step(%x, %w) : (!v, !w) -> !v
  %b = call @step(%a, %w) : (!v, !w) -> !v
  %s = field.reduce sum %b over ["D"] : (!v) -> !s
  return %s : !s
}

func.func @gradient() -> (!v, !w) {
  %x = field.constant dense<[0.1, 0.2, 0.3, 0.4]> : !v
  %w = field.constant dense<0.25> : !w
  %l, %dx, %dw = train.gradient @loss(%x, %w) wrt [0, 1] : (!v, !w) -> (!s, !v, !w)
  return %dx, %dw : !v, !w
}
