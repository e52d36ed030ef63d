// field.log: values from NumPy; first and second derivatives against central differences, away from kinks.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @log_at(%a0: tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %r0 = field.log %a0 : (tensor<2x3xf64, #field.dims<r, c>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_log_at() {
  %a0 = field.constant dense<[[0.31, 1.33, 1.03], [0.74, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %r = call @log_at(%a0) : (tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[-1.171182981502945, 0.28517894223366247, 0.02955880224154443], [-0.3011050927839216, 0.5187937934151675, -0.941608539858445]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @log_at(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @log_at(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  return
}
