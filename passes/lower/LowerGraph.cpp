// Gathers and sums over segments: loops over the result's dims that look their place up in the map.

#include "passes/lower/Loops.h"
#include "passes/lower/Patterns.h"
#include "passes/lower/Types.h"

#include "dialects/graph/Graph.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <limits>

using namespace mlir;
using namespace orrery;

namespace {

Value indexAt(OpBuilder &b, Location loc, Value indices, ValueRange place) {
  Value stored = tensor::ExtractOp::create(b, loc, indices, place);
  return arith::IndexCastOp::create(b, loc, b.getIndexType(), stored);
}

// Where the loops stand along the axes that `axes` names; `instead` replaces one of them.
SmallVector<Value> placeIn(OpBuilder &b, Location loc, ArrayRef<StringAttr> loops,
                           ArrayRef<StringAttr> axes, StringAttr name, Value instead) {
  SmallVector<Value> place;
  for (StringAttr axis : axes)
    place.push_back(axis == name ? instead
                                 : Value(linalg::IndexOp::create(
                                       b, loc, llvm::find(loops, axis) - loops.begin())));
  return place;
}

struct LowerGather : OpConversionPattern<graph::GatherOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(graph::GatherOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Names loops = namesOf(op.getType()), axes = namesOf(op.getInput().getType());
    Value init = emptyOf(rewriter, op.getLoc(), op.getType());
    auto from = llvm::find(loops, op.getFrom()) - loops.begin();
    rewriter.replaceOp(
        op,
        loopsOver(rewriter, op.getLoc(), {}, init, axesMap(op.getContext(), loops, loops), 0,
                  [&](OpBuilder &b, Location l, ValueRange) -> Value {
                    Value e = linalg::IndexOp::create(b, l, from);
                    Value there = indexAt(b, l, adaptor.getIndex(), e);
                    return tensor::ExtractOp::create(b, l, adaptor.getInput(),
                                                     placeIn(b, l, loops, axes, op.getTo(), there));
                  }));
    return success();
  }
};

struct LowerSegment : OpConversionPattern<graph::SegmentOp> {
  using OpConversionPattern::OpConversionPattern;

  static Value combine(OpBuilder &b, Location loc, graph::SegmentKind kind, Value x, Value y) {
    switch (kind) {
    case graph::SegmentKind::Sum:
      return arith::AddFOp::create(b, loc, x, y);
    case graph::SegmentKind::Max:
      return arith::MaximumFOp::create(b, loc, x, y);
    case graph::SegmentKind::Min:
      return arith::MinimumFOp::create(b, loc, x, y);
    }
    llvm_unreachable("a segment is summed, or its maximum or minimum taken");
  }

  static Value element(graph::SegmentOp op, OpAdaptor adaptor, OpBuilder &b, Location l,
                       ArrayRef<StringAttr> loops) {
    Names axes = namesOf(op.getInput().getType());
    Value zero = arith::ConstantIndexOp::create(b, l, 0);
    Value one = arith::ConstantIndexOp::create(b, l, 1);
    Value at = linalg::IndexOp::create(b, l, llvm::find(loops, op.getTo()) - loops.begin());
    Value first = indexAt(b, l, adaptor.getRanges(), {at, zero});
    Value end = indexAt(b, l, adaptor.getRanges(), {at, one});
    auto type = cast<FloatType>(op.getType().getElementType());
    double infinity = std::numeric_limits<double>::infinity();
    auto number = [&](double value) -> Value {
      return arith::ConstantOp::create(b, l, b.getFloatAttr(type, value));
    };
    Value neutral = number(op.getKind() == graph::SegmentKind::Sum   ? 0.0
                           : op.getKind() == graph::SegmentKind::Max ? -infinity
                                                                     : infinity);
    // Indices of the loops outside are not to be asked for in the loop inside.
    SmallVector<Value> place = placeIn(b, l, loops, axes, op.getFrom(), Value());
    auto sum = scf::ForOp::create(b, l, first, end, one, neutral);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(sum.getBody());
      Value e = sum.getInductionVar();
      if (adaptor.getOrder())
        e = indexAt(b, l, adaptor.getOrder(), e);
      place[field::axisOf(op.getInput().getType(), op.getFrom())] = e;
      Value next = tensor::ExtractOp::create(b, l, adaptor.getInput(), place);
      scf::YieldOp::create(b, l, combine(b, l, op.getKind(), sum.getRegionIterArg(0), next));
    }
    if (op.getKind() == graph::SegmentKind::Sum)
      return sum.getResult(0);
    Value some = arith::CmpIOp::create(b, l, arith::CmpIPredicate::slt, first, end);
    return arith::SelectOp::create(b, l, some, sum.getResult(0), number(0.0));
  }

  LogicalResult matchAndRewrite(graph::SegmentOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Names loops = namesOf(op.getType());
    Value init = emptyOf(rewriter, op.getLoc(), op.getType());
    rewriter.replaceOp(op, loopsOver(rewriter, op.getLoc(), {}, init,
                                     axesMap(op.getContext(), loops, loops), 0,
                                     [&](OpBuilder &b, Location l, ValueRange) {
                                       return element(op, adaptor, b, l, loops);
                                     }));
    return success();
  }
};

} // namespace

void orrery::populateGraphPatterns(const FieldTypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerGather, LowerSegment>(types, patterns.getContext());
}
