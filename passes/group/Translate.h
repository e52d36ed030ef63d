// One set of dim names for the operations of a group, so that no renaming is left inside a kernel.

#ifndef ORRERY_PASSES_GROUP_TRANSLATE_H
#define ORRERY_PASSES_GROUP_TRANSLATE_H

#include "dialects/field/Field.h"

#include <optional>

namespace orrery {

using Names = llvm::SmallVector<mlir::StringAttr>;
using NameMap = llvm::SmallDenseMap<mlir::StringAttr, mlir::StringAttr, 8>;

// The array behind renames: the same axes under other names.
mlir::Value throughRenames(mlir::Value value);

// `Linear(D -> D)` is `rename(contract(x, w))`, and what follows says D where the contraction says
// D.out. Within a kernel every axis keeps the name it was made with.
struct Translation {
  llvm::DenseMap<mlir::Value, Names> names; // of every result of the group, axis by axis
  llvm::SmallVector<NameMap> maps; // for each operation: the names it says -> the kernel's names

  Names of(unsigned op, mlir::Type type) const;
};

// `ops`: in an order of dependence. Fails where an operation would meet one array under two names,
// or two names in one.
std::optional<Translation> translate(llvm::ArrayRef<mlir::Operation *> ops);

// The same names where they stand for dims: in types and attributes of an operation.
void rename(mlir::Operation *op, const NameMap &map);

// A text that two functions share if they are equal but for the names of dims.
std::string structureOf(mlir::Operation *function);

} // namespace orrery

#endif // ORRERY_PASSES_GROUP_TRANSLATE_H
