// RUN: orrery-opt %s --drop-unused-results | FileCheck %s

!v = tensor<4xf32, #field.dims<D>>

// The second result, and with it the second argument and all it needed, go.
// CHECK-LABEL: func.func private @two(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<4xf32, #field.dims<D>>) -> tensor<4xf32, #field.dims<D>> {
// CHECK-NEXT:    %[[E:.*]] = field.exp %[[X]]
// CHECK-NEXT:    return %[[E]]
func.func private @two(%x: !v, %y: !v) -> (!v, !v) {
  %a = field.exp %x : (!v) -> !v
  %b = call @inner(%y) : (!v) -> !v
  return %a, %b : !v, !v
}

// CHECK-NOT:   @inner
func.func private @inner(%y: !v) -> !v {
  %b = field.sin %y : (!v) -> !v
  return %b : !v
}

// CHECK-LABEL: func.func private @checks(
// CHECK:         check.expect_close
func.func private @checks(%x: !v) -> !v {
  check.expect_close %x, %x rtol 1.000000e-05 atol 0.000000e+00 : !v, !v
  return %x : !v
}

// What a public function returns stays, and so does a call with an effect.
// CHECK-LABEL: func.func @entry(
// CHECK-SAME:    %[[X:[^:]*]]: {{.*}}, %[[Y:[^:]*]]: tensor
// CHECK:         %[[R:.*]] = call @two(%[[X]])
// CHECK:         call @checks(%[[Y]])
// CHECK:         return %[[R]], %[[Y]]
func.func @entry(%x: !v, %y: !v) -> (!v, !v) {
  %a, %b = call @two(%x, %y) : (!v, !v) -> (!v, !v)
  %c = call @checks(%y) : (!v) -> !v
  return %a, %y : !v, !v
}
