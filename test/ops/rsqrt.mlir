// field.rsqrt: values from NumPy; first and second derivatives against central differences, away from kinks.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @rsqrt_at(%a0: tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %r0 = field.rsqrt %a0 : (tensor<2x3xf64, #field.dims<r, c>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_rsqrt_at() {
  %a0 = field.constant dense<[[0.31, 1.33, 1.03], [0.74, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %r = call @rsqrt_at(%a0) : (tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[1.796053020267749, 0.8671099695241199, 0.9853292781642932], [1.162476387438193, 0.7715167498104596, 1.6012815380508714]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @rsqrt_at(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @rsqrt_at(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  return
}
