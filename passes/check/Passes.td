// Passes that turn claims about derivatives into claims about values.

#ifndef ORRERY_PASSES_CHECK_TD
#define ORRERY_PASSES_CHECK_TD

include "mlir/Pass/PassBase.td"

def ExpandChecks : Pass<"expand-checks", "::mlir::ModuleOp"> {
  let summary = "Replaces expect_gradient by calls, gradient requests and comparisons";
  let description = [{
    `check.expect_gradient @f(..)` becomes, for each direction v, a comparison of <gradient of g, v> with (g(x + step v) - g(x - step v)) / (2 step), where g is a new function: the sum of all
    floating-point results of f, each weighted with a fixed number (order 1), or the slope of that along a fixed direction, which takes a gradient request (order 2). Run it before `expand-gradients`. **Exact.**
  }];
  let dependentDialects = ["::orrery::field::FieldDialect", "::orrery::train::TrainDialect"];
}

def TrapNonFinite : Pass<"trap-nonfinite", "::mlir::ModuleOp"> {
  let summary = "Checks what every kernel computes for NaN and infinity";
  let description = [{
    Behind each call of a kernel in a driver function comes a `check.expect_finite` of every floating-point result, which names the kernel's operations. Run it when kernels have been outlined. **Exact.**
  }];
  let dependentDialects = ["::orrery::check::CheckDialect"];
}

#endif // ORRERY_PASSES_CHECK_TD
