// Moves operations of a driver function into a kernel function, one function for equal kernels.

#include "passes/group/Outline.h"

#include "dialects/check/Check.h"
#include "dialects/field/Field.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/OperationSupport.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace orrery;

bool orrery::isKernel(Operation *function) { return function->hasAttr(kernelAttr); }

// Whether `parts`, side by side and in this order in `longer`, stand for `whole` in `shorter`, all
// else equal.
static bool keepsOrder(Type longer, Type shorter, StringRef whole, ArrayAttr parts) {
  SmallVector<StringRef> names;
  for (StringAttr name : field::namesOf(shorter)) {
    if (name.getValue() != whole) {
      names.push_back(name.getValue());
      continue;
    }
    for (StringRef part : parts.getAsValueRange<StringAttr>())
      names.push_back(part);
  }
  return llvm::equal(names, field::namesOf(longer),
                     [](StringRef a, StringAttr b) { return a == b.getValue(); });
}

bool orrery::isView(Operation *op) {
  if (isa<field::RenameOp>(op))
    return true;
  if (auto split = dyn_cast<field::SplitOp>(op))
    return keepsOrder(split.getType(), split.getInput().getType(), split.getDim(), split.getInto());
  if (auto merge = dyn_cast<field::MergeOp>(op))
    return keepsOrder(merge.getInput().getType(), merge.getType(), merge.getInto(),
                      merge.getDims());
  return false;
}

static llvm::hash_code hashOf(func::FuncOp kernel) {
  llvm::hash_code hash = hash_value(kernel.getFunctionType());
  kernel.getBody().walk([&](Operation *op) {
    // Operands are compared later, by position; here only what an operation is.
    hash = llvm::hash_combine(
        hash, OperationEquivalence::computeHash(op, OperationEquivalence::ignoreHashValue,
                                                OperationEquivalence::ignoreHashValue,
                                                OperationEquivalence::IgnoreLocations));
  });
  return hash;
}

Outliner::Outliner(ModuleOp module) : symbols(module) {
  for (auto function : module.getOps<func::FuncOp>())
    if (isKernel(function))
      known[hashOf(function)].push_back(function);
}

func::FuncOp Outliner::shared(func::FuncOp kernel) {
  SmallVector<func::FuncOp> &same = known[hashOf(kernel)];
  for (func::FuncOp other : same)
    if (other.getFunctionType() == kernel.getFunctionType() &&
        OperationEquivalence::isRegionEquivalentTo(&other.getBody(), &kernel.getBody(),
                                                   OperationEquivalence::IgnoreLocations)) {
      kernel.erase();
      return other;
    }
  symbols.insert(kernel);
  same.push_back(kernel);
  return kernel;
}

func::CallOp Outliner::outline(ArrayRef<Operation *> ops, StringRef name) {
  llvm::SmallDenseSet<Operation *> inside(ops.begin(), ops.end());
  llvm::SetVector<Value> inputs, outputs;
  llvm::SetVector<Operation *> constants;
  for (Operation *op : ops) {
    for (Value operand : op->getOperands()) {
      Operation *source = operand.getDefiningOp();
      if (source && isa<field::ConstantOp>(source) && !inside.contains(source))
        constants.insert(source);
      else if (!source || !inside.contains(source))
        inputs.insert(operand);
    }
    for (Value result : op->getResults())
      if (llvm::any_of(result.getUsers(), [&](Operation *user) { return !inside.contains(user); }))
        outputs.insert(result);
  }

  OpBuilder builder(ops.back());
  Location loc = ops.back()->getLoc();
  auto type =
      builder.getFunctionType(llvm::to_vector(ValueRange(inputs.getArrayRef()).getTypes()),
                              llvm::to_vector(ValueRange(outputs.getArrayRef()).getTypes()));
  auto kernel = func::FuncOp::create(loc, name, type);
  kernel.setPrivate();
  kernel->setAttr(kernelAttr, builder.getUnitAttr());
  OpBuilder body(kernel.getContext());
  body.setInsertionPointToStart(kernel.addEntryBlock());
  IRMapping map;
  map.map(inputs.getArrayRef(), kernel.getArguments());
  for (Operation *op : constants)
    body.clone(*op, map);
  for (Operation *op : ops)
    body.clone(*op, map);
  SmallVector<Value> returned;
  for (Value output : outputs)
    returned.push_back(map.lookup(output));
  func::ReturnOp::create(body, loc, returned);

  auto call = func::CallOp::create(builder, loc, shared(kernel), inputs.getArrayRef());
  for (unsigned i = 0; i < outputs.size(); ++i)
    Value(outputs[i]).replaceAllUsesWith(call.getResult(i));
  for (Operation *op : llvm::reverse(ops))
    op->erase();
  return call;
}

void Outliner::outlineConstants(func::FuncOp function) {
  for (auto constant : llvm::make_early_inc_range(function.getOps<field::ConstantOp>())) {
    if (constant->use_empty())
      constant.erase();
    else
      outline({constant}, "constant");
  }
}
