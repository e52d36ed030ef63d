// RUN: orrery-opt %s | orrery-opt | FileCheck %s
// RUN: orrery-opt %s -mlir-print-op-generic | orrery-opt | FileCheck %s

// CHECK-LABEL: func @gather(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: {{[^%]*}} %[[I:[a-z0-9]+]]: {{[^%]*}} %[[R:[a-z0-9]+]]: {{[^%]*}} %[[O:[a-z0-9]+]]:
// CHECK:         graph.gather %[[X]] by %[[I]], %[[R]], %[[O]]
func.func @gather(%x: tensor<?x64xf32, #field.dims<atom, D>>, %index: tensor<?xi32, #field.dims<edge>>, %ranges: tensor<?x2xi32, #field.dims<atom, ends>>, %order: tensor<?xi32, #field.dims<edge>>) -> tensor<?x64xf32, #field.dims<edge, D>> {
  %y = graph.gather %x by %index, %ranges, %order
     : (tensor<?x64xf32, #field.dims<atom, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>, tensor<?xi32, #field.dims<edge>>)
     -> tensor<?x64xf32, #field.dims<edge, D>>
  return %y : tensor<?x64xf32, #field.dims<edge, D>>
}

// CHECK-LABEL: func @segment(
// CHECK-SAME:    %[[M:[a-z0-9]+]]: {{[^%]*}} %[[I:[a-z0-9]+]]: {{[^%]*}} %[[R:[a-z0-9]+]]:
// CHECK:         graph.segment sum %[[M]] by %[[I]], %[[R]] :
func.func @segment(%m: tensor<?x64xf32, #field.dims<edge, D>>, %index: tensor<?xi32, #field.dims<edge>>, %ranges: tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x64xf32, #field.dims<atom, D>> {
  %s = graph.segment sum %m by %index, %ranges
     : (tensor<?x64xf32, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>)
     -> tensor<?x64xf32, #field.dims<atom, D>>
  return %s : tensor<?x64xf32, #field.dims<atom, D>>
}
