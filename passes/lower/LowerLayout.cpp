// Repeating, renaming and regrouping dims: reshapes are views, other orders of axes are loops that
// copy.

#include "passes/lower/Loops.h"
#include "passes/lower/Patterns.h"
#include "passes/lower/Types.h"

#include "dialects/field/Field.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace orrery;

namespace {

// Axis groups of a reshape that replaces axis `at` by `count` axes, for a shorter type of `rank`
// axes.
SmallVector<ReassociationIndices> groups(int64_t rank, int64_t at, int64_t count) {
  SmallVector<ReassociationIndices> result;
  int64_t next = 0;
  for (int64_t axis = 0; axis < rank; ++axis) {
    ReassociationIndices &group = result.emplace_back();
    for (int64_t i = 0; i < (axis == at ? count : 1); ++i)
      group.push_back(next++);
  }
  return result;
}

// `names` with `whole` replaced by `parts`.
Names replaced(ArrayRef<StringAttr> names, StringRef whole, ArrayAttr parts) {
  Names result;
  for (StringAttr name : names) {
    if (name.getValue() != whole)
      result.push_back(name);
    else
      llvm::append_range(result, parts.getAsRange<StringAttr>());
  }
  return result;
}

struct LowerBroadcast : OpConversionPattern<field::BroadcastOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(field::BroadcastOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Names loops = namesOf(op.getType());
    AffineMap maps[] = {axesMap(op.getContext(), loops, namesOf(op.getInput().getType())),
                        axesMap(op.getContext(), loops, loops)};
    Value init = emptyOf(rewriter, op.getLoc(), op.getType());
    rewriter.replaceOp(op,
                       loopsOver(rewriter, op.getLoc(), adaptor.getInput(), init, maps, 0,
                                 [](OpBuilder &, Location, ValueRange args) { return args[0]; }));
    return success();
  }
};

struct LowerRename : OpConversionPattern<field::RenameOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(field::RenameOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, adaptor.getInput());
    return success();
  }
};

struct LowerSplit : OpConversionPattern<field::SplitOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(field::SplitOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Names from = namesOf(op.getInput().getType()), cut = replaced(from, op.getDim(), op.getInto());
    SmallVector<int64_t> sizes;
    for (StringAttr name : cut)
      sizes.push_back(field::sizeOf(op.getType(), name));
    auto type = RankedTensorType::get(sizes, plainType(op.getType()).getElementType());
    Value parts = tensor::ExpandShapeOp::create(
        rewriter, op.getLoc(), type, adaptor.getInput(),
        groups(from.size(), field::axisOf(op.getInput().getType(), op.getDim()),
               op.getInto().size()));
    rewriter.replaceOp(op, inOrder(rewriter, op.getLoc(), parts, cut, namesOf(op.getType())));
    return success();
  }
};

struct LowerMerge : OpConversionPattern<field::MergeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(field::MergeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Names to = namesOf(op.getType());
    Value parts =
        inOrder(rewriter, op.getLoc(), adaptor.getInput(), namesOf(op.getInput().getType()),
                replaced(to, op.getInto(), op.getDims()));
    rewriter.replaceOpWithNewOp<tensor::CollapseShapeOp>(
        op, plainType(op.getType()), parts,
        groups(to.size(), field::axisOf(op.getType(), op.getInto()), op.getDims().size()));
    return success();
  }
};

} // namespace

void orrery::populateLayoutPatterns(const FieldTypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerBroadcast, LowerRename, LowerSplit, LowerMerge>(types, patterns.getContext());
}
