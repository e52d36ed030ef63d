// The syntax tree: what the parser makes of a file, and all that checking and emission read.
//
// Plain structs, owned from the top by unique_ptr, never changed after parsing. A node knows its
// kind (llvm::isa, cast and dyn_cast work) and its range in the source. Nothing is resolved here: a
// Name is text with a place. Left-nested chains (a + b + c, x |> f |> g) lean to the left, as they
// are evaluated; no tree is higher than `maxHeight`, so recursion over a tree is safe.

#ifndef ORRERY_FRONTEND_LANG_TREE_H
#define ORRERY_FRONTEND_LANG_TREE_H

#include "frontend/lang/Items.h"

namespace orrery::lang {

// A whole file, in its order: Dim, Set, Const, Use, Extern, Function, Data, Train, Precision, Mesh.
struct File {
  FileId id = noFile;
  std::vector<StmtPtr> items;
};

} // namespace orrery::lang

#endif // ORRERY_FRONTEND_LANG_TREE_H
