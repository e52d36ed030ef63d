// field.overlap_add: values from NumPy; derivatives against central differences; the result is squared, so that the second derivative is not zero.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @overlap_add_zeros(%a0: tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>) -> (tensor<3x4xf64, #field.dims<lat, lon>>) {
  %s = field.overlap_add %a0 ["lat", "lon"] by ["k1", "k2"] offsets [-1, -1] wrap [false, false] : (tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>) -> tensor<3x4xf64, #field.dims<lat, lon>>
  %r0 = field.mul %s, %s : (tensor<3x4xf64, #field.dims<lat, lon>>, tensor<3x4xf64, #field.dims<lat, lon>>) -> tensor<3x4xf64, #field.dims<lat, lon>>
  return %r0 : tensor<3x4xf64, #field.dims<lat, lon>>
}

func.func @check_overlap_add_zeros() {
  %a0 = field.constant dense<[[[[0.66, -0.17, -0.37], [-0.24, -1.4, 1.03], [0.13, -0.34, 0.14]], [[0.66, -0.36, 0.99], [1.26, -0.34, -1.09], [0.78, 1.48, -1.06]], [[0.64, 0.98, 1.26], [-1.13, -1.22, 1.46], [-1.15, -0.97, 0.22]], [[-0.16, 0.75, -0.93], [1.24, -0.85, 0.81], [-1.3, -0.08, -1.4]]], [[[-0.56, -0.56, 0.66], [-0.13, -1.33, 1.49], [1.17, 1.25, -0.76]], [[-0.32, -0.82, -1.13], [-1.4, 0.01, -1.13], [-0.97, 1.08, -0.05]], [[-0.95, 0.51, -0.7], [0.08, -0.65, 0.05], [0.39, 0.11, -0.31]], [[0.87, 1.12, -0.96], [-1.09, -1.16, 1.44], [1.32, -0.81, 1.41]]], [[[-0.88, 0.02, -0.01], [1.24, -1.38, -0.55], [0.3, -1.3, -0.79]], [[-0.1, 1.14, 0.78], [0.99, 0.78, 0.62], [1.05, 0.54, 0.71]], [[-0.6, -1.0, 0.77], [-1.0, 1.26, 0.29], [-0.51, 1.31, -1.03]], [[0.04, -1.23, 1.4], [0.23, 0.91, -0.65], [0.91, 0.61, 0.43]]]]> : tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>
  %r = call @overlap_add_zeros(%a0) : (tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>) -> (tensor<3x4xf64, #field.dims<lat, lon>>)
  %e0 = field.constant dense<[[1.0404, 2.402499999999999, 0.6724000000000001, 1.0609000000000006], [5.6169, 6.6564000000000005, 40.704399999999985, 2.0448999999999997], [0.012099999999999972, 0.003599999999999993, 12.180099999999998, 0.006399999999999985]]> : tensor<3x4xf64, #field.dims<lat, lon>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3x4xf64, #field.dims<lat, lon>>, tensor<3x4xf64, #field.dims<lat, lon>>
  check.expect_gradient @overlap_add_zeros(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>
  check.expect_gradient @overlap_add_zeros(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>
  return
}

func.func private @overlap_add_wraps(%a0: tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>) -> (tensor<3x4xf64, #field.dims<lat, lon>>) {
  %s = field.overlap_add %a0 ["lat", "lon"] by ["k1", "k2"] offsets [-1, -1] wrap [false, true] : (tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>) -> tensor<3x4xf64, #field.dims<lat, lon>>
  %r0 = field.mul %s, %s : (tensor<3x4xf64, #field.dims<lat, lon>>, tensor<3x4xf64, #field.dims<lat, lon>>) -> tensor<3x4xf64, #field.dims<lat, lon>>
  return %r0 : tensor<3x4xf64, #field.dims<lat, lon>>
}

func.func @check_overlap_add_wraps() {
  %a0 = field.constant dense<[[[[1.35, -0.2, -0.25], [0.58, 1.01, -0.49], [0.51, -0.87, 0.16]], [[0.81, -1.3, 0.68], [-1.45, 1.38, -0.09], [-0.27, 0.66, 0.07]], [[0.69, -1.25, 0.19], [0.17, 1.3, -1.38], [-0.14, 0.39, 0.15]], [[-1.28, 0.28, -0.83], [-0.91, 1.14, -0.91], [-0.14, 0.75, 0.62]]], [[[0.16, 0.92, -0.1], [0.36, 0.96, 0.53], [0.43, -0.28, 0.17]], [[-0.31, 0.73, -0.36], [-0.1, 0.77, 0.01], [-0.49, 0.98, -0.36]], [[1.03, 0.86, -0.16], [0.64, -1.4, -0.33], [1.08, 0.24, 0.17]], [[0.49, 0.53, 0.25], [-0.24, -0.95, -0.62], [-0.62, -0.21, 1.5]]], [[[-0.44, -0.16, -0.39], [0.24, 1.34, 1.17], [-0.37, -0.7, 1.15]], [[-0.02, 0.56, -1.28], [1.1, -0.56, -0.02], [-0.91, -0.24, 0.98]], [[0.98, -0.08, 0.8], [-0.13, -0.38, 0.14], [-0.9, -0.55, 0.62]], [[0.81, -1.33, 0.7], [0.95, -0.16, -1.31], [0.55, -0.76, 0.43]]]]> : tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>
  %r = call @overlap_add_wraps(%a0) : (tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>) -> (tensor<3x4xf64, #field.dims<lat, lon>>)
  %e0 = field.constant dense<[[0.24009999999999987, 7.398399999999999, 1.6641000000000001, 0.7569000000000002], [0.05759999999999994, 14.2129, 3.4596000000000005, 0.23040000000000008], [3.4596000000000013, 7.3441, 0.03610000000000002, 0.3721000000000001]]> : tensor<3x4xf64, #field.dims<lat, lon>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3x4xf64, #field.dims<lat, lon>>, tensor<3x4xf64, #field.dims<lat, lon>>
  check.expect_gradient @overlap_add_wraps(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>
  check.expect_gradient @overlap_add_wraps(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>
  return
}

func.func private @overlap_add_wraps_both(%a0: tensor<3x4x2x3xf64, #field.dims<lat, lon, k1, k2>>) -> (tensor<3x4xf64, #field.dims<lat, lon>>) {
  %s = field.overlap_add %a0 ["lat", "lon"] by ["k1", "k2"] offsets [0, -1] wrap [true, true] : (tensor<3x4x2x3xf64, #field.dims<lat, lon, k1, k2>>) -> tensor<3x4xf64, #field.dims<lat, lon>>
  %r0 = field.mul %s, %s : (tensor<3x4xf64, #field.dims<lat, lon>>, tensor<3x4xf64, #field.dims<lat, lon>>) -> tensor<3x4xf64, #field.dims<lat, lon>>
  return %r0 : tensor<3x4xf64, #field.dims<lat, lon>>
}

func.func @check_overlap_add_wraps_both() {
  %a0 = field.constant dense<[[[[-0.37, 0.41, -0.73], [-0.07, 0.07, 0.39]], [[-0.89, 1.39, -0.63], [-0.58, -0.73, -1.3]], [[-0.23, 0.82, 0.63], [-0.91, -1.09, -0.54]], [[0.8, -0.04, 1.27], [0.47, 0.36, 0.8]]], [[[0.75, -0.47, -0.73], [-0.19, -0.03, -1.07]], [[-0.18, 0.42, -1.09], [-1.09, -0.98, -0.65]], [[1.39, -1.42, -0.95], [-1.0, -0.08, -1.45]], [[-0.13, -1.01, -0.69], [0.88, -0.95, 0.35]]], [[[-0.28, -0.25, 0.95], [-1.02, 1.27, 1.18]], [[0.5, -1.35, 0.49], [0.3, 0.82, -0.86]], [[1.36, 1.16, -1.16], [-0.55, -1.4, 0.99]], [[1.25, 1.47, 0.34], [0.5, 0.54, 0.21]]]]> : tensor<3x4x2x3xf64, #field.dims<lat, lon, k1, k2>>
  %r = call @overlap_add_wraps_both(%a0) : (tensor<3x4x2x3xf64, #field.dims<lat, lon, k1, k2>>) -> (tensor<3x4xf64, #field.dims<lat, lon>>)
  %e0 = field.constant dense<[[6.6049000000000015, 3.5343999999999998, 0.5928999999999995, 0.5328999999999999], [1.1024999999999996, 0.02890000000000005, 20.793599999999998, 2.1315999999999997], [0.03240000000000002, 4.368099999999999, 9.302500000000002, 6.553599999999998]]> : tensor<3x4xf64, #field.dims<lat, lon>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3x4xf64, #field.dims<lat, lon>>, tensor<3x4xf64, #field.dims<lat, lon>>
  check.expect_gradient @overlap_add_wraps_both(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4x2x3xf64, #field.dims<lat, lon, k1, k2>>
  check.expect_gradient @overlap_add_wraps_both(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4x2x3xf64, #field.dims<lat, lon, k1, k2>>
  return
}

func.func private @overlap_add_ahead(%a0: tensor<3x4x2x2xf64, #field.dims<lat, lon, k1, k2>>) -> (tensor<3x4xf64, #field.dims<lat, lon>>) {
  %s = field.overlap_add %a0 ["lat", "lon"] by ["k1", "k2"] offsets [1, -2] wrap [false, true] : (tensor<3x4x2x2xf64, #field.dims<lat, lon, k1, k2>>) -> tensor<3x4xf64, #field.dims<lat, lon>>
  %r0 = field.mul %s, %s : (tensor<3x4xf64, #field.dims<lat, lon>>, tensor<3x4xf64, #field.dims<lat, lon>>) -> tensor<3x4xf64, #field.dims<lat, lon>>
  return %r0 : tensor<3x4xf64, #field.dims<lat, lon>>
}

func.func @check_overlap_add_ahead() {
  %a0 = field.constant dense<[[[[1.36, 0.32], [-0.49, 0.04]], [[-1.44, 0.67], [0.58, -0.24]], [[1.05, 0.77], [-0.49, -1.27]], [[-1.1, -0.95], [-0.59, -0.16]]], [[[1.28, -0.66], [1.2, 0.54]], [[1.06, -0.29], [-1.49, 0.86]], [[-0.76, -1.07], [0.9, 0.56]], [[-0.86, -0.7], [1.32, -0.69]]], [[[0.61, -1.11], [0.95, -1.15]], [[0.05, -1.39], [0.15, 1.04]], [[-1.25, -0.68], [0.79, 0.32]], [[-0.56, 0.39], [-0.14, 1.09]]]]> : tensor<3x4x2x2xf64, #field.dims<lat, lon, k1, k2>>
  %r = call @overlap_add_ahead(%a0) : (tensor<3x4x2x2xf64, #field.dims<lat, lon, k1, k2>>) -> (tensor<3x4xf64, #field.dims<lat, lon>>)
  %e0 = field.constant dense<[[0.0, 0.0, 0.0, 0.0], [2.9584000000000006, 0.10890000000000005, 0.1681000000000001, 1.2543999999999997], [3.1684, 14.3641, 0.004899999999999989, 1.0404]]> : tensor<3x4xf64, #field.dims<lat, lon>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3x4xf64, #field.dims<lat, lon>>, tensor<3x4xf64, #field.dims<lat, lon>>
  check.expect_gradient @overlap_add_ahead(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4x2x2xf64, #field.dims<lat, lon, k1, k2>>
  check.expect_gradient @overlap_add_ahead(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4x2x2xf64, #field.dims<lat, lon, k1, k2>>
  return
}
