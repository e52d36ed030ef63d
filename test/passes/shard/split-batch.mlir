// RUN: orrery-opt %s --split-batch=share=0.25 --split-input-file | FileCheck %s

!s = tensor<f32, #field.dims<>>
!x = tensor<4x8xf32, #field.dims<batch, D>>
!w = tensor<8xf32, #field.dims<D>>

// A mean over the samples, scaled, with a penalty on the weights that does not depend on them: the penalty is shared out. A term that is
// nothing but a penalty too.
// CHECK-LABEL: func.func @loss(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<4x8xf32, {{.*}}>, %[[W:[^:]*]]:
// CHECK:         %[[SUM:.*]] = field.reduce sum
// CHECK:         %[[MEAN:.*]] = field.mul %[[SUM]]
// CHECK:         %[[PENALTY:.*]] = field.contract %[[W]], %[[W]]
// CHECK:         %[[SHARE:.*]] = field.constant dense<2.500000e-01>
// CHECK:         %[[PART:.*]] = field.mul %[[PENALTY]], %[[SHARE]]
// CHECK:         %[[TOTAL:.*]] = field.add %[[MEAN]], %[[PART]]
// CHECK:         %[[AGAIN:.*]] = field.mul %[[PENALTY]], %{{.*}}
// CHECK:         return %[[TOTAL]], %[[MEAN]], %[[AGAIN]]
func.func @loss(%x: !x, %w: !w) -> (!s, !s, !s) {
  %y = field.mul %x, %w : (!x, !w) -> !x
  %z = field.tanh %y : (!x) -> !x
  %sum = field.reduce sum %z over ["batch", "D"] : (!x) -> !s
  %n = field.constant dense<0.03125> : !s
  %mean = field.mul %sum, %n : (!s, !s) -> !s
  %penalty = field.contract %w, %w over ["D"] : (!w, !w) -> !s
  %total = field.add %mean, %penalty : (!s, !s) -> !s
  return %total, %mean, %penalty : !s, !s, !s
}

// -----

// Sums that are divided, taken apart by a contraction with weights, and put together again.
!s = tensor<f32, #field.dims<>>
!x = tensor<4x8xf32, #field.dims<batch, D>>
!w = tensor<8xf32, #field.dims<D>>

// CHECK-LABEL: func.func @loss(
// CHECK-NOT:     dense<2.5
func.func @loss(%x: !x, %w: !w) -> !s {
  %per = field.reduce sum %x over ["batch"] : (!x) -> !w
  %scaled = field.div %per, %w : (!w, !w) -> !w
  %one = field.contract %scaled, %w over ["D"] : (!w, !w) -> !s
  %two = func.call @inner(%x) : (!x) -> !s
  %both = field.sub %one, %two : (!s, !s) -> !s
  return %both : !s
}
func.func private @inner(%x: !x) -> !s {
  %sum = field.contract %x, %x over ["batch", "D"] : (!x, !x) -> !s
  return %sum : !s
}
