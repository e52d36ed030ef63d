// Makes the copies in a kernel loops.

#include "passes/memory/Passes.h"

#include "passes/group/Outline.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_COPIESTOLOOPS
#include "passes/memory/Passes.h.inc"
} // namespace orrery

namespace {
struct CopiesToLoops : orrery::impl::CopiesToLoopsBase<CopiesToLoops> {
  void runOnOperation() override {
    if (!orrery::isKernel(getOperation()))
      return;
    getOperation().walk([](memref::CopyOp copy) {
      OpBuilder builder(copy);
      linalg::CopyOp::create(builder, copy.getLoc(), copy.getSource(), copy.getTarget());
      copy.erase();
    });
  }
};
} // namespace
