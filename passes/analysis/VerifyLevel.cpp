// Refuses a module in which something does not hold that its level promises.

#include "passes/analysis/Passes.h"

#include "dialects/check/Check.h"
#include "dialects/train/Train.h"
#include "passes/group/Outline.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace orrery {
#define GEN_PASS_DEF_VERIFYLEVEL
#include "passes/analysis/Passes.h.inc"
} // namespace orrery

namespace {

bool isNamed(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && isa_and_nonnull<orrery::field::DimsAttr>(tensor.getEncoding());
}

bool hasBuffers(func::FuncOp function) {
  return llvm::any_of(function.getArgumentTypes(), llvm::IsaPred<MemRefType>);
}

// Values with named dims, and nothing that decides how they are computed.
bool isLevelOne(Operation *op) {
  static constexpr StringRef dialects[] = {"builtin", "func",  "field", "attend",
                                           "graph",   "train", "check", "dist"};
  return llvm::is_contained(dialects, op->getName().getDialectNamespace());
}

// What a function that calls kernels may hold beside calls.
bool isDriverOp(Operation *op) {
  return isa<func::CallOp, func::ReturnOp, orrery::check::ExpectCloseOp,
             orrery::check::ExpectFiniteOp>(op) ||
         orrery::isView(op);
}

struct VerifyLevel : orrery::impl::VerifyLevelBase<VerifyLevel> {
  using VerifyLevelBase::VerifyLevelBase;

  void runOnOperation() override;

private:
  void model();
  void plan();
  void loops();
  void buffers();
  void llvm();

  // One error for each function is enough: what follows is often the same fault again.
  void inEachFunction(llvm::function_ref<void(func::FuncOp)> verify) {
    for (auto function : getOperation().getOps<func::FuncOp>())
      verify(function);
  }
  void inEachOp(func::FuncOp function, llvm::function_ref<bool(Operation *)> verify) {
    function.walk([&](Operation *op) {
      return op == function || verify(op) ? WalkResult::advance() : WalkResult::interrupt();
    });
  }
  bool refuse(Operation *op, const Twine &why) {
    op->emitError() << "does not hold at level " << level << ": " << why;
    signalPassFailure();
    return false;
  }
  bool verifyNamedTypes(Operation *op, TypeRange types) {
    for (Type type : types)
      if (!isNamed(type))
        return refuse(op, "every value is a tensor with a name for each axis");
    return true;
  }
};

} // namespace

void VerifyLevel::runOnOperation() {
  if (level.empty())
    if (auto known = getOperation()->getAttrOfType<StringAttr>("orrery.level"))
      level = known.getValue().str();
  if (level == "model")
    return model();
  if (level == "plan")
    return plan();
  if (level == "loops")
    return loops();
  if (level == "buffers")
    return buffers();
  if (level == "llvm")
    return llvm();
  getOperation().emitError() << "no level '" << level
                             << "'; there are model, plan, loops, buffers and llvm";
  signalPassFailure();
}

void VerifyLevel::model() {
  inEachFunction([&](func::FuncOp function) {
    if (orrery::isKernel(function)) {
      refuse(function, "what becomes one kernel is not decided yet");
      return;
    }
    if (!verifyNamedTypes(function, function.getArgumentTypes()))
      return;
    inEachOp(function, [&](Operation *op) {
      if (!isLevelOne(op))
        return refuse(op, "it cannot be differentiated, or is made for one target");
      return verifyNamedTypes(op, op->getResultTypes());
    });
  });
}

void VerifyLevel::plan() {
  inEachFunction([&](func::FuncOp function) {
    bool kernel = orrery::isKernel(function);
    if (kernel && !function.isPrivate()) {
      refuse(function, "a kernel is private");
      return;
    }
    if (!verifyNamedTypes(function, function.getArgumentTypes()))
      return;
    inEachOp(function, [&](Operation *op) {
      if (isa<orrery::train::GradientOp, orrery::check::ExpectGradientOp>(op))
        return refuse(op, "gradients have been expanded");
      if (!isLevelOne(op))
        return refuse(op, "kernels have no loops yet");
      if (kernel && isa<func::CallOp>(op))
        return refuse(op, "a kernel calls nothing");
      if (!kernel && !isDriverOp(op))
        return refuse(op, "outside kernels there are only calls, views and checks");
      return verifyNamedTypes(op, op->getResultTypes());
    });
  });
}

void VerifyLevel::loops() {
  inEachFunction([&](func::FuncOp function) {
    bool kernel = orrery::isKernel(function);
    if (kernel && function.getNumResults() != 0) {
      refuse(function, "a kernel writes its results to buffers that it is given");
      return;
    }
    inEachOp(function, [&](Operation *op) {
      if (kernel && isLevelOne(op) && !isa<func::CallOp, func::ReturnOp, ModuleOp>(op) &&
          op->getName().getDialectNamespace() != "builtin")
        return refuse(op, "kernels are loops on buffers, without dim names");
      if (!kernel && !hasBuffers(function) && !isDriverOp(op) &&
          !isa<UnrealizedConversionCastOp, memref::AllocOp, memref::CastOp, arith::ConstantOp>(op))
        return refuse(op, "outside kernels there are only calls, views, checks, sizes, and "
                          "buffers for what calls return");
      return true;
    });
  });
}

void VerifyLevel::buffers() {
  inEachFunction([&](func::FuncOp function) {
    inEachOp(function, [&](Operation *op) {
      auto isTensor = [](Type type) { return isa<TensorType>(type); };
      if (llvm::any_of(op->getOperandTypes(), isTensor) ||
          llvm::any_of(op->getResultTypes(), isTensor))
        return refuse(op, "every array is a buffer");
      if (isa<memref::AllocOp, memref::ReallocOp, memref::DeallocOp>(op))
        return refuse(op, "every buffer has its place in the arena");
      return true;
    });
  });
}

// Parallel regions are translated to LLVM's IR beside the rest.
void VerifyLevel::llvm() {
  getOperation().walk([&](Operation *op) {
    StringRef dialect = op->getName().getDialectNamespace();
    bool fits = op == getOperation() || dialect == "llvm" || dialect == "omp" ||
                refuse(op, "all of it is in the llvm dialect");
    return fits ? WalkResult::advance() : WalkResult::interrupt();
  });
}
