// RUN: orrery-opt %s --pass-pipeline='builtin.module(func.func(stream-stores{cache-bytes=65536}))' | FileCheck %s
// RUN: orrery-opt %s --pass-pipeline='builtin.module(convert-scf-to-openmp,func.func(stream-stores{cache-bytes=65536}))' | FileCheck %s --check-prefix=WORKERS
// RUN: not orrery-opt %s --pass-pipeline='builtin.module(func.func(stream-stores{cache-bytes=many}))' 2>&1 | FileCheck %s --check-prefix=OPTION
// OPTION: for the --cache-bytes option: 'many' value invalid

// 128 KiB, row by row, past a cache of 64. The workers' fence stands before they wait for each other: the region's end waits, and not the loop's.
// CHECK-LABEL: func.func private @rows(
// CHECK:         vector.store %{{.*}}, %{{.*}}[%{{.*}}] {alignment = 32 : i64, nontemporal = true}
// CHECK:         llvm.call_intrinsic "llvm.x86.sse.sfence"()
// CHECK-NEXT:    return
// WORKERS-LABEL: func.func private @rows(
// WORKERS:         omp.parallel
// WORKERS-NEXT:      omp.wsloop nowait
// WORKERS:             vector.store {{.*}} nontemporal = true
// WORKERS:           llvm.call_intrinsic "llvm.x86.sse.sfence"()
// WORKERS-NEXT:      omp.terminator
// WORKERS-NOT:     llvm.call_intrinsic
// WORKERS:         return
func.func private @rows(%x: memref<256x128xf32>, %y: memref<256x128xf32>) attributes {orrery.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %flat = memref.collapse_shape %y [[0, 1]] : memref<256x128xf32> into memref<32768xf32>
  scf.parallel (%i) = (%c0) to (%c256) step (%c1) {
    scf.for %j = %c0 to %c128 step %c8 {
      %v = vector.load %x[%i, %j] : memref<256x128xf32>, vector<8xf32>
      %start = arith.muli %i, %c128 : index
      %at = arith.addi %start, %j : index
      vector.store %v, %flat[%at] : memref<32768xf32>, vector<8xf32>
    }
    scf.reduce
  }
  return
}

// Two vectors of a tile's row make a line, whatever loop is around them.
// CHECK-LABEL: func.func private @tile(
// CHECK-COUNT-2: nontemporal = true
// CHECK:         return
func.func private @tile(%v: vector<8xf32>, %y: memref<2048x16xf32>) attributes {orrery.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c2048 = arith.constant 2048 : index
  scf.for %i = %c0 to %c2048 step %c1 {
    vector.store %v, %y[%i, %c0] : memref<2048x16xf32>, vector<8xf32>
    vector.store %v, %y[%i, %c8] : memref<2048x16xf32>, vector<8xf32>
  }
  return
}

// Near miss: half a line a row.
// CHECK-LABEL: func.func private @half_lines(
// CHECK-NOT:     nontemporal = true
// CHECK-NOT:     sfence
// CHECK:         return
func.func private @half_lines(%v: vector<8xf32>, %y: memref<2048x16xf32>) attributes {orrery.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2048 = arith.constant 2048 : index
  scf.for %i = %c0 to %c2048 step %c1 {
    vector.store %v, %y[%i, %c0] : memref<2048x16xf32>, vector<8xf32>
  }
  return
}

// Near miss: as large as the cache, not larger.
// CHECK-LABEL: func.func private @small(
// CHECK-NOT:     nontemporal = true
// CHECK:         return
func.func private @small(%v: vector<8xf32>, %y: memref<16384xf32>) attributes {orrery.kernel} {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %c16384 = arith.constant 16384 : index
  scf.for %i = %c0 to %c16384 step %c8 {
    vector.store %v, %y[%i] : memref<16384xf32>, vector<8xf32>
  }
  return
}

// Near miss: the kernel reads its result again.
// CHECK-LABEL: func.func private @read(
// CHECK-NOT:     nontemporal = true
// CHECK:         return
func.func private @read(%v: vector<8xf32>, %y: memref<32768xf32>) attributes {orrery.kernel} {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %c32768 = arith.constant 32768 : index
  scf.for %i = %c0 to %c32768 step %c8 {
    %before = vector.load %y[%i] : memref<32768xf32>, vector<8xf32>
    %sum = arith.addf %before, %v : vector<8xf32>
    vector.store %sum, %y[%i] : memref<32768xf32>, vector<8xf32>
  }
  return
}

// Near miss: rows of 132 numbers begin between two multiples of the vector.
// CHECK-LABEL: func.func private @misaligned(
// CHECK-NOT:     nontemporal = true
// CHECK:         return
func.func private @misaligned(%v: vector<8xf32>, %y: memref<256x132xf32>) attributes {orrery.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  scf.for %i = %c0 to %c256 step %c1 {
    scf.for %j = %c0 to %c128 step %c8 {
      vector.store %v, %y[%i, %j] : memref<256x132xf32>, vector<8xf32>
    }
  }
  return
}

// Near miss: the end of each row is a part of a vector.
// CHECK-LABEL: func.func private @partial(
// CHECK-NOT:     nontemporal = true
// CHECK:         return
func.func private @partial(%v: vector<8xf32>, %m: vector<8xi1>, %y: memref<256x132xf32>) attributes {orrery.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  scf.for %i = %c0 to %c256 step %c1 {
    scf.for %j = %c0 to %c128 step %c8 {
      vector.store %v, %y[%i, %j] : memref<256x132xf32>, vector<8xf32>
    }
    vector.maskedstore %y[%i, %c128], %m, %v : memref<256x132xf32>, vector<8xi1>, vector<8xf32>
  }
  return
}

// Near miss: every turn of the outer loop writes all of it.
// CHECK-LABEL: func.func private @again(
// CHECK-NOT:     nontemporal = true
// CHECK:         return
func.func private @again(%v: vector<8xf32>, %y: memref<32768xf32>) attributes {orrery.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c32768 = arith.constant 32768 : index
  scf.for %k = %c0 to %c8 step %c1 {
    scf.for %i = %c0 to %c32768 step %c8 {
      vector.store %v, %y[%i] : memref<32768xf32>, vector<8xf32>
    }
  }
  return
}

// Near miss: vectors far apart, one a turn of the inner loop.
// CHECK-LABEL: func.func private @apart(
// CHECK-NOT:     nontemporal = true
// CHECK:         return
func.func private @apart(%v: vector<8xf32>, %y: memref<256x128xf32>) attributes {orrery.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  scf.for %j = %c0 to %c128 step %c8 {
    scf.for %i = %c0 to %c256 step %c1 {
      vector.store %v, %y[%i, %j] : memref<256x128xf32>, vector<8xf32>
    }
  }
  return
}

// Near miss: how many rows there are is known at run time only.
// CHECK-LABEL: func.func private @ragged(
// CHECK-NOT:     nontemporal = true
// CHECK:         return
func.func private @ragged(%n: index, %v: vector<8xf32>, %y: memref<?x8xf32>) attributes {orrery.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    vector.store %v, %y[%i, %c0] : memref<?x8xf32>, vector<8xf32>
  }
  return
}

// Near miss: a driver's buffers begin where its caller wants.
// CHECK-LABEL: func.func @driver(
// CHECK-NOT:     nontemporal = true
// CHECK:         return
func.func @driver(%v: vector<8xf32>, %y: memref<32768xf32>) {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %c32768 = arith.constant 32768 : index
  scf.for %i = %c0 to %c32768 step %c8 {
    vector.store %v, %y[%i] : memref<32768xf32>, vector<8xf32>
  }
  return
}
