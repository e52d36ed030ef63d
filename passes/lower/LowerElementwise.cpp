// Elementwise arithmetic, constants and counting: one parallel loop nest over the result's dims.

#include "passes/lower/Loops.h"
#include "passes/lower/Patterns.h"
#include "passes/lower/Types.h"

#include "dialects/field/Field.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace orrery;

namespace {

// Truth values are stored as bytes and computed with as i1.
Value loadTruth(OpBuilder &b, Location loc, Value stored) {
  return arith::TruncIOp::create(b, loc, b.getI1Type(), stored);
}
Value storeTruth(OpBuilder &b, Location loc, Value truth) {
  return arith::ExtUIOp::create(b, loc, b.getI8Type(), truth);
}

bool isTruth(Type type) { return cast<RankedTensorType>(type).getElementType().isInteger(1); }

// An array of one value needs no array: the value goes into the loop.
TypedAttr uniformValue(Value operand) {
  auto constant = operand.getDefiningOp<field::ConstantOp>();
  auto value = constant ? dyn_cast<DenseElementsAttr>(constant.getValue()) : DenseElementsAttr();
  if (!value || !value.isSplat())
    return {};
  return cast<TypedAttr>(value.getSplatValue<Attribute>());
}

struct LowerElementwise : OpInterfaceConversionPattern<ElementwiseOp> {
  using OpInterfaceConversionPattern::OpInterfaceConversionPattern;

  LogicalResult matchAndRewrite(ElementwiseOp op, ArrayRef<Value> operands,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    MLIRContext *context = op.getContext();
    Type resultType = op->getResult(0).getType();
    Names loops = namesOf(resultType);

    SmallVector<Value> inputs;
    SmallVector<AffineMap> maps;
    SmallVector<TypedAttr> uniform;
    for (auto [named, plain] : llvm::zip(op->getOperands(), operands)) {
      uniform.push_back(uniformValue(named));
      if (uniform.back())
        continue;
      inputs.push_back(plain);
      maps.push_back(axesMap(context, loops, namesOf(named.getType())));
    }
    maps.push_back(axesMap(context, loops, loops));

    Value init = emptyOf(rewriter, loc, cast<RankedTensorType>(resultType));
    Value result = loopsOver(
        rewriter, loc, inputs, init, maps, 0, [&](OpBuilder &b, Location l, ValueRange args) {
          SmallVector<Value> scalars;
          for (auto [i, named] : llvm::enumerate(op->getOperands())) {
            if (uniform[i]) {
              scalars.push_back(arith::ConstantOp::create(b, l, uniform[i]));
              continue;
            }
            Value arg = args.front();
            args = args.drop_front();
            scalars.push_back(isTruth(named.getType()) ? loadTruth(b, l, arg) : arg);
          }
          Value scalar = op.buildScalar(b, l, scalars);
          return isTruth(resultType) ? storeTruth(b, l, scalar) : scalar;
        });
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct LowerConstant : OpConversionPattern<field::ConstantOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(field::ConstantOp op, OpAdaptor,
                                ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = plainType(op.getType());
    if (TypedAttr value = uniformValue(op.getResult())) {
      if (value.getType().isInteger(1))
        value = rewriter.getI8IntegerAttr(cast<IntegerAttr>(value).getValue().getZExtValue());
      Value scalar = arith::ConstantOp::create(rewriter, op.getLoc(), value);
      rewriter.replaceOp(op, linalg::FillOp::create(rewriter, op.getLoc(), scalar,
                                                    emptyOf(rewriter, op.getLoc(), type))
                                 .getResult(0));
      return success();
    }
    auto dense = dyn_cast<DenseElementsAttr>(op.getValue());
    if (!dense) {
      auto resource = dyn_cast<DenseResourceElementsAttr>(op.getValue());
      if (!resource)
        return op.emitOpError("holds numbers in a form that cannot be lowered");
      rewriter.replaceOpWithNewOp<arith::ConstantOp>(
          op, DenseResourceElementsAttr::get(type, resource.getRawHandle()));
      return success();
    }
    if (isTruth(op.getType())) {
      SmallVector<int8_t> bytes(dense.getValues<bool>());
      dense = DenseElementsAttr::get(type, ArrayRef<int8_t>(bytes));
    }
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, dense.reshape(type));
    return success();
  }
};

struct LowerIota : OpConversionPattern<field::IotaOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(field::IotaOp op, OpAdaptor,
                                ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = plainType(op.getType());
    Type element = type.getElementType();
    Value init = emptyOf(rewriter, op.getLoc(), op.getType());
    AffineMap map = rewriter.getMultiDimIdentityMap(1);
    rewriter.replaceOp(
        op, loopsOver(rewriter, op.getLoc(), {}, init, map, 0,
                      [&](OpBuilder &b, Location l, ValueRange) -> Value {
                        Value index = linalg::IndexOp::create(b, l, 0);
                        Value number = arith::IndexCastOp::create(b, l, b.getI64Type(), index);
                        if (isa<FloatType>(element))
                          return arith::SIToFPOp::create(b, l, element, number);
                        return element.isInteger(64)
                                   ? number
                                   : Value(arith::TruncIOp::create(b, l, element, number));
                      }));
    return success();
  }
};

} // namespace

void orrery::populateElementwisePatterns(const FieldTypeConverter &types,
                                         RewritePatternSet &patterns) {
  patterns.add<LowerElementwise, LowerConstant, LowerIota>(types, patterns.getContext());
}
