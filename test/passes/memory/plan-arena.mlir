// RUN: orrery-opt %s --plan-arena --split-input-file --verify-diagnostics | FileCheck %s

// Three arrays of which two live at a time: the third takes the place of the first. What a callee needs lies there for the call.
// CHECK-LABEL: func.func @chain
// CHECK-SAME: %[[ARENA:[a-z0-9]+]]: memref<3072xi8>) attributes {orrery.arena_bytes = 3072 : i64, orrery.live_bytes = 3072 : i64}
// CHECK-DAG: %[[A:.*]] = memref.view %[[ARENA]][%[[ZERO:.*]]][] : memref<3072xi8> to memref<256xf32>
// CHECK-DAG: %[[B:.*]] = memref.view %[[ARENA]][%{{.*}}][] : memref<3072xi8> to memref<256xf32>
// CHECK-NOT: memref.alloc
func.func @chain(%x: memref<256xf32>, %out: memref<256xf32>) {
  %a = memref.alloc() : memref<256xf32>
  call @scratch(%x, %a) : (memref<256xf32>, memref<256xf32>) -> ()
  %b = memref.alloc() : memref<256xf32>
  call @plain(%a, %b) : (memref<256xf32>, memref<256xf32>) -> ()
  %c = memref.alloc() : memref<256xf32>
  call @scratch(%b, %c) : (memref<256xf32>, memref<256xf32>) -> ()
  call @plain(%c, %out) : (memref<256xf32>, memref<256xf32>) -> ()
  return
}
// CHECK-LABEL: func.func private @scratch
// CHECK-SAME: memref<1024xi8>)
// CHECK-SAME: orrery.arena_bytes = 1024
func.func private @scratch(%x: memref<256xf32>, %out: memref<256xf32>) attributes {orrery.kernel} {
  %t = memref.alloc() : memref<256xf32>
  linalg.copy ins(%x : memref<256xf32>) outs(%t : memref<256xf32>)
  linalg.copy ins(%t : memref<256xf32>) outs(%out : memref<256xf32>)
  return
}
// Near miss: what needs nothing takes nothing.
// CHECK-LABEL: func.func private @plain
// CHECK-SAME: (%{{.*}}: memref<256xf32>, %{{.*}}: memref<256xf32>) attributes {orrery.arena_bytes = 0
func.func private @plain(%x: memref<256xf32>, %out: memref<256xf32>) attributes {orrery.kernel} {
  linalg.copy ins(%x : memref<256xf32>) outs(%out : memref<256xf32>)
  return
}

// -----

// Every thread of a parallel loop has memory of its own: its stack.
// CHECK-LABEL: func.func private @parallel
// CHECK-SAME: orrery.arena_bytes = 0
// CHECK: scf.parallel
// CHECK-NEXT: memref.alloca() {alignment = 64 : i64} : memref<64xf32>
func.func private @parallel(%x: memref<4x64xf32>) attributes {orrery.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    %t = memref.alloc() : memref<64xf32>
    memref.store %zero, %t[%i] : memref<64xf32>
    %v = memref.load %t[%i] : memref<64xf32>
    memref.store %v, %x[%i, %i] : memref<4x64xf32>
  }
  return
}

// -----

func.func private @too_large() attributes {orrery.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  scf.parallel (%i) = (%c0) to (%c1) step (%c1) {
    // expected-error@+1 {{needs more memory in an iteration of a parallel loop than the stack has}}
    %t = memref.alloc() : memref<1048576xf32>
    memref.store %zero, %t[%i] : memref<1048576xf32>
  }
  return
}

// -----

func.func private @unknown(%n: index) {
  // expected-error@+1 {{has a size or layout that is not known when the arena is planned}}
  %t = memref.alloc(%n) : memref<?xf32>
  return
}
