// Derivatives of the structural field operations; those of the elementwise ones are in
// FieldElementwise.td.
//
// Every gradient is asked for in its operand's type, axis order included, so that no transposition
// is left behind.

#include "dialects/field/FieldBuild.h"

using namespace mlir;
using namespace orrery::field;

namespace {

SmallVector<StringRef> strings(ArrayAttr names) {
  return SmallVector<StringRef>(names.getAsValueRange<StringAttr>());
}

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

// What every derivative of one operand does: nothing where there is no gradient, else one
// expression.
LogicalResult single(Operation *op, OpBuilder &builder, ArrayRef<Value> resultGrads,
                     const llvm::BitVector &needed, SmallVectorImpl<Value> &operandGrads,
                     function_ref<Value(Build &, Value)> vjp) {
  operandGrads.assign(op->getNumOperands(), Value());
  if (!resultGrads[0] || !needed.test(0))
    return success();
  Build d(builder, op->getLoc(), typeOf(resultGrads[0]).getElementType());
  operandGrads[0] = vjp(d, resultGrads[0]);
  return success();
}

// The operand's type, holding elements of the gradient.
RankedTensorType like(Value operand, Value grad) {
  return typeOf(operand).clone(typeOf(grad).getElementType());
}

// The gradient of one factor of a contraction: the other factor and the result's gradient, summed
// over what the factor lacks.
Value factorGradient(Build &d, Value factor, Value other, Value grad) {
  SmallVector<StringRef> over;
  for (StringAttr name : namesOf(grad))
    if (axisOf(factor.getType(), name) < 0)
      over.push_back(name);
  // What only this factor has is neither summed over (C1) nor missing from the result (C2), so all
  // of its names come out. are there.
  Type element = typeOf(grad).getElementType();
  Value product = ContractOp::create(d.builder, d.loc, typeOf(factor).clone(element), grad, other,
                                     d.builder.getStrArrayAttr(over));
  return d.cast(product, typeOf(factor).getElementType());
}

} // namespace

#define ORRERY_DERIVATIVE(Op)                                                                      \
  LogicalResult Op::derivative(OpBuilder &builder, ArrayRef<Value> resultGrads,                    \
                               const llvm::BitVector &needed,                                      \
                               SmallVectorImpl<Value> &operandGrads)

//===-- Making values
//--------------------------------------------------------------------------------------------------===//

ORRERY_DERIVATIVE(ConstantOp) { return success(); }
ORRERY_DERIVATIVE(IotaOp) { return success(); }

//===-- Combining along dims
//-------------------------------------------------------------------------------------------===//

ORRERY_DERIVATIVE(ContractOp) {
  operandGrads.assign(2, Value());
  Value grad = resultGrads[0];
  if (!grad)
    return success();
  Build d(builder, getLoc(), typeOf(grad).getElementType());
  if (needed.test(0))
    operandGrads[0] = factorGradient(d, getLhs(), getRhs(), grad);
  if (needed.test(1))
    operandGrads[1] = factorGradient(d, getRhs(), getLhs(), grad);
  return success();
}

ORRERY_DERIVATIVE(ReduceOp) {
  return single(*this, builder, resultGrads, needed, operandGrads, [&](Build &d, Value g) {
    if (getKind() == ReduceKind::Sum)
      return d.broadcast(g, like(getInput(), g));
    // 1 at every element that equals the extremum; they share the gradient equally.
    Value winner =
        d.select(d.compare(Predicate::EQ, getInput(), getResult()), d.real(1.0), d.real(0.0));
    Value share = d.div(g, d.sum(winner, strings(getOver())));
    return d.mul(winner, share);
  });
}

ORRERY_DERIVATIVE(BroadcastOp) {
  return single(*this, builder, resultGrads, needed, operandGrads, [&](Build &d, Value g) {
    SmallVector<StringRef> over;
    for (StringAttr name : namesOf(g))
      if (axisOf(getInput().getType(), name) < 0)
        over.push_back(name);
    // Only the order of axes changed: any order will do for a gradient.
    if (over.empty())
      return g;
    return Value(ReduceOp::create(d.builder, d.loc, like(getInput(), g), ReduceKind::Sum, g,
                                  d.builder.getStrArrayAttr(over)));
  });
}

//===-- Renaming and regrouping dims
//-----------------------------------------------------------------------------------===//

ORRERY_DERIVATIVE(RenameOp) {
  return single(*this, builder, resultGrads, needed, operandGrads, [&](Build &d, Value g) {
    return d.rename(g, strings(getTo()), strings(getFrom()));
  });
}

ORRERY_DERIVATIVE(SizeCastOp) {
  return single(*this, builder, resultGrads, needed, operandGrads, [&](Build &d, Value g) -> Value {
    // In the order of the operand's axes.
    g = d.broadcast(g, like(getResult(), g));
    return SizeCastOp::create(d.builder, d.loc, like(getInput(), g), g);
  });
}

ORRERY_DERIVATIVE(SplitOp) {
  return single(*this, builder, resultGrads, needed, operandGrads, [&](Build &d, Value g) -> Value {
    return MergeOp::create(d.builder, d.loc, like(getInput(), g), g, getInto(), getDim());
  });
}

ORRERY_DERIVATIVE(MergeOp) {
  return single(*this, builder, resultGrads, needed, operandGrads, [&](Build &d, Value g) -> Value {
    return SplitOp::create(d.builder, d.loc, like(getInput(), g), g, getInto(), getDims());
  });
}

//===-- Parts of arrays
//------------------------------------------------------------------------------------------------===//

ORRERY_DERIVATIVE(ExtractOp) {
  return single(*this, builder, resultGrads, needed, operandGrads, [&](Build &d, Value g) -> Value {
    RankedTensorType type = like(getInput(), g);
    int64_t axis = axisOf(type, getDim());
    SmallVector<int64_t> sizes(type.getShape());
    if (sizes[axis] == 1)
      return d.broadcast(g, type);
    // The gradient as an array of one index, which has a name of its own because it has a size of
    // its own.
    StringAttr one = builder.getStringAttr(getDim() + ".one");
    SmallVector<StringAttr> names(namesOf(type));
    names[axis] = one;
    sizes[axis] = 1;
    Value slab = d.broadcast(g, tensorType(getContext(), names, sizes, type.getElementType()));
    return PadOp::create(d.builder, d.loc, type, slab, one, getIndex(), getDim());
  });
}

ORRERY_DERIVATIVE(SliceOp) {
  return single(*this, builder, resultGrads, needed, operandGrads, [&](Build &d, Value g) -> Value {
    return PadOp::create(d.builder, d.loc, like(getInput(), g), g, getAs(), getOffset(), getDim());
  });
}

ORRERY_DERIVATIVE(PadOp) {
  return single(*this, builder, resultGrads, needed, operandGrads, [&](Build &d, Value g) -> Value {
    return SliceOp::create(d.builder, d.loc, like(getInput(), g), g, getAs(), getLow(), getDim());
  });
}

ORRERY_DERIVATIVE(ConcatOp) {
  operandGrads.assign(getNumOperands(), Value());
  Value grad = resultGrads[0];
  if (!grad)
    return success();
  int64_t offset = 0;
  for (auto [i, input, dim] : llvm::enumerate(getInputs(), getDims().getAsRange<StringAttr>())) {
    if (needed.test(i))
      operandGrads[i] = SliceOp::create(builder, getLoc(), like(input, grad), grad, getInto(),
                                        offset, dim.getValue());
    offset += sizeOf(input.getType(), dim);
  }
  return success();
}

ORRERY_DERIVATIVE(StackOp) {
  operandGrads.assign(getNumOperands(), Value());
  Value grad = resultGrads[0];
  if (!grad)
    return success();
  Build d(builder, getLoc(), typeOf(grad).getElementType());
  for (auto [i, input] : llvm::enumerate(getInputs()))
    if (needed.test(i))
      operandGrads[i] = d.fit(d.extract(grad, getDim(), i), like(input, grad));
  return success();
}

ORRERY_DERIVATIVE(ReverseOp) {
  return single(*this, builder, resultGrads, needed, operandGrads, [&](Build &d, Value g) -> Value {
    return ReverseOp::create(d.builder, d.loc, like(getInput(), g), g, getDims());
  });
}

//===-- Neighbourhoods
//-------------------------------------------------------------------------------------------------===//

ORRERY_DERIVATIVE(WindowOp) {
  return single(*this, builder, resultGrads, needed, operandGrads, [&](Build &d, Value g) -> Value {
    return OverlapAddOp::create(d.builder, d.loc, like(getInput(), g), g, getDims(), getKernel(),
                                getOffsets(), getWrap());
  });
}

ORRERY_DERIVATIVE(OverlapAddOp) {
  return single(*this, builder, resultGrads, needed, operandGrads, [&](Build &d, Value g) -> Value {
    return WindowOp::create(d.builder, d.loc, like(getInput(), g), g, getDims(), getKernel(),
                            getOffsets(), getWrap());
  });
}
