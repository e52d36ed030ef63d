// Gives a kernel function on named tensors a new body on buffers.

#ifndef ORRERY_PASSES_TILE_KERNELBODY_H
#define ORRERY_PASSES_TILE_KERNELBODY_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace orrery {

// The kernel takes a buffer for each argument and, behind them, one for each result. `fill` builds
// the body, given the buffers of the arguments and of the returned values of the old body, which it
// may look at; the old body goes afterwards.
void giveBody(
    mlir::func::FuncOp kernel, mlir::Location loc,
    llvm::function_ref<void(mlir::OpBuilder &, const llvm::DenseMap<mlir::Value, mlir::Value> &)>
        fill);

} // namespace orrery

#endif // ORRERY_PASSES_TILE_KERNELBODY_H
