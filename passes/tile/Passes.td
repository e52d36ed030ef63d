// Passes that give kernels tiled loops over vectors, straight from their dim names.

#ifndef ORRERY_PASSES_TILE_TD
#define ORRERY_PASSES_TILE_TD

include "mlir/Pass/PassBase.td"

def DecomposeUntiled : Pass<"decompose-untiled", "::mlir::ModuleOp"> {
  let summary = "Replaces operations that no kernel is tiled for by their definitions";
  let description = [{
    Before: any level-1 operations. After: of those with a definition (`DecomposableOp`), only attention that `tile-attention` takes is left. **Exact.**
  }];
  let dependentDialects = ["::orrery::field::FieldDialect"];
}

def TileAttention : Pass<"tile-attention", "::mlir::ModuleOp"> {
  let summary = "Gives kernels of one attention a body of tiled loops over vectors";
  let description = [{
    Before: a kernel function (`orrery.kernel`) that holds one `attend.attention` or `attend.attention_grad` on named tensors. After: the same kernel on memrefs, inputs
    first and results after them; a block of query rows at a time, all keys at once, so nothing of the size queries x keys is stored: a worker's scratch holds one block of scores
    and the transposed keys (and values). Workers run in parallel over the batch names.

    An attention whose query lacks the names it attends over, or whose channel is not innermost, is left alone, with a remark: it is lowered by its definition. **Changes rounding.**
  }];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", "512", "width of the target's vector registers">,
    Option<"registers", "registers", "unsigned", "32", "number of the target's vector registers">,
    Option<"workers", "workers", "unsigned", "16", "at most so many parallel workers, each with scratch of its own">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

def TileContraction : Pass<"tile-contraction", "::mlir::ModuleOp"> {
  let summary = "Gives kernels around one contraction a body of tiled loops over vectors";
  let description = [{
    Before: a kernel function (`orrery.kernel`) of one `field.contract`, the `field.window` of its left operand if that is a neighbourhood, and elementwise operations that follow it, on named tensors.
    After: the same kernel on memrefs, inputs first and results after them. Names that lie side by side in every array are joined; the names of the result that only one operand has become the vector dim, and that operand is packed
    as [summed names][vector dim] unless it lies so already; a tile of the result stays in registers while the summed names run; what follows the contraction is done on the tile before it is
    stored. A neighbourhood is read from a copy with its border around it and never stored. Sums of more than a thousand numbers are made in blocks, whose sums are added up with what each addition loses kept beside
    them; every sum is one worker's, in one order.

    Operands of bf16 meet in pairs in `x86vector.avx512.dot`, which adds up in f32 (`expand-bf16` is for targets without it); where no pairs can be made, bf16 is widened when it is read.

    A contraction whose vector dim would be a name of both operands (a batch of dot products) is left alone, with a remark: it is lowered as loops. **Changes rounding.**
  }];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", "512", "width of the target's vector registers">,
    Option<"registers", "registers", "unsigned", "32", "number of the target's vector registers">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect", "::mlir::x86vector::X86VectorDialect"];
}

def TileRows : Pass<"tile-rows", "::mlir::ModuleOp"> {
  let summary = "Gives kernels of elementwise arithmetic, sums and views a body of loops over rows";
  let description = [{
    Before: a kernel function (`orrery.kernel`) of elementwise operations, reductions, `rename`, `slice`, `pad`, `extract`, `broadcast` and `iota` on named tensors. After: the same kernel on memrefs. A row is the
    innermost group of names of the largest array; each row is swept once, and once more for every sum along it that later arithmetic waits for (a layer norm: three times, in cache). Sums over rows are
    added up by workers, each for itself, then in order: the same bits on every run. Views are never stored: they change where a load looks.

    A kernel with anything else in it is left alone, with a remark. **Changes rounding.**
  }];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", "512", "width of the target's vector registers">,
    Option<"workers", "workers", "unsigned", "16", "at most so many workers add up rows, each for itself">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

def TileRagged : Pass<"tile-ragged", "::mlir::ModuleOp"> {
  let summary = "Gives kernels along a dim of run-time size a body of loops over its elements or segments";
  let description = [{
    Before: a kernel function (`orrery.kernel`) of elementwise operations, sums, small contractions, static parts, gathers from its arguments and sums over segments of one map, on named tensors along one dim of
    run-time size. After: the same kernel on memrefs. Workers take equal shares of the elements, or of the segments. For one element after another everything is computed from what is stored: vectors along the largest
    innermost static dim, all other static dims unrolled, rows at the other end of a map read where they lie. A segment's elements add to its row in their order; sums over all elements are added up by each worker for
    itself, then in order. So nothing that lies along the dim is stored but what the kernel returns, there is no atomic operation, and the bits are the same on every run and for every number of threads.

    A kernel with anything else in it is left alone, with a remark. **Changes rounding.**

    (* example: test/passes/tile/tile-ragged.mlir *)
  }];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", "512", "width of the target's vector registers">,
    Option<"registers", "registers", "unsigned", "32", "number of the target's vector registers">,
    Option<"workers", "workers", "unsigned", "16", "so many workers, whatever the number of threads">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

#endif // ORRERY_PASSES_TILE_TD
