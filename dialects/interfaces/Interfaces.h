// The C++ face of the interfaces that level-1 operations implement.

#ifndef ORRERY_DIALECTS_INTERFACES_INTERFACES_H
#define ORRERY_DIALECTS_INTERFACES_INTERFACES_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"
#include "llvm/ADT/BitVector.h"

namespace orrery {

enum class PrecisionClass { Compute, Keep };

// Bytes of all ranked tensors an operation reads and writes; a dynamic size counts as one.
int64_t bytesOfOperandsAndResults(mlir::Operation *op);

} // namespace orrery

#include "dialects/interfaces/Interfaces.h.inc"

#endif // ORRERY_DIALECTS_INTERFACES_INTERFACES_H
