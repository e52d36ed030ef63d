// RUN: orrery-opt %s --drop-broadcasts | FileCheck %s

!t = tensor<8xf32, #field.dims<token>>
!d = tensor<4xf32, #field.dims<D>>
!x = tensor<8x4xf32, #field.dims<token, D>>
!h = tensor<8x3xf32, #field.dims<token, H>>
!w = tensor<3x4xf32, #field.dims<H, D>>
!s = tensor<f32, #field.dims<>>

// CHECK-LABEL: func.func @product(
// CHECK-SAME:    %[[T:[^:]*]]: {{.*}} %[[X:[^:]*]]: tensor<8x4xf32
// CHECK-NOT:     field.broadcast
// CHECK:         field.mul %[[T]], %[[X]]
func.func @product(%t: !t, %x: !x) -> !x {
  %b = field.broadcast %t : (!t) -> !x
  %y = field.mul %b, %x : (!x, !x) -> !x
  return %y : !x
}

// Near miss: nothing else lies along D.
// CHECK-LABEL: func.func @outer(
// CHECK:         field.broadcast
// CHECK:         field.mul
func.func @outer(%t: !t, %u: !t) -> !x {
  %b = field.broadcast %t : (!t) -> !x
  %y = field.mul %b, %u : (!x, !t) -> !x
  return %y : !x
}

// Of two along the same dim one stays.
// CHECK-LABEL: func.func @both(
// CHECK:         field.broadcast
// CHECK-NOT:     field.broadcast
// CHECK:         field.add
func.func @both(%t: !t, %u: !t) -> !x {
  %b = field.broadcast %t : (!t) -> !x
  %c = field.broadcast %u : (!t) -> !x
  %y = field.add %b, %c : (!x, !x) -> !x
  return %y : !x
}

// Near miss: a contraction needs what it sums over in both operands.
// CHECK-LABEL: func.func @summed(
// CHECK:         field.broadcast
// CHECK:         field.contract
func.func @summed(%t: !t, %w: !w) -> !h {
  %b = field.broadcast %t : (!t) -> !x
  %y = field.contract %b, %w over ["D"] : (!x, !w) -> !h
  return %y : !h
}

// CHECK-LABEL: func.func @count(
// CHECK-SAME:    %[[T:[^:]*]]: tensor<8xf32
// CHECK-DAG:     %[[FOUR:.*]] = field.constant dense<4.0{{.*}}>
// CHECK-DAG:     %[[SUM:.*]] = field.reduce sum %[[T]] over ["token"]
// CHECK:         field.mul %[[SUM]], %[[FOUR]]
func.func @count(%t: !t) -> !s {
  %b = field.broadcast %t : (!t) -> !x
  %y = field.reduce sum %b over ["token", "D"] : (!x) -> !s
  return %y : !s
}

// Near miss: a maximum does not count.
// CHECK-LABEL: func.func @maximum(
// CHECK:         field.reduce max
func.func @maximum(%t: !t) -> !s {
  %b = field.broadcast %t : (!t) -> !x
  %y = field.reduce max %b over ["token", "D"] : (!x) -> !s
  return %y : !s
}
