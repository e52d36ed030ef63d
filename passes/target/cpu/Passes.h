// Passes that make native code for CPUs; see Passes.td for each.

#ifndef ORRERY_PASSES_TARGET_CPU_PASSES_H
#define ORRERY_PASSES_TARGET_CPU_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace orrery {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/target/cpu/Passes.h.inc"
} // namespace orrery

#endif // ORRERY_PASSES_TARGET_CPU_PASSES_H
