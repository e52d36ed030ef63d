// Replaces operations by their definitions.

#include "passes/rewrite/Passes.h"

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_DECOMPOSE
#include "passes/rewrite/Passes.h.inc"
} // namespace orrery

namespace {
struct Decompose : orrery::impl::DecomposeBase<Decompose> {
  using DecomposeBase::DecomposeBase;

  void runOnOperation() override {
    SmallVector<orrery::DecomposableOp> work;
    // A definition may use operations that have definitions themselves.
    do {
      work.clear();
      getOperation().walk([&](orrery::DecomposableOp op) {
        if (!llvm::is_contained(keep, op->getName().getStringRef()))
          work.push_back(op);
      });
      for (orrery::DecomposableOp op : work) {
        OpBuilder builder(op);
        FailureOr<SmallVector<Value>> values = op.decompose(builder);
        if (failed(values)) {
          op->emitOpError("has no definition for these operands");
          return signalPassFailure();
        }
        for (auto [result, value] : llvm::zip(op->getResults(), *values)) {
          Value fitting = value;
          // A definition may put axes in an order of its own.
          if (value.getType() != result.getType())
            fitting =
                orrery::field::BroadcastOp::create(builder, op->getLoc(), result.getType(), value);
          result.replaceAllUsesWith(fitting);
        }
        op->erase();
      }
    } while (!work.empty());
  }
};
} // namespace
