// RUN: orrery-opt %s --approximate-math | FileCheck %s --check-prefix=MATH
// RUN: orrery-opt %s --annotate-kernels | FileCheck %s --check-prefix=ARGS
// RUN: orrery-opt %s --convert-math-to-libm --convert-arith-to-llvm --finalize-memref-to-llvm --convert-func-to-llvm=use-bare-ptr-memref-call-conv --reconcile-unrealized-casts --emit-entries --place-in-source --mlir-print-debuginfo \
// RUN:   | FileCheck %s --check-prefix=ENTRY

// exp in f32 becomes a polynomial, and sine one where all numbers are small enough for it; the rest, and all in f64, are left to the C library.
// MATH-LABEL: func.func private @kernel
// MATH-NOT: math.exp %{{.*}} : vector<16xf32>
// MATH: %[[SMALL:.*]] = vector.reduction <and>
// MATH: scf.if %[[SMALL]]
// MATH-NOT: math.sin
// MATH: } else {
// MATH-NEXT: math.sin %{{.*}} : vector<16xf32>
// MATH: math.exp %{{.*}} : f64
// MATH: math.cos %{{.*}} : f64
// ARGS: func.func private @kernel(%{{.*}}: memref<16xf32> {llvm.align = 64 : i64, llvm.noalias, llvm.nonnull}, %{{.*}}: vector<16xf32>, %{{.*}}: f64)
func.func private @kernel(%x: memref<16xf32>, %v: vector<16xf32>, %y: f64) -> (vector<16xf32>, f64) attributes {orrery.kernel} {
  %e = math.exp %v : vector<16xf32>
  %s = math.sin %e : vector<16xf32>
  %d = math.exp %y : f64
  %c = math.cos %d : f64
  return %s, %c : vector<16xf32>, f64
}

// Near miss: a driver's buffers may overlap (an argument and a result of the caller's choosing).
// ARGS: func.func @driver(%{{.*}}: memref<16xf32>, %{{.*}}: memref<64xi8>)
// ENTRY: llvm.func @driver(
// ENTRY: llvm.return loc(#{{.*}})
// ENTRY: llvm.func @orrery_entry_driver(%[[CONTEXT:[a-z0-9]+]]: !llvm.ptr {{.*}}, %[[ARENA:[a-z0-9]+]]: !llvm.ptr {{.*}}, %[[LIST:[a-z0-9]+]]: !llvm.ptr
// ENTRY: llvm.getelementptr %[[LIST]][0]
// ENTRY: %[[X:.*]] = llvm.load
// ENTRY: llvm.call @driver(%[[X]], %[[ARENA]])
// ENTRY: llvm.func @orrery_entry_listening(%[[CONTEXT:[a-z0-9]+]]
// ENTRY: llvm.call @listening(%{{.*}}, %[[CONTEXT]])
// ENTRY: llvm.mlir.global external constant @orrery_entries()
// ENTRY: llvm.mlir.constant(64 : i64)
// ENTRY: orrery_entry_count(2 : i64)
func.func @driver(%x: memref<16xf32>, %arena: memref<64xi8>) attributes {orrery.arena_bytes = 64 : i64, orrery.inputs = [], orrery.outputs = [tensor<16xf32>]} {
  return
}

// What speaks to the runtime takes the context, last.
func.func @listening(%x: memref<16xf32>, %context: !llvm.ptr) attributes {orrery.takes_context, orrery.inputs = [], orrery.outputs = [tensor<16xf32>]} {
  return
}
