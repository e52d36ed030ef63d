// field.extract: values from NumPy; derivatives against central differences; the result is squared, so that the second derivative is not zero.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @extract(%a0: tensor<2x3x2xf64, #field.dims<t, part, D>>) -> (tensor<2x2xf64, #field.dims<t, D>>) {
  %s = field.extract %a0 "part" at 1 : (tensor<2x3x2xf64, #field.dims<t, part, D>>) -> tensor<2x2xf64, #field.dims<t, D>>
  %r0 = field.mul %s, %s : (tensor<2x2xf64, #field.dims<t, D>>, tensor<2x2xf64, #field.dims<t, D>>) -> tensor<2x2xf64, #field.dims<t, D>>
  return %r0 : tensor<2x2xf64, #field.dims<t, D>>
}

func.func @check_extract() {
  %a0 = field.constant dense<[[[0.79, -1.11], [-1.1, -1.11], [-1.26, 1.22]], [[-0.69, -0.58], [1.0, 0.36], [-0.94, -0.2]]]> : tensor<2x3x2xf64, #field.dims<t, part, D>>
  %r = call @extract(%a0) : (tensor<2x3x2xf64, #field.dims<t, part, D>>) -> (tensor<2x2xf64, #field.dims<t, D>>)
  %e0 = field.constant dense<[[1.2100000000000002, 1.2321000000000002], [1.0, 0.1296]]> : tensor<2x2xf64, #field.dims<t, D>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x2xf64, #field.dims<t, D>>, tensor<2x2xf64, #field.dims<t, D>>
  check.expect_gradient @extract(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<t, part, D>>
  check.expect_gradient @extract(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<t, part, D>>
  return
}

func.func private @extract_all(%a0: tensor<2x3x2xf64, #field.dims<t, part, D>>) -> (tensor<2x2xf64, #field.dims<t, D>>) {
  %x = field.extract %a0 "part" at 0 : (tensor<2x3x2xf64, #field.dims<t, part, D>>) -> tensor<2x2xf64, #field.dims<t, D>>
  %y = field.extract %a0 "part" at 1 : (tensor<2x3x2xf64, #field.dims<t, part, D>>) -> tensor<2x2xf64, #field.dims<t, D>>
  %z = field.extract %a0 "part" at 2 : (tensor<2x3x2xf64, #field.dims<t, part, D>>) -> tensor<2x2xf64, #field.dims<t, D>>
  %p = field.mul %x, %y : (tensor<2x2xf64, #field.dims<t, D>>, tensor<2x2xf64, #field.dims<t, D>>) -> tensor<2x2xf64, #field.dims<t, D>>
  %r0 = field.mul %p, %z : (tensor<2x2xf64, #field.dims<t, D>>, tensor<2x2xf64, #field.dims<t, D>>) -> tensor<2x2xf64, #field.dims<t, D>>
  return %r0 : tensor<2x2xf64, #field.dims<t, D>>
}

func.func @check_extract_all() {
  %a0 = field.constant dense<[[[0.79, -1.11], [-1.1, -1.11], [-1.26, 1.22]], [[-0.69, -0.58], [1.0, 0.36], [-0.94, -0.2]]]> : tensor<2x3x2xf64, #field.dims<t, part, D>>
  %r = call @extract_all(%a0) : (tensor<2x3x2xf64, #field.dims<t, part, D>>) -> (tensor<2x2xf64, #field.dims<t, D>>)
  %e0 = field.constant dense<[[1.0949400000000002, 1.503162], [0.6486, 0.04176]]> : tensor<2x2xf64, #field.dims<t, D>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x2xf64, #field.dims<t, D>>, tensor<2x2xf64, #field.dims<t, D>>
  check.expect_gradient @extract_all(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<t, part, D>>
  check.expect_gradient @extract_all(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<t, part, D>>
  return
}
