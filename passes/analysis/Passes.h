// Passes that measure and change nothing; see Passes.td for each.

#ifndef ORRERY_PASSES_ANALYSIS_PASSES_H
#define ORRERY_PASSES_ANALYSIS_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace orrery {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/analysis/Passes.h.inc"
} // namespace orrery

#endif // ORRERY_PASSES_ANALYSIS_PASSES_H
