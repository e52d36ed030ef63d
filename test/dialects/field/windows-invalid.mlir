// RUN: orrery-opt %s -split-input-file -verify-diagnostics

func.func @window_c1_dim(%x: tensor<18xf32, #field.dims<lat>>) {
  // expected-error@+1 {{has no 'lon' in its operand}}
  %y = field.window %x ["lon"] by ["k"] offsets [-1] wrap [false] : (tensor<18xf32, #field.dims<lat>>) -> tensor<18x3xf32, #field.dims<lat, k>>
  return
}

// -----

func.func @window_c1_kernel(%x: tensor<18x3xf32, #field.dims<lat, k>>) {
  // expected-error@+1 {{makes 'k', which its operand has already}}
  %y = field.window %x ["lat"] by ["k"] offsets [-1] wrap [false] : (tensor<18x3xf32, #field.dims<lat, k>>) -> tensor<18x3xf32, #field.dims<lat, k>>
  return
}

// -----

func.func @window_c2_lists(%x: tensor<18xf32, #field.dims<lat>>) {
  // expected-error@+1 {{has 1 dims, 1 kernel dims, 2 offsets and 1 wrap; each dim needs one of all}}
  %y = field.window %x ["lat"] by ["k"] offsets [-1, 0] wrap [false] : (tensor<18xf32, #field.dims<lat>>) -> tensor<18x3xf32, #field.dims<lat, k>>
  return
}

// -----

func.func @window_c3_names(%x: tensor<18xf32, #field.dims<lat>>) {
  // expected-error@+1 {{has no 'k' in its result}}
  %y = field.window %x ["lat"] by ["k"] offsets [-1] wrap [false] : (tensor<18xf32, #field.dims<lat>>) -> tensor<18xf32, #field.dims<lat>>
  return
}

// -----

func.func @window_c4_sizes(%x: tensor<18xf32, #field.dims<lat>>) {
  // expected-error@+1 {{has 'lat' = 16 in its result, where it is 18}}
  %y = field.window %x ["lat"] by ["k"] offsets [0] wrap [false] : (tensor<18xf32, #field.dims<lat>>) -> tensor<16x3xf32, #field.dims<lat, k>>
  return
}

// -----

func.func @overlap_add_c1_kernel(%x: tensor<18xf32, #field.dims<lat>>) {
  // expected-error@+1 {{has no 'k' in its operand}}
  %y = field.overlap_add %x ["lat"] by ["k"] offsets [-1] wrap [false] : (tensor<18xf32, #field.dims<lat>>) -> tensor<18xf32, #field.dims<lat>>
  return
}

// -----

func.func @overlap_add_c2_lists(%x: tensor<18x3xf32, #field.dims<lat, k>>) {
  // expected-error@+1 {{has 1 dims, 1 kernel dims, 1 offsets and 2 wrap; each dim needs one of all}}
  %y = field.overlap_add %x ["lat"] by ["k"] offsets [-1] wrap [false, true] : (tensor<18x3xf32, #field.dims<lat, k>>) -> tensor<18xf32, #field.dims<lat>>
  return
}

// -----

func.func @overlap_add_c3_names(%x: tensor<18x3xf32, #field.dims<lat, k>>) {
  // expected-error@+1 {{has a result along 'k', which has no place there}}
  %y = field.overlap_add %x ["lat"] by ["k"] offsets [-1] wrap [false] : (tensor<18x3xf32, #field.dims<lat, k>>) -> tensor<18x3xf32, #field.dims<lat, k>>
  return
}

// -----

func.func @overlap_add_c4_element(%x: tensor<18x3xf32, #field.dims<lat, k>>) {
  // expected-error@+1 {{mixes element types}}
  %y = field.overlap_add %x ["lat"] by ["k"] offsets [-1] wrap [false] : (tensor<18x3xf32, #field.dims<lat, k>>) -> tensor<18xf64, #field.dims<lat>>
  return
}
