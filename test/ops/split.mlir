// field.split: values from NumPy; derivatives against central differences; the result is squared, so that the second derivative is not zero.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @split(%a0: tensor<4x3xf64, #field.dims<lat, lon>>) -> (tensor<2x2x3xf64, #field.dims<row, p, lon>>) {
  %s = field.split %a0 "lat" into ["row", "p"] : (tensor<4x3xf64, #field.dims<lat, lon>>) -> tensor<2x2x3xf64, #field.dims<row, p, lon>>
  %r0 = field.mul %s, %s : (tensor<2x2x3xf64, #field.dims<row, p, lon>>, tensor<2x2x3xf64, #field.dims<row, p, lon>>) -> tensor<2x2x3xf64, #field.dims<row, p, lon>>
  return %r0 : tensor<2x2x3xf64, #field.dims<row, p, lon>>
}

func.func @check_split() {
  %a0 = field.constant dense<[[-0.86, 0.19, 1.33], [-0.36, -0.74, -0.13], [0.47, -1.2, -0.36], [-1.1, 0.49, 0.99]]> : tensor<4x3xf64, #field.dims<lat, lon>>
  %r = call @split(%a0) : (tensor<4x3xf64, #field.dims<lat, lon>>) -> (tensor<2x2x3xf64, #field.dims<row, p, lon>>)
  %e0 = field.constant dense<[[[0.7395999999999999, 0.0361, 1.7689000000000001], [0.1296, 0.5476, 0.016900000000000002]], [[0.22089999999999999, 1.44, 0.1296], [1.2100000000000002, 0.24009999999999998, 0.9801]]]> : tensor<2x2x3xf64, #field.dims<row, p, lon>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x2x3xf64, #field.dims<row, p, lon>>, tensor<2x2x3xf64, #field.dims<row, p, lon>>
  check.expect_gradient @split(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<lat, lon>>
  check.expect_gradient @split(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<lat, lon>>
  return
}

func.func private @split_apart(%a0: tensor<4x3xf64, #field.dims<lat, lon>>) -> (tensor<2x3x2xf64, #field.dims<p, lon, row>>) {
  %s = field.split %a0 "lat" into ["row", "p"] : (tensor<4x3xf64, #field.dims<lat, lon>>) -> tensor<2x3x2xf64, #field.dims<p, lon, row>>
  %r0 = field.mul %s, %s : (tensor<2x3x2xf64, #field.dims<p, lon, row>>, tensor<2x3x2xf64, #field.dims<p, lon, row>>) -> tensor<2x3x2xf64, #field.dims<p, lon, row>>
  return %r0 : tensor<2x3x2xf64, #field.dims<p, lon, row>>
}

func.func @check_split_apart() {
  %a0 = field.constant dense<[[-0.86, 0.19, 1.33], [-0.36, -0.74, -0.13], [0.47, -1.2, -0.36], [-1.1, 0.49, 0.99]]> : tensor<4x3xf64, #field.dims<lat, lon>>
  %r = call @split_apart(%a0) : (tensor<4x3xf64, #field.dims<lat, lon>>) -> (tensor<2x3x2xf64, #field.dims<p, lon, row>>)
  %e0 = field.constant dense<[[[0.7395999999999999, 0.22089999999999999], [0.0361, 1.44], [1.7689000000000001, 0.1296]], [[0.1296, 1.2100000000000002], [0.5476, 0.24009999999999998], [0.016900000000000002, 0.9801]]]> : tensor<2x3x2xf64, #field.dims<p, lon, row>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3x2xf64, #field.dims<p, lon, row>>, tensor<2x3x2xf64, #field.dims<p, lon, row>>
  check.expect_gradient @split_apart(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<lat, lon>>
  check.expect_gradient @split_apart(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<lat, lon>>
  return
}
