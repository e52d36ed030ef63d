// What must hold of each train operation, and what it costs. Labels (C1, C2, ...) are those of the
// descriptions in TrainOps.td.

#include "dialects/train/Train.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace orrery;
using namespace orrery::train;

static bool isFloat(Type type) {
  return isa<FloatType>(cast<RankedTensorType>(type).getElementType());
}

static LogicalResult mustBeScalar(Operation *op, Value value, StringRef what) {
  if (!field::namesOf(value).empty())
    return op->emitOpError() << "needs a scalar as " << what << ", not " << value.getType();
  return success();
}

//===-- gradient
//-------------------------------------------------------------------------------===//

// C1
static FailureOr<FunctionOpInterface> calleeOf(GradientOp op, SymbolTableCollection &symbols) {
  auto callee = symbols.lookupNearestSymbolFrom<FunctionOpInterface>(op, op.getCalleeAttr());
  if (!callee)
    return op.emitOpError() << "asks for the gradient of @" << op.getCallee()
                            << ", which is no function of this module";
  ArrayRef<Type> wanted = callee.getArgumentTypes();
  if (wanted.size() != op.getArgs().size()) {
    InFlightDiagnostic error = op.emitOpError()
                               << "passes " << op.getArgs().size() << " values to @"
                               << op.getCallee() << ", which takes " << wanted.size();
    error.attachNote(callee.getLoc()) << "the function is defined here";
    return error;
  }
  for (auto [i, want, given] : llvm::enumerate(wanted, op.getArgs().getTypes()))
    if (want != given) {
      InFlightDiagnostic error = op.emitOpError()
                                 << "passes " << given << " as argument " << i << " of @"
                                 << op.getCallee() << ", which takes " << want;
      error.attachNote(callee.getLoc()) << "the function is defined here";
      return error;
    }
  return callee;
}

LogicalResult GradientOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // C1
  FailureOr<FunctionOpInterface> callee = calleeOf(*this, symbols);
  if (failed(callee))
    return failure();
  // C2
  int64_t last = -1;
  for (int64_t i : getWrt()) {
    if (i <= last || i >= static_cast<int64_t>(getArgs().size()))
      return emitOpError() << "lists operand " << i
                           << " in wrt; the list ascends and counts from 0 to "
                           << static_cast<int64_t>(getArgs().size()) - 1;
    last = i;
  }
  // C3
  SmallVector<Type> wanted(callee->getResultTypes());
  for (int64_t i : getWrt())
    wanted.push_back(getArgs()[i].getType());
  if (wanted.size() != getNumResults())
    return emitOpError() << "has " << getNumResults() << " results; @" << getCallee()
                         << " and wrt make " << wanted.size();
  for (auto [i, want, given] : llvm::enumerate(wanted, getResultTypes()))
    if (want != given)
      return emitOpError() << "has " << given << " as result " << i << ", where " << want
                           << " belongs";
  // C4
  if (callee->getResultTypes().empty() || !isFloat(callee->getResultTypes().front()))
    return emitOpError() << "asks for the gradient of @" << getCallee()
                         << ", whose first result is not floating-point";
  for (int64_t i : getWrt())
    if (!isFloat(getArgs()[i].getType()))
      return emitOpError() << "asks for a gradient with respect to operand " << i << " of type "
                           << getArgs()[i].getType() << ", which is not floating-point";
  return success();
}

//===-- random
//---------------------------------------------------------------------------------===//

LogicalResult FoldKeyOp::verify() {
  // C1
  for (Value value : getOperands())
    if (failed(mustBeScalar(*this, value, "key or number")))
      return failure();
  return success();
}

LogicalResult RandomOp::verify() {
  // C1
  if (Value samples = getSamples()) {
    ArrayRef<StringAttr> names = field::namesOf(samples);
    if (names.size() != 1)
      return emitOpError() << "has samples of " << names.size() << " dims; one is needed";
    StringAttr name = names.front();
    int64_t size = field::sizeOf(samples.getType(), name);
    if (field::axisOf(getResult().getType(), name) < 0)
      return emitOpError() << "has samples along '" << name.getValue()
                           << "', which its result lacks";
    if (int64_t other = field::sizeOf(getResult().getType(), name); other != size)
      return emitOpError() << "has '" << name.getValue() << "' = " << size << " in its samples and "
                           << other << " in its result";
  }
  // C2
  if (getP().has_value() != (getDistribution() == Distribution::Bernoulli))
    return emitOpError() << (getP() ? "has" : "has no")
                         << " p; it is given for bernoulli only, and always";
  if (getP())
    if (double p = getP()->convertToDouble(); !(p >= 0 && p <= 1))
      return emitOpError() << "has p = " << p << ", which is no probability";
  // C3
  return mustBeScalar(*this, getKey(), "key");
}

//===-- adamw
//----------------------------------------------------------------------------------===//

LogicalResult AdamWOp::verify() {
  // C1
  Type type = getWeight().getType();
  for (Value value : {getGradient(), getMoment1(), getMoment2(), getNewWeight(), getNewMoment1(),
                      getNewMoment2()})
    if (value.getType() != type)
      return emitOpError() << "mixes " << type << " and " << value.getType()
                           << "; weight, gradient and moments have one type";
  // C2
  if (failed(mustBeScalar(*this, getLr(), "lr")) || failed(mustBeScalar(*this, getStep(), "step")))
    return failure();
  Type element = cast<RankedTensorType>(type).getElementType();
  if (Type lr = getLr().getType().getElementType(); lr != element)
    return emitOpError() << "has an lr of type " << lr << " for weights of type " << element;
  return success();
}

//===-- Cost
//-----------------------------------------------------------------------------------===//

// Ten rounds of Philox, integer work, are counted for what they take beside floating-point work:
// ten.
int64_t FoldKeyOp::flops() { return 10; }
int64_t RandomOp::flops() { return 10 * field::elementsOf(getResult().getType()); }
int64_t AdamWOp::flops() { return 14 * field::elementsOf(getWeight().getType()); }
