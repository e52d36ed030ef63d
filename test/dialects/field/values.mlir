// RUN: orrery-opt %s | orrery-opt | FileCheck %s
// RUN: orrery-opt %s -mlir-print-op-generic | orrery-opt | FileCheck %s

// CHECK-LABEL: func @constant(
// CHECK:         field.constant dense<[1.000000e+00, 1.000000e+01]>
func.func @constant() -> tensor<2xf32, #field.dims<vout>> {
  %weight = field.constant dense<[1.0, 10.0]> : tensor<2xf32, #field.dims<vout>>
  return %weight : tensor<2xf32, #field.dims<vout>>
}

// CHECK-LABEL: func @iota(
// CHECK:         field.iota
func.func @iota() -> tensor<4xf32, #field.dims<row>> {
  %i = field.iota : tensor<4xf32, #field.dims<row>>
  return %i : tensor<4xf32, #field.dims<row>>
}
