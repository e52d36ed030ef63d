// field.reduce: values from NumPy; derivatives against central differences; a square after it, so that the second derivative is not zero; no ties.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @sum_last(%a0: tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<2x3xf64, #field.dims<b, r>>) {
  %m = field.reduce sum %a0 over ["c"] : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> tensor<2x3xf64, #field.dims<b, r>>
  %r0 = field.mul %m, %m : (tensor<2x3xf64, #field.dims<b, r>>, tensor<2x3xf64, #field.dims<b, r>>) -> tensor<2x3xf64, #field.dims<b, r>>
  return %r0 : tensor<2x3xf64, #field.dims<b, r>>
}

func.func @check_sum_last() {
  %a0 = field.constant dense<[[[0.223, -1.381, 0.905, 1.38], [1.062, -1.348, -0.484, -0.546], [-1.162, 0.38, 0.892, -0.559]], [[1.088, 0.891, -1.113, 0.801], [1.148, -0.908, 0.221, 0.416], [0.328, -1.211, 0.484, 0.396]]]> : tensor<2x3x4xf64, #field.dims<b, r, c>>
  %r = call @sum_last(%a0) : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<2x3xf64, #field.dims<b, r>>)
  %e0 = field.constant dense<[[1.270129, 1.731856, 0.20160099999999995], [2.778889000000001, 0.7691289999999996, 9.000000000000015e-06]]> : tensor<2x3xf64, #field.dims<b, r>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<b, r>>, tensor<2x3xf64, #field.dims<b, r>>
  check.expect_gradient @sum_last(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  check.expect_gradient @sum_last(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  return
}

func.func private @sum_middle(%a0: tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<2x4xf64, #field.dims<b, c>>) {
  %m = field.reduce sum %a0 over ["r"] : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> tensor<2x4xf64, #field.dims<b, c>>
  %r0 = field.mul %m, %m : (tensor<2x4xf64, #field.dims<b, c>>, tensor<2x4xf64, #field.dims<b, c>>) -> tensor<2x4xf64, #field.dims<b, c>>
  return %r0 : tensor<2x4xf64, #field.dims<b, c>>
}

func.func @check_sum_middle() {
  %a0 = field.constant dense<[[[0.223, -1.381, 0.905, 1.38], [1.062, -1.348, -0.484, -0.546], [-1.162, 0.38, 0.892, -0.559]], [[1.088, 0.891, -1.113, 0.801], [1.148, -0.908, 0.221, 0.416], [0.328, -1.211, 0.484, 0.396]]]> : tensor<2x3x4xf64, #field.dims<b, r, c>>
  %r = call @sum_middle(%a0) : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<2x4xf64, #field.dims<b, c>>)
  %e0 = field.constant dense<[[0.015129000000000054, 5.517801000000001, 1.7239690000000005, 0.07562499999999989], [6.574095999999998, 1.5079840000000004, 0.16646400000000003, 2.601769]]> : tensor<2x4xf64, #field.dims<b, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x4xf64, #field.dims<b, c>>, tensor<2x4xf64, #field.dims<b, c>>
  check.expect_gradient @sum_middle(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  check.expect_gradient @sum_middle(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  return
}

func.func private @sum_two(%a0: tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<3xf64, #field.dims<r>>) {
  %m = field.reduce sum %a0 over ["c", "b"] : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> tensor<3xf64, #field.dims<r>>
  %r0 = field.mul %m, %m : (tensor<3xf64, #field.dims<r>>, tensor<3xf64, #field.dims<r>>) -> tensor<3xf64, #field.dims<r>>
  return %r0 : tensor<3xf64, #field.dims<r>>
}

func.func @check_sum_two() {
  %a0 = field.constant dense<[[[0.223, -1.381, 0.905, 1.38], [1.062, -1.348, -0.484, -0.546], [-1.162, 0.38, 0.892, -0.559]], [[1.088, 0.891, -1.113, 0.801], [1.148, -0.908, 0.221, 0.416], [0.328, -1.211, 0.484, 0.396]]]> : tensor<2x3x4xf64, #field.dims<b, r, c>>
  %r = call @sum_two(%a0) : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<3xf64, #field.dims<r>>)
  %e0 = field.constant dense<[7.806436000000002, 0.19272100000000025, 0.20430399999999996]> : tensor<3xf64, #field.dims<r>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3xf64, #field.dims<r>>, tensor<3xf64, #field.dims<r>>
  check.expect_gradient @sum_two(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  check.expect_gradient @sum_two(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  return
}

func.func private @sum_all(%a0: tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<f64, #field.dims<>>) {
  %m = field.reduce sum %a0 over ["b", "r", "c"] : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> tensor<f64, #field.dims<>>
  %r0 = field.mul %m, %m : (tensor<f64, #field.dims<>>, tensor<f64, #field.dims<>>) -> tensor<f64, #field.dims<>>
  return %r0 : tensor<f64, #field.dims<>>
}

func.func @check_sum_all() {
  %a0 = field.constant dense<[[[0.223, -1.381, 0.905, 1.38], [1.062, -1.348, -0.484, -0.546], [-1.162, 0.38, 0.892, -0.559]], [[1.088, 0.891, -1.113, 0.801], [1.148, -0.908, 0.221, 0.416], [0.328, -1.211, 0.484, 0.396]]]> : tensor<2x3x4xf64, #field.dims<b, r, c>>
  %r = call @sum_all(%a0) : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<f64, #field.dims<>>)
  %e0 = field.constant dense<3.6214090000000008> : tensor<f64, #field.dims<>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<f64, #field.dims<>>, tensor<f64, #field.dims<>>
  check.expect_gradient @sum_all(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  check.expect_gradient @sum_all(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  return
}

func.func private @max_last(%a0: tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<2x3xf64, #field.dims<b, r>>) {
  %m = field.reduce max %a0 over ["c"] : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> tensor<2x3xf64, #field.dims<b, r>>
  %r0 = field.mul %m, %m : (tensor<2x3xf64, #field.dims<b, r>>, tensor<2x3xf64, #field.dims<b, r>>) -> tensor<2x3xf64, #field.dims<b, r>>
  return %r0 : tensor<2x3xf64, #field.dims<b, r>>
}

func.func @check_max_last() {
  %a0 = field.constant dense<[[[0.223, -1.381, 0.905, 1.38], [1.062, -1.348, -0.484, -0.546], [-1.162, 0.38, 0.892, -0.559]], [[1.088, 0.891, -1.113, 0.801], [1.148, -0.908, 0.221, 0.416], [0.328, -1.211, 0.484, 0.396]]]> : tensor<2x3x4xf64, #field.dims<b, r, c>>
  %r = call @max_last(%a0) : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<2x3xf64, #field.dims<b, r>>)
  %e0 = field.constant dense<[[1.9043999999999996, 1.127844, 0.795664], [1.1837440000000001, 1.3179039999999997, 0.234256]]> : tensor<2x3xf64, #field.dims<b, r>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<b, r>>, tensor<2x3xf64, #field.dims<b, r>>
  check.expect_gradient @max_last(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  check.expect_gradient @max_last(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  return
}

func.func private @max_middle(%a0: tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<2x4xf64, #field.dims<b, c>>) {
  %m = field.reduce max %a0 over ["r"] : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> tensor<2x4xf64, #field.dims<b, c>>
  %r0 = field.mul %m, %m : (tensor<2x4xf64, #field.dims<b, c>>, tensor<2x4xf64, #field.dims<b, c>>) -> tensor<2x4xf64, #field.dims<b, c>>
  return %r0 : tensor<2x4xf64, #field.dims<b, c>>
}

func.func @check_max_middle() {
  %a0 = field.constant dense<[[[0.223, -1.381, 0.905, 1.38], [1.062, -1.348, -0.484, -0.546], [-1.162, 0.38, 0.892, -0.559]], [[1.088, 0.891, -1.113, 0.801], [1.148, -0.908, 0.221, 0.416], [0.328, -1.211, 0.484, 0.396]]]> : tensor<2x3x4xf64, #field.dims<b, r, c>>
  %r = call @max_middle(%a0) : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<2x4xf64, #field.dims<b, c>>)
  %e0 = field.constant dense<[[1.127844, 0.1444, 0.819025, 1.9043999999999996], [1.3179039999999997, 0.7938810000000001, 0.234256, 0.6416010000000001]]> : tensor<2x4xf64, #field.dims<b, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x4xf64, #field.dims<b, c>>, tensor<2x4xf64, #field.dims<b, c>>
  check.expect_gradient @max_middle(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  check.expect_gradient @max_middle(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  return
}

func.func private @max_two(%a0: tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<3xf64, #field.dims<r>>) {
  %m = field.reduce max %a0 over ["c", "b"] : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> tensor<3xf64, #field.dims<r>>
  %r0 = field.mul %m, %m : (tensor<3xf64, #field.dims<r>>, tensor<3xf64, #field.dims<r>>) -> tensor<3xf64, #field.dims<r>>
  return %r0 : tensor<3xf64, #field.dims<r>>
}

func.func @check_max_two() {
  %a0 = field.constant dense<[[[0.223, -1.381, 0.905, 1.38], [1.062, -1.348, -0.484, -0.546], [-1.162, 0.38, 0.892, -0.559]], [[1.088, 0.891, -1.113, 0.801], [1.148, -0.908, 0.221, 0.416], [0.328, -1.211, 0.484, 0.396]]]> : tensor<2x3x4xf64, #field.dims<b, r, c>>
  %r = call @max_two(%a0) : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<3xf64, #field.dims<r>>)
  %e0 = field.constant dense<[1.9043999999999996, 1.3179039999999997, 0.795664]> : tensor<3xf64, #field.dims<r>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3xf64, #field.dims<r>>, tensor<3xf64, #field.dims<r>>
  check.expect_gradient @max_two(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  check.expect_gradient @max_two(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  return
}

func.func private @max_all(%a0: tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<f64, #field.dims<>>) {
  %m = field.reduce max %a0 over ["b", "r", "c"] : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> tensor<f64, #field.dims<>>
  %r0 = field.mul %m, %m : (tensor<f64, #field.dims<>>, tensor<f64, #field.dims<>>) -> tensor<f64, #field.dims<>>
  return %r0 : tensor<f64, #field.dims<>>
}

func.func @check_max_all() {
  %a0 = field.constant dense<[[[0.223, -1.381, 0.905, 1.38], [1.062, -1.348, -0.484, -0.546], [-1.162, 0.38, 0.892, -0.559]], [[1.088, 0.891, -1.113, 0.801], [1.148, -0.908, 0.221, 0.416], [0.328, -1.211, 0.484, 0.396]]]> : tensor<2x3x4xf64, #field.dims<b, r, c>>
  %r = call @max_all(%a0) : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<f64, #field.dims<>>)
  %e0 = field.constant dense<1.9043999999999996> : tensor<f64, #field.dims<>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<f64, #field.dims<>>, tensor<f64, #field.dims<>>
  check.expect_gradient @max_all(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  check.expect_gradient @max_all(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  return
}

func.func private @min_last(%a0: tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<2x3xf64, #field.dims<b, r>>) {
  %m = field.reduce min %a0 over ["c"] : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> tensor<2x3xf64, #field.dims<b, r>>
  %r0 = field.mul %m, %m : (tensor<2x3xf64, #field.dims<b, r>>, tensor<2x3xf64, #field.dims<b, r>>) -> tensor<2x3xf64, #field.dims<b, r>>
  return %r0 : tensor<2x3xf64, #field.dims<b, r>>
}

func.func @check_min_last() {
  %a0 = field.constant dense<[[[0.223, -1.381, 0.905, 1.38], [1.062, -1.348, -0.484, -0.546], [-1.162, 0.38, 0.892, -0.559]], [[1.088, 0.891, -1.113, 0.801], [1.148, -0.908, 0.221, 0.416], [0.328, -1.211, 0.484, 0.396]]]> : tensor<2x3x4xf64, #field.dims<b, r, c>>
  %r = call @min_last(%a0) : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<2x3xf64, #field.dims<b, r>>)
  %e0 = field.constant dense<[[1.907161, 1.8171040000000003, 1.3502439999999998], [1.238769, 0.8244640000000001, 1.4665210000000002]]> : tensor<2x3xf64, #field.dims<b, r>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<b, r>>, tensor<2x3xf64, #field.dims<b, r>>
  check.expect_gradient @min_last(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  check.expect_gradient @min_last(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  return
}

func.func private @min_middle(%a0: tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<2x4xf64, #field.dims<b, c>>) {
  %m = field.reduce min %a0 over ["r"] : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> tensor<2x4xf64, #field.dims<b, c>>
  %r0 = field.mul %m, %m : (tensor<2x4xf64, #field.dims<b, c>>, tensor<2x4xf64, #field.dims<b, c>>) -> tensor<2x4xf64, #field.dims<b, c>>
  return %r0 : tensor<2x4xf64, #field.dims<b, c>>
}

func.func @check_min_middle() {
  %a0 = field.constant dense<[[[0.223, -1.381, 0.905, 1.38], [1.062, -1.348, -0.484, -0.546], [-1.162, 0.38, 0.892, -0.559]], [[1.088, 0.891, -1.113, 0.801], [1.148, -0.908, 0.221, 0.416], [0.328, -1.211, 0.484, 0.396]]]> : tensor<2x3x4xf64, #field.dims<b, r, c>>
  %r = call @min_middle(%a0) : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<2x4xf64, #field.dims<b, c>>)
  %e0 = field.constant dense<[[1.3502439999999998, 1.907161, 0.234256, 0.31248100000000006], [0.10758400000000001, 1.4665210000000002, 1.238769, 0.156816]]> : tensor<2x4xf64, #field.dims<b, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x4xf64, #field.dims<b, c>>, tensor<2x4xf64, #field.dims<b, c>>
  check.expect_gradient @min_middle(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  check.expect_gradient @min_middle(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  return
}

func.func private @min_two(%a0: tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<3xf64, #field.dims<r>>) {
  %m = field.reduce min %a0 over ["c", "b"] : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> tensor<3xf64, #field.dims<r>>
  %r0 = field.mul %m, %m : (tensor<3xf64, #field.dims<r>>, tensor<3xf64, #field.dims<r>>) -> tensor<3xf64, #field.dims<r>>
  return %r0 : tensor<3xf64, #field.dims<r>>
}

func.func @check_min_two() {
  %a0 = field.constant dense<[[[0.223, -1.381, 0.905, 1.38], [1.062, -1.348, -0.484, -0.546], [-1.162, 0.38, 0.892, -0.559]], [[1.088, 0.891, -1.113, 0.801], [1.148, -0.908, 0.221, 0.416], [0.328, -1.211, 0.484, 0.396]]]> : tensor<2x3x4xf64, #field.dims<b, r, c>>
  %r = call @min_two(%a0) : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<3xf64, #field.dims<r>>)
  %e0 = field.constant dense<[1.907161, 1.8171040000000003, 1.4665210000000002]> : tensor<3xf64, #field.dims<r>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3xf64, #field.dims<r>>, tensor<3xf64, #field.dims<r>>
  check.expect_gradient @min_two(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  check.expect_gradient @min_two(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  return
}

func.func private @min_all(%a0: tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<f64, #field.dims<>>) {
  %m = field.reduce min %a0 over ["b", "r", "c"] : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> tensor<f64, #field.dims<>>
  %r0 = field.mul %m, %m : (tensor<f64, #field.dims<>>, tensor<f64, #field.dims<>>) -> tensor<f64, #field.dims<>>
  return %r0 : tensor<f64, #field.dims<>>
}

func.func @check_min_all() {
  %a0 = field.constant dense<[[[0.223, -1.381, 0.905, 1.38], [1.062, -1.348, -0.484, -0.546], [-1.162, 0.38, 0.892, -0.559]], [[1.088, 0.891, -1.113, 0.801], [1.148, -0.908, 0.221, 0.416], [0.328, -1.211, 0.484, 0.396]]]> : tensor<2x3x4xf64, #field.dims<b, r, c>>
  %r = call @min_all(%a0) : (tensor<2x3x4xf64, #field.dims<b, r, c>>) -> (tensor<f64, #field.dims<>>)
  %e0 = field.constant dense<1.907161> : tensor<f64, #field.dims<>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<f64, #field.dims<>>, tensor<f64, #field.dims<>>
  check.expect_gradient @min_all(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  check.expect_gradient @min_all(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, r, c>>
  return
}
