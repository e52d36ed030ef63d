// RUN: orrery-opt %s --pass-pipeline='builtin.module(func.func(share-out-loops))' | FileCheck %s

// Two outer loops are enough for the workers.
// CHECK-LABEL: func.func private @grid(
// CHECK:         scf.parallel (%{{.*}}, %{{.*}}) =
// CHECK:           scf.for
// CHECK:             memref.store
func.func private @grid(%a: memref<8x32x100xf32>, %b: memref<8x32x100xf32>) attributes {orrery.kernel} {
  linalg.copy ins(%a : memref<8x32x100xf32>) outs(%b : memref<8x32x100xf32>)
  return
}

// Near miss: too little to do.
// CHECK-LABEL: func.func private @small(
// CHECK-NOT:     scf.parallel
// CHECK:         return
func.func private @small(%a: memref<8x32xf32>, %b: memref<8x32xf32>) attributes {orrery.kernel} {
  linalg.copy ins(%a : memref<8x32xf32>) outs(%b : memref<8x32xf32>)
  return
}

// Near miss: a sum over the outer loop is one worker's.
// CHECK-LABEL: func.func private @sum(
// CHECK-NOT:     scf.parallel
// CHECK:         return
func.func private @sum(%a: memref<1000x100xf32>, %b: memref<100xf32>) attributes {orrery.kernel} {
  linalg.generic {indexing_maps = [affine_map<(r, c) -> (r, c)>, affine_map<(r, c) -> (c)>], iterator_types = ["reduction", "parallel"]}
    ins(%a : memref<1000x100xf32>) outs(%b : memref<100xf32>) {
  ^bb0(%x: f32, %s: f32):
    %t = arith.addf %s, %x : f32
    linalg.yield %t : f32
  }
  return
}
