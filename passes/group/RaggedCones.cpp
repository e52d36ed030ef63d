// Gives every operation along a dim of run-time size whose result must be stored its own copy of
// what it is made of.

#include "passes/group/RaggedCones.h"

#include "dialects/graph/Graph.h"
#include "passes/group/Outline.h"
#include "passes/group/Translate.h"
#include "passes/shape/SmallContraction.h"
#include "passes/tile/RaggedPlan.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace orrery;

namespace {

// At most so many numbers for each element of a ragged dim are cheap to store and to read.
constexpr int64_t narrow = 32;

bool isRunTime(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && !tensor.hasStaticShape();
}

// How many elements there are for each element of the ragged dims.
int64_t width(Type type) {
  int64_t product = 1;
  for (int64_t size : cast<RankedTensorType>(type).getShape())
    product *= ShapedType::isDynamic(size) ? 1 : size;
  return product;
}

bool sumsRunTime(Operation *op) {
  if (!isa<field::ReduceOp, field::ContractOp>(op))
    return false;
  return llvm::any_of(summedBy(op), [&](StringAttr name) {
    return ShapedType::isDynamic(field::sizeOf(op->getOperand(0).getType(), name));
  });
}

// May stand in a kernel that runs along a ragged dim.
bool mayJoin(Operation *op) {
  if (!op || !isRagged(op))
    return false;
  return isa<ElementwiseOp, field::ReduceOp, field::ExtractOp, field::StackOp, field::BroadcastOp,
             field::SliceOp, field::PadOp, field::IotaOp, graph::GatherOp, graph::SegmentOp>(op) ||
         isSmallContraction(op);
}

SmallVector<Operation *> usersOf(Operation *op) {
  SmallVector<Operation *> users;
  for (Operation *user : op->getUsers())
    if (isa<field::RenameOp>(user))
      llvm::append_range(users, usersOf(user));
    else
      users.push_back(user);
  return users;
}

class Separator {
public:
  Separator(Block &block, llvm::function_ref<bool(ArrayRef<Operation *>)> fits)
      : block(block), fits(fits) {}
  std::vector<Cone> run();

private:
  Block &block;
  llvm::function_ref<bool(ArrayRef<Operation *>)> fits;
  llvm::DenseSet<Operation *> stored;

  bool mustBeStored(Operation *op);
  void collect(Operation *op, llvm::SmallSetVector<Operation *, 16> &cone);
  Cone copy(ArrayRef<Operation *> cone);
};

// Sums over segments or over all, what other kernels read, and what is narrow where its user is
// wide: there it would be made again for every vector of the wide one's row.
bool Separator::mustBeStored(Operation *op) {
  if (stored.contains(op) || isa<graph::SegmentOp>(op) || sumsRunTime(op))
    return true;
  int64_t own = width(op->getResult(0).getType());
  bool computes = isa<ElementwiseOp, field::ReduceOp, field::ContractOp>(op);
  int64_t widest = own;
  if (isa<field::ReduceOp, field::ContractOp>(op)) {
    for (Value operand : op->getOperands())
      if (isRunTime(operand.getType()))
        widest = std::max(widest, width(operand.getType()));
    if (own <= narrow && widest > narrow)
      return true;
  }
  return llvm::any_of(usersOf(op), [&](Operation *user) {
    if (!mayJoin(user))
      return true;
    // A gather reads what is stored.
    if (auto gather = dyn_cast<graph::GatherOp>(user);
        gather && throughRenames(gather.getInput()).getDefiningOp() == op)
      return true;
    int64_t theirs = width(user->getResult(0).getType());
    for (Value operand : user->getOperands())
      if (isRunTime(operand.getType()))
        theirs = std::max(theirs, width(operand.getType()));
    return computes && own <= narrow && theirs > narrow;
  });
}

void Separator::collect(Operation *op, llvm::SmallSetVector<Operation *, 16> &cone) {
  for (Value operand : op->getOperands()) {
    Operation *source = throughRenames(operand).getDefiningOp();
    if (!mayJoin(source) || cone.contains(source) || mustBeStored(source))
      continue;
    collect(source, cone);
    cone.insert(source);
  }
}

// The last of the cone stays; what it is made of is copied in front of it, renames between them
// too.
Cone Separator::copy(ArrayRef<Operation *> cone) {
  Operation *last = cone.back();
  llvm::SmallDenseSet<Operation *> inside(cone.begin(), cone.end());
  OpBuilder builder(last);
  IRMapping map;
  std::function<Value(Value)> mapped = [&](Value value) -> Value {
    if (Value there = map.lookupOrNull(value))
      return there;
    auto rename = value.getDefiningOp<field::RenameOp>();
    Operation *root = throughRenames(value).getDefiningOp();
    if (!rename || !root || !inside.contains(root))
      return value;
    Value input = mapped(rename.getInput());
    Operation *again = builder.clone(*rename);
    again->setOperand(0, input);
    map.map(value, again->getResult(0));
    return again->getResult(0);
  };
  Cone copies;
  for (Operation *op : cone.drop_back()) {
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(mapped(operand));
    Operation *again = builder.clone(*op);
    again->setOperands(operands);
    map.map(op->getResults(), again->getResults());
    copies.push_back(again);
  }
  SmallVector<Value> operands;
  for (Value operand : last->getOperands())
    operands.push_back(mapped(operand));
  last->setOperands(operands);
  copies.push_back(last);
  return copies;
}

std::vector<Cone> Separator::run() {
  std::vector<Cone> cones;
  SmallVector<Operation *> ops;
  for (Operation &op : block)
    ops.push_back(&op);
  // From the end, so that whoever uses an operation has said whether it reads it from memory.
  for (Operation *op : llvm::reverse(ops)) {
    if (!mayJoin(op) || op->use_empty() || !mustBeStored(op))
      continue;
    llvm::SmallSetVector<Operation *, 16> cone;
    collect(op, cone);
    cone.insert(op);
    SmallVector<Operation *> sorted(cone.begin(), cone.end());
    llvm::sort(sorted, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
    if (!fits(sorted)) {
      // What it is made of is stored, looks apart.
      for (Operation *part : ArrayRef(sorted).drop_back())
        if (llvm::is_contained(usersOf(part), op))
          stored.insert(part);
      if (!fits({op}))
        continue; // by itself, and by loops that nobody planned
      sorted = {op};
    }
    cones.push_back(copy(sorted));
  }
  // Bottom up, so that what only dead operations used goes with them.
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      op.erase();
  std::reverse(cones.begin(), cones.end());
  return cones;
}

} // namespace

bool orrery::isWide(Type type) { return isRunTime(type) && width(type) > narrow; }

bool orrery::isRagged(Operation *op) {
  return llvm::any_of(op->getOperandTypes(), isRunTime) ||
         llvm::any_of(op->getResultTypes(), isRunTime);
}

std::vector<Cone> orrery::separateCones(Block &block,
                                        llvm::function_ref<bool(ArrayRef<Operation *>)> fits) {
  return Separator(block, fits).run();
}
