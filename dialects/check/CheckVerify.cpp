// What must hold of each check. Labels (C1, C2, ...) are those of the descriptions in CheckOps.td.

#include "dialects/check/Check.h"

#include "dialects/field/FieldAxes.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace orrery;
using namespace orrery::check;

LogicalResult ExpectCloseOp::verify() {
  // C1
  if (failed(field::Axes(*this, getActual().getType())
                 .mustBe(getExpected().getType(), "expected array")) ||
      failed(field::sameElement(*this, getActual().getType(), getExpected().getType())))
    return failure();
  // C2
  double rtol = getRtol().convertToDouble(), atol = getAtol().convertToDouble();
  if (!(rtol >= 0 && atol >= 0))
    return emitOpError() << "has tolerances rtol " << rtol << " and atol " << atol
                         << "; neither may be negative";
  return success();
}

LogicalResult ExpectFiniteOp::verify() {
  // C1
  Type element = cast<RankedTensorType>(getValue().getType()).getElementType();
  if (!isa<FloatType>(element))
    return emitOpError() << "checks elements of type " << element
                         << "; only floating-point numbers can be not finite";
  return success();
}

LogicalResult ExpectGradientOp::verify() {
  // C2
  if (getOrder() != 1 && getOrder() != 2)
    return emitOpError() << "checks order " << getOrder() << "; it can be 1 or 2";
  double step = getStep().convertToDouble(), rtol = getRtol().convertToDouble();
  if (!(step > 0 && rtol > 0))
    return emitOpError() << "has step " << step << " and rtol " << rtol << "; both are positive";
  if (static_cast<int64_t>(getDirections()) < 1)
    return emitOpError() << "checks along " << static_cast<int64_t>(getDirections())
                         << " directions; it needs one";
  return success();
}

LogicalResult ExpectGradientOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // C1
  auto callee = symbols.lookupNearestSymbolFrom<FunctionOpInterface>(*this, getCalleeAttr());
  if (!callee)
    return emitOpError() << "checks @" << getCallee() << ", which is no function of this module";
  if (callee.getArgumentTypes() != ArrayRef<Type>(SmallVector<Type>(getArgs().getTypes()))) {
    InFlightDiagnostic error = emitOpError()
                               << "passes other values to @" << getCallee() << " than it takes";
    error.attachNote(callee.getLoc()) << "the function is defined here";
    return error;
  }
  // C3
  auto isFloat = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && isa<FloatType>(tensor.getElementType());
  };
  if (!llvm::any_of(getArgs().getTypes(), isFloat))
    return emitOpError() << "checks the gradient of @" << getCallee()
                         << ", which takes nothing floating-point";
  if (!llvm::any_of(callee.getResultTypes(), isFloat))
    return emitOpError() << "checks the gradient of @" << getCallee()
                         << ", which returns nothing floating-point";
  return success();
}
