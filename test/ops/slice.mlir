// field.slice: values from NumPy; derivatives against central differences; the result is squared, so that the second derivative is not zero.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @slice(%a0: tensor<4x3xf64, #field.dims<lat, lon>>) -> (tensor<2x3xf64, #field.dims<s, lon>>) {
  %s = field.slice %a0 "lat" from 1 as "s" : (tensor<4x3xf64, #field.dims<lat, lon>>) -> tensor<2x3xf64, #field.dims<s, lon>>
  %r0 = field.mul %s, %s : (tensor<2x3xf64, #field.dims<s, lon>>, tensor<2x3xf64, #field.dims<s, lon>>) -> tensor<2x3xf64, #field.dims<s, lon>>
  return %r0 : tensor<2x3xf64, #field.dims<s, lon>>
}

func.func @check_slice() {
  %a0 = field.constant dense<[[-0.86, 0.19, 1.33], [-0.36, -0.74, -0.13], [0.47, -1.2, -0.36], [-1.1, 0.49, 0.99]]> : tensor<4x3xf64, #field.dims<lat, lon>>
  %r = call @slice(%a0) : (tensor<4x3xf64, #field.dims<lat, lon>>) -> (tensor<2x3xf64, #field.dims<s, lon>>)
  %e0 = field.constant dense<[[0.1296, 0.5476, 0.016900000000000002], [0.22089999999999999, 1.44, 0.1296]]> : tensor<2x3xf64, #field.dims<s, lon>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<s, lon>>, tensor<2x3xf64, #field.dims<s, lon>>
  check.expect_gradient @slice(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<lat, lon>>
  check.expect_gradient @slice(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<lat, lon>>
  return
}
