// RUN: orrery-opt %s --split-input-file --merge-gradients --symbol-dce | FileCheck %s
// RUN: orrery-opt %s --split-input-file --merge-gradients --expand-gradients --symbol-dce | FileCheck %s --check-prefix=CALLS

!s = tensor<f32, #field.dims<>>
!v = tensor<4xf32, #field.dims<D>>

func.func private @by_x(%x: !v, %c: !v) -> !s {
  %y = field.mul %x, %c : (!v, !v) -> !v
  %e = field.exp %y : (!v) -> !v
  %l = field.reduce sum %e over ["D"] : (!v) -> !s
  return %l : !s
}
func.func private @by_c(%c: !v, %x: !v) -> !s {
  %y = field.mul %x, %c : (!v, !v) -> !v
  %e = field.exp %y : (!v) -> !v
  %l = field.reduce sum %e over ["D"] : (!v) -> !s
  return %l : !s
}

// The same value with respect to two of its arguments, the second of them twice: one request, and one pass forward and one back.
// CHECK-NOT:   @by_c
// CHECK-LABEL: func.func @arguments(
// CHECK-SAME:    %[[X:.*]]: tensor<4xf32{{.*}}, %[[C:.*]]: tensor<4xf32
// CHECK:         %[[R:.*]]:3 = train.gradient @by_x(%[[X]], %[[C]]) wrt [0, 1]
// CHECK-NEXT:    return %[[R]]#0, %[[R]]#1, %[[R]]#2, %[[R]]#2
// CALLS-LABEL: func.func @arguments(
// CALLS:         call @by_x(
// CALLS-NOT:     call
// CALLS:         call @by_x.backward(
// CALLS-NOT:     call
// CALLS:         return
func.func @arguments(%x: !v, %c: !v) -> (!s, !v, !v, !v) {
  %l, %dx = train.gradient @by_x(%x, %c) wrt [0] : (!v, !v) -> (!s, !v)
  %m, %dc = train.gradient @by_c(%c, %x) wrt [0] : (!v, !v) -> (!s, !v)
  %n, %dd = train.gradient @by_x(%x, %c) wrt [1] : (!v, !v) -> (!s, !v)
  return %m, %dx, %dc, %dd : !s, !v, !v, !v
}

// -----

!s = tensor<f32, #field.dims<>>
!v = tensor<4xf32, #field.dims<D>>

func.func private @by_x(%x: !v) -> !s {
  %still = field.constant dense<0.0> : !v
  %strain = field.constant dense<0.0> : !v
  %y = field.mul %x, %strain : (!v, !v) -> !v
  %z = field.add %y, %still : (!v, !v) -> !v
  %p = field.add %x, %z : (!v, !v) -> !v
  %e = field.exp %p : (!v) -> !v
  %l = field.reduce sum %e over ["D"] : (!v) -> !s
  return %l : !s
}
func.func private @by_strain(%strain: !v, %x: !v) -> !s {
  %still = field.constant dense<0.0> : !v
  %y = field.mul %x, %strain : (!v, !v) -> !v
  %z = field.add %y, %still : (!v, !v) -> !v
  %p = field.add %x, %z : (!v, !v) -> !v
  %e = field.exp %p : (!v) -> !v
  %l = field.reduce sum %e over ["D"] : (!v) -> !s
  return %l : !s
}

// A strain that is zero, inside the first function: it becomes an argument, and the other constant, which is equal, does not.
// CHECK-LABEL: func.func private @by_x_0(
// CHECK-SAME:    %[[X:.*]]: tensor<4xf32{{.*}}, %[[S:.*]]: tensor<4xf32
// CHECK:         %[[STILL:.*]] = field.constant
// CHECK:         %[[Y:.*]] = field.mul %[[X]], %[[S]]
// CHECK:         field.add %[[Y]], %[[STILL]]
// CHECK-LABEL: func.func @strain(
// CHECK-SAME:    %[[X:.*]]: tensor<4xf32
// CHECK:         %[[S:.*]] = field.constant
// CHECK:         %[[R:.*]]:3 = train.gradient @by_x_0(%[[X]], %[[S]]) wrt [0, 1]
// CHECK-NEXT:    return %[[R]]#0, %[[R]]#1, %[[R]]#2
// CALLS-LABEL: func.func @strain(
// CALLS:         call @by_x_0(
// CALLS-NOT:     call
// CALLS:         call @by_x_0.backward(
// CALLS-NOT:     call
// CALLS:         return
func.func @strain(%x: !v) -> (!s, !v, !v) {
  %strain = field.constant dense<0.0> : !v
  %l, %dx = train.gradient @by_x(%x) wrt [0] : (!v) -> (!s, !v)
  %m, %ds = train.gradient @by_strain(%strain, %x) wrt [0] : (!v, !v) -> (!s, !v)
  return %m, %dx, %ds : !s, !v, !v
}

// Near miss: the second value to differentiate by is not there yet where the first request is.
// CHECK-LABEL: func.func @late(
// CHECK-COUNT-2: train.gradient
func.func @late(%x: !v) -> (!s, !v, !v) {
  %l, %dx = train.gradient @by_x(%x) wrt [0] : (!v) -> (!s, !v)
  %strain = field.constant dense<0.0> : !v
  %m, %ds = train.gradient @by_strain(%strain, %x) wrt [0] : (!v, !v) -> (!s, !v)
  return %m, %dx, %ds : !s, !v, !v
}

// -----

!s = tensor<f32, #field.dims<>>
!v = tensor<4xf32, #field.dims<D>>

func.func private @sum(%x: !v, %c: !v) -> !s {
  %y = field.mul %x, %c : (!v, !v) -> !v
  %l = field.reduce sum %y over ["D"] : (!v) -> !s
  return %l : !s
}
func.func private @twice_the_sum(%x: !v, %c: !v) -> !s {
  %y = field.mul %x, %c : (!v, !v) -> !v
  %z = field.add %y, %y : (!v, !v) -> !v
  %l = field.reduce sum %z over ["D"] : (!v) -> !s
  return %l : !s
}
func.func private @greatest(%x: !v, %c: !v) -> !s {
  %y = field.mul %x, %c : (!v, !v) -> !v
  %l = field.reduce max %y over ["D"] : (!v) -> !s
  return %l : !s
}

// Near misses: another seed, another value, other arguments.
// CHECK-LABEL: func.func @others(
// CHECK:         train.gradient @sum(%{{.*}}, %{{.*}}) wrt [0]
// CHECK:         train.gradient @twice_the_sum(%{{.*}}, %{{.*}}) wrt [1]
// CHECK:         train.gradient @greatest(%{{.*}}, %{{.*}}) wrt [1]
// CHECK:         train.gradient @sum(%{{.*}}, %{{.*}}) wrt [1]
func.func @others(%x: !v, %c: !v) -> (!v, !v, !v, !v) {
  %k, %dx = train.gradient @sum(%x, %c) wrt [0] : (!v, !v) -> (!s, !v)
  %l, %d2 = train.gradient @twice_the_sum(%x, %c) wrt [1] : (!v, !v) -> (!s, !v)
  %m, %d3 = train.gradient @greatest(%x, %c) wrt [1] : (!v, !v) -> (!s, !v)
  %n, %d4 = train.gradient @sum(%c, %x) wrt [1] : (!v, !v) -> (!s, !v)
  return %dx, %d2, %d3, %d4 : !v, !v, !v, !v
}

// Near miss: of one value that is handed over twice, a gradient for each place.
// CHECK-LABEL: func.func @places(
// CHECK-COUNT-2: train.gradient
func.func @places(%x: !v) -> (!v, !v) {
  %k, %d1 = train.gradient @sum(%x, %x) wrt [0] : (!v, !v) -> (!s, !v)
  %l, %d2 = train.gradient @sum(%x, %x) wrt [1] : (!v, !v) -> (!s, !v)
  return %d1, %d2 : !v, !v
}

// -----

!s = tensor<f32, #field.dims<>>
!v = tensor<4xf32, #field.dims<D>>

func.func private @by_x(%x: !v) -> !s {
  %d = field.exp %x : (!v) -> !v
  %y = field.mul %x, %d : (!v, !v) -> !v
  %l = field.reduce sum %y over ["D"] : (!v) -> !s
  return %l : !s
}
func.func private @by_d(%x: !v, %d: !v) -> !s {
  %y = field.mul %x, %d : (!v, !v) -> !v
  %l = field.reduce sum %y over ["D"] : (!v) -> !s
  return %l : !s
}

// Near miss: d depends on x, and is held constant in the second function.
// CHECK-LABEL: func.func @dependent(
// CHECK:         train.gradient @by_x(%{{.*}}) wrt [0]
// CHECK:         train.gradient @by_d(%{{.*}}, %{{.*}}) wrt [1]
// CHECK:         train.gradient @by_x(%{{.*}}) wrt [0]
func.func @dependent(%x: !v, %other: !v) -> (!v, !v, !v) {
  %d = field.exp %x : (!v) -> !v
  %k, %dx = train.gradient @by_x(%x) wrt [0] : (!v) -> (!s, !v)
  %l, %dd = train.gradient @by_d(%x, %d) wrt [1] : (!v, !v) -> (!s, !v)
  %m, %do = train.gradient @by_x(%other) wrt [0] : (!v) -> (!s, !v)
  return %dx, %dd, %do : !v, !v, !v
}
// The other way round: x with d held constant comes first, and x with all of it second.
// CHECK-LABEL: func.func @dependent_first(
// CHECK-COUNT-2: train.gradient
func.func @dependent_first(%x: !v) -> (!v, !v) {
  %d = field.exp %x : (!v) -> !v
  %l, %dp = train.gradient @by_d(%x, %d) wrt [0] : (!v, !v) -> (!s, !v)
  %k, %dx = train.gradient @by_x(%x) wrt [0] : (!v) -> (!s, !v)
  return %dx, %dp : !v, !v
}
