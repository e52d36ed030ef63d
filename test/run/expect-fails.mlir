// A failed comparison names the place, the worst element by dim, both values; the program ends with 5.
// RUN: not orrery-run %s --plain --function=wrong 2>&1 | FileCheck %s
// RUN: orrery-run %s --plain --function=close
// RUN: not orrery-run %s --plain --function=nothing 2>&1 | FileCheck %s --check-prefix=MISSING

// CHECK: expect-fails.mlir:[[@LINE+5]]:3: expectation failed: 2 of 6 elements differ by more than 0.0065; the worst at row = 1, D = 2: 6, expected 6.5 (off by 0.5)
// MISSING: error: has no public function 'nothing'
func.func @wrong() {
  %a = field.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32, #field.dims<row, D>>
  %b = field.constant dense<[[1.25, 4.0], [2.0, 5.0], [3.0, 6.5]]> : tensor<3x2xf32, #field.dims<D, row>>
  check.expect_close %a, %b rtol 1.000000e-03 atol 0.000000e+00 : tensor<2x3xf32, #field.dims<row, D>>, tensor<3x2xf32, #field.dims<D, row>>
  return
}

func.func @close() {
  %a = field.constant dense<[1.0, 2.0]> : tensor<2xf32, #field.dims<D>>
  %b = field.constant dense<[1.0, 2.001]> : tensor<2xf32, #field.dims<D>>
  check.expect_close %a, %b rtol 1.000000e-03 atol 0.000000e+00 : tensor<2xf32, #field.dims<D>>, tensor<2xf32, #field.dims<D>>
  return
}
