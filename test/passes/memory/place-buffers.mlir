// RUN: orrery-opt %s --lower-kernels --place-buffers --split-input-file --verify-diagnostics | FileCheck %s

// What a kernel writes last is written straight into the result; a view of it is a reshape of the same memory.
// CHECK-LABEL: func.func @chain
// CHECK-SAME: (%[[X:.*]]: memref<8xf32>, %[[OUT:.*]]: memref<2x4xf32>) attributes {orrery.inputs = [{{.*}}dims<D>>], orrery.outputs = [{{.*}}dims<a, b>>]}
// CHECK: %[[FLAT:.*]] = memref.collapse_shape %[[OUT]]
// CHECK: %[[T:.*]] = memref.alloc() : memref<8xf32>
// CHECK: call @neg(%[[X]], %[[T]])
// CHECK: call @neg(%[[T]], %[[FLAT]])
// CHECK-NOT: memref.copy
func.func @chain(%x: tensor<8xf32, #field.dims<D>>) -> tensor<2x4xf32, #field.dims<a, b>> {
  %y = call @neg(%x) : (tensor<8xf32, #field.dims<D>>) -> tensor<8xf32, #field.dims<D>>
  %z = call @neg(%y) : (tensor<8xf32, #field.dims<D>>) -> tensor<8xf32, #field.dims<D>>
  %s = field.split %z "D" into ["a", "b"] : (tensor<8xf32, #field.dims<D>>) -> tensor<2x4xf32, #field.dims<a, b>>
  return %s : tensor<2x4xf32, #field.dims<a, b>>
}

// Near misses: an argument that is returned, and an array that is returned twice, have to be copied.
// CHECK-LABEL: func.func private @returned
// CHECK-SAME: (%[[X:.*]]: memref<8xf32>, %[[A:.*]]: memref<8xf32>, %[[B:.*]]: memref<8xf32>, %[[C:.*]]: memref<8xf32>)
// CHECK: call @neg(%[[X]], %[[B]])
// CHECK-DAG: memref.copy %[[X]], %[[A]]
// CHECK-DAG: memref.copy %[[B]], %[[C]]
func.func private @returned(%x: tensor<8xf32, #field.dims<D>>) -> (tensor<8xf32, #field.dims<D>>, tensor<8xf32, #field.dims<D>>, tensor<8xf32, #field.dims<D>>) {
  %y = call @neg(%x) : (tensor<8xf32, #field.dims<D>>) -> tensor<8xf32, #field.dims<D>>
  return %x, %y, %y : tensor<8xf32, #field.dims<D>>, tensor<8xf32, #field.dims<D>>, tensor<8xf32, #field.dims<D>>
}

// Functions that call functions; a comparison carries its own description.
// CHECK-LABEL: func.func @check
// CHECK: call @returned(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}})
// CHECK: memref.get_global @expectation_0
// CHECK: call @orrery_expect_close(
func.func @check(%x: tensor<8xf32, #field.dims<D>>) {
  %a, %b, %c = call @returned(%x) : (tensor<8xf32, #field.dims<D>>) -> (tensor<8xf32, #field.dims<D>>, tensor<8xf32, #field.dims<D>>, tensor<8xf32, #field.dims<D>>)
  check.expect_close %b, %c rtol 0.000000e+00 atol 0.000000e+00 : tensor<8xf32, #field.dims<D>>, tensor<8xf32, #field.dims<D>>
  return
}

func.func private @neg(%x: tensor<8xf32, #field.dims<D>>) -> tensor<8xf32, #field.dims<D>> attributes {orrery.kernel} {
  %y = field.neg %x : (tensor<8xf32, #field.dims<D>>) -> tensor<8xf32, #field.dims<D>>
  return %y : tensor<8xf32, #field.dims<D>>
}

// -----

func.func @computes(%x: tensor<8xf32, #field.dims<D>>) -> tensor<8xf32, #field.dims<D>> {
  // expected-error@+1 {{stands in a driver function, which may hold calls, views, checks and a return only}}
  %y = field.neg %x : (tensor<8xf32, #field.dims<D>>) -> tensor<8xf32, #field.dims<D>>
  return %y : tensor<8xf32, #field.dims<D>>
}
