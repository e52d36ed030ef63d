// field.iota and field.constant: values; derivatives of what is around them.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @iota(%a0: tensor<2xf64, #field.dims<t>>) -> (tensor<2x3xf64, #field.dims<t, i>>) {
  %i = field.iota : tensor<3xf64, #field.dims<i>>
  %s = field.mul %a0, %a0 : (tensor<2xf64, #field.dims<t>>, tensor<2xf64, #field.dims<t>>) -> tensor<2xf64, #field.dims<t>>
  %r0 = field.mul %s, %i : (tensor<2xf64, #field.dims<t>>, tensor<3xf64, #field.dims<i>>) -> tensor<2x3xf64, #field.dims<t, i>>
  return %r0 : tensor<2x3xf64, #field.dims<t, i>>
}

func.func @check_iota() {
  %a0 = field.constant dense<[0.5, -1.25]> : tensor<2xf64, #field.dims<t>>
  %r = call @iota(%a0) : (tensor<2xf64, #field.dims<t>>) -> (tensor<2x3xf64, #field.dims<t, i>>)
  %e0 = field.constant dense<[[0.0, 0.25, 0.5], [0.0, 1.5625, 3.125]]> : tensor<2x3xf64, #field.dims<t, i>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<t, i>>, tensor<2x3xf64, #field.dims<t, i>>
  check.expect_gradient @iota(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2xf64, #field.dims<t>>
  check.expect_gradient @iota(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2xf64, #field.dims<t>>
  return
}
