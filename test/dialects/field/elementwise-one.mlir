// RUN: orrery-opt %s | orrery-opt | FileCheck %s
// RUN: orrery-opt %s -mlir-print-op-generic | orrery-opt | FileCheck %s

// CHECK-LABEL: func @neg(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.neg %[[X]]
func.func @neg(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.neg %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @abs(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.abs %[[X]]
func.func @abs(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.abs %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @sign(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.sign %[[X]]
func.func @sign(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.sign %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @exp(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.exp %[[X]]
func.func @exp(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.exp %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @log(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.log %[[X]]
func.func @log(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.log %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @sqrt(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.sqrt %[[X]]
func.func @sqrt(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.sqrt %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @rsqrt(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.rsqrt %[[X]]
func.func @rsqrt(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.rsqrt %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @sin(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.sin %[[X]]
func.func @sin(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.sin %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @cos(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.cos %[[X]]
func.func @cos(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.cos %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @tanh(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.tanh %[[X]]
func.func @tanh(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.tanh %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @erf(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.erf %[[X]]
func.func @erf(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.erf %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @sigmoid(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.sigmoid %[[X]]
func.func @sigmoid(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.sigmoid %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @relu(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.relu %[[X]]
func.func @relu(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.relu %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @gelu(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.gelu %[[X]]
func.func @gelu(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.gelu %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @silu(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.silu %[[X]]
func.func @silu(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.silu %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}

// CHECK-LABEL: func @elu(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         field.elu %[[X]]
func.func @elu(%x: tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>> {
  %y = field.elu %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return %y : tensor<8x64xf32, #field.dims<token, D>>
}
