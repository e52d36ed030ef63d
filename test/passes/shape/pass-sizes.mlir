// RUN: orrery-opt %s --pass-sizes --split-input-file --verify-diagnostics | FileCheck %s

// The sizes stand behind the arrays, in the order in which their names first appear, and go on to what is called. A renamed dim has the same size.
// CHECK-LABEL: func.func @public(
// CHECK-SAME: %{{[a-z0-9]+}}: tensor<?x?xf32, {{[^%]*}} %[[ATOM:[a-z0-9]+]]: index {orrery.size = ["atom"{{.*}}]}, %[[EDGE:[a-z0-9]+]]: index {orrery.size = ["edge"]}
// CHECK-SAME: orrery.sizes = ["atom", "edge"]
// CHECK: call @callee(%{{.*}}, %[[ATOM]])
func.func @public(%x: tensor<?x?xf32, #field.dims<atom, edge>>) -> tensor<?xf32, #field.dims<atom>> {
  %s = field.reduce sum %x over ["edge"] : (tensor<?x?xf32, #field.dims<atom, edge>>) -> tensor<?xf32, #field.dims<atom>>
  %r = field.rename %s ["atom"] to ["there"] : (tensor<?xf32, #field.dims<atom>>) -> tensor<?xf32, #field.dims<there>>
  %y = call @callee(%r) : (tensor<?xf32, #field.dims<there>>) -> tensor<?xf32, #field.dims<there>>
  %b = field.rename %y ["there"] to ["atom"] : (tensor<?xf32, #field.dims<there>>) -> tensor<?xf32, #field.dims<atom>>
  return %b : tensor<?xf32, #field.dims<atom>>
}
// CHECK: func.func private @callee(%{{.*}}: tensor<?xf32, #field.dims<there>>, %{{.*}}: index {orrery.size = ["there"]})
func.func private @callee(%x: tensor<?xf32, #field.dims<there>>) -> tensor<?xf32, #field.dims<there>> {
  return %x : tensor<?xf32, #field.dims<there>>
}
// A size that a cast forgets is a constant here.
// CHECK-LABEL: func.func @known(
// CHECK-SAME: %{{[a-z0-9]+}}: tensor<5xf32, #field.dims<there>>) ->
// CHECK: %[[FIVE:.*]] = arith.constant 5 : index
// CHECK: call @callee(%{{.*}}, %[[FIVE]])
func.func @known(%x: tensor<5xf32, #field.dims<there>>) -> tensor<5xf32, #field.dims<there>> {
  %d = field.size_cast %x : (tensor<5xf32, #field.dims<there>>) -> tensor<?xf32, #field.dims<there>>
  %y = call @callee(%d) : (tensor<?xf32, #field.dims<there>>) -> tensor<?xf32, #field.dims<there>>
  %k = field.size_cast %y : (tensor<?xf32, #field.dims<there>>) -> tensor<5xf32, #field.dims<there>>
  return %k : tensor<5xf32, #field.dims<there>>
}
// What is called returns an array whose size another array here tells.
// CHECK-LABEL: func.func @told(
// CHECK: %[[FIVE:.*]] = arith.constant 5 : index
// CHECK: call @callee(%{{.*}}, %[[FIVE]])
func.func @told(%x: tensor<5xf32, #field.dims<there>>) -> tensor<5xf32, #field.dims<there>> {
  %d = call @forgets(%x) : (tensor<5xf32, #field.dims<there>>) -> tensor<?xf32, #field.dims<there>>
  %y = call @callee(%d) : (tensor<?xf32, #field.dims<there>>) -> tensor<?xf32, #field.dims<there>>
  return %x : tensor<5xf32, #field.dims<there>>
}
func.func private @forgets(%x: tensor<5xf32, #field.dims<there>>) -> tensor<?xf32, #field.dims<there>> {
  %d = field.size_cast %x : (tensor<5xf32, #field.dims<there>>) -> tensor<?xf32, #field.dims<there>>
  return %d : tensor<?xf32, #field.dims<there>>
}
// Without such sizes nothing changes.
// CHECK-LABEL: func.func @static(
// CHECK-SAME: %{{[a-z0-9]+}}: tensor<5xf32, #field.dims<a>>) -> tensor<5xf32, #field.dims<a>> {
func.func @static(%x: tensor<5xf32, #field.dims<a>>) -> tensor<5xf32, #field.dims<a>> {
  return %x : tensor<5xf32, #field.dims<a>>
}

// -----

func.func @two_sizes(%x: tensor<5xf32, #field.dims<a>>) {
  %d = field.size_cast %x : (tensor<5xf32, #field.dims<a>>) -> tensor<?xf32, #field.dims<a>>
  // expected-error@+1 {{gives 'a' the size 4, but it is 5 in this function}}
  %e = field.size_cast %d : (tensor<?xf32, #field.dims<a>>) -> tensor<4xf32, #field.dims<a>>
  return
}

// -----

// expected-error@+1 {{needs the size of 'a', which none of its arguments has}}
func.func @unknown() -> tensor<?xf32, #field.dims<a>> {
  %c = field.constant dense<1.0> : tensor<f32, #field.dims<>>
  %y = field.broadcast %c : (tensor<f32, #field.dims<>>) -> tensor<?xf32, #field.dims<a>>
  return %y : tensor<?xf32, #field.dims<a>>
}

// -----

func.func @merged(%x: tensor<?x3xf32, #field.dims<a, b>>) -> tensor<?xf32, #field.dims<c>> {
  // expected-error@+1 {{whose size is known at run time only}}
  %y = field.merge %x ["a", "b"] into "c" : (tensor<?x3xf32, #field.dims<a, b>>) -> tensor<?xf32, #field.dims<c>>
  return %y : tensor<?xf32, #field.dims<c>>
}
