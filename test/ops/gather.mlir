// graph.gather: values from NumPy; derivatives against central differences; a square after it, so that the second derivative is not zero; sizes known before and at run time.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @gather_sorted(%x: tensor<4x3xf64, #field.dims<atom, D>>, %i: tensor<6xi32, #field.dims<edge>>, %r: tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<6x3xf64, #field.dims<edge, D>> {
  %y = graph.gather %x by %i, %r : (tensor<4x3xf64, #field.dims<atom, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<6x3xf64, #field.dims<edge, D>>
  %r0 = field.mul %y, %y : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6x3xf64, #field.dims<edge, D>>) -> tensor<6x3xf64, #field.dims<edge, D>>
  return %r0 : tensor<6x3xf64, #field.dims<edge, D>>
}

func.func @check_gather_sorted() {
  %x = field.constant dense<[[2.041, -2.556, 0.418], [-0.568, -0.453, -0.216], [-2.02, -0.232, -0.865], [3.323, 0.226, -0.353]]> : tensor<4x3xf64, #field.dims<atom, D>>
  %i = field.constant dense<[0, 0, 1, 3, 3, 3]> : tensor<6xi32, #field.dims<edge>>
  %r = field.constant dense<[[0, 2], [2, 3], [3, 3], [3, 6]]> : tensor<4x2xi32, #field.dims<atom, ends>>
  %r0 = call @gather_sorted(%x, %i, %r) : (tensor<4x3xf64, #field.dims<atom, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<6x3xf64, #field.dims<edge, D>>
  %e = field.constant dense<[[4.165680999999999, 6.533136, 0.174724], [4.165680999999999, 6.533136, 0.174724], [0.32262399999999997, 0.205209, 0.046655999999999996], [11.042329, 0.051076, 0.12460899999999998], [11.042329, 0.051076, 0.12460899999999998], [11.042329, 0.051076, 0.12460899999999998]]> : tensor<6x3xf64, #field.dims<edge, D>>
  check.expect_close %r0, %e rtol 1.000000e-12 atol 0.000000e+00 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6x3xf64, #field.dims<edge, D>>
  check.expect_gradient @gather_sorted(%x, %i, %r) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>
  check.expect_gradient @gather_sorted(%x, %i, %r) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>
  return
}

func.func private @gather_sorted_dynamic(%x: tensor<?x3xf64, #field.dims<atom, D>>, %i: tensor<?xi32, #field.dims<edge>>, %r: tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x3xf64, #field.dims<edge, D>> {
  %y = graph.gather %x by %i, %r : (tensor<?x3xf64, #field.dims<atom, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x3xf64, #field.dims<edge, D>>
  %r0 = field.mul %y, %y : (tensor<?x3xf64, #field.dims<edge, D>>, tensor<?x3xf64, #field.dims<edge, D>>) -> tensor<?x3xf64, #field.dims<edge, D>>
  return %r0 : tensor<?x3xf64, #field.dims<edge, D>>
}

func.func private @gather_sorted_dynamic_known(%x: tensor<4x3xf64, #field.dims<atom, D>>, %i: tensor<6xi32, #field.dims<edge>>, %r: tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<6x3xf64, #field.dims<edge, D>> {
  %x_d = field.size_cast %x : (tensor<4x3xf64, #field.dims<atom, D>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  %i_d = field.size_cast %i : (tensor<6xi32, #field.dims<edge>>) -> tensor<?xi32, #field.dims<edge>>
  %r_d = field.size_cast %r : (tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<?x2xi32, #field.dims<atom, ends>>
  %y = call @gather_sorted_dynamic(%x_d, %i_d, %r_d) : (tensor<?x3xf64, #field.dims<atom, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x3xf64, #field.dims<edge, D>>
  %k = field.size_cast %y : (tensor<?x3xf64, #field.dims<edge, D>>) -> tensor<6x3xf64, #field.dims<edge, D>>
  return %k : tensor<6x3xf64, #field.dims<edge, D>>
}

func.func @check_gather_sorted_dynamic() {
  %x = field.constant dense<[[-0.281, -0.668, -1.055], [-0.391, 0.482, -0.239], [0.958, -0.2, 0.024], [1.546, 0.545, -0.505]]> : tensor<4x3xf64, #field.dims<atom, D>>
  %i = field.constant dense<[0, 0, 1, 3, 3, 3]> : tensor<6xi32, #field.dims<edge>>
  %r = field.constant dense<[[0, 2], [2, 3], [3, 3], [3, 6]]> : tensor<4x2xi32, #field.dims<atom, ends>>
  %r0 = call @gather_sorted_dynamic_known(%x, %i, %r) : (tensor<4x3xf64, #field.dims<atom, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<6x3xf64, #field.dims<edge, D>>
  %e = field.constant dense<[[0.07896100000000002, 0.44622400000000007, 1.113025], [0.07896100000000002, 0.44622400000000007, 1.113025], [0.15288100000000002, 0.23232399999999997, 0.057121], [2.390116, 0.29702500000000004, 0.255025], [2.390116, 0.29702500000000004, 0.255025], [2.390116, 0.29702500000000004, 0.255025]]> : tensor<6x3xf64, #field.dims<edge, D>>
  check.expect_close %r0, %e rtol 1.000000e-12 atol 0.000000e+00 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6x3xf64, #field.dims<edge, D>>
  check.expect_gradient @gather_sorted_dynamic_known(%x, %i, %r) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>
  check.expect_gradient @gather_sorted_dynamic_known(%x, %i, %r) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>
  return
}

func.func private @gather_any(%x: tensor<4x3xf64, #field.dims<atom, D>>, %i: tensor<6xi32, #field.dims<edge>>, %r: tensor<4x2xi32, #field.dims<atom, ends>>, %o: tensor<6xi32, #field.dims<edge>>) -> tensor<6x3xf64, #field.dims<edge, D>> {
  %y = graph.gather %x by %i, %r, %o : (tensor<4x3xf64, #field.dims<atom, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>) -> tensor<6x3xf64, #field.dims<edge, D>>
  %r0 = field.mul %y, %y : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6x3xf64, #field.dims<edge, D>>) -> tensor<6x3xf64, #field.dims<edge, D>>
  return %r0 : tensor<6x3xf64, #field.dims<edge, D>>
}

func.func @check_gather_any() {
  %x = field.constant dense<[[-0.183, 0.541, 1.935], [-0.27, -0.244, 1.002], [-0.886, -0.292, 0.883], [0.58, 0.092, 0.67]]> : tensor<4x3xf64, #field.dims<atom, D>>
  %i = field.constant dense<[3, 0, 3, 1, 0, 3]> : tensor<6xi32, #field.dims<edge>>
  %r = field.constant dense<[[0, 2], [2, 3], [3, 3], [3, 6]]> : tensor<4x2xi32, #field.dims<atom, ends>>
  %o = field.constant dense<[1, 4, 3, 0, 2, 5]> : tensor<6xi32, #field.dims<edge>>
  %r0 = call @gather_any(%x, %i, %r, %o) : (tensor<4x3xf64, #field.dims<atom, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>) -> tensor<6x3xf64, #field.dims<edge, D>>
  %e = field.constant dense<[[0.3364, 0.008464, 0.4489000000000001], [0.033489, 0.292681, 3.744225], [0.3364, 0.008464, 0.4489000000000001], [0.0729, 0.059536, 1.004004], [0.033489, 0.292681, 3.744225], [0.3364, 0.008464, 0.4489000000000001]]> : tensor<6x3xf64, #field.dims<edge, D>>
  check.expect_close %r0, %e rtol 1.000000e-12 atol 0.000000e+00 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6x3xf64, #field.dims<edge, D>>
  check.expect_gradient @gather_any(%x, %i, %r, %o) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>
  check.expect_gradient @gather_any(%x, %i, %r, %o) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>
  return
}

func.func private @gather_any_dynamic(%x: tensor<?x3xf64, #field.dims<atom, D>>, %i: tensor<?xi32, #field.dims<edge>>, %r: tensor<?x2xi32, #field.dims<atom, ends>>, %o: tensor<?xi32, #field.dims<edge>>) -> tensor<?x3xf64, #field.dims<edge, D>> {
  %y = graph.gather %x by %i, %r, %o : (tensor<?x3xf64, #field.dims<atom, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>, tensor<?xi32, #field.dims<edge>>) -> tensor<?x3xf64, #field.dims<edge, D>>
  %r0 = field.mul %y, %y : (tensor<?x3xf64, #field.dims<edge, D>>, tensor<?x3xf64, #field.dims<edge, D>>) -> tensor<?x3xf64, #field.dims<edge, D>>
  return %r0 : tensor<?x3xf64, #field.dims<edge, D>>
}

func.func private @gather_any_dynamic_known(%x: tensor<4x3xf64, #field.dims<atom, D>>, %i: tensor<6xi32, #field.dims<edge>>, %r: tensor<4x2xi32, #field.dims<atom, ends>>, %o: tensor<6xi32, #field.dims<edge>>) -> tensor<6x3xf64, #field.dims<edge, D>> {
  %x_d = field.size_cast %x : (tensor<4x3xf64, #field.dims<atom, D>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  %i_d = field.size_cast %i : (tensor<6xi32, #field.dims<edge>>) -> tensor<?xi32, #field.dims<edge>>
  %r_d = field.size_cast %r : (tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<?x2xi32, #field.dims<atom, ends>>
  %o_d = field.size_cast %o : (tensor<6xi32, #field.dims<edge>>) -> tensor<?xi32, #field.dims<edge>>
  %y = call @gather_any_dynamic(%x_d, %i_d, %r_d, %o_d) : (tensor<?x3xf64, #field.dims<atom, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>, tensor<?xi32, #field.dims<edge>>) -> tensor<?x3xf64, #field.dims<edge, D>>
  %k = field.size_cast %y : (tensor<?x3xf64, #field.dims<edge, D>>) -> tensor<6x3xf64, #field.dims<edge, D>>
  return %k : tensor<6x3xf64, #field.dims<edge, D>>
}

func.func @check_gather_any_dynamic() {
  %x = field.constant dense<[[-2.828, 1.021, -0.96], [-1.669, 0.276, 0.701], [-0.445, -1.076, 0.026], [-0.053, 1.406, 0.747]]> : tensor<4x3xf64, #field.dims<atom, D>>
  %i = field.constant dense<[3, 0, 3, 1, 0, 3]> : tensor<6xi32, #field.dims<edge>>
  %r = field.constant dense<[[0, 2], [2, 3], [3, 3], [3, 6]]> : tensor<4x2xi32, #field.dims<atom, ends>>
  %o = field.constant dense<[1, 4, 3, 0, 2, 5]> : tensor<6xi32, #field.dims<edge>>
  %r0 = call @gather_any_dynamic_known(%x, %i, %r, %o) : (tensor<4x3xf64, #field.dims<atom, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>) -> tensor<6x3xf64, #field.dims<edge, D>>
  %e = field.constant dense<[[0.002809, 1.9768359999999998, 0.558009], [7.997583999999999, 1.0424409999999997, 0.9216], [0.002809, 1.9768359999999998, 0.558009], [2.785561, 0.07617600000000001, 0.4914009999999999], [7.997583999999999, 1.0424409999999997, 0.9216], [0.002809, 1.9768359999999998, 0.558009]]> : tensor<6x3xf64, #field.dims<edge, D>>
  check.expect_close %r0, %e rtol 1.000000e-12 atol 0.000000e+00 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6x3xf64, #field.dims<edge, D>>
  check.expect_gradient @gather_any_dynamic_known(%x, %i, %r, %o) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>
  check.expect_gradient @gather_any_dynamic_known(%x, %i, %r, %o) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>
  return
}
