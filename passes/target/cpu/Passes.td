// Passes that make native code for CPUs.

#ifndef ORRERY_PASSES_TARGET_CPU_TD
#define ORRERY_PASSES_TARGET_CPU_TD

include "mlir/Pass/PassBase.td"

def ApproximateMath : Pass<"approximate-math", "::mlir::func::FuncOp"> {
  let summary = "Makes polynomials of transcendental functions in f32";
  let description = [{
    `exp`, `log`, `log1p`, `expm1`, `tanh` and `erf` in f32, on scalars and vectors, become polynomials of upstream's that are as exact as a vector library's (5 ulp at most) and run on whole vectors. `sin` and
    `cos` become polynomials of our own (1.6 ulp), because upstream's lose all relative accuracy near multiples of pi; numbers beyond 8192 go to the C library, as does everything in f64. **Changes rounding.**
  }];
  let dependentDialects = ["::mlir::math::MathDialect", "::mlir::vector::VectorDialect", "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def ShareOutLoops : Pass<"share-out-loops", "::mlir::func::FuncOp"> {
  let summary = "Makes the linalg operations of a kernel loops, the outer ones parallel";
  let description = [{
    Before: `linalg` on buffers in a kernel function, which is what no tiling knows: windows, stacks, reversals, copies. After: loops; as many of the outer ones as workers need are `scf.parallel`, where there is enough to do.
    The innermost loop stays whole, for LLVM to vectorise. **Exact.**

    (* example: test/passes/target/share-out-loops.mlir *)
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::memref::MemRefDialect", "::mlir::affine::AffineDialect"];
}

def StreamStores : Pass<"stream-stores", "::mlir::func::FuncOp"> {
  let summary = "Stores results that no cache can hold past the caches";
  let description = [{
    Before: `vector.store` to a result of a kernel. After: the same with `nontemporal` and the vector's alignment, where the result is larger than `cache-bytes`, is only stored to, by whole vectors at their multiples, each of them once, and where
    what one turn of the innermost loop writes makes whole lines of the cache, or turns follow each other. Its lines are then not read from memory before they are overwritten, and nothing else leaves the cache for them. Such stores are not ordered
    with others on x86: every worker ends its share with a fence, before they wait for each other, and a kernel without workers ends with one. Results whose size is known at run time only (atoms, edges) are stored as before: how large
    they are is not known here, and those of usual batches are read again from the cache. **Exact.**

    (* example: test/passes/target/stream-stores.mlir *)
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
  let options = [Option<"cacheBytes", "cache-bytes", "int64_t", "33554432", "size of the target's largest cache">];
}

def ExpandBF16 : Pass<"expand-bf16", "::mlir::func::FuncOp"> {
  let summary = "Makes integer and f32 arithmetic of operations on bf16";
  let description = [{
    For targets without AVX512-BF16. `x86vector.avx512.dot` becomes both elements of each pair widened to f32 by shifts, and two `vector.fma`. Casts become shifts and, to bf16, rounding to the nearest even by integers,
    which would otherwise be calls of a library, number by number. **Changes rounding.**

    (* example: test/passes/target/expand-bf16.mlir *)
  }];
  let dependentDialects = ["::mlir::vector::VectorDialect", "::mlir::arith::ArithDialect"];
}

def BF16AsBits : Pass<"bf16-as-bits"> {
  let summary = "Reads and writes bf16 as integers";
  let description = [{
    For targets without AVX512-BF16, on the LLVM dialect: a load or store of bf16, masked or not, becomes one of i16 with a bit cast beside it. LLVM moves integers as they are; of bf16 that it takes apart, lane by
    lane under a mask, it would make f32 first, and call a library to round that back. **Exact.**

    (* example: test/passes/target/bf16-as-bits.mlir *)
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def AnnotateKernels : Pass<"annotate-kernels", "::mlir::func::FuncOp"> {
  let summary = "Tells LLVM what the arena plan guarantees of a kernel's buffers";
  let description = [{
    Buffers of a kernel never overlap, are never null and start at multiples of 64 bytes: its arguments get `llvm.noalias`, `llvm.nonnull` and `llvm.align`. **Exact.**
  }];
}

def PlaceInSource : Pass<"place-in-source", "::mlir::ModuleOp"> {
  let summary = "Gives every LLVM operation a line of the source";
  let description = [{
    An operation that came from no line in particular gets its function's, so that LLVM's debug information, which allows no gaps at calls, names a line of the model for every instruction. **Exact.**
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def EmitEntries : Pass<"emit-entries", "::mlir::ModuleOp"> {
  let summary = "Adds the C interface of a compiled module";
  let description = [{
    Works on the LLVM dialect. Every public function @f gets `orrery_entry_f(struct orrery_context *context, void *arena, void **args)`, where args are its buffers, inputs before results; the tables `orrery_entries`, `orrery_entry_count`,
    `orrery_real_bytes` and `orrery_descriptor` (from the module's attribute of that name) describe them. The context is handed on to functions with the attribute `orrery.takes_context`, as their last argument. **Exact.**
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // ORRERY_PASSES_TARGET_CPU_TD
