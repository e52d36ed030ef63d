// Makes the linalg operations of a kernel loops, the outer ones parallel.

#include "passes/target/cpu/Passes.h"

#include "passes/group/Outline.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_SHAREOUTLOOPS
#include "passes/target/cpu/Passes.h.inc"
} // namespace orrery

namespace {

// Fewer turns keep workers waiting; less work is done before they have started.
constexpr int64_t enoughTurns = 64, enoughWork = 16384;

// How many outer loops are shared out: all of them parallel, and never the innermost.
unsigned sharedLoops(linalg::LinalgOp op) {
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  SmallVector<utils::IteratorType> kinds = op.getIteratorTypesArray();
  auto orMany = [](int64_t size) { return ShapedType::isDynamic(size) ? enoughWork : size; };
  int64_t work = 1, turns = 1;
  for (int64_t size : sizes)
    work = std::min(enoughWork, work * orMany(size));
  if (work < enoughWork)
    return 0;
  unsigned count = 0;
  while (count + 1 < sizes.size() && linalg::isParallelIterator(kinds[count]) &&
         turns < enoughTurns)
    turns *= orMany(sizes[count++]);
  return count;
}

void share(RewriterBase &rewriter, ArrayRef<Operation *> loops) {
  SmallVector<Value> from, to, steps;
  for (Operation *loop : loops) {
    auto ordered = cast<scf::ForOp>(loop);
    from.push_back(ordered.getLowerBound());
    to.push_back(ordered.getUpperBound());
    steps.push_back(ordered.getStep());
  }
  auto last = cast<scf::ForOp>(loops.back());
  rewriter.setInsertionPoint(loops.front());
  auto shared = scf::ParallelOp::create(rewriter, last.getLoc(), from, to, steps);
  for (auto [loop, index] : llvm::zip(loops, shared.getInductionVars()))
    rewriter.replaceAllUsesWith(cast<scf::ForOp>(loop).getInductionVar(), index);
  Block &body = *shared.getBody();
  body.getOperations().splice(body.getTerminator()->getIterator(), last.getBody()->getOperations(),
                              last.getBody()->begin(), std::prev(last.getBody()->end()));
  rewriter.eraseOp(loops.front());
}

struct ShareOutLoops : orrery::impl::ShareOutLoopsBase<ShareOutLoops> {
  void runOnOperation() override {
    if (!orrery::isKernel(getOperation()))
      return;
    IRRewriter rewriter(&getContext());
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    for (linalg::LinalgOp op : ops) {
      rewriter.setInsertionPoint(op);
      unsigned count = op->getParentOp() == getOperation() ? sharedLoops(op) : 0;
      FailureOr<linalg::LinalgLoops> loops = linalg::linalgOpToLoops(rewriter, op);
      if (failed(loops)) {
        op.emitOpError("cannot be made loops");
        return signalPassFailure();
      }
      rewriter.eraseOp(op);
      if (count > 0)
        share(rewriter, ArrayRef<Operation *>(*loops).take_front(count));
    }
  }
};
} // namespace
