// RUN: orrery-opt %s --trap-nonfinite | FileCheck %s
// RUN: orrery-opt %s --trap-nonfinite --lower-kernels --place-buffers | FileCheck %s --check-prefix=CALL

// What the runtime is told: element type, place, operations, pass, dims.
// CALL-DAG: memref.global "private" constant @expectation_{{.*}} : memref<{{[0-9]+}}xi8>
// CALL-DAG: func.func private @orrery_expect_finite(i64, i64)

// CHECK-LABEL: func.func @driver(
// CHECK:         %[[R:.*]]:2 = call @kernel(
// CHECK-DAG:     check.expect_finite %[[R]]#0 made_by "mul, exp, iota"
// CHECK-NOT:     check.expect_finite %[[R]]#1
// CHECK:         call @other(
// CHECK-NOT:     check.expect_finite
// CHECK:         return
// CALL-LABEL: func.func @driver(
// CALL:         call @kernel(
// CALL:         call @orrery_expect_finite(
// CALL:         call @other(
// CALL-NOT:     call @orrery_expect_finite
// CALL:         return
func.func @driver(%x: tensor<2x3xf32, #field.dims<row, D>>) -> (tensor<2x3xf32, #field.dims<row, D>>, tensor<3xi64, #field.dims<D>>) {
  %y:2 = call @kernel(%x) : (tensor<2x3xf32, #field.dims<row, D>>) -> (tensor<2x3xf32, #field.dims<row, D>>, tensor<3xi64, #field.dims<D>>)
  // A function that is no kernel: what its kernels compute is checked there.
  %z = call @other(%y#0) : (tensor<2x3xf32, #field.dims<row, D>>) -> tensor<2x3xf32, #field.dims<row, D>>
  return %z, %y#1 : tensor<2x3xf32, #field.dims<row, D>>, tensor<3xi64, #field.dims<D>>
}
func.func private @kernel(%x: tensor<2x3xf32, #field.dims<row, D>>) -> (tensor<2x3xf32, #field.dims<row, D>>, tensor<3xi64, #field.dims<D>>) attributes {orrery.kernel} {
  %0 = field.mul %x, %x : (tensor<2x3xf32, #field.dims<row, D>>, tensor<2x3xf32, #field.dims<row, D>>) -> tensor<2x3xf32, #field.dims<row, D>>
  %1 = field.mul %0, %x : (tensor<2x3xf32, #field.dims<row, D>>, tensor<2x3xf32, #field.dims<row, D>>) -> tensor<2x3xf32, #field.dims<row, D>>
  %2 = field.exp %1 : (tensor<2x3xf32, #field.dims<row, D>>) -> tensor<2x3xf32, #field.dims<row, D>>
  %3 = field.iota : tensor<3xi64, #field.dims<D>>
  return %2, %3 : tensor<2x3xf32, #field.dims<row, D>>, tensor<3xi64, #field.dims<D>>
}
func.func private @other(%x: tensor<2x3xf32, #field.dims<row, D>>) -> tensor<2x3xf32, #field.dims<row, D>> {
  return %x : tensor<2x3xf32, #field.dims<row, D>>
}
