// Reads and writes bf16 as integers.

#include "passes/target/cpu/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_BF16ASBITS
#include "passes/target/cpu/Passes.h.inc"
} // namespace orrery

// Integers as wide, or null for anything but bf16.
static Type bitsOf(Type type) {
  if (!getElementTypeOrSelf(type).isBF16())
    return {};
  Type half = IntegerType::get(type.getContext(), 16);
  auto vector = dyn_cast<VectorType>(type);
  return vector ? Type(vector.clone(half)) : half;
}

static void writeBits(OpOperand &operand) {
  Type bits = bitsOf(operand.get().getType());
  if (!bits)
    return;
  OpBuilder b(operand.getOwner());
  operand.set(LLVM::BitcastOp::create(b, operand.getOwner()->getLoc(), bits, operand.get()));
}

static void readBits(Value result) {
  Type type = result.getType(), bits = bitsOf(type);
  if (!bits)
    return;
  OpBuilder b(result.getContext());
  b.setInsertionPointAfterValue(result);
  result.setType(bits);
  auto number = LLVM::BitcastOp::create(b, result.getLoc(), type, result);
  result.replaceAllUsesExcept(number, number);
}

namespace {
struct BF16AsBits : orrery::impl::BF16AsBitsBase<BF16AsBits> {
  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      if (auto store = dyn_cast<LLVM::StoreOp>(op))
        writeBits(store.getValueMutable());
      else if (auto store = dyn_cast<LLVM::MaskedStoreOp>(op))
        writeBits(store.getValueMutable());
      else if (auto load = dyn_cast<LLVM::LoadOp>(op))
        readBits(load.getResult());
      else if (auto load = dyn_cast<LLVM::MaskedLoadOp>(op)) {
        for (OpOperand &operand : load.getPassThruMutable())
          writeBits(operand);
        readBits(load->getResult(0));
      }
    });
  }
};
} // namespace
