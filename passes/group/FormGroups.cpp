// Groups operations so that what is between them never goes through memory.

#include "passes/group/Passes.h"

#include "dialects/attend/Attend.h"
#include "dialects/check/Check.h"
#include "dialects/graph/Graph.h"
#include "passes/group/Groups.h"
#include "passes/group/Outline.h"
#include "passes/group/RaggedCones.h"
#include "passes/group/Translate.h"
#include "passes/tile/ContractionPlan.h"
#include "passes/tile/RaggedPlan.h"
#include "passes/tile/RowsPlan.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_FORMGROUPS
#include "passes/group/Passes.h.inc"
} // namespace orrery

namespace {

// Operations that only change where a load looks: every user has one of its own.
bool isLook(Operation *op) {
  return isa_and_nonnull<field::ExtractOp, field::SliceOp, field::PadOp, field::BroadcastOp,
                         field::IotaOp>(op);
}

bool isArithmetic(Operation *op) { return isa<ElementwiseOp, field::ReduceOp>(op); }

// Stays in the driver.
bool isDriverOp(Operation *op) {
  return isa<func::CallOp, func::ReturnOp, check::ExpectCloseOp, field::ConstantOp>(op) ||
         isView(op);
}

class Former {
public:
  Former(func::FuncOp function, unsigned lanes) : block(function.getBody().front()), lanes(lanes) {}

  void form(Outliner &outliner);

private:
  Block &block;
  unsigned lanes;
  std::unique_ptr<Groups> groups;

  void giveEachUserItsLooks();
  void start(Operation *op);
  void arithmetic(Operation *op);
  bool fits(GroupKind kind, ArrayRef<Operation *> ops) const;
  bool join(Group &group, ArrayRef<Operation *> ops);
  bool gainsByTile(Operation *op, Group &group) const;
  bool onlyFor(Group &group, Group &home) const;
  void mergeNeighbours();
  void finishContractions();
  void outline(Outliner &outliner, Group &group);
};

// The looks that an operation reads through, up to something that is computed.
void addLooks(Operation *op, SmallVectorImpl<Operation *> &looks) {
  for (Value operand : op->getOperands()) {
    Operation *source = throughRenames(operand).getDefiningOp();
    if (!isLook(source) || llvm::is_contained(looks, source))
      continue;
    addLooks(source, looks);
    looks.push_back(source);
  }
}

// A look is cheaper than a copy of what it looks at, so arithmetic takes it along. A window belongs
// to its contraction in the same way.
void Former::giveEachUserItsLooks() {
  auto taken = [](Operation *source, Operation *user) {
    return isa<field::ContractOp>(user) ? isa_and_nonnull<field::WindowOp>(source)
                                        : isLook(source) && (isArithmetic(user) || isLook(user));
  };
  // From the end, so that looks at looks follow.
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    for (OpOperand &operand : op.getOpOperands()) {
      Operation *rename = operand.get().getDefiningOp<field::RenameOp>();
      Operation *source = throughRenames(operand.get()).getDefiningOp();
      if (!source || !taken(source, &op) || isDriverOp(source) || (!rename && source->hasOneUse()))
        continue;
      if (rename && isa<field::WindowOp>(source))
        continue;
      OpBuilder builder(&op);
      IRMapping map;
      SmallVector<Operation *> chain{source};
      if (rename) {
        chain.clear();
        for (Operation *at = rename; at != source; at = at->getOperand(0).getDefiningOp())
          chain.insert(chain.begin(), at);
        chain.insert(chain.begin(), source);
      }
      for (Operation *part : chain)
        builder.clone(*part, map);
      operand.set(map.lookup(operand.get()));
    }
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

// The plans that tile kernels are the judges of what fits in one.
bool Former::fits(GroupKind kind, ArrayRef<Operation *> ops) const {
  FailureOr<Kernel> kernel = buildKernel(ops, "candidate");
  if (failed(kernel))
    return false;
  std::string why;
  if (kind == GroupKind::Contraction)
    return ContractionPlan::make(*kernel->function, lanes, why).has_value();
  if (kind == GroupKind::Ragged)
    return RaggedPlan::make(*kernel->function, why).has_value();
  return RowsPlan::make(*kernel->function, why).has_value();
}

bool Former::join(Group &group, ArrayRef<Operation *> ops) {
  SmallVector<Operation *> all(group.ops);
  llvm::append_range(all, ops);
  all = groups->inOrder(all);
  // What is made beside a contraction waits for its tile.
  if (group.kind == GroupKind::Contraction) {
    SmallVector<Operation *> later;
    llvm::erase_if(all, [&](Operation *op) {
      if (isa<ElementwiseOp>(op))
        later.push_back(op);
      return isa<ElementwiseOp>(op);
    });
    llvm::append_range(all, later);
  }
  if (!groups->mayRunAsOne(all) || !fits(group.kind, all))
    return false;
  groups->setOps(group, std::move(all));
  return true;
}

// Operations that use a value under any name.
SmallVector<Operation *> usersOf(Value value) {
  SmallVector<Operation *> users;
  for (Operation *user : value.getUsers())
    if (isa<field::RenameOp>(user))
      llvm::append_range(users, usersOf(user->getResult(0)));
    else
      users.push_back(user);
  return users;
}

bool isCostly(Operation *op) {
  return !isa<field::AddOp, field::SubOp, field::MulOp, field::NegOp, field::AbsOp, field::SelectOp,
              field::CompareOp, field::CastOp, field::MaxOp, field::MinOp>(op);
}

// Arithmetic on the tile of a contraction saves reading the product again. It saves nothing where
// the product is stored for others all the same, or where what it makes is only added up, and could
// be made there.
bool Former::gainsByTile(Operation *op, Group &group) const {
  if (llvm::all_of(usersOf(op->getResult(0)), llvm::IsaPred<field::ReduceOp>))
    return false;
  if (isCostly(op))
    return true;
  for (Value operand : op->getOperands()) {
    Value source = throughRenames(operand);
    if (groups->of(source.getDefiningOp()) == &group && usersOf(source).size() > 1)
      return false;
  }
  return true;
}

// Whether nothing but `home` uses what a group makes, and it only does arithmetic.
bool Former::onlyFor(Group &group, Group &home) const {
  return llvm::all_of(group.ops, [&](Operation *op) {
    return isa<ElementwiseOp>(op) && llvm::all_of(usersOf(op->getResult(0)), [&](Operation *user) {
             return groups->of(user) == &group || groups->of(user) == &home;
           });
  });
}

void Former::arithmetic(Operation *op) {
  SmallVector<Operation *> ops;
  addLooks(op, ops);
  bool looks = !ops.empty();
  ops.push_back(op);
  SmallVector<Group *> candidates = groups->producers(op);
  Group *home = nullptr;
  if (isa<ElementwiseOp>(op) && !looks)
    for (Group *group : candidates)
      if (!home && group->kind == GroupKind::Contraction && gainsByTile(op, *group) &&
          join(*group, ops))
        home = group;
  if (home) {
    // What only this operation waits for need not be stored either.
    for (Group *group : candidates)
      if (group->kind == GroupKind::Rows && onlyFor(*group, *home) && join(*home, group->ops))
        group->ops.clear();
    return;
  }
  for (Group *group : candidates)
    if (!home && group->kind == GroupKind::Rows && join(*group, ops))
      home = group;
  if (!home) {
    groups->make(GroupKind::Rows, ops);
    return;
  }
  for (Group *group : candidates)
    if (group != home && group->kind == GroupKind::Rows && !group->ops.empty() &&
        join(*home, group->ops))
      group->ops.clear();
}

void Former::start(Operation *op) {
  if (isDriverOp(op) || groups->of(op))
    return;
  if (isArithmetic(op))
    return arithmetic(op);
  if (auto contract = dyn_cast<field::ContractOp>(op)) {
    SmallVector<Operation *> ops;
    for (Value operand : contract.getOperands())
      if (Operation *window = operand.getDefiningOp<field::WindowOp>();
          window && window->hasOneUse() && ops.empty())
        ops.push_back(window);
    ops.push_back(op);
    groups->make(GroupKind::Contraction, ops);
    return;
  }
  // Looks and windows wait for their users; those that nobody took along are copied at the end.
  if (!isLook(op) && !isa<field::WindowOp>(op))
    groups->make(GroupKind::Alone, {op});
}

// Kernels that read the same array become one where they can: it is read once. Along a ragged dim
// that goes for kernels of one kind: where some are wide, what is narrow would be done number by
// number, and is cheap to store.
void Former::mergeNeighbours() {
  auto &all = groups->all();
  auto areWide = [](Group &group) {
    return llvm::any_of(group.ops, [](Operation *op) {
      return llvm::any_of(op->getResultTypes(), isWide) ||
             llvm::any_of(op->getOperandTypes(), isWide);
    });
  };
  auto reads = [&](Group &group, Group &other) {
    llvm::SmallDenseSet<Value> read;
    bool wide = group.kind == GroupKind::Ragged && areWide(group);
    if (group.kind == GroupKind::Ragged && areWide(other) != wide)
      return false;
    for (Operation *op : group.ops)
      for (Value operand : op->getOperands())
        if (!operand.getDefiningOp<field::ConstantOp>() &&
            field::elementsOf(operand.getType()) > 1 && (!wide || isWide(operand.getType())))
          read.insert(throughRenames(operand));
    return llvm::any_of(other.ops, [&](Operation *op) {
      return llvm::any_of(op->getOperands(),
                          [&](Value operand) { return read.contains(throughRenames(operand)); });
    });
  };
  constexpr size_t most = 40, mostRagged = 400;
  for (size_t i = 0; i < all.size(); ++i)
    for (size_t k = 0; k < i; ++k) {
      Group &group = *all[i], &other = *all[k];
      bool ragged = group.kind == GroupKind::Ragged;
      if ((group.kind == GroupKind::Rows || ragged) && other.kind == group.kind &&
          !group.ops.empty() && !other.ops.empty() &&
          group.ops.size() + other.ops.size() <= (ragged ? mostRagged : most) &&
          reads(group, other) && join(group, other.ops))
        other.ops.clear();
    }
}

// Arithmetic along a dim of run-time size that does nothing but follow a contraction is done on its
// tile.
void Former::finishContractions() {
  for (auto &group : groups->all()) {
    if (group->kind != GroupKind::Ragged || !llvm::all_of(group->ops, llvm::IsaPred<ElementwiseOp>))
      continue;
    for (Group *home : groups->producers(group->ops.front()))
      if (!group->ops.empty() && home->kind == GroupKind::Contraction && join(*home, group->ops))
        group->ops.clear();
  }
}

StringRef nameFor(const Group &group) {
  for (Operation *op : group.ops)
    if (group.kind == GroupKind::Contraction && isa<field::ContractOp>(op))
      return group.ops.front() == op ? "contract" : "convolve";
  if (group.ops.size() == 1 || group.kind == GroupKind::Alone)
    return group.ops.back()->getName().stripDialect();
  if (group.kind == GroupKind::Ragged)
    return llvm::any_of(group.ops, llvm::IsaPred<graph::SegmentOp>) ? "segments" : "elements";
  return "rows";
}

void Former::outline(Outliner &outliner, Group &group) {
  std::string name = nameFor(group).str();
  auto options = remark::RemarkOpts::name("FormGroups").category("fusion");
  if (group.ops.size() > 1)
    remark::passed(group.ops.back()->getLoc(), options)
        << std::to_string(group.ops.size()) << " operations run in one kernel, " << name;
  if (succeeded(outliner.outline(group.ops, name)))
    return;
  for (Operation *op : llvm::to_vector(group.ops))
    (void)outliner.outline({op}, op->getName().stripDialect());
}

void Former::form(Outliner &outliner) {
  giveEachUserItsLooks();
  std::vector<Cone> cones =
      separateCones(block, [&](ArrayRef<Operation *> ops) { return fits(GroupKind::Ragged, ops); });
  groups = std::make_unique<Groups>(block);
  for (const Cone &cone : cones)
    groups->make(GroupKind::Ragged, cone);
  SmallVector<Operation *> ops;
  for (Operation &op : block)
    ops.push_back(&op);
  for (Operation *op : ops)
    start(op);
  finishContractions();
  mergeNeighbours();
  for (Operation *op : ops)
    if (!groups->of(op) && !isDriverOp(op))
      groups->make(GroupKind::Alone, {op});
  for (Group *group : groups->sortBlock())
    outline(outliner, *group);
}

struct FormGroups : orrery::impl::FormGroupsBase<FormGroups> {
  using FormGroupsBase::FormGroupsBase;

  void runOnOperation() override {
    Outliner outliner(getOperation());
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      if (function.isExternal() || isKernel(function))
        continue;
      Former(function, vectorBits / 32).form(outliner);
      outliner.outlineConstants(function);
    }
  }
};
} // namespace
