// field.sub: values from NumPy; derivatives against central differences; operands that lack dims or have another order of axes; no ties.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @sub_repeats(%a0: tensor<2x3xf64, #field.dims<r, c>>, %a1: tensor<3xf64, #field.dims<c>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %r0 = field.sub %a0, %a1 : (tensor<2x3xf64, #field.dims<r, c>>, tensor<3xf64, #field.dims<c>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_sub_repeats() {
  %a0 = field.constant dense<[[0.31, -1.33, 1.03], [-1.34, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %a1 = field.constant dense<[0.8, -1.71, 0.57]> : tensor<3xf64, #field.dims<c>>
  %r = call @sub_repeats(%a0, %a1) : (tensor<2x3xf64, #field.dims<r, c>>, tensor<3xf64, #field.dims<c>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[-0.49000000000000005, 0.3799999999999999, 0.4600000000000001], [-2.14, 3.3899999999999997, -0.17999999999999994]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @sub_repeats(%a0, %a1) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>, tensor<3xf64, #field.dims<c>>
  check.expect_gradient @sub_repeats(%a0, %a1) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>, tensor<3xf64, #field.dims<c>>
  return
}

func.func private @sub_transposes(%a0: tensor<2x3xf64, #field.dims<r, c>>, %a1: tensor<3x2xf64, #field.dims<c, r>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %r0 = field.sub %a0, %a1 : (tensor<2x3xf64, #field.dims<r, c>>, tensor<3x2xf64, #field.dims<c, r>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_sub_transposes() {
  %a0 = field.constant dense<[[0.31, -1.33, 1.03], [-1.34, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %a1 = field.constant dense<[[1.1, 0.7], [-0.4, 2.1], [1.9, -1.2]]> : tensor<3x2xf64, #field.dims<c, r>>
  %r = call @sub_transposes(%a0, %a1) : (tensor<2x3xf64, #field.dims<r, c>>, tensor<3x2xf64, #field.dims<c, r>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[-0.79, -0.93, -0.8699999999999999], [-2.04, -0.42000000000000015, 1.5899999999999999]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @sub_transposes(%a0, %a1) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>, tensor<3x2xf64, #field.dims<c, r>>
  check.expect_gradient @sub_transposes(%a0, %a1) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>, tensor<3x2xf64, #field.dims<c, r>>
  return
}
