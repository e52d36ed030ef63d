// RUN: orrery-opt %s | orrery-opt | FileCheck %s
// RUN: orrery-opt %s -mlir-print-op-generic | orrery-opt | FileCheck %s

// CHECK-LABEL: func @extract(
// CHECK-SAME:    %[[QKV:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.extract %[[QKV]] "part" at 0
func.func @extract(%qkv: tensor<8x3x64xf32, #field.dims<token, part, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %q = field.extract %qkv "part" at 0 : (tensor<8x3x64xf32, #field.dims<token, part, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %q : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @slice(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.slice %[[X]] "lat" from 1 as "lat.s"
func.func @slice(%x: tensor<18x36xf32, #field.dims<lat, lon>>) -> tensor<17x36xf32, #field.dims<lat.s, lon>> {
  %y = field.slice %x "lat" from 1 as "lat.s" : (tensor<18x36xf32, #field.dims<lat, lon>>) -> tensor<17x36xf32, #field.dims<lat.s, lon>>
  return %y : tensor<17x36xf32, #field.dims<lat.s, lon>>
}

// CHECK-LABEL: func @pad(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.pad %[[X]] "lat.s" low 1 as "lat"
func.func @pad(%x: tensor<17x36xf32, #field.dims<lat.s, lon>>) -> tensor<18x36xf32, #field.dims<lat, lon>> {
  %y = field.pad %x "lat.s" low 1 as "lat" : (tensor<17x36xf32, #field.dims<lat.s, lon>>) -> tensor<18x36xf32, #field.dims<lat, lon>>
  return %y : tensor<18x36xf32, #field.dims<lat, lon>>
}

// CHECK-LABEL: func @concat(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: {{[^%]*}}%[[B:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.concat %[[A]], %[[B]] along ["D", "E"] into "F"
func.func @concat(%a: tensor<8x4xf32, #field.dims<token, D>>, %b: tensor<8x2xf32, #field.dims<token, E>>) -> tensor<8x6xf32, #field.dims<token, F>> {
  %y = field.concat %a, %b along ["D", "E"] into "F"
     : (tensor<8x4xf32, #field.dims<token, D>>, tensor<8x2xf32, #field.dims<token, E>>) -> tensor<8x6xf32, #field.dims<token, F>>
  return %y : tensor<8x6xf32, #field.dims<token, F>>
}

// CHECK-LABEL: func @stack(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: {{[^%]*}}%[[K:[a-z0-9]+]]: {{[^%]*}}%[[V:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.stack %[[Q]], %[[K]], %[[V]] as "part"
func.func @stack(%q: tensor<8x64xf32, #field.dims<token, D>>, %k: tensor<8x64xf32, #field.dims<token, D>>, %v: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x3x64xf32, #field.dims<token, part, D>> {
  %qkv = field.stack %q, %k, %v as "part"
     : (tensor<8x64xf32, #field.dims<token, D>>, tensor<8x64xf32, #field.dims<token, D>>, tensor<8x64xf32, #field.dims<token, D>>)
     -> tensor<8x3x64xf32, #field.dims<token, part, D>>
  return %qkv : tensor<8x3x64xf32, #field.dims<token, part, D>>
}

// CHECK-LABEL: func @reverse(
// CHECK-SAME:    %[[W:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.reverse %[[W]] ["k1", "k2"]
func.func @reverse(%w: tensor<3x3xf32, #field.dims<k1, k2>>) -> tensor<3x3xf32, #field.dims<k1, k2>> {
  %f = field.reverse %w ["k1", "k2"] : (tensor<3x3xf32, #field.dims<k1, k2>>) -> tensor<3x3xf32, #field.dims<k1, k2>>
  return %f : tensor<3x3xf32, #field.dims<k1, k2>>
}
