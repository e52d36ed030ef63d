// attend.attention: values from NumPy; derivatives of both results against central differences; self, cross, batched and shared forms.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @self(%a0: tensor<2x3x2xf64, #field.dims<h, t, Dh>>, %a1: tensor<2x3x2xf64, #field.dims<h, t, Dh>>, %a2: tensor<2x3x2xf64, #field.dims<h, t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<h, t, Dv>>, tensor<2x3xf64, #field.dims<h, t>>) {
  %r0, %r1 = attend.attention %a0, %a1, %a2 over ["t"] channel "Dh" value_channel "Dv" scale 0.7 : (tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<h, t, Dv>>, tensor<2x3xf64, #field.dims<h, t>>)
  return %r0, %r1 : tensor<2x3x2xf64, #field.dims<h, t, Dv>>, tensor<2x3xf64, #field.dims<h, t>>
}

func.func @check_self() {
  %a0 = field.constant dense<[[[-0.62, 0.77], [0.41, 0.72], [-0.37, 0.67]], [[0.6, -0.34], [-1.42, 1.39], [0.64, -0.89]]]> : tensor<2x3x2xf64, #field.dims<h, t, Dh>>
  %a1 = field.constant dense<[[[0.69, -0.66], [-0.09, 1.08], [-0.16, -0.64]], [[-0.58, -1.27], [-0.84, -0.69], [-0.98, -1.31]]]> : tensor<2x3x2xf64, #field.dims<h, t, Dh>>
  %a2 = field.constant dense<[[[-0.1, -0.86], [0.72, 1.27], [-0.68, 0.22]], [[0.02, -1.27], [-1.13, 1.15], [-0.08, 0.91]]]> : tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  %r:2 = call @self(%a0, %a1, %a2) : (tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<h, t, Dv>>, tensor<2x3xf64, #field.dims<h, t>>)
  %e0 = field.constant dense<[[[0.2458353623342963, 0.6637752507501541], [0.2007231274991716, 0.47251131665810087], [0.20641630451122356, 0.5833727171423773]], [[-0.35330805589769027, 0.15363182938243003], [-0.5665198589682547, 0.5630430977062522], [-0.30248833526476976, 0.09004363648546365]]]> : tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  check.expect_close %r#0, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3x2xf64, #field.dims<h, t, Dv>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  %e1 = field.constant dense<[[1.1441076036644824, 1.1772174950431324, 1.1263513479705316], [1.0273128991921843, 0.8901282594157587, 1.4384850959731934]]> : tensor<2x3xf64, #field.dims<h, t>>
  check.expect_close %r#1, %e1 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<h, t>>, tensor<2x3xf64, #field.dims<h, t>>
  check.expect_gradient @self(%a0, %a1, %a2) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  check.expect_gradient @self(%a0, %a1, %a2) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  return
}

func.func private @self_result(%a0: tensor<2x3x2xf64, #field.dims<h, t, Dh>>, %a1: tensor<2x3x2xf64, #field.dims<h, t, Dh>>, %a2: tensor<2x3x2xf64, #field.dims<h, t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<h, t, Dv>>) {
  %r0, %r1 = attend.attention %a0, %a1, %a2 over ["t"] channel "Dh" value_channel "Dv" scale 0.7 : (tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<h, t, Dv>>, tensor<2x3xf64, #field.dims<h, t>>)
  return %r0 : tensor<2x3x2xf64, #field.dims<h, t, Dv>>
}

func.func @check_self_result() {
  %a0 = field.constant dense<[[[-0.62, 0.77], [0.41, 0.72], [-0.37, 0.67]], [[0.6, -0.34], [-1.42, 1.39], [0.64, -0.89]]]> : tensor<2x3x2xf64, #field.dims<h, t, Dh>>
  %a1 = field.constant dense<[[[0.69, -0.66], [-0.09, 1.08], [-0.16, -0.64]], [[-0.58, -1.27], [-0.84, -0.69], [-0.98, -1.31]]]> : tensor<2x3x2xf64, #field.dims<h, t, Dh>>
  %a2 = field.constant dense<[[[-0.1, -0.86], [0.72, 1.27], [-0.68, 0.22]], [[0.02, -1.27], [-1.13, 1.15], [-0.08, 0.91]]]> : tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  %r = call @self_result(%a0, %a1, %a2) : (tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<h, t, Dv>>)
  %e0 = field.constant dense<[[[0.2458353623342963, 0.6637752507501541], [0.2007231274991716, 0.47251131665810087], [0.20641630451122356, 0.5833727171423773]], [[-0.35330805589769027, 0.15363182938243003], [-0.5665198589682547, 0.5630430977062522], [-0.30248833526476976, 0.09004363648546365]]]> : tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3x2xf64, #field.dims<h, t, Dv>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  check.expect_gradient @self_result(%a0, %a1, %a2) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  check.expect_gradient @self_result(%a0, %a1, %a2) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  return
}

func.func private @cross(%a0: tensor<2x3xf64, #field.dims<t, Dh>>, %a1: tensor<4x3xf64, #field.dims<s, Dh>>, %a2: tensor<4x2xf64, #field.dims<s, Dv>>) -> (tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>) {
  %r0, %r1 = attend.attention %a0, %a1, %a2 over ["s"] channel "Dh" value_channel "Dv" scale 0.7 : (tensor<2x3xf64, #field.dims<t, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x2xf64, #field.dims<s, Dv>>) -> (tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>)
  return %r0, %r1 : tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>
}

func.func @check_cross() {
  %a0 = field.constant dense<[[-0.14, 1.41, -0.54], [-1.37, -0.32, -1.04]]> : tensor<2x3xf64, #field.dims<t, Dh>>
  %a1 = field.constant dense<[[-1.25, 0.2, 1.36], [0.24, 0.44, -0.53], [0.21, 0.76, 0.27], [0.91, 0.15, -0.91]]> : tensor<4x3xf64, #field.dims<s, Dh>>
  %a2 = field.constant dense<[[0.25, -0.03], [-1.0, 0.36], [0.95, -1.09], [0.13, 0.7]]> : tensor<4x2xf64, #field.dims<s, Dv>>
  %r:2 = call @cross(%a0, %a1, %a2) : (tensor<2x3xf64, #field.dims<t, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x2xf64, #field.dims<s, Dv>>) -> (tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>)
  %e0 = field.constant dense<[[0.055866701035505006, -0.05892486153370757], [-0.034617032930923886, 0.0771741663269144]]> : tensor<2x2xf64, #field.dims<t, Dv>>
  check.expect_close %r#0, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2x2xf64, #field.dims<t, Dv>>
  %e1 = field.constant dense<[1.7975649292585536, 1.2773246991051832]> : tensor<2xf64, #field.dims<t>>
  check.expect_close %r#1, %e1 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2xf64, #field.dims<t>>, tensor<2xf64, #field.dims<t>>
  check.expect_gradient @cross(%a0, %a1, %a2) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<t, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x2xf64, #field.dims<s, Dv>>
  check.expect_gradient @cross(%a0, %a1, %a2) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<t, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x2xf64, #field.dims<s, Dv>>
  return
}

func.func private @cross_result(%a0: tensor<2x3xf64, #field.dims<t, Dh>>, %a1: tensor<4x3xf64, #field.dims<s, Dh>>, %a2: tensor<4x2xf64, #field.dims<s, Dv>>) -> (tensor<2x2xf64, #field.dims<t, Dv>>) {
  %r0, %r1 = attend.attention %a0, %a1, %a2 over ["s"] channel "Dh" value_channel "Dv" scale 0.7 : (tensor<2x3xf64, #field.dims<t, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x2xf64, #field.dims<s, Dv>>) -> (tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>)
  return %r0 : tensor<2x2xf64, #field.dims<t, Dv>>
}

func.func @check_cross_result() {
  %a0 = field.constant dense<[[-0.14, 1.41, -0.54], [-1.37, -0.32, -1.04]]> : tensor<2x3xf64, #field.dims<t, Dh>>
  %a1 = field.constant dense<[[-1.25, 0.2, 1.36], [0.24, 0.44, -0.53], [0.21, 0.76, 0.27], [0.91, 0.15, -0.91]]> : tensor<4x3xf64, #field.dims<s, Dh>>
  %a2 = field.constant dense<[[0.25, -0.03], [-1.0, 0.36], [0.95, -1.09], [0.13, 0.7]]> : tensor<4x2xf64, #field.dims<s, Dv>>
  %r = call @cross_result(%a0, %a1, %a2) : (tensor<2x3xf64, #field.dims<t, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x2xf64, #field.dims<s, Dv>>) -> (tensor<2x2xf64, #field.dims<t, Dv>>)
  %e0 = field.constant dense<[[0.055866701035505006, -0.05892486153370757], [-0.034617032930923886, 0.0771741663269144]]> : tensor<2x2xf64, #field.dims<t, Dv>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2x2xf64, #field.dims<t, Dv>>
  check.expect_gradient @cross_result(%a0, %a1, %a2) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<t, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x2xf64, #field.dims<s, Dv>>
  check.expect_gradient @cross_result(%a0, %a1, %a2) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<t, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x2xf64, #field.dims<s, Dv>>
  return
}

func.func private @two_dims(%a0: tensor<2x2xf64, #field.dims<t, Dh>>, %a1: tensor<2x3x2xf64, #field.dims<r, c, Dh>>, %a2: tensor<2x3x2xf64, #field.dims<r, c, Dv>>) -> (tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>) {
  %r0, %r1 = attend.attention %a0, %a1, %a2 over ["r", "c"] channel "Dh" value_channel "Dv" scale 0.7 : (tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>) -> (tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>)
  return %r0, %r1 : tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>
}

func.func @check_two_dims() {
  %a0 = field.constant dense<[[0.56, 0.18], [-1.18, 0.95]]> : tensor<2x2xf64, #field.dims<t, Dh>>
  %a1 = field.constant dense<[[[1.27, -1.2], [-0.75, -0.98], [1.05, 1.23]], [[-1.37, -0.5], [-0.92, -0.09], [1.26, -1.29]]]> : tensor<2x3x2xf64, #field.dims<r, c, Dh>>
  %a2 = field.constant dense<[[[-0.99, -0.04], [0.07, 0.74], [-0.19, -1.08]], [[-0.44, 1.45], [0.75, -1.15], [0.92, -0.57]]]> : tensor<2x3x2xf64, #field.dims<r, c, Dv>>
  %r:2 = call @two_dims(%a0, %a1, %a2) : (tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>) -> (tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>)
  %e0 = field.constant dense<[[-0.020392274020611084, -0.35001747481526213], [0.06196938379305217, 0.07812582588551395]]> : tensor<2x2xf64, #field.dims<t, Dv>>
  check.expect_close %r#0, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2x2xf64, #field.dims<t, Dv>>
  %e1 = field.constant dense<[1.8666023364767281, 1.8664217142738058]> : tensor<2xf64, #field.dims<t>>
  check.expect_close %r#1, %e1 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2xf64, #field.dims<t>>, tensor<2xf64, #field.dims<t>>
  check.expect_gradient @two_dims(%a0, %a1, %a2) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>
  check.expect_gradient @two_dims(%a0, %a1, %a2) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>
  return
}

func.func private @two_dims_result(%a0: tensor<2x2xf64, #field.dims<t, Dh>>, %a1: tensor<2x3x2xf64, #field.dims<r, c, Dh>>, %a2: tensor<2x3x2xf64, #field.dims<r, c, Dv>>) -> (tensor<2x2xf64, #field.dims<t, Dv>>) {
  %r0, %r1 = attend.attention %a0, %a1, %a2 over ["r", "c"] channel "Dh" value_channel "Dv" scale 0.7 : (tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>) -> (tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>)
  return %r0 : tensor<2x2xf64, #field.dims<t, Dv>>
}

func.func @check_two_dims_result() {
  %a0 = field.constant dense<[[0.56, 0.18], [-1.18, 0.95]]> : tensor<2x2xf64, #field.dims<t, Dh>>
  %a1 = field.constant dense<[[[1.27, -1.2], [-0.75, -0.98], [1.05, 1.23]], [[-1.37, -0.5], [-0.92, -0.09], [1.26, -1.29]]]> : tensor<2x3x2xf64, #field.dims<r, c, Dh>>
  %a2 = field.constant dense<[[[-0.99, -0.04], [0.07, 0.74], [-0.19, -1.08]], [[-0.44, 1.45], [0.75, -1.15], [0.92, -0.57]]]> : tensor<2x3x2xf64, #field.dims<r, c, Dv>>
  %r = call @two_dims_result(%a0, %a1, %a2) : (tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>) -> (tensor<2x2xf64, #field.dims<t, Dv>>)
  %e0 = field.constant dense<[[-0.020392274020611084, -0.35001747481526213], [0.06196938379305217, 0.07812582588551395]]> : tensor<2x2xf64, #field.dims<t, Dv>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2x2xf64, #field.dims<t, Dv>>
  check.expect_gradient @two_dims_result(%a0, %a1, %a2) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>
  check.expect_gradient @two_dims_result(%a0, %a1, %a2) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>
  return
}

func.func private @shared_keys(%a0: tensor<2x3x2xf64, #field.dims<b, t, Dh>>, %a1: tensor<3x2xf64, #field.dims<t, Dh>>, %a2: tensor<3x2xf64, #field.dims<t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<b, t, Dv>>, tensor<2x3xf64, #field.dims<b, t>>) {
  %r0, %r1 = attend.attention %a0, %a1, %a2 over ["t"] channel "Dh" value_channel "Dv" scale 0.7 : (tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<b, t, Dv>>, tensor<2x3xf64, #field.dims<b, t>>)
  return %r0, %r1 : tensor<2x3x2xf64, #field.dims<b, t, Dv>>, tensor<2x3xf64, #field.dims<b, t>>
}

func.func @check_shared_keys() {
  %a0 = field.constant dense<[[[-0.13, 0.49], [0.02, -1.0], [-1.08, -0.65]], [[-1.34, -0.85], [-1.11, -0.11], [-0.43, 0.26]]]> : tensor<2x3x2xf64, #field.dims<b, t, Dh>>
  %a1 = field.constant dense<[[-0.66, -1.4], [-0.51, 0.77], [-0.73, -0.29]]> : tensor<3x2xf64, #field.dims<t, Dh>>
  %a2 = field.constant dense<[[0.76, -0.28], [1.16, 1.25], [-0.57, 0.71]]> : tensor<3x2xf64, #field.dims<t, Dv>>
  %r:2 = call @shared_keys(%a0, %a1, %a2) : (tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<b, t, Dv>>, tensor<2x3xf64, #field.dims<b, t>>)
  %e0 = field.constant dense<[[[0.5120163843725928, 0.7388588428493199], [0.4483606509735914, 0.19083844923816407], [0.39776983948743694, 0.2984060798907947]], [[0.40358023370519897, 0.22913410563709782], [0.3970587244508127, 0.495721423632874], [0.4615557675344746, 0.648979947084255]]]> : tensor<2x3x2xf64, #field.dims<b, t, Dv>>
  check.expect_close %r#0, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3x2xf64, #field.dims<b, t, Dv>>, tensor<2x3x2xf64, #field.dims<b, t, Dv>>
  %e1 = field.constant dense<[[1.0948013623300887, 1.4887939054384256, 1.813431442182634], [2.034600051816956, 1.6221469603453427, 1.2436980950311043]]> : tensor<2x3xf64, #field.dims<b, t>>
  check.expect_close %r#1, %e1 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<b, t>>, tensor<2x3xf64, #field.dims<b, t>>
  check.expect_gradient @shared_keys(%a0, %a1, %a2) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dv>>
  check.expect_gradient @shared_keys(%a0, %a1, %a2) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dv>>
  return
}

func.func private @shared_keys_result(%a0: tensor<2x3x2xf64, #field.dims<b, t, Dh>>, %a1: tensor<3x2xf64, #field.dims<t, Dh>>, %a2: tensor<3x2xf64, #field.dims<t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<b, t, Dv>>) {
  %r0, %r1 = attend.attention %a0, %a1, %a2 over ["t"] channel "Dh" value_channel "Dv" scale 0.7 : (tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<b, t, Dv>>, tensor<2x3xf64, #field.dims<b, t>>)
  return %r0 : tensor<2x3x2xf64, #field.dims<b, t, Dv>>
}

func.func @check_shared_keys_result() {
  %a0 = field.constant dense<[[[-0.13, 0.49], [0.02, -1.0], [-1.08, -0.65]], [[-1.34, -0.85], [-1.11, -0.11], [-0.43, 0.26]]]> : tensor<2x3x2xf64, #field.dims<b, t, Dh>>
  %a1 = field.constant dense<[[-0.66, -1.4], [-0.51, 0.77], [-0.73, -0.29]]> : tensor<3x2xf64, #field.dims<t, Dh>>
  %a2 = field.constant dense<[[0.76, -0.28], [1.16, 1.25], [-0.57, 0.71]]> : tensor<3x2xf64, #field.dims<t, Dv>>
  %r = call @shared_keys_result(%a0, %a1, %a2) : (tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<b, t, Dv>>)
  %e0 = field.constant dense<[[[0.5120163843725928, 0.7388588428493199], [0.4483606509735914, 0.19083844923816407], [0.39776983948743694, 0.2984060798907947]], [[0.40358023370519897, 0.22913410563709782], [0.3970587244508127, 0.495721423632874], [0.4615557675344746, 0.648979947084255]]]> : tensor<2x3x2xf64, #field.dims<b, t, Dv>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x3x2xf64, #field.dims<b, t, Dv>>, tensor<2x3x2xf64, #field.dims<b, t, Dv>>
  check.expect_gradient @shared_keys_result(%a0, %a1, %a2) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dv>>
  check.expect_gradient @shared_keys_result(%a0, %a1, %a2) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dv>>
  return
}

func.func private @shared_query(%a0: tensor<2xf64, #field.dims<Dh>>, %a1: tensor<2x3x2xf64, #field.dims<b, t, Dh>>, %a2: tensor<2x3x2xf64, #field.dims<Dv, t, b>>) -> (tensor<2x2xf64, #field.dims<b, Dv>>, tensor<2xf64, #field.dims<b>>) {
  %r0, %r1 = attend.attention %a0, %a1, %a2 over ["t"] channel "Dh" value_channel "Dv" scale 0.7 : (tensor<2xf64, #field.dims<Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>) -> (tensor<2x2xf64, #field.dims<b, Dv>>, tensor<2xf64, #field.dims<b>>)
  return %r0, %r1 : tensor<2x2xf64, #field.dims<b, Dv>>, tensor<2xf64, #field.dims<b>>
}

func.func @check_shared_query() {
  %a0 = field.constant dense<[1.22, -1.19]> : tensor<2xf64, #field.dims<Dh>>
  %a1 = field.constant dense<[[[-1.22, -0.51], [1.31, -1.4], [1.25, 0.33]], [[-1.3, 0.21], [-0.12, 0.19], [0.71, 0.54]]]> : tensor<2x3x2xf64, #field.dims<b, t, Dh>>
  %a2 = field.constant dense<[[[1.49, -1.03], [0.94, -0.27], [0.85, 1.18]], [[1.48, -0.7], [-0.14, 1.33], [1.34, -0.38]]]> : tensor<2x3x2xf64, #field.dims<Dv, t, b>>
  %r:2 = call @shared_query(%a0, %a1, %a2) : (tensor<2xf64, #field.dims<Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>) -> (tensor<2x2xf64, #field.dims<b, Dv>>, tensor<2xf64, #field.dims<b>>)
  %e0 = field.constant dense<[[0.947787600175694, 0.18954227038123786], [0.40017255620814207, 0.1744690606868189]]> : tensor<2x2xf64, #field.dims<b, Dv>>
  check.expect_close %r#0, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x2xf64, #field.dims<b, Dv>>, tensor<2x2xf64, #field.dims<b, Dv>>
  %e1 = field.constant dense<[2.531614108503538, 0.7959394297791498]> : tensor<2xf64, #field.dims<b>>
  check.expect_close %r#1, %e1 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2xf64, #field.dims<b>>, tensor<2xf64, #field.dims<b>>
  check.expect_gradient @shared_query(%a0, %a1, %a2) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2xf64, #field.dims<Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>
  check.expect_gradient @shared_query(%a0, %a1, %a2) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2xf64, #field.dims<Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>
  return
}

func.func private @shared_query_result(%a0: tensor<2xf64, #field.dims<Dh>>, %a1: tensor<2x3x2xf64, #field.dims<b, t, Dh>>, %a2: tensor<2x3x2xf64, #field.dims<Dv, t, b>>) -> (tensor<2x2xf64, #field.dims<b, Dv>>) {
  %r0, %r1 = attend.attention %a0, %a1, %a2 over ["t"] channel "Dh" value_channel "Dv" scale 0.7 : (tensor<2xf64, #field.dims<Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>) -> (tensor<2x2xf64, #field.dims<b, Dv>>, tensor<2xf64, #field.dims<b>>)
  return %r0 : tensor<2x2xf64, #field.dims<b, Dv>>
}

func.func @check_shared_query_result() {
  %a0 = field.constant dense<[1.22, -1.19]> : tensor<2xf64, #field.dims<Dh>>
  %a1 = field.constant dense<[[[-1.22, -0.51], [1.31, -1.4], [1.25, 0.33]], [[-1.3, 0.21], [-0.12, 0.19], [0.71, 0.54]]]> : tensor<2x3x2xf64, #field.dims<b, t, Dh>>
  %a2 = field.constant dense<[[[1.49, -1.03], [0.94, -0.27], [0.85, 1.18]], [[1.48, -0.7], [-0.14, 1.33], [1.34, -0.38]]]> : tensor<2x3x2xf64, #field.dims<Dv, t, b>>
  %r = call @shared_query_result(%a0, %a1, %a2) : (tensor<2xf64, #field.dims<Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>) -> (tensor<2x2xf64, #field.dims<b, Dv>>)
  %e0 = field.constant dense<[[0.947787600175694, 0.18954227038123786], [0.40017255620814207, 0.1744690606868189]]> : tensor<2x2xf64, #field.dims<b, Dv>>
  check.expect_close %r, %e0 rtol 1.000000e-12 atol 0.000000e+00 : tensor<2x2xf64, #field.dims<b, Dv>>, tensor<2x2xf64, #field.dims<b, Dv>>
  check.expect_gradient @shared_query_result(%a0, %a1, %a2) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2xf64, #field.dims<Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>
  check.expect_gradient @shared_query_result(%a0, %a1, %a2) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2xf64, #field.dims<Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>
  return
}
