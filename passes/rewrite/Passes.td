// Passes from level-1 IR to level-1 IR.

#ifndef ORRERY_PASSES_REWRITE_TD
#define ORRERY_PASSES_REWRITE_TD

include "mlir/Pass/PassBase.td"

def Decompose : Pass<"decompose", "::mlir::func::FuncOp"> {
  let summary = "Replaces operations by their definitions";
  let description = [{
    Every operation that has a definition by simpler ones (`DecomposableOp`) is replaced by it, until none is left; but for those named in `keep`, for which the pipeline has kernels. **Changes rounding.**
  }];
  let dependentDialects = ["::orrery::field::FieldDialect"];
  let options = [ListOption<"keep", "keep", "std::string", "operations to leave alone">];
}

def AlignChecks : Pass<"align-checks", "::mlir::func::FuncOp"> {
  let summary = "Gives both arrays of a comparison the same order of axes";
  let description = [{
    `check.expect_close` compares by dim name; the runtime compares memory. Where the orders of axes differ, the expected array is put in the order of the actual one. **Exact.**
  }];
  let dependentDialects = ["::orrery::field::FieldDialect"];
}

def FoldOverlapAdd : Pass<"fold-overlap-add", "::mlir::func::FuncOp"> {
  let summary = "Turns the input gradient of a convolution into a convolution";
  let description = [{
    Before: `overlap_add(contract(g, w))`, where the grid dims come from g and the kernel dims from w: an array as many times larger than the grid as the kernel has points is made, then added up.
    After: `contract(window(g), reverse(w))` with offset `-(k - 1) - offset`, which is lowered without such an array. A contraction that others use too is left alone, since it has to be made anyway.
    Exact in real arithmetic. **Changes rounding.**

    (* example: test/passes/rewrite/fold-overlap-add.mlir *)
  }];
}

def DropBroadcasts : Pass<"drop-broadcasts", "::mlir::func::FuncOp"> {
  let summary = "Removes broadcasts that their user does not need";
  let description = [{
    Elementwise operations and contractions align by name, so a broadcast along dims that another operand has is not needed: `mul(broadcast(a), b)` becomes `mul(a, b)`. A sum over dims that a broadcast
    has just added becomes a product with their size. Derivatives are full of both. The first is exact; the second is exact in real arithmetic. **Changes rounding.**

    (* example: test/passes/rewrite/drop-broadcasts.mlir *)
  }];
}

def OrderAxes : Pass<"order-axes", "::mlir::ModuleOp"> {
  let summary = "Puts the largest dim of known size innermost in arrays along dims of run-time size";
  let description = [{
    Before: arrays such as `tensor<?x128x3xf32, #field.dims<atom, D, xyz>>`, in the order that the names met in. After: `tensor<?x3x128xf32, #field.dims<atom, xyz, D>>`, so that vectors lie along the channels. Operations align by
    name, so only types change; what callers of public functions, or casts that know a size, see keeps its order, with a `field.broadcast` between. Arrays of known size are left alone. **Exact.**

    (* example: test/passes/rewrite/order-axes.mlir *)
  }];
  let dependentDialects = ["::orrery::field::FieldDialect"];
}

#endif // ORRERY_PASSES_REWRITE_TD
