// The tree as s-expressions, one statement a line: what tests of the parser compare.

#ifndef ORRERY_FRONTEND_LANG_DUMP_H
#define ORRERY_FRONTEND_LANG_DUMP_H

#include "frontend/lang/Tree.h"

#include "llvm/Support/raw_ostream.h"

namespace orrery::lang {

void dump(const File &file, llvm::raw_ostream &os);
void dump(const Stmt &stmt, llvm::raw_ostream &os, unsigned indent = 0);
void dump(const Expr &expr, llvm::raw_ostream &os);
void dump(const Type &type, llvm::raw_ostream &os);

} // namespace orrery::lang

#endif // ORRERY_FRONTEND_LANG_DUMP_H
