// RUN: orrery-opt %s --pass-pipeline='builtin.module(func.func(expand-bf16))' | FileCheck %s

// CHECK-LABEL: func.func @dot(
// CHECK-NOT:     x86vector
// CHECK:         arith.shli
// CHECK:         %[[FIRST:.*]] = vector.fma {{.*}} : vector<8xf32>
// CHECK:         arith.andi
// CHECK:         vector.fma {{.*}}, %[[FIRST]] : vector<8xf32>
func.func @dot(%sum: vector<8xf32>, %a: vector<16xbf16>, %b: vector<16xbf16>) -> vector<8xf32> {
  %s = x86vector.avx512.dot %sum, %a, %b : vector<16xbf16> -> vector<8xf32>
  return %s : vector<8xf32>
}

// CHECK-LABEL: func.func @round(
// CHECK-NOT:     arith.truncf
// CHECK:         return
func.func @round(%x: vector<8xf32>) -> vector<8xbf16> {
  %y = arith.truncf %x : vector<8xf32> to vector<8xbf16>
  return %y : vector<8xbf16>
}

// Near miss: what is widened already.
// CHECK-LABEL: func.func @wide(
// CHECK-NEXT:    vector.fma
// CHECK-NEXT:    return
func.func @wide(%sum: vector<8xf32>, %a: vector<8xf32>, %b: vector<8xf32>) -> vector<8xf32> {
  %s = vector.fma %a, %b, %sum : vector<8xf32>
  return %s : vector<8xf32>
}
