// The derivative of random numbers: none, since they depend on integers only.

#include "dialects/train/Train.h"

using namespace mlir;
using namespace orrery::train;

LogicalResult RandomOp::derivative(OpBuilder &, ArrayRef<Value>, const llvm::BitVector &,
                                   SmallVectorImpl<Value> &operandGrads) {
  operandGrads.assign(getOperation()->getNumOperands(), Value());
  return success();
}
