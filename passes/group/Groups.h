// Sets of operations that become one kernel each, while they are formed.

#ifndef ORRERY_PASSES_GROUP_GROUPS_H
#define ORRERY_PASSES_GROUP_GROUPS_H

#include "mlir/IR/Block.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"

#include <memory>
#include <vector>

namespace orrery {

enum class GroupKind { Contraction, Rows, Ragged, Alone };

struct Group {
  GroupKind kind;
  llvm::SmallVector<mlir::Operation *> ops; // in the order of the block
};

class Groups {
public:
  explicit Groups(mlir::Block &block);

  Group &make(GroupKind kind, llvm::ArrayRef<mlir::Operation *> ops);
  Group *of(mlir::Operation *op) const { return member.lookup(op); }
  // The groups that make an operation's operands, the latest first; renames are seen through.
  llvm::SmallVector<Group *> producers(mlir::Operation *op) const;

  // Whether `ops` can run as one: no operation outside depends on one of them and is needed by
  // another.
  bool mayRunAsOne(llvm::ArrayRef<mlir::Operation *> ops) const;
  // The same operations in the order of the block.
  llvm::SmallVector<mlir::Operation *> inOrder(llvm::ArrayRef<mlir::Operation *> ops) const;
  void setOps(Group &group, llvm::SmallVector<mlir::Operation *> ops);

  // Moves operations so that those of a group are together; gives the groups.
  llvm::SmallVector<Group *> sortBlock();
  std::vector<std::unique_ptr<Group>> &all() { return groups; }

private:
  llvm::SmallVector<mlir::Operation *> dependences(mlir::Operation *op) const;

  mlir::Block &block;
  std::vector<std::unique_ptr<Group>> groups;
  llvm::DenseMap<mlir::Operation *, Group *> member;
  llvm::DenseMap<mlir::Operation *, unsigned> order;
};

} // namespace orrery

#endif // ORRERY_PASSES_GROUP_GROUPS_H
