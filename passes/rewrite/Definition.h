// Replaces an operation by its definition.

#ifndef ORRERY_PASSES_REWRITE_DEFINITION_H
#define ORRERY_PASSES_REWRITE_DEFINITION_H

#include "dialects/interfaces/Interfaces.h"

namespace orrery {

// Fails, with an error at the operation, when it has none for its operands.
llvm::LogicalResult replaceByDefinition(DecomposableOp op);

} // namespace orrery

#endif // ORRERY_PASSES_REWRITE_DEFINITION_H
