// Passes that cut functions into kernels and drivers.

#ifndef ORRERY_PASSES_GROUP_TD
#define ORRERY_PASSES_GROUP_TD

include "mlir/Pass/PassBase.td"

def OutlineEach : Pass<"outline-each", "::mlir::ModuleOp"> {
  let summary = "Makes every operation a kernel of its own";
  let description = [{
    Before: functions of level-1 operations. After: *driver functions*, which hold only calls, views (`field.rename`, and `field.split` and `field.merge` that keep the storage order), checks and the
    return; and private *kernel functions* (attribute `orrery.kernel`) of one operation each, with the constants it uses. Equal kernels are one function. The plain pipeline uses it. **Exact.**
  }];
  let dependentDialects = ["::mlir::func::FuncDialect", "::orrery::field::FieldDialect"];
}

def SeparatePermutations : Pass<"separate-permutations", "::mlir::func::FuncOp"> {
  let summary = "Makes every regrouping of dims a view, with one permutation beside it";
  let description = [{
    Before: `field.split` and `field.merge` that change the order of storage, often several in a row (a grid from patches). After: those that keep it, which cost nothing, and at most one `field.broadcast`
    that permutes axes: before a row of merges, after a row of splits. **Exact.**

    (* example: test/passes/group/separate-permutations.mlir *)
  }];
  let dependentDialects = ["::orrery::field::FieldDialect"];
}

def FormGroups : Pass<"form-groups", "::mlir::ModuleOp"> {
  let summary = "Groups operations into kernels, so that what is between them never goes through memory";
  let description = [{
    Before: functions of level-1 operations. After: driver functions and kernels as after `outline-each`, but a kernel is

    - a contraction, with the neighbourhood that it reads and the elementwise operations that follow it (bias, activation, residual);
    - elementwise operations, sums along rows and over rows, with what they extract, slice, pad or repeat (a layer norm, its derivative, a loss);
    - along a dim of run-time size, a result that has to be stored (a sum over segments or over all elements, what another kernel reads, a few numbers that wide arithmetic uses) with everything it is made of, from
      arrays that are stored: it is computed again in every kernel rather than stored. Kernels of this kind that read the same array become one;
    - anything else, alone (attention, random numbers, copies).

    What fits in one kernel is what `tile-contraction`, `tile-rows` and `tile-ragged` can plan as one. Operations move within their function, so that those of a kernel are together. A remark tells what became one kernel. **Exact.**

    (* example: test/passes/group/form-groups.mlir *)
  }];
  let dependentDialects = ["::mlir::func::FuncDialect", "::orrery::field::FieldDialect"];
  let options = [Option<"vectorBits", "vector-bits", "unsigned", "512", "width of the target's vector registers">];
}

#endif // ORRERY_PASSES_GROUP_TD
