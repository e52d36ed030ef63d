// Makes every operation a kernel of its own.

#include "passes/group/Passes.h"

#include "dialects/check/Check.h"
#include "passes/group/Outline.h"

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_OUTLINEEACH
#include "passes/group/Passes.h.inc"
} // namespace orrery

namespace {
struct OutlineEach : orrery::impl::OutlineEachBase<OutlineEach> {
  void runOnOperation() override {
    orrery::Outliner outliner(getOperation());
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      if (function.isExternal() || orrery::isKernel(function))
        continue;
      SmallVector<Operation *> ops;
      for (Operation &op : function.getBody().front())
        if (!isa<func::CallOp, func::ReturnOp, orrery::check::ExpectCloseOp,
                 orrery::field::ConstantOp>(op) &&
            !orrery::isView(&op))
          ops.push_back(&op);
      for (Operation *op : ops) {
        if (isOpTriviallyDead(op)) {
          op->erase();
          continue;
        }
        (void)outliner.outline({op}, op->getName().stripDialect());
      }
      outliner.outlineConstants(function);
    }
  }
};
} // namespace
