// field.sigmoid: values from NumPy; first and second derivatives against central differences, away from kinks.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @sigmoid_at(%a0: tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %r0 = field.sigmoid %a0 : (tensor<2x3xf64, #field.dims<r, c>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_sigmoid_at() {
  %a0 = field.constant dense<[[0.31, -1.33, 1.03], [-1.34, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %r = call @sigmoid_at(%a0) : (tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[0.5768852611320463, 0.2091593652130633, 0.7369158958334202], [0.20751005855963559, 0.8429045311145473, 0.5962826992967879]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @sigmoid_at(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @sigmoid_at(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  return
}
