// Contractions with a dim of run-time size: RUN lines look at what is allocated, and test/run/ragged-products.mlir at the numbers.
// RUN: orrery-opt %s --pass-sizes --tile-contraction | FileCheck %s

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
