// Builds linalg operations whose loops are dim names.

#include "passes/lower/Loops.h"

#include "dialects/field/Field.h"
#include "passes/lower/Types.h"
#include "passes/shape/Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace orrery;

Names orrery::namesOf(Type type) { return Names(field::namesOf(type)); }

AffineMap orrery::axesMap(MLIRContext *context, ArrayRef<StringAttr> loops,
                          ArrayRef<StringAttr> axes) {
  SmallVector<AffineExpr> results;
  for (StringAttr axis : axes)
    results.push_back(getAffineDimExpr(llvm::find(loops, axis) - loops.begin(), context));
  return AffineMap::get(loops.size(), 0, results, context);
}

Value orrery::emptyOf(OpBuilder &builder, Location loc, RankedTensorType type) {
  return tensor::EmptyOp::create(builder, loc, sizesOf(builder, type),
                                 storedElement(type.getElementType()));
}

Value orrery::filledWith(OpBuilder &builder, Location loc, RankedTensorType type, double value) {
  Type element = storedElement(type.getElementType());
  TypedAttr number = isa<FloatType>(element)
                         ? TypedAttr(builder.getFloatAttr(element, value))
                         : TypedAttr(builder.getIntegerAttr(element, static_cast<int64_t>(value)));
  Value scalar = arith::ConstantOp::create(builder, loc, number);
  return linalg::FillOp::create(builder, loc, scalar, emptyOf(builder, loc, type)).getResult(0);
}

Value orrery::loopsOver(OpBuilder &builder, Location loc, ValueRange inputs, Value init,
                        ArrayRef<AffineMap> maps, unsigned reductions, Body body) {
  unsigned loops = maps.back().getNumDims();
  SmallVector<utils::IteratorType> kinds(loops - reductions, utils::IteratorType::parallel);
  kinds.append(reductions, utils::IteratorType::reduction);
  auto build = [&](OpBuilder &b, Location l, ValueRange args) {
    linalg::YieldOp::create(b, l, body(b, l, args));
  };
  return linalg::GenericOp::create(builder, loc, init.getType(), inputs, init, maps, kinds, build)
      .getResult(0);
}

Value orrery::inOrder(OpBuilder &builder, Location loc, Value array, ArrayRef<StringAttr> from,
                      ArrayRef<StringAttr> to) {
  if (llvm::equal(from, to))
    return array;
  auto type = cast<RankedTensorType>(array.getType());
  SmallVector<int64_t> sizes;
  for (StringAttr name : to)
    sizes.push_back(type.getDimSize(llvm::find(from, name) - from.begin()));
  MLIRContext *context = builder.getContext();
  Value init = emptyOf(builder, loc, field::tensorType(context, to, sizes, type.getElementType()));
  return loopsOver(builder, loc, array, init,
                   {axesMap(context, to, from), axesMap(context, to, to)}, 0,
                   [](OpBuilder &, Location, ValueRange args) { return args[0]; });
}
