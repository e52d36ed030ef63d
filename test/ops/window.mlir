// field.window: values from NumPy; derivatives against central differences; the result is squared, so that the second derivative is not zero.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @window_zeros(%a0: tensor<3x4xf64, #field.dims<lat, lon>>) -> (tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>) {
  %s = field.window %a0 ["lat", "lon"] by ["k1", "k2"] offsets [-1, -1] wrap [false, false] : (tensor<3x4xf64, #field.dims<lat, lon>>) -> tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>
  %r0 = field.mul %s, %s : (tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>, tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>) -> tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>
  return %r0 : tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>
}

func.func @check_window_zeros() {
  %a0 = field.constant dense<[[0.9, 0.43, 0.66, 1.49], [1.32, 1.03, 0.83, -0.31], [0.42, -0.95, 0.78, 0.77]]> : tensor<3x4xf64, #field.dims<lat, lon>>
  %r = call @window_zeros(%a0) : (tensor<3x4xf64, #field.dims<lat, lon>>) -> (tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>)
  %e0 = field.constant dense<[[[[0.0, 0.0, 0.0], [0.0, 0.81, 0.18489999999999998], [0.0, 1.7424000000000002, 1.0609]], [[0.0, 0.0, 0.0], [0.81, 0.18489999999999998, 0.43560000000000004], [1.7424000000000002, 1.0609, 0.6889]], [[0.0, 0.0, 0.0], [0.18489999999999998, 0.43560000000000004, 2.2201], [1.0609, 0.6889, 0.0961]], [[0.0, 0.0, 0.0], [0.43560000000000004, 2.2201, 0.0], [0.6889, 0.0961, 0.0]]], [[[0.0, 0.81, 0.18489999999999998], [0.0, 1.7424000000000002, 1.0609], [0.0, 0.17639999999999997, 0.9025]], [[0.81, 0.18489999999999998, 0.43560000000000004], [1.7424000000000002, 1.0609, 0.6889], [0.17639999999999997, 0.9025, 0.6084]], [[0.18489999999999998, 0.43560000000000004, 2.2201], [1.0609, 0.6889, 0.0961], [0.9025, 0.6084, 0.5929]], [[0.43560000000000004, 2.2201, 0.0], [0.6889, 0.0961, 0.0], [0.6084, 0.5929, 0.0]]], [[[0.0, 1.7424000000000002, 1.0609], [0.0, 0.17639999999999997, 0.9025], [0.0, 0.0, 0.0]], [[1.7424000000000002, 1.0609, 0.6889], [0.17639999999999997, 0.9025, 0.6084], [0.0, 0.0, 0.0]], [[1.0609, 0.6889, 0.0961], [0.9025, 0.6084, 0.5929], [0.0, 0.0, 0.0]], [[0.6889, 0.0961, 0.0], [0.6084, 0.5929, 0.0], [0.0, 0.0, 0.0]]]]> : tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>, tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>
  check.expect_gradient @window_zeros(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4xf64, #field.dims<lat, lon>>
  check.expect_gradient @window_zeros(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4xf64, #field.dims<lat, lon>>
  return
}

func.func private @window_wraps(%a0: tensor<3x4xf64, #field.dims<lat, lon>>) -> (tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>) {
  %s = field.window %a0 ["lat", "lon"] by ["k1", "k2"] offsets [-1, -1] wrap [false, true] : (tensor<3x4xf64, #field.dims<lat, lon>>) -> tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>
  %r0 = field.mul %s, %s : (tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>, tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>) -> tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>
  return %r0 : tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>
}

func.func @check_window_wraps() {
  %a0 = field.constant dense<[[0.9, 0.43, 0.66, 1.49], [1.32, 1.03, 0.83, -0.31], [0.42, -0.95, 0.78, 0.77]]> : tensor<3x4xf64, #field.dims<lat, lon>>
  %r = call @window_wraps(%a0) : (tensor<3x4xf64, #field.dims<lat, lon>>) -> (tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>)
  %e0 = field.constant dense<[[[[0.0, 0.0, 0.0], [2.2201, 0.81, 0.18489999999999998], [0.0961, 1.7424000000000002, 1.0609]], [[0.0, 0.0, 0.0], [0.81, 0.18489999999999998, 0.43560000000000004], [1.7424000000000002, 1.0609, 0.6889]], [[0.0, 0.0, 0.0], [0.18489999999999998, 0.43560000000000004, 2.2201], [1.0609, 0.6889, 0.0961]], [[0.0, 0.0, 0.0], [0.43560000000000004, 2.2201, 0.81], [0.6889, 0.0961, 1.7424000000000002]]], [[[2.2201, 0.81, 0.18489999999999998], [0.0961, 1.7424000000000002, 1.0609], [0.5929, 0.17639999999999997, 0.9025]], [[0.81, 0.18489999999999998, 0.43560000000000004], [1.7424000000000002, 1.0609, 0.6889], [0.17639999999999997, 0.9025, 0.6084]], [[0.18489999999999998, 0.43560000000000004, 2.2201], [1.0609, 0.6889, 0.0961], [0.9025, 0.6084, 0.5929]], [[0.43560000000000004, 2.2201, 0.81], [0.6889, 0.0961, 1.7424000000000002], [0.6084, 0.5929, 0.17639999999999997]]], [[[0.0961, 1.7424000000000002, 1.0609], [0.5929, 0.17639999999999997, 0.9025], [0.0, 0.0, 0.0]], [[1.7424000000000002, 1.0609, 0.6889], [0.17639999999999997, 0.9025, 0.6084], [0.0, 0.0, 0.0]], [[1.0609, 0.6889, 0.0961], [0.9025, 0.6084, 0.5929], [0.0, 0.0, 0.0]], [[0.6889, 0.0961, 1.7424000000000002], [0.6084, 0.5929, 0.17639999999999997], [0.0, 0.0, 0.0]]]]> : tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>, tensor<3x4x3x3xf64, #field.dims<lat, lon, k1, k2>>
  check.expect_gradient @window_wraps(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4xf64, #field.dims<lat, lon>>
  check.expect_gradient @window_wraps(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4xf64, #field.dims<lat, lon>>
  return
}

func.func private @window_wraps_both(%a0: tensor<3x4xf64, #field.dims<lat, lon>>) -> (tensor<3x4x2x3xf64, #field.dims<lat, lon, k1, k2>>) {
  %s = field.window %a0 ["lat", "lon"] by ["k1", "k2"] offsets [0, -1] wrap [true, true] : (tensor<3x4xf64, #field.dims<lat, lon>>) -> tensor<3x4x2x3xf64, #field.dims<lat, lon, k1, k2>>
  %r0 = field.mul %s, %s : (tensor<3x4x2x3xf64, #field.dims<lat, lon, k1, k2>>, tensor<3x4x2x3xf64, #field.dims<lat, lon, k1, k2>>) -> tensor<3x4x2x3xf64, #field.dims<lat, lon, k1, k2>>
  return %r0 : tensor<3x4x2x3xf64, #field.dims<lat, lon, k1, k2>>
}

func.func @check_window_wraps_both() {
  %a0 = field.constant dense<[[0.9, 0.43, 0.66, 1.49], [1.32, 1.03, 0.83, -0.31], [0.42, -0.95, 0.78, 0.77]]> : tensor<3x4xf64, #field.dims<lat, lon>>
  %r = call @window_wraps_both(%a0) : (tensor<3x4xf64, #field.dims<lat, lon>>) -> (tensor<3x4x2x3xf64, #field.dims<lat, lon, k1, k2>>)
  %e0 = field.constant dense<[[[[2.2201, 0.81, 0.18489999999999998], [0.0961, 1.7424000000000002, 1.0609]], [[0.81, 0.18489999999999998, 0.43560000000000004], [1.7424000000000002, 1.0609, 0.6889]], [[0.18489999999999998, 0.43560000000000004, 2.2201], [1.0609, 0.6889, 0.0961]], [[0.43560000000000004, 2.2201, 0.81], [0.6889, 0.0961, 1.7424000000000002]]], [[[0.0961, 1.7424000000000002, 1.0609], [0.5929, 0.17639999999999997, 0.9025]], [[1.7424000000000002, 1.0609, 0.6889], [0.17639999999999997, 0.9025, 0.6084]], [[1.0609, 0.6889, 0.0961], [0.9025, 0.6084, 0.5929]], [[0.6889, 0.0961, 1.7424000000000002], [0.6084, 0.5929, 0.17639999999999997]]], [[[0.5929, 0.17639999999999997, 0.9025], [2.2201, 0.81, 0.18489999999999998]], [[0.17639999999999997, 0.9025, 0.6084], [0.81, 0.18489999999999998, 0.43560000000000004]], [[0.9025, 0.6084, 0.5929], [0.18489999999999998, 0.43560000000000004, 2.2201]], [[0.6084, 0.5929, 0.17639999999999997], [0.43560000000000004, 2.2201, 0.81]]]]> : tensor<3x4x2x3xf64, #field.dims<lat, lon, k1, k2>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3x4x2x3xf64, #field.dims<lat, lon, k1, k2>>, tensor<3x4x2x3xf64, #field.dims<lat, lon, k1, k2>>
  check.expect_gradient @window_wraps_both(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4xf64, #field.dims<lat, lon>>
  check.expect_gradient @window_wraps_both(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4xf64, #field.dims<lat, lon>>
  return
}

func.func private @window_ahead(%a0: tensor<3x4xf64, #field.dims<lat, lon>>) -> (tensor<3x4x2x2xf64, #field.dims<lat, lon, k1, k2>>) {
  %s = field.window %a0 ["lat", "lon"] by ["k1", "k2"] offsets [1, -2] wrap [false, true] : (tensor<3x4xf64, #field.dims<lat, lon>>) -> tensor<3x4x2x2xf64, #field.dims<lat, lon, k1, k2>>
  %r0 = field.mul %s, %s : (tensor<3x4x2x2xf64, #field.dims<lat, lon, k1, k2>>, tensor<3x4x2x2xf64, #field.dims<lat, lon, k1, k2>>) -> tensor<3x4x2x2xf64, #field.dims<lat, lon, k1, k2>>
  return %r0 : tensor<3x4x2x2xf64, #field.dims<lat, lon, k1, k2>>
}

func.func @check_window_ahead() {
  %a0 = field.constant dense<[[0.9, 0.43, 0.66, 1.49], [1.32, 1.03, 0.83, -0.31], [0.42, -0.95, 0.78, 0.77]]> : tensor<3x4xf64, #field.dims<lat, lon>>
  %r = call @window_ahead(%a0) : (tensor<3x4xf64, #field.dims<lat, lon>>) -> (tensor<3x4x2x2xf64, #field.dims<lat, lon, k1, k2>>)
  %e0 = field.constant dense<[[[[0.6889, 0.0961], [0.6084, 0.5929]], [[0.0961, 1.7424000000000002], [0.5929, 0.17639999999999997]], [[1.7424000000000002, 1.0609], [0.17639999999999997, 0.9025]], [[1.0609, 0.6889], [0.9025, 0.6084]]], [[[0.6084, 0.5929], [0.0, 0.0]], [[0.5929, 0.17639999999999997], [0.0, 0.0]], [[0.17639999999999997, 0.9025], [0.0, 0.0]], [[0.9025, 0.6084], [0.0, 0.0]]], [[[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]]]> : tensor<3x4x2x2xf64, #field.dims<lat, lon, k1, k2>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3x4x2x2xf64, #field.dims<lat, lon, k1, k2>>, tensor<3x4x2x2xf64, #field.dims<lat, lon, k1, k2>>
  check.expect_gradient @window_ahead(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4xf64, #field.dims<lat, lon>>
  check.expect_gradient @window_ahead(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4xf64, #field.dims<lat, lon>>
  return
}
