// RUN: orrery-opt %s --widen-to-f64 | FileCheck %s

!x = tensor<4xf32, #field.dims<D>>
!s = tensor<f32, #field.dims<>>

// CHECK: module
// CHECK-NOT: orrery.precision
module attributes {orrery.precision = {compute = bf16}} {

// CHECK-NOT: f32
// CHECK-LABEL: func.func private @callee(
// CHECK-SAME:    tensor<4xf64, #field.dims<D>>, %{{.*}}: tensor<4xi64, #field.dims<D>>) -> tensor<f64
func.func private @callee(%x: !x, %n: tensor<4xi64, #field.dims<D>>) -> !s {
  // CHECK: dense<[1.000000e+00, 2.500000e+00, 0.1000000014{{[0-9]*}}, -3.000000e+00]> : tensor<4xf64
  %c = field.constant dense<[1.0, 2.5, 0.1, -3.0]> : tensor<4xf32, #field.dims<D>>
  // CHECK: dense<5.000000e-01> : tensor<f64
  %h = field.constant dense<0.5> : tensor<f32, #field.dims<>>
  // CHECK: dense_resource<big> : tensor<4xi64
  %i = field.constant dense_resource<big> : tensor<4xi64, #field.dims<D>>
  // CHECK: dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf64
  %r = field.constant dense_resource<table> : tensor<2xf32, #field.dims<E>>
  %y = field.mul %x, %c : (!x, !x) -> !x
  %g = field.compare gt %y, %h : (!x, !s) -> tensor<4xi1, #field.dims<D>>
  %z = field.cast %g : (tensor<4xi1, #field.dims<D>>) -> !x
  %e = field.reduce sum %z over ["D"] : (!x) -> !s
  return %e : !s
}
func.func @caller(%x: !x, %n: tensor<4xi64, #field.dims<D>>) -> !s {
  %e = call @callee(%x, %n) : (!x, tensor<4xi64, #field.dims<D>>) -> !s
  return %e : !s
}

}

{-#
  dialect_resources: {
    builtin: {
      big: "0x080000000100000000000000020000000000000003000000000000000400000000000000",
      table: "0x040000000000803F00000040"
    }
  }
#-}
