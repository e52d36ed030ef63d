// RUN: orrery-opt %s | orrery-opt | FileCheck %s
// RUN: orrery-opt %s -mlir-print-op-generic | orrery-opt | FileCheck %s

// CHECK-LABEL: func @rename(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.rename %[[X]] ["D.out"] to ["D"]
func.func @rename(%x: tensor<8x64xf32, #field.dims<token, D.out>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.rename %x ["D.out"] to ["D"] : (tensor<8x64xf32, #field.dims<token, D.out>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @split(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.split %[[X]] "lat" into ["row", "p1"]
func.func @split(%x: tensor<18x36xf32, #field.dims<lat, lon>>) -> tensor<9x2x36xf32, #field.dims<row, p1, lon>> {
  %y = field.split %x "lat" into ["row", "p1"] : (tensor<18x36xf32, #field.dims<lat, lon>>) -> tensor<9x2x36xf32, #field.dims<row, p1, lon>>
  return %y : tensor<9x2x36xf32, #field.dims<row, p1, lon>>
}

// CHECK-LABEL: func @merge(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.merge %[[X]] ["row", "p1"] into "lat"
func.func @merge(%x: tensor<9x36x2xf32, #field.dims<row, lon, p1>>) -> tensor<18x36xf32, #field.dims<lat, lon>> {
  %y = field.merge %x ["row", "p1"] into "lat" : (tensor<9x36x2xf32, #field.dims<row, lon, p1>>) -> tensor<18x36xf32, #field.dims<lat, lon>>
  return %y : tensor<18x36xf32, #field.dims<lat, lon>>
}
