// RUN: orrery-opt %s --pass-bare-arrays --split-input-file --verify-diagnostics | FileCheck %s

// A buffer is handed over as a bare pointer, and gets its sizes from the argument that holds them.
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<f32>, %[[N:[a-z0-9]+]]: index)
// CHECK: %[[SIZED:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [%[[N]], 3], strides: [3, 1] : memref<f32> to memref<?x3xf32>
// CHECK: memref.load %[[SIZED]]
func.func private @kernel(%x: memref<?x3xf32> {orrery.dims = #field.dims<atom, xyz>}, %n: index {orrery.size = ["atom"]}) {
  %zero = arith.constant 0 : index
  %v = memref.load %x[%zero, %zero] : memref<?x3xf32>
  return
}
// CHECK-LABEL: func.func @driver(
// CHECK: %[[BARE:.*]] = memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [], strides: [] : memref<?x3xf32> to memref<f32>
// CHECK: call @kernel(%[[BARE]], %{{.*}}) : (memref<f32>, index) -> ()
func.func @driver(%x: memref<?x3xf32> {orrery.dims = #field.dims<atom, xyz>}, %n: index {orrery.size = ["atom"]}) {
  call @kernel(%x, %n) : (memref<?x3xf32>, index) -> ()
  return
}
// Known sizes stay in the signature.
// CHECK-LABEL: func.func @known(
// CHECK-SAME: memref<5x3xf32>)
func.func @known(%x: memref<5x3xf32>) {
  return
}

// -----

// expected-error@+1 {{takes an array whose sizes no argument tells}}
func.func @untold(%x: memref<?xf32>) {
  return
}
