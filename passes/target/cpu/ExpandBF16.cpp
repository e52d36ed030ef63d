// Makes integer and f32 arithmetic of operations on bf16.

#include "passes/target/cpu/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/X86Vector/X86VectorDialect.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

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

namespace {
struct ExpandBF16 : orrery::impl::ExpandBF16Base<ExpandBF16> {
  void runOnOperation() override {
    getOperation().walk([](x86vector::DotBF16Op dot) {
      OpBuilder b(dot);
      Value sum = dot.getSrc();
      for (bool second : {false, true})
        sum = vector::FMAOp::create(b, dot.getLoc(),
                                    elementOfPairs(b, dot.getLoc(), dot.getA(), second),
                                    elementOfPairs(b, dot.getLoc(), dot.getB(), second), sum);
      dot.replaceAllUsesWith(sum);
      dot.erase();
    });
    RewritePatternSet casts(&getContext());
    arith::populateExpandBFloat16Patterns(casts);
    if (failed(applyPatternsGreedily(getOperation(), std::move(casts))))
      signalPassFailure();
  }
};
} // namespace
