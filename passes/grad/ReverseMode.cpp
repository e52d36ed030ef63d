// Reverse mode through one function: every operation's derivative, last operation first.

#include "passes/grad/Derivative.h"

#include "dialects/field/FieldBuild.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace orrery;

namespace {

bool isReal(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && isa<FloatType>(tensor.getElementType());
}

// Says of every operation that a derivative builds which operation it is the derivative of.
struct MarkGradient : OpBuilder::Listener {
  void notifyOperationInserted(Operation *op, OpBuilder::InsertPoint) override {
    op->setLoc(NameLoc::get(StringAttr::get(op->getContext(), "gradient"), op->getLoc()));
  }
};

class ReverseMode {
public:
  ReverseMode(func::FuncOp function, Location request, DerivativeOf derivativeOf)
      : function(function), request(request), derivativeOf(derivativeOf),
        builder(function.getContext(), &mark) {}

  LogicalResult run(const llvm::BitVector &needed, const llvm::BitVector &resultGrads,
                    Joint &joint);

private:
  void findVaried(Operation *op);
  LogicalResult decompose(Operation *op);
  LogicalResult decomposeWhatHasNoDerivative();
  LogicalResult differentiate(Operation *op);
  LogicalResult differentiateCall(func::CallOp call, ArrayRef<Value> resultGrads,
                                  const llvm::BitVector &needed);
  LogicalResult refuse(Operation *op);
  void add(Value value, Value grad);
  llvm::BitVector variedOperands(Operation *op) const;

  func::FuncOp function;
  Location request;
  DerivativeOf derivativeOf;
  MarkGradient mark;
  OpBuilder builder;
  llvm::DenseSet<Value> varied; // depends on an argument to differentiate, through numbers only
  llvm::DenseMap<Value, Value> grads;
};

} // namespace

void ReverseMode::findVaried(Operation *op) {
  if (llvm::none_of(op->getOperands(), [&](Value operand) { return varied.contains(operand); }))
    return;
  for (Value result : op->getResults())
    if (isReal(result.getType()))
      varied.insert(result);
}

llvm::BitVector ReverseMode::variedOperands(Operation *op) const {
  llvm::BitVector bits(op->getNumOperands());
  for (auto [i, operand] : llvm::enumerate(op->getOperands()))
    if (varied.contains(operand))
      bits.set(i);
  return bits;
}

LogicalResult ReverseMode::refuse(Operation *op) {
  InFlightDiagnostic error = op->emitError() << "'" << op->getName() << "' has no derivative";
  error.attachNote(request) << "a gradient through it is asked for here";
  return error;
}

// Replaces an operation by its definition; what was known of its results passes to the new values.
LogicalResult ReverseMode::decompose(Operation *op) {
  auto decomposable = dyn_cast<DecomposableOp>(op);
  if (!decomposable)
    return refuse(op);
  OpBuilder primal(op); // not marked: these operations are the function itself
  FailureOr<SmallVector<Value>> values = decomposable.decompose(primal);
  if (failed(values))
    return refuse(op);
  for (auto [old, value] : llvm::zip(op->getResults(), *values)) {
    if (value.getType() != old.getType())
      value = field::BroadcastOp::create(primal, op->getLoc(), old.getType(), value);
    old.replaceAllUsesWith(value);
    if (auto it = grads.find(old); it != grads.end()) {
      Value grad = it->second;
      grads.erase(it);
      add(value, grad);
    }
    varied.erase(old);
  }
  op->erase();
  return success();
}

LogicalResult ReverseMode::decomposeWhatHasNoDerivative() {
  // The list grows by what a decomposition leaves, which may have to be decomposed again.
  for (Operation *op = &function.front().front(); op;) {
    findVaried(op);
    bool varies =
        llvm::any_of(op->getResults(), [&](Value result) { return varied.contains(result); });
    if (!varies || isa<DifferentiableOp, func::CallOp>(op)) {
      op = op->getNextNode();
      continue;
    }
    if (!isa<DecomposableOp>(op)) {
      // Refused later, and only if a gradient arrives.
      op = op->getNextNode();
      continue;
    }
    Operation *before = op->getPrevNode();
    if (failed(decompose(op)))
      return failure();
    op = before ? before->getNextNode() : &function.front().front();
  }
  return success();
}

void ReverseMode::add(Value value, Value grad) {
  Value &sum = grads[value];
  if (!sum) {
    sum = grad;
    return;
  }
  field::Build d(builder, value.getLoc());
  sum = d.add(sum, grad);
}

LogicalResult ReverseMode::differentiateCall(func::CallOp call, ArrayRef<Value> resultGrads,
                                             const llvm::BitVector &needed) {
  llvm::BitVector given(resultGrads.size());
  SmallVector<Value> operands;
  for (auto [i, grad] : llvm::enumerate(resultGrads)) {
    if (!grad)
      continue;
    given.set(i);
    operands.push_back(field::Build(builder, call.getLoc())
                           .broadcast(grad, cast<RankedTensorType>(call.getResult(i).getType())));
  }
  FailureOr<Derivative> derivative = derivativeOf(call, needed, given);
  if (failed(derivative))
    return failure();
  if (!derivative->backward)
    return success();

  // The forward function takes the place of the function.
  OpBuilder primal(call);
  auto forward =
      func::CallOp::create(primal, call.getLoc(), derivative->forward, call.getOperands());
  for (auto [old, value] : llvm::zip(call.getResults(), forward.getResults())) {
    old.replaceAllUsesWith(value);
    // Nothing may be left under a value that is gone: its address may come back.
    grads.erase(old);
    if (varied.erase(old))
      varied.insert(value);
  }
  SmallVector<Value> arguments;
  for (Residual residual : derivative->residuals)
    arguments.push_back(residual.kind == Residual::Argument ? call.getOperand(residual.index)
                                                            : forward.getResult(residual.index));
  llvm::append_range(arguments, operands);
  auto backward = func::CallOp::create(builder, call.getLoc(), derivative->backward, arguments);
  for (auto [i, operand] : llvm::enumerate(derivative->gradients.set_bits()))
    add(call.getOperand(operand), backward.getResult(i));
  call.erase();
  return success();
}

LogicalResult ReverseMode::differentiate(Operation *op) {
  SmallVector<Value> resultGrads;
  for (Value result : op->getResults())
    resultGrads.push_back(grads.lookup(result));
  llvm::BitVector needed = variedOperands(op);
  if (needed.none() || llvm::none_of(resultGrads, [](Value grad) { return bool(grad); }))
    return success();
  if (auto call = dyn_cast<func::CallOp>(op))
    return differentiateCall(call, resultGrads, needed);
  auto differentiable = dyn_cast<DifferentiableOp>(op);
  if (!differentiable)
    return refuse(op);
  SmallVector<Value> operandGrads;
  if (succeeded(differentiable.derivative(builder, resultGrads, needed, operandGrads))) {
    for (auto [operand, grad] : llvm::zip(op->getOperands(), operandGrads))
      if (grad && varied.contains(operand))
        add(operand, grad);
    return success();
  }

  // No closed form for these gradients: differentiate the definition instead, whose operations now
  // stand where this one stood.
  Operation *before = op->getPrevNode(), *after = op->getNextNode();
  if (failed(decompose(op)))
    return failure();
  SmallVector<Operation *> definition;
  for (Operation *part = before ? before->getNextNode() : &function.front().front(); part != after;
       part = part->getNextNode()) {
    findVaried(part);
    definition.push_back(part);
  }
  for (Operation *part : llvm::reverse(definition))
    if (failed(differentiate(part)))
      return failure();
  return success();
}

LogicalResult ReverseMode::run(const llvm::BitVector &needed, const llvm::BitVector &resultGrads,
                               Joint &joint) {
  Block &body = function.front();
  joint.arguments = function.getNumArguments();
  joint.results = function.getNumResults();
  joint.gradients.resize(joint.arguments);
  for (unsigned i : needed.set_bits())
    if (isReal(body.getArgument(i).getType()))
      varied.insert(body.getArgument(i));
  if (failed(decomposeWhatHasNoDerivative()))
    return failure();

  Operation *terminator = body.getTerminator();
  SmallVector<Operation *> operations;
  for (Operation &op : body.without_terminator())
    operations.push_back(&op);
  builder.setInsertionPoint(terminator);
  for (unsigned i : resultGrads.set_bits()) {
    Value result = terminator->getOperand(i);
    Value grad = body.addArgument(result.getType(), result.getLoc());
    if (varied.contains(result))
      add(result, grad);
  }
  for (Operation *op : llvm::reverse(operations))
    if (failed(differentiate(op)))
      return failure();

  SmallVector<Value> results(terminator->getOperands());
  for (unsigned i : needed.set_bits()) {
    Value argument = body.getArgument(i);
    Value grad = grads.lookup(argument);
    if (!grad)
      continue;
    joint.gradients.set(i);
    results.push_back(field::Build(builder, argument.getLoc())
                          .broadcast(grad, cast<RankedTensorType>(argument.getType())));
  }
  terminator->setOperands(results);
  function.setType(
      builder.getFunctionType(body.getArgumentTypes(), ValueRange(results).getTypes()));
  return success();
}

FailureOr<Joint> orrery::buildJoint(func::FuncOp function, const llvm::BitVector &needed,
                                    const llvm::BitVector &resultGrads, Location request,
                                    DerivativeOf derivativeOf) {
  Joint joint;
  joint.function = function.clone();
  if (failed(ReverseMode(*joint.function, request, derivativeOf).run(needed, resultGrads, joint)))
    return failure();
  return joint;
}
