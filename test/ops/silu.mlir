// field.silu: values from NumPy; first and second derivatives against central differences, away from kinks.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @silu_at(%a0: tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %r0 = field.silu %a0 : (tensor<2x3xf64, #field.dims<r, c>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_silu_at() {
  %a0 = field.constant dense<[[0.31, -1.33, 1.03], [-1.34, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %r = call @silu_at(%a0) : (tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[0.17883443095093435, -0.2781819557333742, 0.7590233727084228], [-0.2780634784699117, 1.4160796122724395, 0.23255025272574728]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @silu_at(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @silu_at(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  return
}
