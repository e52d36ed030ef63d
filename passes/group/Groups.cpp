// Sets of operations that become one kernel each, while they are formed.

#include "passes/group/Groups.h"

#include "passes/group/Translate.h"

#include "llvm/ADT/SetVector.h"
#include <functional>

using namespace mlir;
using namespace orrery;

Groups::Groups(Block &block) : block(block) {
  unsigned n = 0;
  for (Operation &op : block)
    order[&op] = n++;
}

Group &Groups::make(GroupKind kind, ArrayRef<Operation *> ops) {
  Group &group = *groups.emplace_back(std::make_unique<Group>());
  group.kind = kind;
  setOps(group, inOrder(ops));
  return group;
}

void Groups::setOps(Group &group, SmallVector<Operation *> ops) {
  group.ops = std::move(ops);
  for (Operation *op : group.ops)
    member[op] = &group;
}

SmallVector<Operation *> Groups::inOrder(ArrayRef<Operation *> ops) const {
  SmallVector<Operation *> sorted(ops);
  llvm::sort(sorted, [&](Operation *a, Operation *b) { return order.lookup(a) < order.lookup(b); });
  return sorted;
}

SmallVector<Operation *> Groups::dependences(Operation *op) const {
  SmallVector<Operation *> result;
  for (Value operand : op->getOperands())
    if (Operation *source = throughRenames(operand).getDefiningOp())
      result.push_back(source);
  return result;
}

SmallVector<Group *> Groups::producers(Operation *op) const {
  llvm::SmallSetVector<Group *, 4> found;
  SmallVector<Operation *> sources = inOrder(dependences(op));
  for (Operation *source : llvm::reverse(sources))
    if (Group *group = of(source))
      found.insert(group);
  return found.takeVector();
}

bool Groups::mayRunAsOne(ArrayRef<Operation *> ops) const {
  llvm::SmallDenseSet<Operation *> inside(ops.begin(), ops.end()), seen;
  unsigned first = ~0u;
  for (Operation *op : ops)
    first = std::min(first, order.lookup(op));
  SmallVector<Operation *> open;
  auto visit = [&](Operation *op) {
    // What runs with an operation runs before what needs any of it.
    SmallVector<Operation *> together{op};
    if (Group *group = of(op))
      together = group->ops;
    for (Operation *part : together)
      if (!inside.contains(part) && seen.insert(part).second)
        open.push_back(part);
  };
  for (Operation *op : ops)
    for (Operation *source : dependences(op))
      if (!inside.contains(source))
        visit(source);
  while (!open.empty()) {
    Operation *op = open.pop_back_val();
    // Nothing before the first of them depends on any of them.
    if (!of(op) && order.lookup(op) < first)
      continue;
    for (Operation *source : dependences(op)) {
      if (inside.contains(source))
        return false;
      visit(source);
    }
  }
  return true;
}

SmallVector<Group *> Groups::sortBlock() {
  SmallVector<Operation *> sorted;
  SmallVector<Group *> sequence;
  llvm::SmallDenseSet<Operation *> placed;
  std::function<void(Operation *)> place = [&](Operation *op) {
    if (placed.contains(op))
      return;
    SmallVector<Operation *> together{op};
    if (Group *group = of(op)) {
      together = group->ops;
      sequence.push_back(group);
    }
    placed.insert(together.begin(), together.end());
    for (Operation *part : together)
      for (Value operand : part->getOperands())
        if (Operation *source = operand.getDefiningOp(); source && source->getBlock() == &block) {
          // A rename between two of the group follows the group.
          Operation *root = throughRenames(operand).getDefiningOp();
          if (root != source && root && llvm::is_contained(together, root))
            continue;
          place(source);
        }
    llvm::append_range(sorted, together);
  };
  Operation *end = block.getTerminator();
  // A group runs where its last operation stood.
  llvm::SmallDenseMap<Group *, unsigned> left;
  for (auto &group : groups)
    left[group.get()] = group->ops.size();
  SmallVector<Operation *> original;
  for (Operation &op : block)
    original.push_back(&op);
  for (Operation *op : original)
    if (op != end && (!of(op) || --left[of(op)] == 0))
      place(op);
  for (Operation *op : sorted)
    op->moveBefore(end);
  return sequence;
}
