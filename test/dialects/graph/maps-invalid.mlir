// RUN: orrery-opt %s -split-input-file -verify-diagnostics

func.func @gather_c1_index(%x: tensor<?x64xf32, #field.dims<atom, D>>, %index: tensor<?x2xi32, #field.dims<edge, pair>>, %ranges: tensor<?x2xi32, #field.dims<atom, ends>>) {
  // expected-error@+1 {{has an index along 2 dims; a map is from one}}
  %y = graph.gather %x by %index, %ranges : (tensor<?x64xf32, #field.dims<atom, D>>, tensor<?x2xi32, #field.dims<edge, pair>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x64xf32, #field.dims<edge, D>>
  return
}

// -----

func.func @gather_c1_order(%x: tensor<?x64xf32, #field.dims<atom, D>>, %index: tensor<?xi32, #field.dims<edge>>, %ranges: tensor<?x2xi32, #field.dims<atom, ends>>, %order: tensor<?xi32, #field.dims<bond>>) {
  // expected-error@+1 {{lacks 'edge' in its order}}
  %y = graph.gather %x by %index, %ranges, %order : (tensor<?x64xf32, #field.dims<atom, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>, tensor<?xi32, #field.dims<bond>>) -> tensor<?x64xf32, #field.dims<edge, D>>
  return
}

// -----

func.func @gather_c2(%x: tensor<?x64xf32, #field.dims<atom, D>>, %index: tensor<?xi32, #field.dims<edge>>, %ranges: tensor<?xi32, #field.dims<atom>>) {
  // expected-error@+1 {{they are [what the map goes to, 2]}}
  %y = graph.gather %x by %index, %ranges : (tensor<?x64xf32, #field.dims<atom, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?xi32, #field.dims<atom>>) -> tensor<?x64xf32, #field.dims<edge, D>>
  return
}

// -----

func.func @gather_c3(%x: tensor<?x64xf32, #field.dims<frame, D>>, %index: tensor<?xi32, #field.dims<edge>>, %ranges: tensor<?x2xi32, #field.dims<atom, ends>>) {
  // expected-error@+1 {{has no 'atom' in its operand}}
  %y = graph.gather %x by %index, %ranges : (tensor<?x64xf32, #field.dims<frame, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x64xf32, #field.dims<edge, D>>
  return
}

// -----

func.func @gather_c3_size(%x: tensor<5x64xf32, #field.dims<atom, D>>, %index: tensor<?xi32, #field.dims<edge>>, %ranges: tensor<?x2xi32, #field.dims<atom, ends>>) {
  // expected-error@+1 {{has 'atom' = 5 in its operand and}}
  %y = graph.gather %x by %index, %ranges : (tensor<5x64xf32, #field.dims<atom, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x64xf32, #field.dims<edge, D>>
  return
}

// -----

func.func @segment_c3(%m: tensor<?x64xf32, #field.dims<atom, D>>, %index: tensor<?xi32, #field.dims<edge>>, %ranges: tensor<?x2xi32, #field.dims<atom, ends>>) {
  // expected-error@+1 {{has no 'edge' in its operand}}
  %s = graph.segment max %m by %index, %ranges : (tensor<?x64xf32, #field.dims<atom, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x64xf32, #field.dims<atom, D>>
  return
}

// -----

func.func @segment_c4(%m: tensor<?x64xf32, #field.dims<edge, D>>, %index: tensor<?xi32, #field.dims<edge>>, %ranges: tensor<?x2xi32, #field.dims<atom, ends>>) {
  // expected-error@+1 {{has a result along 'E', which has no place there}}
  %s = graph.segment sum %m by %index, %ranges : (tensor<?x64xf32, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x64x64xf32, #field.dims<atom, D, E>>
  return
}

// -----

func.func @segment_c5(%m: tensor<?x64xf32, #field.dims<edge, D>>, %index: tensor<?xi32, #field.dims<edge>>, %ranges: tensor<?x2xi32, #field.dims<atom, ends>>) {
  // expected-error@+1 {{mixes element types 'f32' and 'f64'}}
  %s = graph.segment sum %m by %index, %ranges : (tensor<?x64xf32, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x64xf64, #field.dims<atom, D>>
  return
}
