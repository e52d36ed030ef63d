// RUN: orrery-opt %s -split-input-file -verify-diagnostics

func.func @rename_c1_missing(%x: tensor<8xf32, #field.dims<token>>) {
  // expected-error@+1 {{has no 'D' in its operand}}
  %y = field.rename %x ["D"] to ["E"] : (tensor<8xf32, #field.dims<token>>) -> tensor<8xf32, #field.dims<E>>
  return
}

// -----

func.func @rename_c1_twice(%x: tensor<8xf32, #field.dims<token>>) {
  // expected-error@+1 {{names 'token' twice}}
  %y = field.rename %x ["token", "token"] to ["D", "E"] : (tensor<8xf32, #field.dims<token>>) -> tensor<8xf32, #field.dims<D>>
  return
}

// -----

func.func @rename_c2_count(%x: tensor<8xf32, #field.dims<token>>) {
  // expected-error@+1 {{gives 2 new names for 1 old}}
  %y = field.rename %x ["token"] to ["D", "E"] : (tensor<8xf32, #field.dims<token>>) -> tensor<8xf32, #field.dims<D>>
  return
}

// -----

func.func @rename_c3_order(%x: tensor<8x8xf32, #field.dims<token, D>>) {
  // expected-error@+1 {{has 'D' on axis 0 of its result, where 'E' belongs}}
  %y = field.rename %x ["token"] to ["E"] : (tensor<8x8xf32, #field.dims<token, D>>) -> tensor<8x8xf32, #field.dims<D, E>>
  return
}

// -----

func.func @rename_c4_size(%x: tensor<8xf32, #field.dims<token>>) {
  // expected-error@+1 {{has 'token' = 8 in its operand and 'E' = 9 in its result}}
  %y = field.rename %x ["token"] to ["E"] : (tensor<8xf32, #field.dims<token>>) -> tensor<9xf32, #field.dims<E>>
  return
}

// -----

func.func @rename_c4_element(%x: tensor<8xf32, #field.dims<token>>) {
  // expected-error@+1 {{mixes element types 'f32' and 'f64'}}
  %y = field.rename %x ["token"] to ["E"] : (tensor<8xf32, #field.dims<token>>) -> tensor<8xf64, #field.dims<E>>
  return
}

// -----

func.func @split_c1_dim(%x: tensor<18xf32, #field.dims<lat>>) {
  // expected-error@+1 {{has no 'lon' in its operand}}
  %y = field.split %x "lon" into ["row", "p1"] : (tensor<18xf32, #field.dims<lat>>) -> tensor<9x2xf32, #field.dims<row, p1>>
  return
}

// -----

func.func @split_c2_names(%x: tensor<18x36xf32, #field.dims<lat, lon>>) {
  // expected-error@+1 {{lacks 'lon' in its result}}
  %y = field.split %x "lat" into ["row", "p1"] : (tensor<18x36xf32, #field.dims<lat, lon>>) -> tensor<9x2xf32, #field.dims<row, p1>>
  return
}

// -----

func.func @split_c3_product(%x: tensor<18xf32, #field.dims<lat>>) {
  // expected-error@+1 {{has 'lat' = 18, but 'row' * 'p1' = 27}}
  %y = field.split %x "lat" into ["row", "p1"] : (tensor<18xf32, #field.dims<lat>>) -> tensor<9x3xf32, #field.dims<row, p1>>
  return
}

// -----

func.func @merge_c1_names(%x: tensor<9x2xf32, #field.dims<row, p1>>) {
  // expected-error@+1 {{has no 'p2' in its operand}}
  %y = field.merge %x ["row", "p2"] into "lat" : (tensor<9x2xf32, #field.dims<row, p1>>) -> tensor<18xf32, #field.dims<lat>>
  return
}

// -----

func.func @merge_c2_names(%x: tensor<9x2xf32, #field.dims<row, p1>>) {
  // expected-error@+1 {{has a result along 'D', which has no place there}}
  %y = field.merge %x ["row", "p1"] into "lat" : (tensor<9x2xf32, #field.dims<row, p1>>) -> tensor<18x4xf32, #field.dims<lat, D>>
  return
}

// -----

func.func @merge_c3_product(%x: tensor<9x2xf32, #field.dims<row, p1>>) {
  // expected-error@+1 {{has 'lat' = 19, but 'row' * 'p1' = 18}}
  %y = field.merge %x ["row", "p1"] into "lat" : (tensor<9x2xf32, #field.dims<row, p1>>) -> tensor<19xf32, #field.dims<lat>>
  return
}
