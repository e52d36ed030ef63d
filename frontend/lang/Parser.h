// Text -> tree, by recursive descent.

#ifndef ORRERY_FRONTEND_LANG_PARSER_H
#define ORRERY_FRONTEND_LANG_PARSER_H

#include "frontend/diag/Diagnostics.h"
#include "frontend/lang/Tree.h"

namespace orrery::lang {

// Reads a whole file. After errors (they are in `diags`) the tree holds the statements that could
// be read.
File parse(const SourceManager &sources, FileId file, diag::Engine &diags);

// Reads a single expression, as in `--set Dh=D/8`; null after errors.
ExprPtr parseExpression(const SourceManager &sources, FileId file, diag::Engine &diags);

} // namespace orrery::lang

#endif // ORRERY_FRONTEND_LANG_PARSER_H
