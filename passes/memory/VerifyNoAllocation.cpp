// Refuses memory that is allocated while the program runs.

#include "passes/memory/Passes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_VERIFYNOALLOCATION
#include "passes/memory/Passes.h.inc"
} // namespace orrery

namespace {
struct VerifyNoAllocation : orrery::impl::VerifyNoAllocationBase<VerifyNoAllocation> {
  void runOnOperation() override {
    auto result = getOperation().walk([](Operation *op) {
      if (isa<memref::AllocOp, memref::ReallocOp>(op)) {
        op->emitOpError("allocates memory while the program runs");
        return WalkResult::interrupt();
      }
      if (isa<memref::CopyOp>(op) && op->getParentOfType<LoopLikeOpInterface>()) {
        op->emitOpError("copies a buffer in every iteration of a loop");
        return WalkResult::interrupt();
      }
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
