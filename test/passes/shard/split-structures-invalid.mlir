// RUN: orrery-opt %s --split-batch='share=0.25 dims=frame+atom+edge' --split-input-file --verify-diagnostics

// The greatest of each element is no sum.
!s = tensor<f32, #field.dims<>>
!a = tensor<?xf32, #field.dims<atom>>
!k = tensor<9xf32, #field.dims<element>>
!ai = tensor<?xi32, #field.dims<atom>>
!kr = tensor<9x2xi32, #field.dims<element, ends>>

func.func @loss(%x: !a, %z: !ai, %zr: !kr, %zo: !ai) -> !s {
  // expected-error@+1 {{samples are combined in another way than by a sum or a mean}}
  %most = graph.segment max %x by %z, %zr, %zo : (!a, !ai, !kr, !ai) -> !k
  %sum = field.reduce sum %most over ["element"] : (!k) -> !s
  return %sum : !s
}

// -----

// The mean of all atoms of the batch goes into each structure.
!s = tensor<f32, #field.dims<>>
!a = tensor<?xf32, #field.dims<atom>>

func.func @loss(%x: !a) -> !s {
  %sum = field.reduce sum %x over ["atom"] : (!a) -> !s
  // expected-error@+1 {{a sum over the samples goes back into single samples}}
  %centred = field.sub %x, %sum : (!a, !s) -> !a
  %loss = field.reduce sum %centred over ["atom"] : (!a) -> !s
  return %loss : !s
}

// -----

// Every atom meets every structure.
!s = tensor<f32, #field.dims<>>
!a = tensor<?xf32, #field.dims<atom>>
!f = tensor<?xf32, #field.dims<frame>>
!af = tensor<?x?xf32, #field.dims<atom, frame>>

func.func @loss(%x: !a, %y: !f) -> !s {
  // expected-error@+1 {{parts of different samples meet}}
  %all = field.mul %x, %y : (!a, !f) -> !af
  %loss = field.reduce sum %all over ["atom", "frame"] : (!af) -> !s
  return %loss : !s
}

// -----

// A gradient of what is no sum.
!s = tensor<f32, #field.dims<>>
!a = tensor<?xf32, #field.dims<atom>>

func.func private @root(%x: !a) -> !s {
  %sum = field.reduce sum %x over ["atom"] : (!a) -> !s
  // expected-error@+1 {{not linear}}
  %root = field.sqrt %sum : (!s) -> !s
  return %root : !s
}
func.func @loss(%x: !a) -> !s {
  %y:2 = train.gradient @root(%x) wrt [0] : (!a) -> (!s, !a)
  %loss = field.reduce sum %y#1 over ["atom"] : (!a) -> !s
  return %loss : !s
}
