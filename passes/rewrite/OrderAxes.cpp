// Puts the largest dim of known size innermost in arrays along dims of run-time size.

#include "passes/rewrite/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_ORDERAXES
#include "passes/rewrite/Passes.h.inc"
} // namespace orrery

// Run-time sizes first, then the known ones, the smaller first; equal ones stay in order, so that a
// renamed array has the order of what it renames.
static Type ordered(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.hasStaticShape())
    return type;
  SmallVector<unsigned> axes = llvm::to_vector(llvm::seq<unsigned>(0, tensor.getRank()));
  auto weight = [&](unsigned axis) {
    return tensor.isDynamicDim(axis) ? 0 : tensor.getDimSize(axis);
  };
  llvm::sort(axes, [&](unsigned a, unsigned b) {
    return weight(a) != weight(b) ? weight(a) < weight(b) : a < b;
  });
  SmallVector<StringAttr> names;
  SmallVector<int64_t> sizes;
  for (unsigned axis : axes) {
    names.push_back(field::namesOf(type)[axis]);
    sizes.push_back(tensor.getDimSize(axis));
  }
  return field::tensorType(type.getContext(), names, sizes, tensor.getElementType());
}

namespace {
struct OrderAxes : orrery::impl::OrderAxesBase<OrderAxes> {
  DenseMap<Value, Type> before;

  void runOnOperation() override {
    before.clear();
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal())
        orderIn(function);
  }

  // What others rely on the order of: callers of public functions, and casts that know a size.
  bool keeps(Operation &op, func::FuncOp function) {
    if (auto call = dyn_cast<func::CallOp>(op)) {
      auto callee = getOperation().lookupSymbol<func::FuncOp>(call.getCallee());
      return !callee || callee.isPublic() || callee.isExternal();
    }
    return isa<field::SizeCastOp, field::SplitOp, field::MergeOp>(op) ||
           (isa<func::ReturnOp>(op) && function.isPublic());
  }

  static void reorderUses(OpBuilder &builder, Value value) {
    Type type = ordered(value.getType());
    if (type == value.getType())
      return;
    auto same = field::BroadcastOp::create(builder, value.getLoc(), type, value);
    value.replaceAllUsesExcept(same, same);
  }

  void setOrder(Value value) {
    Type type = ordered(value.getType());
    if (type == value.getType())
      return;
    before[value] = value.getType();
    value.setType(type);
  }

  void orderIn(func::FuncOp function) {
    Block &body = function.front();
    OpBuilder builder = OpBuilder::atBlockBegin(&body);
    SmallVector<Operation *> ops;
    for (Operation &op : body)
      ops.push_back(&op);
    for (BlockArgument argument : body.getArguments())
      function.isPublic() ? reorderUses(builder, argument) : setOrder(argument);
    for (Operation *op : ops) {
      if (!keeps(*op, function)) {
        for (Value result : op->getResults())
          setOrder(result);
        continue;
      }
      builder.setInsertionPoint(op);
      for (OpOperand &operand : op->getOpOperands())
        if (Type type = before.lookup(operand.get()))
          operand.set(field::BroadcastOp::create(builder, op->getLoc(), type, operand.get()));
      builder.setInsertionPointAfter(op);
      for (Value result : op->getResults())
        reorderUses(builder, result);
    }
    if (function.isPrivate())
      function.setFunctionType(FunctionType::get(&getContext(), body.getArgumentTypes(),
                                                 body.getTerminator()->getOperandTypes()));
  }
};
} // namespace
