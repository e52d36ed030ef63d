// Which arguments of a function its first result depends on.

#ifndef ORRERY_FRONTEND_EMIT_UNUSED_H
#define ORRERY_FRONTEND_EMIT_UNUSED_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/BitVector.h"

namespace orrery::emit {

// One bit an argument of `function`: does the first result depend on it, through calls too?
llvm::BitVector usedByFirstResult(mlir::func::FuncOp function);

} // namespace orrery::emit

#endif // ORRERY_FRONTEND_EMIT_UNUSED_H
