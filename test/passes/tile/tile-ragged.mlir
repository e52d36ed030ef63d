// RUN: orrery-opt %s --pass-sizes --tile-ragged | FileCheck %s

// Messages along edges, added up by atom: workers share the atoms, rows of 64 channels are read as vectors where they lie, and nothing along the edges is stored but for a tile of 30 edges a worker, for
// which the filter is one product with its sums in registers.
// CHECK-LABEL: func.func private @messages(
// CHECK:         memref.alloc() {alignment = 64 : i64} : memref<8x64xf32>
// CHECK-DAG:     memref.alloc() {alignment = 64 : i64} : memref<16x30x16xf32>
// CHECK-DAG:     memref.alloc() {alignment = 64 : i64} : memref<16x30x64xf32>
// CHECK:         scf.parallel
// CHECK:           vector.fma
// CHECK:           scf.for
// CHECK:             vector.load
// CHECK-NOT:         vector.fma
// CHECK-NOT:         vector.gather
// CHECK-NOT:         atomic
// CHECK-NOT:         memref.alloc
// CHECK:         return
func.func private @messages(%x: tensor<?x64xf32, #field.dims<atom, D>>, %r: tensor<?x8xf32, #field.dims<edge, rbf>>, %w: tensor<8x64xf32, #field.dims<rbf, D>>, %src: tensor<?xi32, #field.dims<edge>>, %rs: tensor<?x2xi32, #field.dims<atom, ends>>, %os: tensor<?xi32, #field.dims<edge>>, %dst: tensor<?xi32, #field.dims<edge>>, %rd: tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x64xf32, #field.dims<atom, D>> attributes {orrery.kernel} {
  %f = field.contract %r, %w over ["rbf"] : (tensor<?x8xf32, #field.dims<edge, rbf>>, tensor<8x64xf32, #field.dims<rbf, D>>) -> tensor<?x64xf32, #field.dims<edge, D>>
  %g = graph.gather %x by %src, %rs, %os : (tensor<?x64xf32, #field.dims<atom, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>, tensor<?xi32, #field.dims<edge>>) -> tensor<?x64xf32, #field.dims<edge, D>>
  %m = field.mul %f, %g : (tensor<?x64xf32, #field.dims<edge, D>>, tensor<?x64xf32, #field.dims<edge, D>>) -> tensor<?x64xf32, #field.dims<edge, D>>
  %s = graph.segment sum %m by %dst, %rd : (tensor<?x64xf32, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x64xf32, #field.dims<atom, D>>
  return %s : tensor<?x64xf32, #field.dims<atom, D>>
}

// The gradient of a weight: each worker adds up for itself, and their sums are added in order.
// CHECK-LABEL: func.func private @weights(
// CHECK:         memref.alloc() {alignment = 64 : i64} : memref<16x8x64xf32>
// CHECK:         scf.parallel
// CHECK:         scf.for
// CHECK:         vector.fma
// CHECK-NOT:     scf.parallel
// CHECK:         return
func.func private @weights(%g: tensor<?x64xf32, #field.dims<edge, D>>, %r: tensor<?x8xf32, #field.dims<edge, rbf>>) -> tensor<8x64xf32, #field.dims<rbf, D>> attributes {orrery.kernel} {
  %d = field.contract %g, %r over ["edge"] : (tensor<?x64xf32, #field.dims<edge, D>>, tensor<?x8xf32, #field.dims<edge, rbf>>) -> tensor<8x64xf32, #field.dims<rbf, D>>
  return %d : tensor<8x64xf32, #field.dims<rbf, D>>
}

// A large one is added by all threads at once; the small one above is done sooner by one.
// CHECK-LABEL: func.func private @large_weights(
// CHECK:         scf.parallel
// CHECK:         vector.fma
// CHECK:         scf.parallel
// CHECK:           arith.addf
// CHECK:         return
func.func private @large_weights(%g: tensor<?x512xf32, #field.dims<edge, D>>, %r: tensor<?x8xf32, #field.dims<edge, rbf>>) -> tensor<8x512xf32, #field.dims<rbf, D>> attributes {orrery.kernel} {
  %d = field.contract %g, %r over ["edge"] : (tensor<?x512xf32, #field.dims<edge, D>>, tensor<?x8xf32, #field.dims<edge, rbf>>) -> tensor<8x512xf32, #field.dims<rbf, D>>
  return %d : tensor<8x512xf32, #field.dims<rbf, D>>
}

// What goes back to the eight numbers: vectors of a tile, summed along the row.
// CHECK-LABEL: func.func private @back(
// CHECK:         memref.alloc() {alignment = 64 : i64} : memref<64x16xf32>
// CHECK:         scf.parallel
// CHECK:           vector.fma
// CHECK-NOT:       vector.reduction
// CHECK:         return
func.func private @back(%x: tensor<?x64xf32, #field.dims<edge, D>>, %w: tensor<8x64xf32, #field.dims<rbf, D>>) -> tensor<?x8xf32, #field.dims<edge, rbf>> attributes {orrery.kernel} {
  %y = field.mul %x, %x : (tensor<?x64xf32, #field.dims<edge, D>>, tensor<?x64xf32, #field.dims<edge, D>>) -> tensor<?x64xf32, #field.dims<edge, D>>
  %r = field.contract %y, %w over ["D"] : (tensor<?x64xf32, #field.dims<edge, D>>, tensor<8x64xf32, #field.dims<rbf, D>>) -> tensor<?x8xf32, #field.dims<edge, rbf>>
  return %r : tensor<?x8xf32, #field.dims<edge, rbf>>
}

// Near miss: of four numbers an edge the sum is made where it is used, element by element.
// CHECK-LABEL: func.func private @few(
// CHECK-NOT:     memref<16x30x
// CHECK:         math.fma
// CHECK-NOT:     memref<16x30x
// CHECK:         return
func.func private @few(%r: tensor<?x4xf32, #field.dims<edge, rbf>>, %w: tensor<4x64xf32, #field.dims<rbf, D>>) -> tensor<?x64xf32, #field.dims<edge, D>> attributes {orrery.kernel} {
  %f = field.contract %r, %w over ["rbf"] : (tensor<?x4xf32, #field.dims<edge, rbf>>, tensor<4x64xf32, #field.dims<rbf, D>>) -> tensor<?x64xf32, #field.dims<edge, D>>
  return %f : tensor<?x64xf32, #field.dims<edge, D>>
}

// Nor are there tiles where six rows, of 16384 numbers each, do not fit in the cache.
// CHECK-LABEL: func.func private @wide(
// CHECK-NOT:     memref.alloc() {{.*}}16384xf32>
// CHECK:         math.fma
// CHECK:         return
func.func private @wide(%r: tensor<?x8xf32, #field.dims<edge, rbf>>, %w: tensor<8x16384xf32, #field.dims<rbf, D>>) -> tensor<?x16384xf32, #field.dims<edge, D>> attributes {orrery.kernel} {
  %f = field.contract %r, %w over ["rbf"] : (tensor<?x8xf32, #field.dims<edge, rbf>>, tensor<8x16384xf32, #field.dims<rbf, D>>) -> tensor<?x16384xf32, #field.dims<edge, D>>
  return %f : tensor<?x16384xf32, #field.dims<edge, D>>
}

// A product of two large matrices is no such kernel, and neither is anything that goes on with a segment's sum.
// CHECK-LABEL: func.func private @large(
// CHECK:         field.contract
func.func private @large(%x: tensor<?x64xf32, #field.dims<atom, D>>, %w: tensor<64x64xf32, #field.dims<H, D>>) -> tensor<?x64xf32, #field.dims<atom, H>> attributes {orrery.kernel} {
  %y = field.contract %x, %w over ["D"] : (tensor<?x64xf32, #field.dims<atom, D>>, tensor<64x64xf32, #field.dims<H, D>>) -> tensor<?x64xf32, #field.dims<atom, H>>
  return %y : tensor<?x64xf32, #field.dims<atom, H>>
}
// CHECK-LABEL: func.func private @goes_on(
// CHECK:         graph.segment
func.func private @goes_on(%x: tensor<?x64xf32, #field.dims<edge, D>>, %dst: tensor<?xi32, #field.dims<edge>>, %rd: tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x64xf32, #field.dims<atom, D>> attributes {orrery.kernel} {
  %s = graph.segment sum %x by %dst, %rd : (tensor<?x64xf32, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x64xf32, #field.dims<atom, D>>
  %n = field.neg %s : (tensor<?x64xf32, #field.dims<atom, D>>) -> tensor<?x64xf32, #field.dims<atom, D>>
  return %n : tensor<?x64xf32, #field.dims<atom, D>>
}
