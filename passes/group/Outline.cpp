// Moves operations of a driver function into a kernel function, one function for equal kernels.

#include "passes/group/Outline.h"

#include "dialects/field/Field.h"
#include "passes/group/RaggedCones.h"
#include "passes/group/Translate.h"

#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/CSE.h"

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
  if (isa<field::RenameOp, field::SizeCastOp>(op))
    return true;
  if (auto split = dyn_cast<field::SplitOp>(op))
    return keepsOrder(split.getType(), split.getInput().getType(), split.getDim(), split.getInto());
  if (auto merge = dyn_cast<field::MergeOp>(op))
    return keepsOrder(merge.getInput().getType(), merge.getType(), merge.getInto(),
                      merge.getDims());
  return false;
}

Outliner::Outliner(ModuleOp module) : symbols(module) {
  for (auto function : module.getOps<func::FuncOp>())
    if (isKernel(function) && !function.isExternal())
      known.try_emplace(structureOf(function), function);
}

func::FuncOp Outliner::shared(func::FuncOp kernel) {
  auto [entry, fresh] = known.try_emplace(structureOf(kernel), kernel);
  if (fresh)
    symbols.insert(kernel);
  else
    kernel.erase();
  return entry->second;
}

namespace {
// Clones operations into a kernel and gives it an argument for each array that it reads under some
// names.
struct KernelBuilder {
  ArrayRef<Operation *> ops;
  const Translation &translation;
  Block *block;
  OpBuilder body;
  IRMapping map;
  SmallVector<Value> inputs;
  DenseMap<std::pair<Value, Type>, Value> arguments;

  KernelBuilder(ArrayRef<Operation *> ops, const Translation &translation, Block *block)
      : ops(ops), translation(translation), block(block), body(OpBuilder::atBlockEnd(block)) {}

  Value input(Value value, RankedTensorType type) {
    Value &argument = arguments[{value, type}];
    if (!argument) {
      argument = block->addArgument(type, value.getLoc());
      inputs.push_back(value);
    }
    return argument;
  }

  Value operand(unsigned n, Value value) {
    if (Value inside = map.lookupOrNull(throughRenames(value)))
      return inside;
    auto from = cast<RankedTensorType>(value.getType());
    if (auto constant = value.getDefiningOp<field::ConstantOp>())
      if (ops.size() == 1 || isa<SplatElementsAttr>(constant.getValue())) {
        Operation *copy = body.clone(*constant);
        rename(copy, translation.maps[n]);
        return copy->getResult(0);
      }
    return input(value, field::tensorType(value.getContext(), translation.of(n, from),
                                          from.getShape(), from.getElementType()));
  }

  void clone(unsigned n) {
    SmallVector<Value> operands;
    for (Value value : ops[n]->getOperands())
      operands.push_back(operand(n, value));
    Operation *copy = body.clone(*ops[n]);
    copy->setOperands(operands);
    rename(copy, translation.maps[n]);
    map.map(ops[n]->getResults(), copy->getResults());
  }
};
} // namespace

// Uses of a value, and of the same array under other names.
static bool usedOutside(Value value, const llvm::SmallDenseSet<Operation *> &inside) {
  return llvm::any_of(value.getUsers(), [&](Operation *user) {
    return isa<field::RenameOp>(user) ? usedOutside(user->getResult(0), inside)
                                      : !inside.contains(user);
  });
}

FailureOr<Kernel> orrery::buildKernel(ArrayRef<Operation *> ops, StringRef name) {
  std::optional<Translation> translation = translate(ops);
  if (!translation)
    return failure();
  llvm::SmallDenseSet<Operation *> inside(ops.begin(), ops.end());
  Location loc = ops.back()->getLoc();
  Builder types(loc.getContext());
  Kernel kernel;
  // The mathematics library has functions of the same names as some operations, and is linked with
  // kernels.
  kernel.function =
      func::FuncOp::create(loc, "kernel_" + name.str(), types.getFunctionType({}, {}));
  func::FuncOp function = *kernel.function;
  function.setPrivate();
  function->setAttr(kernelAttr, types.getUnitAttr());
  KernelBuilder builder(ops, *translation, function.addEntryBlock());
  for (unsigned n = 0; n < ops.size(); ++n)
    builder.clone(n);
  SmallVector<Value> returned;
  for (Operation *op : ops)
    for (Value result : op->getResults())
      if (usedOutside(result, inside)) {
        kernel.outputs.push_back(result);
        returned.push_back(builder.map.lookup(result));
      }
  func::ReturnOp::create(builder.body, loc, returned);
  function.setFunctionType(types.getFunctionType(builder.block->getArgumentTypes(),
                                                 llvm::to_vector(ValueRange(returned).getTypes())));
  kernel.inputs = std::move(builder.inputs);
  // Cones that were joined have parts in common.
  if (ops.size() > 1 && llvm::any_of(ops, isRagged)) {
    DominanceInfo dominance(function);
    IRRewriter rewriter(function.getContext());
    eliminateCommonSubExpressions(rewriter, dominance, function);
  }
  return kernel;
}

// The same array under the names that a type has for its axes.
static Value underNames(OpBuilder &builder, Location loc, Value value, Type type) {
  if (value.getType() == type)
    return value;
  SmallVector<Attribute> from, to;
  for (auto [old, name] : llvm::zip(field::namesOf(value), field::namesOf(type)))
    if (old != name) {
      from.push_back(old);
      to.push_back(name);
    }
  return field::RenameOp::create(builder, loc, type, value, builder.getArrayAttr(from),
                                 builder.getArrayAttr(to));
}

// Those that only the group saw.
static void eraseUnusedRenames(Operation *op) {
  for (Operation *user : llvm::make_early_inc_range(op->getUsers())) {
    eraseUnusedRenames(user);
    if (isa<field::RenameOp>(user) && user->use_empty())
      user->erase();
  }
}

LogicalResult Outliner::outline(ArrayRef<Operation *> ops, StringRef name) {
  FailureOr<Kernel> kernel = buildKernel(ops, name);
  if (failed(kernel))
    return failure();
  func::FuncOp function = shared(kernel->function.release());
  OpBuilder builder(ops.back());
  Location loc = ops.back()->getLoc();
  SmallVector<Value> operands;
  for (auto [input, type] : llvm::zip(kernel->inputs, function.getArgumentTypes()))
    operands.push_back(underNames(builder, loc, input, type));
  auto call = func::CallOp::create(builder, loc, function, operands);
  for (auto [output, result] : llvm::zip(kernel->outputs, call.getResults()))
    output.replaceAllUsesWith(underNames(builder, loc, result, output.getType()));
  for (Operation *op : llvm::reverse(ops)) {
    eraseUnusedRenames(op);
    op->erase();
  }
  return success();
}

void Outliner::outlineConstants(func::FuncOp function) {
  for (auto constant : llvm::make_early_inc_range(function.getOps<field::ConstantOp>())) {
    if (constant->use_empty())
      constant.erase();
    else
      (void)outline({constant}, "constant");
  }
}
