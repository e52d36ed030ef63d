// Passes about sizes; see Passes.td for each.

#ifndef ORRERY_PASSES_SHAPE_PASSES_H
#define ORRERY_PASSES_SHAPE_PASSES_H

#include "dialects/field/Field.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace orrery {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/shape/Passes.h.inc"
} // namespace orrery

#endif // ORRERY_PASSES_SHAPE_PASSES_H
