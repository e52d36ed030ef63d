// field.rename: values from NumPy; derivatives against central differences; the result is squared, so that the second derivative is not zero.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @rename(%a0: tensor<2x3xf64, #field.dims<t, D>>) -> (tensor<2x3xf64, #field.dims<u, D>>) {
  %s = field.rename %a0 ["t"] to ["u"] : (tensor<2x3xf64, #field.dims<t, D>>) -> tensor<2x3xf64, #field.dims<u, D>>
  %r0 = field.mul %s, %s : (tensor<2x3xf64, #field.dims<u, D>>, tensor<2x3xf64, #field.dims<u, D>>) -> tensor<2x3xf64, #field.dims<u, D>>
  return %r0 : tensor<2x3xf64, #field.dims<u, D>>
}

func.func @check_rename() {
  %a0 = field.constant dense<[[0.67, 1.1, 1.18], [-1.02, -1.42, 0.45]]> : tensor<2x3xf64, #field.dims<t, D>>
  %r = call @rename(%a0) : (tensor<2x3xf64, #field.dims<t, D>>) -> (tensor<2x3xf64, #field.dims<u, D>>)
  %e0 = field.constant dense<[[0.4489000000000001, 1.2100000000000002, 1.3923999999999999], [1.0404, 2.0164, 0.2025]]> : tensor<2x3xf64, #field.dims<u, D>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<u, D>>, tensor<2x3xf64, #field.dims<u, D>>
  check.expect_gradient @rename(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<t, D>>
  check.expect_gradient @rename(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<t, D>>
  return
}

func.func private @swap(%a0: tensor<2x3xf64, #field.dims<t, D>>) -> (tensor<2x3xf64, #field.dims<D, t>>) {
  %s = field.rename %a0 ["t", "D"] to ["D", "t"] : (tensor<2x3xf64, #field.dims<t, D>>) -> tensor<2x3xf64, #field.dims<D, t>>
  %r0 = field.mul %s, %s : (tensor<2x3xf64, #field.dims<D, t>>, tensor<2x3xf64, #field.dims<D, t>>) -> tensor<2x3xf64, #field.dims<D, t>>
  return %r0 : tensor<2x3xf64, #field.dims<D, t>>
}

func.func @check_swap() {
  %a0 = field.constant dense<[[0.67, 1.1, 1.18], [-1.02, -1.42, 0.45]]> : tensor<2x3xf64, #field.dims<t, D>>
  %r = call @swap(%a0) : (tensor<2x3xf64, #field.dims<t, D>>) -> (tensor<2x3xf64, #field.dims<D, t>>)
  %e0 = field.constant dense<[[0.4489000000000001, 1.2100000000000002, 1.3923999999999999], [1.0404, 2.0164, 0.2025]]> : tensor<2x3xf64, #field.dims<D, t>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<D, t>>, tensor<2x3xf64, #field.dims<D, t>>
  check.expect_gradient @swap(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<t, D>>
  check.expect_gradient @swap(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<t, D>>
  return
}
