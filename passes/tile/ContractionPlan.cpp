// Decides how one contraction is tiled.

#include "passes/tile/ContractionPlan.h"

using namespace mlir;
using namespace orrery;

ContractionOperand::ContractionOperand(Value operand)
    : array(operand), window(operand.getDefiningOp<field::WindowOp>()) {
  if (window)
    array = window.getInput();
}

StringAttr ContractionOperand::kernelOf(StringAttr dim) const {
  field::WindowOp at = window;
  if (at)
    for (auto [name, kernel] :
         llvm::zip(at.getDims().getAsRange<StringAttr>(), at.getKernel().getAsRange<StringAttr>()))
      if (name == dim)
        return kernel;
  return {};
}

field::ContractOp orrery::contractionOf(func::FuncOp kernel, SmallVectorImpl<Operation *> &epilogue,
                                        std::string &why) {
  field::ContractOp contract;
  for (Operation &op : kernel.getBody().front().without_terminator()) {
    if (auto constant = dyn_cast<field::ConstantOp>(op)) {
      if (!isa<SplatElementsAttr>(constant.getValue()))
        why = "it holds a constant array";
    } else if (auto found = dyn_cast<field::ContractOp>(op)) {
      if (contract)
        why = "it holds two contractions";
      contract = found;
    } else if (isa<ElementwiseOp>(op)) {
      if (!contract)
        why = "elementwise arithmetic comes before the contraction";
      epilogue.push_back(&op);
    } else if (!isa<field::WindowOp>(op)) {
      why = ("it holds " + op.getName().getStringRef()).str();
    }
  }
  if (!contract)
    why = "it holds no contraction";
  return why.empty() ? contract : field::ContractOp();
}

static bool hasRunTimeSize(Value array) { return !field::isStatic(array.getType()); }

bool ContractionPlan::readsColumnsInPlace() const { return hasRunTimeSize(columns.array); }

// How much of the vectors' work is for real, if this group is the vector dim.
static double usefulness(int64_t size, int64_t lanes) {
  return static_cast<double>(size) / (llvm::divideCeil(size, lanes) * lanes);
}

std::optional<ContractionPlan> ContractionPlan::make(func::FuncOp kernel, int64_t lanes,
                                                     std::string &why) {
  SmallVector<Operation *> epilogue;
  field::ContractOp contract = contractionOf(kernel, epilogue, why);
  if (!contract)
    return std::nullopt;
  ContractionOperand operands[2] = {ContractionOperand(contract.getLhs()),
                                    ContractionOperand(contract.getRhs())};
  if (operands[0].window && operands[1].window) {
    why = "both operands are neighbourhoods";
    return std::nullopt;
  }
  for (ContractionOperand &operand : operands)
    if (operand.window && hasRunTimeSize(operand.array)) {
      why = "a neighbourhood has a size known at run time only";
      return std::nullopt;
    }
  llvm::SmallDenseSet<StringAttr> single;
  for (ContractionOperand &operand : operands) {
    if (!isa<BlockArgument>(operand.array)) {
      why = "an operand is made in the kernel";
      return std::nullopt;
    }
    if (!operand.window)
      continue;
    for (auto names : {operand.window.getDims(), operand.window.getKernel()})
      for (auto name : names.getAsRange<StringAttr>())
        single.insert(name);
  }
  SmallVector<Type> arrays = {operands[0].array.getType(), operands[1].array.getType(),
                              contract.getType()};
  for (Operation *op : epilogue) {
    arrays.push_back(op->getResult(0).getType());
    for (Value operand : op->getOperands())
      arrays.push_back(operand.getType());
  }
  NameGroups groups(arrays, single);

  auto has = [&](int side, StringAttr name) {
    return field::axisOf(contract->getOperand(side).getType(), name.getValue()) >= 0;
  };
  Names result = groups.of(field::namesOf(contract.getType()));
  StringAttr vector;
  int side = -1;
  double best = 0;
  for (StringAttr group : result) {
    if (has(0, group) == has(1, group))
      continue;
    int owner = has(1, group);
    // A size known at run time only makes no vectors, and an array with one is not packed.
    if (groups.isRunTime(group))
      continue;
    if (hasRunTimeSize(operands[owner].array) &&
        groups.first(field::namesOf(operands[owner].array).back()) != group)
      continue;
    // A neighbourhood is not packed either, so its vector dim must lie innermost in memory.
    if (operands[owner].window &&
        (single.contains(group) ||
         groups.first(field::namesOf(operands[owner].array).back()) != group))
      continue;
    bool scattered = group != result.back();
    if (scattered && (!epilogue.empty() || hasRunTimeSize(contract.getResult())))
      continue;
    double score = usefulness(groups.size(group), lanes) * (scattered ? 0.9 : 1.0) *
                   (operands[owner].window ? 0.95 : 1.0);
    if (score > best) {
      best = score;
      vector = group;
      side = owner;
    }
  }
  if (!vector) {
    why = "no name of the result belongs to one operand alone";
    return std::nullopt;
  }

  // What follows is done at the places of the product, each once.
  for (Operation *op : epilogue)
    for (StringAttr group : groups.of(field::namesOf(op->getResult(0))))
      if (!llvm::is_contained(result, group)) {
        why = "what follows the contraction has a name that it lacks";
        return std::nullopt;
      }
  for (Value returned : kernel.getBody().front().getTerminator()->getOperands())
    if (groups.of(field::namesOf(returned)).size() < result.size()) {
      why = "a result lacks a name that the contraction has";
      return std::nullopt;
    }

  // What follows reads and writes whole vectors, so the vector dim must lie innermost there too.
  SmallVector<Value> inMemory(kernel.getBody().front().getTerminator()->getOperands());
  for (Operation *op : epilogue)
    llvm::copy_if(op->getOperands(), std::back_inserter(inMemory), llvm::IsaPred<BlockArgument>);
  for (Value array : inMemory) {
    Names axes = groups.of(field::namesOf(array));
    if (array != contract.getResult() && llvm::is_contained(axes, vector) &&
        axes.back() != vector) {
      why = "the vector dim is not innermost in an array that follows the contraction";
      return std::nullopt;
    }
  }

  ContractionPlan plan(contract, operands[1 - side], operands[side]);
  plan.epilogue = epilogue;
  plan.vector = vector;
  plan.scattered = vector != result.back();
  // Rows: the largest group that the other operand alone has, so that a tile of rows shares what it
  // reads of this one; a batch name will do.
  auto better = [&](StringAttr group) {
    if (!plan.row || has(side, group) != has(side, plan.row))
      return !plan.row || !has(side, group);
    return groups.size(group) > groups.size(plan.row);
  };
  for (StringAttr group : result)
    if (group != vector && has(1 - side, group) && better(group))
      plan.row = group;
  if (!plan.row) {
    why = "the result has the names of one operand only";
    return std::nullopt;
  }
  for (StringAttr group : result)
    if (group != vector && group != plan.row)
      plan.outer.push_back(group);
  Names over;
  for (auto name : contract.getOver().getAsRange<StringAttr>())
    over.push_back(name);
  plan.depth = groups.of(over);
  // The longest loop innermost.
  auto longest = llvm::max_element(
      plan.depth, [&](StringAttr a, StringAttr b) { return groups.size(a) < groups.size(b); });
  if (longest != plan.depth.end())
    std::rotate(longest, longest + 1, plan.depth.end());
  if (llvm::count_if(plan.depth, [&](StringAttr group) { return groups.isRunTime(group); }) > 1) {
    why = "it sums over two dims of run-time size";
    return std::nullopt;
  }
  plan.groups = std::move(groups);
  return plan;
}
