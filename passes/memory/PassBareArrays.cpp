// Makes every buffer that is handed to a function a bare pointer.

#include "passes/memory/Passes.h"

#include "dialects/field/Field.h"
#include "passes/shape/Sizes.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_PASSBAREARRAYS
#include "passes/memory/Passes.h.inc"
} // namespace orrery

namespace {

bool hasRunTimeSize(Type type) {
  auto buffer = dyn_cast<MemRefType>(type);
  return buffer && !buffer.hasStaticShape();
}

struct PassBareArrays : orrery::impl::PassBareArraysBase<PassBareArrays> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal() && failed(takeBare(function)))
        return signalPassFailure();
    getOperation().walk([](func::CallOp call) {
      OpBuilder builder(call);
      for (OpOperand &operand : call->getOpOperands())
        if (hasRunTimeSize(operand.get().getType()))
          operand.set(seenAs(builder, call.getLoc(), operand.get(), {}));
    });
  }

  // The same memory with these sizes, row-major; one element where there are none.
  static Value seenAs(OpBuilder &builder, Location loc, Value buffer, ArrayRef<OpFoldResult> sizes,
                      MemRefType type = {}) {
    SmallVector<OpFoldResult> strides(sizes.size());
    OpFoldResult stride = builder.getIndexAttr(1);
    for (size_t axis = sizes.size(); axis-- > 0;) {
      strides[axis] = stride;
      auto known = getConstantIntValue(stride), size = getConstantIntValue(sizes[axis]);
      if (known && size)
        stride = builder.getIndexAttr(*known * *size);
      else
        stride = Value(arith::MulIOp::create(
            builder, loc, getValueOrCreateConstantIndexOp(builder, loc, stride),
            getValueOrCreateConstantIndexOp(builder, loc, sizes[axis])));
    }
    if (!type)
      type = MemRefType::get({}, cast<MemRefType>(buffer.getType()).getElementType());
    return memref::ReinterpretCastOp::create(builder, loc, type, buffer, builder.getIndexAttr(0),
                                             sizes, strides);
  }

  static LogicalResult takeBare(func::FuncOp function) {
    Block &body = function.front();
    OpBuilder builder = OpBuilder::atBlockBegin(&body);
    for (BlockArgument argument : body.getArguments()) {
      auto type = dyn_cast<MemRefType>(argument.getType());
      if (!type || type.hasStaticShape())
        continue;
      auto dims = function.getArgAttrOfType<field::DimsAttr>(argument.getArgNumber(), dimsAttr);
      if (!dims)
        return function.emitError() << "takes an array whose sizes no argument tells";
      auto named = RankedTensorType::get(type.getShape(), type.getElementType(), dims);
      argument.setType(MemRefType::get({}, type.getElementType()));
      Value sized = seenAs(builder, function.getLoc(), argument, sizesOf(builder, named), type);
      argument.replaceAllUsesExcept(sized, sized.getDefiningOp());
    }
    for (unsigned i = 0; i < body.getNumArguments(); ++i) {
      function.removeArgAttr(i, dimsAttr);
      function.removeArgAttr(i, sizeAttr);
    }
    SmallVector<Type> types(body.getArgumentTypes());
    function.setFunctionType(builder.getFunctionType(types, function.getResultTypes()));
    return success();
  }
};

} // namespace
