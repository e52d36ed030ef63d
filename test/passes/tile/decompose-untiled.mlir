// RUN: orrery-opt %s --decompose-untiled | FileCheck %s

// Self-attention has a tiling: it stays.
// CHECK-LABEL: @tiled
// CHECK: attend.attention
func.func @tiled(%q: tensor<6x8xf32, #field.dims<token, Dh>>, %k: tensor<6x8xf32, #field.dims<token, Dh>>, %v: tensor<6x8xf32, #field.dims<token, Dv>>) -> tensor<6x8xf32, #field.dims<token, Dv>> {
  %o, %l = attend.attention %q, %k, %v over ["token"] channel "Dh" value_channel "Dv" scale 1.250000e-01
     : (tensor<6x8xf32, #field.dims<token, Dh>>, tensor<6x8xf32, #field.dims<token, Dh>>, tensor<6x8xf32, #field.dims<token, Dv>>)
     -> (tensor<6x8xf32, #field.dims<token, Dv>>, tensor<6xf32, #field.dims<token>>)
  return %o : tensor<6x8xf32, #field.dims<token, Dv>>
}

// One query for all of the batch has none: its definition takes its place.
// CHECK-LABEL: @one_query
// CHECK-NOT: attend.attention
// CHECK: field.contract
// CHECK: field.exp
func.func @one_query(%q: tensor<8xf32, #field.dims<Dh>>, %k: tensor<5x6x8xf32, #field.dims<batch, token, Dh>>, %v: tensor<5x6x8xf32, #field.dims<batch, token, Dv>>) -> tensor<5x8xf32, #field.dims<batch, Dv>> {
  %o, %l = attend.attention %q, %k, %v over ["token"] channel "Dh" value_channel "Dv" scale 1.250000e-01
     : (tensor<8xf32, #field.dims<Dh>>, tensor<5x6x8xf32, #field.dims<batch, token, Dh>>, tensor<5x6x8xf32, #field.dims<batch, token, Dv>>)
     -> (tensor<5x8xf32, #field.dims<batch, Dv>>, tensor<5xf32, #field.dims<batch>>)
  return %o : tensor<5x8xf32, #field.dims<batch, Dv>>
}
