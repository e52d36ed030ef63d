// The generated definitions of all field operations, and what elementwise ones share.

#include "dialects/field/FieldBuild.h"
#include "dialects/field/FieldScalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace orrery::field;

#define GET_OP_CLASSES
#include "dialects/field/FieldOps.cpp.inc"

LogicalResult orrery::field::elementwiseDerivative(Operation *op, OpBuilder &builder,
                                                   Value resultGrad, const llvm::BitVector &needed,
                                                   SmallVectorImpl<Value> &operandGrads,
                                                   ArrayRef<Vjp> vjps) {
  operandGrads.assign(op->getNumOperands(), Value());
  if (!resultGrad)
    return success();
  Build d(builder, op->getLoc(), cast<RankedTensorType>(resultGrad.getType()).getElementType());
  for (auto [i, vjp] : llvm::enumerate(vjps)) {
    if (!needed.test(i))
      continue;
    if (Value grad = vjp(d, resultGrad))
      operandGrads[i] = d.fit(grad, cast<RankedTensorType>(op->getOperand(i).getType()));
  }
  return success();
}

LogicalResult orrery::field::verifyElementwise(Operation *op) {
  Type result = op->getResult(0).getType();
  llvm::SmallDenseSet<StringAttr> missing(namesOf(result).begin(), namesOf(result).end());
  for (Value operand : op->getOperands())
    for (StringAttr name : namesOf(operand)) {
      // C1
      if (axisOf(result, name) < 0)
        return op->emitOpError() << "has an operand along '" << name.getValue()
                                 << "', which its result " << result << " lacks";
      // C2
      if (sizeOf(result, name) != sizeOf(operand.getType(), name))
        return op->emitOpError() << "has '" << name.getValue()
                                 << "' = " << sizeOf(operand.getType(), name)
                                 << " in an operand and " << sizeOf(result, name)
                                 << " in its result";
      missing.erase(name);
    }
  if (!missing.empty()) {
    for (StringAttr name : namesOf(result))
      if (missing.contains(name))
        return op->emitOpError() << "has a result along '" << name.getValue()
                                 << "', which no operand has";
  }
  // C3
  auto element = [](Value value) {
    return cast<RankedTensorType>(value.getType()).getElementType();
  };
  bool boolean = isa<CompareOp>(op), any = isa<CastOp>(op);
  for (auto [i, operand] : llvm::enumerate(op->getOperands()))
    if (!any && !(i == 0 && isa<SelectOp>(op)) &&
        element(operand) != (boolean ? element(op->getOperand(0)) : element(op->getResult(0))))
      return op->emitOpError() << "mixes element types " << element(operand) << " and "
                               << (boolean ? element(op->getOperand(0))
                                           : element(op->getResult(0)));
  return success();
}
