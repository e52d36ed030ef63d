// field.reverse: values from NumPy; derivatives against central differences; the result is squared, so that the second derivative is not zero.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @reverse(%a0: tensor<4x3xf64, #field.dims<lat, lon>>) -> (tensor<4x3xf64, #field.dims<lat, lon>>) {
  %s = field.reverse %a0 ["lat", "lon"] : (tensor<4x3xf64, #field.dims<lat, lon>>) -> tensor<4x3xf64, #field.dims<lat, lon>>
  %r0 = field.mul %s, %s : (tensor<4x3xf64, #field.dims<lat, lon>>, tensor<4x3xf64, #field.dims<lat, lon>>) -> tensor<4x3xf64, #field.dims<lat, lon>>
  return %r0 : tensor<4x3xf64, #field.dims<lat, lon>>
}

func.func @check_reverse() {
  %a0 = field.constant dense<[[-0.86, 0.19, 1.33], [-0.36, -0.74, -0.13], [0.47, -1.2, -0.36], [-1.1, 0.49, 0.99]]> : tensor<4x3xf64, #field.dims<lat, lon>>
  %r = call @reverse(%a0) : (tensor<4x3xf64, #field.dims<lat, lon>>) -> (tensor<4x3xf64, #field.dims<lat, lon>>)
  %e0 = field.constant dense<[[0.9801, 0.24009999999999998, 1.2100000000000002], [0.1296, 1.44, 0.22089999999999999], [0.016900000000000002, 0.5476, 0.1296], [1.7689000000000001, 0.0361, 0.7395999999999999]]> : tensor<4x3xf64, #field.dims<lat, lon>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<4x3xf64, #field.dims<lat, lon>>, tensor<4x3xf64, #field.dims<lat, lon>>
  check.expect_gradient @reverse(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<lat, lon>>
  check.expect_gradient @reverse(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<lat, lon>>
  return
}

func.func private @reverse_one(%a0: tensor<4x3xf64, #field.dims<lat, lon>>) -> (tensor<3x4xf64, #field.dims<lon, lat>>) {
  %s = field.reverse %a0 ["lat"] : (tensor<4x3xf64, #field.dims<lat, lon>>) -> tensor<3x4xf64, #field.dims<lon, lat>>
  %r0 = field.mul %s, %s : (tensor<3x4xf64, #field.dims<lon, lat>>, tensor<3x4xf64, #field.dims<lon, lat>>) -> tensor<3x4xf64, #field.dims<lon, lat>>
  return %r0 : tensor<3x4xf64, #field.dims<lon, lat>>
}

func.func @check_reverse_one() {
  %a0 = field.constant dense<[[-0.86, 0.19, 1.33], [-0.36, -0.74, -0.13], [0.47, -1.2, -0.36], [-1.1, 0.49, 0.99]]> : tensor<4x3xf64, #field.dims<lat, lon>>
  %r = call @reverse_one(%a0) : (tensor<4x3xf64, #field.dims<lat, lon>>) -> (tensor<3x4xf64, #field.dims<lon, lat>>)
  %e0 = field.constant dense<[[1.2100000000000002, 0.22089999999999999, 0.1296, 0.7395999999999999], [0.24009999999999998, 1.44, 0.5476, 0.0361], [0.9801, 0.1296, 0.016900000000000002, 1.7689000000000001]]> : tensor<3x4xf64, #field.dims<lon, lat>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3x4xf64, #field.dims<lon, lat>>, tensor<3x4xf64, #field.dims<lon, lat>>
  check.expect_gradient @reverse_one(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<lat, lon>>
  check.expect_gradient @reverse_one(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<lat, lon>>
  return
}
