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

#endif // ORRERY_PASSES_ANALYSIS_TD
