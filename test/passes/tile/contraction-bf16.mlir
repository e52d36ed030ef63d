// Contractions of bf16 in pairs: the same numbers as plain loops (all of them whole and small, so that nothing is rounded), the machine's dot product on a target that has it, and none elsewhere.
// RUN: %python %root/test/passes/tile/compare.py %s
// RUN: orrery-opt %s --canonicalize --outline-each --tile-contraction | FileCheck %s
// RUN: orrery-run %s --target=znver4 --emit=asm -o - | FileCheck %s --check-prefix=DOT
// RUN: orrery-run %s --target=x86-64-v3 --emit=asm -o - | FileCheck %s --check-prefix=NONE

// CHECK: x86vector.avx512.dot
// DOT: vdpbf16ps
// NONE-NOT: vdpbf16ps
// NONE-NOT: __truncsfbf2

func.func @linear() -> tensor<3x9x20xf32, #field.dims<b, r, H>> {
  %v0 = field.iota : tensor<3xf32, #field.dims<b>>
  %v1 = field.iota : tensor<9xf32, #field.dims<r>>
  %v2 = field.iota : tensor<34xf32, #field.dims<D>>
  %v3 = field.add %v0, %v1 : (tensor<3xf32, #field.dims<b>>, tensor<9xf32, #field.dims<r>>) -> tensor<3x9xf32, #field.dims<b, r>>
  %v4 = field.add %v3, %v2 : (tensor<3x9xf32, #field.dims<b, r>>, tensor<34xf32, #field.dims<D>>) -> tensor<3x9x34xf32, #field.dims<b, r, D>>
  %v5 = field.cast %v4 : (tensor<3x9x34xf32, #field.dims<b, r, D>>) -> tensor<3x9x34xbf16, #field.dims<b, r, D>>
  %v6 = field.iota : tensor<20xf32, #field.dims<H>>
  %v7 = field.iota : tensor<34xf32, #field.dims<D>>
  %v8 = field.add %v6, %v7 : (tensor<20xf32, #field.dims<H>>, tensor<34xf32, #field.dims<D>>) -> tensor<20x34xf32, #field.dims<H, D>>
  %v9 = field.cast %v8 : (tensor<20x34xf32, #field.dims<H, D>>) -> tensor<20x34xbf16, #field.dims<H, D>>
  %y = field.contract %v5, %v9 over ["D"] : (tensor<3x9x34xbf16, #field.dims<b, r, D>>, tensor<20x34xbf16, #field.dims<H, D>>) -> tensor<3x9x20xf32, #field.dims<b, r, H>>
  %z = field.relu %y : (tensor<3x9x20xf32, #field.dims<b, r, H>>) -> tensor<3x9x20xf32, #field.dims<b, r, H>>
  return %z : tensor<3x9x20xf32, #field.dims<b, r, H>>
}

// The summed names do not lie innermost in either operand.
func.func @weight_gradient() -> tensor<34x20xf32, #field.dims<D, H>> {
  %v0 = field.iota : tensor<80xf32, #field.dims<t>>
  %v1 = field.iota : tensor<34xf32, #field.dims<D>>
  %v2 = field.add %v0, %v1 : (tensor<80xf32, #field.dims<t>>, tensor<34xf32, #field.dims<D>>) -> tensor<80x34xf32, #field.dims<t, D>>
  %v3 = field.cast %v2 : (tensor<80x34xf32, #field.dims<t, D>>) -> tensor<80x34xbf16, #field.dims<t, D>>
  %v4 = field.iota : tensor<80xf32, #field.dims<t>>
  %v5 = field.iota : tensor<20xf32, #field.dims<H>>
  %v6 = field.add %v4, %v5 : (tensor<80xf32, #field.dims<t>>, tensor<20xf32, #field.dims<H>>) -> tensor<80x20xf32, #field.dims<t, H>>
  %v7 = field.cast %v6 : (tensor<80x20xf32, #field.dims<t, H>>) -> tensor<80x20xbf16, #field.dims<t, H>>
  %y = field.contract %v3, %v7 over ["t"] : (tensor<80x34xbf16, #field.dims<t, D>>, tensor<80x20xbf16, #field.dims<t, H>>) -> tensor<34x20xf32, #field.dims<D, H>>
  return %y : tensor<34x20xf32, #field.dims<D, H>>
}

// Near miss: an odd number of elements makes no pairs; they are widened when they are read.
func.func @odd() -> tensor<3x9x20xf32, #field.dims<b, r, H>> {
  %v0 = field.iota : tensor<3xf32, #field.dims<b>>
  %v1 = field.iota : tensor<9xf32, #field.dims<r>>
  %v2 = field.iota : tensor<33xf32, #field.dims<D>>
  %v3 = field.add %v0, %v1 : (tensor<3xf32, #field.dims<b>>, tensor<9xf32, #field.dims<r>>) -> tensor<3x9xf32, #field.dims<b, r>>
  %v4 = field.add %v3, %v2 : (tensor<3x9xf32, #field.dims<b, r>>, tensor<33xf32, #field.dims<D>>) -> tensor<3x9x33xf32, #field.dims<b, r, D>>
  %v5 = field.cast %v4 : (tensor<3x9x33xf32, #field.dims<b, r, D>>) -> tensor<3x9x33xbf16, #field.dims<b, r, D>>
  %v6 = field.iota : tensor<20xf32, #field.dims<H>>
  %v7 = field.iota : tensor<33xf32, #field.dims<D>>
  %v8 = field.add %v6, %v7 : (tensor<20xf32, #field.dims<H>>, tensor<33xf32, #field.dims<D>>) -> tensor<20x33xf32, #field.dims<H, D>>
  %v9 = field.cast %v8 : (tensor<20x33xf32, #field.dims<H, D>>) -> tensor<20x33xbf16, #field.dims<H, D>>
  %y = field.contract %v5, %v9 over ["D"] : (tensor<3x9x33xbf16, #field.dims<b, r, D>>, tensor<20x33xbf16, #field.dims<H, D>>) -> tensor<3x9x20xf32, #field.dims<b, r, H>>
  return %y : tensor<3x9x20xf32, #field.dims<b, r, H>>
}
