// RUN: orrery-opt %s | orrery-opt | FileCheck %s
// RUN: orrery-opt %s -mlir-print-op-generic | orrery-opt | FileCheck %s

// CHECK-LABEL: func @add(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: {{[^%]*}}%[[B:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.add %[[A]], %[[B]]
func.func @add(%a: tensor<8x64xf32, #field.dims<token, D>>, %b: tensor<64xf32, #field.dims<D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %c = field.add %a, %b : (tensor<8x64xf32, #field.dims<token, D>>, tensor<64xf32, #field.dims<D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %c : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @sub(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: {{[^%]*}}%[[B:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.sub %[[A]], %[[B]]
func.func @sub(%a: tensor<8x64xf32, #field.dims<token, D>>, %b: tensor<64xf32, #field.dims<D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %c = field.sub %a, %b : (tensor<8x64xf32, #field.dims<token, D>>, tensor<64xf32, #field.dims<D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %c : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @mul(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: {{[^%]*}}%[[B:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.mul %[[A]], %[[B]]
func.func @mul(%a: tensor<8x64xf32, #field.dims<token, D>>, %b: tensor<64xf32, #field.dims<D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %c = field.mul %a, %b : (tensor<8x64xf32, #field.dims<token, D>>, tensor<64xf32, #field.dims<D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %c : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @div(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: {{[^%]*}}%[[B:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.div %[[A]], %[[B]]
func.func @div(%a: tensor<8x64xf32, #field.dims<token, D>>, %b: tensor<64xf32, #field.dims<D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %c = field.div %a, %b : (tensor<8x64xf32, #field.dims<token, D>>, tensor<64xf32, #field.dims<D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %c : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @pow(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: {{[^%]*}}%[[B:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.pow %[[A]], %[[B]]
func.func @pow(%a: tensor<8x64xf32, #field.dims<token, D>>, %b: tensor<64xf32, #field.dims<D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %c = field.pow %a, %b : (tensor<8x64xf32, #field.dims<token, D>>, tensor<64xf32, #field.dims<D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %c : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @max(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: {{[^%]*}}%[[B:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.max %[[A]], %[[B]]
func.func @max(%a: tensor<8x64xf32, #field.dims<token, D>>, %b: tensor<64xf32, #field.dims<D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %c = field.max %a, %b : (tensor<8x64xf32, #field.dims<token, D>>, tensor<64xf32, #field.dims<D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %c : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @min(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: {{[^%]*}}%[[B:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.min %[[A]], %[[B]]
func.func @min(%a: tensor<8x64xf32, #field.dims<token, D>>, %b: tensor<64xf32, #field.dims<D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %c = field.min %a, %b : (tensor<8x64xf32, #field.dims<token, D>>, tensor<64xf32, #field.dims<D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %c : tensor<8x64xf32, #field.dims<token, D>>
}
