// field.concat: values from NumPy; derivatives against central differences; the result is squared, so that the second derivative is not zero.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @concat(%a0: tensor<2x3xf64, #field.dims<t, D>>, %a1: tensor<2x2xf64, #field.dims<E, t>>) -> (tensor<2x5xf64, #field.dims<t, F>>) {
  %s = field.concat %a0, %a1 along ["D", "E"] into "F" : (tensor<2x3xf64, #field.dims<t, D>>, tensor<2x2xf64, #field.dims<E, t>>) -> tensor<2x5xf64, #field.dims<t, F>>
  %r0 = field.mul %s, %s : (tensor<2x5xf64, #field.dims<t, F>>, tensor<2x5xf64, #field.dims<t, F>>) -> tensor<2x5xf64, #field.dims<t, F>>
  return %r0 : tensor<2x5xf64, #field.dims<t, F>>
}

func.func @check_concat() {
  %a0 = field.constant dense<[[1.15, -0.37, 0.63], [-1.21, 0.68, 0.83]]> : tensor<2x3xf64, #field.dims<t, D>>
  %a1 = field.constant dense<[[0.98, 0.52], [-0.39, -1.31]]> : tensor<2x2xf64, #field.dims<E, t>>
  %r = call @concat(%a0, %a1) : (tensor<2x3xf64, #field.dims<t, D>>, tensor<2x2xf64, #field.dims<E, t>>) -> (tensor<2x5xf64, #field.dims<t, F>>)
  %e0 = field.constant dense<[[1.3224999999999998, 0.1369, 0.39690000000000003, 0.9603999999999999, 0.1521], [1.4641, 0.4624000000000001, 0.6889, 0.27040000000000003, 1.7161000000000002]]> : tensor<2x5xf64, #field.dims<t, F>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x5xf64, #field.dims<t, F>>, tensor<2x5xf64, #field.dims<t, F>>
  check.expect_gradient @concat(%a0, %a1) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<t, D>>, tensor<2x2xf64, #field.dims<E, t>>
  check.expect_gradient @concat(%a0, %a1) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<t, D>>, tensor<2x2xf64, #field.dims<E, t>>
  return
}
