// RUN: orrery-opt %s --count-cost | FileCheck %s

// Two calls of 2 * 8 * 32 * 64 operations; the kernel reads 8 x 64 and 32 x 64 and writes 8 x 32 numbers of 4 bytes.
// CHECK: func.func @twice({{.*}}orrery.bytes = 2.252800e+04 : f64, orrery.flops = 6.553600e+04 : f64
func.func @twice(%x: tensor<8x64xf32, #field.dims<token, D>>, %w: tensor<32x64xf32, #field.dims<H, D>>) -> tensor<8x32xf32, #field.dims<token, H>> {
  %y = call @contract(%x, %w) : (tensor<8x64xf32, #field.dims<token, D>>, tensor<32x64xf32, #field.dims<H, D>>) -> tensor<8x32xf32, #field.dims<token, H>>
  %z = call @contract(%x, %w) : (tensor<8x64xf32, #field.dims<token, D>>, tensor<32x64xf32, #field.dims<H, D>>) -> tensor<8x32xf32, #field.dims<token, H>>
  return %z : tensor<8x32xf32, #field.dims<token, H>>
}
// CHECK: func.func private @contract({{.*}}orrery.flops = 3.276800e+04 : f64
func.func private @contract(%x: tensor<8x64xf32, #field.dims<token, D>>, %w: tensor<32x64xf32, #field.dims<H, D>>) -> tensor<8x32xf32, #field.dims<token, H>> attributes {orrery.kernel} {
  %y = field.contract %x, %w over ["D"] : (tensor<8x64xf32, #field.dims<token, D>>, tensor<32x64xf32, #field.dims<H, D>>) -> tensor<8x32xf32, #field.dims<token, H>>
  return %y : tensor<8x32xf32, #field.dims<token, H>>
}
// Near miss: a function that computes nothing costs nothing.
// CHECK: func.func private @nothing({{.*}}orrery.flops = 0.0{{.*}} : f64
func.func private @nothing() {
  return
}
