// attend.attention_grad: values by the gradient of softmax in NumPy; its own derivatives, so second and third ones of attention, against central differences.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func private @self(%a0: tensor<2x3x2xf64, #field.dims<h, t, Dh>>, %a1: tensor<2x3x2xf64, #field.dims<h, t, Dh>>, %a2: tensor<2x3x2xf64, #field.dims<h, t, Dv>>, %a3: tensor<2x3x2xf64, #field.dims<h, t, Dv>>, %a4: tensor<2x3xf64, #field.dims<h, t>>, %a5: tensor<2x3x2xf64, #field.dims<h, t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>) {
  %r0, %r1, %r2 = attend.attention_grad %a0, %a1, %a2, %a3, %a4, %a5 over ["t"] channel "Dh" value_channel "Dv" scale 0.7 : (tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>, tensor<2x3xf64, #field.dims<h, t>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>)
  return %r0, %r1, %r2 : tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>
}

func.func @check_self() {
  %a0 = field.constant dense<[[[-0.62, 0.77], [0.41, 0.72], [-0.37, 0.67]], [[0.6, -0.34], [-1.42, 1.39], [0.64, -0.89]]]> : tensor<2x3x2xf64, #field.dims<h, t, Dh>>
  %a1 = field.constant dense<[[[0.69, -0.66], [-0.09, 1.08], [-0.16, -0.64]], [[-0.58, -1.27], [-0.84, -0.69], [-0.98, -1.31]]]> : tensor<2x3x2xf64, #field.dims<h, t, Dh>>
  %a2 = field.constant dense<[[[-0.1, -0.86], [0.72, 1.27], [-0.68, 0.22]], [[0.02, -1.27], [-1.13, 1.15], [-0.08, 0.91]]]> : tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  %a3 = field.constant dense<[[[0.2458353623342963, 0.6637752507501541], [0.2007231274991716, 0.47251131665810087], [0.20641630451122356, 0.5833727171423773]], [[-0.35330805589769027, 0.15363182938243003], [-0.5665198589682547, 0.5630430977062522], [-0.30248833526476976, 0.09004363648546365]]]> : tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  %a4 = field.constant dense<[[1.1441076036644824, 1.1772174950431324, 1.1263513479705316], [1.0273128991921843, 0.8901282594157587, 1.4384850959731934]]> : tensor<2x3xf64, #field.dims<h, t>>
  %a5 = field.constant dense<[[[-1.3, 0.28], [1.1, 1.1], [-1.48, 0.07]], [[-0.39, 0.78], [-1.28, -0.71], [0.94, -0.09]]]> : tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  %r:3 = call @self(%a0, %a1, %a2, %a3, %a4, %a5) : (tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>, tensor<2x3xf64, #field.dims<h, t>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>)
  %e0 = field.constant dense<[[[-0.010717478864466883, -0.31884682583016094], [-0.2511685189268241, 0.9092713767430795], [0.022511994102591117, -0.4731154221785048]], [[-0.10212007721044947, 0.12560989745386764], [0.04718224468227797, 0.0671848511791141], [0.0266762441389709, -0.09006725007314641]]]> : tensor<2x3x2xf64, #field.dims<h, t, Dh>>
  check.expect_close %r#0, %e0 rtol 1.000000e-11 atol 0.000000e+00 : tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>
  %e1 = field.constant dense<[[[-0.15867793038198477, -0.20893181701427266], [0.4316078163242846, 0.05116125939878463], [-0.27292988594229967, 0.15777055761548808]], [[-0.23955297290174976, 0.12026030918935733], [-0.1098346311818792, 0.20327261000351546], [0.34938760408362896, -0.32353291919287275]]]> : tensor<2x3x2xf64, #field.dims<h, t, Dh>>
  check.expect_close %r#1, %e1 rtol 1.000000e-11 atol 0.000000e+00 : tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>
  %e2 = field.constant dense<[[[-0.2132528033495531, 0.35650379770952967], [-1.0164285967995474, 0.7737902002478216], [-0.45031859985089934, 0.3197060020426487]], [[-0.040438445047763394, 0.10895268025510607], [-0.49927654346224587, -0.1346452365862677], [-0.19028501148999077, 0.005692556331161801]]]> : tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  check.expect_close %r#2, %e2 rtol 1.000000e-11 atol 0.000000e+00 : tensor<2x3x2xf64, #field.dims<h, t, Dv>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  check.expect_gradient @self(%a0, %a1, %a2, %a3, %a4, %a5) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>, tensor<2x3xf64, #field.dims<h, t>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  check.expect_gradient @self(%a0, %a1, %a2, %a3, %a4, %a5) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dh>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>, tensor<2x3xf64, #field.dims<h, t>>, tensor<2x3x2xf64, #field.dims<h, t, Dv>>
  return
}

func.func private @cross(%a0: tensor<2x3xf64, #field.dims<t, Dh>>, %a1: tensor<4x3xf64, #field.dims<s, Dh>>, %a2: tensor<4x2xf64, #field.dims<s, Dv>>, %a3: tensor<2x2xf64, #field.dims<t, Dv>>, %a4: tensor<2xf64, #field.dims<t>>, %a5: tensor<2x2xf64, #field.dims<t, Dv>>) -> (tensor<2x3xf64, #field.dims<t, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x2xf64, #field.dims<s, Dv>>) {
  %r0, %r1, %r2 = attend.attention_grad %a0, %a1, %a2, %a3, %a4, %a5 over ["s"] channel "Dh" value_channel "Dv" scale 0.7 : (tensor<2x3xf64, #field.dims<t, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x2xf64, #field.dims<s, Dv>>, tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>, tensor<2x2xf64, #field.dims<t, Dv>>) -> (tensor<2x3xf64, #field.dims<t, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x2xf64, #field.dims<s, Dv>>)
  return %r0, %r1, %r2 : tensor<2x3xf64, #field.dims<t, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x2xf64, #field.dims<s, Dv>>
}

func.func @check_cross() {
  %a0 = field.constant dense<[[-0.14, 1.41, -0.54], [-1.37, -0.32, -1.04]]> : tensor<2x3xf64, #field.dims<t, Dh>>
  %a1 = field.constant dense<[[-1.25, 0.2, 1.36], [0.24, 0.44, -0.53], [0.21, 0.76, 0.27], [0.91, 0.15, -0.91]]> : tensor<4x3xf64, #field.dims<s, Dh>>
  %a2 = field.constant dense<[[0.25, -0.03], [-1.0, 0.36], [0.95, -1.09], [0.13, 0.7]]> : tensor<4x2xf64, #field.dims<s, Dv>>
  %a3 = field.constant dense<[[0.055866701035505006, -0.05892486153370757], [-0.034617032930923886, 0.0771741663269144]]> : tensor<2x2xf64, #field.dims<t, Dv>>
  %a4 = field.constant dense<[1.7975649292585536, 1.2773246991051832]> : tensor<2xf64, #field.dims<t>>
  %a5 = field.constant dense<[[-0.29, -0.69], [-0.38, 0.13]]> : tensor<2x2xf64, #field.dims<t, Dv>>
  %r:3 = call @cross(%a0, %a1, %a2, %a3, %a4, %a5) : (tensor<2x3xf64, #field.dims<t, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x2xf64, #field.dims<s, Dv>>, tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>, tensor<2x2xf64, #field.dims<t, Dv>>) -> (tensor<2x3xf64, #field.dims<t, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x2xf64, #field.dims<s, Dv>>)
  %e0 = field.constant dense<[[-0.05547710950020354, 0.06061420592308539, 0.10076038038624387], [0.045451128018916626, -0.012686026421488935, -0.10063119718677532]]> : tensor<2x3xf64, #field.dims<t, Dh>>
  check.expect_close %r#0, %e0 rtol 1.000000e-11 atol 0.000000e+00 : tensor<2x3xf64, #field.dims<t, Dh>>, tensor<2x3xf64, #field.dims<t, Dh>>
  %e1 = field.constant dense<[[0.03947196781740883, -0.0012889728482319614, 0.03312337835199392], [-0.11476271534400996, -0.02152033310130721, -0.08870815130943809], [0.06590402692967269, 0.15709984270199598, 0.007427854495114322], [0.009386720596928431, -0.13429053675245678, 0.048156918462329834]]> : tensor<4x3xf64, #field.dims<s, Dh>>
  check.expect_close %r#1, %e1 rtol 1.000000e-11 atol 0.000000e+00 : tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>
  %e2 = field.constant dense<[[-0.16437307316992936, -0.05146049381891158], [-0.20070109826405125, -0.1722839753406666], [-0.1500174915177217, -0.19360228155146644], [-0.15490833704829768, -0.14265324928895529]]> : tensor<4x2xf64, #field.dims<s, Dv>>
  check.expect_close %r#2, %e2 rtol 1.000000e-11 atol 0.000000e+00 : tensor<4x2xf64, #field.dims<s, Dv>>, tensor<4x2xf64, #field.dims<s, Dv>>
  check.expect_gradient @cross(%a0, %a1, %a2, %a3, %a4, %a5) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<t, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x2xf64, #field.dims<s, Dv>>, tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>, tensor<2x2xf64, #field.dims<t, Dv>>
  check.expect_gradient @cross(%a0, %a1, %a2, %a3, %a4, %a5) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3xf64, #field.dims<t, Dh>>, tensor<4x3xf64, #field.dims<s, Dh>>, tensor<4x2xf64, #field.dims<s, Dv>>, tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>, tensor<2x2xf64, #field.dims<t, Dv>>
  return
}

func.func private @two_dims(%a0: tensor<2x2xf64, #field.dims<t, Dh>>, %a1: tensor<2x3x2xf64, #field.dims<r, c, Dh>>, %a2: tensor<2x3x2xf64, #field.dims<r, c, Dv>>, %a3: tensor<2x2xf64, #field.dims<t, Dv>>, %a4: tensor<2xf64, #field.dims<t>>, %a5: tensor<2x2xf64, #field.dims<t, Dv>>) -> (tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>) {
  %r0, %r1, %r2 = attend.attention_grad %a0, %a1, %a2, %a3, %a4, %a5 over ["r", "c"] channel "Dh" value_channel "Dv" scale 0.7 : (tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>, tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>, tensor<2x2xf64, #field.dims<t, Dv>>) -> (tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>)
  return %r0, %r1, %r2 : tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>
}

func.func @check_two_dims() {
  %a0 = field.constant dense<[[0.56, 0.18], [-1.18, 0.95]]> : tensor<2x2xf64, #field.dims<t, Dh>>
  %a1 = field.constant dense<[[[1.27, -1.2], [-0.75, -0.98], [1.05, 1.23]], [[-1.37, -0.5], [-0.92, -0.09], [1.26, -1.29]]]> : tensor<2x3x2xf64, #field.dims<r, c, Dh>>
  %a2 = field.constant dense<[[[-0.99, -0.04], [0.07, 0.74], [-0.19, -1.08]], [[-0.44, 1.45], [0.75, -1.15], [0.92, -0.57]]]> : tensor<2x3x2xf64, #field.dims<r, c, Dv>>
  %a3 = field.constant dense<[[-0.020392274020611084, -0.35001747481526213], [0.06196938379305217, 0.07812582588551395]]> : tensor<2x2xf64, #field.dims<t, Dv>>
  %a4 = field.constant dense<[1.8666023364767281, 1.8664217142738058]> : tensor<2xf64, #field.dims<t>>
  %a5 = field.constant dense<[[0.84, -1.46], [1.11, -1.01]]> : tensor<2x2xf64, #field.dims<t, Dv>>
  %r:3 = call @two_dims(%a0, %a1, %a2, %a3, %a4, %a5) : (tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>, tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>, tensor<2x2xf64, #field.dims<t, Dv>>) -> (tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>)
  %e0 = field.constant dense<[[0.34867736333096067, 0.41556801247415875], [0.3970312060346777, 0.3629909211250985]]> : tensor<2x2xf64, #field.dims<t, Dh>>
  check.expect_close %r#0, %e0 rtol 1.000000e-11 atol 0.000000e+00 : tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x2xf64, #field.dims<t, Dh>>
  %e1 = field.constant dense<[[[-0.0875148897881726, -0.051925975402091554], [0.02108232077063625, -0.08514612261997194], [-0.009599242728649565, 0.11884368875512408]], [[0.4527676798703323, -0.476218567520589], [-0.4398056289345122, 0.43953235482577024], [0.0630697608103658, 0.054914621961758156]]]> : tensor<2x3x2xf64, #field.dims<r, c, Dh>>
  check.expect_close %r#1, %e1 rtol 1.000000e-11 atol 0.000000e+00 : tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>
  %e2 = field.constant dense<[[[0.21080160465210676, -0.34396873954028667], [0.25181884913315, -0.2999992077444785], [0.3923448622152798, -0.5465879826851121]], [[0.4530584342698865, -0.47128389722502184], [0.4353184697195183, -0.47026624898736075], [0.20665778001005897, -0.33789392381774036]]]> : tensor<2x3x2xf64, #field.dims<r, c, Dv>>
  check.expect_close %r#2, %e2 rtol 1.000000e-11 atol 0.000000e+00 : tensor<2x3x2xf64, #field.dims<r, c, Dv>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>
  check.expect_gradient @two_dims(%a0, %a1, %a2, %a3, %a4, %a5) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>, tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>, tensor<2x2xf64, #field.dims<t, Dv>>
  check.expect_gradient @two_dims(%a0, %a1, %a2, %a3, %a4, %a5) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x2xf64, #field.dims<t, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dh>>, tensor<2x3x2xf64, #field.dims<r, c, Dv>>, tensor<2x2xf64, #field.dims<t, Dv>>, tensor<2xf64, #field.dims<t>>, tensor<2x2xf64, #field.dims<t, Dv>>
  return
}

func.func private @shared_keys(%a0: tensor<2x3x2xf64, #field.dims<b, t, Dh>>, %a1: tensor<3x2xf64, #field.dims<t, Dh>>, %a2: tensor<3x2xf64, #field.dims<t, Dv>>, %a3: tensor<2x3x2xf64, #field.dims<b, t, Dv>>, %a4: tensor<2x3xf64, #field.dims<b, t>>, %a5: tensor<2x3x2xf64, #field.dims<b, t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dv>>) {
  %r0, %r1, %r2 = attend.attention_grad %a0, %a1, %a2, %a3, %a4, %a5 over ["t"] channel "Dh" value_channel "Dv" scale 0.7 : (tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dv>>, tensor<2x3x2xf64, #field.dims<b, t, Dv>>, tensor<2x3xf64, #field.dims<b, t>>, tensor<2x3x2xf64, #field.dims<b, t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dv>>)
  return %r0, %r1, %r2 : tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dv>>
}

func.func @check_shared_keys() {
  %a0 = field.constant dense<[[[-0.13, 0.49], [0.02, -1.0], [-1.08, -0.65]], [[-1.34, -0.85], [-1.11, -0.11], [-0.43, 0.26]]]> : tensor<2x3x2xf64, #field.dims<b, t, Dh>>
  %a1 = field.constant dense<[[-0.66, -1.4], [-0.51, 0.77], [-0.73, -0.29]]> : tensor<3x2xf64, #field.dims<t, Dh>>
  %a2 = field.constant dense<[[0.76, -0.28], [1.16, 1.25], [-0.57, 0.71]]> : tensor<3x2xf64, #field.dims<t, Dv>>
  %a3 = field.constant dense<[[[0.5120163843725928, 0.7388588428493199], [0.4483606509735914, 0.19083844923816407], [0.39776983948743694, 0.2984060798907947]], [[0.40358023370519897, 0.22913410563709782], [0.3970587244508127, 0.495721423632874], [0.4615557675344746, 0.648979947084255]]]> : tensor<2x3x2xf64, #field.dims<b, t, Dv>>
  %a4 = field.constant dense<[[1.0948013623300887, 1.4887939054384256, 1.813431442182634], [2.034600051816956, 1.6221469603453427, 1.2436980950311043]]> : tensor<2x3xf64, #field.dims<b, t>>
  %a5 = field.constant dense<[[[-0.74, -1.08], [-0.19, 0.31], [1.31, -1.06]], [[0.64, -0.07], [-1.1, 1.42], [0.59, -1.11]]]> : tensor<2x3x2xf64, #field.dims<b, t, Dv>>
  %r:3 = call @shared_keys(%a0, %a1, %a2, %a3, %a4, %a5) : (tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dv>>, tensor<2x3x2xf64, #field.dims<b, t, Dv>>, tensor<2x3xf64, #field.dims<b, t>>, tensor<2x3x2xf64, #field.dims<b, t, Dv>>) -> (tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dv>>)
  %e0 = field.constant dense<[[[-0.06263428413436406, -0.5059668559593797], [-0.002101784393134333, 0.11369184204279326], [0.026803448169637922, -0.4304954950318444]], [[0.01569527749319377, -0.07360601853758386], [-0.017135844649446147, 0.4759091270706004], [0.0009347176244886429, -0.3288713862253042]]]> : tensor<2x3x2xf64, #field.dims<b, t, Dh>>
  check.expect_close %r#0, %e0 rtol 1.000000e-11 atol 0.000000e+00 : tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>
  %e1 = field.constant dense<[[-0.246562898700384, -0.08196932674789656], [-0.02727596692319079, -0.23402918020920233], [0.27383886562357485, 0.3159985069570989]]> : tensor<3x2xf64, #field.dims<t, Dh>>
  check.expect_close %r#1, %e1 rtol 1.000000e-11 atol 0.000000e+00 : tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>
  %e2 = field.constant dense<[[0.5037026179177644, -0.41117804692173804], [-0.132012707920238, -0.6773463874993267], [0.1383100900024738, -0.5014755655789354]]> : tensor<3x2xf64, #field.dims<t, Dv>>
  check.expect_close %r#2, %e2 rtol 1.000000e-11 atol 0.000000e+00 : tensor<3x2xf64, #field.dims<t, Dv>>, tensor<3x2xf64, #field.dims<t, Dv>>
  check.expect_gradient @shared_keys(%a0, %a1, %a2, %a3, %a4, %a5) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dv>>, tensor<2x3x2xf64, #field.dims<b, t, Dv>>, tensor<2x3xf64, #field.dims<b, t>>, tensor<2x3x2xf64, #field.dims<b, t, Dv>>
  check.expect_gradient @shared_keys(%a0, %a1, %a2, %a3, %a4, %a5) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<3x2xf64, #field.dims<t, Dh>>, tensor<3x2xf64, #field.dims<t, Dv>>, tensor<2x3x2xf64, #field.dims<b, t, Dv>>, tensor<2x3xf64, #field.dims<b, t>>, tensor<2x3x2xf64, #field.dims<b, t, Dv>>
  return
}

func.func private @shared_query(%a0: tensor<2xf64, #field.dims<Dh>>, %a1: tensor<2x3x2xf64, #field.dims<b, t, Dh>>, %a2: tensor<2x3x2xf64, #field.dims<Dv, t, b>>, %a3: tensor<2x2xf64, #field.dims<b, Dv>>, %a4: tensor<2xf64, #field.dims<b>>, %a5: tensor<2x2xf64, #field.dims<b, Dv>>) -> (tensor<2xf64, #field.dims<Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>) {
  %r0, %r1, %r2 = attend.attention_grad %a0, %a1, %a2, %a3, %a4, %a5 over ["t"] channel "Dh" value_channel "Dv" scale 0.7 : (tensor<2xf64, #field.dims<Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>, tensor<2x2xf64, #field.dims<b, Dv>>, tensor<2xf64, #field.dims<b>>, tensor<2x2xf64, #field.dims<b, Dv>>) -> (tensor<2xf64, #field.dims<Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>)
  return %r0, %r1, %r2 : tensor<2xf64, #field.dims<Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>
}

func.func @check_shared_query() {
  %a0 = field.constant dense<[1.22, -1.19]> : tensor<2xf64, #field.dims<Dh>>
  %a1 = field.constant dense<[[[-1.22, -0.51], [1.31, -1.4], [1.25, 0.33]], [[-1.3, 0.21], [-0.12, 0.19], [0.71, 0.54]]]> : tensor<2x3x2xf64, #field.dims<b, t, Dh>>
  %a2 = field.constant dense<[[[1.49, -1.03], [0.94, -0.27], [0.85, 1.18]], [[1.48, -0.7], [-0.14, 1.33], [1.34, -0.38]]]> : tensor<2x3x2xf64, #field.dims<Dv, t, b>>
  %a3 = field.constant dense<[[0.947787600175694, 0.18954227038123786], [0.40017255620814207, 0.1744690606868189]]> : tensor<2x2xf64, #field.dims<b, Dv>>
  %a4 = field.constant dense<[2.531614108503538, 0.7959394297791498]> : tensor<2xf64, #field.dims<b>>
  %a5 = field.constant dense<[[1.32, -0.28], [-0.38, 0.77]]> : tensor<2x2xf64, #field.dims<b, Dv>>
  %r:3 = call @shared_query(%a0, %a1, %a2, %a3, %a4, %a5) : (tensor<2xf64, #field.dims<Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>, tensor<2x2xf64, #field.dims<b, Dv>>, tensor<2xf64, #field.dims<b>>, tensor<2x2xf64, #field.dims<b, Dv>>) -> (tensor<2xf64, #field.dims<Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>)
  %e0 = field.constant dense<[-0.23192292657953528, -0.1802470374517921]> : tensor<2xf64, #field.dims<Dh>>
  check.expect_close %r#0, %e0 rtol 1.000000e-11 atol 0.000000e+00 : tensor<2xf64, #field.dims<Dh>>, tensor<2xf64, #field.dims<Dh>>
  %e1 = field.constant dense<[[[0.012986573623521338, -0.012667231649172453], [0.0547143475056927, -0.05336891273096255], [-0.06770092112921397, 0.06603614438013493]], [[-0.013841669833320525, 0.01350130090299297], [0.33972741059307376, -0.331373457873572], [-0.32588574075975324, 0.31787215697057897]]]> : tensor<2x3x2xf64, #field.dims<b, t, Dh>>
  check.expect_close %r#1, %e1 rtol 1.000000e-11 atol 0.000000e+00 : tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>
  %e2 = field.constant dense<[[[0.056640422405216787, -0.04742273821911152], [1.0314417988064164, -0.1320897773632204], [0.23191777878836672, -0.20048748441766812]], [[-0.012014635055652046, 0.09609344323346282], [-0.21879068459530046, 0.26765560149915707], [-0.04919468034904749, 0.40625095526738014]]]> : tensor<2x3x2xf64, #field.dims<Dv, t, b>>
  check.expect_close %r#2, %e2 rtol 1.000000e-11 atol 0.000000e+00 : tensor<2x3x2xf64, #field.dims<Dv, t, b>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>
  check.expect_gradient @shared_query(%a0, %a1, %a2, %a3, %a4, %a5) order 1 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2xf64, #field.dims<Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>, tensor<2x2xf64, #field.dims<b, Dv>>, tensor<2xf64, #field.dims<b>>, tensor<2x2xf64, #field.dims<b, Dv>>
  check.expect_gradient @shared_query(%a0, %a1, %a2, %a3, %a4, %a5) order 2 directions 2 step 1.000000e-05 rtol 1.000000e-07 : tensor<2xf64, #field.dims<Dh>>, tensor<2x3x2xf64, #field.dims<b, t, Dh>>, tensor<2x3x2xf64, #field.dims<Dv, t, b>>, tensor<2x2xf64, #field.dims<b, Dv>>, tensor<2xf64, #field.dims<b>>, tensor<2x2xf64, #field.dims<b, Dv>>
  return
}
