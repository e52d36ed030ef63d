// field.contract: values from NumPy's einsum; derivatives against central differences; every form of shared, summed and own dims.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @matrix(%a0: tensor<3x4xf64, #field.dims<t, D>>, %a1: tensor<2x4xf64, #field.dims<H, D>>) -> (tensor<3x2xf64, #field.dims<t, H>>) {
  %r0 = field.contract %a0, %a1 over ["D"] : (tensor<3x4xf64, #field.dims<t, D>>, tensor<2x4xf64, #field.dims<H, D>>) -> tensor<3x2xf64, #field.dims<t, H>>
  return %r0 : tensor<3x2xf64, #field.dims<t, H>>
}

func.func @check_matrix() {
  %a0 = field.constant dense<[[0.38, 1.19, 0.83, -0.82], [-0.6, 1.12, -1.48, 0.96], [0.89, -0.1, -0.59, -0.66]]> : tensor<3x4xf64, #field.dims<t, D>>
  %a1 = field.constant dense<[[-0.74, -0.16, 0.01, 0.16], [1.49, 0.88, 0.37, 1.47]]> : tensor<2x4xf64, #field.dims<H, D>>
  %r = call @matrix(%a0, %a1) : (tensor<3x4xf64, #field.dims<t, D>>, tensor<2x4xf64, #field.dims<H, D>>) -> (tensor<3x2xf64, #field.dims<t, H>>)
  %e0 = field.constant dense<[[-0.5945, 0.7151000000000001], [0.40359999999999996, 0.9552000000000003], [-0.7541, 0.04960000000000009]]> : tensor<3x2xf64, #field.dims<t, H>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3x2xf64, #field.dims<t, H>>, tensor<3x2xf64, #field.dims<t, H>>
  check.expect_gradient @matrix(%a0, %a1) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4xf64, #field.dims<t, D>>, tensor<2x4xf64, #field.dims<H, D>>
  check.expect_gradient @matrix(%a0, %a1) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4xf64, #field.dims<t, D>>, tensor<2x4xf64, #field.dims<H, D>>
  return
}

func.func private @matrix_transposed(%a0: tensor<4x3xf64, #field.dims<D, t>>, %a1: tensor<2x4xf64, #field.dims<H, D>>) -> (tensor<2x3xf64, #field.dims<H, t>>) {
  %r0 = field.contract %a0, %a1 over ["D"] : (tensor<4x3xf64, #field.dims<D, t>>, tensor<2x4xf64, #field.dims<H, D>>) -> tensor<2x3xf64, #field.dims<H, t>>
  return %r0 : tensor<2x3xf64, #field.dims<H, t>>
}

func.func @check_matrix_transposed() {
  %a0 = field.constant dense<[[-0.85, -1.02, 0.34], [-1.37, -1.39, 0.04], [-0.1, 1.25, 0.39], [0.04, -0.01, -0.76]]> : tensor<4x3xf64, #field.dims<D, t>>
  %a1 = field.constant dense<[[-1.46, -0.92, 0.58, -0.9], [-0.39, -1.49, 0.99, -1.04]]> : tensor<2x4xf64, #field.dims<H, D>>
  %r = call @matrix_transposed(%a0, %a1) : (tensor<4x3xf64, #field.dims<D, t>>, tensor<2x4xf64, #field.dims<H, D>>) -> (tensor<2x3xf64, #field.dims<H, t>>)
  %e0 = field.constant dense<[[2.4074000000000004, 3.502, 0.377], [2.2322, 3.7168000000000005, 0.9843]]> : tensor<2x3xf64, #field.dims<H, t>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<H, t>>, tensor<2x3xf64, #field.dims<H, t>>
  check.expect_gradient @matrix_transposed(%a0, %a1) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<D, t>>, tensor<2x4xf64, #field.dims<H, D>>
  check.expect_gradient @matrix_transposed(%a0, %a1) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<D, t>>, tensor<2x4xf64, #field.dims<H, D>>
  return
}

func.func private @batched(%a0: tensor<2x3x4xf64, #field.dims<b, t, D>>, %a1: tensor<4x2x2xf64, #field.dims<D, b, H>>) -> (tensor<2x3x2xf64, #field.dims<b, t, H>>) {
  %r0 = field.contract %a0, %a1 over ["D"] : (tensor<2x3x4xf64, #field.dims<b, t, D>>, tensor<4x2x2xf64, #field.dims<D, b, H>>) -> tensor<2x3x2xf64, #field.dims<b, t, H>>
  return %r0 : tensor<2x3x2xf64, #field.dims<b, t, H>>
}

func.func @check_batched() {
  %a0 = field.constant dense<[[[-0.7, 1.14, 0.03, 1.04], [0.42, 0.73, -1.23, 0.12], [0.02, 1.11, -0.42, 0.29]], [[-1.32, -0.34, -0.53, -1.05], [0.95, -0.36, 1.44, 0.27], [0.32, 0.41, 0.53, -1.05]]]> : tensor<2x3x4xf64, #field.dims<b, t, D>>
  %a1 = field.constant dense<[[[-0.18, -0.78], [-0.29, -1.21]], [[1.4, -0.85], [0.52, -0.6]], [[1.12, 0.49], [-1.11, 1.04]], [[1.33, 1.21], [0.21, -1.06]]]> : tensor<4x2x2xf64, #field.dims<D, b, H>>
  %r = call @batched(%a0, %a1) : (tensor<2x3x4xf64, #field.dims<b, t, D>>, tensor<4x2x2xf64, #field.dims<D, b, H>>) -> (tensor<2x3x2xf64, #field.dims<b, t, H>>)
  %e0 = field.constant dense<[[[3.1388000000000003, 0.8501000000000001], [-0.2716000000000002, -1.4056], [1.4657, -0.8139999999999998]], [[0.5738, 2.3630000000000004], [-2.0044, 0.27790000000000004], [-0.6884, 1.0310000000000001]]]> : tensor<2x3x2xf64, #field.dims<b, t, H>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3x2xf64, #field.dims<b, t, H>>, tensor<2x3x2xf64, #field.dims<b, t, H>>
  check.expect_gradient @batched(%a0, %a1) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, t, D>>, tensor<4x2x2xf64, #field.dims<D, b, H>>
  check.expect_gradient @batched(%a0, %a1) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, t, D>>, tensor<4x2x2xf64, #field.dims<D, b, H>>
  return
}

func.func private @two_summed(%a0: tensor<2x3x4xf64, #field.dims<b, t, D>>, %a1: tensor<4x3x2xf64, #field.dims<D, t, H>>) -> (tensor<2x2xf64, #field.dims<H, b>>) {
  %r0 = field.contract %a0, %a1 over ["t", "D"] : (tensor<2x3x4xf64, #field.dims<b, t, D>>, tensor<4x3x2xf64, #field.dims<D, t, H>>) -> tensor<2x2xf64, #field.dims<H, b>>
  return %r0 : tensor<2x2xf64, #field.dims<H, b>>
}

func.func @check_two_summed() {
  %a0 = field.constant dense<[[[-0.92, 1.28, 0.16, -0.96], [1.15, 0.42, 0.21, -0.37], [-0.27, -0.78, -1.39, 1.13]], [[-0.1, 0.14, -0.53, 0.75], [-1.42, -0.38, -1.41, -1.13], [1.4, 0.47, -0.22, 0.07]]]> : tensor<2x3x4xf64, #field.dims<b, t, D>>
  %a1 = field.constant dense<[[[1.12, -0.47], [0.27, 0.55], [-0.43, 0.06]], [[0.8, 1.23], [-1.05, 1.3], [-1.48, 0.76]], [[0.93, -1.09], [-0.24, 0.95], [-1.46, 0.39]], [[0.88, 0.04], [0.68, -0.82], [-0.9, -0.41]]]> : tensor<4x3x2xf64, #field.dims<D, t, H>>
  %r = call @two_summed(%a0, %a1) : (tensor<2x3x4xf64, #field.dims<b, t, D>>, tensor<4x3x2xf64, #field.dims<D, t, H>>) -> (tensor<2x2xf64, #field.dims<H, b>>)
  %e0 = field.constant dense<[[1.1480000000000001, -1.2867000000000002], [1.8610000000000002, -0.5343]]> : tensor<2x2xf64, #field.dims<H, b>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x2xf64, #field.dims<H, b>>, tensor<2x2xf64, #field.dims<H, b>>
  check.expect_gradient @two_summed(%a0, %a1) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, t, D>>, tensor<4x3x2xf64, #field.dims<D, t, H>>
  check.expect_gradient @two_summed(%a0, %a1) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x4xf64, #field.dims<b, t, D>>, tensor<4x3x2xf64, #field.dims<D, t, H>>
  return
}

func.func private @vector(%a0: tensor<4xf64, #field.dims<D>>, %a1: tensor<4xf64, #field.dims<D>>) -> (tensor<f64, #field.dims<>>) {
  %r0 = field.contract %a0, %a1 over ["D"] : (tensor<4xf64, #field.dims<D>>, tensor<4xf64, #field.dims<D>>) -> tensor<f64, #field.dims<>>
  return %r0 : tensor<f64, #field.dims<>>
}

func.func @check_vector() {
  %a0 = field.constant dense<[-0.96, -0.46, 1.34, 0.22]> : tensor<4xf64, #field.dims<D>>
  %a1 = field.constant dense<[-0.48, -0.69, 1.36, -0.17]> : tensor<4xf64, #field.dims<D>>
  %r = call @vector(%a0, %a1) : (tensor<4xf64, #field.dims<D>>, tensor<4xf64, #field.dims<D>>) -> (tensor<f64, #field.dims<>>)
  %e0 = field.constant dense<2.5632> : tensor<f64, #field.dims<>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<f64, #field.dims<>>, tensor<f64, #field.dims<>>
  check.expect_gradient @vector(%a0, %a1) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4xf64, #field.dims<D>>, tensor<4xf64, #field.dims<D>>
  check.expect_gradient @vector(%a0, %a1) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4xf64, #field.dims<D>>, tensor<4xf64, #field.dims<D>>
  return
}

func.func private @outer(%a0: tensor<3xf64, #field.dims<t>>, %a1: tensor<4xf64, #field.dims<D>>) -> (tensor<3x4xf64, #field.dims<t, D>>) {
  %r0 = field.contract %a0, %a1 over [] : (tensor<3xf64, #field.dims<t>>, tensor<4xf64, #field.dims<D>>) -> tensor<3x4xf64, #field.dims<t, D>>
  return %r0 : tensor<3x4xf64, #field.dims<t, D>>
}

func.func @check_outer() {
  %a0 = field.constant dense<[1.44, 0.05, 0.06]> : tensor<3xf64, #field.dims<t>>
  %a1 = field.constant dense<[1.19, 0.73, 0.24, -0.22]> : tensor<4xf64, #field.dims<D>>
  %r = call @outer(%a0, %a1) : (tensor<3xf64, #field.dims<t>>, tensor<4xf64, #field.dims<D>>) -> (tensor<3x4xf64, #field.dims<t, D>>)
  %e0 = field.constant dense<[[1.7135999999999998, 1.0512, 0.34559999999999996, -0.31679999999999997], [0.0595, 0.0365, 0.012, -0.011000000000000001], [0.07139999999999999, 0.0438, 0.0144, -0.0132]]> : tensor<3x4xf64, #field.dims<t, D>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3x4xf64, #field.dims<t, D>>, tensor<3x4xf64, #field.dims<t, D>>
  check.expect_gradient @outer(%a0, %a1) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3xf64, #field.dims<t>>, tensor<4xf64, #field.dims<D>>
  check.expect_gradient @outer(%a0, %a1) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3xf64, #field.dims<t>>, tensor<4xf64, #field.dims<D>>
  return
}

func.func private @batch_only(%a0: tensor<2x3xf64, #field.dims<b, D>>, %a1: tensor<2x3xf64, #field.dims<b, D>>) -> (tensor<2xf64, #field.dims<b>>) {
  %r0 = field.contract %a0, %a1 over ["D"] : (tensor<2x3xf64, #field.dims<b, D>>, tensor<2x3xf64, #field.dims<b, D>>) -> tensor<2xf64, #field.dims<b>>
  return %r0 : tensor<2xf64, #field.dims<b>>
}

func.func @check_batch_only() {
  %a0 = field.constant dense<[[1.13, -0.27, 1.27], [-1.29, -0.21, 0.06]]> : tensor<2x3xf64, #field.dims<b, D>>
  %a1 = field.constant dense<[[1.35, -0.75, 0.92], [0.53, 0.65, 0.39]]> : tensor<2x3xf64, #field.dims<b, D>>
  %r = call @batch_only(%a0, %a1) : (tensor<2x3xf64, #field.dims<b, D>>, tensor<2x3xf64, #field.dims<b, D>>) -> (tensor<2xf64, #field.dims<b>>)
  %e0 = field.constant dense<[2.8964000000000003, -0.7968000000000002]> : tensor<2xf64, #field.dims<b>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2xf64, #field.dims<b>>, tensor<2xf64, #field.dims<b>>
  check.expect_gradient @batch_only(%a0, %a1) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<b, D>>, tensor<2x3xf64, #field.dims<b, D>>
  check.expect_gradient @batch_only(%a0, %a1) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<b, D>>, tensor<2x3xf64, #field.dims<b, D>>
  return
}

func.func private @batch_and_outer(%a0: tensor<2x3xf64, #field.dims<b, t>>, %a1: tensor<2x2xf64, #field.dims<b, D>>) -> (tensor<2x3x2xf64, #field.dims<b, t, D>>) {
  %r0 = field.contract %a0, %a1 over [] : (tensor<2x3xf64, #field.dims<b, t>>, tensor<2x2xf64, #field.dims<b, D>>) -> tensor<2x3x2xf64, #field.dims<b, t, D>>
  return %r0 : tensor<2x3x2xf64, #field.dims<b, t, D>>
}

func.func @check_batch_and_outer() {
  %a0 = field.constant dense<[[1.41, -0.5, -0.31], [-0.89, -1.35, -0.86]]> : tensor<2x3xf64, #field.dims<b, t>>
  %a1 = field.constant dense<[[1.25, 1.02], [-1.16, 0.31]]> : tensor<2x2xf64, #field.dims<b, D>>
  %r = call @batch_and_outer(%a0, %a1) : (tensor<2x3xf64, #field.dims<b, t>>, tensor<2x2xf64, #field.dims<b, D>>) -> (tensor<2x3x2xf64, #field.dims<b, t, D>>)
  %e0 = field.constant dense<[[[1.7625, 1.4382], [-0.625, -0.51], [-0.3875, -0.3162]], [[1.0324, -0.2759], [1.566, -0.41850000000000004], [0.9975999999999999, -0.2666]]]> : tensor<2x3x2xf64, #field.dims<b, t, D>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3x2xf64, #field.dims<b, t, D>>, tensor<2x3x2xf64, #field.dims<b, t, D>>
  check.expect_gradient @batch_and_outer(%a0, %a1) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<b, t>>, tensor<2x2xf64, #field.dims<b, D>>
  check.expect_gradient @batch_and_outer(%a0, %a1) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<b, t>>, tensor<2x2xf64, #field.dims<b, D>>
  return
}

func.func private @matrix_vector(%a0: tensor<2x2x3xf64, #field.dims<b, t, D>>, %a1: tensor<3xf64, #field.dims<D>>) -> (tensor<2x2xf64, #field.dims<t, b>>) {
  %r0 = field.contract %a0, %a1 over ["D"] : (tensor<2x2x3xf64, #field.dims<b, t, D>>, tensor<3xf64, #field.dims<D>>) -> tensor<2x2xf64, #field.dims<t, b>>
  return %r0 : tensor<2x2xf64, #field.dims<t, b>>
}

func.func @check_matrix_vector() {
  %a0 = field.constant dense<[[[-0.06, 0.28, 0.48], [-0.58, 1.38, -0.1]], [[0.38, 0.41, -0.95], [-1.31, -0.27, 0.79]]]> : tensor<2x2x3xf64, #field.dims<b, t, D>>
  %a1 = field.constant dense<[0.95, 0.69, -1.16]> : tensor<3xf64, #field.dims<D>>
  %r = call @matrix_vector(%a0, %a1) : (tensor<2x2x3xf64, #field.dims<b, t, D>>, tensor<3xf64, #field.dims<D>>) -> (tensor<2x2xf64, #field.dims<t, b>>)
  %e0 = field.constant dense<[[-0.42059999999999986, 1.7458999999999998], [0.5171999999999999, -2.3472]]> : tensor<2x2xf64, #field.dims<t, b>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x2xf64, #field.dims<t, b>>, tensor<2x2xf64, #field.dims<t, b>>
  check.expect_gradient @matrix_vector(%a0, %a1) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x2x3xf64, #field.dims<b, t, D>>, tensor<3xf64, #field.dims<D>>
  check.expect_gradient @matrix_vector(%a0, %a1) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x2x3xf64, #field.dims<b, t, D>>, tensor<3xf64, #field.dims<D>>
  return
}

func.func private @with_itself(%a0: tensor<3x4xf64, #field.dims<t, D>>) -> (tensor<3x3xf64, #field.dims<t, u>>) {
  %u = field.rename %a0 ["t"] to ["u"] : (tensor<3x4xf64, #field.dims<t, D>>) -> tensor<3x4xf64, #field.dims<u, D>>
  %r0 = field.contract %a0, %u over ["D"] : (tensor<3x4xf64, #field.dims<t, D>>, tensor<3x4xf64, #field.dims<u, D>>) -> tensor<3x3xf64, #field.dims<t, u>>
  return %r0 : tensor<3x3xf64, #field.dims<t, u>>
}

func.func @check_with_itself() {
  %a0 = field.constant dense<[[-1.38, 0.27, -1.0, 0.53], [-1.44, -0.57, 1.32, 0.12], [0.93, 0.47, 0.33, -0.93]]> : tensor<3x4xf64, #field.dims<t, D>>
  %r = call @with_itself(%a0) : (tensor<3x4xf64, #field.dims<t, D>>) -> (tensor<3x3xf64, #field.dims<t, u>>)
  %e0 = field.constant dense<[[3.2581999999999995, 0.5768999999999999, -1.9794], [0.5768999999999999, 4.1553, -1.2831], [-1.9794, -1.2831, 2.0596]]> : tensor<3x3xf64, #field.dims<t, u>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<3x3xf64, #field.dims<t, u>>, tensor<3x3xf64, #field.dims<t, u>>
  check.expect_gradient @with_itself(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4xf64, #field.dims<t, D>>
  check.expect_gradient @with_itself(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<3x4xf64, #field.dims<t, D>>
  return
}
