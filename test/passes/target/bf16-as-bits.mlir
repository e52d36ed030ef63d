// RUN: orrery-opt %s --bf16-as-bits | FileCheck %s

// CHECK-LABEL: llvm.func @masked(
// CHECK:         llvm.intr.masked.load {{.*}} vector<8xi16>
// CHECK:         llvm.bitcast {{.*}} : vector<8xi16> to vector<8xbf16>
// CHECK:         llvm.bitcast {{.*}} : vector<8xbf16> to vector<8xi16>
// CHECK:         llvm.intr.masked.store {{.*}} vector<8xi16>
llvm.func @masked(%p: !llvm.ptr, %q: !llvm.ptr, %m: vector<8xi1>, %none: vector<8xbf16>) {
  %x = llvm.intr.masked.load %p, %m, %none {alignment = 2 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xbf16>) -> vector<8xbf16>
  llvm.intr.masked.store %x, %q, %m {alignment = 2 : i32} : vector<8xbf16>, vector<8xi1> into !llvm.ptr
  llvm.return
}

// CHECK-LABEL: llvm.func @one(
// CHECK:         llvm.load %{{.*}} : !llvm.ptr -> i16
// CHECK:         llvm.store %{{.*}} : i16, !llvm.ptr
llvm.func @one(%p: !llvm.ptr, %q: !llvm.ptr) {
  %x = llvm.load %p : !llvm.ptr -> bf16
  llvm.store %x, %q : bf16, !llvm.ptr
  llvm.return
}

// Near miss: any other width.
// CHECK-LABEL: llvm.func @wide(
// CHECK-NOT:     llvm.bitcast
// CHECK:         llvm.return
llvm.func @wide(%p: !llvm.ptr, %q: !llvm.ptr) {
  %x = llvm.load %p : !llvm.ptr -> f32
  llvm.store %x, %q : f32, !llvm.ptr
  llvm.return
}
