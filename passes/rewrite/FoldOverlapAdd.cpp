// Turns the input gradient of a convolution into a convolution.

#include "passes/rewrite/Passes.h"

#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace orrery;
using namespace orrery::field;

namespace orrery {
#define GEN_PASS_DEF_FOLDOVERLAPADD
#include "passes/rewrite/Passes.h.inc"
} // namespace orrery

namespace {

bool hasAll(Value value, ArrayAttr names) {
  return llvm::all_of(names.getAsValueRange<StringAttr>(),
                      [&](StringRef name) { return axisOf(value.getType(), name) >= 0; });
}
bool hasNone(Value value, ArrayAttr names) {
  return llvm::none_of(names.getAsValueRange<StringAttr>(),
                       [&](StringRef name) { return axisOf(value.getType(), name) >= 0; });
}

// sum_j (sum_o g[i - j - offset, o] w[j, o])  =  sum_j,o g[i + j - (k - 1) - offset, o] w[k - 1 -
// j, o]
struct FoldIntoContraction : OpRewritePattern<OverlapAddOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(OverlapAddOp add, PatternRewriter &rewriter) const override {
    auto product = add.getInput().getDefiningOp<ContractOp>();
    if (!product || !product->hasOneUse() ||
        product.getType().getElementType() != add.getType().getElementType())
      return failure();
    Value grad = product.getLhs(), weight = product.getRhs();
    if (!hasAll(grad, add.getDims()))
      std::swap(grad, weight);
    if (!hasAll(grad, add.getDims()) || !hasNone(grad, add.getKernel()) ||
        !hasAll(weight, add.getKernel()) || !hasNone(weight, add.getDims()))
      return failure();

    SmallVector<StringAttr> names(namesOf(grad));
    SmallVector<int64_t> sizes(cast<RankedTensorType>(grad.getType()).getShape());
    SmallVector<int64_t> offsets;
    SmallVector<Attribute> over(product.getOver().getValue());
    for (auto [kernel, offset] : llvm::zip(add.getKernel().getAsRange<StringAttr>(),
                                           add.getOffsets().getAsRange<IntegerAttr>())) {
      int64_t size = sizeOf(weight.getType(), kernel);
      names.push_back(kernel);
      sizes.push_back(size);
      offsets.push_back(-(size - 1) - offset.getInt());
      over.push_back(kernel);
    }
    auto windows = tensorType(getContext(), names, sizes,
                              cast<RankedTensorType>(grad.getType()).getElementType());
    Value around =
        WindowOp::create(rewriter, add.getLoc(), windows, grad, add.getDims(), add.getKernel(),
                         rewriter.getI64ArrayAttr(offsets), add.getWrap());
    Value flipped =
        ReverseOp::create(rewriter, add.getLoc(), weight.getType(), weight, add.getKernel());
    remark::passed(add.getLoc(), remark::RemarkOpts::name("FoldOverlapAdd").category("rewrite"))
        << "the gradient of this convolution is computed as a convolution";
    rewriter.replaceOpWithNewOp<ContractOp>(add, add.getType(), around, flipped,
                                            rewriter.getArrayAttr(over));
    return success();
  }
};

struct FoldOverlapAdd : orrery::impl::FoldOverlapAddBase<FoldOverlapAdd> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldIntoContraction>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
