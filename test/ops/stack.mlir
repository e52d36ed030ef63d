// field.stack: values from NumPy; derivatives against central differences; the result is squared, so that the second derivative is not zero.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @stack(%a0: tensor<2x3xf64, #field.dims<t, D>>, %a1: tensor<3xf64, #field.dims<D>>) -> (tensor<2x2x3xf64, #field.dims<t, part, D>>) {
  %s = field.stack %a0, %a1 as "part" : (tensor<2x3xf64, #field.dims<t, D>>, tensor<3xf64, #field.dims<D>>) -> tensor<2x2x3xf64, #field.dims<t, part, D>>
  %r0 = field.mul %s, %s : (tensor<2x2x3xf64, #field.dims<t, part, D>>, tensor<2x2x3xf64, #field.dims<t, part, D>>) -> tensor<2x2x3xf64, #field.dims<t, part, D>>
  return %r0 : tensor<2x2x3xf64, #field.dims<t, part, D>>
}

func.func @check_stack() {
  %a0 = field.constant dense<[[0.06, 0.77, -0.93], [-0.7, 0.11, 0.74]]> : tensor<2x3xf64, #field.dims<t, D>>
  %a1 = field.constant dense<[1.19, -1.12, -0.95]> : tensor<3xf64, #field.dims<D>>
  %r = call @stack(%a0, %a1) : (tensor<2x3xf64, #field.dims<t, D>>, tensor<3xf64, #field.dims<D>>) -> (tensor<2x2x3xf64, #field.dims<t, part, D>>)
  %e0 = field.constant dense<[[[0.0036, 0.5929, 0.8649000000000001], [1.4161, 1.2544000000000002, 0.9025]], [[0.48999999999999994, 0.0121, 0.5476], [1.4161, 1.2544000000000002, 0.9025]]]> : tensor<2x2x3xf64, #field.dims<t, part, D>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x2x3xf64, #field.dims<t, part, D>>, tensor<2x2x3xf64, #field.dims<t, part, D>>
  check.expect_gradient @stack(%a0, %a1) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<t, D>>, tensor<3xf64, #field.dims<D>>
  check.expect_gradient @stack(%a0, %a1) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<t, D>>, tensor<3xf64, #field.dims<D>>
  return
}
