// RUN: orrery-opt %s --expand-checks | FileCheck %s
// RUN: orrery-opt %s --expand-checks | orrery-opt

func.func private @square(%x: tensor<4xf64, #field.dims<D>>) -> tensor<4xf64, #field.dims<D>> {
  %y = field.mul %x, %x : (tensor<4xf64, #field.dims<D>>, tensor<4xf64, #field.dims<D>>) -> tensor<4xf64, #field.dims<D>>
  return %y : tensor<4xf64, #field.dims<D>>
}

// CHECK-LABEL: func private @square.weighted(
// CHECK:         %[[Y:.*]] = call @square(
// CHECK:         %[[W:.*]] = field.constant
// CHECK:         %[[P:.*]] = field.mul %[[Y]], %[[W]]
// CHECK:         %[[S:.*]] = field.reduce sum %[[P]] over ["D"]
// CHECK:         return %[[S]] : tensor<f64, #field.dims<>>

// CHECK-LABEL: func @first(
// CHECK:         %[[X:.*]] = field.constant
// CHECK:         %[[G:.*]]:2 = train.gradient @square.weighted(%[[X]]) wrt [0]
// CHECK:         %[[V:.*]] = field.constant
// CHECK:         %[[GV:.*]] = field.mul %[[G]]#1, %[[V]]
// CHECK:         %[[SLOPE:.*]] = field.reduce sum %[[GV]]
// CHECK:         %[[MOVE:.*]] = field.mul %[[V]]
// CHECK-DAG:     %[[AHEAD:.*]] = field.add %[[X]], %[[MOVE]]
// CHECK-DAG:     %[[BEHIND:.*]] = field.sub %[[X]], %[[MOVE]]
// CHECK-DAG:     call @square.weighted(%[[AHEAD]])
// CHECK-DAG:     call @square.weighted(%[[BEHIND]])
// CHECK:         %[[SECANT:.*]] = field.div
// CHECK:         check.expect_close %[[SLOPE]], %[[SECANT]] rtol 9.9
// CHECK-NOT:     check.
func.func @first() {
  %x = field.constant dense<[0.5, -1.0, 2.0, 0.25]> : tensor<4xf64, #field.dims<D>>
  check.expect_gradient @square(%x) order 1 directions 1 step 1.000000e-05 rtol 1.000000e-07 : tensor<4xf64, #field.dims<D>>
  return
}

// The function whose derivative is compared takes a gradient itself.
// CHECK-LABEL: func private @square.slope(
// CHECK:         train.gradient @square.weighted
// CHECK-LABEL: func @second(
// CHECK:         train.gradient @square.slope
// CHECK-COUNT-2: call @square.slope
// CHECK:         check.expect_close
// CHECK-COUNT-2: call @square.slope
// CHECK:         check.expect_close
func.func @second() {
  %x = field.constant dense<[0.5, -1.0, 2.0, 0.25]> : tensor<4xf64, #field.dims<D>>
  check.expect_gradient @square(%x) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4xf64, #field.dims<D>>
  return
}

// An index is passed on; there is no gradient with respect to it. A comparison of values is left alone.
func.func private @mixed(%x: tensor<4xf64, #field.dims<D>>, %i: tensor<4xi64, #field.dims<D>>) -> tensor<4xf64, #field.dims<D>> {
  return %x : tensor<4xf64, #field.dims<D>>
}
// CHECK-LABEL: func @integers(
// CHECK:         %[[I:.*]] = field.constant dense<1> : tensor<4xi64
// CHECK:         train.gradient @mixed.weighted(%{{.*}}, %[[I]]) wrt [0]
// CHECK:         check.expect_close
// CHECK:         check.expect_close %[[Z:.*]], %[[Z]] rtol 0
func.func @integers() {
  %x = field.constant dense<[0.5, -1.0, 2.0, 0.25]> : tensor<4xf64, #field.dims<D>>
  %i = field.constant dense<1> : tensor<4xi64, #field.dims<D>>
  check.expect_gradient @mixed(%x, %i) order 1 directions 1 step 1.000000e-05 rtol 1.000000e-07 : tensor<4xf64, #field.dims<D>>, tensor<4xi64, #field.dims<D>>
  check.expect_close %x, %x rtol 0.000000e+00 atol 0.000000e+00 : tensor<4xf64, #field.dims<D>>, tensor<4xf64, #field.dims<D>>
  return
}
