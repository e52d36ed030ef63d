// Contractions and reductions: loops over the result's dims, then reduction loops over the names
// that vanish.

#include "passes/lower/Loops.h"
#include "passes/lower/Patterns.h"
#include "passes/lower/Types.h"

#include "dialects/field/Field.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <limits>

using namespace mlir;
using namespace orrery;

namespace {

// The loops of an operation that sums `over`, innermost last.
Names loopsWith(Type result, ArrayAttr over) {
  Names loops = namesOf(result);
  for (auto name : over.getAsRange<StringAttr>())
    loops.push_back(name);
  return loops;
}

Value widened(OpBuilder &b, Location loc, Value value, Type element) {
  return value.getType() == element ? value : Value(arith::ExtFOp::create(b, loc, element, value));
}

struct LowerContract : OpConversionPattern<field::ContractOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(field::ContractOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    MLIRContext *context = op.getContext();
    RankedTensorType type = plainType(op.getType());
    Names loops = loopsWith(op.getType(), op.getOver());
    SmallVector<AffineMap> maps;
    for (Type operand : {op.getLhs().getType(), op.getRhs().getType(), op.getType()})
      maps.push_back(axesMap(context, loops, namesOf(operand)));
    Value init = filledWith(rewriter, op.getLoc(), op.getType(), 0.0);
    rewriter.replaceOp(
        op, loopsOver(rewriter, op.getLoc(), {adaptor.getLhs(), adaptor.getRhs()}, init, maps,
                      op.getOver().size(), [&](OpBuilder &b, Location l, ValueRange args) -> Value {
                        Value lhs = widened(b, l, args[0], type.getElementType());
                        Value rhs = widened(b, l, args[1], type.getElementType());
                        return arith::AddFOp::create(b, l, args[2],
                                                     arith::MulFOp::create(b, l, lhs, rhs));
                      }));
    return success();
  }
};

struct LowerReduce : OpConversionPattern<field::ReduceOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(field::ReduceOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    MLIRContext *context = op.getContext();
    Names loops = loopsWith(op.getType(), op.getOver());
    AffineMap maps[] = {axesMap(context, loops, namesOf(op.getInput().getType())),
                        axesMap(context, loops, namesOf(op.getType()))};
    constexpr double infinity = std::numeric_limits<double>::infinity();
    double neutral = op.getKind() == field::ReduceKind::Sum   ? 0.0
                     : op.getKind() == field::ReduceKind::Max ? -infinity
                                                              : infinity;
    Value init = filledWith(rewriter, op.getLoc(), op.getType(), neutral);
    rewriter.replaceOp(
        op, loopsOver(rewriter, op.getLoc(), adaptor.getInput(), init, maps, op.getOver().size(),
                      [&](OpBuilder &b, Location l, ValueRange args) -> Value {
                        switch (op.getKind()) {
                        case field::ReduceKind::Sum:
                          return arith::AddFOp::create(b, l, args[1], args[0]);
                        case field::ReduceKind::Max:
                          return arith::MaximumFOp::create(b, l, args[1], args[0]);
                        case field::ReduceKind::Min:
                          return arith::MinimumFOp::create(b, l, args[1], args[0]);
                        }
                        llvm_unreachable("a reduction is a sum, a maximum or a minimum");
                      }));
    return success();
  }
};

} // namespace

void orrery::populateSumPatterns(const FieldTypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerContract, LowerReduce>(types, patterns.getContext());
}
