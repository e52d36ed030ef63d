// RUN: orrery-opt %s --split-batch='share=0.25 dims=frame+atom+edge' | FileCheck %s

!s = tensor<f32, #field.dims<>>
!f = tensor<?xf32, #field.dims<frame>>
!a = tensor<?xf32, #field.dims<atom>>
!e = tensor<?xf32, #field.dims<edge>>
!k = tensor<9xf32, #field.dims<element>>
!ai = tensor<?xi32, #field.dims<atom>>
!ei = tensor<?xi32, #field.dims<edge>>
!fr = tensor<?x2xi32, #field.dims<frame, ends>>
!ar = tensor<?x2xi32, #field.dims<atom, ends>>
!kr = tensor<9x2xi32, #field.dims<element, ends>>

func.func private @energy(%x: !a, %w: !k, %src: !ei, %sr: !ar, %so: !ei, %dst: !ei, %dr: !ar, %frame: !ai, %fr: !fr, %z: !ai, %zr: !kr, %zo: !ai) -> !f {
  %kind = graph.gather %w by %z, %zr, %zo : (!k, !ai, !kr, !ai) -> !a
  %there = graph.gather %x by %src, %sr, %so : (!a, !ei, !ar, !ei) -> !e
  %pair = field.tanh %there : (!e) -> !e
  %m = graph.segment sum %pair by %dst, %dr : (!e, !ei, !ar) -> !a
  %y = field.mul %m, %kind : (!a, !a) -> !a
  %sum = graph.segment sum %y by %frame, %fr : (!a, !ai, !fr) -> !f
  return %sum : !f
}

// Energies, forces, a sum by elements, and a penalty, which alone is shared out.
// CHECK-LABEL: func.func @loss(
// CHECK:         %[[E:.*]]:2 = train.gradient @energy
// CHECK:         %[[PENALTY:.*]] = field.contract %[[W:.*]], %[[W]] over
// CHECK:         %[[SHARE:.*]] = field.constant dense<2.500000e-01>
// CHECK:         %[[PART:.*]] = field.mul %[[PENALTY]], %[[SHARE]]
// CHECK:         field.add %{{.*}}, %[[PART]]
// CHECK-NOT:     dense<2.5
func.func @loss(%x: !a, %w: !k, %src: !ei, %sr: !ar, %so: !ei, %dst: !ei, %dr: !ar, %frame: !ai, %fr: !fr, %z: !ai, %zr: !kr, %zo: !ai, %f: !a, %atoms: !s) -> !s {
  %e:2 = train.gradient @energy(%x, %w, %src, %sr, %so, %dst, %dr, %frame, %fr, %z, %zr, %zo) wrt [0]
     : (!a, !k, !ei, !ar, !ei, !ei, !ar, !ai, !fr, !ai, !kr, !ai) -> (!f, !a)
  %square = field.mul %e#0, %e#0 : (!f, !f) -> !f
  %energies = field.reduce sum %square over ["frame"] : (!f) -> !s
  %difference = field.sub %e#1, %f : (!a, !a) -> !a
  %wrong = field.abs %difference : (!a) -> !a
  %forces = field.reduce sum %wrong over ["atom"] : (!a) -> !s
  %mean = field.div %forces, %atoms : (!s, !s) -> !s
  %kinds = graph.segment sum %x by %z, %zr, %zo : (!a, !ai, !kr, !ai) -> !k
  %third = field.contract %kinds, %w over ["element"] : (!k, !k) -> !s
  %penalty = field.contract %w, %w over ["element"] : (!k, !k) -> !s
  %0 = field.add %energies, %mean : (!s, !s) -> !s
  %1 = field.add %0, %third : (!s, !s) -> !s
  %2 = field.add %1, %penalty : (!s, !s) -> !s
  return %2 : !s
}
