// Passes that give kernels tiled loops over vectors; see Passes.td for each.

#ifndef ORRERY_PASSES_TILE_PASSES_H
#define ORRERY_PASSES_TILE_PASSES_H

#include "dialects/field/Field.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace orrery {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/tile/Passes.h.inc"
} // namespace orrery

#endif // ORRERY_PASSES_TILE_PASSES_H
