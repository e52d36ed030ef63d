// What is computed along dims of run-time size is computed again where it is needed, rather than
// stored: every operation whose result must be stored gets operations of its own for what it is
// made of.

#ifndef ORRERY_PASSES_GROUP_RAGGEDCONES_H
#define ORRERY_PASSES_GROUP_RAGGEDCONES_H

#include "mlir/IR/Block.h"
#include "mlir/IR/Operation.h"

namespace orrery {

// An operation and what it is made of, up to arrays that are stored; in the order of the block.
using Cone = llvm::SmallVector<mlir::Operation *>;

// Whether an operation reads or makes an array with a size known at run time only.
bool isRagged(mlir::Operation *op);

// Whether an array has more numbers for each element of a ragged dim than are cheap to store.
bool isWide(mlir::Type type);

// Copies operations so that no two cones share one, and removes those that nobody uses then. `fits`
// judges whether a cone may be one kernel; where it may not, the operands of its last operation are
// stored.
std::vector<Cone> separateCones(mlir::Block &block,
                                llvm::function_ref<bool(llvm::ArrayRef<mlir::Operation *>)> fits);

} // namespace orrery

#endif // ORRERY_PASSES_GROUP_RAGGEDCONES_H
