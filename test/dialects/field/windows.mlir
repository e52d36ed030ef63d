// RUN: orrery-opt %s | orrery-opt | FileCheck %s
// RUN: orrery-opt %s -mlir-print-op-generic | orrery-opt | FileCheck %s

// CHECK-LABEL: func @window(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.window %[[X]] ["lat", "lon"] by ["k1", "k2"] offsets [-1, -1] wrap [false, true]
func.func @window(%x: tensor<18x36xf32, #field.dims<lat, lon>>) -> tensor<18x36x3x3xf32, #field.dims<lat, lon, k1, k2>> {
  %n = field.window %x ["lat", "lon"] by ["k1", "k2"] offsets [-1, -1] wrap [false, true]
     : (tensor<18x36xf32, #field.dims<lat, lon>>) -> tensor<18x36x3x3xf32, #field.dims<lat, lon, k1, k2>>
  return %n : tensor<18x36x3x3xf32, #field.dims<lat, lon, k1, k2>>
}

// CHECK-LABEL: func @overlap_add(
// CHECK-SAME:    %[[N:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.overlap_add %[[N]] ["lat", "lon"] by ["k1", "k2"] offsets [-1, -1] wrap [false, true]
func.func @overlap_add(%n: tensor<18x36x3x3xf32, #field.dims<lat, lon, k1, k2>>) -> tensor<18x36xf32, #field.dims<lat, lon>> {
  %x = field.overlap_add %n ["lat", "lon"] by ["k1", "k2"] offsets [-1, -1] wrap [false, true]
     : (tensor<18x36x3x3xf32, #field.dims<lat, lon, k1, k2>>) -> tensor<18x36xf32, #field.dims<lat, lon>>
  return %x : tensor<18x36xf32, #field.dims<lat, lon>>
}
