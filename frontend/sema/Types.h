// Checks of types that need nothing but the text.

#ifndef ORRERY_FRONTEND_SEMA_TYPES_H
#define ORRERY_FRONTEND_SEMA_TYPES_H

#include "frontend/diag/Diagnostics.h"
#include "frontend/lang/Tree.h"

namespace orrery::sema {

// Refuses types that name a dim twice, and what a type says without effect.
void checkTypes(const lang::File &file, diag::Engine &diags);

} // namespace orrery::sema

#endif // ORRERY_FRONTEND_SEMA_TYPES_H
