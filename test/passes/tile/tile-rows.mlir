// Arithmetic by rows gives what plain loops give: a layer norm, sums over rows, a row cut into pieces.
// RUN: %python %root/test/passes/tile/compare.py %s
// RUN: orrery-opt %s --canonicalize --outline-each --tile-rows | FileCheck %s

// CHECK: scf.parallel
// CHECK: vector.load

func.func @layer_norm() -> (tensor<3x17x21xf32, #field.dims<b, r, D>>, tensor<3x17xf32, #field.dims<b, r>>) {
  %v1 = field.iota : tensor<3xf32, #field.dims<b>>
  %v2 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v3 = field.mul %v1, %v2 : (tensor<3xf32, #field.dims<b>>, tensor<f32, #field.dims<>>) -> tensor<3xf32, #field.dims<b>>
  %v4 = field.iota : tensor<17xf32, #field.dims<r>>
  %v5 = field.constant dense<5.409400e-01> : tensor<f32, #field.dims<>>
  %v6 = field.mul %v4, %v5 : (tensor<17xf32, #field.dims<r>>, tensor<f32, #field.dims<>>) -> tensor<17xf32, #field.dims<r>>
  %v7 = field.add %v3, %v6 : (tensor<3xf32, #field.dims<b>>, tensor<17xf32, #field.dims<r>>) -> tensor<3x17xf32, #field.dims<b, r>>
  %v8 = field.iota : tensor<21xf32, #field.dims<D>>
  %v9 = field.constant dense<8.114100e-01> : tensor<f32, #field.dims<>>
  %v10 = field.mul %v8, %v9 : (tensor<21xf32, #field.dims<D>>, tensor<f32, #field.dims<>>) -> tensor<21xf32, #field.dims<D>>
  %v11 = field.add %v7, %v10 : (tensor<3x17xf32, #field.dims<b, r>>, tensor<21xf32, #field.dims<D>>) -> tensor<3x17x21xf32, #field.dims<b, r, D>>
  %v12 = field.sin %v11 : (tensor<3x17x21xf32, #field.dims<b, r, D>>) -> tensor<3x17x21xf32, #field.dims<b, r, D>>
  %v13 = field.reduce sum %v12 over ["D"] : (tensor<3x17x21xf32, #field.dims<b, r, D>>) -> tensor<3x17xf32, #field.dims<b, r>>
  %v14 = field.constant dense<4.761905e-02> : tensor<f32, #field.dims<>>
  %v15 = field.mul %v13, %v14 : (tensor<3x17xf32, #field.dims<b, r>>, tensor<f32, #field.dims<>>) -> tensor<3x17xf32, #field.dims<b, r>>
  %v16 = field.sub %v12, %v15 : (tensor<3x17x21xf32, #field.dims<b, r, D>>, tensor<3x17xf32, #field.dims<b, r>>) -> tensor<3x17x21xf32, #field.dims<b, r, D>>
  %v17 = field.mul %v16, %v16 : (tensor<3x17x21xf32, #field.dims<b, r, D>>, tensor<3x17x21xf32, #field.dims<b, r, D>>) -> tensor<3x17x21xf32, #field.dims<b, r, D>>
  %v18 = field.reduce sum %v17 over ["D"] : (tensor<3x17x21xf32, #field.dims<b, r, D>>) -> tensor<3x17xf32, #field.dims<b, r>>
  %v19 = field.constant dense<4.761905e-02> : tensor<f32, #field.dims<>>
  %v20 = field.mul %v18, %v19 : (tensor<3x17xf32, #field.dims<b, r>>, tensor<f32, #field.dims<>>) -> tensor<3x17xf32, #field.dims<b, r>>
  %v21 = field.constant dense<1.000000e-05> : tensor<f32, #field.dims<>>
  %v22 = field.add %v20, %v21 : (tensor<3x17xf32, #field.dims<b, r>>, tensor<f32, #field.dims<>>) -> tensor<3x17xf32, #field.dims<b, r>>
  %v23 = field.rsqrt %v22 : (tensor<3x17xf32, #field.dims<b, r>>) -> tensor<3x17xf32, #field.dims<b, r>>
  %v24 = field.mul %v16, %v23 : (tensor<3x17x21xf32, #field.dims<b, r, D>>, tensor<3x17xf32, #field.dims<b, r>>) -> tensor<3x17x21xf32, #field.dims<b, r, D>>
  %v25 = field.iota : tensor<21xf32, #field.dims<D>>
  %v26 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v27 = field.mul %v25, %v26 : (tensor<21xf32, #field.dims<D>>, tensor<f32, #field.dims<>>) -> tensor<21xf32, #field.dims<D>>
  %v28 = field.sin %v27 : (tensor<21xf32, #field.dims<D>>) -> tensor<21xf32, #field.dims<D>>
  %v29 = field.mul %v24, %v28 : (tensor<3x17x21xf32, #field.dims<b, r, D>>, tensor<21xf32, #field.dims<D>>) -> tensor<3x17x21xf32, #field.dims<b, r, D>>
  return %v29, %v23 : tensor<3x17x21xf32, #field.dims<b, r, D>>, tensor<3x17xf32, #field.dims<b, r>>
}



func.func @sums_over_rows() -> (tensor<21xf32, #field.dims<D>>, tensor<f32, #field.dims<>>, tensor<17x21xf32, #field.dims<r, D>>, tensor<13x17xf32, #field.dims<b, r>>) {
  %v1 = field.iota : tensor<13xf32, #field.dims<b>>
  %v2 = field.constant dense<2.704700e-01> : tensor<f32, #field.dims<>>
  %v3 = field.mul %v1, %v2 : (tensor<13xf32, #field.dims<b>>, tensor<f32, #field.dims<>>) -> tensor<13xf32, #field.dims<b>>
  %v4 = field.iota : tensor<17xf32, #field.dims<r>>
  %v5 = field.constant dense<5.409400e-01> : tensor<f32, #field.dims<>>
  %v6 = field.mul %v4, %v5 : (tensor<17xf32, #field.dims<r>>, tensor<f32, #field.dims<>>) -> tensor<17xf32, #field.dims<r>>
  %v7 = field.add %v3, %v6 : (tensor<13xf32, #field.dims<b>>, tensor<17xf32, #field.dims<r>>) -> tensor<13x17xf32, #field.dims<b, r>>
  %v8 = field.iota : tensor<21xf32, #field.dims<D>>
  %v9 = field.constant dense<8.114100e-01> : tensor<f32, #field.dims<>>
  %v10 = field.mul %v8, %v9 : (tensor<21xf32, #field.dims<D>>, tensor<f32, #field.dims<>>) -> tensor<21xf32, #field.dims<D>>
  %v11 = field.add %v7, %v10 : (tensor<13x17xf32, #field.dims<b, r>>, tensor<21xf32, #field.dims<D>>) -> tensor<13x17x21xf32, #field.dims<b, r, D>>
  %v12 = field.sin %v11 : (tensor<13x17x21xf32, #field.dims<b, r, D>>) -> tensor<13x17x21xf32, #field.dims<b, r, D>>
  %v13 = field.reduce sum %v12 over ["b", "r"] : (tensor<13x17x21xf32, #field.dims<b, r, D>>) -> tensor<21xf32, #field.dims<D>>
  %v14 = field.mul %v12, %v12 : (tensor<13x17x21xf32, #field.dims<b, r, D>>, tensor<13x17x21xf32, #field.dims<b, r, D>>) -> tensor<13x17x21xf32, #field.dims<b, r, D>>
  %v15 = field.reduce sum %v14 over ["b", "r", "D"] : (tensor<13x17x21xf32, #field.dims<b, r, D>>) -> tensor<f32, #field.dims<>>
  %v16 = field.reduce sum %v12 over ["b"] : (tensor<13x17x21xf32, #field.dims<b, r, D>>) -> tensor<17x21xf32, #field.dims<r, D>>
  %v17 = field.reduce max %v12 over ["D"] : (tensor<13x17x21xf32, #field.dims<b, r, D>>) -> tensor<13x17xf32, #field.dims<b, r>>
  return %v13, %v15, %v16, %v17 : tensor<21xf32, #field.dims<D>>, tensor<f32, #field.dims<>>, tensor<17x21xf32, #field.dims<r, D>>, tensor<13x17xf32, #field.dims<b, r>>
}



func.func @long_row() -> (tensor<20011xf32, #field.dims<n>>) {
  %v1 = field.iota : tensor<20011xf32, #field.dims<n>>
  %v2 = field.constant dense<1.000000e-04> : tensor<f32, #field.dims<>>
  %v3 = field.mul %v1, %v2 : (tensor<20011xf32, #field.dims<n>>, tensor<f32, #field.dims<>>) -> tensor<20011xf32, #field.dims<n>>
  %v4 = field.sin %v3 : (tensor<20011xf32, #field.dims<n>>) -> tensor<20011xf32, #field.dims<n>>
  %v5 = field.exp %v4 : (tensor<20011xf32, #field.dims<n>>) -> tensor<20011xf32, #field.dims<n>>
  return %v5 : tensor<20011xf32, #field.dims<n>>
}

// A function of the library on vectors of f64: lane by lane.
func.func @wide() -> tensor<5x7xf64, #field.dims<r, D>> {
  %r = field.iota : tensor<5xf64, #field.dims<r>>
  %d = field.iota : tensor<7xf64, #field.dims<D>>
  %x = field.sub %r, %d : (tensor<5xf64, #field.dims<r>>, tensor<7xf64, #field.dims<D>>) -> tensor<5x7xf64, #field.dims<r, D>>
  %g = field.gelu %x : (tensor<5x7xf64, #field.dims<r, D>>) -> tensor<5x7xf64, #field.dims<r, D>>
  %e = field.erf %g : (tensor<5x7xf64, #field.dims<r, D>>) -> tensor<5x7xf64, #field.dims<r, D>>
  return %e : tensor<5x7xf64, #field.dims<r, D>>
}
