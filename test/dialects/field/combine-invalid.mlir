// RUN: orrery-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{a tensor of 2 axes has 1 dim names}}
func.func private @dims_c1_count(tensor<8x4xf32, #field.dims<token>>)

// -----

// expected-error@+1 {{dim 'token' stands twice in one type}}
func.func private @dims_c2_twice(tensor<8x8xf32, #field.dims<token, token>>)

// -----

func.func @iota_c1_one_dim() {
  // expected-error@+1 {{counts along one dim, but its result has 2}}
  %i = field.iota : tensor<4x4xf32, #field.dims<row, column>>
  return
}

// -----

func.func @contract_c1_over(%a: tensor<8x64xf32, #field.dims<token, D>>, %b: tensor<32xf32, #field.dims<H>>) {
  // expected-error@+1 {{has no 'D' in its operand 'tensor<32xf32, #field.dims<H>>'}}
  %y = field.contract %a, %b over ["D"] : (tensor<8x64xf32, #field.dims<token, D>>, tensor<32xf32, #field.dims<H>>) -> tensor<8x32xf32, #field.dims<token, H>>
  return
}

// -----

func.func @contract_c1_twice(%a: tensor<64xf32, #field.dims<D>>) {
  // expected-error@+1 {{names 'D' twice}}
  %y = field.contract %a, %a over ["D", "D"] : (tensor<64xf32, #field.dims<D>>, tensor<64xf32, #field.dims<D>>) -> tensor<f32, #field.dims<>>
  return
}

// -----

func.func @contract_c2_lacks(%a: tensor<8x64xf32, #field.dims<token, D>>, %b: tensor<32x64xf32, #field.dims<H, D>>) {
  // expected-error@+1 {{lacks 'token' in its result}}
  %y = field.contract %a, %b over ["D"] : (tensor<8x64xf32, #field.dims<token, D>>, tensor<32x64xf32, #field.dims<H, D>>) -> tensor<32xf32, #field.dims<H>>
  return
}

// -----

func.func @contract_c2_extra(%a: tensor<8x64xf32, #field.dims<token, D>>, %b: tensor<64xf32, #field.dims<D>>) {
  // expected-error@+1 {{has a result along 'H', which has no place there}}
  %y = field.contract %a, %b over ["D"] : (tensor<8x64xf32, #field.dims<token, D>>, tensor<64xf32, #field.dims<D>>) -> tensor<8x32xf32, #field.dims<token, H>>
  return
}

// -----

func.func @contract_c3_sizes(%a: tensor<8x64xf32, #field.dims<token, D>>, %b: tensor<32x65xf32, #field.dims<H, D>>) {
  // expected-error@+1 {{has 'D' = 64 in one operand and 65 in another}}
  %y = field.contract %a, %b over ["D"] : (tensor<8x64xf32, #field.dims<token, D>>, tensor<32x65xf32, #field.dims<H, D>>) -> tensor<8x32xf32, #field.dims<token, H>>
  return
}

// -----

func.func @contract_c4_narrow(%a: tensor<64xf32, #field.dims<D>>, %b: tensor<64xbf16, #field.dims<D>>) {
  // expected-error@+1 {{adds numbers of type 'f32' in the narrower 'bf16'}}
  %y = field.contract %a, %b over ["D"] : (tensor<64xf32, #field.dims<D>>, tensor<64xbf16, #field.dims<D>>) -> tensor<bf16, #field.dims<>>
  return
}

// -----

func.func @reduce_c1_over(%x: tensor<8xf32, #field.dims<token>>) {
  // expected-error@+1 {{has no 'D' in its operand}}
  %y = field.reduce sum %x over ["D"] : (tensor<8xf32, #field.dims<token>>) -> tensor<8xf32, #field.dims<token>>
  return
}

// -----

func.func @reduce_c2_names(%x: tensor<8x64xf32, #field.dims<token, D>>) {
  // expected-error@+1 {{has a result along 'D', which has no place there}}
  %y = field.reduce max %x over ["D"] : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
  return
}

// -----

func.func @reduce_c3_sizes(%x: tensor<8x64xf32, #field.dims<token, D>>) {
  // expected-error@+1 {{has 'token' = 9 in its result, where it is 8}}
  %y = field.reduce sum %x over ["D"] : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<9xf32, #field.dims<token>>
  return
}

// -----

func.func @reduce_c3_element(%x: tensor<8x64xf32, #field.dims<token, D>>) {
  // expected-error@+1 {{mixes element types 'f32' and 'f64'}}
  %y = field.reduce sum %x over ["D"] : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8xf64, #field.dims<token>>
  return
}

// -----

func.func @broadcast_c1_name(%x: tensor<8xf32, #field.dims<token>>) {
  // expected-error@+1 {{has no 'token' in its result}}
  %y = field.broadcast %x : (tensor<8xf32, #field.dims<token>>) -> tensor<64xf32, #field.dims<D>>
  return
}

// -----

func.func @broadcast_c1_size(%x: tensor<1xf32, #field.dims<token>>) {
  // expected-error@+1 {{has 'token' = 1 in its operand and 8 in its result}}
  %y = field.broadcast %x : (tensor<1xf32, #field.dims<token>>) -> tensor<8xf32, #field.dims<token>>
  return
}

// -----

func.func @broadcast_c2_element(%x: tensor<8xf32, #field.dims<token>>) {
  // expected-error@+1 {{mixes element types 'f32' and 'f64'}}
  %y = field.broadcast %x : (tensor<8xf32, #field.dims<token>>) -> tensor<8xf64, #field.dims<token>>
  return
}
