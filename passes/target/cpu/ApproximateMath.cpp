// Makes polynomials of transcendental functions in f32.

#include "passes/target/cpu/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_APPROXIMATEMATH
#include "passes/target/cpu/Passes.h.inc"
} // namespace orrery

namespace {
struct ApproximateMath : orrery::impl::ApproximateMathBase<ApproximateMath> {
  void runOnOperation() override {
    static constexpr StringRef exact[] = {"math.exp",   "math.log",  "math.log1p",
                                          "math.expm1", "math.tanh", "math.erf"};
    RewritePatternSet patterns(&getContext());
    populateMathPolynomialApproximationPatterns(
        patterns, [](StringRef name) { return llvm::is_contained(exact, name); });
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
