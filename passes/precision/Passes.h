// Passes that decide the width of numbers; see Passes.td for each.

#ifndef ORRERY_PASSES_PRECISION_PASSES_H
#define ORRERY_PASSES_PRECISION_PASSES_H

#include "dialects/field/Field.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace orrery {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/precision/Passes.h.inc"
} // namespace orrery

#endif // ORRERY_PASSES_PRECISION_PASSES_H
