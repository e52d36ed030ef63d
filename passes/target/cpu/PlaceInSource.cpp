// Gives every LLVM operation a line of the source.

#include "passes/target/cpu/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_PLACEINSOURCE
#include "passes/target/cpu/Passes.h.inc"
} // namespace orrery

static bool hasLine(Operation *op) {
  return op->getLoc()->findInstanceOf<FileLineColLoc>() != nullptr;
}

namespace {
struct PlaceInSource : orrery::impl::PlaceInSourceBase<PlaceInSource> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>()) {
      if (!hasLine(function))
        function->setLoc(FileLineColLoc::get(&getContext(), "<orrery>", 1, 1));
      function.walk([&](Operation *op) {
        if (!hasLine(op))
          op->setLoc(function.getLoc());
      });
    }
  }
};
} // namespace
