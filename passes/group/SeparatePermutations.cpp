// Makes every regrouping of dims a view, with one permutation beside it where storage changes.

#include "passes/group/Passes.h"

#include "passes/group/Outline.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_SEPARATEPERMUTATIONS
#include "passes/group/Passes.h.inc"
} // namespace orrery

namespace {

using AxisNames = SmallVector<StringAttr>;

// `names` with `whole` replaced by its parts.
AxisNames cut(ArrayRef<StringAttr> names, StringRef whole, ArrayAttr parts) {
  AxisNames result;
  for (StringAttr name : names)
    if (name.getValue() == whole)
      llvm::append_range(result, parts.getAsRange<StringAttr>());
    else
      result.push_back(name);
  return result;
}

// The type of an array whose axes are put in the order of `names`; sizes come from `source`.
RankedTensorType ordered(ArrayRef<StringAttr> names, Type source) {
  SmallVector<int64_t> sizes;
  for (StringAttr name : names)
    sizes.push_back(field::sizeOf(source, name));
  return field::tensorType(source.getContext(), names, sizes,
                           cast<RankedTensorType>(source).getElementType());
}

// A broadcast that only changes the order of axes.
field::BroadcastOp permutation(Value value) {
  auto op = value.getDefiningOp<field::BroadcastOp>();
  return op && op.getType().getRank() == cast<RankedTensorType>(op.getInput().getType()).getRank()
             ? op
             : field::BroadcastOp();
}

// merge(x) -> view(permute(x)), where the parts are not side by side.
struct SeparateMerge : OpRewritePattern<field::MergeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(field::MergeOp op, PatternRewriter &rewriter) const override {
    if (isView(op))
      return failure();
    AxisNames names = cut(field::namesOf(op.getType()), op.getInto(), op.getDims());
    Value moved = field::BroadcastOp::create(
        rewriter, op.getLoc(), ordered(names, op.getInput().getType()), op.getInput());
    rewriter.modifyOpInPlace(op, [&] { op.getInputMutable().assign(moved); });
    return success();
  }
};

// split(x) -> permute(view(x)), and the permutation of what is split comes after it too.
struct SeparateSplit : OpRewritePattern<field::SplitOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(field::SplitOp op, PatternRewriter &rewriter) const override {
    field::BroadcastOp before = permutation(op.getInput());
    if (isView(op) && !before)
      return failure();
    Value input = before ? before.getInput() : op.getInput();
    AxisNames names = cut(field::namesOf(input), op.getDim(), op.getInto());
    Value view = field::SplitOp::create(rewriter, op.getLoc(), ordered(names, op.getType()), input,
                                        op.getDimAttr(), op.getIntoAttr());
    if (view.getType() == op.getType())
      rewriter.replaceOp(op, view);
    else
      rewriter.replaceOpWithNewOp<field::BroadcastOp>(op, op.getType(), view);
    return success();
  }
};

// permute(view(x)) -> view(permute(x)) for a merge, and permute(permute(x)) -> permute(x).
struct MovePermutation : OpRewritePattern<field::BroadcastOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(field::BroadcastOp op, PatternRewriter &rewriter) const override {
    if (!permutation(op))
      return failure();
    if (op.getType() == op.getInput().getType()) {
      rewriter.replaceOp(op, op.getInput());
      return success();
    }
    if (field::BroadcastOp before = permutation(op.getInput())) {
      rewriter.modifyOpInPlace(op, [&] { op.getInputMutable().assign(before.getInput()); });
      return success();
    }
    auto merge = op.getInput().getDefiningOp<field::MergeOp>();
    if (!merge || !merge->hasOneUse())
      return failure();
    AxisNames names = cut(field::namesOf(op.getType()), merge.getInto(), merge.getDims());
    Value moved = field::BroadcastOp::create(
        rewriter, op.getLoc(), ordered(names, merge.getInput().getType()), merge.getInput());
    rewriter.replaceOpWithNewOp<field::MergeOp>(op, op.getType(), moved, merge.getDimsAttr(),
                                                merge.getIntoAttr());
    return success();
  }
};

struct SeparatePermutations : orrery::impl::SeparatePermutationsBase<SeparatePermutations> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<SeparateMerge, SeparateSplit, MovePermutation>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
