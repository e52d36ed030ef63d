// Writes down what a function costs.

#include "passes/analysis/Passes.h"

#include "dialects/interfaces/Interfaces.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_COUNTCOST
#include "passes/analysis/Passes.h.inc"
} // namespace orrery

namespace {

struct Cost {
  double flops = 0, bytes = 0;
};

struct CountCost : orrery::impl::CountCostBase<CountCost> {
  DenseMap<StringAttr, Cost> known;

  void runOnOperation() override {
    known.clear();
    Builder builder(&getContext());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isExternal())
        continue;
      Cost cost = costOf(function);
      function->setAttr("orrery.flops", builder.getF64FloatAttr(cost.flops));
      function->setAttr("orrery.bytes", builder.getF64FloatAttr(cost.bytes));
    }
  }

  Cost costOf(func::FuncOp function) {
    auto [at, isNew] = known.try_emplace(function.getNameAttr());
    if (!isNew)
      return at->second;
    Cost cost;
    // A kernel reads its arguments and writes its results once; what passes between its operations
    // stays near.
    if (function->hasAttr("orrery.kernel"))
      for (Type type :
           llvm::concat<const Type>(function.getArgumentTypes(), function.getResultTypes()))
        if (auto array = dyn_cast<ShapedType>(type); array && array.hasStaticShape())
          cost.bytes += static_cast<double>(array.getNumElements()) *
                        ((array.getElementTypeBitWidth() + 7) / 8);
    function.walk([&](Operation *op) {
      if (auto priced = dyn_cast<orrery::CostOp>(op))
        cost.flops += static_cast<double>(priced.flops());
      if (auto call = dyn_cast<func::CallOp>(op))
        if (auto callee = getOperation().lookupSymbol<func::FuncOp>(call.getCallee());
            callee && !callee.isExternal()) {
          Cost inner = costOf(callee);
          cost.flops += inner.flops;
          cost.bytes += inner.bytes;
        }
    });
    return known[function.getNameAttr()] = cost;
  }
};
} // namespace
