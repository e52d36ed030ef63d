// Follows samples through a function: which values hold one sample an index, which are sums over
// samples, and where samples mix in any other way.
//
// Two facts make this need no list of operations. Level 1 speaks of dims by name: an operation that
// does not name a dim of the samples treats every index of it alike. (An index map leads from a
// part of a sample to a part of the same one.) And an operation is linear in an operand if its
// derivative does not read that operand.

#include "passes/shard/SplitBatch.h"

#include "dialects/field/FieldBuild.h"
#include "dialects/graph/Graph.h"
#include "dialects/train/Train.h"
#include "passes/shard/Passes.h"

#include "llvm/ADT/SetVector.h"

#include <map>

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_SPLITBATCH
#include "passes/shard/Passes.h.inc"
} // namespace orrery

namespace {

// How a value depends on the samples: not at all; index by index of the dim; as a sum over them; in
// another way.
enum class Dependence { None, Sample, Sum, Mixed };

using Dependences = SmallVector<Dependence>;

class Samples {
public:
  explicit Samples(ArrayRef<StringRef> dims) : dims(dims) {}

  // Of the results, given those of the arguments.
  Dependences visit(func::FuncOp function, ArrayRef<Dependence> arguments);
  Dependence ofArgument(Type type) const {
    return hasDim(type) ? Dependence::Sample : Dependence::None;
  }

  std::optional<NotAdditive> problem;
  llvm::SetVector<OpOperand *> addends; // do not depend on the samples, and are added to sums

private:
  int64_t dimsIn(Type type) const {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor ? llvm::count_if(
                        field::namesOf(tensor),
                        [&](StringAttr name) { return llvm::is_contained(dims, name.getValue()); })
                  : 0;
  }
  bool hasDim(Type type) const { return dimsIn(type) > 0; }
  bool names(Operation *op) const;
  bool sumsSamples(Operation *op) const;
  Dependence visit(Operation *op, Value result);
  Dependence visitCall(Operation *call, FlatSymbolRefAttr name, unsigned result);
  Dependence visitGradient(train::GradientOp gradient, unsigned result);
  Dependence visitLinear(Operation *op);
  Dependence mixed(Operation *op, const Twine &why);

  ArrayRef<StringRef> dims;
  DenseMap<Value, Dependence> known;
  std::map<std::pair<Operation *, Dependences>, Dependences> visited;
};

// What the derivative for one operand reads, or nothing where there is none. It is built beside the
// operation and taken away again.
struct Pullback {
  bool exists = false, isZero = false;
  DenseSet<Value> reads;
};

struct Collect : OpBuilder::Listener {
  SmallVector<Operation *> built;
  void notifyOperationInserted(Operation *op, OpBuilder::InsertPoint) override {
    built.push_back(op);
  }
};

Pullback pullbackOf(Operation *op, unsigned operand) {
  Pullback result;
  auto differentiable = dyn_cast<DifferentiableOp>(op);
  if (!differentiable)
    return result;
  Collect collect;
  OpBuilder builder(op->getContext(), &collect);
  builder.setInsertionPointAfter(op);
  SmallVector<Value> given, grads(op->getNumOperands());
  for (Type type : op->getResultTypes())
    given.push_back(
        UnrealizedConversionCastOp::create(builder, op->getLoc(), type, ValueRange()).getResult(0));
  llvm::BitVector needed(op->getNumOperands());
  needed.set(operand);
  result.exists = succeeded(differentiable.derivative(builder, given, needed, grads));
  result.isZero = !grads[operand];
  DenseSet<Operation *> own(collect.built.begin(), collect.built.end());
  for (Operation *built : collect.built)
    for (Value read : built->getOperands())
      if (!read.getDefiningOp() || !own.contains(read.getDefiningOp()))
        result.reads.insert(read);
  for (Operation *built : llvm::reverse(collect.built))
    built->erase();
  return result;
}

} // namespace

Dependence Samples::mixed(Operation *op, const Twine &why) {
  if (!problem)
    problem = NotAdditive{op, why.str()};
  return Dependence::Mixed;
}

bool Samples::names(Operation *op) const {
  auto isDim = [&](StringAttr name) {
    return llvm::is_contained(dims, name.getValue()) ? WalkResult::interrupt()
                                                     : WalkResult::advance();
  };
  return llvm::any_of(op->getAttrs(), [&](NamedAttribute attr) {
    return attr.getValue().walk(isDim).wasInterrupted();
  });
}

bool Samples::sumsSamples(Operation *op) const {
  if (auto segment = dyn_cast<graph::SegmentOp>(op)) // by what is no part of a sample: an element
    return segment.getKind() == graph::SegmentKind::Sum;
  if (!names(op))
    return false;
  if (auto reduce = dyn_cast<field::ReduceOp>(op))
    return reduce.getKind() == field::ReduceKind::Sum;
  return isa<field::ContractOp>(op);
}

Dependences Samples::visit(func::FuncOp function, ArrayRef<Dependence> arguments) {
  auto [it, isNew] = visited.try_emplace({function, Dependences(arguments)}, Dependences());
  if (!isNew)
    return it->second;
  for (auto [argument, dependence] : llvm::zip(function.getArguments(), arguments))
    known[argument] = dependence;
  for (Operation &op : function.front().without_terminator())
    for (OpResult result : op.getResults()) {
      unsigned number = result.getResultNumber();
      // A caller with other dependences visits a function again.
      Dependence found = Dependence::None;
      if (auto call = dyn_cast<func::CallOp>(op))
        found = visitCall(call, call.getCalleeAttr(), number);
      else if (auto gradient = dyn_cast<train::GradientOp>(op))
        found = visitGradient(gradient, number);
      else
        found = visit(&op, result);
      known[result] = found;
    }
  Dependences results;
  for (Value value : function.front().getTerminator()->getOperands())
    results.push_back(known.lookup(value));
  visited[{function, Dependences(arguments)}] = results;
  return results;
}

Dependence Samples::visitCall(Operation *call, FlatSymbolRefAttr name, unsigned result) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, name);
  Dependences arguments;
  for (Value operand : call->getOperands())
    arguments.push_back(known.lookup(operand));
  if (llvm::is_contained(arguments, Dependence::Mixed))
    return Dependence::Mixed;
  if (!callee || callee.isExternal())
    return mixed(call, "a call of a function that cannot be looked into");
  if (llvm::is_contained(arguments, Dependence::Sum))
    return mixed(call, "a block that takes a sum over the samples");
  return visit(callee, arguments)[result];
}

// What one sample adds to a sum changes with that sample alone, and with what all have in common.
Dependence Samples::visitGradient(train::GradientOp gradient, unsigned result) {
  auto count = unsigned(gradient.getNumResults() - gradient.getWrt().size());
  if (result < count)
    return visitCall(gradient, gradient.getCalleeAttr(), result);
  Dependence value = visitCall(gradient, gradient.getCalleeAttr(), 0);
  if (value == Dependence::Mixed || value == Dependence::None)
    return value;
  Value operand = gradient.getArgs()[size_t(gradient.getWrt()[result - count])];
  return known.lookup(operand) == Dependence::None ? Dependence::Sum : Dependence::Sample;
}

Dependence Samples::visit(Operation *op, Value result) {
  bool anySample = false, anySum = false, anyDim = false;
  for (Value operand : op->getOperands()) {
    switch (known.lookup(operand)) {
    case Dependence::Mixed:
      return Dependence::Mixed;
    case Dependence::Sum:
      anySum = true;
      break;
    case Dependence::Sample:
      anySample = true;
      break;
    case Dependence::None:
      break;
    }
    anyDim |= hasDim(operand.getType());
  }
  bool refers = op->getNumRegions() || llvm::any_of(op->getAttrs(), [](NamedAttribute attr) {
                  return isa<SymbolRefAttr>(attr.getValue());
                });
  if (refers && (anySample || anySum || hasDim(result.getType())))
    return mixed(op, "an operation that samples cannot be followed through");
  if (dimsIn(result.getType()) > 1 && op->getNumOperands())
    return mixed(op, "parts of different samples meet");
  if (hasDim(result.getType())) {
    if (anySum)
      return mixed(op, "a sum over the samples goes back into single samples");
    auto constant = dyn_cast<field::ConstantOp>(op);
    if (anyDim ? names(op)
               : !isa<field::BroadcastOp>(op) && !(constant && constant.getValue().isSplat()))
      return mixed(op, "samples are told apart by their place in the batch");
    return Dependence::Sample;
  }
  if (anySample) {
    if (anySum || !sumsSamples(op))
      return mixed(op, "samples are combined in another way than by a sum or a mean");
    return Dependence::Sum;
  }
  return anySum ? visitLinear(op) : Dependence::None;
}

// Sums in, a sum out: only if the operation is linear in all of them together. What else it takes
// may scale them or be added to them.
Dependence Samples::visitLinear(Operation *op) {
  DenseSet<Value> sums(op->result_begin(), op->result_end());
  for (Value operand : op->getOperands())
    if (known.lookup(operand) == Dependence::Sum)
      sums.insert(operand);
  auto readsSums = [&](const Pullback &pullback) {
    return llvm::any_of(pullback.reads, [&](Value read) { return sums.contains(read); });
  };
  SmallVector<OpOperand *> added;
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.get().getType());
    if (!type || !isa<FloatType>(type.getElementType()))
      continue;
    Pullback pullback = pullbackOf(op, operand.getOperandNumber());
    if (!pullback.exists)
      return mixed(op, "an operation without a derivative follows the sum over the samples");
    if (sums.contains(operand.get())) {
      if (readsSums(pullback))
        return mixed(op, "the sum over the samples is followed by an operation that is not linear");
    } else if (!pullback.isZero && !readsSums(pullback)) {
      if (pullback.reads.contains(operand.get()))
        return mixed(op, "the sum over the samples is followed by an operation that is not linear");
      added.push_back(&operand);
    }
  }
  addends.insert(added.begin(), added.end());
  return Dependence::Sum;
}

std::optional<NotAdditive> orrery::splitBatch(func::FuncOp function, ArrayRef<StringRef> dims,
                                              double share, size_t *scaled) {
  Samples samples(dims);
  Dependences arguments;
  for (Type type : function.getArgumentTypes())
    arguments.push_back(samples.ofArgument(type));
  Dependences results = samples.visit(function, arguments);
  Operation *end = function.front().getTerminator();
  for (auto [i, result] : llvm::enumerate(results)) {
    if (result == Dependence::Mixed)
      return samples.problem;
    if (result == Dependence::Sample)
      return NotAdditive{end, "one number a sample"};
    if (result == Dependence::None)
      samples.addends.insert(&end->getOpOperand(i));
  }
  if (scaled)
    *scaled = samples.addends.size();
  if (share == 1)
    return std::nullopt;
  for (OpOperand *addend : samples.addends) {
    OpBuilder builder(addend->getOwner());
    field::Build b(builder, addend->getOwner()->getLoc(),
                   cast<RankedTensorType>(addend->get().getType()).getElementType());
    addend->set(b.mul(addend->get(), b.real(share)));
  }
  return std::nullopt;
}

namespace {
struct SplitBatch : orrery::impl::SplitBatchBase<SplitBatch> {
  using SplitBatchBase::SplitBatchBase;

  void runOnOperation() override {
    auto loss = getOperation().lookupSymbol<func::FuncOp>(function);
    if (!loss || loss.isExternal())
      return;
    SmallVector<StringRef> names;
    StringRef(dims).split(names, '+');
    if (std::optional<NotAdditive> problem = splitBatch(loss, names, share)) {
      problem->where->emitError() << "the batch cannot be split: " << problem->why;
      signalPassFailure();
    }
  }
};
} // namespace
