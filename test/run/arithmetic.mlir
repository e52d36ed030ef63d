// RUN: orrery-run %s --plain | FileCheck %s
// RUN: orrery-run %s | FileCheck %s

func.func @arithmetic() -> tensor<2x2xf32, #field.dims<row, column>> {
  %a = field.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32, #field.dims<row, k>>
  %b = field.constant dense<[[1.0, 0.0, 1.0], [2.0, 1.0, 0.0]]> : tensor<2x3xf32, #field.dims<column, k>>
  %c = field.contract %a, %b over ["k"] : (tensor<2x3xf32, #field.dims<row, k>>, tensor<2x3xf32, #field.dims<column, k>>) -> tensor<2x2xf32, #field.dims<row, column>>
  %s = field.reduce sum %c over ["column"] : (tensor<2x2xf32, #field.dims<row, column>>) -> tensor<2xf32, #field.dims<row>>
  %d = field.add %c, %s : (tensor<2x2xf32, #field.dims<row, column>>, tensor<2xf32, #field.dims<row>>) -> tensor<2x2xf32, #field.dims<row, column>>
  return %d : tensor<2x2xf32, #field.dims<row, column>>
}
// CHECK: arithmetic: row 2, column 2
// CHECK-NEXT: 12 12
// CHECK-NEXT: 33 36
