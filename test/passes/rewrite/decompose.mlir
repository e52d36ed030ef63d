// RUN: orrery-opt %s --decompose | FileCheck %s
// RUN: orrery-opt %s --decompose=keep=train.adamw | FileCheck %s --check-prefix=KEEP

// CHECK-LABEL: func.func @update
// CHECK-NOT: train.adamw
// CHECK: field.sqrt
// KEEP-LABEL: func.func @update
// KEEP: train.adamw
func.func @update(%w: tensor<4xf32, #field.dims<p>>, %lr: tensor<f32, #field.dims<>>, %t: tensor<i64, #field.dims<>>) -> tensor<4xf32, #field.dims<p>> {
  %a, %b, %c = train.adamw %w, %w, %w, %w, %lr, %t {beta1 = 9.000000e-01 : f64, beta2 = 9.990000e-01 : f64, eps = 1.000000e-08 : f64, decay = 0.000000e+00 : f64}
     : (tensor<4xf32, #field.dims<p>>, tensor<4xf32, #field.dims<p>>, tensor<4xf32, #field.dims<p>>, tensor<4xf32, #field.dims<p>>, tensor<f32, #field.dims<>>, tensor<i64, #field.dims<>>)
     -> (tensor<4xf32, #field.dims<p>>, tensor<4xf32, #field.dims<p>>, tensor<4xf32, #field.dims<p>>)
  return %a : tensor<4xf32, #field.dims<p>>
}
