// field.merge: values from NumPy; derivatives against central differences; the result is squared, so that the second derivative is not zero.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @merge(%a0: tensor<2x3x2xf64, #field.dims<row, lon, p>>) -> (tensor<4x3xf64, #field.dims<lat, lon>>) {
  %s = field.merge %a0 ["row", "p"] into "lat" : (tensor<2x3x2xf64, #field.dims<row, lon, p>>) -> tensor<4x3xf64, #field.dims<lat, lon>>
  %r0 = field.mul %s, %s : (tensor<4x3xf64, #field.dims<lat, lon>>, tensor<4x3xf64, #field.dims<lat, lon>>) -> tensor<4x3xf64, #field.dims<lat, lon>>
  return %r0 : tensor<4x3xf64, #field.dims<lat, lon>>
}

func.func @check_merge() {
  %a0 = field.constant dense<[[[-0.37, -0.38], [0.12, -0.85], [-0.76, -0.51]], [[-0.13, -1.26], [0.76, 0.24], [-0.6, -1.27]]]> : tensor<2x3x2xf64, #field.dims<row, lon, p>>
  %r = call @merge(%a0) : (tensor<2x3x2xf64, #field.dims<row, lon, p>>) -> (tensor<4x3xf64, #field.dims<lat, lon>>)
  %e0 = field.constant dense<[[0.1369, 0.0144, 0.5776], [0.1444, 0.7224999999999999, 0.2601], [0.016900000000000002, 0.5776, 0.36], [1.5876000000000001, 0.0576, 1.6129]]> : tensor<4x3xf64, #field.dims<lat, lon>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<4x3xf64, #field.dims<lat, lon>>, tensor<4x3xf64, #field.dims<lat, lon>>
  check.expect_gradient @merge(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<row, lon, p>>
  check.expect_gradient @merge(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<row, lon, p>>
  return
}

func.func private @merge_backwards(%a0: tensor<2x3x2xf64, #field.dims<row, lon, p>>) -> (tensor<3x4xf64, #field.dims<lon, lat>>) {
  %s = field.merge %a0 ["p", "row"] into "lat" : (tensor<2x3x2xf64, #field.dims<row, lon, p>>) -> tensor<3x4xf64, #field.dims<lon, lat>>
  %r0 = field.mul %s, %s : (tensor<3x4xf64, #field.dims<lon, lat>>, tensor<3x4xf64, #field.dims<lon, lat>>) -> tensor<3x4xf64, #field.dims<lon, lat>>
  return %r0 : tensor<3x4xf64, #field.dims<lon, lat>>
}

func.func @check_merge_backwards() {
  %a0 = field.constant dense<[[[-0.37, -0.38], [0.12, -0.85], [-0.76, -0.51]], [[-0.13, -1.26], [0.76, 0.24], [-0.6, -1.27]]]> : tensor<2x3x2xf64, #field.dims<row, lon, p>>
  %r = call @merge_backwards(%a0) : (tensor<2x3x2xf64, #field.dims<row, lon, p>>) -> (tensor<3x4xf64, #field.dims<lon, lat>>)
  %e0 = field.constant dense<[[0.1369, 0.016900000000000002, 0.1444, 1.5876000000000001], [0.0144, 0.5776, 0.7224999999999999, 0.0576], [0.5776, 0.36, 0.2601, 1.6129]]> : tensor<3x4xf64, #field.dims<lon, lat>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3x4xf64, #field.dims<lon, lat>>, tensor<3x4xf64, #field.dims<lon, lat>>
  check.expect_gradient @merge_backwards(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<row, lon, p>>
  check.expect_gradient @merge_backwards(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<row, lon, p>>
  return
}
