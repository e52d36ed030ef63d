// Gives a kernel function on named tensors a new body on buffers.

#include "passes/tile/KernelBody.h"

#include "passes/lower/Types.h"
#include "passes/shape/Sizes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

void orrery::giveBody(func::FuncOp kernel, Location loc,
                      llvm::function_ref<void(OpBuilder &, const DenseMap<Value, Value> &)> fill) {
  Block &old = kernel.getBody().front();
  SmallVector<Type> types, named;
  for (Type type : llvm::concat<const Type>(kernel.getArgumentTypes(), kernel.getResultTypes())) {
    named.push_back(type);
    types.push_back(isa<RankedTensorType>(type) ? bufferType(type) : type);
  }
  auto *body = new Block;
  kernel.getBody().push_back(body);
  body->addArguments(types, SmallVector<Location>(types.size(), loc));
  OpBuilder b = OpBuilder::atBlockBegin(body);
  DenseMap<Value, Value> buffers;
  for (auto [i, argument] : llvm::enumerate(old.getArguments()))
    buffers[argument] = body->getArgument(i);
  SmallVector<std::pair<Value, Value>> twice;
  for (auto [i, returned] : llvm::enumerate(old.getTerminator()->getOperands())) {
    Value buffer = body->getArgument(old.getNumArguments() + i);
    if (!buffers.try_emplace(returned, buffer).second)
      twice.push_back({buffers[returned], buffer});
  }
  fill(b, buffers);
  for (auto [from, to] : twice)
    memref::CopyOp::create(b, loc, from, to);
  func::ReturnOp::create(b, loc);
  // The new body is the function's entry now; uses inside the old one go with it.
  old.dropAllReferences();
  old.erase();
  setBufferSignature(kernel, types, named);
}
