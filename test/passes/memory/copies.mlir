// RUN: orrery-opt %s --copies-to-loops | FileCheck %s
// RUN: orrery-opt %s --copies-to-loops --verify-no-allocation --split-input-file --verify-diagnostics

// CHECK-LABEL: func.func private @kernel
// CHECK: linalg.copy
func.func private @kernel(%x: memref<8xf32>, %y: memref<8xf32>) attributes {orrery.kernel} {
  memref.copy %x, %y : memref<8xf32> to memref<8xf32>
  return
}

// Near miss: a driver's copy moves whole arrays, for which the C library is best.
// CHECK-LABEL: func.func @driver
// CHECK: memref.copy
func.func @driver(%x: memref<8xf32>, %y: memref<8xf32>) {
  memref.copy %x, %y : memref<8xf32> to memref<8xf32>
  return
}

// -----

func.func @allocates() {
  // expected-error@+1 {{allocates memory while the program runs}}
  %t = memref.alloc() : memref<8xf32>
  return
}

// -----

func.func @copies(%x: memref<8xf32>, %y: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    // expected-error@+1 {{copies a buffer in every iteration of a loop}}
    memref.copy %x, %y : memref<8xf32> to memref<8xf32>
  }
  return
}
