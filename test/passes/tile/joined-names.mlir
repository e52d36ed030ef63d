// Names that were joined are one index in memory too: nothing divides it to find where it lies.
// RUN: orrery-run %s --target=x86-64-v3 --emit=ir:llvm -o - | FileCheck %s

// CHECK-LABEL: llvm.func {{.*}}kernel_contract
// CHECK-NOT:   llvm.srem
// CHECK-NOT:   llvm.sdiv
// CHECK:       llvm.intr.fmuladd
// CHECK-NOT:   llvm.srem
// CHECK-NOT:   llvm.sdiv

// The gradient of a weight that was used for three components of every atom, summed over both.
func.func @gradient(%g: tensor<?x3x64xf32, #field.dims<atom, xyz, H>>, %x: tensor<?x3x64xf32, #field.dims<atom, xyz, D>>) -> tensor<64x64xf32, #field.dims<H, D>> {
  %w = field.contract %g, %x over ["atom", "xyz"] : (tensor<?x3x64xf32, #field.dims<atom, xyz, H>>, tensor<?x3x64xf32, #field.dims<atom, xyz, D>>) -> tensor<64x64xf32, #field.dims<H, D>>
  return %w : tensor<64x64xf32, #field.dims<H, D>>
}

// And of one with three parts, which an atom's row has side by side.
func.func @parts(%g: tensor<?x3x64xf32, #field.dims<atom, part, H>>, %w: tensor<3x64x64xf32, #field.dims<part, H, D>>) -> tensor<?x64xf32, #field.dims<atom, D>> {
  %y = field.contract %g, %w over ["part", "H"] : (tensor<?x3x64xf32, #field.dims<atom, part, H>>, tensor<3x64x64xf32, #field.dims<part, H, D>>) -> tensor<?x64xf32, #field.dims<atom, D>>
  return %y : tensor<?x64xf32, #field.dims<atom, D>>
}
