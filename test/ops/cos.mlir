// field.cos: values from NumPy; first and second derivatives against central differences, away from kinks.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @cos_at(%a0: tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %r0 = field.cos %a0 : (tensor<2x3xf64, #field.dims<r, c>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_cos_at() {
  %a0 = field.constant dense<[[0.31, -1.33, 1.03], [-1.34, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %r = call @cos_at(%a0) : (tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[0.9523335698857134, 0.23847605343372313, 0.5148188449699553], [0.22875280780845939, -0.10898675223987112, 0.9249090598573131]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @cos_at(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @cos_at(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  return
}
