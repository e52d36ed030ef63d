// Scalar arithmetic of the elementwise operations that upstream has no single operation for.

#include "dialects/field/FieldScalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace orrery::field {

Value scalarConstant(OpBuilder &b, Location loc, Type type, double value) {
  Type element = getElementTypeOrSelf(type);
  TypedAttr attr = b.getFloatAttr(element, value);
  if (auto vector = dyn_cast<VectorType>(type))
    attr = DenseElementsAttr::get(vector, attr);
  return arith::ConstantOp::create(b, loc, attr);
}

// NaN stays NaN: it compares false both ways, so the last choice returns x itself (0, -0 or NaN).
Value scalarSign(OpBuilder &b, Location loc, Value a) {
  Value zero = scalarConstant(b, loc, a.getType(), 0.0);
  Value plus = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, a, zero);
  Value minus = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, a, zero);
  Value negative =
      arith::SelectOp::create(b, loc, minus, scalarConstant(b, loc, a.getType(), -1.0), a);
  return arith::SelectOp::create(b, loc, plus, scalarConstant(b, loc, a.getType(), 1.0), negative);
}

// A true division and root: the hardware's estimate has 14 bits.
Value scalarRsqrt(OpBuilder &b, Location loc, Value a) {
  Value root = math::SqrtOp::create(b, loc, a);
  return arith::DivFOp::create(b, loc, scalarConstant(b, loc, a.getType(), 1.0), root);
}

Value scalarSigmoid(OpBuilder &b, Location loc, Value a) {
  Value one = scalarConstant(b, loc, a.getType(), 1.0);
  Value decay = math::ExpOp::create(b, loc, arith::NegFOp::create(b, loc, a));
  return arith::DivFOp::create(b, loc, one, arith::AddFOp::create(b, loc, one, decay));
}

Value scalarRelu(OpBuilder &b, Location loc, Value a) {
  return arith::MaximumFOp::create(b, loc, a, scalarConstant(b, loc, a.getType(), 0.0));
}

Value scalarGelu(OpBuilder &b, Location loc, Value a) {
  auto real = [&](double value) { return scalarConstant(b, loc, a.getType(), value); };
  Value erf =
      math::ErfOp::create(b, loc, arith::MulFOp::create(b, loc, a, real(0.70710678118654752)));
  Value half = arith::MulFOp::create(b, loc, a, real(0.5));
  return arith::MulFOp::create(b, loc, half, arith::AddFOp::create(b, loc, real(1.0), erf));
}

Value scalarSilu(OpBuilder &b, Location loc, Value a) {
  return arith::MulFOp::create(b, loc, a, scalarSigmoid(b, loc, a));
}

Value scalarElu(OpBuilder &b, Location loc, Value a) {
  Value zero = scalarConstant(b, loc, a.getType(), 0.0);
  Value positive = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, a, zero);
  return arith::SelectOp::create(b, loc, positive, a, math::ExpM1Op::create(b, loc, a));
}

Value scalarCompare(OpBuilder &b, Location loc, Predicate predicate, Value lhs, Value rhs) {
  static constexpr arith::CmpFPredicate table[] = {
      arith::CmpFPredicate::OEQ, arith::CmpFPredicate::UNE, arith::CmpFPredicate::OLT,
      arith::CmpFPredicate::OLE, arith::CmpFPredicate::OGT, arith::CmpFPredicate::OGE};
  return arith::CmpFOp::create(b, loc, table[static_cast<unsigned>(predicate)], lhs, rhs);
}

Value scalarNot(OpBuilder &b, Location loc, Value a) {
  TypedAttr one = b.getIntegerAttr(getElementTypeOrSelf(a.getType()), 1);
  if (auto vector = dyn_cast<VectorType>(a.getType()))
    one = DenseElementsAttr::get(vector, one);
  return arith::XOrIOp::create(b, loc, a, arith::ConstantOp::create(b, loc, one));
}

Value scalarCast(OpBuilder &b, Location loc, Value a, Type element) {
  Type from = getElementTypeOrSelf(a.getType());
  Type to = element;
  if (auto vector = dyn_cast<VectorType>(a.getType()))
    to = vector.clone(element);
  if (from == element)
    return a;
  if (isa<FloatType>(from) && isa<FloatType>(element)) {
    if (from.getIntOrFloatBitWidth() < element.getIntOrFloatBitWidth())
      return arith::ExtFOp::create(b, loc, to, a);
    Type wide = b.getF32Type();
    // No machine rounds f64 to 16 bits at once.
    if (from.isF64() && element.getIntOrFloatBitWidth() == 16)
      return scalarCast(b, loc, scalarCast(b, loc, a, wide), element);
    if (from.getIntOrFloatBitWidth() > element.getIntOrFloatBitWidth())
      return arith::TruncFOp::create(b, loc, to, a);
    // bf16 and f16 are as wide but neither holds the other.
    if (auto vector = dyn_cast<VectorType>(a.getType()))
      wide = vector.clone(wide);
    return arith::TruncFOp::create(b, loc, to, arith::ExtFOp::create(b, loc, wide, a));
  }
  if (isa<FloatType>(element))
    return from.isInteger(1) ? Value(arith::UIToFPOp::create(b, loc, to, a))
                             : Value(arith::SIToFPOp::create(b, loc, to, a));
  if (isa<FloatType>(from))
    return arith::FPToSIOp::create(b, loc, to, a);
  if (from.getIntOrFloatBitWidth() > element.getIntOrFloatBitWidth())
    return arith::TruncIOp::create(b, loc, to, a);
  return from.isInteger(1) ? Value(arith::ExtUIOp::create(b, loc, to, a))
                           : Value(arith::ExtSIOp::create(b, loc, to, a));
}

} // namespace orrery::field
