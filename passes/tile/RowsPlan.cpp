// Decides how a kernel of elementwise arithmetic, sums and views is run row by row.

#include "passes/tile/RowsPlan.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace orrery;

// Views that a load sees through.
static bool isSeenThrough(Operation *op) {
  return isa<field::RenameOp, field::ExtractOp, field::SliceOp, field::PadOp, field::BroadcastOp>(
      op);
}

bool RowsPlan::hasRow(Value value) const {
  return llvm::is_contained(groups.of(field::namesOf(value)), inner);
}

bool RowsPlan::isColumnSum(Value value) const {
  auto reduce = value.getDefiningOp<field::ReduceOp>();
  return reduce && llvm::is_contained(columnSums, reduce);
}

// Names that a view changes stay alone: an index of one is not an index of the other.
static llvm::SmallDenseSet<StringAttr> changedNames(func::FuncOp kernel) {
  llvm::SmallDenseSet<StringAttr> names;
  auto note = [&](Attribute attr) {
    if (auto name = dyn_cast_or_null<StringAttr>(attr))
      names.insert(name);
    if (auto list = dyn_cast_or_null<ArrayAttr>(attr))
      for (auto name : list.getAsRange<StringAttr>())
        names.insert(name);
  };
  kernel.walk([&](Operation *op) {
    if (isa<field::RenameOp, field::ExtractOp, field::SliceOp, field::PadOp>(op))
      for (StringRef key : {"from", "to", "dim", "as"})
        note(op->getAttr(key));
  });
  return names;
}

static std::string unfit(func::FuncOp kernel) {
  // Sizes themselves are arguments, after pass-sizes.
  auto runTime = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return !tensor || !tensor.hasStaticShape();
  };
  bool sized = llvm::any_of(kernel.getArgumentTypes(), runTime);
  for (Operation &op : kernel.getBody().front().without_terminator())
    sized |= llvm::any_of(op.getResultTypes(), runTime);
  if (sized)
    return "a size is known at run time only";
  for (Operation &op : kernel.getBody().front().without_terminator()) {
    if (auto constant = dyn_cast<field::ConstantOp>(op)) {
      if (!isa<SplatElementsAttr>(constant.getValue()))
        return "it holds a constant array";
    } else if (!isa<ElementwiseOp, field::ReduceOp, field::IotaOp>(op) && !isSeenThrough(&op)) {
      return ("it holds " + op.getName().getStringRef()).str();
    }
  }
  return "";
}

std::optional<RowsPlan> RowsPlan::make(func::FuncOp kernel, std::string &why) {
  why = unfit(kernel);
  if (!why.empty())
    return std::nullopt;
  Block &body = kernel.getBody().front();
  SmallVector<Type> arrays(kernel.getArgumentTypes());
  for (Operation &op : body.without_terminator())
    arrays.push_back(op.getResult(0).getType());
  RowsPlan plan{NameGroups(arrays, changedNames(kernel))};

  // What is computed has a position in the kernel's domain; what a view looks at has not.
  SmallVector<Value> domain;
  for (Operation &op : body.without_terminator()) {
    if (isa<ElementwiseOp>(op) && !isa<field::ConstantOp>(op))
      domain.push_back(op.getResult(0));
    if (auto reduce = dyn_cast<field::ReduceOp>(op))
      domain.push_back(reduce.getInput());
  }
  for (Value returned : body.getTerminator()->getOperands())
    domain.push_back(returned);
  auto largest = *llvm::max_element(domain, [](Value a, Value b) {
    return field::elementsOf(a.getType()) < field::elementsOf(b.getType());
  });
  if (field::namesOf(largest).empty()) {
    why = "all of it is single numbers";
    return std::nullopt;
  }
  plan.inner = plan.groups.first(field::namesOf(largest).back());
  // In the order of the largest array first, so that neighbours in memory follow one another.
  domain.insert(domain.begin(), largest);
  for (Value value : domain)
    for (StringAttr group : plan.groups.of(field::namesOf(value)))
      if (group != plan.inner && !llvm::is_contained(plan.outer, group))
        plan.outer.push_back(group);

  why = plan.sortSums(kernel);
  if (!why.empty())
    return std::nullopt;
  for (Value returned : body.getTerminator()->getOperands()) {
    if (plan.isColumnSum(returned))
      continue;
    for (StringAttr group : plan.outer)
      if (!llvm::is_contained(plan.groups.of(field::namesOf(returned)), group)) {
        why = "a result lacks a name that others have";
        return std::nullopt;
      }
  }
  plan.countSweeps(kernel);
  why = plan.judgeLongRow();
  return why.empty() ? std::optional(plan) : std::nullopt;
}

// A sum takes all of its row. Where there is only one row, what comes after its sum is cut into
// pieces elsewhere.
std::string RowsPlan::judgeLongRow() const {
  bool alone = groups.size(outer) == 1 && groups.size(inner) > 2 * longRow;
  for (auto [value, known] : sweep)
    if (alone && known > 0 && hasRow(value))
      return "one long row goes on with its own sum";
  return "";
}

std::string RowsPlan::sortSums(func::FuncOp kernel) {
  bool first = true;
  for (auto reduce : kernel.getOps<field::ReduceOp>()) {
    Names over, outerOver;
    for (auto name : reduce.getOver().getAsRange<StringAttr>())
      if (StringAttr group = groups.first(name); !llvm::is_contained(over, group))
        over.push_back(group);
    for (StringAttr group : over)
      if (group != inner)
        outerOver.push_back(group);
    if (outerOver.empty()) {
      rowSums.push_back(reduce);
      continue;
    }
    if (reduce.getKind() != field::ReduceKind::Sum)
      return "it takes a maximum over several rows";
    for (Operation *user : reduce->getUsers())
      if (!isa<func::ReturnOp>(user))
        return "it goes on computing with a sum over rows";
    Names left;
    for (StringAttr group : outer)
      if (!llvm::is_contained(outerOver, group))
        left.push_back(group);
    for (StringAttr group : left)
      if (!llvm::is_contained(groups.of(field::namesOf(reduce.getInput())), group))
        return "a sum over rows lacks a name that others have";
    if (!first && left != kept)
      return "its sums over rows keep different names";
    kept = left;
    first = false;
    columnSums.push_back(reduce);
  }
  return "";
}

void RowsPlan::countSweeps(func::FuncOp kernel) {
  for (Operation &op : kernel.getBody().front().without_terminator()) {
    int known = 0;
    for (Value operand : op.getOperands())
      known = std::max(known, sweep.lookup(operand));
    auto reduce = dyn_cast<field::ReduceOp>(op);
    // A number of the row is known after the sweep that adds it up.
    if (reduce && llvm::is_contained(rowSums, reduce))
      ++known;
    sweep[op.getResult(0)] = known;
    sweeps = std::max(sweeps, known + 1);
  }
}
