// RUN: orrery-opt %s --lower-kernels --split-input-file | FileCheck %s

// A contraction: loops over the result's dims, then over the names that vanish; the result is written into its buffer.
// CHECK-LABEL: func.func private @contract
// CHECK-SAME: (%[[A:.*]]: memref<8x64xbf16>, %[[B:.*]]: memref<64x32xf32>, %[[OUT:.*]]: memref<32x8xf32>) attributes {orrery.kernel}
// CHECK-DAG: %[[X:.*]] = bufferization.to_tensor %[[A]] restrict
// CHECK-DAG: %[[Y:.*]] = bufferization.to_tensor %[[B]] restrict
// CHECK: %[[INIT:.*]] = linalg.fill
// CHECK: %[[R:.*]] = linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "reduction"]} ins(%[[X]], %[[Y]] {{.*}}outs(%[[INIT]]
// CHECK: arith.extf
// CHECK: arith.mulf
// CHECK: bufferization.materialize_in_destination %[[R]] in restrict writable %[[OUT]]
func.func private @contract(%x: tensor<8x64xbf16, #field.dims<token, D>>, %w: tensor<64x32xf32, #field.dims<D, H>>) -> tensor<32x8xf32, #field.dims<H, token>> attributes {orrery.kernel} {
  %y = field.contract %x, %w over ["D"] : (tensor<8x64xbf16, #field.dims<token, D>>, tensor<64x32xf32, #field.dims<D, H>>) -> tensor<32x8xf32, #field.dims<H, token>>
  return %y : tensor<32x8xf32, #field.dims<H, token>>
}

// A caller gets a buffer for the result, and casts.
// CHECK-LABEL: func.func @caller
// CHECK: %[[BUFFER:.*]] = memref.alloc() : memref<32x8xf32>
// CHECK: call @contract(%{{.*}}, %{{.*}}, %[[BUFFER]])
// CHECK: builtin.unrealized_conversion_cast %[[BUFFER]]
func.func @caller(%x: tensor<8x64xbf16, #field.dims<token, D>>, %w: tensor<64x32xf32, #field.dims<D, H>>) -> tensor<32x8xf32, #field.dims<H, token>> {
  %y = call @contract(%x, %w) : (tensor<8x64xbf16, #field.dims<token, D>>, tensor<64x32xf32, #field.dims<D, H>>) -> tensor<32x8xf32, #field.dims<H, token>>
  return %y : tensor<32x8xf32, #field.dims<H, token>>
}

// -----

// A constant of one value needs no array; truth values lie in memory as bytes.
// CHECK-LABEL: func.func private @positive
// CHECK-SAME: (%{{.*}}: memref<8xf32>, %{{.*}}: memref<8xi8>)
// CHECK: linalg.generic {{.*}} ins(%{{.*}} : tensor<8xf32>) outs(%{{.*}} : tensor<8xi8>)
// CHECK: arith.cmpf ogt
// CHECK: arith.extui %{{.*}} : i1 to i8
func.func private @positive(%x: tensor<8xf32, #field.dims<D>>) -> tensor<8xi1, #field.dims<D>> attributes {orrery.kernel} {
  %zero = field.constant dense<0.0> : tensor<f32, #field.dims<>>
  %y = field.compare gt %x, %zero : (tensor<8xf32, #field.dims<D>>, tensor<f32, #field.dims<>>) -> tensor<8xi1, #field.dims<D>>
  return %y : tensor<8xi1, #field.dims<D>>
}

// -----

// A merge at the end is undone on the buffer: the transposition before it writes in place.
// CHECK-LABEL: func.func private @merge
// CHECK-SAME: %[[OUT:[a-z0-9]*]]: memref<12xf32>)
// CHECK: %[[VIEW:.*]] = memref.expand_shape %[[OUT]]
// CHECK-NOT: tensor.collapse_shape
// CHECK: materialize_in_destination %{{.*}} in restrict writable %[[VIEW]]
func.func private @merge(%x: tensor<3x4xf32, #field.dims<a, b>>) -> tensor<12xf32, #field.dims<c>> attributes {orrery.kernel} {
  %y = field.merge %x ["b", "a"] into "c" : (tensor<3x4xf32, #field.dims<a, b>>) -> tensor<12xf32, #field.dims<c>>
  return %y : tensor<12xf32, #field.dims<c>>
}

// -----

// The generator counts samples first, then other dims in the order of their names: that order needs no copy, another one does.
// CHECK-LABEL: func.func private @in_order
// CHECK-SAME: %[[OUT:[a-z0-9]*]]: memref<2x3x5xf32>)
// CHECK: memref.extract_aligned_pointer_as_index %[[OUT]]
// CHECK: call @orrery_random_uniform_f32(
// CHECK-NOT: linalg.generic
func.func private @in_order(%key: tensor<i64, #field.dims<>>, %s: tensor<2xi64, #field.dims<batch>>) -> tensor<2x3x5xf32, #field.dims<batch, D, E>> attributes {orrery.kernel} {
  %r = train.random uniform %key samples %s : (tensor<i64, #field.dims<>>, tensor<2xi64, #field.dims<batch>>) -> tensor<2x3x5xf32, #field.dims<batch, D, E>>
  return %r : tensor<2x3x5xf32, #field.dims<batch, D, E>>
}
// CHECK-LABEL: func.func private @out_of_order
// CHECK: %[[DRAWN:.*]] = memref.alloc() : memref<2x3x5xf32>
// CHECK: call @orrery_random_bernoulli_f32(
// CHECK: linalg.generic
func.func private @out_of_order(%key: tensor<i64, #field.dims<>>, %s: tensor<2xi64, #field.dims<batch>>) -> tensor<5x2x3xf32, #field.dims<E, batch, D>> attributes {orrery.kernel} {
  %r = train.random bernoulli %key samples %s p 5.000000e-01 : (tensor<i64, #field.dims<>>, tensor<2xi64, #field.dims<batch>>) -> tensor<5x2x3xf32, #field.dims<E, batch, D>>
  return %r : tensor<5x2x3xf32, #field.dims<E, batch, D>>
}

// -----

// Near miss: a function that is no kernel stays as it is.
// CHECK-LABEL: func.func private @no_kernel
// CHECK: field.neg
func.func private @no_kernel(%x: tensor<8xf32, #field.dims<D>>) -> tensor<8xf32, #field.dims<D>> {
  %y = field.neg %x : (tensor<8xf32, #field.dims<D>>) -> tensor<8xf32, #field.dims<D>>
  return %y : tensor<8xf32, #field.dims<D>>
}
