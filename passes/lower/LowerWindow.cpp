// Neighbourhoods: an array extended at its borders is read at the sum of two loops.

#include "passes/lower/Loops.h"
#include "passes/lower/Patterns.h"
#include "passes/lower/Types.h"

#include "dialects/field/Field.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace orrery;

namespace {

// One dim of a window or overlap_add.
struct Step {
  StringAttr dim, kernel;
  int64_t size, kernelSize, offset;
  bool wrap;
};

template <typename Op> SmallVector<Step> stepsOf(Op op, Type withKernel) {
  SmallVector<Step> steps;
  for (auto [dim, kernel, offset, wrap] :
       llvm::zip(op.getDims().template getAsRange<StringAttr>(),
                 op.getKernel().template getAsRange<StringAttr>(),
                 op.getOffsets().template getAsRange<IntegerAttr>(),
                 op.getWrap().template getAsRange<BoolAttr>()))
    steps.push_back({dim, kernel, field::sizeOf(withKernel, dim), field::sizeOf(withKernel, kernel),
                     offset.getInt(), wrap.getValue()});
  return steps;
}

int64_t modulo(int64_t a, int64_t n) { return ((a % n) + n) % n; }

// Elements offset .. offset + length - 1 of `axis`, where what lies outside is zero or, with
// `wrap`, counted round the end.
Value extended(OpBuilder &b, Location loc, Value array, int64_t axis, int64_t offset,
               int64_t length, bool wrap) {
  auto type = cast<RankedTensorType>(array.getType());
  int64_t size = type.getDimSize(axis);
  if (offset == 0 && length == size)
    return array;
  SmallVector<int64_t> shape(type.getShape());
  shape[axis] = length;
  auto longer = RankedTensorType::get(shape, type.getElementType());
  Value result = wrap ? emptyOf(b, loc, longer) : filledWith(b, loc, longer, 0.0);
  SmallVector<OpFoldResult> offsets(shape.size(), b.getIndexAttr(0)),
      strides(shape.size(), b.getIndexAttr(1)), sizes;
  for (int64_t s : type.getShape())
    sizes.push_back(b.getIndexAttr(s));
  for (int64_t at = 0; at < length;) {
    int64_t source = offset + at;
    if (!wrap && source < 0) {
      at = -offset;
      continue;
    }
    if (!wrap && source >= size)
      break;
    source = modulo(source, size);
    int64_t count = std::min(size - source, length - at);
    sizes[axis] = b.getIndexAttr(count);
    offsets[axis] = b.getIndexAttr(source);
    Value part = tensor::ExtractSliceOp::create(b, loc, array, offsets, sizes, strides);
    offsets[axis] = b.getIndexAttr(at);
    result = tensor::InsertSliceOp::create(b, loc, part, result, offsets, sizes, strides);
    at += count;
  }
  return result;
}

struct LowerWindow : OpConversionPattern<field::WindowOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(field::WindowOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Names loops = namesOf(op.getType()), axes = namesOf(op.getInput().getType());
    auto loopOf = [&](StringAttr name) {
      return rewriter.getAffineDimExpr(llvm::find(loops, name) - loops.begin());
    };
    SmallVector<AffineExpr> places;
    for (StringAttr name : axes)
      places.push_back(loopOf(name));
    Value source = adaptor.getInput();
    for (const Step &step : stepsOf(op, op.getType())) {
      int64_t axis = llvm::find(axes, step.dim) - axes.begin();
      source = extended(rewriter, loc, source, axis, step.offset, step.size + step.kernelSize - 1,
                        step.wrap);
      places[axis] = places[axis] + loopOf(step.kernel);
    }
    AffineMap maps[] = {AffineMap::get(loops.size(), 0, places, op.getContext()),
                        axesMap(op.getContext(), loops, loops)};
    rewriter.replaceOp(
        op, loopsOver(rewriter, loc, source, emptyOf(rewriter, loc, plainType(op.getType())), maps,
                      0, [](OpBuilder &, Location, ValueRange args) { return args[0]; }));
    return success();
  }
};

// Gathers: every element of the grid adds up what its neighbours hold for it, so that loops over
// the grid stay parallel.
struct LowerOverlapAdd : OpConversionPattern<field::OverlapAddOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(field::OverlapAddOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    SmallVector<Step> steps = stepsOf(op, op.getInput().getType());
    Names loops = namesOf(op.getType());
    llvm::append_range(loops, op.getKernel().getAsRange<StringAttr>());
    Value source = adaptor.getInput();
    // The loops over the kernel need a range: an array of that shape without contents would be
    // allocated, so they borrow the slice of the source that spans them.
    SmallVector<OpFoldResult> offsets, sizes, strides;
    SmallVector<int64_t> shape;
    for (StringAttr name : namesOf(op.getInput().getType())) {
      bool kernel = llvm::is_contained(op.getKernel(), name);
      int64_t size = field::sizeOf(op.getInput().getType(), name);
      offsets.push_back(rewriter.getIndexAttr(0));
      strides.push_back(rewriter.getIndexAttr(1));
      sizes.push_back(rewriter.getIndexAttr(kernel ? size : 1));
      if (kernel)
        shape.push_back(size);
    }
    RankedTensorType type = plainType(op.getType());
    Value range = tensor::ExtractSliceOp::create(
        rewriter, loc, RankedTensorType::get(shape, type.getElementType()), source, offsets, sizes,
        strides);
    Names rangeNames;
    for (StringAttr name : namesOf(op.getInput().getType()))
      if (llvm::is_contained(op.getKernel(), name))
        rangeNames.push_back(name);
    AffineMap maps[] = {axesMap(op.getContext(), loops, rangeNames),
                        axesMap(op.getContext(), loops, namesOf(op.getType()))};
    auto body = [&](OpBuilder &b, Location l, ValueRange args) {
      return element(b, l, op, steps, loops, source, args[1]);
    };
    rewriter.replaceOp(op, loopsOver(rewriter, loc, range, filledWith(rewriter, loc, type, 0.0),
                                     maps, steps.size(), body));
    return success();
  }

  // sum + source[.., i - j - offset, .., j, ..], or sum where that lies outside.
  static Value element(OpBuilder &b, Location l, field::OverlapAddOp op, ArrayRef<Step> steps,
                       ArrayRef<StringAttr> loops, Value source, Value sum) {
    auto index = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, l, value);
    };
    auto loop = [&](StringAttr name) -> Value {
      return linalg::IndexOp::create(b, l, llvm::find(loops, name) - loops.begin());
    };
    Value inside;
    SmallVector<Value> place;
    for (StringAttr name : namesOf(op.getInput().getType())) {
      const Step *step = llvm::find_if(steps, [&](const Step &s) { return s.dim == name; });
      place.push_back(loop(name));
      if (step == steps.end())
        continue;
      // Counted up by a multiple of the size, so that the remainder is never of a negative number.
      int64_t rounds = (std::abs(step->offset) + step->kernelSize + step->size) / step->size;
      int64_t shift = step->wrap ? rounds * step->size - step->offset : -step->offset;
      Value at = arith::AddIOp::create(
          b, l, arith::SubIOp::create(b, l, loop(name), loop(step->kernel)), index(shift));
      if (step->wrap) {
        place.back() = arith::RemUIOp::create(b, l, at, index(step->size));
        continue;
      }
      // Unsigned: a negative place is a very large one.
      Value fits = arith::CmpIOp::create(b, l, arith::CmpIPredicate::ult, at, index(step->size));
      inside = inside ? Value(arith::AndIOp::create(b, l, inside, fits)) : fits;
      place.back() = arith::SelectOp::create(b, l, fits, at, index(0));
    }
    Value term = tensor::ExtractOp::create(b, l, source, place);
    if (inside) {
      Type element = term.getType();
      Value zero = arith::ConstantOp::create(b, l, b.getFloatAttr(element, 0.0));
      term = arith::SelectOp::create(b, l, inside, term, zero);
    }
    return arith::AddFOp::create(b, l, sum, term);
  }
};

} // namespace

void orrery::populateWindowPatterns(const FieldTypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerWindow, LowerOverlapAdd>(types, patterns.getContext());
}
