// field.pad: values from NumPy; derivatives against central differences; the result is squared, so that the second derivative is not zero.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @pad(%a0: tensor<4x3xf64, #field.dims<lat, lon>>) -> (tensor<7x3xf64, #field.dims<big, lon>>) {
  %s = field.pad %a0 "lat" low 1 as "big" : (tensor<4x3xf64, #field.dims<lat, lon>>) -> tensor<7x3xf64, #field.dims<big, lon>>
  %r0 = field.mul %s, %s : (tensor<7x3xf64, #field.dims<big, lon>>, tensor<7x3xf64, #field.dims<big, lon>>) -> tensor<7x3xf64, #field.dims<big, lon>>
  return %r0 : tensor<7x3xf64, #field.dims<big, lon>>
}

func.func @check_pad() {
  %a0 = field.constant dense<[[-0.86, 0.19, 1.33], [-0.36, -0.74, -0.13], [0.47, -1.2, -0.36], [-1.1, 0.49, 0.99]]> : tensor<4x3xf64, #field.dims<lat, lon>>
  %r = call @pad(%a0) : (tensor<4x3xf64, #field.dims<lat, lon>>) -> (tensor<7x3xf64, #field.dims<big, lon>>)
  %e0 = field.constant dense<[[0.0, 0.0, 0.0], [0.7395999999999999, 0.0361, 1.7689000000000001], [0.1296, 0.5476, 0.016900000000000002], [0.22089999999999999, 1.44, 0.1296], [1.2100000000000002, 0.24009999999999998, 0.9801], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]> : tensor<7x3xf64, #field.dims<big, lon>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<7x3xf64, #field.dims<big, lon>>, tensor<7x3xf64, #field.dims<big, lon>>
  check.expect_gradient @pad(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<lat, lon>>
  check.expect_gradient @pad(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<lat, lon>>
  return
}
