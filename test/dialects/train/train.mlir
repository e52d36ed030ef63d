// RUN: orrery-opt %s | orrery-opt | FileCheck %s
// RUN: orrery-opt %s -mlir-print-op-generic | orrery-opt | FileCheck %s

func.func private @loss(tensor<4xf32, #field.dims<D>>, tensor<8x4xf32, #field.dims<batch, D>>) -> tensor<f32, #field.dims<>>

// CHECK-LABEL: func @gradient(
// CHECK-SAME:    %[[W:[a-z0-9]+]]: {{[^%]*}}%[[X:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         train.gradient @loss(%[[W]], %[[X]]) wrt [0]
func.func @gradient(%w: tensor<4xf32, #field.dims<D>>, %x: tensor<8x4xf32, #field.dims<batch, D>>) -> tensor<4xf32, #field.dims<D>> {
  %loss, %dw = train.gradient @loss(%w, %x) wrt [0]
     : (tensor<4xf32, #field.dims<D>>, tensor<8x4xf32, #field.dims<batch, D>>) -> (tensor<f32, #field.dims<>>, tensor<4xf32, #field.dims<D>>)
  return %dw : tensor<4xf32, #field.dims<D>>
}

// CHECK-LABEL: func @fold_key(
// CHECK-SAME:    %[[KEY:[a-z0-9]+]]: {{[^%]*}}%[[S:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         %[[K:.*]] = train.fold_key %[[KEY]], 7 : tensor<i64, #field.dims<>>
// CHECK:         train.fold_key %[[K]], 0 : tensor<i64, #field.dims<>> with %[[S]] : tensor<i64, #field.dims<>>
func.func @fold_key(%key: tensor<i64, #field.dims<>>, %s: tensor<i64, #field.dims<>>) -> tensor<i64, #field.dims<>> {
  %k = train.fold_key %key, 7 : tensor<i64, #field.dims<>>
  %l = train.fold_key %k, 0 : tensor<i64, #field.dims<>> with %s : tensor<i64, #field.dims<>>
  return %l : tensor<i64, #field.dims<>>
}

// CHECK-LABEL: func @random(
// CHECK-SAME:    %[[KEY:[a-z0-9]+]]: {{[^%]*}}%[[S:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         train.random bernoulli %[[KEY]] samples %[[S]] p 9.000000e-01
// CHECK:         train.random normal %[[KEY]] :
func.func @random(%key: tensor<i64, #field.dims<>>, %s: tensor<16xi64, #field.dims<batch>>) -> (tensor<16x64xf32, #field.dims<batch, D>>, tensor<64xf32, #field.dims<D>>) {
  %m = train.random bernoulli %key samples %s p 9.000000e-01
     : (tensor<i64, #field.dims<>>, tensor<16xi64, #field.dims<batch>>) -> tensor<16x64xf32, #field.dims<batch, D>>
  %n = train.random normal %key : (tensor<i64, #field.dims<>>) -> tensor<64xf32, #field.dims<D>>
  return %m, %n : tensor<16x64xf32, #field.dims<batch, D>>, tensor<64xf32, #field.dims<D>>
}

!vector = tensor<64xf32, #field.dims<parameter>>
// CHECK-LABEL: func @adamw(
// CHECK-SAME:    %[[W:[a-z0-9]+]]: {{[^%]*}}%[[G:[a-z0-9]+]]: {{[^%]*}}%[[M:[a-z0-9]+]]: {{[^%]*}}%[[V:[a-z0-9]+]]: {{[^%]*}}%[[LR:[a-z0-9]+]]: {{[^%]*}}%[[T:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         train.adamw %[[W]], %[[G]], %[[M]], %[[V]], %[[LR]], %[[T]] {beta1 = {{.*}}, beta2 = {{.*}}, decay = {{.*}}, eps = {{.*}}}
func.func @adamw(%w: !vector, %g: !vector, %m: !vector, %v: !vector, %lr: tensor<f32, #field.dims<>>, %t: tensor<i64, #field.dims<>>) -> (!vector, !vector, !vector) {
  %w1, %m1, %v1 = train.adamw %w, %g, %m, %v, %lr, %t {beta1 = 9.000000e-01 : f64, beta2 = 9.990000e-01 : f64, eps = 1.000000e-08 : f64, decay = 1.000000e-02 : f64}
     : (tensor<64xf32, #field.dims<parameter>>, tensor<64xf32, #field.dims<parameter>>, tensor<64xf32, #field.dims<parameter>>, tensor<64xf32, #field.dims<parameter>>,
        tensor<f32, #field.dims<>>, tensor<i64, #field.dims<>>)
     -> (tensor<64xf32, #field.dims<parameter>>, tensor<64xf32, #field.dims<parameter>>, tensor<64xf32, #field.dims<parameter>>)
  return %w1, %m1, %v1 : !vector, !vector, !vector
}
