// RUN: orrery-opt %s | orrery-opt | FileCheck %s
// RUN: orrery-opt %s -mlir-print-op-generic | orrery-opt | FileCheck %s

// CHECK-LABEL: func @contract(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}%[[W:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.contract %[[X]], %[[W]] over ["D"]
func.func @contract(%x: tensor<8x64xf32, #field.dims<token, D>>, %w: tensor<32x64xf32, #field.dims<H, D>>) -> tensor<8x32xf32, #field.dims<token, H>> {
  %y = field.contract %x, %w over ["D"]
     : (tensor<8x64xf32, #field.dims<token, D>>, tensor<32x64xf32, #field.dims<H, D>>) -> tensor<8x32xf32, #field.dims<token, H>>
  return %y : tensor<8x32xf32, #field.dims<token, H>>
}

// CHECK-LABEL: func @reduce(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.reduce sum %[[X]] over ["D"]
func.func @reduce(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8xf32, #field.dims<token>> {
  %s = field.reduce sum %x over ["D"] : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8xf32, #field.dims<token>>
  return %s : tensor<8xf32, #field.dims<token>>
}

// CHECK-LABEL: func @broadcast(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.broadcast %[[X]]
func.func @broadcast(%x: tensor<8xf32, #field.dims<token>>) -> tensor<64x8xf32, #field.dims<D, token>> {
  %y = field.broadcast %x : (tensor<8xf32, #field.dims<token>>) -> tensor<64x8xf32, #field.dims<D, token>>
  return %y : tensor<64x8xf32, #field.dims<D, token>>
}
