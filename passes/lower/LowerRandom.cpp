// Random numbers: calls of the runtime's generator, which knows nothing of the order of axes.

#include "passes/lower/Loops.h"
#include "passes/lower/Patterns.h"
#include "passes/lower/Types.h"

#include "dialects/train/Train.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace orrery;

namespace {

// Declares a function of the runtime (runtime/abi) once a module.
func::FuncOp runtimeFunction(Operation *user, StringRef name, FunctionType type) {
  auto module = user->getParentOfType<ModuleOp>();
  if (auto known = module.lookupSymbol<func::FuncOp>(name))
    return known;
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  auto function = func::FuncOp::create(builder, module.getLoc(), name, type);
  function.setPrivate();
  return function;
}

// A buffer as the runtime takes it.
Value addressOf(OpBuilder &b, Location loc, Value buffer) {
  Value index = memref::ExtractAlignedPointerAsIndexOp::create(b, loc, buffer);
  return arith::IndexCastOp::create(b, loc, b.getI64Type(), index);
}

struct LowerFoldKey : OpConversionPattern<train::FoldKeyOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(train::FoldKeyOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Type i64 = rewriter.getI64Type();
    auto fold = runtimeFunction(op, "orrery_fold_key", rewriter.getFunctionType({i64, i64}, i64));
    SmallVector<Value> inputs = {adaptor.getKey()};
    llvm::append_range(inputs, adaptor.getWith());
    SmallVector<AffineMap> maps(inputs.size() + 1, AffineMap::get(op.getContext()));
    Value init = emptyOf(rewriter, op.getLoc(), plainType(op.getType()));
    rewriter.replaceOp(
        op, loopsOver(rewriter, op.getLoc(), inputs, init, maps, 0,
                      [&](OpBuilder &b, Location l, ValueRange args) -> Value {
                        Value key = args.front();
                        for (Value with : args.drop_front().drop_back())
                          key = func::CallOp::create(b, l, fold, {key, with}).getResult(0);
                        Value number = arith::ConstantOp::create(b, l, op.getNumberAttr());
                        return func::CallOp::create(b, l, fold, {key, number}).getResult(0);
                      }));
    return success();
  }
};

struct LowerRandomNumbers : OpConversionPattern<train::RandomOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(train::RandomOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    // The generator counts samples, then the other dims in the order of their names.
    Names names = namesOf(op.getType());
    StringAttr sample = op.getSamples() ? namesOf(op.getSamples().getType()).front() : StringAttr();
    llvm::sort(names, [&](StringAttr a, StringAttr b) {
      return std::pair(a != sample, a.getValue()) < std::pair(b != sample, b.getValue());
    });
    SmallVector<int64_t> shape;
    for (StringAttr name : names)
      shape.push_back(field::sizeOf(op.getType(), name));
    RankedTensorType type = plainType(op.getType());
    auto drawnType = RankedTensorType::get(shape, type.getElementType());
    int64_t samples = sample ? shape.front() : 1;

    Type i64 = rewriter.getI64Type(), element = type.getElementType();
    if (!element.isF32() && !element.isF64())
      return op.emitOpError() << "draws numbers of type " << element
                              << "; the generator knows f32 and f64";
    auto constant = [&](TypedAttr value) -> Value {
      return arith::ConstantOp::create(rewriter, loc, value);
    };
    Value buffer = memref::AllocOp::create(rewriter, loc, bufferType(drawnType));
    Value sampleAddress = constant(rewriter.getI64IntegerAttr(0));
    if (sample) {
      Value list = bufferization::ToBufferOp::create(
          rewriter, loc, bufferType(op.getSamples().getType()), adaptor.getSamples(),
          /*read_only=*/true);
      sampleAddress = addressOf(rewriter, loc, list);
    }
    Value key = tensor::ExtractOp::create(rewriter, loc, adaptor.getKey(), ValueRange());
    SmallVector<Value> arguments = {
        addressOf(rewriter, loc, buffer), key, sampleAddress,
        constant(rewriter.getI64IntegerAttr(samples)),
        constant(rewriter.getI64IntegerAttr(drawnType.getNumElements() / samples))};
    SmallVector<Type> argumentTypes(5, i64);
    if (op.getP()) {
      arguments.push_back(constant(op.getPAttr()));
      argumentTypes.push_back(rewriter.getF64Type());
    }
    std::string name = ("orrery_random_" + train::stringifyDistribution(op.getDistribution()) +
                        (element.isF32() ? "_f32" : "_f64"))
                           .str();
    auto draw = runtimeFunction(op, name, rewriter.getFunctionType(argumentTypes, {}));
    func::CallOp::create(rewriter, loc, draw, arguments);
    Value drawn =
        bufferization::ToTensorOp::create(rewriter, loc, drawnType, buffer, /*restrict=*/true);
    rewriter.replaceOp(op, inOrder(rewriter, loc, drawn, names, namesOf(op.getType())));
    return success();
  }
};

} // namespace

void orrery::populateRandomPatterns(const FieldTypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerFoldKey, LowerRandomNumbers>(types, patterns.getContext());
}
