// Removes broadcasts that their user does not need.

#include "passes/rewrite/Passes.h"

#include "dialects/field/FieldBuild.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace orrery;
using namespace orrery::field;

namespace orrery {
#define GEN_PASS_DEF_DROPBROADCASTS
#include "passes/rewrite/Passes.h.inc"
} // namespace orrery

namespace {

// Whether every name that the broadcast of operand `index` adds stands in another operand too.
bool othersHaveWhatIsAdded(Operation *op, unsigned index, BroadcastOp broadcast) {
  return llvm::all_of(namesOf(broadcast.getResult()), [&](StringAttr name) {
    if (axisOf(broadcast.getInput().getType(), name) >= 0)
      return true;
    return llvm::any_of(llvm::enumerate(op->getOperands()), [&](auto other) {
      return other.index() != index && axisOf(other.value().getType(), name) >= 0;
    });
  });
}

// One operand at a time, so that of two broadcasts along the same dim the second stays.
struct DropFromElementwise : OpInterfaceRewritePattern<ElementwiseOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(ElementwiseOp op, PatternRewriter &rewriter) const override {
    for (OpOperand &operand : op->getOpOperands()) {
      auto broadcast = operand.get().getDefiningOp<BroadcastOp>();
      if (!broadcast || !othersHaveWhatIsAdded(op, operand.getOperandNumber(), broadcast))
        continue;
      rewriter.modifyOpInPlace(op, [&] { operand.set(broadcast.getInput()); });
      return success();
    }
    return failure();
  }
};

struct DropFromContraction : OpRewritePattern<ContractOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ContractOp op, PatternRewriter &rewriter) const override {
    for (OpOperand &operand : op->getOpOperands()) {
      auto broadcast = operand.get().getDefiningOp<BroadcastOp>();
      if (!broadcast || !othersHaveWhatIsAdded(op, operand.getOperandNumber(), broadcast))
        continue;
      // What is summed over must stay in both operands.
      Value input = broadcast.getInput();
      if (!llvm::all_of(op.getOver().getAsValueRange<StringAttr>(),
                        [&](StringRef name) { return axisOf(input.getType(), name) >= 0; }))
        continue;
      rewriter.modifyOpInPlace(op, [&] { operand.set(input); });
      return success();
    }
    return failure();
  }
};

// sum over n of x[..] repeated n times = size of n * x; what x has itself is still summed.
struct CountInsteadOfSum : OpRewritePattern<ReduceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ReduceOp op, PatternRewriter &rewriter) const override {
    auto broadcast = op.getInput().getDefiningOp<BroadcastOp>();
    if (!broadcast || op.getKind() != ReduceKind::Sum)
      return failure();
    Value input = broadcast.getInput();
    int64_t count = 1;
    SmallVector<StringRef> rest;
    for (StringRef name : op.getOver().getAsValueRange<StringAttr>())
      if (axisOf(input.getType(), name) >= 0)
        rest.push_back(name);
      else if (int64_t size = sizeOf(broadcast.getType(), name); ShapedType::isDynamic(size))
        return failure();
      else
        count *= size;
    if (rest.size() == op.getOver().size())
      return failure();
    Build d(rewriter, op.getLoc(), op.getType().getElementType());
    Value sum = d.mul(d.sum(input, rest), d.real(static_cast<double>(count)));
    rewriter.replaceOp(op, d.broadcast(sum, op.getType()));
    return success();
  }
};

struct DropBroadcasts : orrery::impl::DropBroadcastsBase<DropBroadcasts> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<DropFromElementwise, DropFromContraction, CountInsteadOfSum>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
