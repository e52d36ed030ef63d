// Tells LLVM what the arena plan guarantees of a kernel's buffers.

#include "passes/target/cpu/Passes.h"

#include "passes/group/Outline.h"
#include "passes/memory/Placement.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_ANNOTATEKERNELS
#include "passes/target/cpu/Passes.h.inc"
} // namespace orrery

namespace {
struct AnnotateKernels : orrery::impl::AnnotateKernelsBase<AnnotateKernels> {
  void runOnOperation() override {
    func::FuncOp kernel = getOperation();
    if (!orrery::isKernel(kernel) || kernel.isExternal())
      return;
    Builder builder(&getContext());
    for (unsigned i = 0; i < kernel.getNumArguments(); ++i) {
      if (!isa<MemRefType>(kernel.getArgument(i).getType()))
        continue;
      kernel.setArgAttr(i, "llvm.noalias", builder.getUnitAttr());
      kernel.setArgAttr(i, "llvm.nonnull", builder.getUnitAttr());
      kernel.setArgAttr(i, "llvm.align", builder.getI64IntegerAttr(orrery::bufferAlignment));
    }
  }
};
} // namespace
