// RUN: orrery-opt %s -split-input-file -verify-diagnostics

func.func @unary_c1_lacks(%x: tensor<8x4xf32, #field.dims<token, D>>) {
  // expected-error@+1 {{has an operand along 'D', which its result 'tensor<8xf32, #field.dims<token>>' lacks}}
  %y = field.exp %x : (tensor<8x4xf32, #field.dims<token, D>>) -> tensor<8xf32, #field.dims<token>>
  return
}

// -----

func.func @binary_c1_extra(%x: tensor<8xf32, #field.dims<token>>) {
  // expected-error@+1 {{has a result along 'D', which no operand has}}
  %y = field.add %x, %x : (tensor<8xf32, #field.dims<token>>, tensor<8xf32, #field.dims<token>>) -> tensor<8x4xf32, #field.dims<token, D>>
  return
}

// -----

func.func @binary_c2_sizes(%x: tensor<8xf32, #field.dims<token>>, %y: tensor<9xf32, #field.dims<token>>) {
  // expected-error@+1 {{has 'token' = 9 in an operand and 8 in its result}}
  %z = field.mul %x, %y : (tensor<8xf32, #field.dims<token>>, tensor<9xf32, #field.dims<token>>) -> tensor<8xf32, #field.dims<token>>
  return
}

// -----

func.func @binary_c3_elements(%x: tensor<8xf32, #field.dims<token>>, %y: tensor<8xf64, #field.dims<token>>) {
  // expected-error@+1 {{mixes element types 'f64' and 'f32'}}
  %z = field.sub %x, %y : (tensor<8xf32, #field.dims<token>>, tensor<8xf64, #field.dims<token>>) -> tensor<8xf32, #field.dims<token>>
  return
}

// -----

func.func @compare_c3_elements(%x: tensor<8xf32, #field.dims<token>>, %y: tensor<8xf64, #field.dims<token>>) {
  // expected-error@+1 {{mixes element types 'f64' and 'f32'}}
  %z = field.compare lt %x, %y : (tensor<8xf32, #field.dims<token>>, tensor<8xf64, #field.dims<token>>) -> tensor<8xi1, #field.dims<token>>
  return
}

// -----

func.func @select_c1_names(%c: tensor<8xi1, #field.dims<token>>, %x: tensor<f32, #field.dims<>>) {
  // expected-error@+1 {{has an operand along 'token'}}
  %z = field.select %c, %x, %x : (tensor<8xi1, #field.dims<token>>, tensor<f32, #field.dims<>>, tensor<f32, #field.dims<>>) -> tensor<f32, #field.dims<>>
  return
}

// -----

func.func @select_c2_sizes(%c: tensor<8xi1, #field.dims<token>>, %x: tensor<9xf32, #field.dims<token>>) {
  // expected-error@+1 {{has 'token' = 8 in an operand and 9 in its result}}
  %z = field.select %c, %x, %x : (tensor<8xi1, #field.dims<token>>, tensor<9xf32, #field.dims<token>>, tensor<9xf32, #field.dims<token>>) -> tensor<9xf32, #field.dims<token>>
  return
}

// -----

func.func @select_c3_elements(%c: tensor<8xi1, #field.dims<token>>, %x: tensor<8xf32, #field.dims<token>>, %y: tensor<8xf64, #field.dims<token>>) {
  // expected-error@+1 {{mixes element types}}
  %z = field.select %c, %x, %y : (tensor<8xi1, #field.dims<token>>, tensor<8xf32, #field.dims<token>>, tensor<8xf64, #field.dims<token>>) -> tensor<8xf32, #field.dims<token>>
  return
}

// -----

func.func @cast_c1_sizes(%x: tensor<8xf32, #field.dims<token>>) {
  // expected-error@+1 {{has 'token' = 8 in an operand and 9 in its result}}
  %z = field.cast %x : (tensor<8xf32, #field.dims<token>>) -> tensor<9xbf16, #field.dims<token>>
  return
}
