// A copy of an array with the border that its neighbourhoods reach into.

#ifndef ORRERY_PASSES_TILE_BORDEREDCOPY_H
#define ORRERY_PASSES_TILE_BORDEREDCOPY_H

#include "passes/tile/ContractionPlan.h"
#include "passes/tile/MatrixLoops.h"

namespace orrery {

// Emits copy[.., i, ..] = source[.., i + offset, ..], zero outside or counted round the end, for
// the buffer of an operand with a window; gives the copy. `source` has an axis a group.
mlir::Value copyWithBorder(MatrixLoops &m, const NameGroups &groups,
                           const ContractionOperand &operand, mlir::Value source);

} // namespace orrery

#endif // ORRERY_PASSES_TILE_BORDEREDCOPY_H
