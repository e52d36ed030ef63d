// RUN: orrery-opt %s --fold-overlap-add | FileCheck %s

!g = tensor<2x8x6x3xf32, #field.dims<batch, lat, lon, O>>
!w = tensor<3x3x5x3xf32, #field.dims<k1, k2, C, O>>
!n = tensor<2x8x6x3x3x5xf32, #field.dims<batch, lat, lon, k1, k2, C>>
!x = tensor<2x8x6x5xf32, #field.dims<batch, lat, lon, C>>

// CHECK-LABEL: func.func @convolution(
// CHECK-SAME:    %[[G:[^:]*]]: {{.*}} %[[W:[^:]*]]: tensor<3x3x5x3xf32
// CHECK-DAG:     %[[AROUND:.*]] = field.window %[[G]] ["lat", "lon"] by ["k1", "k2"] offsets [-1, -1] wrap [false, true] : {{.*}} -> tensor<2x8x6x3x3x3xf32, #field.dims<batch, lat, lon, O, k1, k2>>
// CHECK-DAG:     %[[FLIP:.*]] = field.reverse %[[W]] ["k1", "k2"]
// CHECK:         %[[X:.*]] = field.contract %[[AROUND]], %[[FLIP]] over ["O", "k1", "k2"]
// CHECK-NOT:     overlap_add
// CHECK:         return %[[X]]
func.func @convolution(%g: !g, %w: !w) -> !x {
  %n = field.contract %g, %w over ["O"] : (!g, !w) -> !n
  %x = field.overlap_add %n ["lat", "lon"] by ["k1", "k2"] offsets [-1, -1] wrap [false, true] : (!n) -> !x
  return %x : !x
}

// Offsets that are not symmetric: -(k - 1) - offset = -2 - 0 and -2 + 2.
// CHECK-LABEL: func.func @causal(
// CHECK:         field.window {{.*}} offsets [-2, 0] wrap [false, false]
func.func @causal(%g: !g, %w: !w) -> !x {
  %n = field.contract %w, %g over ["O"] : (!w, !g) -> !n
  %x = field.overlap_add %n ["lat", "lon"] by ["k1", "k2"] offsets [0, -2] wrap [false, false] : (!n) -> !x
  return %x : !x
}

// Near miss: the large array is needed anyway.
// CHECK-LABEL: func.func @used_twice(
// CHECK:         field.contract
// CHECK:         field.overlap_add
func.func @used_twice(%g: !g, %w: !w) -> (!x, !n) {
  %n = field.contract %g, %w over ["O"] : (!g, !w) -> !n
  %x = field.overlap_add %n ["lat", "lon"] by ["k1", "k2"] offsets [-1, -1] wrap [false, true] : (!n) -> !x
  return %x, %n : !x, !n
}

!v = tensor<8x6x3x3x5xf32, #field.dims<lat, lon, k1, k2, C>>

// Near miss: the weight depends on the place, so it is no convolution.
// CHECK-LABEL: func.func @local_weight(
// CHECK:         field.overlap_add
func.func @local_weight(%g: !x, %w: !v) -> !x {
  %n = field.contract %g, %w over [] : (!x, !v) -> !n
  %x = field.overlap_add %n ["lat", "lon"] by ["k1", "k2"] offsets [-1, -1] wrap [false, true] : (!n) -> !x
  return %x : !x
}
