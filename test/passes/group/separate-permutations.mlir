// RUN: orrery-opt --separate-permutations %s | FileCheck %s

// Two merges that change storage: one permutation, then two views.
// CHECK-LABEL: func.func @grid(
// CHECK-NEXT: %[[P:.*]] = field.broadcast %arg0 : {{.*}} -> tensor<3x2x5x4x7xf32, #field.dims<row, p1, col, p2, f>>
// CHECK-NEXT: %[[A:.*]] = field.merge %[[P]] ["row", "p1"] into "lat"
// CHECK-NEXT: %[[B:.*]] = field.merge %[[A]] ["col", "p2"] into "lon"
// CHECK-NEXT: return %[[B]]
func.func @grid(%x: tensor<3x5x2x4x7xf32, #field.dims<row, col, p1, p2, f>>) -> tensor<6x20x7xf32, #field.dims<lat, lon, f>> {
  %0 = field.merge %x ["row", "p1"] into "lat" : (tensor<3x5x2x4x7xf32, #field.dims<row, col, p1, p2, f>>) -> tensor<6x5x4x7xf32, #field.dims<lat, col, p2, f>>
  %1 = field.merge %0 ["col", "p2"] into "lon" : (tensor<6x5x4x7xf32, #field.dims<lat, col, p2, f>>) -> tensor<6x20x7xf32, #field.dims<lat, lon, f>>
  return %1 : tensor<6x20x7xf32, #field.dims<lat, lon, f>>
}

// And back: views first.
// CHECK-LABEL: func.func @patches(
// CHECK-NEXT: %[[A:.*]] = field.split %arg0 "lat" into ["row", "p1"]
// CHECK-NEXT: %[[B:.*]] = field.split %[[A]] "lon" into ["col", "p2"]
// CHECK-NEXT: %[[P:.*]] = field.broadcast %[[B]]
// CHECK-NEXT: return %[[P]]
func.func @patches(%x: tensor<6x20x7xf32, #field.dims<lat, lon, f>>) -> tensor<3x5x2x4x7xf32, #field.dims<row, col, p1, p2, f>> {
  %0 = field.split %x "lat" into ["row", "p1"] : (tensor<6x20x7xf32, #field.dims<lat, lon, f>>) -> tensor<3x20x2x7xf32, #field.dims<row, lon, p1, f>>
  %1 = field.split %0 "lon" into ["col", "p2"] : (tensor<3x20x2x7xf32, #field.dims<row, lon, p1, f>>) -> tensor<3x5x2x4x7xf32, #field.dims<row, col, p1, p2, f>>
  return %1 : tensor<3x5x2x4x7xf32, #field.dims<row, col, p1, p2, f>>
}

// Near miss: these keep storage as it is.
// CHECK-LABEL: func.func @view(
// CHECK-NEXT: field.split
// CHECK-NEXT: field.merge
// CHECK-NEXT: return
func.func @view(%x: tensor<6x20xf32, #field.dims<lat, lon>>) -> tensor<3x40xf32, #field.dims<row, rest>> {
  %0 = field.split %x "lat" into ["row", "p1"] : (tensor<6x20xf32, #field.dims<lat, lon>>) -> tensor<3x2x20xf32, #field.dims<row, p1, lon>>
  %1 = field.merge %0 ["p1", "lon"] into "rest" : (tensor<3x2x20xf32, #field.dims<row, p1, lon>>) -> tensor<3x40xf32, #field.dims<row, rest>>
  return %1 : tensor<3x40xf32, #field.dims<row, rest>>
}
