// Checks what every kernel computes for NaN and infinity.

#include "passes/check/Passes.h"

#include "passes/group/Outline.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_TRAPNONFINITE
#include "passes/check/Passes.h.inc"
} // namespace orrery

// "sub, mul, reduce": a kernel's operations as the source has them, each once.
static std::string operationsOf(func::FuncOp kernel) {
  SmallVector<StringRef> names;
  for (Operation &op : kernel.getBody().front().without_terminator()) {
    StringRef name = op.getName().stripDialect();
    if (!op.hasTrait<OpTrait::ConstantLike>() && !isView(&op) && !llvm::is_contained(names, name))
      names.push_back(name);
  }
  return llvm::join(names, ", ");
}

namespace {
struct TrapNonFinite : orrery::impl::TrapNonFiniteBase<TrapNonFinite> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    getOperation().walk([&](func::CallOp call) {
      auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
      if (!kernel || !isKernel(kernel) || kernel.isExternal())
        return;
      OpBuilder builder(call);
      builder.setInsertionPointAfter(call);
      for (Value result : call.getResults()) {
        auto type = dyn_cast<RankedTensorType>(result.getType());
        if (type && isa<FloatType>(type.getElementType()))
          check::ExpectFiniteOp::create(builder, call.getLoc(), result, operationsOf(kernel));
      }
    });
  }
};
} // namespace
