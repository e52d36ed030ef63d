// Tells the runtime, while a gradient is still being computed, which parts of it are final.

#include "passes/shard/Passes.h"

#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"

#include <map>

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_ANNOUNCEGRADIENTS
#include "passes/shard/Passes.h.inc"
} // namespace orrery

namespace {

constexpr llvm::StringLiteral bucketsAttr = "orrery.buckets", ready = "orrery_gradient_ready";

struct AnnounceGradients : orrery::impl::AnnounceGradientsBase<AnnounceGradients> {
  void runOnOperation() override {
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      auto buckets = function->getAttrOfType<DenseI64ArrayAttr>(bucketsAttr);
      if (buckets && !function.isExternal() && !function->hasAttr("orrery.takes_context") &&
          failed(announce(function, buckets.asArrayRef())))
        return signalPassFailure();
    }
  }

  // The last operation of the body that touches a buffer, null if none does.
  static Operation *lastUse(func::FuncOp function, Value buffer,
                            const BufferViewFlowAnalysis &flow) {
    Operation *last = nullptr;
    for (Value alias : flow.resolve(buffer))
      for (Operation *user : alias.getUsers()) {
        Operation *here = function.front().findAncestorOpInBlock(*user);
        if (!last || last->isBeforeInBlock(here))
          last = here;
      }
    return last;
  }

  LogicalResult announce(func::FuncOp function, ArrayRef<int64_t> buckets) {
    auto inputs = function->getAttrOfType<ArrayAttr>("orrery.inputs"),
         outputs = function->getAttrOfType<ArrayAttr>("orrery.outputs");
    if (!inputs || !outputs || outputs.size() != buckets.size())
      return function.emitError() << "has no buffers yet, or '" << bucketsAttr
                                  << "' does not name a bucket for each result";
    BufferViewFlowAnalysis flow(function);
    std::map<int64_t, Operation *> last; // by bucket
    for (auto [i, bucket] : llvm::enumerate(buckets)) {
      if (bucket < 0)
        continue;
      Operation *use = lastUse(function, function.getArgument(inputs.size() + i), flow);
      auto [it, isNew] = last.try_emplace(bucket, use);
      if (use && (!it->second || it->second->isBeforeInBlock(use)))
        it->second = use;
    }
    OpBuilder builder(function.getContext());
    Type pointer = LLVM::LLVMPointerType::get(&getContext());
    declare(builder, pointer);
    if (failed(function.insertArgument(function.getNumArguments(), pointer, {}, function.getLoc())))
      return failure();
    function->setAttr("orrery.takes_context", builder.getUnitAttr());
    // Later buckets first: those that become final at one place are then announced in order.
    for (auto [bucket, use] : llvm::reverse(last)) {
      if (use && !use->hasTrait<OpTrait::IsTerminator>())
        builder.setInsertionPointAfter(use);
      else if (use)
        builder.setInsertionPoint(use);
      else
        builder.setInsertionPointToStart(&function.front());
      Value number = arith::ConstantIntOp::create(builder, function.getLoc(), bucket, 64);
      func::CallOp::create(builder, function.getLoc(), ready, TypeRange(),
                           ValueRange{function.getArguments().back(), number});
    }
    return success();
  }

  void declare(OpBuilder &builder, Type pointer) {
    if (getOperation().lookupSymbol(ready))
      return;
    builder.setInsertionPointToStart(getOperation().getBody());
    func::FuncOp::create(builder, getOperation().getLoc(), ready,
                         builder.getFunctionType({pointer, builder.getI64Type()}, {}))
        .setPrivate();
  }
};
} // namespace
