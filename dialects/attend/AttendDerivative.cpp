// The derivative of attention: one operation that makes the weights again, instead of keeping them.

#include "dialects/attend/Attend.h"

using namespace mlir;
using namespace orrery::attend;

LogicalResult AttentionOp::derivative(OpBuilder &builder, ArrayRef<Value> resultGrads,
                                      const llvm::BitVector &needed,
                                      SmallVectorImpl<Value> &operandGrads) {
  operandGrads.assign(3, Value());
  // attention_grad takes no gradient of log_sum. It has one only inside a second derivative, which
  // goes through the definition.
  if (resultGrads[1])
    return failure();
  Value grad = resultGrads[0];
  if (!grad)
    return success();
  // The operation wants the gradient in the order of the result's axes.
  if (grad.getType() != getResult().getType())
    grad = field::BroadcastOp::create(builder, getLoc(), getResult().getType(), grad);
  auto grads = AttentionGradOp::create(builder, getLoc(), getQuery().getType(), getKey().getType(),
                                       getValue().getType(), getQuery(), getKey(), getValue(),
                                       getResult(), getLogSum(), grad, getOver(), getChannel(),
                                       getValueChannel(), getScale());
  for (unsigned i = 0; i < 3; ++i)
    if (needed.test(i))
      operandGrads[i] = grads->getResult(i);
  return success();
}
