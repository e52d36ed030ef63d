// RUN: orrery-opt %s --split-input-file --expand-gradients | FileCheck %s

!s = tensor<f32, #field.dims<>>
!x = tensor<8x4xf32, #field.dims<batch, D>>
!w = tensor<3x4xf32, #field.dims<H, D>>
!y = tensor<8x3xf32, #field.dims<batch, H>>

func.func private @loss(%w: !w, %x: !x) -> !s {
  %y = field.contract %x, %w over ["D"] : (!x, !w) -> !y
  %a = field.tanh %y : (!y) -> !y
  %l = field.reduce sum %a over ["batch", "H"] : (!y) -> !s
  return %l : !s
}

// A chain. The result of tanh is kept, for its derivative reads it; x comes from the caller again. The gradient of w is asked for in w's axis order.
// CHECK-LABEL: func.func private @loss.forward(
// CHECK-SAME:    %[[W:.*]]: tensor<3x4xf32{{.*}}, %[[X:.*]]: tensor<8x4xf32
// CHECK:         %[[Y:.*]] = field.contract %[[X]], %[[W]]
// CHECK:         %[[A:.*]] = field.tanh %[[Y]]
// CHECK:         %[[L:.*]] = field.reduce sum %[[A]]
// CHECK:         return %[[L]], %[[A]] :
// CHECK-LABEL: func.func private @loss.backward(
// CHECK-SAME:    %[[X:.*]]: tensor<8x4xf32{{.*}}, %[[A:.*]]: tensor<8x3xf32{{.*}}, %[[G:.*]]: tensor<f32
// CHECK-NOT:     field.tanh
// CHECK:         field.broadcast %[[G]]
// CHECK:         field.mul %[[A]], %[[A]]
// CHECK:         %[[DW:.*]] = field.contract %{{.*}}, %[[X]] over ["batch"] : {{.*}} -> tensor<3x4xf32, #field.dims<H, D>>
// CHECK-NEXT:    return %[[DW]] : tensor<3x4xf32
// CHECK-LABEL: func.func @chain(
// CHECK-SAME:    %[[W:.*]]: tensor<3x4xf32{{.*}}, %[[X:.*]]: tensor<8x4xf32
// CHECK:         %[[F:.*]]:2 = call @loss.forward(%[[W]], %[[X]])
// CHECK:         %[[ONE:.*]] = field.constant dense<1.0{{.*}}> : tensor<f32
// CHECK:         %[[B:.*]] = call @loss.backward(%[[X]], %[[F]]#1, %[[ONE]])
// CHECK:         return %[[F]]#0, %[[B]]
func.func @chain(%w: !w, %x: !x) -> (!s, !w) {
  %l, %dw = train.gradient @loss(%w, %x) wrt [0] : (!w, !x) -> (!s, !w)
  return %l, %dw : !s, !w
}

// -----

!s = tensor<f32, #field.dims<>>
!x = tensor<8x4xf32, #field.dims<batch, D>>
!w = tensor<4x4xf32, #field.dims<D.out, D>>
!y = tensor<8x4xf32, #field.dims<batch, D.out>>

func.func private @block(%w: !w, %x: !x) -> !x {
  %y = field.contract %x, %w over ["D"] : (!x, !w) -> !y
  %z = field.rename %y ["D.out"] to ["D"] : (!y) -> !x
  %a = field.silu %z : (!x) -> !x
  return %a : !x
}
func.func private @loss(%w0: !w, %w1: !w, %x: !x) -> !s {
  %a = call @block(%w0, %x) : (!w, !x) -> !x
  %b = call @block(%w1, %a) : (!w, !x) -> !x
  %l = field.reduce sum %b over ["batch", "D"] : (!x) -> !s
  return %l : !s
}

// A function that is called twice with the same operands to differentiate has one derivative. The first call differentiates w only, since x is data.
// CHECK-LABEL: func.func private @block(
// CHECK:       func.func private @block.forward(
// CHECK:       func.func private @block.backward(
// CHECK-NOT:   func.func private @block.forward{{[_.]}}
// CHECK:       func.func private @loss.backward
// CHECK:         %[[SECOND:.*]]:2 = call @block.backward
// CHECK:         call @block.backward
// CHECK-NOT:     call @block.forward
// CHECK:         return
func.func @twice(%w0: !w, %w1: !w, %x: !x) -> (!s, !w, !w, !x) {
  %l, %d0, %d1, %dx = train.gradient @loss(%w0, %w1, %x) wrt [0, 1, 2] : (!w, !w, !x) -> (!s, !w, !w, !x)
  return %l, %d0, %d1, %dx : !s, !w, !w, !x
}

// -----

!s = tensor<f32, #field.dims<>>
!v = tensor<4xf32, #field.dims<D>>

func.func private @energy(%x: !v) -> !s {
  %a = field.exp %x : (!v) -> !v
  %e = field.reduce sum %a over ["D"] : (!v) -> !s
  return %e : !s
}
func.func private @force_error(%x: !v) -> !s {
  %e, %f = train.gradient @energy(%x) wrt [0] : (!v) -> (!s, !v)
  %q = field.mul %f, %f : (!v, !v) -> !v
  %l = field.reduce sum %q over ["D"] : (!v) -> !s
  return %l : !s
}

// A request inside a function that is differentiated: the functions of the first derivative have derivatives of their own.
// CHECK-DAG:   func.func private @energy.backward(
// CHECK-DAG:   func.func private @energy.backward.backward(
// CHECK-DAG:   func.func private @force_error.backward(
// CHECK-NOT:   train.gradient
// CHECK-LABEL: func.func @second(
// CHECK:         call @force_error.forward
// CHECK:         call @force_error.backward
func.func @second(%x: !v) -> (!s, !v) {
  %l, %d = train.gradient @force_error(%x) wrt [0] : (!v) -> (!s, !v)
  return %l, %d : !s, !v
}

// -----

!s = tensor<f32, #field.dims<>>
!v = tensor<4xf32, #field.dims<D>>

func.func private @first(%x: !v, %unused: !v) -> !s {
  %e = field.reduce sum %x over ["D"] : (!v) -> !s
  return %e : !s
}

// What the result does not depend on has gradient zero, and no function returns it.
// CHECK-LABEL: func.func private @first.backward(
// CHECK-SAME:    tensor<f32{{[^)]*}}) -> tensor<4xf32, #field.dims<D>> {
// CHECK-LABEL: func.func @unused(
// CHECK:         %[[ZERO:.*]] = field.constant dense<0.0{{.*}}> : tensor<4xf32
// CHECK:         return %{{.*}}, %[[ZERO]]
func.func @unused(%x: !v, %u: !v) -> (!v, !v) {
  %l, %dx, %du = train.gradient @first(%x, %u) wrt [0, 1] : (!v, !v) -> (!s, !v, !v)
  return %dx, %du : !v, !v
}

// -----

!s = tensor<f32, #field.dims<>>
!v = tensor<4xf32, #field.dims<D>>
!b = tensor<4xi1, #field.dims<D>>
!i = tensor<4xi64, #field.dims<D>>

func.func private @masked(%x: !v, %n: !i) -> !s {
  %zero = field.constant dense<0.0> : !s
  %c = field.compare gt %x, %zero : (!v, !s) -> !b
  %w = field.cast %n : (!i) -> !v
  %m = field.select %c, %w, %zero : (!b, !v, !s) -> !v
  %e = field.reduce sum %m over ["D"] : (!v) -> !s
  return %e : !s
}

// Near miss: x is used through i1 and n is an integer, so nothing is differentiated and the function itself is called.
// CHECK-NOT:   @masked.
// CHECK-LABEL: func.func @integers(
// CHECK:         call @masked(
// CHECK:         field.constant dense<0.0{{.*}}> : tensor<4xf32
// CHECK-NOT:   @masked.
func.func @integers(%x: !v, %n: !i) -> (!s, !v) {
  %l, %dx = train.gradient @masked(%x, %n) wrt [0] : (!v, !i) -> (!s, !v)
  return %l, %dx : !s, !v
}

// -----

!s = tensor<f32, #field.dims<>>
!q = tensor<6x4xf32, #field.dims<token, Dh>>
!v = tensor<6x5xf32, #field.dims<token, Dv>>
!l = tensor<6xf32, #field.dims<token>>

func.func private @attend(%q: !q, %k: !q, %v: !v) -> !s {
  %o, %lse = attend.attention %q, %k, %v over ["token"] channel "Dh" value_channel "Dv" scale 5.000000e-01 : (!q, !q, !v) -> (!v, !l)
  %e = field.reduce sum %o over ["token", "Dv"] : (!v) -> !s
  return %e : !s
}

// Attention has a derivative of its own, which reads the result and the softmax's denominator.
// CHECK-LABEL: func.func private @attend.backward(
// CHECK:         attend.attention_grad
// CHECK-NOT:     attend.attention %
func.func @attention(%q: !q, %k: !q, %v: !v) -> (!q, !q, !v) {
  %l, %dq, %dk, %dv = train.gradient @attend(%q, %k, %v) wrt [0, 1, 2] : (!q, !q, !v) -> (!s, !q, !q, !v)
  return %dq, %dk, %dv : !q, !q, !v
}
