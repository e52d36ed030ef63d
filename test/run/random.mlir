// Random numbers depend on key, sample and element alone: not on the order of axes, nor on which samples are drawn together.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func @order_and_batch() {
  %seed = field.constant dense<42> : tensor<i64, #field.dims<>>
  %key = train.fold_key %seed, 3 : tensor<i64, #field.dims<>>
  %both = field.constant dense<[5, 9]> : tensor<2xi64, #field.dims<batch>>
  %second = field.constant dense<[9]> : tensor<1xi64, #field.dims<one>>
  %a = train.random normal %key samples %both : (tensor<i64, #field.dims<>>, tensor<2xi64, #field.dims<batch>>) -> tensor<2x3x4xf32, #field.dims<batch, D, E>>
  %b = train.random normal %key samples %both : (tensor<i64, #field.dims<>>, tensor<2xi64, #field.dims<batch>>) -> tensor<4x3x2xf32, #field.dims<E, D, batch>>
  check.expect_close %a, %b rtol 0.000000e+00 atol 0.000000e+00 : tensor<2x3x4xf32, #field.dims<batch, D, E>>, tensor<4x3x2xf32, #field.dims<E, D, batch>>
  %c = train.random normal %key samples %second : (tensor<i64, #field.dims<>>, tensor<1xi64, #field.dims<one>>) -> tensor<1x3x4xf32, #field.dims<one, D, E>>
  %x = field.extract %a "batch" at 1 : (tensor<2x3x4xf32, #field.dims<batch, D, E>>) -> tensor<3x4xf32, #field.dims<D, E>>
  %y = field.extract %c "one" at 0 : (tensor<1x3x4xf32, #field.dims<one, D, E>>) -> tensor<3x4xf32, #field.dims<D, E>>
  check.expect_close %x, %y rtol 0.000000e+00 atol 0.000000e+00 : tensor<3x4xf32, #field.dims<D, E>>, tensor<3x4xf32, #field.dims<D, E>>
  return
}

// Moments of many numbers.
func.func @moments() {
  %key = field.constant dense<1> : tensor<i64, #field.dims<>>
  %u = train.random uniform %key : (tensor<i64, #field.dims<>>) -> tensor<100000xf32, #field.dims<n>>
  %n = train.random normal %key : (tensor<i64, #field.dims<>>) -> tensor<100000xf32, #field.dims<n>>
  %b = train.random bernoulli %key p 3.000000e-01 : (tensor<i64, #field.dims<>>) -> tensor<100000xf32, #field.dims<n>>
  %n2 = field.mul %n, %n : (tensor<100000xf32, #field.dims<n>>, tensor<100000xf32, #field.dims<n>>) -> tensor<100000xf32, #field.dims<n>>
  %all = field.stack %u, %n2, %b as "what" : (tensor<100000xf32, #field.dims<n>>, tensor<100000xf32, #field.dims<n>>, tensor<100000xf32, #field.dims<n>>) -> tensor<3x100000xf32, #field.dims<what, n>>
  %sum = field.reduce sum %all over ["n"] : (tensor<3x100000xf32, #field.dims<what, n>>) -> tensor<3xf32, #field.dims<what>>
  %expected = field.constant dense<[50000.0, 100000.0, 30000.0]> : tensor<3xf32, #field.dims<what>>
  check.expect_close %sum, %expected rtol 1.000000e-02 atol 0.000000e+00 : tensor<3xf32, #field.dims<what>>, tensor<3xf32, #field.dims<what>>
  return
}
