// RUN: orrery-opt %s --align-checks | FileCheck %s

// CHECK-LABEL: func.func @other_order
// CHECK-SAME: (%[[A:.*]]: {{.*}}, %[[B:.*]]: {{.*}})
// CHECK: %[[T:.*]] = field.broadcast %[[B]]
// CHECK: check.expect_close %[[A]], %[[T]]
func.func @other_order(%a: tensor<2x3xf32, #field.dims<x, y>>, %b: tensor<3x2xf32, #field.dims<y, x>>) {
  check.expect_close %a, %b rtol 0.000000e+00 atol 0.000000e+00 : tensor<2x3xf32, #field.dims<x, y>>, tensor<3x2xf32, #field.dims<y, x>>
  return
}

// CHECK-LABEL: func.func @same_order
// CHECK-NOT: field.broadcast
func.func @same_order(%a: tensor<2x3xf32, #field.dims<x, y>>, %b: tensor<2x3xf32, #field.dims<x, y>>) {
  check.expect_close %a, %b rtol 0.000000e+00 atol 0.000000e+00 : tensor<2x3xf32, #field.dims<x, y>>, tensor<2x3xf32, #field.dims<x, y>>
  return
}
