// Joins dim names that lie side by side in every array of a kernel, so that loops and indices are
// few.

#ifndef ORRERY_PASSES_TILE_NAMEGROUPS_H
#define ORRERY_PASSES_TILE_NAMEGROUPS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace orrery {

using Names = llvm::SmallVector<mlir::StringAttr>;
// Where a loop nest stands: an index for each group, named by the group's first name.
using Position = llvm::SmallDenseMap<mlir::StringAttr, mlir::Value, 8>;

class NameGroups {
public:
  // `arrays`: tensor types with dim names. Names in `single` stay alone.
  NameGroups(llvm::ArrayRef<mlir::Type> arrays,
             const llvm::SmallDenseSet<mlir::StringAttr> &single);

  // The groups among `names`, each by its first name, in order.
  Names of(llvm::ArrayRef<mlir::StringAttr> names) const;
  mlir::StringAttr first(mlir::StringAttr name) const;
  // Of a group with a run-time size, a typical one.
  int64_t size(mlir::StringAttr group) const;
  int64_t size(llvm::ArrayRef<mlir::StringAttr> groups) const;
  bool isRunTime(mlir::StringAttr group) const { return runTime.contains(group); }
  bool isRunTime(llvm::ArrayRef<mlir::StringAttr> groups) const;

  // The buffer of an array of these names with one axis a group.
  mlir::Value collapse(mlir::OpBuilder &b, mlir::Location loc, mlir::Value memref,
                       llvm::ArrayRef<mlir::StringAttr> names) const;

private:
  llvm::SmallDenseMap<mlir::StringAttr, mlir::StringAttr> leader;
  llvm::SmallDenseMap<mlir::StringAttr, int64_t> sizes;
  llvm::SmallDenseSet<mlir::StringAttr> runTime;
};

} // namespace orrery

#endif // ORRERY_PASSES_TILE_NAMEGROUPS_H
