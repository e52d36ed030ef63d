// Puts the drivers that a driver calls into it, so that it is one list of kernels.

#include "passes/group/Outline.h"
#include "passes/shard/Passes.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_INLINEDRIVERS
#include "passes/shard/Passes.h.inc"
} // namespace orrery

namespace {
struct InlineDrivers : orrery::impl::InlineDriversBase<InlineDrivers> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal() && function->hasAttr("orrery.buckets"))
        inlineInto(function, symbols);
  }

  void inlineInto(func::FuncOp function, SymbolTable &symbols) {
    Block &body = function.front();
    for (Operation *op = &body.front(); op;) {
      auto call = dyn_cast<func::CallOp>(op);
      auto callee = call ? symbols.lookup<func::FuncOp>(call.getCallee()) : nullptr;
      if (!callee || callee.isExternal() || isKernel(callee)) {
        op = op->getNextNode();
        continue;
      }
      // What comes in is looked at again: it may call drivers itself.
      Operation *before = op->getPrevNode();
      inlineCall(call, callee);
      op = before ? before->getNextNode() : &body.front();
    }
  }

  static void inlineCall(func::CallOp call, func::FuncOp callee) {
    IRMapping map;
    map.map(callee.getArguments(), call.getOperands());
    OpBuilder builder(call);
    for (Operation &op : callee.front().without_terminator())
      builder.clone(op, map);
    for (auto [result, value] :
         llvm::zip(call.getResults(), callee.front().getTerminator()->getOperands()))
      result.replaceAllUsesWith(map.lookupOrDefault(value));
    call.erase();
  }
};
} // namespace
