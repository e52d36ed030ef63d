// Parts of arrays: slices are views, and arrays are put together by writing each part into its
// place.

#include "passes/lower/Loops.h"
#include "passes/lower/Patterns.h"
#include "passes/lower/Types.h"

#include "dialects/field/Field.h"
#include "passes/shape/Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace orrery;

namespace {

// `names` with `name` replaced.
Names renamed(ArrayRef<StringAttr> names, StringRef name, StringAttr to) {
  Names result(names);
  *llvm::find_if(result, [&](StringAttr n) { return n.getValue() == name; }) = to;
  return result;
}

// Offsets, sizes and strides of a box in an array: whole, until told otherwise.
struct Box {
  SmallVector<OpFoldResult> offsets, sizes, strides;

  Box(OpBuilder &b, RankedTensorType named) : sizes(sizesOf(b, named)) {
    offsets.assign(sizes.size(), b.getIndexAttr(0));
    strides.assign(sizes.size(), b.getIndexAttr(1));
  }
  Box &range(Builder &b, int64_t axis, int64_t offset, int64_t size) {
    offsets[axis] = b.getIndexAttr(offset);
    sizes[axis] = b.getIndexAttr(size);
    return *this;
  }
};

Value write(OpBuilder &b, Location loc, Value part, Value into, const Box &box) {
  return tensor::InsertSliceOp::create(b, loc, part, into, box.offsets, box.sizes, box.strides);
}

struct LowerExtract : OpConversionPattern<field::ExtractOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(field::ExtractOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto source = cast<RankedTensorType>(adaptor.getInput().getType());
    int64_t axis = field::axisOf(op.getInput().getType(), op.getDim());
    Names left = namesOf(op.getInput().getType());
    left.erase(left.begin() + axis);
    SmallVector<int64_t> shape(source.getShape());
    shape.erase(shape.begin() + axis);
    Box box = Box(rewriter, op.getInput().getType()).range(rewriter, axis, op.getIndex(), 1);
    Value part = tensor::ExtractSliceOp::create(
        rewriter, op.getLoc(), RankedTensorType::get(shape, source.getElementType()),
        adaptor.getInput(), box.offsets, box.sizes, box.strides);
    rewriter.replaceOp(op, inOrder(rewriter, op.getLoc(), part, left, namesOf(op.getType())));
    return success();
  }
};

struct LowerSlice : OpConversionPattern<field::SliceOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(field::SliceOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    int64_t axis = field::axisOf(op.getInput().getType(), op.getDim());
    Box box = Box(rewriter, op.getInput().getType())
                  .range(rewriter, axis, op.getOffset(), field::sizeOf(op.getType(), op.getAs()));
    Value part = tensor::ExtractSliceOp::create(rewriter, op.getLoc(), adaptor.getInput(),
                                                box.offsets, box.sizes, box.strides);
    Names names = renamed(namesOf(op.getInput().getType()), op.getDim(), op.getAsAttr());
    rewriter.replaceOp(op, inOrder(rewriter, op.getLoc(), part, names, namesOf(op.getType())));
    return success();
  }
};

struct LowerPad : OpConversionPattern<field::PadOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(field::PadOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Names names = renamed(namesOf(op.getInput().getType()), op.getDim(), op.getAsAttr());
    Value part = inOrder(rewriter, op.getLoc(), adaptor.getInput(), names, namesOf(op.getType()));
    Box box = Box(rewriter, op.getType())
                  .range(rewriter, field::axisOf(op.getType(), op.getAs()), op.getLow(),
                         field::sizeOf(op.getInput().getType(), op.getDim()));
    rewriter.replaceOp(op, write(rewriter, op.getLoc(), part,
                                 filledWith(rewriter, op.getLoc(), op.getType(), 0.0), box));
    return success();
  }
};

struct LowerConcat : OpConversionPattern<field::ConcatOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(field::ConcatOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Value result = emptyOf(rewriter, op.getLoc(), op.getType());
    int64_t axis = field::axisOf(op.getType(), op.getInto()), offset = 0;
    for (auto [named, plain, dim] : llvm::zip(op.getInputs(), adaptor.getInputs(),
                                              op.getDims().getAsValueRange<StringAttr>())) {
      int64_t size = field::sizeOf(named.getType(), dim);
      Names names = renamed(namesOf(named.getType()), dim, op.getIntoAttr());
      Value part = inOrder(rewriter, op.getLoc(), plain, names, namesOf(op.getType()));
      result = write(rewriter, op.getLoc(), part, result,
                     Box(rewriter, op.getType()).range(rewriter, axis, offset, size));
      offset += size;
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct LowerStack : OpConversionPattern<field::StackOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(field::StackOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = plainType(op.getType());
    int64_t axis = field::axisOf(op.getType(), op.getDim());
    Names loops = namesOf(op.getType());
    loops.erase(loops.begin() + axis);
    SmallVector<int64_t> shape(type.getShape());
    shape.erase(shape.begin() + axis);
    auto partType = field::tensorType(op.getContext(), loops, shape, type.getElementType());
    Value result = emptyOf(rewriter, loc, op.getType());
    for (auto [i, named, plain] : llvm::enumerate(op.getInputs(), adaptor.getInputs())) {
      AffineMap maps[] = {axesMap(op.getContext(), loops, namesOf(named.getType())),
                          axesMap(op.getContext(), loops, loops)};
      Value part = plain;
      if (maps[0] != maps[1])
        part = loopsOver(rewriter, loc, plain, emptyOf(rewriter, loc, partType), maps, 0,
                         [](OpBuilder &, Location, ValueRange args) { return args[0]; });
      result = write(rewriter, loc, part, result,
                     Box(rewriter, op.getType()).range(rewriter, axis, i, 1));
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

// Reads element size - 1 - i: an indexing map of that form would not survive tiling, so the loop
// computes the place.
struct LowerReverse : OpConversionPattern<field::ReverseOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(field::ReverseOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Names loops = namesOf(op.getType());
    Value source = adaptor.getInput();
    Value init = emptyOf(rewriter, op.getLoc(), op.getType());
    AffineMap map = axesMap(op.getContext(), loops, loops);
    rewriter.replaceOp(op, loopsOver(rewriter, op.getLoc(), {}, init, map, 0,
                                     [&](OpBuilder &b, Location l, ValueRange) -> Value {
                                       SmallVector<Value> place;
                                       for (StringAttr name : namesOf(op.getInput().getType())) {
                                         Value i = linalg::IndexOp::create(
                                             b, l, llvm::find(loops, name) - loops.begin());
                                         if (llvm::is_contained(op.getDims(), name)) {
                                           Value last = arith::ConstantIndexOp::create(
                                               b, l, field::sizeOf(op.getType(), name) - 1);
                                           i = arith::SubIOp::create(b, l, last, i);
                                         }
                                         place.push_back(i);
                                       }
                                       return tensor::ExtractOp::create(b, l, source, place);
                                     }));
    return success();
  }
};

} // namespace

void orrery::populatePartPatterns(const FieldTypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerExtract, LowerSlice, LowerPad, LowerConcat, LowerStack, LowerReverse>(
      types, patterns.getContext());
}
