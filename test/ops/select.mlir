// field.select of both values by a comparison; derivatives against central differences.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @select(%a0: tensor<2x3xf64, #field.dims<r, c>>, %a1: tensor<3xf64, #field.dims<c>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %c = field.compare lt %a0, %a1 : (tensor<2x3xf64, #field.dims<r, c>>, tensor<3xf64, #field.dims<c>>) -> tensor<2x3xi1, #field.dims<r, c>>
  %p = field.mul %a0, %a0 : (tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>) -> tensor<2x3xf64, #field.dims<r, c>>
  %q = field.mul %a1, %a1 : (tensor<3xf64, #field.dims<c>>, tensor<3xf64, #field.dims<c>>) -> tensor<3xf64, #field.dims<c>>
  %s = field.mul %q, %a0 : (tensor<3xf64, #field.dims<c>>, tensor<2x3xf64, #field.dims<r, c>>) -> tensor<2x3xf64, #field.dims<r, c>>
  %r0 = field.select %c, %p, %s : (tensor<2x3xi1, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_select() {
  %a0 = field.constant dense<[[0.31, -1.33, 1.03], [-1.34, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %a1 = field.constant dense<[0.8, -1.71, 0.57]> : tensor<3xf64, #field.dims<c>>
  %r = call @select(%a0, %a1) : (tensor<2x3xf64, #field.dims<r, c>>, tensor<3xf64, #field.dims<c>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[0.0961, -3.8890529999999996, 0.334647], [1.7956000000000003, 4.912488, 0.1521]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @select(%a0, %a1) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>, tensor<3xf64, #field.dims<c>>
  check.expect_gradient @select(%a0, %a1) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>, tensor<3xf64, #field.dims<c>>
  return
}
