// Contractions with a dim of run-time size: RUN lines look at what is allocated, and test/run/ragged-products.mlir at the numbers.
// RUN: orrery-opt %s --pass-sizes --tile-contraction | FileCheck %s
// RUN: orrery-opt %s --pass-sizes --tile-contraction="vector-bits=256 registers=16" | FileCheck %s --check-prefix=FEW

// A weight's gradient sums over atoms: 32 of them at a time go on adding to the same sums, which have a place.
// CHECK-LABEL: func.func private @gradient(
// CHECK:         memref.alloc() {alignment = 64 : i64} : memref<64x64xf32>
// CHECK:         scf.parallel
// CHECK:           scf.for %{{.*}} = %c0{{.*}} to %{{.*}} step %c32
// CHECK:             vector.fma
func.func private @gradient(%g: tensor<?x64xf32, #field.dims<atom, H>>, %x: tensor<?x64xf32, #field.dims<atom, D>>) -> tensor<64x64xf32, #field.dims<H, D>> attributes {orrery.kernel} {
  %w = field.contract %g, %x over ["atom"] : (tensor<?x64xf32, #field.dims<atom, H>>, tensor<?x64xf32, #field.dims<atom, D>>) -> tensor<64x64xf32, #field.dims<H, D>>
  return %w : tensor<64x64xf32, #field.dims<H, D>>
}

// Near miss: a long sum for each of the atoms, whose number is not known here, has no place: it stays in registers from end to end.
// CHECK-LABEL: func.func private @linear(
// CHECK-NOT:     memref.alloc() {{.*}}memref<1024x64xf32>
// CHECK:         scf.parallel
// CHECK:           vector.fma
// CHECK-NOT:     memref<1024x64xf32>
// CHECK:         return
func.func private @linear(%x: tensor<?x2048xf32, #field.dims<atom, D>>, %w: tensor<2048x64xf32, #field.dims<D, H>>) -> tensor<?x64xf32, #field.dims<atom, H>> attributes {orrery.kernel} {
  %y = field.contract %x, %w over ["D"] : (tensor<?x2048xf32, #field.dims<atom, D>>, tensor<2048x64xf32, #field.dims<D, H>>) -> tensor<?x64xf32, #field.dims<atom, H>>
  return %y : tensor<?x64xf32, #field.dims<atom, H>>
}

// All rows, however many, are one loop of blocks of two tiles, which are shared out at once; only what lies beyond the last is not stored.
// CHECK-LABEL: func.func private @rows(
// CHECK:         scf.parallel
// CHECK:         arith.ceildivui %{{.*}}, %c12
// CHECK:         scf.parallel
// CHECK:           arith.minui
// CHECK:             vector.fma
// CHECK:             scf.if
// CHECK:               vector.store
// CHECK-NOT:     scf.parallel
// CHECK:         return
func.func private @rows(%x: tensor<?x3x64xf32, #field.dims<atom, xyz, D>>, %y: tensor<64x64xf32, #field.dims<H, D>>) -> tensor<?x3x64xf32, #field.dims<atom, xyz, H>> attributes {orrery.kernel} {
  %w = field.contract %x, %y over ["D"] : (tensor<?x3x64xf32, #field.dims<atom, xyz, D>>, tensor<64x64xf32, #field.dims<H, D>>) -> tensor<?x3x64xf32, #field.dims<atom, xyz, H>>
  return %w : tensor<?x3x64xf32, #field.dims<atom, xyz, H>>
}

// A tile has at least ten sums: 128 rows are not cut in fours, which divide them, but in sixes, twelve sums beside 16 registers. Eight threads get 16 rows each, and none is left over for a loop of its own.
// FEW-LABEL: func.func private @even(
// FEW:         scf.parallel ({{.*}}) = ({{.*}}) to (%c8
// FEW:         :12 = scf.for
// FEW:         :8 = scf.for
// FEW-NOT:     scf.parallel
// FEW:         return
// 20 rows divide by five: ten sums.
// FEW-LABEL: func.func private @fives(
// FEW:         :10 = scf.for
func.func private @even(%g: tensor<?x128xf32, #field.dims<atom, H>>, %x: tensor<?x64xf32, #field.dims<atom, D>>) -> tensor<128x64xf32, #field.dims<H, D>> attributes {orrery.kernel} {
  %w = field.contract %g, %x over ["atom"] : (tensor<?x128xf32, #field.dims<atom, H>>, tensor<?x64xf32, #field.dims<atom, D>>) -> tensor<128x64xf32, #field.dims<H, D>>
  return %w : tensor<128x64xf32, #field.dims<H, D>>
}
func.func private @fives(%g: tensor<?x20xf32, #field.dims<atom, H>>, %x: tensor<?x64xf32, #field.dims<atom, D>>) -> tensor<20x64xf32, #field.dims<H, D>> attributes {orrery.kernel} {
  %w = field.contract %g, %x over ["atom"] : (tensor<?x20xf32, #field.dims<atom, H>>, tensor<?x64xf32, #field.dims<atom, D>>) -> tensor<20x64xf32, #field.dims<H, D>>
  return %w : tensor<20x64xf32, #field.dims<H, D>>
}
