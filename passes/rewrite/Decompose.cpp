// Replaces operations by their definitions.

#include "passes/rewrite/Definition.h"
#include "passes/rewrite/Passes.h"

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_DECOMPOSE
#include "passes/rewrite/Passes.h.inc"
} // namespace orrery

LogicalResult orrery::replaceByDefinition(DecomposableOp op) {
  OpBuilder builder(op);
  FailureOr<SmallVector<Value>> values = op.decompose(builder);
  if (failed(values))
    return op->emitOpError("has no definition for these operands");
  for (auto [result, value] : llvm::zip(op->getResults(), *values)) {
    Value fitting = value;
    // A definition may put axes in an order of its own.
    if (value.getType() != result.getType())
      fitting = field::BroadcastOp::create(builder, op->getLoc(), result.getType(), value);
    result.replaceAllUsesWith(fitting);
  }
  op->erase();
  return success();
}

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
        if (failed(orrery::replaceByDefinition(op)))
          return signalPassFailure();
      }
    } while (!work.empty());
  }
};
} // namespace
