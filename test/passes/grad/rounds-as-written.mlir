// RUN: orrery-opt %s --split-input-file --expand-gradients | FileCheck %s

!s = tensor<f32, #field.dims<>>
!x = tensor<8x4xf32, #field.dims<batch, D>>
!m = tensor<8xf32, #field.dims<batch>>

// What equals the maximum is found by its bits.
// CHECK: module attributes {orrery.rounds_as_written}
// CHECK: func.func private @largest.backward
func.func private @largest(%x: !x) -> !s {
  %m = field.reduce max %x over ["D"] : (!x) -> !m
  %l = field.reduce sum %m over ["batch"] : (!m) -> !s
  return %l : !s
}
func.func @reduce(%x: !x) -> (!s, !x) {
  %l, %dx = train.gradient @largest(%x) wrt [0] : (!x) -> (!s, !x)
  return %l, %dx : !s, !x
}

// -----

!s = tensor<f32, #field.dims<>>
!e = tensor<?x4xf32, #field.dims<edge, D>>
!a = tensor<?x4xf32, #field.dims<atom, D>>
!i = tensor<?xi32, #field.dims<edge>>
!r = tensor<?x2xi32, #field.dims<atom, ends>>

// CHECK: module attributes {orrery.rounds_as_written}
func.func private @least(%x: !e, %index: !i, %ranges: !r) -> !s {
  %m = graph.segment min %x by %index, %ranges : (!e, !i, !r) -> !a
  %l = field.reduce sum %m over ["atom", "D"] : (!a) -> !s
  return %l : !s
}
func.func @segment(%x: !e, %index: !i, %ranges: !r) -> (!s, !e) {
  %l, %dx = train.gradient @least(%x, %index, %ranges) wrt [0] : (!e, !i, !r) -> (!s, !e)
  return %l, %dx : !s, !e
}

// -----

!s = tensor<f32, #field.dims<>>
!x = tensor<8x4xf32, #field.dims<batch, D>>

// Near misses: the greater of each and a number, and a maximum that nobody differentiates.
// CHECK: module {
func.func private @positive(%x: !x) -> !s {
  %zero = field.constant dense<0.0> : !s
  %m = field.max %x, %zero : (!x, !s) -> !x
  %l = field.reduce sum %m over ["batch", "D"] : (!x) -> !s
  return %l : !s
}
func.func @elementwise(%x: !x) -> (!s, !x, !s) {
  %l, %dx = train.gradient @positive(%x) wrt [0] : (!x) -> (!s, !x)
  %m = field.reduce max %x over ["batch", "D"] : (!x) -> !s
  return %l, %dx, %m : !s, !x, !s
}
