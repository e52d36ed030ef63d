// An entry whose sizes are known at run time: they are inputs behind the arrays, and the arena's size is asked for them. One object, two batches.
// RUN: orrery-run %s --emit=obj -o %t.o
// RUN: clang -I %root %S/Inputs/ragged-entry.c %t.o -fopenmp -lm -o %t && %t | FileCheck %s
// CHECK: 2 atoms, 2 edges, arena [[#]]: -3 -4 -1 -2
// CHECK: 4 atoms, 4 edges, arena [[#]]: -12 -13 -24 -26 -12 -13 -0 -0

func.func @neighbours(%x: tensor<?x2xf32, #field.dims<atom, xy>>, %src: tensor<?xi32, #field.dims<edge>>, %srcRanges: tensor<?x2xi32, #field.dims<atom, ends>>, %srcOrder: tensor<?xi32, #field.dims<edge>>, %dst: tensor<?xi32, #field.dims<edge>>, %dstRanges: tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x2xf32, #field.dims<atom, xy>> {
  %g = graph.gather %x by %src, %srcRanges, %srcOrder : (tensor<?x2xf32, #field.dims<atom, xy>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>, tensor<?xi32, #field.dims<edge>>) -> tensor<?x2xf32, #field.dims<edge, xy>>
  %s = graph.segment sum %g by %dst, %dstRanges : (tensor<?x2xf32, #field.dims<edge, xy>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x2xf32, #field.dims<atom, xy>>
  %n = field.neg %s : (tensor<?x2xf32, #field.dims<atom, xy>>) -> tensor<?x2xf32, #field.dims<atom, xy>>
  return %n : tensor<?x2xf32, #field.dims<atom, xy>>
}
