// RUN: orrery-opt %s --inline-drivers --symbol-dce --announce-gradients --split-input-file | FileCheck %s

// Two gradients in bucket 0, of which the second is final inside a driver that is called, and one in bucket 1. The loss is in none.
// CHECK: func.func private @orrery_gradient_ready(!llvm.ptr, i64)
// CHECK-LABEL: func.func @gradient(
// CHECK-SAME:    %[[X:[^:]*]]: memref<4xf32>, %[[LOSS:[^:]*]]: memref<f32>, %[[A:[^:]*]]: memref<4xf32>, %[[B:[^:]*]]: memref<4xf32>, %[[C:[^:]*]]: memref<2x2xf32>, %[[CONTEXT:[^:]*]]: !llvm.ptr
// CHECK-SAME:    orrery.takes_context
// CHECK:         call @kernel(%[[X]], %[[A]])
// CHECK:         %[[FLAT:.*]] = memref.collapse_shape %[[C]]
// CHECK-NEXT:    call @kernel(%[[A]], %[[FLAT]])
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1 : i64
// CHECK-NEXT:    call @orrery_gradient_ready(%[[CONTEXT]], %[[ONE]])
// CHECK-NEXT:    call @kernel(%[[A]], %[[B]])
// CHECK-NEXT:    %[[ZERO:.*]] = arith.constant 0 : i64
// CHECK-NEXT:    call @orrery_gradient_ready(%[[CONTEXT]], %[[ZERO]])
// CHECK-NEXT:    memref.store
// CHECK-NEXT:    return
func.func @gradient(%x: memref<4xf32>, %loss: memref<f32>, %a: memref<4xf32>, %b: memref<4xf32>, %c: memref<2x2xf32>)
    attributes {orrery.buckets = array<i64: -1, 0, 0, 1>, orrery.inputs = [tensor<4xf32>], orrery.outputs = [tensor<f32>, tensor<4xf32>, tensor<4xf32>, tensor<2x2xf32>]} {
  %one = arith.constant 1.0 : f32
  call @kernel(%x, %a) : (memref<4xf32>, memref<4xf32>) -> ()
  call @driver(%a, %b, %c) : (memref<4xf32>, memref<4xf32>, memref<2x2xf32>) -> ()
  memref.store %one, %loss[] : memref<f32>
  return
}
// CHECK-NOT: @driver
func.func private @driver(%a: memref<4xf32>, %b: memref<4xf32>, %c: memref<2x2xf32>) {
  %flat = memref.collapse_shape %c [[0, 1]] : memref<2x2xf32> into memref<4xf32>
  call @kernel(%a, %flat) : (memref<4xf32>, memref<4xf32>) -> ()
  call @kernel(%a, %b) : (memref<4xf32>, memref<4xf32>) -> ()
  return
}
// CHECK: func.func private @kernel
func.func private @kernel(%x: memref<4xf32>, %y: memref<4xf32>) attributes {orrery.kernel} {
  linalg.copy ins(%x : memref<4xf32>) outs(%y : memref<4xf32>)
  return
}

// -----

// Near miss: nobody asked for it.
// CHECK-LABEL: func.func @other(%{{[^,]*}}: memref<4xf32>) {
// CHECK-NEXT:    call @driver
// CHECK-NOT:     orrery_gradient_ready
func.func @other(%x: memref<4xf32>) {
  call @driver(%x) : (memref<4xf32>) -> ()
  return
}
func.func private @driver(%x: memref<4xf32>) {
  return
}
