// Passes for runs of many ranks; see Passes.td for each.

#ifndef ORRERY_PASSES_SHARD_PASSES_H
#define ORRERY_PASSES_SHARD_PASSES_H

#include "dialects/field/Field.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Pass/Pass.h"

namespace orrery {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/shard/Passes.h.inc"
} // namespace orrery

#endif // ORRERY_PASSES_SHARD_PASSES_H
