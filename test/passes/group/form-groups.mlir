// RUN: orrery-opt --form-groups %s | FileCheck %s

!x = tensor<4x6x32xf32, #field.dims<batch, token, D>>
!xo = tensor<4x6x32xf32, #field.dims<batch, token, D.out>>
!h = tensor<4x6x48xf32, #field.dims<batch, token, H>>
!row = tensor<4x6xf32, #field.dims<batch, token>>
!one = tensor<f32, #field.dims<>>

// Bias, activation and residual run on the tile of the product before them, renaming or not; the norm is one kernel of rows.
// CHECK-LABEL: func.func @mlp(
// CHECK: %[[H:.*]] = call @kernel_contract(
// CHECK: %[[X:.*]] = field.rename %{{.*}} ["D"] to ["D.out"]
// CHECK: %[[Y:.*]] = call @kernel_contract_0(%[[H]], %{{.*}}, %[[X]])
// CHECK: %[[R:.*]] = field.rename %[[Y]] ["D.out"] to ["D"]
// CHECK-NEXT: %[[N:.*]] = call @kernel_rows(%[[R]])
// CHECK-NEXT: return %[[R]], %[[N]]
func.func @mlp(%x: !x, %w1: tensor<48x32xf32, #field.dims<H, D>>, %b: tensor<48xf32, #field.dims<H>>, %w2: tensor<32x48xf32, #field.dims<D.out, H>>) -> (!x, !x) {
  %h = field.contract %x, %w1 over ["D"] : (!x, tensor<48x32xf32, #field.dims<H, D>>) -> !h
  %hb = field.add %h, %b : (!h, tensor<48xf32, #field.dims<H>>) -> !h
  %a = field.gelu %hb : (!h) -> !h
  %o = field.contract %a, %w2 over ["H"] : (!h, tensor<32x48xf32, #field.dims<D.out, H>>) -> !xo
  %r = field.rename %o ["D.out"] to ["D"] : (!xo) -> !x
  %y = field.add %x, %r : (!x, !x) -> !x
  %n = field.constant dense<3.125000e-02> : !one
  %s = field.reduce sum %y over ["D"] : (!x) -> !row
  %m = field.mul %s, %n : (!row, !one) -> !row
  %c = field.sub %y, %m : (!x, !row) -> !x
  %q = field.mul %c, %c : (!x, !x) -> !x
  %v = field.reduce sum %q over ["D"] : (!x) -> !row
  %i = field.rsqrt %v : (!row) -> !row
  %z = field.mul %c, %i : (!x, !row) -> !x
  return %y, %z : !x, !x
}

// Equal but for names: the kernel of the first function serves.
// CHECK-LABEL: func.func @again(
// CHECK: %[[A:.*]] = field.rename %{{.*}} ["K"] to ["D"]
// CHECK: call @kernel_contract(
func.func @again(%x: tensor<4x6x32xf32, #field.dims<batch, token, K>>, %w: tensor<48x32xf32, #field.dims<N, K>>, %b: tensor<48xf32, #field.dims<N>>) -> tensor<4x6x48xf32, #field.dims<batch, token, N>> {
  %h = field.contract %x, %w over ["K"] : (tensor<4x6x32xf32, #field.dims<batch, token, K>>, tensor<48x32xf32, #field.dims<N, K>>) -> tensor<4x6x48xf32, #field.dims<batch, token, N>>
  %hb = field.add %h, %b : (tensor<4x6x48xf32, #field.dims<batch, token, N>>, tensor<48xf32, #field.dims<N>>) -> tensor<4x6x48xf32, #field.dims<batch, token, N>>
  %a = field.gelu %hb : (tensor<4x6x48xf32, #field.dims<batch, token, N>>) -> tensor<4x6x48xf32, #field.dims<batch, token, N>>
  return %a : tensor<4x6x48xf32, #field.dims<batch, token, N>>
}

// Near miss: the sum between them needs all of the first kernel before the second can start.
// CHECK-LABEL: func.func @not_one(
// CHECK: call @kernel_rows
// CHECK: call @kernel_add
func.func @not_one(%x: !x) -> !x {
  %e = field.exp %x : (!x) -> !x
  %s = field.reduce sum %e over ["batch", "token"] : (!x) -> tensor<32xf32, #field.dims<D>>
  %y = field.add %e, %s : (!x, tensor<32xf32, #field.dims<D>>) -> !x
  return %y : !x
}

// A difference of neighbours reads the array twice and stores no slice.
// CHECK-LABEL: func.func @difference(
// CHECK-NEXT: %[[S:.*]] = call @kernel_rows{{.*}}(%arg0)
// CHECK-NEXT: return %[[S]]
func.func @difference(%x: !x) -> !one {
  %a = field.slice %x "token" from 1 as "token.s" : (!x) -> tensor<4x5x32xf32, #field.dims<batch, token.s, D>>
  %b = field.slice %x "token" from 0 as "token.s" : (!x) -> tensor<4x5x32xf32, #field.dims<batch, token.s, D>>
  %d = field.sub %a, %b : (tensor<4x5x32xf32, #field.dims<batch, token.s, D>>, tensor<4x5x32xf32, #field.dims<batch, token.s, D>>) -> tensor<4x5x32xf32, #field.dims<batch, token.s, D>>
  %m = field.abs %d : (tensor<4x5x32xf32, #field.dims<batch, token.s, D>>) -> tensor<4x5x32xf32, #field.dims<batch, token.s, D>>
  %s = field.reduce sum %m over ["batch", "token.s", "D"] : (tensor<4x5x32xf32, #field.dims<batch, token.s, D>>) -> !one
  return %s : !one
}

// One long row goes on with its own sum, as gradients do that are clipped: the sum is a kernel by itself, so that what follows is not left to one thread.
// CHECK-LABEL: func.func @clip(
// CHECK:         %[[S:.*]] = call @kernel_rows{{.*}} -> tensor<f32,
// CHECK:         call @kernel_mul(%{{.*}}, %[[S]])
// CHECK-LABEL: func.func @clip_short(
// CHECK-COUNT-1: call @
// CHECK-NEXT:    return
func.func @clip(%x: tensor<100000xf32, #field.dims<parameter>>) -> tensor<100000xf32, #field.dims<parameter>> {
  %q = field.mul %x, %x : (tensor<100000xf32, #field.dims<parameter>>, tensor<100000xf32, #field.dims<parameter>>) -> tensor<100000xf32, #field.dims<parameter>>
  %s = field.reduce sum %q over ["parameter"] : (tensor<100000xf32, #field.dims<parameter>>) -> tensor<f32, #field.dims<>>
  %y = field.mul %x, %s : (tensor<100000xf32, #field.dims<parameter>>, tensor<f32, #field.dims<>>) -> tensor<100000xf32, #field.dims<parameter>>
  return %y : tensor<100000xf32, #field.dims<parameter>>
}

// Near miss: a short one stays together.
func.func @clip_short(%x: tensor<1000xf32, #field.dims<parameter>>) -> tensor<1000xf32, #field.dims<parameter>> {
  %q = field.mul %x, %x : (tensor<1000xf32, #field.dims<parameter>>, tensor<1000xf32, #field.dims<parameter>>) -> tensor<1000xf32, #field.dims<parameter>>
  %s = field.reduce sum %q over ["parameter"] : (tensor<1000xf32, #field.dims<parameter>>) -> tensor<f32, #field.dims<>>
  %y = field.mul %x, %s : (tensor<1000xf32, #field.dims<parameter>>, tensor<f32, #field.dims<>>) -> tensor<1000xf32, #field.dims<parameter>>
  return %y : tensor<1000xf32, #field.dims<parameter>>
}

// CHECK: func.func private @kernel_contract(
// CHECK-NEXT: field.contract
// CHECK-NEXT: field.add
// CHECK-NEXT: field.gelu
// CHECK-NEXT: return
