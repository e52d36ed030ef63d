// Passes that turn gradient requests into level-1 operations; see Passes.td for each.

#ifndef ORRERY_PASSES_GRAD_PASSES_H
#define ORRERY_PASSES_GRAD_PASSES_H

#include "dialects/attend/Attend.h"
#include "dialects/field/Field.h"
#include "dialects/graph/Graph.h"
#include "dialects/train/Train.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace orrery {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/grad/Passes.h.inc"
} // namespace orrery

#endif // ORRERY_PASSES_GRAD_PASSES_H
