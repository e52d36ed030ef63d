// RUN: orrery-opt %s | orrery-opt | FileCheck %s
// RUN: orrery-opt %s -mlir-print-op-generic | orrery-opt | FileCheck %s

// CHECK-LABEL: func @compare(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: {{[^%]*}}%[[B:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.compare lt %[[A]], %[[B]]
func.func @compare(%a: tensor<8xf32, #field.dims<token>>, %b: tensor<f32, #field.dims<>>) -> tensor<8xi1, #field.dims<token>> {
  %c = field.compare lt %a, %b : (tensor<8xf32, #field.dims<token>>, tensor<f32, #field.dims<>>) -> tensor<8xi1, #field.dims<token>>
  return %c : tensor<8xi1, #field.dims<token>>
}

// CHECK-LABEL: func @select(
// CHECK-SAME:    %[[C:[a-z0-9]+]]: {{[^%]*}}%[[A:[a-z0-9]+]]: {{[^%]*}}%[[B:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.select %[[C]], %[[A]], %[[B]]
func.func @select(%c: tensor<8xi1, #field.dims<token>>, %a: tensor<8xf32, #field.dims<token>>, %b: tensor<f32, #field.dims<>>) -> tensor<8xf32, #field.dims<token>> {
  %y = field.select %c, %a, %b : (tensor<8xi1, #field.dims<token>>, tensor<8xf32, #field.dims<token>>, tensor<f32, #field.dims<>>) -> tensor<8xf32, #field.dims<token>>
  return %y : tensor<8xf32, #field.dims<token>>
}

// CHECK-LABEL: func @cast(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.cast %[[X]] : {{.*}} -> tensor<8xbf16, #field.dims<token>>
func.func @cast(%x: tensor<8xf32, #field.dims<token>>) -> tensor<8xbf16, #field.dims<token>> {
  %y = field.cast %x : (tensor<8xf32, #field.dims<token>>) -> tensor<8xbf16, #field.dims<token>>
  return %y : tensor<8xbf16, #field.dims<token>>
}

// CHECK-LABEL: func @logic(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: {{[^%]*}}%[[B:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         %[[AND:.*]] = field.and %[[A]], %[[B]]
// CHECK:         %[[OR:.*]] = field.or %[[AND]], %[[B]]
// CHECK:         field.not %[[OR]]
func.func @logic(%a: tensor<8xi1, #field.dims<token>>, %b: tensor<8xi1, #field.dims<token>>) -> tensor<8xi1, #field.dims<token>> {
  %c = field.and %a, %b : (tensor<8xi1, #field.dims<token>>, tensor<8xi1, #field.dims<token>>) -> tensor<8xi1, #field.dims<token>>
  %d = field.or %c, %b : (tensor<8xi1, #field.dims<token>>, tensor<8xi1, #field.dims<token>>) -> tensor<8xi1, #field.dims<token>>
  %e = field.not %d : (tensor<8xi1, #field.dims<token>>) -> tensor<8xi1, #field.dims<token>>
  return %e : tensor<8xi1, #field.dims<token>>
}
