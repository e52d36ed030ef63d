// The derivatives of gather and segment: each is the other, by the same map.

#include "dialects/graph/GraphBuild.h"

using namespace mlir;
using namespace orrery;
using namespace orrery::graph;

namespace {

template <typename Op> Map mapOf(Op op) { return {op.getIndex(), op.getRanges(), op.getOrder()}; }

// What follows the map's operands: nothing but the input has a gradient.
template <typename Op>
LogicalResult single(Op op, OpBuilder &builder, ArrayRef<Value> resultGrads,
                     const llvm::BitVector &needed, SmallVectorImpl<Value> &operandGrads,
                     function_ref<Value(field::Build &, Value)> vjp) {
  operandGrads.assign(op->getNumOperands(), Value());
  if (!resultGrads[0] || !needed.test(0))
    return success();
  auto element = cast<RankedTensorType>(resultGrads[0].getType()).getElementType();
  field::Build d(builder, op.getLoc(), element);
  operandGrads[0] = vjp(d, resultGrads[0]);
  return success();
}

} // namespace

LogicalResult GatherOp::derivative(OpBuilder &builder, ArrayRef<Value> resultGrads,
                                   const llvm::BitVector &needed,
                                   SmallVectorImpl<Value> &operandGrads) {
  return single(*this, builder, resultGrads, needed, operandGrads, [&](field::Build &d, Value g) {
    return segment(d, SegmentKind::Sum, g, mapOf(*this));
  });
}

LogicalResult SegmentOp::derivative(OpBuilder &builder, ArrayRef<Value> resultGrads,
                                    const llvm::BitVector &needed,
                                    SmallVectorImpl<Value> &operandGrads) {
  return single(*this, builder, resultGrads, needed, operandGrads, [&](field::Build &d, Value g) {
    Map map = mapOf(*this);
    if (getKind() == SegmentKind::Sum)
      return gather(d, g, map);
    // 1 at every element that equals the extremum; they share the gradient equally.
    Value winner =
        d.select(d.compare(field::Predicate::EQ, getInput(), gather(d, getResult(), map)),
                 d.real(1.0), d.real(0.0));
    // An empty segment has no winner, and no gradient either.
    Value winners = d.max(segment(d, SegmentKind::Sum, winner, map), d.real(1.0));
    return d.mul(winner, gather(d, d.div(g, winners), map));
  });
}
