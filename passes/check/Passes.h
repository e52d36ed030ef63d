// Passes that turn claims about derivatives into claims about values; see Passes.td for each.

#ifndef ORRERY_PASSES_CHECK_PASSES_H
#define ORRERY_PASSES_CHECK_PASSES_H

#include "dialects/check/Check.h"
#include "dialects/train/Train.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace orrery {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/check/Passes.h.inc"
} // namespace orrery

#endif // ORRERY_PASSES_CHECK_PASSES_H
