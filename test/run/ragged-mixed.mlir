// Positions of 64 bits and channels of 32 in one kernel; an atom without neighbours; values from NumPy. The same bits for any number of threads.
// RUN: orrery-run %s --plain
// RUN: env OMP_NUM_THREADS=1 orrery-run %s > %t.1
// RUN: env OMP_NUM_THREADS=3 orrery-run %s > %t.3
// RUN: cmp %t.1 %t.3

func.func private @messages(%pos: tensor<?x3xf64, #field.dims<atom, xyz>>, %h: tensor<?x11xf32, #field.dims<atom, D>>, %w: tensor<11xf32, #field.dims<D>>, %src: tensor<?xi32, #field.dims<edge>>, %srcRanges: tensor<?x2xi32, #field.dims<atom, ends>>, %srcOrder: tensor<?xi32, #field.dims<edge>>, %dst: tensor<?xi32, #field.dims<edge>>, %dstRanges: tensor<?x2xi32, #field.dims<atom, ends>>) -> (tensor<?x11xf32, #field.dims<atom, D>>, tensor<11xf32, #field.dims<D>>, tensor<?xf64, #field.dims<atom>>) {
  %v1 = graph.gather %pos by %dst, %dstRanges : (tensor<?x3xf64, #field.dims<atom, xyz>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x3xf64, #field.dims<edge, xyz>>
  %v2 = graph.gather %pos by %src, %srcRanges, %srcOrder : (tensor<?x3xf64, #field.dims<atom, xyz>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>, tensor<?xi32, #field.dims<edge>>) -> tensor<?x3xf64, #field.dims<edge, xyz>>
  %v3 = field.sub %v1, %v2 : (tensor<?x3xf64, #field.dims<edge, xyz>>, tensor<?x3xf64, #field.dims<edge, xyz>>) -> tensor<?x3xf64, #field.dims<edge, xyz>>
  %v4 = field.mul %v3, %v3 : (tensor<?x3xf64, #field.dims<edge, xyz>>, tensor<?x3xf64, #field.dims<edge, xyz>>) -> tensor<?x3xf64, #field.dims<edge, xyz>>
  %v5 = field.reduce sum %v4 over ["xyz"] : (tensor<?x3xf64, #field.dims<edge, xyz>>) -> tensor<?xf64, #field.dims<edge>>
  %v6 = field.sqrt %v5 : (tensor<?xf64, #field.dims<edge>>) -> tensor<?xf64, #field.dims<edge>>
  %v7 = field.cast %v6 : (tensor<?xf64, #field.dims<edge>>) -> tensor<?xf32, #field.dims<edge>>
  %v8 = field.cos %v7 : (tensor<?xf32, #field.dims<edge>>) -> tensor<?xf32, #field.dims<edge>>
  %v9 = graph.gather %h by %src, %srcRanges, %srcOrder : (tensor<?x11xf32, #field.dims<atom, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>, tensor<?xi32, #field.dims<edge>>) -> tensor<?x11xf32, #field.dims<edge, D>>
  %v10 = field.mul %v9, %v8 : (tensor<?x11xf32, #field.dims<edge, D>>, tensor<?xf32, #field.dims<edge>>) -> tensor<?x11xf32, #field.dims<edge, D>>
  %v11 = graph.segment sum %v10 by %dst, %dstRanges : (tensor<?x11xf32, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x11xf32, #field.dims<atom, D>>
  %v12 = field.contract %v10, %v7 over ["edge"] : (tensor<?x11xf32, #field.dims<edge, D>>, tensor<?xf32, #field.dims<edge>>) -> tensor<11xf32, #field.dims<D>>
  %v13 = field.mul %v10, %w : (tensor<?x11xf32, #field.dims<edge, D>>, tensor<11xf32, #field.dims<D>>) -> tensor<?x11xf32, #field.dims<edge, D>>
  %v14 = field.reduce sum %v13 over ["D"] : (tensor<?x11xf32, #field.dims<edge, D>>) -> tensor<?xf32, #field.dims<edge>>
  %v15 = field.cast %v14 : (tensor<?xf32, #field.dims<edge>>) -> tensor<?xf64, #field.dims<edge>>
  %v16 = graph.segment sum %v15 by %dst, %dstRanges : (tensor<?xf64, #field.dims<edge>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?xf64, #field.dims<atom>>
  return %v11, %v12, %v16 : tensor<?x11xf32, #field.dims<atom, D>>, tensor<11xf32, #field.dims<D>>, tensor<?xf64, #field.dims<atom>>
}

func.func @check() -> (tensor<9x11xf32, #field.dims<atom, D>>, tensor<11xf32, #field.dims<D>>, tensor<9xf64, #field.dims<atom>>) {
  %pos = field.constant dense<[[-0.652, -0.175, 1.664], [0.659, -1.641, -0.005], [-0.623, 0.149, -1.608], [0.242, 0.235, 1.576], [0.317, 0.511, -1.493], [2.253, -1.916, 1.102], [-0.33, -0.881, -0.656], [-0.672, 0.38, -0.11], [1.483, -1.83, -0.003]]> : tensor<9x3xf64, #field.dims<atom, xyz>>
  %pos_d = field.size_cast %pos : (tensor<9x3xf64, #field.dims<atom, xyz>>) -> tensor<?x3xf64, #field.dims<atom, xyz>>
  %h = field.constant dense<[[-0.892, 0.776, -2.118, -0.344, 0.21, -1.484, 0.985, 0.179, 1.007, 0.959, -0.98], [-0.798, -0.203, 0.748, 0.851, -0.71, -0.607, -0.798, -0.584, -0.238, -0.132, 2.058], [-0.506, -0.289, 0.459, -0.953, -0.369, 0.013, 0.774, -1.316, 1.371, -0.352, 0.169], [0.847, 0.661, 1.059, 0.173, -0.02, 0.316, -0.996, 1.214, -0.775, -1.26, 2.056], [-0.136, -1.179, 1.852, -0.33, 1.062, -0.829, -0.249, -1.689, -1.909, -0.976, -0.078], [0.798, 2.426, -1.032, 1.009, -0.604, -0.153, -1.481, -1.479, -0.778, -1.193, -0.004], [-0.703, 1.251, 0.153, 0.165, 1.137, 0.518, -0.037, -0.091, -0.121, 1.077, 0.783], [0.366, 0.799, -0.545, 0.511, -1.412, 1.347, 0.09, 0.183, 0.599, -0.01, -0.254], [1.19, 0.116, -0.916, 0.44, -1.705, 1.656, -0.171, 0.046, 2.258, 2.152, 0.116]]> : tensor<9x11xf32, #field.dims<atom, D>>
  %h_d = field.size_cast %h : (tensor<9x11xf32, #field.dims<atom, D>>) -> tensor<?x11xf32, #field.dims<atom, D>>
  %w = field.constant dense<[0.625, 1.09, 1.682, -0.131, 0.135, 1.225, 0.27, 0.754, 0.61, -1.135, -0.859]> : tensor<11xf32, #field.dims<D>>
  %src = field.constant dense<[3, 7, 6, 8, 6, 7, 0, 8, 1, 2, 7, 0, 2, 6, 1, 5]> : tensor<16xi32, #field.dims<edge>>
  %src_d = field.size_cast %src : (tensor<16xi32, #field.dims<edge>>) -> tensor<?xi32, #field.dims<edge>>
  %srcRanges = field.constant dense<[[0, 2], [2, 4], [4, 6], [6, 7], [7, 7], [7, 8], [8, 11], [11, 14], [14, 16]]> : tensor<9x2xi32, #field.dims<atom, ends>>
  %srcRanges_d = field.size_cast %srcRanges : (tensor<9x2xi32, #field.dims<atom, ends>>) -> tensor<?x2xi32, #field.dims<atom, ends>>
  %srcOrder = field.constant dense<[6, 11, 8, 14, 9, 12, 0, 15, 2, 4, 13, 1, 5, 10, 3, 7]> : tensor<16xi32, #field.dims<edge>>
  %srcOrder_d = field.size_cast %srcOrder : (tensor<16xi32, #field.dims<edge>>) -> tensor<?xi32, #field.dims<edge>>
  %dst = field.constant dense<[0, 0, 1, 1, 2, 2, 3, 5, 6, 6, 6, 7, 7, 7, 8, 8]> : tensor<16xi32, #field.dims<edge>>
  %dst_d = field.size_cast %dst : (tensor<16xi32, #field.dims<edge>>) -> tensor<?xi32, #field.dims<edge>>
  %dstRanges = field.constant dense<[[0, 2], [2, 4], [4, 6], [6, 7], [7, 7], [7, 8], [8, 11], [11, 14], [14, 16]]> : tensor<9x2xi32, #field.dims<atom, ends>>
  %dstRanges_d = field.size_cast %dstRanges : (tensor<9x2xi32, #field.dims<atom, ends>>) -> tensor<?x2xi32, #field.dims<atom, ends>>
  %r:3 = call @messages(%pos_d, %h_d, %w, %src_d, %srcRanges_d, %srcOrder_d, %dst_d, %dstRanges_d) : (tensor<?x3xf64, #field.dims<atom, xyz>>, tensor<?x11xf32, #field.dims<atom, D>>, tensor<11xf32, #field.dims<D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>, tensor<?xi32, #field.dims<edge>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> (tensor<?x11xf32, #field.dims<atom, D>>, tensor<11xf32, #field.dims<D>>, tensor<?xf64, #field.dims<atom>>)
  %k0 = field.size_cast %r#0 : (tensor<?x11xf32, #field.dims<atom, D>>) -> tensor<9x11xf32, #field.dims<atom, D>>
  %e0 = field.constant dense<[[0.36254396, 0.13706387, 0.73816043, -0.049901478, 0.39017881, -0.20867032, -0.57417911, 0.61668763, -0.59707342, -0.69117982, 1.2046359], [0.67481829, 0.281008, -0.58274807, 0.31882318, -0.94569635, 1.1831343, -0.11948194, 0.01567492, 1.4782935, 1.6033747, 0.2046728], [-0.076807039, 0.21538981, -0.0085388442, 0.050422218, 0.07971876, 0.14433488, -0.00020346635, -0.0025818107, 0.01586988, 0.14755702, 0.093886379], [-0.49132291, 0.4274289, -1.1666165, -0.18947879, 0.11567019, -0.81740268, 0.54254828, 0.098595067, 0.55466611, 0.52822721, -0.53979422], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.26112503, 0.025454205, -0.20100045, 0.096550432, -0.37413293, 0.36338072, -0.037523009, 0.010093909, 0.49547926, 0.47221939, 0.025454205], [-0.14333111, 0.0502965, 0.10112364, 0.086517338, -0.3841785, 0.11039102, -0.0098559771, -0.24801537, 0.24203087, -0.071475724, 0.31977001], [0.11763248, -0.043356832, 0.65028487, 0.071451789, 0.095549775, 0.50219654, -0.24356691, -0.13630695, -0.23036439, -0.12559051, 0.40830416], [-0.35431145, 0.39766726, 0.26979257, 0.78598842, -0.60357421, -0.43627651, -0.8543988, -0.71198547, -0.32861556, -0.34935637, 1.3644656]]> : tensor<9x11xf32, #field.dims<atom, D>>
  check.expect_close %k0, %e0 rtol 1.000000e-05 atol 1.000000e-05 : tensor<9x11xf32, #field.dims<atom, D>>, tensor<9x11xf32, #field.dims<atom, D>>
  %e1 = field.constant dense<[0.39417846, 1.5731488, 0.39414672, 1.1610284, -1.2573566, 1.0736986, -1.5702002, -0.66495162, 1.2795397, 1.3147909, 3.4375053]> : tensor<11xf32, #field.dims<D>>
  check.expect_close %r#1, %e1 rtol 1.000000e-05 atol 1.000000e-05 : tensor<11xf32, #field.dims<D>>, tensor<11xf32, #field.dims<D>>
  %k2 = field.size_cast %r#2 : (tensor<?xf64, #field.dims<atom>>) -> tensor<9xf64, #field.dims<atom>>
  %e2 = field.constant dense<[1.1166117, -0.08654397, 0.11292849, -2.340989, 0.0, -0.023261413, -0.028221025, 1.2215215, -1.7966186]> : tensor<9xf64, #field.dims<atom>>
  check.expect_close %k2, %e2 rtol 1.000000e-05 atol 1.000000e-05 : tensor<9xf64, #field.dims<atom>>, tensor<9xf64, #field.dims<atom>>
  return %k0, %r#1, %k2 : tensor<9x11xf32, #field.dims<atom, D>>, tensor<11xf32, #field.dims<D>>, tensor<9xf64, #field.dims<atom>>
}
