// Whether what stands for units in a file are units.

#ifndef ORRERY_FRONTEND_EMIT_UNITS_H
#define ORRERY_FRONTEND_EMIT_UNITS_H

#include "frontend/diag/Diagnostics.h"
#include "frontend/lang/Tree.h"

namespace orrery::emit {

// E0118 at every text after `in`, and in `units(...)` of a reader, that UDUNITS does not know.
void checkUnits(const lang::File &file, diag::Engine &diags);

} // namespace orrery::emit

#endif // ORRERY_FRONTEND_EMIT_UNITS_H
