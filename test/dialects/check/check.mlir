// RUN: orrery-opt %s | orrery-opt | FileCheck %s
// RUN: orrery-opt %s -mlir-print-op-generic | orrery-opt | FileCheck %s

// CHECK-LABEL: func @expect_close(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: {{[^%]*}}%[[B:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         check.expect_close %[[A]], %[[B]] rtol {{.*}} atol 0.000000e+00
func.func @expect_close(%a: tensor<8xf32, #field.dims<D>>, %b: tensor<8xf32, #field.dims<D>>) {
  check.expect_close %a, %b rtol 1.000000e-05 atol 0.000000e+00 : tensor<8xf32, #field.dims<D>>, tensor<8xf32, #field.dims<D>>
  return
}

// CHECK-LABEL: func @expect_finite(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         check.expect_finite %[[A]] made_by "exp" :
func.func @expect_finite(%a: tensor<8xf32, #field.dims<D>>) {
  check.expect_finite %a made_by "exp" : tensor<8xf32, #field.dims<D>>
  return
}

func.func private @f(tensor<8x4xf32, #field.dims<batch, D>>, tensor<4xf32, #field.dims<D>>) -> tensor<8xf32, #field.dims<batch>>

// CHECK-LABEL: func @expect_gradient(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}}%[[W:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         check.expect_gradient @f(%[[X]], %[[W]]) order 1 directions 3 step {{.*}} rtol {{.*}}
func.func @expect_gradient(%x: tensor<8x4xf32, #field.dims<batch, D>>, %w: tensor<4xf32, #field.dims<D>>) {
  check.expect_gradient @f(%x, %w) order 1 directions 3 step 1.000000e-05 rtol 1.000000e-07
     : tensor<8x4xf32, #field.dims<batch, D>>, tensor<4xf32, #field.dims<D>>
  return
}
