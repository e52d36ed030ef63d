// Makes polynomials of transcendental functions in f32.

#include "passes/target/cpu/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_APPROXIMATEMATH
#include "passes/target/cpu/Passes.h.inc"
} // namespace orrery

namespace {

// Sine and cosine of numbers up to `largest`: what is left of a multiple of pi/2, in three parts
// whose products are exact enough, goes into the usual polynomials. The result is 1.6 ulp off at
// most (all f32 between 5e-4 and 8192 were tried).
class SineOrCosine {
public:
  SineOrCosine(OpBuilder &b, Location loc, Type type) : b(b), loc(loc), type(type) {}
  static constexpr double largest = 8192;

  Value operator()(Value x, bool cosine) {
    Value turns = math::RoundEvenOp::create(b, loc, mul(x, 0.636619772367581343));
    Value r = x;
    for (double part : {-1.57079637050628662109375, 4.37113882867379e-8, 1.71512451e-15})
      r = math::FmaOp::create(b, loc, turns, real(part), r);
    Type integer = b.getI32Type();
    if (auto vector = dyn_cast<VectorType>(type))
      integer = vector.clone(integer);
    Value quarter = arith::FPToSIOp::create(b, loc, integer, turns);
    if (cosine)
      quarter = arith::AddIOp::create(b, loc, quarter, whole(integer, 1));
    Value square = arith::MulFOp::create(b, loc, r, r);
    Value sine = polynomial(square, {-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1});
    sine = math::FmaOp::create(b, loc, arith::MulFOp::create(b, loc, sine, square), r, r);
    Value cos = polynomial(
        square, {2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2, -0.5, 1.0});
    Value y = arith::SelectOp::create(b, loc, isSet(quarter, 1), cos, sine);
    return arith::SelectOp::create(b, loc, isSet(quarter, 2), arith::NegFOp::create(b, loc, y), y);
  }

  // Whether all numbers are small enough, and none is NaN.
  Value isSmall(Value x) {
    Value small = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLE,
                                        math::AbsFOp::create(b, loc, x), real(largest));
    return isa<VectorType>(type)
               ? Value(vector::ReductionOp::create(b, loc, vector::CombiningKind::AND, small))
               : small;
  }

private:
  OpBuilder &b;
  Location loc;
  Type type;

  Value real(double value) {
    Attribute number = b.getF32FloatAttr(value);
    if (auto vector = dyn_cast<VectorType>(type))
      number = DenseElementsAttr::get(vector, number);
    return arith::ConstantOp::create(b, loc, cast<TypedAttr>(number));
  }
  Value whole(Type integer, int32_t value) {
    Attribute number = b.getI32IntegerAttr(value);
    if (auto vector = dyn_cast<VectorType>(integer))
      number = DenseElementsAttr::get(vector, number);
    return arith::ConstantOp::create(b, loc, cast<TypedAttr>(number));
  }
  Value mul(Value x, double y) { return arith::MulFOp::create(b, loc, x, real(y)); }
  Value isSet(Value integer, int32_t bit) {
    Value mask = whole(integer.getType(), bit);
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq,
                                 arith::AndIOp::create(b, loc, integer, mask), mask);
  }
  Value polynomial(Value x, ArrayRef<double> coefficients) {
    Value sum = real(coefficients.front());
    for (double coefficient : coefficients.drop_front())
      sum = math::FmaOp::create(b, loc, sum, x, real(coefficient));
    return sum;
  }
};

// The C library takes what is too large for the polynomials.
void approximateWave(Operation *op) {
  OpBuilder b(op);
  Type type = op->getResult(0).getType();
  SineOrCosine wave(b, op->getLoc(), type);
  auto choose = scf::IfOp::create(b, op->getLoc(), type, wave.isSmall(op->getOperand(0)),
                                  /*withElse=*/true);
  b.setInsertionPointToStart(choose.thenBlock());
  Value near = wave(op->getOperand(0), isa<math::CosOp>(op));
  scf::YieldOp::create(b, op->getLoc(), near);
  b.setInsertionPointToStart(choose.elseBlock());
  scf::YieldOp::create(b, op->getLoc(), b.clone(*op)->getResults());
  op->replaceAllUsesWith(choose);
  op->erase();
}

struct ApproximateMath : orrery::impl::ApproximateMathBase<ApproximateMath> {
  void runOnOperation() override {
    static constexpr StringRef exact[] = {"math.exp",   "math.log",  "math.log1p",
                                          "math.expm1", "math.tanh", "math.erf"};
    RewritePatternSet patterns(&getContext());
    populateMathPolynomialApproximationPatterns(
        patterns, [](StringRef name) { return llvm::is_contained(exact, name); });
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    SmallVector<Operation *> waves;
    getOperation().walk([&](Operation *op) {
      if (isa<math::SinOp, math::CosOp>(op) && getElementTypeOrSelf(op->getResult(0)).isF32())
        waves.push_back(op);
    });
    llvm::for_each(waves, approximateWave);
  }
};
} // namespace
