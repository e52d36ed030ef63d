// RUN: orrery-opt %s --order-axes | FileCheck %s

// What the caller sees stays; inside, the channels lie innermost.
// CHECK-LABEL: func.func @outside(
// CHECK-SAME: tensor<?x64x3xf32, #field.dims<atom, D, xyz>>) -> tensor<?x64x3xf32, #field.dims<atom, D, xyz>>
// CHECK: field.broadcast {{.*}} -> tensor<?x3x64xf32, #field.dims<atom, xyz, D>>
// CHECK: call @inside({{.*}}) : (tensor<?x3x64xf32, #field.dims<atom, xyz, D>>) -> tensor<?x3x64xf32, #field.dims<atom, xyz, D>>
// CHECK: field.broadcast {{.*}} -> tensor<?x64x3xf32, #field.dims<atom, D, xyz>>
func.func @outside(%x: tensor<?x64x3xf32, #field.dims<atom, D, xyz>>) -> tensor<?x64x3xf32, #field.dims<atom, D, xyz>> {
  %y = call @inside(%x) : (tensor<?x64x3xf32, #field.dims<atom, D, xyz>>) -> tensor<?x64x3xf32, #field.dims<atom, D, xyz>>
  return %y : tensor<?x64x3xf32, #field.dims<atom, D, xyz>>
}

// CHECK-LABEL: func.func private @inside(
// CHECK: field.neg {{.*}} -> tensor<?x3x64xf32, #field.dims<atom, xyz, D>>
func.func private @inside(%x: tensor<?x64x3xf32, #field.dims<atom, D, xyz>>) -> tensor<?x64x3xf32, #field.dims<atom, D, xyz>> {
  %y = field.neg %x : (tensor<?x64x3xf32, #field.dims<atom, D, xyz>>) -> tensor<?x64x3xf32, #field.dims<atom, D, xyz>>
  return %y : tensor<?x64x3xf32, #field.dims<atom, D, xyz>>
}

// Known sizes: nothing to do.
// CHECK-LABEL: func.func private @known(
// CHECK: field.neg {{.*}} -> tensor<5x64x3xf32, #field.dims<atom, D, xyz>>
func.func private @known(%x: tensor<5x64x3xf32, #field.dims<atom, D, xyz>>) -> tensor<5x64x3xf32, #field.dims<atom, D, xyz>> {
  %y = field.neg %x : (tensor<5x64x3xf32, #field.dims<atom, D, xyz>>) -> tensor<5x64x3xf32, #field.dims<atom, D, xyz>>
  return %y : tensor<5x64x3xf32, #field.dims<atom, D, xyz>>
}
