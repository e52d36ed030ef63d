// Replaces operations that no kernel is tiled for by their definitions.

#include "passes/tile/Passes.h"

#include "dialects/attend/Attend.h"
#include "passes/rewrite/Definition.h"
#include "passes/tile/AttentionViews.h"

#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_DECOMPOSEUNTILED
#include "passes/tile/Passes.h.inc"
} // namespace orrery

namespace {
struct DecomposeUntiled : orrery::impl::DecomposeUntiledBase<DecomposeUntiled> {
  void runOnOperation() override {
    SmallVector<DecomposableOp> ops;
    getOperation().walk([&](DecomposableOp op) {
      if (!isa<attend::AttentionOp, attend::AttentionGradOp>(op)) {
        ops.push_back(op);
        return;
      }
      std::string why = AttentionViews::whyNot(op);
      if (why.empty())
        return;
      remark::missed(op.getLoc(), remark::RemarkOpts::name("DecomposeUntiled").category("fusion"))
          << "attention is computed by its definition: " << why;
      ops.push_back(op);
    });
    for (DecomposableOp op : ops)
      if (failed(replaceByDefinition(op)))
        return signalPassFailure();
  }
};
} // namespace
