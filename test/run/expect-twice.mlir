// An array that is compared twice keeps its place in the arena until the second time, although its address is taken once.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @sum(%x: tensor<2xf64, #field.dims<c>>) -> tensor<f64, #field.dims<>> {
  %t = field.reduce sum %x over ["c"] : (tensor<2xf64, #field.dims<c>>) -> tensor<f64, #field.dims<>>
  return %t : tensor<f64, #field.dims<>>
}
func.func @twice() {
  %x = field.constant dense<[1.0, 2.0]> : tensor<2xf64, #field.dims<c>>
  %y = field.constant dense<[4.0, 2.0]> : tensor<2xf64, #field.dims<c>>
  %z = field.constant dense<0.0> : tensor<2xf64, #field.dims<c>>
  %s = field.reduce sum %z over ["c"] : (tensor<2xf64, #field.dims<c>>) -> tensor<f64, #field.dims<>>
  %a = call @sum(%x) : (tensor<2xf64, #field.dims<c>>) -> tensor<f64, #field.dims<>>
  %b = field.sub %a, %a : (tensor<f64, #field.dims<>>, tensor<f64, #field.dims<>>) -> tensor<f64, #field.dims<>>
  check.expect_close %s, %b rtol 1.000000e-07 atol 0.000000e+00 : tensor<f64, #field.dims<>>, tensor<f64, #field.dims<>>
  %p = field.mul %y, %x : (tensor<2xf64, #field.dims<c>>, tensor<2xf64, #field.dims<c>>) -> tensor<2xf64, #field.dims<c>>
  %c = call @sum(%p) : (tensor<2xf64, #field.dims<c>>) -> tensor<f64, #field.dims<>>
  %d = field.sub %c, %c : (tensor<f64, #field.dims<>>, tensor<f64, #field.dims<>>) -> tensor<f64, #field.dims<>>
  check.expect_close %s, %d rtol 1.000000e-07 atol 0.000000e+00 : tensor<f64, #field.dims<>>, tensor<f64, #field.dims<>>
  return
}
