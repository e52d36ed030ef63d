// graph.segment: values from NumPy; derivatives against central differences; a square after it, so that the second derivative is not zero; an empty segment; no ties; sizes known before and at run time.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @segment_sum_sorted(%x: tensor<6x3xf64, #field.dims<edge, D>>, %i: tensor<6xi32, #field.dims<edge>>, %r: tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<4x3xf64, #field.dims<atom, D>> {
  %y = graph.segment sum %x by %i, %r : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %r0 = field.mul %y, %y : (tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  return %r0 : tensor<4x3xf64, #field.dims<atom, D>>
}

func.func @check_segment_sum_sorted() {
  %x = field.constant dense<[[0.194, 1.112, -0.206], [-0.926, 0.584, 0.583], [-0.215, -0.783, 0.229], [-2.494, 0.69, 0.491], [-1.639, 0.061, -0.964], [0.757, -2.034, -0.914]]> : tensor<6x3xf64, #field.dims<edge, D>>
  %i = field.constant dense<[0, 0, 1, 3, 3, 3]> : tensor<6xi32, #field.dims<edge>>
  %r = field.constant dense<[[0, 2], [2, 3], [3, 3], [3, 6]]> : tensor<4x2xi32, #field.dims<atom, ends>>
  %r0 = call @segment_sum_sorted(%x, %i, %r) : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %e = field.constant dense<[[0.535824, 2.8764160000000007, 0.142129], [0.046224999999999995, 0.613089, 0.052441], [0.0, 0.0, 0.0], [11.397376, 1.6460889999999997, 1.923769]]> : tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_close %r0, %e rtol 1.000000e-12 atol 0.000000e+00 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_gradient @segment_sum_sorted(%x, %i, %r) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>
  check.expect_gradient @segment_sum_sorted(%x, %i, %r) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>
  return
}

func.func private @segment_sum_sorted_dynamic(%x: tensor<?x3xf64, #field.dims<edge, D>>, %i: tensor<?xi32, #field.dims<edge>>, %r: tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x3xf64, #field.dims<atom, D>> {
  %y = graph.segment sum %x by %i, %r : (tensor<?x3xf64, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  %r0 = field.mul %y, %y : (tensor<?x3xf64, #field.dims<atom, D>>, tensor<?x3xf64, #field.dims<atom, D>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  return %r0 : tensor<?x3xf64, #field.dims<atom, D>>
}

func.func private @segment_sum_sorted_dynamic_known(%x: tensor<6x3xf64, #field.dims<edge, D>>, %i: tensor<6xi32, #field.dims<edge>>, %r: tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<4x3xf64, #field.dims<atom, D>> {
  %x_d = field.size_cast %x : (tensor<6x3xf64, #field.dims<edge, D>>) -> tensor<?x3xf64, #field.dims<edge, D>>
  %i_d = field.size_cast %i : (tensor<6xi32, #field.dims<edge>>) -> tensor<?xi32, #field.dims<edge>>
  %r_d = field.size_cast %r : (tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<?x2xi32, #field.dims<atom, ends>>
  %y = call @segment_sum_sorted_dynamic(%x_d, %i_d, %r_d) : (tensor<?x3xf64, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  %k = field.size_cast %y : (tensor<?x3xf64, #field.dims<atom, D>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  return %k : tensor<4x3xf64, #field.dims<atom, D>>
}

func.func @check_segment_sum_sorted_dynamic() {
  %x = field.constant dense<[[0.71, 1.156, -2.158], [-0.498, 0.328, -0.609], [1.591, -1.191, 0.355], [-1.048, 1.406, -0.022], [-0.372, -1.718, 1.682], [0.753, 0.754, 1.138]]> : tensor<6x3xf64, #field.dims<edge, D>>
  %i = field.constant dense<[0, 0, 1, 3, 3, 3]> : tensor<6xi32, #field.dims<edge>>
  %r = field.constant dense<[[0, 2], [2, 3], [3, 3], [3, 6]]> : tensor<4x2xi32, #field.dims<atom, ends>>
  %r0 = call @segment_sum_sorted_dynamic_known(%x, %i, %r) : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %e = field.constant dense<[[0.044943999999999984, 2.2022559999999998, 7.656288999999999], [2.531281, 1.418481, 0.126025], [0.0, 0.0, 0.0], [0.4448889999999999, 0.19536399999999995, 7.828804]]> : tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_close %r0, %e rtol 1.000000e-12 atol 0.000000e+00 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_gradient @segment_sum_sorted_dynamic_known(%x, %i, %r) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>
  check.expect_gradient @segment_sum_sorted_dynamic_known(%x, %i, %r) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>
  return
}

func.func private @segment_sum_any(%x: tensor<6x3xf64, #field.dims<edge, D>>, %i: tensor<6xi32, #field.dims<edge>>, %r: tensor<4x2xi32, #field.dims<atom, ends>>, %o: tensor<6xi32, #field.dims<edge>>) -> tensor<4x3xf64, #field.dims<atom, D>> {
  %y = graph.segment sum %x by %i, %r, %o : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %r0 = field.mul %y, %y : (tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  return %r0 : tensor<4x3xf64, #field.dims<atom, D>>
}

func.func @check_segment_sum_any() {
  %x = field.constant dense<[[0.349, -0.639, -0.8], [-0.8, 1.37, -1.46], [-0.596, -0.321, 0.225], [0.575, -1.249, -1.73], [-0.004, 1.214, 0.757], [0.216, -0.317, 0.293]]> : tensor<6x3xf64, #field.dims<edge, D>>
  %i = field.constant dense<[3, 0, 3, 1, 0, 3]> : tensor<6xi32, #field.dims<edge>>
  %r = field.constant dense<[[0, 2], [2, 3], [3, 3], [3, 6]]> : tensor<4x2xi32, #field.dims<atom, ends>>
  %o = field.constant dense<[1, 4, 3, 0, 2, 5]> : tensor<6xi32, #field.dims<edge>>
  %r0 = call @segment_sum_any(%x, %i, %r, %o) : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %e = field.constant dense<[[0.6464160000000001, 6.677056, 0.49420899999999995], [0.33062499999999995, 1.5600010000000002, 2.9929], [0.0, 0.0, 0.0], [0.0009609999999999999, 1.6307289999999999, 0.07952400000000005]]> : tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_close %r0, %e rtol 1.000000e-12 atol 0.000000e+00 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_gradient @segment_sum_any(%x, %i, %r, %o) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>
  check.expect_gradient @segment_sum_any(%x, %i, %r, %o) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>
  return
}

func.func private @segment_sum_any_dynamic(%x: tensor<?x3xf64, #field.dims<edge, D>>, %i: tensor<?xi32, #field.dims<edge>>, %r: tensor<?x2xi32, #field.dims<atom, ends>>, %o: tensor<?xi32, #field.dims<edge>>) -> tensor<?x3xf64, #field.dims<atom, D>> {
  %y = graph.segment sum %x by %i, %r, %o : (tensor<?x3xf64, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>, tensor<?xi32, #field.dims<edge>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  %r0 = field.mul %y, %y : (tensor<?x3xf64, #field.dims<atom, D>>, tensor<?x3xf64, #field.dims<atom, D>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  return %r0 : tensor<?x3xf64, #field.dims<atom, D>>
}

func.func private @segment_sum_any_dynamic_known(%x: tensor<6x3xf64, #field.dims<edge, D>>, %i: tensor<6xi32, #field.dims<edge>>, %r: tensor<4x2xi32, #field.dims<atom, ends>>, %o: tensor<6xi32, #field.dims<edge>>) -> tensor<4x3xf64, #field.dims<atom, D>> {
  %x_d = field.size_cast %x : (tensor<6x3xf64, #field.dims<edge, D>>) -> tensor<?x3xf64, #field.dims<edge, D>>
  %i_d = field.size_cast %i : (tensor<6xi32, #field.dims<edge>>) -> tensor<?xi32, #field.dims<edge>>
  %r_d = field.size_cast %r : (tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<?x2xi32, #field.dims<atom, ends>>
  %o_d = field.size_cast %o : (tensor<6xi32, #field.dims<edge>>) -> tensor<?xi32, #field.dims<edge>>
  %y = call @segment_sum_any_dynamic(%x_d, %i_d, %r_d, %o_d) : (tensor<?x3xf64, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>, tensor<?xi32, #field.dims<edge>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  %k = field.size_cast %y : (tensor<?x3xf64, #field.dims<atom, D>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  return %k : tensor<4x3xf64, #field.dims<atom, D>>
}

func.func @check_segment_sum_any_dynamic() {
  %x = field.constant dense<[[-0.243, 0.817, -0.794], [0.134, -0.111, 0.543], [0.225, 2.55, 1.499], [1.497, -2.04, -0.34], [-0.609, 0.533, -2.279], [1.174, 1.067, -1.302]]> : tensor<6x3xf64, #field.dims<edge, D>>
  %i = field.constant dense<[3, 0, 3, 1, 0, 3]> : tensor<6xi32, #field.dims<edge>>
  %r = field.constant dense<[[0, 2], [2, 3], [3, 3], [3, 6]]> : tensor<4x2xi32, #field.dims<atom, ends>>
  %o = field.constant dense<[1, 4, 3, 0, 2, 5]> : tensor<6xi32, #field.dims<edge>>
  %r0 = call @segment_sum_any_dynamic_known(%x, %i, %r, %o) : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %e = field.constant dense<[[0.225625, 0.17808400000000005, 3.013695999999999], [2.2410090000000005, 4.1616, 0.11560000000000002], [0.0, 0.0, 0.0], [1.3363359999999997, 19.660356, 0.356409]]> : tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_close %r0, %e rtol 1.000000e-12 atol 0.000000e+00 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_gradient @segment_sum_any_dynamic_known(%x, %i, %r, %o) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>
  check.expect_gradient @segment_sum_any_dynamic_known(%x, %i, %r, %o) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>
  return
}

func.func private @segment_max_sorted(%x: tensor<6x3xf64, #field.dims<edge, D>>, %i: tensor<6xi32, #field.dims<edge>>, %r: tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<4x3xf64, #field.dims<atom, D>> {
  %y = graph.segment max %x by %i, %r : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %r0 = field.mul %y, %y : (tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  return %r0 : tensor<4x3xf64, #field.dims<atom, D>>
}

func.func @check_segment_max_sorted() {
  %x = field.constant dense<[[-0.979, -0.801, 0.043], [0.641, 2.048, -0.197], [0.768, 0.155, 1.76], [0.742, 1.369, -1.078], [-0.192, -0.814, 1.505], [0.658, -0.305, -0.452]]> : tensor<6x3xf64, #field.dims<edge, D>>
  %i = field.constant dense<[0, 0, 1, 3, 3, 3]> : tensor<6xi32, #field.dims<edge>>
  %r = field.constant dense<[[0, 2], [2, 3], [3, 3], [3, 6]]> : tensor<4x2xi32, #field.dims<atom, ends>>
  %r0 = call @segment_max_sorted(%x, %i, %r) : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %e = field.constant dense<[[0.410881, 4.194304, 0.0018489999999999997], [0.589824, 0.024025, 3.0976], [0.0, 0.0, 0.0], [0.5505639999999999, 1.874161, 2.2650249999999996]]> : tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_close %r0, %e rtol 1.000000e-12 atol 0.000000e+00 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_gradient @segment_max_sorted(%x, %i, %r) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>
  check.expect_gradient @segment_max_sorted(%x, %i, %r) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>
  return
}

func.func private @segment_max_sorted_dynamic(%x: tensor<?x3xf64, #field.dims<edge, D>>, %i: tensor<?xi32, #field.dims<edge>>, %r: tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x3xf64, #field.dims<atom, D>> {
  %y = graph.segment max %x by %i, %r : (tensor<?x3xf64, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  %r0 = field.mul %y, %y : (tensor<?x3xf64, #field.dims<atom, D>>, tensor<?x3xf64, #field.dims<atom, D>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  return %r0 : tensor<?x3xf64, #field.dims<atom, D>>
}

func.func private @segment_max_sorted_dynamic_known(%x: tensor<6x3xf64, #field.dims<edge, D>>, %i: tensor<6xi32, #field.dims<edge>>, %r: tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<4x3xf64, #field.dims<atom, D>> {
  %x_d = field.size_cast %x : (tensor<6x3xf64, #field.dims<edge, D>>) -> tensor<?x3xf64, #field.dims<edge, D>>
  %i_d = field.size_cast %i : (tensor<6xi32, #field.dims<edge>>) -> tensor<?xi32, #field.dims<edge>>
  %r_d = field.size_cast %r : (tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<?x2xi32, #field.dims<atom, ends>>
  %y = call @segment_max_sorted_dynamic(%x_d, %i_d, %r_d) : (tensor<?x3xf64, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  %k = field.size_cast %y : (tensor<?x3xf64, #field.dims<atom, D>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  return %k : tensor<4x3xf64, #field.dims<atom, D>>
}

func.func @check_segment_max_sorted_dynamic() {
  %x = field.constant dense<[[0.485, -0.701, -0.931], [0.481, 2.463, -0.246], [-0.556, -1.171, -1.335], [0.525, 0.851, 0.009], [0.333, 0.116, 0.139], [-1.526, -0.458, 0.111]]> : tensor<6x3xf64, #field.dims<edge, D>>
  %i = field.constant dense<[0, 0, 1, 3, 3, 3]> : tensor<6xi32, #field.dims<edge>>
  %r = field.constant dense<[[0, 2], [2, 3], [3, 3], [3, 6]]> : tensor<4x2xi32, #field.dims<atom, ends>>
  %r0 = call @segment_max_sorted_dynamic_known(%x, %i, %r) : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %e = field.constant dense<[[0.235225, 6.066369000000001, 0.060516], [0.3091360000000001, 1.3712410000000002, 1.782225], [0.0, 0.0, 0.0], [0.275625, 0.724201, 0.019321000000000005]]> : tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_close %r0, %e rtol 1.000000e-12 atol 0.000000e+00 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_gradient @segment_max_sorted_dynamic_known(%x, %i, %r) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>
  check.expect_gradient @segment_max_sorted_dynamic_known(%x, %i, %r) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>
  return
}

func.func private @segment_max_any(%x: tensor<6x3xf64, #field.dims<edge, D>>, %i: tensor<6xi32, #field.dims<edge>>, %r: tensor<4x2xi32, #field.dims<atom, ends>>, %o: tensor<6xi32, #field.dims<edge>>) -> tensor<4x3xf64, #field.dims<atom, D>> {
  %y = graph.segment max %x by %i, %r, %o : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %r0 = field.mul %y, %y : (tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  return %r0 : tensor<4x3xf64, #field.dims<atom, D>>
}

func.func @check_segment_max_any() {
  %x = field.constant dense<[[-0.783, -0.476, -0.819], [-0.333, 0.853, -0.407], [-0.154, 0.814, 0.645], [1.695, -2.09, 0.857], [-0.482, 0.135, 0.838], [1.083, 1.039, 0.155]]> : tensor<6x3xf64, #field.dims<edge, D>>
  %i = field.constant dense<[3, 0, 3, 1, 0, 3]> : tensor<6xi32, #field.dims<edge>>
  %r = field.constant dense<[[0, 2], [2, 3], [3, 3], [3, 6]]> : tensor<4x2xi32, #field.dims<atom, ends>>
  %o = field.constant dense<[1, 4, 3, 0, 2, 5]> : tensor<6xi32, #field.dims<edge>>
  %r0 = call @segment_max_any(%x, %i, %r, %o) : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %e = field.constant dense<[[0.11088900000000002, 0.727609, 0.702244], [2.873025, 4.368099999999999, 0.734449], [0.0, 0.0, 0.0], [1.1728889999999998, 1.0795209999999997, 0.41602500000000003]]> : tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_close %r0, %e rtol 1.000000e-12 atol 0.000000e+00 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_gradient @segment_max_any(%x, %i, %r, %o) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>
  check.expect_gradient @segment_max_any(%x, %i, %r, %o) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>
  return
}

func.func private @segment_max_any_dynamic(%x: tensor<?x3xf64, #field.dims<edge, D>>, %i: tensor<?xi32, #field.dims<edge>>, %r: tensor<?x2xi32, #field.dims<atom, ends>>, %o: tensor<?xi32, #field.dims<edge>>) -> tensor<?x3xf64, #field.dims<atom, D>> {
  %y = graph.segment max %x by %i, %r, %o : (tensor<?x3xf64, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>, tensor<?xi32, #field.dims<edge>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  %r0 = field.mul %y, %y : (tensor<?x3xf64, #field.dims<atom, D>>, tensor<?x3xf64, #field.dims<atom, D>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  return %r0 : tensor<?x3xf64, #field.dims<atom, D>>
}

func.func private @segment_max_any_dynamic_known(%x: tensor<6x3xf64, #field.dims<edge, D>>, %i: tensor<6xi32, #field.dims<edge>>, %r: tensor<4x2xi32, #field.dims<atom, ends>>, %o: tensor<6xi32, #field.dims<edge>>) -> tensor<4x3xf64, #field.dims<atom, D>> {
  %x_d = field.size_cast %x : (tensor<6x3xf64, #field.dims<edge, D>>) -> tensor<?x3xf64, #field.dims<edge, D>>
  %i_d = field.size_cast %i : (tensor<6xi32, #field.dims<edge>>) -> tensor<?xi32, #field.dims<edge>>
  %r_d = field.size_cast %r : (tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<?x2xi32, #field.dims<atom, ends>>
  %o_d = field.size_cast %o : (tensor<6xi32, #field.dims<edge>>) -> tensor<?xi32, #field.dims<edge>>
  %y = call @segment_max_any_dynamic(%x_d, %i_d, %r_d, %o_d) : (tensor<?x3xf64, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>, tensor<?xi32, #field.dims<edge>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  %k = field.size_cast %y : (tensor<?x3xf64, #field.dims<atom, D>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  return %k : tensor<4x3xf64, #field.dims<atom, D>>
}

func.func @check_segment_max_any_dynamic() {
  %x = field.constant dense<[[1.61, -0.283, -0.141], [0.799, -0.551, 2.161], [1.019, 2.176, -0.027], [-0.383, 0.167, 0.735], [-0.587, 0.38, -0.017], [1.616, -0.663, 1.046]]> : tensor<6x3xf64, #field.dims<edge, D>>
  %i = field.constant dense<[3, 0, 3, 1, 0, 3]> : tensor<6xi32, #field.dims<edge>>
  %r = field.constant dense<[[0, 2], [2, 3], [3, 3], [3, 6]]> : tensor<4x2xi32, #field.dims<atom, ends>>
  %o = field.constant dense<[1, 4, 3, 0, 2, 5]> : tensor<6xi32, #field.dims<edge>>
  %r0 = call @segment_max_any_dynamic_known(%x, %i, %r, %o) : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %e = field.constant dense<[[0.6384010000000001, 0.1444, 4.669921], [0.146689, 0.027889000000000004, 0.540225], [0.0, 0.0, 0.0], [2.6114560000000004, 4.7349760000000005, 1.094116]]> : tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_close %r0, %e rtol 1.000000e-12 atol 0.000000e+00 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_gradient @segment_max_any_dynamic_known(%x, %i, %r, %o) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>
  check.expect_gradient @segment_max_any_dynamic_known(%x, %i, %r, %o) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>
  return
}

func.func private @segment_min_sorted(%x: tensor<6x3xf64, #field.dims<edge, D>>, %i: tensor<6xi32, #field.dims<edge>>, %r: tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<4x3xf64, #field.dims<atom, D>> {
  %y = graph.segment min %x by %i, %r : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %r0 = field.mul %y, %y : (tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  return %r0 : tensor<4x3xf64, #field.dims<atom, D>>
}

func.func @check_segment_min_sorted() {
  %x = field.constant dense<[[-0.644, -0.961, -0.71], [-1.19, 0.146, 1.031], [0.164, 0.624, 1.632], [0.27, 0.195, -0.275], [-1.608, 0.76, -1.756], [0.653, -0.014, 1.127]]> : tensor<6x3xf64, #field.dims<edge, D>>
  %i = field.constant dense<[0, 0, 1, 3, 3, 3]> : tensor<6xi32, #field.dims<edge>>
  %r = field.constant dense<[[0, 2], [2, 3], [3, 3], [3, 6]]> : tensor<4x2xi32, #field.dims<atom, ends>>
  %r0 = call @segment_min_sorted(%x, %i, %r) : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %e = field.constant dense<[[1.4161, 0.9235209999999999, 0.5041], [0.026896000000000003, 0.389376, 2.6634239999999996], [0.0, 0.0, 0.0], [2.5856640000000004, 0.00019600000000000002, 3.083536]]> : tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_close %r0, %e rtol 1.000000e-12 atol 0.000000e+00 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_gradient @segment_min_sorted(%x, %i, %r) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>
  check.expect_gradient @segment_min_sorted(%x, %i, %r) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>
  return
}

func.func private @segment_min_sorted_dynamic(%x: tensor<?x3xf64, #field.dims<edge, D>>, %i: tensor<?xi32, #field.dims<edge>>, %r: tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x3xf64, #field.dims<atom, D>> {
  %y = graph.segment min %x by %i, %r : (tensor<?x3xf64, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  %r0 = field.mul %y, %y : (tensor<?x3xf64, #field.dims<atom, D>>, tensor<?x3xf64, #field.dims<atom, D>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  return %r0 : tensor<?x3xf64, #field.dims<atom, D>>
}

func.func private @segment_min_sorted_dynamic_known(%x: tensor<6x3xf64, #field.dims<edge, D>>, %i: tensor<6xi32, #field.dims<edge>>, %r: tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<4x3xf64, #field.dims<atom, D>> {
  %x_d = field.size_cast %x : (tensor<6x3xf64, #field.dims<edge, D>>) -> tensor<?x3xf64, #field.dims<edge, D>>
  %i_d = field.size_cast %i : (tensor<6xi32, #field.dims<edge>>) -> tensor<?xi32, #field.dims<edge>>
  %r_d = field.size_cast %r : (tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<?x2xi32, #field.dims<atom, ends>>
  %y = call @segment_min_sorted_dynamic(%x_d, %i_d, %r_d) : (tensor<?x3xf64, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  %k = field.size_cast %y : (tensor<?x3xf64, #field.dims<atom, D>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  return %k : tensor<4x3xf64, #field.dims<atom, D>>
}

func.func @check_segment_min_sorted_dynamic() {
  %x = field.constant dense<[[-0.068, -0.823, 0.358], [-0.56, -0.181, 0.042], [-0.135, -0.189, -0.832], [-0.189, -2.138, -0.157], [-1.198, 1.12, 1.27], [-1.951, 0.145, -0.126]]> : tensor<6x3xf64, #field.dims<edge, D>>
  %i = field.constant dense<[0, 0, 1, 3, 3, 3]> : tensor<6xi32, #field.dims<edge>>
  %r = field.constant dense<[[0, 2], [2, 3], [3, 3], [3, 6]]> : tensor<4x2xi32, #field.dims<atom, ends>>
  %r0 = call @segment_min_sorted_dynamic_known(%x, %i, %r) : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %e = field.constant dense<[[0.31360000000000005, 0.677329, 0.0017640000000000002], [0.018225, 0.035721, 0.692224], [0.0, 0.0, 0.0], [3.806401, 4.571044, 0.024649]]> : tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_close %r0, %e rtol 1.000000e-12 atol 0.000000e+00 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_gradient @segment_min_sorted_dynamic_known(%x, %i, %r) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>
  check.expect_gradient @segment_min_sorted_dynamic_known(%x, %i, %r) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>
  return
}

func.func private @segment_min_any(%x: tensor<6x3xf64, #field.dims<edge, D>>, %i: tensor<6xi32, #field.dims<edge>>, %r: tensor<4x2xi32, #field.dims<atom, ends>>, %o: tensor<6xi32, #field.dims<edge>>) -> tensor<4x3xf64, #field.dims<atom, D>> {
  %y = graph.segment min %x by %i, %r, %o : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %r0 = field.mul %y, %y : (tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  return %r0 : tensor<4x3xf64, #field.dims<atom, D>>
}

func.func @check_segment_min_any() {
  %x = field.constant dense<[[-1.047, 0.532, -0.462], [-1.768, -0.267, -0.148], [0.106, -1.231, 0.616], [0.735, -1.146, -0.659], [-0.08, -0.566, 1.744], [0.208, -1.011, -0.788]]> : tensor<6x3xf64, #field.dims<edge, D>>
  %i = field.constant dense<[3, 0, 3, 1, 0, 3]> : tensor<6xi32, #field.dims<edge>>
  %r = field.constant dense<[[0, 2], [2, 3], [3, 3], [3, 6]]> : tensor<4x2xi32, #field.dims<atom, ends>>
  %o = field.constant dense<[1, 4, 3, 0, 2, 5]> : tensor<6xi32, #field.dims<edge>>
  %r0 = call @segment_min_any(%x, %i, %r, %o) : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %e = field.constant dense<[[3.125824, 0.3203559999999999, 0.021903999999999996], [0.540225, 1.3133159999999997, 0.43428100000000003], [0.0, 0.0, 0.0], [1.0962089999999998, 1.5153610000000002, 0.620944]]> : tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_close %r0, %e rtol 1.000000e-12 atol 0.000000e+00 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_gradient @segment_min_any(%x, %i, %r, %o) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>
  check.expect_gradient @segment_min_any(%x, %i, %r, %o) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>
  return
}

func.func private @segment_min_any_dynamic(%x: tensor<?x3xf64, #field.dims<edge, D>>, %i: tensor<?xi32, #field.dims<edge>>, %r: tensor<?x2xi32, #field.dims<atom, ends>>, %o: tensor<?xi32, #field.dims<edge>>) -> tensor<?x3xf64, #field.dims<atom, D>> {
  %y = graph.segment min %x by %i, %r, %o : (tensor<?x3xf64, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>, tensor<?xi32, #field.dims<edge>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  %r0 = field.mul %y, %y : (tensor<?x3xf64, #field.dims<atom, D>>, tensor<?x3xf64, #field.dims<atom, D>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  return %r0 : tensor<?x3xf64, #field.dims<atom, D>>
}

func.func private @segment_min_any_dynamic_known(%x: tensor<6x3xf64, #field.dims<edge, D>>, %i: tensor<6xi32, #field.dims<edge>>, %r: tensor<4x2xi32, #field.dims<atom, ends>>, %o: tensor<6xi32, #field.dims<edge>>) -> tensor<4x3xf64, #field.dims<atom, D>> {
  %x_d = field.size_cast %x : (tensor<6x3xf64, #field.dims<edge, D>>) -> tensor<?x3xf64, #field.dims<edge, D>>
  %i_d = field.size_cast %i : (tensor<6xi32, #field.dims<edge>>) -> tensor<?xi32, #field.dims<edge>>
  %r_d = field.size_cast %r : (tensor<4x2xi32, #field.dims<atom, ends>>) -> tensor<?x2xi32, #field.dims<atom, ends>>
  %o_d = field.size_cast %o : (tensor<6xi32, #field.dims<edge>>) -> tensor<?xi32, #field.dims<edge>>
  %y = call @segment_min_any_dynamic(%x_d, %i_d, %r_d, %o_d) : (tensor<?x3xf64, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>, tensor<?xi32, #field.dims<edge>>) -> tensor<?x3xf64, #field.dims<atom, D>>
  %k = field.size_cast %y : (tensor<?x3xf64, #field.dims<atom, D>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  return %k : tensor<4x3xf64, #field.dims<atom, D>>
}

func.func @check_segment_min_any_dynamic() {
  %x = field.constant dense<[[-0.057, 2.296, -0.178], [0.127, 0.514, -0.04], [2.281, -0.532, 0.744], [0.16, 0.621, -1.177], [1.768, -0.122, 0.034], [-0.935, -0.73, 0.564]]> : tensor<6x3xf64, #field.dims<edge, D>>
  %i = field.constant dense<[3, 0, 3, 1, 0, 3]> : tensor<6xi32, #field.dims<edge>>
  %r = field.constant dense<[[0, 2], [2, 3], [3, 3], [3, 6]]> : tensor<4x2xi32, #field.dims<atom, ends>>
  %o = field.constant dense<[1, 4, 3, 0, 2, 5]> : tensor<6xi32, #field.dims<edge>>
  %r0 = call @segment_min_any_dynamic_known(%x, %i, %r, %o) : (tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>) -> tensor<4x3xf64, #field.dims<atom, D>>
  %e = field.constant dense<[[0.016129, 0.014884, 0.0016], [0.0256, 0.385641, 1.385329], [0.0, 0.0, 0.0], [0.8742250000000001, 0.5328999999999999, 0.031684]]> : tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_close %r0, %e rtol 1.000000e-12 atol 0.000000e+00 : tensor<4x3xf64, #field.dims<atom, D>>, tensor<4x3xf64, #field.dims<atom, D>>
  check.expect_gradient @segment_min_any_dynamic_known(%x, %i, %r, %o) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>
  check.expect_gradient @segment_min_any_dynamic_known(%x, %i, %r, %o) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<6x3xf64, #field.dims<edge, D>>, tensor<6xi32, #field.dims<edge>>, tensor<4x2xi32, #field.dims<atom, ends>>, tensor<6xi32, #field.dims<edge>>
  return
}
