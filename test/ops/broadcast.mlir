// field.broadcast: values from NumPy; derivatives against central differences; the result is squared, so that the second derivative is not zero.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @broadcast(%a0: tensor<3xf64, #field.dims<t>>) -> (tensor<2x3xf64, #field.dims<D, t>>) {
  %s = field.broadcast %a0 : (tensor<3xf64, #field.dims<t>>) -> tensor<2x3xf64, #field.dims<D, t>>
  %r0 = field.mul %s, %s : (tensor<2x3xf64, #field.dims<D, t>>, tensor<2x3xf64, #field.dims<D, t>>) -> tensor<2x3xf64, #field.dims<D, t>>
  return %r0 : tensor<2x3xf64, #field.dims<D, t>>
}

func.func @check_broadcast() {
  %a0 = field.constant dense<[0.97, 0.91, -0.52]> : tensor<3xf64, #field.dims<t>>
  %r = call @broadcast(%a0) : (tensor<3xf64, #field.dims<t>>) -> (tensor<2x3xf64, #field.dims<D, t>>)
  %e0 = field.constant dense<[[0.9409, 0.8281000000000001, 0.27040000000000003], [0.9409, 0.8281000000000001, 0.27040000000000003]]> : tensor<2x3xf64, #field.dims<D, t>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<D, t>>, tensor<2x3xf64, #field.dims<D, t>>
  check.expect_gradient @broadcast(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3xf64, #field.dims<t>>
  check.expect_gradient @broadcast(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3xf64, #field.dims<t>>
  return
}

func.func private @transpose(%a0: tensor<2x3xf64, #field.dims<t, D>>) -> (tensor<3x2xf64, #field.dims<D, t>>) {
  %s = field.broadcast %a0 : (tensor<2x3xf64, #field.dims<t, D>>) -> tensor<3x2xf64, #field.dims<D, t>>
  %r0 = field.mul %s, %s : (tensor<3x2xf64, #field.dims<D, t>>, tensor<3x2xf64, #field.dims<D, t>>) -> tensor<3x2xf64, #field.dims<D, t>>
  return %r0 : tensor<3x2xf64, #field.dims<D, t>>
}

func.func @check_transpose() {
  %a0 = field.constant dense<[[0.67, 1.1, 1.18], [-1.02, -1.42, 0.45]]> : tensor<2x3xf64, #field.dims<t, D>>
  %r = call @transpose(%a0) : (tensor<2x3xf64, #field.dims<t, D>>) -> (tensor<3x2xf64, #field.dims<D, t>>)
  %e0 = field.constant dense<[[0.4489000000000001, 1.0404], [1.2100000000000002, 2.0164], [1.3923999999999999, 0.2025]]> : tensor<3x2xf64, #field.dims<D, t>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3x2xf64, #field.dims<D, t>>, tensor<3x2xf64, #field.dims<D, t>>
  check.expect_gradient @transpose(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<t, D>>
  check.expect_gradient @transpose(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<t, D>>
  return
}
