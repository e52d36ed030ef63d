// Contractions in tiles give what plain loops give: sizes that are no multiple of a vector, windows with and without wrap, weight gradients, batches, and
// arithmetic on the tile.
// RUN: %python %root/test/passes/tile/compare.py %s
// RUN: orrery-opt %s --canonicalize --outline-each --tile-contraction | FileCheck %s

// CHECK-NOT: field.contract
// CHECK: vector.fma

func.func @bias_and_gelu() -> (tensor<2x9x9x50xf32, #field.dims<b, r, c, H>>, tensor<2x9x9x50xf32, #field.dims<b, r, c, H>>) {
  %v1 = field.iota : tensor<2xf32, #field.dims<b>>
  %v2 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v3 = field.mul %v1, %v2 : (tensor<2xf32, #field.dims<b>>, tensor<f32, #field.dims<>>) -> tensor<2xf32, #field.dims<b>>
  %v4 = field.iota : tensor<9xf32, #field.dims<r>>
  %v5 = field.constant dense<5.409400e-01> : tensor<f32, #field.dims<>>
  %v6 = field.mul %v4, %v5 : (tensor<9xf32, #field.dims<r>>, tensor<f32, #field.dims<>>) -> tensor<9xf32, #field.dims<r>>
  %v7 = field.add %v3, %v6 : (tensor<2xf32, #field.dims<b>>, tensor<9xf32, #field.dims<r>>) -> tensor<2x9xf32, #field.dims<b, r>>
  %v8 = field.iota : tensor<9xf32, #field.dims<c>>
  %v9 = field.constant dense<8.114100e-01> : tensor<f32, #field.dims<>>
  %v10 = field.mul %v8, %v9 : (tensor<9xf32, #field.dims<c>>, tensor<f32, #field.dims<>>) -> tensor<9xf32, #field.dims<c>>
  %v11 = field.add %v7, %v10 : (tensor<2x9xf32, #field.dims<b, r>>, tensor<9xf32, #field.dims<c>>) -> tensor<2x9x9xf32, #field.dims<b, r, c>>
  %v12 = field.iota : tensor<33xf32, #field.dims<D>>
  %v13 = field.constant dense<1.081880e+00> : tensor<f32, #field.dims<>>
  %v14 = field.mul %v12, %v13 : (tensor<33xf32, #field.dims<D>>, tensor<f32, #field.dims<>>) -> tensor<33xf32, #field.dims<D>>
  %v15 = field.add %v11, %v14 : (tensor<2x9x9xf32, #field.dims<b, r, c>>, tensor<33xf32, #field.dims<D>>) -> tensor<2x9x9x33xf32, #field.dims<b, r, c, D>>
  %v16 = field.sin %v15 : (tensor<2x9x9x33xf32, #field.dims<b, r, c, D>>) -> tensor<2x9x9x33xf32, #field.dims<b, r, c, D>>
  %v17 = field.iota : tensor<50xf32, #field.dims<H>>
  %v18 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v19 = field.mul %v17, %v18 : (tensor<50xf32, #field.dims<H>>, tensor<f32, #field.dims<>>) -> tensor<50xf32, #field.dims<H>>
  %v20 = field.iota : tensor<33xf32, #field.dims<D>>
  %v21 = field.constant dense<5.409400e-01> : tensor<f32, #field.dims<>>
  %v22 = field.mul %v20, %v21 : (tensor<33xf32, #field.dims<D>>, tensor<f32, #field.dims<>>) -> tensor<33xf32, #field.dims<D>>
  %v23 = field.add %v19, %v22 : (tensor<50xf32, #field.dims<H>>, tensor<33xf32, #field.dims<D>>) -> tensor<50x33xf32, #field.dims<H, D>>
  %v24 = field.sin %v23 : (tensor<50x33xf32, #field.dims<H, D>>) -> tensor<50x33xf32, #field.dims<H, D>>
  %v25 = field.contract %v16, %v24 over ["D"] : (tensor<2x9x9x33xf32, #field.dims<b, r, c, D>>, tensor<50x33xf32, #field.dims<H, D>>) -> tensor<2x9x9x50xf32, #field.dims<b, r, c, H>>
  %v26 = field.iota : tensor<50xf32, #field.dims<H>>
  %v27 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v28 = field.mul %v26, %v27 : (tensor<50xf32, #field.dims<H>>, tensor<f32, #field.dims<>>) -> tensor<50xf32, #field.dims<H>>
  %v29 = field.sin %v28 : (tensor<50xf32, #field.dims<H>>) -> tensor<50xf32, #field.dims<H>>
  %v30 = field.add %v25, %v29 : (tensor<2x9x9x50xf32, #field.dims<b, r, c, H>>, tensor<50xf32, #field.dims<H>>) -> tensor<2x9x9x50xf32, #field.dims<b, r, c, H>>
  %v31 = field.gelu %v30 : (tensor<2x9x9x50xf32, #field.dims<b, r, c, H>>) -> tensor<2x9x9x50xf32, #field.dims<b, r, c, H>>
  return %v30, %v31 : tensor<2x9x9x50xf32, #field.dims<b, r, c, H>>, tensor<2x9x9x50xf32, #field.dims<b, r, c, H>>
}



func.func @weight_gradient() -> (tensor<50x33xf32, #field.dims<H, D>>) {
  %v1 = field.iota : tensor<8xf32, #field.dims<b>>
  %v2 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v3 = field.mul %v1, %v2 : (tensor<8xf32, #field.dims<b>>, tensor<f32, #field.dims<>>) -> tensor<8xf32, #field.dims<b>>
  %v4 = field.iota : tensor<18xf32, #field.dims<r>>
  %v5 = field.constant dense<5.409400e-01> : tensor<f32, #field.dims<>>
  %v6 = field.mul %v4, %v5 : (tensor<18xf32, #field.dims<r>>, tensor<f32, #field.dims<>>) -> tensor<18xf32, #field.dims<r>>
  %v7 = field.add %v3, %v6 : (tensor<8xf32, #field.dims<b>>, tensor<18xf32, #field.dims<r>>) -> tensor<8x18xf32, #field.dims<b, r>>
  %v8 = field.iota : tensor<9xf32, #field.dims<c>>
  %v9 = field.constant dense<8.114100e-01> : tensor<f32, #field.dims<>>
  %v10 = field.mul %v8, %v9 : (tensor<9xf32, #field.dims<c>>, tensor<f32, #field.dims<>>) -> tensor<9xf32, #field.dims<c>>
  %v11 = field.add %v7, %v10 : (tensor<8x18xf32, #field.dims<b, r>>, tensor<9xf32, #field.dims<c>>) -> tensor<8x18x9xf32, #field.dims<b, r, c>>
  %v12 = field.iota : tensor<33xf32, #field.dims<D>>
  %v13 = field.constant dense<1.081880e+00> : tensor<f32, #field.dims<>>
  %v14 = field.mul %v12, %v13 : (tensor<33xf32, #field.dims<D>>, tensor<f32, #field.dims<>>) -> tensor<33xf32, #field.dims<D>>
  %v15 = field.add %v11, %v14 : (tensor<8x18x9xf32, #field.dims<b, r, c>>, tensor<33xf32, #field.dims<D>>) -> tensor<8x18x9x33xf32, #field.dims<b, r, c, D>>
  %v16 = field.sin %v15 : (tensor<8x18x9x33xf32, #field.dims<b, r, c, D>>) -> tensor<8x18x9x33xf32, #field.dims<b, r, c, D>>
  %v17 = field.iota : tensor<8xf32, #field.dims<b>>
  %v18 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v19 = field.mul %v17, %v18 : (tensor<8xf32, #field.dims<b>>, tensor<f32, #field.dims<>>) -> tensor<8xf32, #field.dims<b>>
  %v20 = field.iota : tensor<18xf32, #field.dims<r>>
  %v21 = field.constant dense<5.409400e-01> : tensor<f32, #field.dims<>>
  %v22 = field.mul %v20, %v21 : (tensor<18xf32, #field.dims<r>>, tensor<f32, #field.dims<>>) -> tensor<18xf32, #field.dims<r>>
  %v23 = field.add %v19, %v22 : (tensor<8xf32, #field.dims<b>>, tensor<18xf32, #field.dims<r>>) -> tensor<8x18xf32, #field.dims<b, r>>
  %v24 = field.iota : tensor<9xf32, #field.dims<c>>
  %v25 = field.constant dense<8.114100e-01> : tensor<f32, #field.dims<>>
  %v26 = field.mul %v24, %v25 : (tensor<9xf32, #field.dims<c>>, tensor<f32, #field.dims<>>) -> tensor<9xf32, #field.dims<c>>
  %v27 = field.add %v23, %v26 : (tensor<8x18xf32, #field.dims<b, r>>, tensor<9xf32, #field.dims<c>>) -> tensor<8x18x9xf32, #field.dims<b, r, c>>
  %v28 = field.iota : tensor<50xf32, #field.dims<H>>
  %v29 = field.constant dense<1.081880e+00> : tensor<f32, #field.dims<>>
  %v30 = field.mul %v28, %v29 : (tensor<50xf32, #field.dims<H>>, tensor<f32, #field.dims<>>) -> tensor<50xf32, #field.dims<H>>
  %v31 = field.add %v27, %v30 : (tensor<8x18x9xf32, #field.dims<b, r, c>>, tensor<50xf32, #field.dims<H>>) -> tensor<8x18x9x50xf32, #field.dims<b, r, c, H>>
  %v32 = field.sin %v31 : (tensor<8x18x9x50xf32, #field.dims<b, r, c, H>>) -> tensor<8x18x9x50xf32, #field.dims<b, r, c, H>>
  %v33 = field.contract %v32, %v16 over ["b", "r", "c"] : (tensor<8x18x9x50xf32, #field.dims<b, r, c, H>>, tensor<8x18x9x33xf32, #field.dims<b, r, c, D>>) -> tensor<50x33xf32, #field.dims<H, D>>
  return %v33 : tensor<50x33xf32, #field.dims<H, D>>
}



func.func @input_gradient() -> (tensor<3x18x9x33xf32, #field.dims<b, r, c, D>>) {
  %v1 = field.iota : tensor<3xf32, #field.dims<b>>
  %v2 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v3 = field.mul %v1, %v2 : (tensor<3xf32, #field.dims<b>>, tensor<f32, #field.dims<>>) -> tensor<3xf32, #field.dims<b>>
  %v4 = field.iota : tensor<18xf32, #field.dims<r>>
  %v5 = field.constant dense<5.409400e-01> : tensor<f32, #field.dims<>>
  %v6 = field.mul %v4, %v5 : (tensor<18xf32, #field.dims<r>>, tensor<f32, #field.dims<>>) -> tensor<18xf32, #field.dims<r>>
  %v7 = field.add %v3, %v6 : (tensor<3xf32, #field.dims<b>>, tensor<18xf32, #field.dims<r>>) -> tensor<3x18xf32, #field.dims<b, r>>
  %v8 = field.iota : tensor<9xf32, #field.dims<c>>
  %v9 = field.constant dense<8.114100e-01> : tensor<f32, #field.dims<>>
  %v10 = field.mul %v8, %v9 : (tensor<9xf32, #field.dims<c>>, tensor<f32, #field.dims<>>) -> tensor<9xf32, #field.dims<c>>
  %v11 = field.add %v7, %v10 : (tensor<3x18xf32, #field.dims<b, r>>, tensor<9xf32, #field.dims<c>>) -> tensor<3x18x9xf32, #field.dims<b, r, c>>
  %v12 = field.iota : tensor<50xf32, #field.dims<H>>
  %v13 = field.constant dense<1.081880e+00> : tensor<f32, #field.dims<>>
  %v14 = field.mul %v12, %v13 : (tensor<50xf32, #field.dims<H>>, tensor<f32, #field.dims<>>) -> tensor<50xf32, #field.dims<H>>
  %v15 = field.add %v11, %v14 : (tensor<3x18x9xf32, #field.dims<b, r, c>>, tensor<50xf32, #field.dims<H>>) -> tensor<3x18x9x50xf32, #field.dims<b, r, c, H>>
  %v16 = field.sin %v15 : (tensor<3x18x9x50xf32, #field.dims<b, r, c, H>>) -> tensor<3x18x9x50xf32, #field.dims<b, r, c, H>>
  %v17 = field.iota : tensor<50xf32, #field.dims<H>>
  %v18 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v19 = field.mul %v17, %v18 : (tensor<50xf32, #field.dims<H>>, tensor<f32, #field.dims<>>) -> tensor<50xf32, #field.dims<H>>
  %v20 = field.iota : tensor<33xf32, #field.dims<D>>
  %v21 = field.constant dense<5.409400e-01> : tensor<f32, #field.dims<>>
  %v22 = field.mul %v20, %v21 : (tensor<33xf32, #field.dims<D>>, tensor<f32, #field.dims<>>) -> tensor<33xf32, #field.dims<D>>
  %v23 = field.add %v19, %v22 : (tensor<50xf32, #field.dims<H>>, tensor<33xf32, #field.dims<D>>) -> tensor<50x33xf32, #field.dims<H, D>>
  %v24 = field.sin %v23 : (tensor<50x33xf32, #field.dims<H, D>>) -> tensor<50x33xf32, #field.dims<H, D>>
  %v25 = field.contract %v16, %v24 over ["H"] : (tensor<3x18x9x50xf32, #field.dims<b, r, c, H>>, tensor<50x33xf32, #field.dims<H, D>>) -> tensor<3x18x9x33xf32, #field.dims<b, r, c, D>>
  return %v25 : tensor<3x18x9x33xf32, #field.dims<b, r, c, D>>
}



func.func @wrapped_window() -> (tensor<2x10x13x7xf32, #field.dims<b, y, x, f>>) {
  %v1 = field.iota : tensor<2xf32, #field.dims<b>>
  %v2 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v3 = field.mul %v1, %v2 : (tensor<2xf32, #field.dims<b>>, tensor<f32, #field.dims<>>) -> tensor<2xf32, #field.dims<b>>
  %v4 = field.iota : tensor<10xf32, #field.dims<y>>
  %v5 = field.constant dense<5.409400e-01> : tensor<f32, #field.dims<>>
  %v6 = field.mul %v4, %v5 : (tensor<10xf32, #field.dims<y>>, tensor<f32, #field.dims<>>) -> tensor<10xf32, #field.dims<y>>
  %v7 = field.add %v3, %v6 : (tensor<2xf32, #field.dims<b>>, tensor<10xf32, #field.dims<y>>) -> tensor<2x10xf32, #field.dims<b, y>>
  %v8 = field.iota : tensor<13xf32, #field.dims<x>>
  %v9 = field.constant dense<8.114100e-01> : tensor<f32, #field.dims<>>
  %v10 = field.mul %v8, %v9 : (tensor<13xf32, #field.dims<x>>, tensor<f32, #field.dims<>>) -> tensor<13xf32, #field.dims<x>>
  %v11 = field.add %v7, %v10 : (tensor<2x10xf32, #field.dims<b, y>>, tensor<13xf32, #field.dims<x>>) -> tensor<2x10x13xf32, #field.dims<b, y, x>>
  %v12 = field.iota : tensor<5xf32, #field.dims<c>>
  %v13 = field.constant dense<1.081880e+00> : tensor<f32, #field.dims<>>
  %v14 = field.mul %v12, %v13 : (tensor<5xf32, #field.dims<c>>, tensor<f32, #field.dims<>>) -> tensor<5xf32, #field.dims<c>>
  %v15 = field.add %v11, %v14 : (tensor<2x10x13xf32, #field.dims<b, y, x>>, tensor<5xf32, #field.dims<c>>) -> tensor<2x10x13x5xf32, #field.dims<b, y, x, c>>
  %v16 = field.sin %v15 : (tensor<2x10x13x5xf32, #field.dims<b, y, x, c>>) -> tensor<2x10x13x5xf32, #field.dims<b, y, x, c>>
  %v17 = field.iota : tensor<7xf32, #field.dims<f>>
  %v18 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v19 = field.mul %v17, %v18 : (tensor<7xf32, #field.dims<f>>, tensor<f32, #field.dims<>>) -> tensor<7xf32, #field.dims<f>>
  %v20 = field.iota : tensor<5xf32, #field.dims<c>>
  %v21 = field.constant dense<5.409400e-01> : tensor<f32, #field.dims<>>
  %v22 = field.mul %v20, %v21 : (tensor<5xf32, #field.dims<c>>, tensor<f32, #field.dims<>>) -> tensor<5xf32, #field.dims<c>>
  %v23 = field.add %v19, %v22 : (tensor<7xf32, #field.dims<f>>, tensor<5xf32, #field.dims<c>>) -> tensor<7x5xf32, #field.dims<f, c>>
  %v24 = field.iota : tensor<3xf32, #field.dims<k1>>
  %v25 = field.constant dense<8.114100e-01> : tensor<f32, #field.dims<>>
  %v26 = field.mul %v24, %v25 : (tensor<3xf32, #field.dims<k1>>, tensor<f32, #field.dims<>>) -> tensor<3xf32, #field.dims<k1>>
  %v27 = field.add %v23, %v26 : (tensor<7x5xf32, #field.dims<f, c>>, tensor<3xf32, #field.dims<k1>>) -> tensor<7x5x3xf32, #field.dims<f, c, k1>>
  %v28 = field.iota : tensor<3xf32, #field.dims<k2>>
  %v29 = field.constant dense<1.081880e+00> : tensor<f32, #field.dims<>>
  %v30 = field.mul %v28, %v29 : (tensor<3xf32, #field.dims<k2>>, tensor<f32, #field.dims<>>) -> tensor<3xf32, #field.dims<k2>>
  %v31 = field.add %v27, %v30 : (tensor<7x5x3xf32, #field.dims<f, c, k1>>, tensor<3xf32, #field.dims<k2>>) -> tensor<7x5x3x3xf32, #field.dims<f, c, k1, k2>>
  %v32 = field.sin %v31 : (tensor<7x5x3x3xf32, #field.dims<f, c, k1, k2>>) -> tensor<7x5x3x3xf32, #field.dims<f, c, k1, k2>>
  %v33 = field.window %v16 ["y", "x"] by ["k1", "k2"] offsets [-1, -1] wrap [false, true] : (tensor<2x10x13x5xf32, #field.dims<b, y, x, c>>) -> tensor<2x10x13x5x3x3xf32, #field.dims<b, y, x, c, k1, k2>>
  %v34 = field.contract %v33, %v32 over ["c", "k1", "k2"] : (tensor<2x10x13x5x3x3xf32, #field.dims<b, y, x, c, k1, k2>>, tensor<7x5x3x3xf32, #field.dims<f, c, k1, k2>>) -> tensor<2x10x13x7xf32, #field.dims<b, y, x, f>>
  return %v34 : tensor<2x10x13x7xf32, #field.dims<b, y, x, f>>
}



func.func @channels_first() -> (tensor<2x10x13x7x4xf32, #field.dims<b, y, x, f, m>>) {
  %v1 = field.iota : tensor<2xf32, #field.dims<b>>
  %v2 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v3 = field.mul %v1, %v2 : (tensor<2xf32, #field.dims<b>>, tensor<f32, #field.dims<>>) -> tensor<2xf32, #field.dims<b>>
  %v4 = field.iota : tensor<5xf32, #field.dims<c>>
  %v5 = field.constant dense<5.409400e-01> : tensor<f32, #field.dims<>>
  %v6 = field.mul %v4, %v5 : (tensor<5xf32, #field.dims<c>>, tensor<f32, #field.dims<>>) -> tensor<5xf32, #field.dims<c>>
  %v7 = field.add %v3, %v6 : (tensor<2xf32, #field.dims<b>>, tensor<5xf32, #field.dims<c>>) -> tensor<2x5xf32, #field.dims<b, c>>
  %v8 = field.iota : tensor<10xf32, #field.dims<y>>
  %v9 = field.constant dense<8.114100e-01> : tensor<f32, #field.dims<>>
  %v10 = field.mul %v8, %v9 : (tensor<10xf32, #field.dims<y>>, tensor<f32, #field.dims<>>) -> tensor<10xf32, #field.dims<y>>
  %v11 = field.add %v7, %v10 : (tensor<2x5xf32, #field.dims<b, c>>, tensor<10xf32, #field.dims<y>>) -> tensor<2x5x10xf32, #field.dims<b, c, y>>
  %v12 = field.iota : tensor<13xf32, #field.dims<x>>
  %v13 = field.constant dense<1.081880e+00> : tensor<f32, #field.dims<>>
  %v14 = field.mul %v12, %v13 : (tensor<13xf32, #field.dims<x>>, tensor<f32, #field.dims<>>) -> tensor<13xf32, #field.dims<x>>
  %v15 = field.add %v11, %v14 : (tensor<2x5x10xf32, #field.dims<b, c, y>>, tensor<13xf32, #field.dims<x>>) -> tensor<2x5x10x13xf32, #field.dims<b, c, y, x>>
  %v16 = field.sin %v15 : (tensor<2x5x10x13xf32, #field.dims<b, c, y, x>>) -> tensor<2x5x10x13xf32, #field.dims<b, c, y, x>>
  %v17 = field.iota : tensor<7xf32, #field.dims<f>>
  %v18 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v19 = field.mul %v17, %v18 : (tensor<7xf32, #field.dims<f>>, tensor<f32, #field.dims<>>) -> tensor<7xf32, #field.dims<f>>
  %v20 = field.iota : tensor<4xf32, #field.dims<m>>
  %v21 = field.constant dense<5.409400e-01> : tensor<f32, #field.dims<>>
  %v22 = field.mul %v20, %v21 : (tensor<4xf32, #field.dims<m>>, tensor<f32, #field.dims<>>) -> tensor<4xf32, #field.dims<m>>
  %v23 = field.add %v19, %v22 : (tensor<7xf32, #field.dims<f>>, tensor<4xf32, #field.dims<m>>) -> tensor<7x4xf32, #field.dims<f, m>>
  %v24 = field.iota : tensor<5xf32, #field.dims<c>>
  %v25 = field.constant dense<8.114100e-01> : tensor<f32, #field.dims<>>
  %v26 = field.mul %v24, %v25 : (tensor<5xf32, #field.dims<c>>, tensor<f32, #field.dims<>>) -> tensor<5xf32, #field.dims<c>>
  %v27 = field.add %v23, %v26 : (tensor<7x4xf32, #field.dims<f, m>>, tensor<5xf32, #field.dims<c>>) -> tensor<7x4x5xf32, #field.dims<f, m, c>>
  %v28 = field.iota : tensor<3xf32, #field.dims<k1>>
  %v29 = field.constant dense<1.081880e+00> : tensor<f32, #field.dims<>>
  %v30 = field.mul %v28, %v29 : (tensor<3xf32, #field.dims<k1>>, tensor<f32, #field.dims<>>) -> tensor<3xf32, #field.dims<k1>>
  %v31 = field.add %v27, %v30 : (tensor<7x4x5xf32, #field.dims<f, m, c>>, tensor<3xf32, #field.dims<k1>>) -> tensor<7x4x5x3xf32, #field.dims<f, m, c, k1>>
  %v32 = field.iota : tensor<3xf32, #field.dims<k2>>
  %v33 = field.constant dense<1.352350e+00> : tensor<f32, #field.dims<>>
  %v34 = field.mul %v32, %v33 : (tensor<3xf32, #field.dims<k2>>, tensor<f32, #field.dims<>>) -> tensor<3xf32, #field.dims<k2>>
  %v35 = field.add %v31, %v34 : (tensor<7x4x5x3xf32, #field.dims<f, m, c, k1>>, tensor<3xf32, #field.dims<k2>>) -> tensor<7x4x5x3x3xf32, #field.dims<f, m, c, k1, k2>>
  %v36 = field.sin %v35 : (tensor<7x4x5x3x3xf32, #field.dims<f, m, c, k1, k2>>) -> tensor<7x4x5x3x3xf32, #field.dims<f, m, c, k1, k2>>
  %v37 = field.window %v16 ["y", "x"] by ["k1", "k2"] offsets [-1, -1] wrap [false, false] : (tensor<2x5x10x13xf32, #field.dims<b, c, y, x>>) -> tensor<2x5x10x13x3x3xf32, #field.dims<b, c, y, x, k1, k2>>
  %v38 = field.contract %v37, %v36 over ["c", "k1", "k2"] : (tensor<2x5x10x13x3x3xf32, #field.dims<b, c, y, x, k1, k2>>, tensor<7x4x5x3x3xf32, #field.dims<f, m, c, k1, k2>>) -> tensor<2x10x13x7x4xf32, #field.dims<b, y, x, f, m>>
  return %v38 : tensor<2x10x13x7x4xf32, #field.dims<b, y, x, f, m>>
}



func.func @window_weight_gradient() -> (tensor<7x5x3x3xf32, #field.dims<f, c, k1, k2>>) {
  %v1 = field.iota : tensor<2xf32, #field.dims<b>>
  %v2 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v3 = field.mul %v1, %v2 : (tensor<2xf32, #field.dims<b>>, tensor<f32, #field.dims<>>) -> tensor<2xf32, #field.dims<b>>
  %v4 = field.iota : tensor<30xf32, #field.dims<y>>
  %v5 = field.constant dense<5.409400e-01> : tensor<f32, #field.dims<>>
  %v6 = field.mul %v4, %v5 : (tensor<30xf32, #field.dims<y>>, tensor<f32, #field.dims<>>) -> tensor<30xf32, #field.dims<y>>
  %v7 = field.add %v3, %v6 : (tensor<2xf32, #field.dims<b>>, tensor<30xf32, #field.dims<y>>) -> tensor<2x30xf32, #field.dims<b, y>>
  %v8 = field.iota : tensor<33xf32, #field.dims<x>>
  %v9 = field.constant dense<8.114100e-01> : tensor<f32, #field.dims<>>
  %v10 = field.mul %v8, %v9 : (tensor<33xf32, #field.dims<x>>, tensor<f32, #field.dims<>>) -> tensor<33xf32, #field.dims<x>>
  %v11 = field.add %v7, %v10 : (tensor<2x30xf32, #field.dims<b, y>>, tensor<33xf32, #field.dims<x>>) -> tensor<2x30x33xf32, #field.dims<b, y, x>>
  %v12 = field.iota : tensor<5xf32, #field.dims<c>>
  %v13 = field.constant dense<1.081880e+00> : tensor<f32, #field.dims<>>
  %v14 = field.mul %v12, %v13 : (tensor<5xf32, #field.dims<c>>, tensor<f32, #field.dims<>>) -> tensor<5xf32, #field.dims<c>>
  %v15 = field.add %v11, %v14 : (tensor<2x30x33xf32, #field.dims<b, y, x>>, tensor<5xf32, #field.dims<c>>) -> tensor<2x30x33x5xf32, #field.dims<b, y, x, c>>
  %v16 = field.sin %v15 : (tensor<2x30x33x5xf32, #field.dims<b, y, x, c>>) -> tensor<2x30x33x5xf32, #field.dims<b, y, x, c>>
  %v17 = field.iota : tensor<2xf32, #field.dims<b>>
  %v18 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v19 = field.mul %v17, %v18 : (tensor<2xf32, #field.dims<b>>, tensor<f32, #field.dims<>>) -> tensor<2xf32, #field.dims<b>>
  %v20 = field.iota : tensor<30xf32, #field.dims<y>>
  %v21 = field.constant dense<5.409400e-01> : tensor<f32, #field.dims<>>
  %v22 = field.mul %v20, %v21 : (tensor<30xf32, #field.dims<y>>, tensor<f32, #field.dims<>>) -> tensor<30xf32, #field.dims<y>>
  %v23 = field.add %v19, %v22 : (tensor<2xf32, #field.dims<b>>, tensor<30xf32, #field.dims<y>>) -> tensor<2x30xf32, #field.dims<b, y>>
  %v24 = field.iota : tensor<33xf32, #field.dims<x>>
  %v25 = field.constant dense<8.114100e-01> : tensor<f32, #field.dims<>>
  %v26 = field.mul %v24, %v25 : (tensor<33xf32, #field.dims<x>>, tensor<f32, #field.dims<>>) -> tensor<33xf32, #field.dims<x>>
  %v27 = field.add %v23, %v26 : (tensor<2x30xf32, #field.dims<b, y>>, tensor<33xf32, #field.dims<x>>) -> tensor<2x30x33xf32, #field.dims<b, y, x>>
  %v28 = field.iota : tensor<7xf32, #field.dims<f>>
  %v29 = field.constant dense<1.081880e+00> : tensor<f32, #field.dims<>>
  %v30 = field.mul %v28, %v29 : (tensor<7xf32, #field.dims<f>>, tensor<f32, #field.dims<>>) -> tensor<7xf32, #field.dims<f>>
  %v31 = field.add %v27, %v30 : (tensor<2x30x33xf32, #field.dims<b, y, x>>, tensor<7xf32, #field.dims<f>>) -> tensor<2x30x33x7xf32, #field.dims<b, y, x, f>>
  %v32 = field.sin %v31 : (tensor<2x30x33x7xf32, #field.dims<b, y, x, f>>) -> tensor<2x30x33x7xf32, #field.dims<b, y, x, f>>
  %v33 = field.window %v16 ["y", "x"] by ["k1", "k2"] offsets [-1, -1] wrap [false, true] : (tensor<2x30x33x5xf32, #field.dims<b, y, x, c>>) -> tensor<2x30x33x5x3x3xf32, #field.dims<b, y, x, c, k1, k2>>
  %v34 = field.contract %v32, %v33 over ["b", "y", "x"] : (tensor<2x30x33x7xf32, #field.dims<b, y, x, f>>, tensor<2x30x33x5x3x3xf32, #field.dims<b, y, x, c, k1, k2>>) -> tensor<7x5x3x3xf32, #field.dims<f, c, k1, k2>>
  return %v34 : tensor<7x5x3x3xf32, #field.dims<f, c, k1, k2>>
}



func.func @batch_of_products() -> (tensor<3x2x17x19xf32, #field.dims<b, h, r, s>>) {
  %v1 = field.iota : tensor<3xf32, #field.dims<b>>
  %v2 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v3 = field.mul %v1, %v2 : (tensor<3xf32, #field.dims<b>>, tensor<f32, #field.dims<>>) -> tensor<3xf32, #field.dims<b>>
  %v4 = field.iota : tensor<2xf32, #field.dims<h>>
  %v5 = field.constant dense<5.409400e-01> : tensor<f32, #field.dims<>>
  %v6 = field.mul %v4, %v5 : (tensor<2xf32, #field.dims<h>>, tensor<f32, #field.dims<>>) -> tensor<2xf32, #field.dims<h>>
  %v7 = field.add %v3, %v6 : (tensor<3xf32, #field.dims<b>>, tensor<2xf32, #field.dims<h>>) -> tensor<3x2xf32, #field.dims<b, h>>
  %v8 = field.iota : tensor<17xf32, #field.dims<r>>
  %v9 = field.constant dense<8.114100e-01> : tensor<f32, #field.dims<>>
  %v10 = field.mul %v8, %v9 : (tensor<17xf32, #field.dims<r>>, tensor<f32, #field.dims<>>) -> tensor<17xf32, #field.dims<r>>
  %v11 = field.add %v7, %v10 : (tensor<3x2xf32, #field.dims<b, h>>, tensor<17xf32, #field.dims<r>>) -> tensor<3x2x17xf32, #field.dims<b, h, r>>
  %v12 = field.iota : tensor<21xf32, #field.dims<D>>
  %v13 = field.constant dense<1.081880e+00> : tensor<f32, #field.dims<>>
  %v14 = field.mul %v12, %v13 : (tensor<21xf32, #field.dims<D>>, tensor<f32, #field.dims<>>) -> tensor<21xf32, #field.dims<D>>
  %v15 = field.add %v11, %v14 : (tensor<3x2x17xf32, #field.dims<b, h, r>>, tensor<21xf32, #field.dims<D>>) -> tensor<3x2x17x21xf32, #field.dims<b, h, r, D>>
  %v16 = field.sin %v15 : (tensor<3x2x17x21xf32, #field.dims<b, h, r, D>>) -> tensor<3x2x17x21xf32, #field.dims<b, h, r, D>>
  %v17 = field.iota : tensor<3xf32, #field.dims<b>>
  %v18 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v19 = field.mul %v17, %v18 : (tensor<3xf32, #field.dims<b>>, tensor<f32, #field.dims<>>) -> tensor<3xf32, #field.dims<b>>
  %v20 = field.iota : tensor<2xf32, #field.dims<h>>
  %v21 = field.constant dense<5.409400e-01> : tensor<f32, #field.dims<>>
  %v22 = field.mul %v20, %v21 : (tensor<2xf32, #field.dims<h>>, tensor<f32, #field.dims<>>) -> tensor<2xf32, #field.dims<h>>
  %v23 = field.add %v19, %v22 : (tensor<3xf32, #field.dims<b>>, tensor<2xf32, #field.dims<h>>) -> tensor<3x2xf32, #field.dims<b, h>>
  %v24 = field.iota : tensor<19xf32, #field.dims<s>>
  %v25 = field.constant dense<8.114100e-01> : tensor<f32, #field.dims<>>
  %v26 = field.mul %v24, %v25 : (tensor<19xf32, #field.dims<s>>, tensor<f32, #field.dims<>>) -> tensor<19xf32, #field.dims<s>>
  %v27 = field.add %v23, %v26 : (tensor<3x2xf32, #field.dims<b, h>>, tensor<19xf32, #field.dims<s>>) -> tensor<3x2x19xf32, #field.dims<b, h, s>>
  %v28 = field.iota : tensor<21xf32, #field.dims<D>>
  %v29 = field.constant dense<1.081880e+00> : tensor<f32, #field.dims<>>
  %v30 = field.mul %v28, %v29 : (tensor<21xf32, #field.dims<D>>, tensor<f32, #field.dims<>>) -> tensor<21xf32, #field.dims<D>>
  %v31 = field.add %v27, %v30 : (tensor<3x2x19xf32, #field.dims<b, h, s>>, tensor<21xf32, #field.dims<D>>) -> tensor<3x2x19x21xf32, #field.dims<b, h, s, D>>
  %v32 = field.sin %v31 : (tensor<3x2x19x21xf32, #field.dims<b, h, s, D>>) -> tensor<3x2x19x21xf32, #field.dims<b, h, s, D>>
  %v33 = field.contract %v16, %v32 over ["D"] : (tensor<3x2x17x21xf32, #field.dims<b, h, r, D>>, tensor<3x2x19x21xf32, #field.dims<b, h, s, D>>) -> tensor<3x2x17x19xf32, #field.dims<b, h, r, s>>
  return %v33 : tensor<3x2x17x19xf32, #field.dims<b, h, r, s>>
}


// A weight of its own for every place: rows are the samples, not the places.
func.func @weight_of_each_place() -> tensor<6x5x7x33xf32, #field.dims<b, r, c, H>> {
  %b = field.iota : tensor<6xf32, #field.dims<b>>
  %r = field.iota : tensor<5xf32, #field.dims<r>>
  %c = field.iota : tensor<7xf32, #field.dims<c>>
  %d = field.iota : tensor<21xf32, #field.dims<D>>
  %h = field.iota : tensor<33xf32, #field.dims<H>>
  %rc = field.sub %r, %c : (tensor<5xf32, #field.dims<r>>, tensor<7xf32, #field.dims<c>>) -> tensor<5x7xf32, #field.dims<r, c>>
  %rcd = field.add %rc, %d : (tensor<5x7xf32, #field.dims<r, c>>, tensor<21xf32, #field.dims<D>>) -> tensor<5x7x21xf32, #field.dims<r, c, D>>
  %x0 = field.add %b, %rcd : (tensor<6xf32, #field.dims<b>>, tensor<5x7x21xf32, #field.dims<r, c, D>>) -> tensor<6x5x7x21xf32, #field.dims<b, r, c, D>>
  %x = field.sin %x0 : (tensor<6x5x7x21xf32, #field.dims<b, r, c, D>>) -> tensor<6x5x7x21xf32, #field.dims<b, r, c, D>>
  %w0 = field.sub %rcd, %h : (tensor<5x7x21xf32, #field.dims<r, c, D>>, tensor<33xf32, #field.dims<H>>) -> tensor<5x7x21x33xf32, #field.dims<r, c, D, H>>
  %w = field.cos %w0 : (tensor<5x7x21x33xf32, #field.dims<r, c, D, H>>) -> tensor<5x7x21x33xf32, #field.dims<r, c, D, H>>
  %y = field.contract %x, %w over ["D"] : (tensor<6x5x7x21xf32, #field.dims<b, r, c, D>>, tensor<5x7x21x33xf32, #field.dims<r, c, D, H>>) -> tensor<6x5x7x33xf32, #field.dims<b, r, c, H>>
  return %y : tensor<6x5x7x33xf32, #field.dims<b, r, c, H>>
}

// Near miss: what follows has a name that the contraction lacks, and is a kernel of its own.
func.func @wider() -> tensor<3x9x20xf32, #field.dims<m, r, H>> {
  %d = field.iota : tensor<33xf32, #field.dims<D>>
  %r = field.iota : tensor<9xf32, #field.dims<r>>
  %h = field.iota : tensor<20xf32, #field.dims<H>>
  %n = field.iota : tensor<3xf32, #field.dims<m>>
  %xs = field.add %r, %d : (tensor<9xf32, #field.dims<r>>, tensor<33xf32, #field.dims<D>>) -> tensor<9x33xf32, #field.dims<r, D>>
  %x = field.sin %xs : (tensor<9x33xf32, #field.dims<r, D>>) -> tensor<9x33xf32, #field.dims<r, D>>
  %ws = field.add %h, %d : (tensor<20xf32, #field.dims<H>>, tensor<33xf32, #field.dims<D>>) -> tensor<20x33xf32, #field.dims<H, D>>
  %w = field.cos %ws : (tensor<20x33xf32, #field.dims<H, D>>) -> tensor<20x33xf32, #field.dims<H, D>>
  %ms = field.add %n, %h : (tensor<3xf32, #field.dims<m>>, tensor<20xf32, #field.dims<H>>) -> tensor<3x20xf32, #field.dims<m, H>>
  %m = field.cos %ms : (tensor<3x20xf32, #field.dims<m, H>>) -> tensor<3x20xf32, #field.dims<m, H>>
  %y = field.contract %x, %w over ["D"] : (tensor<9x33xf32, #field.dims<r, D>>, tensor<20x33xf32, #field.dims<H, D>>) -> tensor<9x20xf32, #field.dims<r, H>>
  %z = field.mul %y, %m : (tensor<9x20xf32, #field.dims<r, H>>, tensor<3x20xf32, #field.dims<m, H>>) -> tensor<3x9x20xf32, #field.dims<m, r, H>>
  %g = field.gelu %z : (tensor<3x9x20xf32, #field.dims<m, r, H>>) -> tensor<3x9x20xf32, #field.dims<m, r, H>>
  return %g : tensor<3x9x20xf32, #field.dims<m, r, H>>
}
