// Every elementwise operation; operands that lack dims; truth values.
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

func.func @elementwise() {
  %1 = field.constant dense<[[0.0, -1.3300000429153442, 1.0299999713897705], [-1.340000033378601, 1.6799999475479126, 0.38999998569488525], [-0.6800000071525574, 1.75, -1.3799999952316284], [0.05999999865889549, -1.6299999952316284, 1.8600000143051147]]> : tensor<4x3xf32, #field.dims<r, c>>
  %2 = field.constant dense<[0.800000011920929, 1.7100000381469727, 1.3700000047683716]> : tensor<3xf32, #field.dims<c>>
  %3 = field.neg %1 : (tensor<4x3xf32, #field.dims<r, c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %4 = field.constant dense<[[-0.0, 1.3300000429153442, -1.0299999713897705], [1.340000033378601, -1.6799999475479126, -0.38999998569488525], [0.6800000071525574, -1.75, 1.3799999952316284], [-0.05999999865889549, 1.6299999952316284, -1.8600000143051147]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %3, %4 rtol 2.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  %5 = field.abs %1 : (tensor<4x3xf32, #field.dims<r, c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %6 = field.constant dense<[[0.0, 1.3300000429153442, 1.0299999713897705], [1.340000033378601, 1.6799999475479126, 0.38999998569488525], [0.6800000071525574, 1.75, 1.3799999952316284], [0.05999999865889549, 1.6299999952316284, 1.8600000143051147]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %5, %6 rtol 2.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  %7 = field.sign %1 : (tensor<4x3xf32, #field.dims<r, c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %8 = field.constant dense<[[0.0, -1.0, 1.0], [-1.0, 1.0, 1.0], [-1.0, 1.0, -1.0], [1.0, -1.0, 1.0]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %7, %8 rtol 2.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  %9 = field.exp %1 : (tensor<4x3xf32, #field.dims<r, c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %10 = field.constant dense<[[1.0, 0.2644772529602051, 2.801065683364868], [0.2618456482887268, 5.365555763244629, 1.4769808053970337], [0.50661700963974, 5.754602909088135, 0.25157853960990906], [1.06183660030365, 0.19592957198619843, 6.423737049102783]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %9, %10 rtol 2.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  %11 = field.sin %1 : (tensor<4x3xf32, #field.dims<r, c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %12 = field.constant dense<[[0.0, -0.9711483716964722, 0.8572989702224731], [-0.9734845757484436, 0.994043231010437, 0.3801884055137634], [-0.6287930011749268, 0.983985960483551, -0.9818535447120667], [0.059964004904031754, -0.9982479810714722, 0.9584712982177734]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %11, %12 rtol 2.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  %13 = field.cos %1 : (tensor<4x3xf32, #field.dims<r, c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %14 = field.constant dense<[[1.0, 0.2384760081768036, 0.5148188471794128], [0.22875277698040009, -0.10898669809103012, 0.9249090552330017], [0.7775726914405823, -0.17824605107307434, 0.1896408349275589], [0.998200535774231, -0.059169087558984756, -0.28518906235694885]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %13, %14 rtol 2.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  %15 = field.tanh %1 : (tensor<4x3xf32, #field.dims<r, c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %16 = field.constant dense<[[0.0, -0.8692493438720703, 0.7739083170890808], [-0.8716722726821899, 0.9328615665435791, 0.3713602125644684], [-0.5915194153785706, 0.9413755536079407, -0.8809512853622437], [0.05992810055613518, -0.9260615706443787, 0.9526788592338562]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %15, %16 rtol 2.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  %17 = field.erf %1 : (tensor<4x3xf32, #field.dims<r, c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %18 = field.constant dense<[[0.0, -0.9400150179862976, 0.8547841906547546], [-0.9419137239456177, 0.9824928045272827, 0.4187386929988861], [-0.6637821793556213, 0.9866716861724854, -0.9490160346031189], [0.06762159615755081, -0.9788428544998169, 0.9914724826812744]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %17, %18 rtol 2.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  %19 = field.sigmoid %1 : (tensor<4x3xf32, #field.dims<r, c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %20 = field.constant dense<[[0.5, 0.20915935933589935, 0.7369158864021301], [0.2075100541114807, 0.8429045081138611, 0.5962827205657959], [0.3362613022327423, 0.8519527912139893, 0.20100900530815125], [0.5149955153465271, 0.16383035480976105, 0.8652969598770142]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %19, %20 rtol 2.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  %21 = field.relu %1 : (tensor<4x3xf32, #field.dims<r, c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %22 = field.constant dense<[[0.0, 0.0, 1.0299999713897705], [0.0, 1.6799999475479126, 0.38999998569488525], [0.0, 1.75, 0.0], [0.05999999865889549, 0.0, 1.8600000143051147]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %21, %22 rtol 2.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  %23 = field.gelu %1 : (tensor<4x3xf32, #field.dims<r, c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %24 = field.constant dense<[[0.0, -0.12203964591026306, 0.8739498257637024], [-0.12076437473297119, 1.6019158363342285, 0.2541753649711609], [-0.16881151497364044, 1.6798964738845825, -0.11563478410243988], [0.03143532946705818, -0.0840277224779129, 1.8015165328979492]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %23, %24 rtol 2.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  %25 = field.silu %1 : (tensor<4x3xf32, #field.dims<r, c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %26 = field.constant dense<[[0.0, -0.2781819701194763, 0.7590233683586121], [-0.27806347608566284, 1.4160795211791992, 0.232550248503685], [-0.22865769267082214, 1.490917444229126, -0.2773924171924591], [0.03089972957968712, -0.26704350113868713, 1.6094523668289185]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %25, %26 rtol 2.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  %27 = field.elu %1 : (tensor<4x3xf32, #field.dims<r, c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %28 = field.constant dense<[[0.0, -0.7355227470397949, 1.0299999713897705], [-0.7381543517112732, 1.6799999475479126, 0.38999998569488525], [-0.4933830201625824, 1.75, -0.7484214305877686], [0.05999999865889549, -0.8040704131126404, 1.8600000143051147]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %27, %28 rtol 2.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  %29 = field.log %2 : (tensor<3xf32, #field.dims<c>>) -> tensor<3xf32, #field.dims<c>>
  %30 = field.constant dense<[-0.2231435328722, 0.5364934206008911, 0.31481075286865234]> : tensor<3xf32, #field.dims<c>>
  check.expect_close %29, %30 rtol 2.000000e-06 atol 0.000000e+00 : tensor<3xf32, #field.dims<c>>, tensor<3xf32, #field.dims<c>>
  %31 = field.sqrt %2 : (tensor<3xf32, #field.dims<c>>) -> tensor<3xf32, #field.dims<c>>
  %32 = field.constant dense<[0.8944271802902222, 1.3076696395874023, 1.1704699993133545]> : tensor<3xf32, #field.dims<c>>
  check.expect_close %31, %32 rtol 2.000000e-06 atol 0.000000e+00 : tensor<3xf32, #field.dims<c>>, tensor<3xf32, #field.dims<c>>
  %33 = field.rsqrt %2 : (tensor<3xf32, #field.dims<c>>) -> tensor<3xf32, #field.dims<c>>
  %34 = field.constant dense<[1.1180340051651, 0.7647191286087036, 0.8543576598167419]> : tensor<3xf32, #field.dims<c>>
  check.expect_close %33, %34 rtol 2.000000e-06 atol 0.000000e+00 : tensor<3xf32, #field.dims<c>>, tensor<3xf32, #field.dims<c>>
  %35 = field.add %1, %2 : (tensor<4x3xf32, #field.dims<r, c>>, tensor<3xf32, #field.dims<c>>) -> tensor<3x4xf32, #field.dims<c, r>>
  %36 = field.constant dense<[[0.800000011920929, -0.5400000214576721, 0.12000000476837158, 0.8600000143051147], [0.3799999952316284, 3.3899998664855957, 3.4600000381469727, 0.08000004291534424], [2.4000000953674316, 1.7599999904632568, -0.009999990463256836, 3.2300000190734863]]> : tensor<3x4xf32, #field.dims<c, r>>
  check.expect_close %35, %36 rtol 2.000000e-06 atol 0.000000e+00 : tensor<3x4xf32, #field.dims<c, r>>, tensor<3x4xf32, #field.dims<c, r>>
  %37 = field.sub %1, %2 : (tensor<4x3xf32, #field.dims<r, c>>, tensor<3xf32, #field.dims<c>>) -> tensor<3x4xf32, #field.dims<c, r>>
  %38 = field.constant dense<[[-0.800000011920929, -2.140000104904175, -1.4800000190734863, -0.7400000095367432], [-3.0399999618530273, -0.03000009059906006, 0.039999961853027344, -3.3400001525878906], [-0.3400000333786011, -0.9800000190734863, -2.75, 0.49000000953674316]]> : tensor<3x4xf32, #field.dims<c, r>>
  check.expect_close %37, %38 rtol 2.000000e-06 atol 0.000000e+00 : tensor<3x4xf32, #field.dims<c, r>>, tensor<3x4xf32, #field.dims<c, r>>
  %39 = field.mul %1, %2 : (tensor<4x3xf32, #field.dims<r, c>>, tensor<3xf32, #field.dims<c>>) -> tensor<3x4xf32, #field.dims<c, r>>
  %40 = field.constant dense<[[0.0, -1.0720000267028809, -0.5440000295639038, 0.04800000041723251], [-2.2743000984191895, 2.872799873352051, 2.992500066757202, -2.7873001098632812], [1.411099910736084, 0.5342999696731567, -1.8905999660491943, 2.5482001304626465]]> : tensor<3x4xf32, #field.dims<c, r>>
  check.expect_close %39, %40 rtol 2.000000e-06 atol 0.000000e+00 : tensor<3x4xf32, #field.dims<c, r>>, tensor<3x4xf32, #field.dims<c, r>>
  %41 = field.div %1, %2 : (tensor<4x3xf32, #field.dims<r, c>>, tensor<3xf32, #field.dims<c>>) -> tensor<3x4xf32, #field.dims<c, r>>
  %42 = field.constant dense<[[0.0, -1.6750000715255737, -0.8500000238418579, 0.07499999552965164], [-0.7777777910232544, 0.9824560880661011, 1.023391842842102, -0.9532163739204407], [0.7518247961997986, 0.28467151522636414, -1.0072993040084839, 1.3576642274856567]]> : tensor<3x4xf32, #field.dims<c, r>>
  check.expect_close %41, %42 rtol 2.000000e-06 atol 0.000000e+00 : tensor<3x4xf32, #field.dims<c, r>>, tensor<3x4xf32, #field.dims<c, r>>
  %43 = field.max %1, %2 : (tensor<4x3xf32, #field.dims<r, c>>, tensor<3xf32, #field.dims<c>>) -> tensor<3x4xf32, #field.dims<c, r>>
  %44 = field.constant dense<[[0.800000011920929, 0.800000011920929, 0.800000011920929, 0.800000011920929], [1.7100000381469727, 1.7100000381469727, 1.75, 1.7100000381469727], [1.3700000047683716, 1.3700000047683716, 1.3700000047683716, 1.8600000143051147]]> : tensor<3x4xf32, #field.dims<c, r>>
  check.expect_close %43, %44 rtol 2.000000e-06 atol 0.000000e+00 : tensor<3x4xf32, #field.dims<c, r>>, tensor<3x4xf32, #field.dims<c, r>>
  %45 = field.min %1, %2 : (tensor<4x3xf32, #field.dims<r, c>>, tensor<3xf32, #field.dims<c>>) -> tensor<3x4xf32, #field.dims<c, r>>
  %46 = field.constant dense<[[0.0, -1.340000033378601, -0.6800000071525574, 0.05999999865889549], [-1.3300000429153442, 1.6799999475479126, 1.7100000381469727, -1.6299999952316284], [1.0299999713897705, 0.38999998569488525, -1.3799999952316284, 1.3700000047683716]]> : tensor<3x4xf32, #field.dims<c, r>>
  check.expect_close %45, %46 rtol 2.000000e-06 atol 0.000000e+00 : tensor<3x4xf32, #field.dims<c, r>>, tensor<3x4xf32, #field.dims<c, r>>
  %47 = field.abs %1 : (tensor<4x3xf32, #field.dims<r, c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %48 = field.pow %47, %2 : (tensor<4x3xf32, #field.dims<r, c>>, tensor<3xf32, #field.dims<c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %49 = field.constant dense<[[0.0, 1.6284946203231812, 1.041326642036438], [1.263815999031067, 2.428168773651123, 0.2752697467803955], [0.7345259189605713, 2.603724718093872, 1.5546561479568481], [0.1053224578499794, 2.3059017658233643, 2.3400909900665283]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %48, %49 rtol 2.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  %50 = field.constant dense<0.0> : tensor<f32, #field.dims<>>
  %51 = field.compare gt %1, %50 : (tensor<4x3xf32, #field.dims<r, c>>, tensor<f32, #field.dims<>>) -> tensor<4x3xi1, #field.dims<r, c>>
  %52 = field.compare le %1, %2 : (tensor<4x3xf32, #field.dims<r, c>>, tensor<3xf32, #field.dims<c>>) -> tensor<4x3xi1, #field.dims<r, c>>
  %53 = field.not %51 : (tensor<4x3xi1, #field.dims<r, c>>) -> tensor<4x3xi1, #field.dims<r, c>>
  %54 = field.and %51, %52 : (tensor<4x3xi1, #field.dims<r, c>>, tensor<4x3xi1, #field.dims<r, c>>) -> tensor<4x3xi1, #field.dims<r, c>>
  %55 = field.or %54, %53 : (tensor<4x3xi1, #field.dims<r, c>>, tensor<4x3xi1, #field.dims<r, c>>) -> tensor<4x3xi1, #field.dims<r, c>>
  %56 = field.constant dense<[[true, true, true], [true, true, true], [true, false, true], [true, true, false]]> : tensor<4x3xi1, #field.dims<r, c>>
  check.expect_close %55, %56 rtol 0.000000e+00 atol 0.000000e+00 : tensor<4x3xi1, #field.dims<r, c>>, tensor<4x3xi1, #field.dims<r, c>>
  %57 = field.select %51, %1, %2 : (tensor<4x3xi1, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>, tensor<3xf32, #field.dims<c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %58 = field.constant dense<[[0.800000011920929, 1.7100000381469727, 1.0299999713897705], [0.800000011920929, 1.6799999475479126, 0.38999998569488525], [0.800000011920929, 1.75, 1.3700000047683716], [0.05999999865889549, 1.7100000381469727, 1.8600000143051147]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %57, %58 rtol 1.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  %59 = field.cast %51 : (tensor<4x3xi1, #field.dims<r, c>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %60 = field.constant dense<[[0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 1.0]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %59, %60 rtol 1.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  %61 = field.constant dense<[true, false, true]> : tensor<3xi1, #field.dims<c>>
  %62 = field.select %61, %1, %50 : (tensor<3xi1, #field.dims<c>>, tensor<4x3xf32, #field.dims<r, c>>, tensor<f32, #field.dims<>>) -> tensor<4x3xf32, #field.dims<r, c>>
  %63 = field.constant dense<[[0.0, 0.0, 1.0299999713897705], [-1.340000033378601, 0.0, 0.38999998569488525], [-0.6800000071525574, 0.0, -1.3799999952316284], [0.05999999865889549, 0.0, 1.8600000143051147]]> : tensor<4x3xf32, #field.dims<r, c>>
  check.expect_close %62, %63 rtol 1.000000e-06 atol 0.000000e+00 : tensor<4x3xf32, #field.dims<r, c>>, tensor<4x3xf32, #field.dims<r, c>>
  return
}
