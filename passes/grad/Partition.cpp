// Cuts a joint function into forward and backward where the least has to be kept in between.

#include "passes/grad/Derivative.h"
#include "passes/grad/MinCut.h"
#include "passes/shape/SmallContraction.h"

#include "dialects/attend/Attend.h"
#include "dialects/field/Field.h"
#include "dialects/graph/Graph.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/CSE.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace orrery;

namespace {

int64_t bytesOf(Value value) {
  auto tensor = cast<RankedTensorType>(value.getType());
  return field::elementsOf(tensor) * ((tensor.getElementTypeBitWidth() + 7) / 8);
}

// So many elements that a map leaves are taken to end in one: an atom has many edges.
constexpr int64_t PerEnd = 16;

// A sum over this many elements costs a pass over its operand to save next to nothing, so its
// result is kept.
constexpr int64_t LargeReduction = 4;

// A filter of radial functions makes much more than it reads, a product along x, y and z not much
// less: they are done again wherever they are needed.
bool isLightContraction(Operation *op) {
  return isSmallContraction(op) && llvm::all_of(op->getOperandTypes(), [&](Type operand) {
           return field::elementsOf(operand) <
                  LargeReduction * field::elementsOf(op->getResult(0).getType());
         });
}

// Never done twice. Everything else is arithmetic on elements, or layout, and joins the kernel that
// reads it.
bool isExpensive(Operation *op) {
  if (isLightContraction(op))
    return false;
  if (isa<graph::SegmentOp>(op))
    return true;
  if (isa<func::CallOp, field::ContractOp, field::OverlapAddOp>(op) ||
      op->getName().getDialectNamespace() == "attend")
    return true;
  if (auto reduce = dyn_cast<field::ReduceOp>(op))
    return field::elementsOf(reduce.getInput().getType()) >=
           LargeReduction * field::elementsOf(reduce.getResult().getType());
  return !isMemoryEffectFree(op);
}

// Reads whole arrays from memory: what it reads is stored, whatever else is fused.
bool readsStored(Operation *op) {
  return isa<func::CallOp, graph::GatherOp>(op) ||
         (isa<field::ContractOp>(op) && !isSmallContraction(op)) ||
         op->getName().getDialectNamespace() == "attend";
}

class Partitioner {
public:
  Partitioner(func::FuncOp function, const Joint &joint, bool leastMemory)
      : original(function), joint(joint), leastMemory(leastMemory), source(*joint.function) {}
  Derivative run();

private:
  void findCrowds();
  void classify();
  int64_t costOfKeeping(Value value);
  llvm::SetVector<Value> chooseSaved();
  func::FuncOp emitForward(ArrayRef<Value> extras);
  func::FuncOp emitBackward(ArrayRef<Value> residuals);
  func::FuncOp create(StringRef suffix, TypeRange arguments, ArrayRef<Location> locations);
  Block &body() { return source.front(); }
  bool isOwn(BlockArgument argument) const { return argument.getArgNumber() < joint.arguments; }

  func::FuncOp original;
  const Joint &joint;
  bool leastMemory;
  func::FuncOp source;
  llvm::DenseMap<StringAttr, int64_t> crowds; // how many of a dim that a map leaves end in one
  llvm::DenseSet<Operation *> forward;        // what the results, and effects, need
  llvm::DenseSet<Operation *> backward;       // what depends on a gradient and is needed
};

// Copies operations when they are first needed, so that nothing is recomputed earlier, and kept
// longer, than it must.
class Emitter {
public:
  Emitter(OpBuilder &builder, IRMapping &values) : builder(builder), values(values) {}

  void emit(Operation *op) {
    if (!done.insert(op).second)
      return;
    for (Value operand : op->getOperands())
      need(operand);
    Operation *copy = builder.clone(*op, values);
    // A result that was handed over keeps its value.
    for (auto [result, made] : llvm::zip(op->getResults(), copy->getResults()))
      values.map(result, handed.contains(result) ? handed.lookup(result) : made);
  }
  Value need(Value value) {
    if (!values.contains(value))
      emit(value.getDefiningOp());
    return values.lookup(value);
  }
  void hand(Value value, Value given) {
    values.map(value, given);
    handed[value] = given;
  }

private:
  OpBuilder &builder;
  IRMapping &values;
  llvm::DenseMap<Value, Value> handed;
  llvm::DenseSet<Operation *> done;
};

// All operations that the given values are made of.
void collectMakers(SmallVector<Value> values, llvm::DenseSet<Operation *> &makers) {
  while (!values.empty())
    if (Operation *op = values.pop_back_val().getDefiningOp(); op && makers.insert(op).second)
      llvm::append_range(values, op->getOperands());
}

} // namespace

// A chain of maps, from edges to atoms to structures, multiplies.
void Partitioner::findCrowds() {
  constexpr int longest = 4;
  for (int i = 0; i < longest; ++i)
    for (Operation &op : body().without_terminator())
      if (isa<graph::GatherOp, graph::SegmentOp>(op)) {
        StringAttr from = field::namesOf(op.getOperand(1)).front(),
                   to = field::namesOf(op.getOperand(2)).front();
        int64_t ends = crowds.try_emplace(to, 1).first->second, &own = crowds[from];
        own = std::max(own, PerEnd * ends);
      }
}

void Partitioner::classify() {
  auto returned = body().getTerminator()->getOperands();
  SmallVector<Value> roots(returned.take_front(joint.results));
  llvm::DenseSet<Operation *> needed;
  collectMakers(SmallVector<Value>(returned.drop_front(joint.results)), needed);
  llvm::DenseSet<Value> fromGradients;
  for (BlockArgument argument : body().getArguments())
    if (!isOwn(argument))
      fromGradients.insert(argument);
  for (Operation &op : body().without_terminator()) {
    if (llvm::any_of(op.getOperands(),
                     [&](Value operand) { return fromGradients.contains(operand); })) {
      fromGradients.insert_range(op.getResults());
      if (needed.contains(&op))
        backward.insert(&op);
      continue;
    }
    // Effects (checks) happen once, going forward. A call may have some inside.
    if (isa<func::CallOp>(op) || !isMemoryEffectFree(&op)) {
      forward.insert(&op);
      llvm::append_range(roots, op.getOperands());
    }
  }
  collectMakers(roots, forward);
}

// In eighths of a byte. Of values of one size, what forward makes anyway comes before what only
// backward needs.
int64_t Partitioner::costOfKeeping(Value value) {
  // The caller has an argument, or makes it again if that is cheaper: its own cut decides.
  if (isa<BlockArgument>(value))
    return 0;
  int64_t bytes = bytesOf(value);
  for (StringAttr name : field::namesOf(value))
    if (auto crowd = crowds.find(name); crowd != crowds.end())
      bytes *= crowd->second;
  if (!forward.contains(value.getDefiningOp()))
    return 9 * bytes;
  // A neighbourhood is never stored: its contraction reads the array itself.
  if (isa<field::WindowOp>(value.getDefiningOp()))
    return 8 * bytes;
  auto returned = body().getTerminator()->getOperands().take_front(joint.results);
  bool isStored =
      llvm::is_contained(returned, value) || llvm::any_of(value.getUsers(), [&](Operation *user) {
        return forward.contains(user) && readsStored(user);
      });
  if (isStored)
    return leastMemory ? 7 * bytes : 0;
  return 8 * bytes;
}

// The values to hand from forward to backward: for every value an edge as wide as keeping it costs,
// cut where the sum is least. Source is what cannot be made again, sink what depends on gradients.
llvm::SetVector<Value> Partitioner::chooseSaved() {
  FlowNetwork network;
  int from = network.addNode(), to = network.addNode();
  llvm::MapVector<Value, std::pair<int, int>> nodes;
  auto add = [&](Value value, bool fixed) {
    int in = network.addNode(), out = network.addNode();
    nodes[value] = {in, out};
    network.addEdge(in, out, costOfKeeping(value));
    if (fixed)
      network.addEdge(from, in, FlowNetwork::Unlimited);
  };
  for (BlockArgument argument : body().getArguments())
    if (isOwn(argument))
      add(argument, true);
  for (Operation &op : body().without_terminator())
    // What is made of constants only is made again.
    if (!backward.contains(&op) &&
        llvm::any_of(op.getOperands(), [&](Value operand) { return nodes.contains(operand); }))
      for (Value result : op.getResults())
        add(result, forward.contains(&op) && isExpensive(&op));
  for (Operation &op : body().without_terminator())
    for (Value operand : op.getOperands()) {
      auto it = nodes.find(operand);
      if (it == nodes.end())
        continue;
      if (backward.contains(&op)) {
        network.addEdge(it->second.second, to, FlowNetwork::Unlimited);
        continue;
      }
      for (Value result : op.getResults())
        if (auto user = nodes.find(result); user != nodes.end())
          network.addEdge(it->second.second, user->second.first, FlowNetwork::Unlimited);
    }
  network.maximumFlow(from, to);
  std::vector<bool> sinkSide = network.sinkSide(to);
  llvm::SetVector<Value> saved;
  for (auto &[value, node] : nodes)
    if (!sinkSide[node.first] && sinkSide[node.second])
      saved.insert(value);
  return saved;
}

func::FuncOp Partitioner::create(StringRef suffix, TypeRange arguments,
                                 ArrayRef<Location> locations) {
  OpBuilder builder(source.getContext());
  auto function = func::FuncOp::create(original.getLoc(), (original.getSymName() + suffix).str(),
                                       builder.getFunctionType(arguments, {}));
  function.setPrivate();
  Block &block = function.getBody().emplaceBlock();
  block.addArguments(arguments, locations);
  return function;
}

static void finish(func::FuncOp function, OpBuilder &builder, ArrayRef<Value> results) {
  func::ReturnOp::create(builder, function.getLoc(), results);
  function.setType(
      builder.getFunctionType(function.getArgumentTypes(), ValueRange(results).getTypes()));
}

func::FuncOp Partitioner::emitForward(ArrayRef<Value> extras) {
  SmallVector<Location> locations;
  auto arguments = body().getArguments().take_front(joint.arguments);
  for (Value argument : arguments)
    locations.push_back(argument.getLoc());
  func::FuncOp function = create(".forward", ValueRange(arguments).getTypes(), locations);
  OpBuilder builder = OpBuilder::atBlockEnd(&function.front());
  IRMapping values;
  Emitter emitter(builder, values);
  for (auto [old, argument] : llvm::zip(arguments, function.getArguments()))
    emitter.hand(old, argument);
  for (Operation &op : body().without_terminator())
    if (forward.contains(&op))
      emitter.emit(&op);
  SmallVector<Value> results;
  for (Value value : body().getTerminator()->getOperands().take_front(joint.results))
    results.push_back(emitter.need(value));
  for (Value value : extras)
    results.push_back(emitter.need(value));
  finish(function, builder, results);
  return function;
}

// Takes all of `residuals`; those it turns out not to use are removed by run().
func::FuncOp Partitioner::emitBackward(ArrayRef<Value> residuals) {
  SmallVector<Value> given(residuals);
  for (BlockArgument argument : body().getArguments())
    if (!isOwn(argument))
      given.push_back(argument);
  SmallVector<Location> locations;
  for (Value value : given)
    locations.push_back(value.getLoc());
  func::FuncOp function = create(".backward", ValueRange(given).getTypes(), locations);
  OpBuilder builder = OpBuilder::atBlockEnd(&function.front());
  IRMapping values;
  Emitter emitter(builder, values);
  for (auto [old, argument] : llvm::zip(given, function.getArguments()))
    emitter.hand(old, argument);
  for (Operation &op : body().without_terminator())
    if (backward.contains(&op))
      emitter.emit(&op);
  SmallVector<Value> results;
  for (Value value : body().getTerminator()->getOperands().drop_front(joint.results))
    results.push_back(emitter.need(value));
  finish(function, builder, results);
  return function;
}

Derivative Partitioner::run() {
  Derivative derivative;
  derivative.forward = original;
  derivative.gradients = joint.gradients;
  if (joint.gradients.none())
    return derivative;
  DominanceInfo dominance(source);
  IRRewriter rewriter(source.getContext());
  eliminateCommonSubExpressions(rewriter, dominance, source);
  classify();
  findCrowds();
  SmallVector<Value> saved = chooseSaved().takeVector();
  derivative.backward = emitBackward(saved);

  // A value that is an argument or a result already is not handed over twice, and one that backward
  // does not read not at all.
  auto returned = body().getTerminator()->getOperands().take_front(joint.results);
  SmallVector<Value> extras;
  llvm::BitVector unused(derivative.backward.getNumArguments());
  int64_t bytes = 0;
  for (auto [i, value] : llvm::enumerate(saved)) {
    if (derivative.backward.getArgument(i).use_empty()) {
      unused.set(i);
      continue;
    }
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      derivative.residuals.push_back({Residual::Argument, argument.getArgNumber()});
    } else if (auto it = llvm::find(returned, value); it != returned.end()) {
      derivative.residuals.push_back(
          {Residual::Result, static_cast<unsigned>(it - returned.begin())});
    } else {
      derivative.residuals.push_back(
          {Residual::Extra, static_cast<unsigned>(joint.results + extras.size())});
      extras.push_back(value);
      bytes += bytesOf(value);
    }
  }
  if (failed(derivative.backward.eraseArguments(unused)))
    llvm_unreachable("the arguments are those of a function just made");
  if (!extras.empty())
    derivative.forward = emitForward(extras);
  remark::analysis(original.getLoc(), remark::RemarkOpts::name("Saved").category("grad"))
      << llvm::formatv(
             "the derivative of @{0} keeps {1} values, {2} bytes, between forward and backward",
             original.getSymName(), extras.size(), bytes)
             .str();
  return derivative;
}

Derivative orrery::partition(func::FuncOp function, const Joint &joint, bool leastMemory) {
  return Partitioner(function, joint, leastMemory).run();
}
