// RUN: orrery-opt %s --apply-precision | FileCheck %s
// RUN: orrery-opt %s --apply-precision=compute=f32 | FileCheck %s --check-prefix=WIDE

!x = tensor<8x4xf32, #field.dims<token, D>>
!w = tensor<3x4xf32, #field.dims<H, D>>
!y = tensor<8x3xf32, #field.dims<token, H>>
!l = tensor<8xf32, #field.dims<token>>

module attributes {orrery.precision = {compute = bf16, loss = f32, norm = f32, params = f32, softmax = f32}} {

// WIDE-NOT: bf16>

// CHECK-LABEL: func.func @linear(
// CHECK-SAME:    %[[X:[^:]*]]: {{.*}} %[[W:[^:]*]]: tensor<3x4xf32
// CHECK-DAG:     %[[XN:.*]] = field.cast %[[X]] : {{.*}} -> tensor<8x4xbf16
// CHECK-DAG:     %[[WN:.*]] = field.cast %[[W]] : {{.*}} -> tensor<3x4xbf16
// CHECK:         field.contract %[[XN]], %[[WN]] over ["D"] : {{.*}} -> tensor<8x3xf32
func.func @linear(%x: !x, %w: !w) -> !y {
  %y = field.contract %x, %w over ["D"] : (!x, !w) -> !y
  return %y : !y
}

// Near miss: arithmetic on elements, and reductions, keep their width.
// CHECK-LABEL: func.func @norm(
// CHECK-NOT:     bf16
// CHECK:         return
func.func @norm(%x: !x) -> !l {
  %q = field.mul %x, %x : (!x, !x) -> !x
  %s = field.reduce sum %q over ["D"] : (!x) -> !l
  return %s : !l
}

// Near miss: a contraction with a constant keeps its width.
// CHECK-LABEL: func.func @interpolate(
// CHECK-NOT:     bf16
// CHECK:         return
func.func @interpolate(%x: !x) -> !y {
  %c = field.constant dense<0.1> : tensor<3x4xf32, #field.dims<H, D>>
  %y = field.contract %x, %c over ["D"] : (!x, !w) -> !y
  return %y : !y
}

// The denominator of the softmax and the attention's result stay as wide as they were made.
// CHECK-LABEL: func.func @attention_grad(
// CHECK:         attend.attention_grad
// CHECK-SAME:    (tensor<8x4xbf16, {{[^)]*}}>, tensor<8x4xbf16, {{[^)]*}}>, tensor<8x3xbf16, {{[^)]*}}>, tensor<8x3xf32, {{[^)]*}}>, tensor<8xf32, {{[^)]*}}>, tensor<8x3xbf16, {{[^)]*}}>)
// CHECK-SAME:    -> (tensor<8x4xf32
func.func @attention_grad(%q: !x, %k: !x, %v: !y, %o: !y, %lse: !l, %do: !y) -> (!x, !x, !y) {
  %dq, %dk, %dv = attend.attention_grad %q, %k, %v, %o, %lse, %do over ["token"] channel "D" value_channel "H" scale 5.000000e-01
    : (!x, !x, !y, !y, !l, !y) -> (!x, !x, !y)
  return %dq, %dk, %dv : !x, !x, !y
}

}
