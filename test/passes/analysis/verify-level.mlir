// RUN: orrery-opt %s --verify-level=level=model | FileCheck %s
// Every other level: orrery-run verifies each on the way down.
// RUN: orrery-run %s | FileCheck %s --check-prefix=PRINT
// The level that a module says it is at is the one that is verified.
// RUN: orrery-run %s --emit=ir:loops -o %t.mlir && orrery-opt %t.mlir --verify-level -o /dev/null
// RUN: not orrery-opt %t.mlir --verify-level=level=buffers 2>&1 | FileCheck %s --check-prefix=EARLY
// RUN: not orrery-opt %s --verify-level=level=floor 2>&1 | FileCheck %s --check-prefix=NONE

// EARLY: does not hold at level buffers: every buffer has its place in the arena
// NONE: no level 'floor'; there are model, plan, loops, buffers and llvm

// CHECK-LABEL: func.func @exp(
// PRINT-LABEL: exp:
// PRINT-NEXT: 1 1
func.func @exp() -> tensor<2xf32, #field.dims<a>> {
  %x = field.constant dense<0.0> : tensor<2xf32, #field.dims<a>>
  %y = field.exp %x : (tensor<2xf32, #field.dims<a>>) -> tensor<2xf32, #field.dims<a>>
  return %y : tensor<2xf32, #field.dims<a>>
}
