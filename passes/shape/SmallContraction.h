// Contractions that are done along with the arithmetic around them.

#ifndef ORRERY_PASSES_SHAPE_SMALLCONTRACTION_H
#define ORRERY_PASSES_SHAPE_SMALLCONTRACTION_H

#include "mlir/IR/Operation.h"

namespace orrery {

// A contraction along a dim of run-time size that is done element by element, because one of the
// two groups of static names that its operands do not share is so small that storing the larger
// operand would cost more: a filter of radial functions, and its derivatives.
bool isSmallContraction(mlir::Operation *op);

} // namespace orrery

#endif // ORRERY_PASSES_SHAPE_SMALLCONTRACTION_H
