// RUN: orrery-opt %s --outline-each | FileCheck %s

// Two equal operations share a kernel; a constant goes into the kernel that uses it; a view stays where it is.
// CHECK-LABEL: func.func @shared
// CHECK-SAME: (%[[X:.*]]: tensor<4x6xf32
// CHECK: %[[A:.*]] = call @[[MUL:[a-z_0-9]+]](%[[X]])
// CHECK: %[[B:.*]] = call @[[MUL]](%[[A]])
// CHECK: %[[S:.*]] = field.split %[[B]]
// CHECK: return %[[S]]
func.func @shared(%x: tensor<4x6xf32, #field.dims<a, b>>) -> tensor<4x2x3xf32, #field.dims<a, b1, b2>> {
  %two = field.constant dense<2.0> : tensor<f32, #field.dims<>>
  %y = field.mul %x, %two : (tensor<4x6xf32, #field.dims<a, b>>, tensor<f32, #field.dims<>>) -> tensor<4x6xf32, #field.dims<a, b>>
  %z = field.mul %y, %two : (tensor<4x6xf32, #field.dims<a, b>>, tensor<f32, #field.dims<>>) -> tensor<4x6xf32, #field.dims<a, b>>
  %s = field.split %z "b" into ["b1", "b2"] : (tensor<4x6xf32, #field.dims<a, b>>) -> tensor<4x2x3xf32, #field.dims<a, b1, b2>>
  return %s : tensor<4x2x3xf32, #field.dims<a, b1, b2>>
}

// Near misses: another constant is another kernel, and a split that moves elements is no view.
// CHECK-LABEL: func.func @different
// CHECK: call @[[THRICE:[a-z_0-9]+]](
// CHECK: %[[M:.*]] = call @[[SPLIT:[a-z_0-9]+]](
// CHECK: return %[[M]]
func.func @different(%x: tensor<4x6xf32, #field.dims<a, b>>) -> tensor<2x4x3xf32, #field.dims<b1, a, b2>> {
  %three = field.constant dense<3.0> : tensor<f32, #field.dims<>>
  %y = field.mul %x, %three : (tensor<4x6xf32, #field.dims<a, b>>, tensor<f32, #field.dims<>>) -> tensor<4x6xf32, #field.dims<a, b>>
  %s = field.split %y "b" into ["b1", "b2"] : (tensor<4x6xf32, #field.dims<a, b>>) -> tensor<2x4x3xf32, #field.dims<b1, a, b2>>
  return %s : tensor<2x4x3xf32, #field.dims<b1, a, b2>>
}

// A constant that the driver itself needs is written by a kernel; functions call functions as before.
// CHECK-LABEL: func.func @returned
// CHECK: %[[C:.*]] = call @[[CONSTANT:[a-z_0-9]+]]()
// CHECK: %[[D:.*]] = call @different
// CHECK: return %[[C]], %[[D]]
func.func @returned(%x: tensor<4x6xf32, #field.dims<a, b>>) -> (tensor<2xf32, #field.dims<c>>, tensor<2x4x3xf32, #field.dims<b1, a, b2>>) {
  %c = field.constant dense<[1.0, 2.0]> : tensor<2xf32, #field.dims<c>>
  %d = call @different(%x) : (tensor<4x6xf32, #field.dims<a, b>>) -> tensor<2x4x3xf32, #field.dims<b1, a, b2>>
  return %c, %d : tensor<2xf32, #field.dims<c>>, tensor<2x4x3xf32, #field.dims<b1, a, b2>>
}

// CHECK: func.func private @[[MUL]](%{{.*}}) -> {{.*}} attributes {orrery.kernel}
// CHECK-NEXT: field.constant dense<2.0
// CHECK-NEXT: field.mul
// CHECK: func.func private @[[THRICE]](
// CHECK: func.func private @[[SPLIT]](
// CHECK: func.func private @[[CONSTANT]](
