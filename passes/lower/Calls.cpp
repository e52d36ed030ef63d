// Calls of kernels that take buffers, from functions that still work on tensors.

#include "passes/lower/Calls.h"

#include "passes/group/Outline.h"
#include "passes/lower/Types.h"
#include "passes/shape/Sizes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace orrery;

static Value castTo(OpBuilder &builder, Location loc, Type type, Value value) {
  return UnrealizedConversionCastOp::create(builder, loc, type, value).getResult(0);
}

static void fitCall(func::CallOp call, func::FuncOp callee) {
  OpBuilder builder(call);
  SmallVector<Value> buffers;
  for (Value operand : call.getOperands())
    buffers.push_back(isa<RankedTensorType>(operand.getType())
                          ? castTo(builder, call.getLoc(), bufferType(operand.getType()), operand)
                          : operand);
  SmallVector<Value> results;
  for (Type type : call.getResultTypes())
    results.push_back(
        memref::AllocOp::create(builder, call.getLoc(), bufferType(type),
                                runTimeSizes(call, callee, cast<RankedTensorType>(type))));
  llvm::append_range(buffers, results);
  func::CallOp::create(builder, call.getLoc(), call.getCallee(), TypeRange(), buffers);
  for (auto [old, buffer] : llvm::zip(call.getResults(), results))
    old.replaceAllUsesWith(castTo(builder, call.getLoc(), old.getType(), buffer));
  call.erase();
}

void orrery::fitCalls(ModuleOp module) {
  SymbolTable symbols(module);
  module.walk([&](func::CallOp call) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    if (callee && isKernel(callee) && callee.getFunctionType() != call.getCalleeType())
      fitCall(call, callee);
  });
}
