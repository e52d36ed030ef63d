// Makes integer and f32 arithmetic of operations on bf16.

#include "passes/target/cpu/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/X86Vector/X86VectorDialect.h"

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_EXPANDBF16
#include "passes/target/cpu/Passes.h.inc"
} // namespace orrery

// A bf16 is the upper half of an f32: the first of each pair is shifted up, the second stays.
static Value elementOfPairs(OpBuilder &b, Location loc, Value pairs, bool second) {
  int64_t count = cast<VectorType>(pairs.getType()).getNumElements() / 2;
  auto words = VectorType::get({count}, b.getI32Type());
  auto all = [&](uint32_t word) -> Value {
    auto number = b.getIntegerAttr(b.getI32Type(), static_cast<int32_t>(word));
    return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(words, Attribute(number)));
  };
  Value bits = vector::BitCastOp::create(b, loc, words, pairs);
  Value upper = second ? Value(arith::AndIOp::create(b, loc, bits, all(0xffff0000u)))
                       : Value(arith::ShLIOp::create(b, loc, bits, all(16)));
  return vector::BitCastOp::create(b, loc, VectorType::get({count}, b.getF32Type()), upper);
}

// `element`, in a vector of the shape of `like` if that is one.
static Type shaped(Type like, Type element) {
  auto vector = dyn_cast<VectorType>(like);
  return vector ? Type(vector.clone(element)) : element;
}

// To the nearest, of two as near to the even one; NaN stays NaN. The choice between them is made of
// whole words: LLVM would make a choice between numbers of bf16 of anything narrower, and has no
// instructions for that.
static Value rounded(OpBuilder &b, Location loc, Value x) {
  Type words = shaped(x.getType(), b.getI32Type());
  auto all = [&](int64_t word) -> Value {
    TypedAttr number = b.getI32IntegerAttr(word);
    if (auto vector = dyn_cast<VectorType>(words))
      number = DenseElementsAttr::get(vector, Attribute(number));
    return arith::ConstantOp::create(b, loc, number);
  };
  Value bits = arith::BitcastOp::create(b, loc, words, x);
  Value odd = arith::AndIOp::create(b, loc, arith::ShRUIOp::create(b, loc, bits, all(16)), all(1));
  Value near = arith::AddIOp::create(b, loc, arith::AddIOp::create(b, loc, bits, all(0x7fff)), odd);
  Value isNan = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, x, x);
  Value word = arith::SelectOp::create(b, loc, isNan,
                                       arith::OrIOp::create(b, loc, bits, all(0x400000)), near);
  Value half = arith::TruncIOp::create(b, loc, shaped(words, b.getI16Type()),
                                       arith::ShRUIOp::create(b, loc, word, all(16)));
  return arith::BitcastOp::create(b, loc, shaped(words, b.getBF16Type()), half);
}

static Value widened(OpBuilder &b, Location loc, Value x, Type to) {
  Type words = shaped(x.getType(), b.getI32Type());
  TypedAttr sixteen = b.getI32IntegerAttr(16);
  if (auto vector = dyn_cast<VectorType>(words))
    sixteen = DenseElementsAttr::get(vector, Attribute(sixteen));
  Value half = arith::BitcastOp::create(b, loc, shaped(words, b.getI16Type()), x);
  Value word = arith::ShLIOp::create(b, loc, arith::ExtUIOp::create(b, loc, words, half),
                                     arith::ConstantOp::create(b, loc, sixteen));
  Value wide = arith::BitcastOp::create(b, loc, shaped(words, b.getF32Type()), word);
  return wide.getType() == to ? wide : Value(arith::ExtFOp::create(b, loc, to, wide));
}

namespace {
struct ExpandBF16 : orrery::impl::ExpandBF16Base<ExpandBF16> {
  void runOnOperation() override {
    auto replace = [](Operation *op, Value value) {
      op->replaceAllUsesWith(ValueRange{value});
      op->erase();
    };
    getOperation().walk([&](Operation *op) {
      OpBuilder b(op);
      Location loc = op->getLoc();
      if (auto dot = dyn_cast<x86vector::DotBF16Op>(op)) {
        Value sum = dot.getSrc();
        for (bool second : {false, true})
          sum = vector::FMAOp::create(b, loc, elementOfPairs(b, loc, dot.getA(), second),
                                      elementOfPairs(b, loc, dot.getB(), second), sum);
        replace(op, sum);
      } else if (auto cast = dyn_cast<arith::TruncFOp>(op);
                 cast && getElementTypeOrSelf(cast.getType()).isBF16() &&
                 getElementTypeOrSelf(cast.getIn().getType()).isF32()) {
        replace(op, rounded(b, loc, cast.getIn()));
      } else if (auto cast = dyn_cast<arith::ExtFOp>(op);
                 cast && getElementTypeOrSelf(cast.getIn().getType()).isBF16()) {
        replace(op, widened(b, loc, cast.getIn(), cast.getType()));
      }
    });
  }
};
} // namespace
