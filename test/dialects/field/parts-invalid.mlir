// RUN: orrery-opt %s -split-input-file -verify-diagnostics

func.func @extract_c1_index(%x: tensor<8x3xf32, #field.dims<token, part>>) {
  // expected-error@+1 {{takes index 3 of 'part' = 3}}
  %y = field.extract %x "part" at 3 : (tensor<8x3xf32, #field.dims<token, part>>) -> tensor<8xf32, #field.dims<token>>
  return
}

// -----

func.func @extract_c1_dim(%x: tensor<8xf32, #field.dims<token>>) {
  // expected-error@+1 {{has no 'part' in its operand}}
  %y = field.extract %x "part" at 0 : (tensor<8xf32, #field.dims<token>>) -> tensor<8xf32, #field.dims<token>>
  return
}

// -----

func.func @extract_c2_names(%x: tensor<8x3xf32, #field.dims<token, part>>) {
  // expected-error@+1 {{lacks 'token' in its result}}
  %y = field.extract %x "part" at 0 : (tensor<8x3xf32, #field.dims<token, part>>) -> tensor<3xf32, #field.dims<part>>
  return
}

// -----

func.func @slice_c1_dim(%x: tensor<18xf32, #field.dims<lat>>) {
  // expected-error@+1 {{has no 'lon' in its operand}}
  %y = field.slice %x "lon" from 1 as "s" : (tensor<18xf32, #field.dims<lat>>) -> tensor<17xf32, #field.dims<s>>
  return
}

// -----

func.func @slice_c2_as(%x: tensor<18xf32, #field.dims<lat>>) {
  // expected-error@+1 {{has no 's' in its result}}
  %y = field.slice %x "lat" from 1 as "s" : (tensor<18xf32, #field.dims<lat>>) -> tensor<17xf32, #field.dims<lat>>
  return
}

// -----

func.func @slice_c2_taken(%x: tensor<18x17xf32, #field.dims<lat, s>>) {
  // expected-error@+1 {{makes 's', a name that is there already}}
  %y = field.slice %x "lat" from 1 as "s" : (tensor<18x17xf32, #field.dims<lat, s>>) -> tensor<17xf32, #field.dims<s>>
  return
}

// -----

func.func @slice_c3_range(%x: tensor<18xf32, #field.dims<lat>>) {
  // expected-error@+1 {{has offset 2 and 's' = 17, which does not lie within 'lat' = 18}}
  %y = field.slice %x "lat" from 2 as "s" : (tensor<18xf32, #field.dims<lat>>) -> tensor<17xf32, #field.dims<s>>
  return
}

// -----

func.func @pad_c1_dim(%x: tensor<17xf32, #field.dims<s>>) {
  // expected-error@+1 {{has no 'lon' in its operand}}
  %y = field.pad %x "lon" low 1 as "lat" : (tensor<17xf32, #field.dims<s>>) -> tensor<18xf32, #field.dims<lat>>
  return
}

// -----

func.func @pad_c2_names(%x: tensor<17x4xf32, #field.dims<s, D>>) {
  // expected-error@+1 {{lacks 'D' in its result}}
  %y = field.pad %x "s" low 1 as "lat" : (tensor<17x4xf32, #field.dims<s, D>>) -> tensor<18xf32, #field.dims<lat>>
  return
}

// -----

func.func @pad_c3_range(%x: tensor<17xf32, #field.dims<s>>) {
  // expected-error@+1 {{has low -1 and 's' = 17, which does not lie within 'lat' = 18}}
  %y = field.pad %x "s" low -1 as "lat" : (tensor<17xf32, #field.dims<s>>) -> tensor<18xf32, #field.dims<lat>>
  return
}

// -----

func.func @concat_c1_count(%x: tensor<4xf32, #field.dims<D>>) {
  // expected-error@+1 {{names 1 dims for 2 operands; each operand needs one}}
  %y = field.concat %x, %x along ["D"] into "F" : (tensor<4xf32, #field.dims<D>>, tensor<4xf32, #field.dims<D>>) -> tensor<8xf32, #field.dims<F>>
  return
}

// -----

func.func @concat_c1_dim(%x: tensor<4xf32, #field.dims<D>>) {
  // expected-error@+1 {{has no 'E' in its operand}}
  %y = field.concat %x, %x along ["D", "E"] into "F" : (tensor<4xf32, #field.dims<D>>, tensor<4xf32, #field.dims<D>>) -> tensor<8xf32, #field.dims<F>>
  return
}

// -----

func.func @concat_c2_names(%x: tensor<4xf32, #field.dims<D>>, %y: tensor<3x4xf32, #field.dims<token, D>>) {
  // expected-error@+1 {{has a result along 'token', which has no place there}}
  %z = field.concat %x, %y along ["D", "D"] into "F" : (tensor<4xf32, #field.dims<D>>, tensor<3x4xf32, #field.dims<token, D>>) -> tensor<3x8xf32, #field.dims<token, F>>
  return
}

// -----

func.func @concat_c3_sum(%x: tensor<4xf32, #field.dims<D>>) {
  // expected-error@+1 {{has 'F' = 9, but 'D' + 'D' = 8}}
  %y = field.concat %x, %x along ["D", "D"] into "F" : (tensor<4xf32, #field.dims<D>>, tensor<4xf32, #field.dims<D>>) -> tensor<9xf32, #field.dims<F>>
  return
}

// -----

func.func @stack_c1_dim(%x: tensor<4xf32, #field.dims<D>>) {
  // expected-error@+1 {{has no 'part' in its result}}
  %y = field.stack %x, %x as "part" : (tensor<4xf32, #field.dims<D>>, tensor<4xf32, #field.dims<D>>) -> tensor<4xf32, #field.dims<D>>
  return
}

// -----

func.func @stack_c1_other(%x: tensor<4xf32, #field.dims<D>>) {
  // expected-error@+1 {{has a result along 'E', which has no place there}}
  %y = field.stack %x, %x as "part" : (tensor<4xf32, #field.dims<D>>, tensor<4xf32, #field.dims<D>>) -> tensor<2x4x5xf32, #field.dims<part, D, E>>
  return
}

// -----

func.func @stack_c2_size(%x: tensor<4xf32, #field.dims<D>>) {
  // expected-error@+1 {{has 'part' = 3 for 2 operands}}
  %y = field.stack %x, %x as "part" : (tensor<4xf32, #field.dims<D>>, tensor<4xf32, #field.dims<D>>) -> tensor<3x4xf32, #field.dims<part, D>>
  return
}

// -----

func.func @stack_c3_sizes(%x: tensor<4xf32, #field.dims<D>>, %y: tensor<5xf32, #field.dims<D>>) {
  // expected-error@+1 {{has 'D' = 4 in one operand and 5 in another}}
  %z = field.stack %x, %y as "part" : (tensor<4xf32, #field.dims<D>>, tensor<5xf32, #field.dims<D>>) -> tensor<2x4xf32, #field.dims<part, D>>
  return
}

// -----

func.func @reverse_c1_dim(%x: tensor<4xf32, #field.dims<D>>) {
  // expected-error@+1 {{has no 'E' in its operand}}
  %y = field.reverse %x ["E"] : (tensor<4xf32, #field.dims<D>>) -> tensor<4xf32, #field.dims<D>>
  return
}

// -----

func.func @reverse_c2_type(%x: tensor<4xf32, #field.dims<D>>) {
  // expected-error@+1 {{has 'D' = 5 in its result, where it is 4}}
  %y = field.reverse %x ["D"] : (tensor<4xf32, #field.dims<D>>) -> tensor<5xf32, #field.dims<D>>
  return
}
