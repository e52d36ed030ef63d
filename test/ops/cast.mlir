// field.cast to a wider and back; values and derivatives.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @cast(%a0: tensor<2xf64, #field.dims<t>>) -> (tensor<2xf64, #field.dims<t>>) {
  %s = field.cast %a0 : (tensor<2xf64, #field.dims<t>>) -> tensor<2xf64, #field.dims<t>>
  %p = field.mul %s, %s : (tensor<2xf64, #field.dims<t>>, tensor<2xf64, #field.dims<t>>) -> tensor<2xf64, #field.dims<t>>
  %r0 = field.mul %p, %a0 : (tensor<2xf64, #field.dims<t>>, tensor<2xf64, #field.dims<t>>) -> tensor<2xf64, #field.dims<t>>
  return %r0 : tensor<2xf64, #field.dims<t>>
}

func.func @check_cast() {
  %a0 = field.constant dense<[0.5, -1.25]> : tensor<2xf64, #field.dims<t>>
  %r = call @cast(%a0) : (tensor<2xf64, #field.dims<t>>) -> (tensor<2xf64, #field.dims<t>>)
  %e0 = field.constant dense<[0.125, -1.953125]> : tensor<2xf64, #field.dims<t>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2xf64, #field.dims<t>>, tensor<2xf64, #field.dims<t>>
  check.expect_gradient @cast(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2xf64, #field.dims<t>>
  check.expect_gradient @cast(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2xf64, #field.dims<t>>
  return
}
