// grad(y, x) in a model: what y is computed from becomes a function of its own, whose gradient is
// asked for.

#include "frontend/emit/Emitter.h"

#include "dialects/train/Train.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

namespace orrery::emit {

using namespace lang;

namespace {

// The operations between x and y, and what they take from outside.
struct Slice {
  llvm::SmallVector<mlir::Operation *> ops; // in the order of the block
  llvm::SetVector<mlir::Value> inputs;
  bool meetsX = false;

  Slice(mlir::Value y, mlir::Value x) {
    llvm::SmallVector<mlir::Value> open;
    if (y)
      open.push_back(y);
    llvm::DenseSet<mlir::Value> seen;
    llvm::DenseSet<mlir::Operation *> known;
    while (!open.empty()) {
      mlir::Value value = open.pop_back_val();
      if (!seen.insert(value).second)
        continue;
      mlir::Operation *op = value.getDefiningOp();
      meetsX |= value == x;
      if (!op || value == x) {
        inputs.insert(value);
        continue;
      }
      if (known.insert(op).second) {
        ops.push_back(op);
        llvm::append_range(open, op->getOperands());
      }
    }
    llvm::sort(ops, [](mlir::Operation *a, mlir::Operation *b) { return a->isBeforeInBlock(b); });
  }
};

} // namespace

Value Emitter::gradientOf(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!refuseOthers(e.range, args, {}))
    return {};
  if (operands.size() != 2) {
    error(e.range, "E0107", "grad takes what is differentiated and by what: grad(energy, pos)");
    return {};
  }
  const Value &y = operands[0], &x = operands[1];
  const Expr &place = *args.operands.back();
  bool isReal = x.isArray() && y.isArray();
  Slice slice(isReal ? y.array : mlir::Value(), isReal ? x.array : mlir::Value());
  if (!isReal || !slice.meetsX) {
    std::string name = textOf(place);
    auto &message =
        error(place.range, "E0401",
              "cannot differentiate with respect to '" + name + "': " +
                  (x.isMap()      ? "it holds indices of '" + x.to->name + "', not numbers"
                   : !x.isArray() ? "it is no array"
                   : !y.isArray() ? "'" + textOf(*args.operands[0]) + "' is no array"
                                  : "'" + textOf(*args.operands[0]) + "' does not depend on it"));
    std::vector<std::string> known;
    if (y.isArray() && frame->definition)
      for (const lang::Parameter &param : frame->definition->params) {
        Binding *bound = lookup(param.name.text);
        if (bound && bound->kind == Binding::Kind::Value && bound->value.isArray() &&
            Slice(y.array, bound->value.array).meetsX)
          known.push_back(param.name.text);
      }
    if (!known.empty())
      message.note(
          "'" + textOf(*args.operands[0]) +
          "' depends on these inputs that can be differentiated: " + llvm::join(known, ", "));
    return {};
  }

  llvm::SmallVector<mlir::Value> inputs(slice.inputs.begin(), slice.inputs.end());
  llvm::SmallVector<mlir::Type> types;
  for (mlir::Value input : inputs)
    types.push_back(input.getType());
  mlir::OpBuilder::InsertionGuard guard(builder);
  mlir::OpBuilder inner(context);
  inner.setInsertionPointToEnd(module.getBody());
  auto function = mlir::func::FuncOp::create(
      inner, location(e.range),
      uniqueSymbol(frame->function.getSymName().str() + "_differentiated"),
      builder.getFunctionType(types, {y.array.getType()}));
  function.setPrivate();
  mlir::Block *block = function.addEntryBlock();
  inner.setInsertionPointToStart(block);
  mlir::IRMapping mapping;
  for (auto [input, argument] : llvm::zip(inputs, block->getArguments()))
    mapping.map(input, argument);
  for (mlir::Operation *op : slice.ops)
    inner.clone(*op, mapping);
  mlir::func::ReturnOp::create(inner, location(e.range), mapping.lookup(y.array));

  auto wrt = int64_t(llvm::find(inputs, x.array) - inputs.begin());
  auto request = train::GradientOp::create(
      builder, location(e.range), mlir::TypeRange{y.array.getType(), x.array.getType()},
      function.getSymNameAttr(), inputs, llvm::ArrayRef<int64_t>(wrt));
  frame->differentiated.push_back({y.array, request});
  return Value::of(mlir::Value(request.getResult(1)));
}

} // namespace orrery::emit
