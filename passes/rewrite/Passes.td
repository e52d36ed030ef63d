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

#endif // ORRERY_PASSES_REWRITE_TD
