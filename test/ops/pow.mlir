// field.pow: values from NumPy; derivatives against central differences; a negative base has a constant exponent.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @pow_both(%a0: tensor<2x3xf64, #field.dims<r, c>>, %a1: tensor<3xf64, #field.dims<c>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %r0 = field.pow %a0, %a1 : (tensor<2x3xf64, #field.dims<r, c>>, tensor<3xf64, #field.dims<c>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_pow_both() {
  %a0 = field.constant dense<[[0.31, 1.33, 1.03], [0.74, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %a1 = field.constant dense<[0.8, -1.71, 0.57]> : tensor<3xf64, #field.dims<c>>
  %r = call @pow_both(%a0, %a1) : (tensor<2x3xf64, #field.dims<r, c>>, tensor<3xf64, #field.dims<c>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[0.3918224853691196, 0.6140640801475068, 1.0169912540524555], [0.7859327309668146, 0.4118329855326712, 0.5846646361221606]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_both(%a0, %a1) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>, tensor<3xf64, #field.dims<c>>
  check.expect_gradient @pow_both(%a0, %a1) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>, tensor<3xf64, #field.dims<c>>
  return
}

func.func private @pow_2_0(%a0: tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %e = field.constant dense<2.0> : tensor<f64, #field.dims<>>
  %r0 = field.pow %a0, %e : (tensor<2x3xf64, #field.dims<r, c>>, tensor<f64, #field.dims<>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_pow_2_0() {
  %a0 = field.constant dense<[[0.31, -1.33, 1.03], [-1.34, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %r = call @pow_2_0(%a0) : (tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[0.0961, 1.7689000000000001, 1.0609], [1.7956000000000003, 2.8223999999999996, 0.1521]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_2_0(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_2_0(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  return
}

func.func private @pow_3_0(%a0: tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %e = field.constant dense<3.0> : tensor<f64, #field.dims<>>
  %r0 = field.pow %a0, %e : (tensor<2x3xf64, #field.dims<r, c>>, tensor<f64, #field.dims<>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_pow_3_0() {
  %a0 = field.constant dense<[[0.31, -1.33, 1.03], [-1.34, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %r = call @pow_3_0(%a0) : (tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[0.029790999999999998, -2.3526370000000005, 1.092727], [-2.4061040000000005, 4.741631999999999, 0.059319000000000004]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_3_0(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_3_0(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  return
}

func.func private @pow_4_0(%a0: tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %e = field.constant dense<4.0> : tensor<f64, #field.dims<>>
  %r0 = field.pow %a0, %e : (tensor<2x3xf64, #field.dims<r, c>>, tensor<f64, #field.dims<>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_pow_4_0() {
  %a0 = field.constant dense<[[0.31, -1.33, 1.03], [-1.34, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %r = call @pow_4_0(%a0) : (tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[0.009235209999999999, 3.1290072100000006, 1.1255088100000001], [3.224179360000001, 7.965941759999999, 0.023134410000000005]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_4_0(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_4_0(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  return
}

func.func private @pow_minus1_0(%a0: tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %e = field.constant dense<-1.0> : tensor<f64, #field.dims<>>
  %r0 = field.pow %a0, %e : (tensor<2x3xf64, #field.dims<r, c>>, tensor<f64, #field.dims<>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_pow_minus1_0() {
  %a0 = field.constant dense<[[0.31, -1.33, 1.03], [-1.34, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %r = call @pow_minus1_0(%a0) : (tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[3.2258064516129035, -0.7518796992481203, 0.970873786407767], [-0.7462686567164178, 0.5952380952380952, 2.564102564102564]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_minus1_0(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_minus1_0(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  return
}

func.func private @pow_1_0(%a0: tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %e = field.constant dense<1.0> : tensor<f64, #field.dims<>>
  %r0 = field.pow %a0, %e : (tensor<2x3xf64, #field.dims<r, c>>, tensor<f64, #field.dims<>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_pow_1_0() {
  %a0 = field.constant dense<[[0.31, -1.33, 1.03], [-1.34, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %r = call @pow_1_0(%a0) : (tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[0.31, -1.33, 1.03], [-1.34, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_1_0(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_1_0(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  return
}

func.func private @pow_0_5(%a0: tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %e = field.constant dense<0.5> : tensor<f64, #field.dims<>>
  %r0 = field.pow %a0, %e : (tensor<2x3xf64, #field.dims<r, c>>, tensor<f64, #field.dims<>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_pow_0_5() {
  %a0 = field.constant dense<[[0.31, 1.33, 1.03], [0.74, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %r = call @pow_0_5(%a0) : (tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[0.5567764362830022, 1.1532562594670797, 1.014889156509222], [0.8602325267042626, 1.296148139681572, 0.6244997998398398]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_0_5(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_0_5(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  return
}

func.func private @pow_minus0_5(%a0: tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %e = field.constant dense<-0.5> : tensor<f64, #field.dims<>>
  %r0 = field.pow %a0, %e : (tensor<2x3xf64, #field.dims<r, c>>, tensor<f64, #field.dims<>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_pow_minus0_5() {
  %a0 = field.constant dense<[[0.31, 1.33, 1.03], [0.74, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %r = call @pow_minus0_5(%a0) : (tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[1.796053020267749, 0.86710996952412, 0.9853292781642932], [1.1624763874381927, 0.7715167498104596, 1.6012815380508714]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_minus0_5(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_minus0_5(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  return
}

func.func private @pow_2_5(%a0: tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>) {
  %e = field.constant dense<2.5> : tensor<f64, #field.dims<>>
  %r0 = field.pow %a0, %e : (tensor<2x3xf64, #field.dims<r, c>>, tensor<f64, #field.dims<>>) -> tensor<2x3xf64, #field.dims<r, c>>
  return %r0 : tensor<2x3xf64, #field.dims<r, c>>
}

func.func @check_pow_2_5() {
  %a0 = field.constant dense<[[0.31, 1.33, 1.03], [0.74, 1.68, 0.39]]> : tensor<2x3xf64, #field.dims<r, c>>
  %r = call @pow_2_5(%a0) : (tensor<2x3xf64, #field.dims<r, c>>) -> (tensor<2x3xf64, #field.dims<r, c>>)
  %e0 = field.constant dense<[[0.05350621552679651, 2.039994997371317, 1.0766959061406336], [0.4710633316232542, 3.6582485094372688, 0.09498641955563965]]> : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<r, c>>, tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_2_5(%a0) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  check.expect_gradient @pow_2_5(%a0) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<r, c>>
  return
}
