// Replaces gradient requests by calls of forward and backward functions.

#include "passes/grad/Derivative.h"
#include "passes/grad/Passes.h"

#include "dialects/field/FieldBuild.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_EXPANDGRADIENTS
#include "passes/grad/Passes.h.inc"
} // namespace orrery

namespace {

class Expander {
public:
  Expander(ModuleOp module, bool leastMemory)
      : module(module), leastMemory(leastMemory), symbols(module) {}
  LogicalResult run();

private:
  using Key = std::tuple<func::FuncOp, std::vector<bool>, std::vector<bool>>;

  LogicalResult expandIn(func::FuncOp function);
  LogicalResult expand(train::GradientOp request);
  FailureOr<Derivative> differentiate(Operation *user, FlatSymbolRefAttr callee,
                                      const llvm::BitVector &needed,
                                      const llvm::BitVector &resultGrads, Location request);

  bool isRepeated(func::FuncOp function);
  Derivative runAgain(func::FuncOp function, Derivative derivative,
                      const llvm::BitVector &resultGrads);

  ModuleOp module;
  bool leastMemory;
  SymbolTable symbols;
  std::map<Key, Derivative> derivatives;
  llvm::DenseMap<Operation *, unsigned>
      callers; // how often a function is called, before anything is expanded
  llvm::DenseMap<Operation *, bool> finished; // false while a function is being expanded
};

// The gradient of a maximum goes to the elements that equal it. They are made again to be compared,
// so they must be rounded there as they were where the maximum was found.
bool findsExtremum(field::CompareOp op) {
  if (op.getPredicate() != field::Predicate::EQ)
    return false;
  auto isExtremum = [](Value value, Value other) {
    while (auto rename = value.getDefiningOp<field::RenameOp>())
      value = rename.getInput();
    if (value.getDefiningOp<graph::GatherOp>())
      return true;
    return !value.getDefiningOp<field::ConstantOp>() &&
           field::namesOf(value).size() < field::namesOf(other).size();
  };
  return isExtremum(op.getRhs(), op.getLhs());
}

struct ExpandGradients : orrery::impl::ExpandGradientsBase<ExpandGradients> {
  using ExpandGradientsBase::ExpandGradientsBase;
  void runOnOperation() override {
    if (failed(Expander(getOperation(), leastMemory).run()))
      return signalPassFailure();
    auto walk = getOperation().walk([](field::CompareOp op) {
      return findsExtremum(op) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (walk.wasInterrupted())
      getOperation()->setAttr("orrery.rounds_as_written", UnitAttr::get(&getContext()));
  }
};

std::vector<bool> bits(const llvm::BitVector &set) {
  std::vector<bool> result(set.size());
  for (unsigned i : set.set_bits())
    result[i] = true;
  return result;
}

} // namespace

LogicalResult Expander::run() {
  SmallVector<func::FuncOp> functions(module.getOps<func::FuncOp>());
  module.walk([&](func::CallOp call) { ++callers[symbols.lookup(call.getCallee())]; });
  for (func::FuncOp function : functions)
    if (failed(expandIn(function)))
      return failure();
  return success();
}

// Expands the requests in a function after those in all it calls, so that what is differentiated
// never holds one.
LogicalResult Expander::expandIn(func::FuncOp function) {
  auto [it, isNew] = finished.try_emplace(function, false);
  if (!isNew)
    return it->second ? success()
                      : LogicalResult(function.emitError() << "@" << function.getSymName()
                                                           << " calls itself; it has no gradient");
  SmallVector<train::GradientOp> requests;
  WalkResult walk = function.walk([&](Operation *op) {
    FlatSymbolRefAttr callee;
    if (auto call = dyn_cast<func::CallOp>(op))
      callee = call.getCalleeAttr();
    else if (auto request = dyn_cast<train::GradientOp>(op)) {
      callee = request.getCalleeAttr();
      requests.push_back(request);
    }
    auto called = callee ? symbols.lookup<func::FuncOp>(callee.getAttr()) : func::FuncOp();
    return called && failed(expandIn(called)) ? WalkResult::interrupt() : WalkResult::advance();
  });
  if (walk.wasInterrupted())
    return failure();
  for (train::GradientOp request : requests)
    if (failed(expand(request)))
      return failure();
  finished[function] = true;
  return success();
}

FailureOr<Derivative> Expander::differentiate(Operation *user, FlatSymbolRefAttr callee,
                                              const llvm::BitVector &needed,
                                              const llvm::BitVector &resultGrads,
                                              Location request) {
  auto function = symbols.lookup<func::FuncOp>(callee.getAttr());
  if (!function || function.isExternal() || !llvm::hasSingleElement(function.getBody())) {
    InFlightDiagnostic error = user->emitError()
                               << "@" << callee.getValue()
                               << " has no body of straight operations to differentiate";
    error.attachNote(request) << "a gradient through it is asked for here";
    return error;
  }
  Key key(function, bits(needed), bits(resultGrads));
  if (auto it = derivatives.find(key); it != derivatives.end())
    return it->second;
  FailureOr<Joint> joint = buildJoint(
      function, needed, resultGrads, request,
      [&](func::CallOp call, const llvm::BitVector &operands, const llvm::BitVector &results) {
        return differentiate(call, call.getCalleeAttr(), operands, results, request);
      });
  if (failed(joint))
    return failure();
  Derivative derivative = partition(function, *joint, leastMemory);
  auto place = std::next(function->getIterator());
  if (derivative.forward != function)
    symbols.insert(derivative.forward, place);
  if (derivative.backward)
    symbols.insert(derivative.backward, place);
  if (leastMemory && derivative.backward && isRepeated(function))
    derivative = runAgain(function, derivative, resultGrads);
  for (func::FuncOp made : {derivative.forward, derivative.backward})
    if (made)
      finished[made] = true;
  derivatives[key] = derivative;
  return derivative;
}

// The steps of a repetition, or tiles: of all of them, what happens inside would be kept at once.
bool Expander::isRepeated(func::FuncOp function) {
  // What checks something does it once.
  auto result = function.walk([](Operation *op) {
    return isa<func::CallOp, func::FuncOp, func::ReturnOp>(op) || isMemoryEffectFree(op)
               ? WalkResult::advance()
               : WalkResult::interrupt();
  });
  return callers.lookup(function) > 1 && !result.wasInterrupted();
}

// Keeps nothing but arguments: backward runs forward again first.
Derivative Expander::runAgain(func::FuncOp function, Derivative derivative,
                              const llvm::BitVector &resultGrads) {
  SmallVector<Type> types(function.getArgumentTypes());
  for (unsigned result : resultGrads.set_bits())
    types.push_back(function.getResultTypes()[result]);
  OpBuilder builder(function.getContext());
  auto again =
      func::FuncOp::create(function.getLoc(), (function.getSymName() + ".again").str(),
                           builder.getFunctionType(types, derivative.backward.getResultTypes()));
  again.setPrivate();
  Block *body = again.addEntryBlock();
  builder.setInsertionPointToEnd(body);
  auto own = body->getArguments().take_front(function.getNumArguments());
  auto forward = func::CallOp::create(builder, function.getLoc(), derivative.forward, own);
  SmallVector<Value> operands;
  for (Residual residual : derivative.residuals)
    operands.push_back(residual.kind == Residual::Argument ? Value(own[residual.index])
                                                           : forward.getResult(residual.index));
  llvm::append_range(operands, body->getArguments().drop_front(function.getNumArguments()));
  auto backward = func::CallOp::create(builder, function.getLoc(), derivative.backward, operands);
  func::ReturnOp::create(builder, function.getLoc(), backward.getResults());
  symbols.insert(again, std::next(function->getIterator()));
  Derivative result;
  result.forward = function;
  result.backward = again;
  result.gradients = derivative.gradients;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    result.residuals.push_back({Residual::Argument, i});
  return result;
}

LogicalResult Expander::expand(train::GradientOp request) {
  OpBuilder builder(request);
  auto callee = symbols.lookup<func::FuncOp>(request.getCallee());
  unsigned results = callee ? callee.getNumResults() : 1;
  llvm::BitVector needed(request.getArgs().size()), given(results);
  for (int64_t i : request.getWrt())
    needed.set(i);
  given.set(0);
  FailureOr<Derivative> derivative =
      differentiate(request, request.getCalleeAttr(), needed, given, request.getLoc());
  if (failed(derivative))
    return failure();

  auto forward =
      func::CallOp::create(builder, request.getLoc(), derivative->forward, request.getArgs());
  SmallVector<Value> values(forward.getResults().take_front(results));
  llvm::DenseMap<int64_t, Value> grads;
  field::Build d(builder, request.getLoc());
  if (derivative->backward) {
    SmallVector<Value> operands;
    for (Residual residual : derivative->residuals)
      operands.push_back(residual.kind == Residual::Argument ? request.getArgs()[residual.index]
                                                             : forward.getResult(residual.index));
    operands.push_back(d.full(cast<RankedTensorType>(values[0].getType()), 1.0));
    auto backward = func::CallOp::create(builder, request.getLoc(), derivative->backward, operands);
    for (auto [i, operand] : llvm::enumerate(derivative->gradients.set_bits()))
      grads[operand] = backward.getResult(i);
  }
  for (int64_t i : request.getWrt()) {
    Value grad = grads.lookup(i);
    values.push_back(grad ? grad : d.zeros(cast<RankedTensorType>(request.getArgs()[i].getType())));
  }
  request.replaceAllUsesWith(values);
  request.erase();
  return success();
}
