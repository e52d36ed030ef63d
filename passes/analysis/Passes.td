// Passes that measure and change nothing.

#ifndef ORRERY_PASSES_ANALYSIS_TD
#define ORRERY_PASSES_ANALYSIS_TD

include "mlir/Pass/PassBase.td"

def CountCost : Pass<"count-cost", "::mlir::ModuleOp"> {
  let summary = "Writes down what a function costs";
  let description = [{
    Adds to every function `orrery.flops` and `orrery.bytes`: floating-point operations, and bytes that its kernels read and write, callees included. **Exact.**
  }];
}

def VerifyLevel : Pass<"verify-level", "::mlir::ModuleOp"> {
  let summary = "Refuses a module in which something does not hold that its level promises";
  let description = [{
    What holds at each level, for whoever stops there, changes the module and goes on:

    - `model`: only operations that can be differentiated, on tensors with a name for each axis; no kernels.
    - `plan`: the same names and operations, but no gradient to expand; what is computed stands in private kernel functions that call nothing, and other functions hold only calls, views and checks.
    - `loops`: kernels write to buffers that they are given and hold nothing with dim names.
    - `buffers`: no tensors, and no memory that is allocated while the program runs.
    - `llvm`: the llvm dialect, and omp for parallel regions.

    Changes nothing. **Exact.**

    (* example: test/passes/analysis/verify-level.mlir *)
  }];
  let options = [Option<"level", "level", "std::string", "\"\"", "model, plan, loops, buffers or llvm; else the module's attribute `orrery.level` says it">];
}

#endif // ORRERY_PASSES_ANALYSIS_TD
