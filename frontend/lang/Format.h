// The one layout of a model file, behind `orrery fmt`.
//
// Line breaks, the order of items and comments stay as they are. Set anew are: indentation (two
// columns a body; parts of a statement on further lines stand under what they continue), blanks
// between tokens, the columns of '=' and of the like in neighbouring statements of a kind, and
// those of comments at the ends of neighbouring lines. Whether * / % ^ and .. have blanks around
// them is the writer's choice: 2*D and 2 * D both stay.

#ifndef ORRERY_FRONTEND_LANG_FORMAT_H
#define ORRERY_FRONTEND_LANG_FORMAT_H

#include "frontend/diag/Diagnostics.h"

#include <optional>
#include <string>

namespace orrery::lang {

// The file's text laid out; nullopt, and messages in `diags`, if its syntax is wrong.
std::optional<std::string> format(const SourceManager &sources, FileId file, diag::Engine &diags);

} // namespace orrery::lang

#endif // ORRERY_FRONTEND_LANG_FORMAT_H
