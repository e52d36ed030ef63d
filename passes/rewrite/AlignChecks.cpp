// Gives both arrays of a comparison the same order of axes.

#include "passes/rewrite/Passes.h"

#include "dialects/check/Check.h"

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_ALIGNCHECKS
#include "passes/rewrite/Passes.h.inc"
} // namespace orrery

namespace {
struct AlignChecks : orrery::impl::AlignChecksBase<AlignChecks> {
  void runOnOperation() override {
    getOperation().walk([](orrery::check::ExpectCloseOp check) {
      Type type = check.getActual().getType();
      if (check.getExpected().getType() == type)
        return;
      OpBuilder builder(check);
      check.getExpectedMutable().assign(
          orrery::field::BroadcastOp::create(builder, check.getLoc(), type, check.getExpected()));
    });
  }
};
} // namespace
