// Passes from level-1 IR to level-1 IR; see Passes.td for each.

#ifndef ORRERY_PASSES_REWRITE_PASSES_H
#define ORRERY_PASSES_REWRITE_PASSES_H

#include "dialects/field/Field.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace orrery {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/rewrite/Passes.h.inc"
} // namespace orrery

#endif // ORRERY_PASSES_REWRITE_PASSES_H
