// RUN: orrery-opt %s --pass-sizes --tile-ragged | FileCheck %s

// Messages along edges, added up by atom: workers share the atoms, an atom's edges follow one another, rows of 64 channels are read as vectors where they lie, and nothing along the edges is stored.
// CHECK-LABEL: func.func private @messages(
// CHECK-NOT:     memref.alloc
// CHECK:         scf.parallel
// CHECK:           scf.for
// CHECK:             scf.for
// CHECK:               vector.load
// CHECK-NOT:           vector.gather
// CHECK-NOT:           atomic
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
func.func private @weights(%g: tensor<?x64xf32, #field.dims<edge, D>>, %r: tensor<?x8xf32, #field.dims<edge, rbf>>) -> tensor<8x64xf32, #field.dims<rbf, D>> attributes {orrery.kernel} {
  %d = field.contract %g, %r over ["edge"] : (tensor<?x64xf32, #field.dims<edge, D>>, tensor<?x8xf32, #field.dims<edge, rbf>>) -> tensor<8x64xf32, #field.dims<rbf, D>>
  return %d : tensor<8x64xf32, #field.dims<rbf, D>>
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
