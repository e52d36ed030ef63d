// The pipeline: which passes lead from each level to the next, and why in this order.

#include "passes/Pipeline.h"

#include "passes/Native.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace orrery;

static constexpr llvm::StringLiteral levelNames[] = {"model", "plan", "loops", "buffers", "llvm"};
static constexpr llvm::StringLiteral levelAttr = "orrery.level";

StringRef orrery::nameOf(Level level) { return levelNames[static_cast<unsigned>(level)]; }

std::optional<Level> orrery::levelNamed(StringRef name) {
  for (unsigned i = 0; i < std::size(levelNames); ++i)
    if (levelNames[i] == name)
      return static_cast<Level>(i);
  return std::nullopt;
}

Level orrery::levelOf(ModuleOp module) {
  if (auto name = module->getAttrOfType<StringAttr>(levelAttr))
    if (std::optional<Level> level = levelNamed(name.getValue()))
      return *level;
  if (!module.getOps<LLVM::LLVMFuncOp>().empty())
    return Level::LLVM;
  auto takesBuffers = [](func::FuncOp function) {
    return llvm::any_of(function.getArgumentTypes(),
                        [](Type type) { return isa<MemRefType>(type); });
  };
  Level level = Level::Model;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function->hasAttr("orrery.arena_bytes"))
      return Level::Buffers;
    if (function->hasAttr("orrery.kernel"))
      level = std::max(level, takesBuffers(function) ? Level::Loops : Level::Plan);
  }
  return level;
}

static LogicalResult add(OpPassManager &pm, StringRef passes) {
  return parsePassPipeline(passes, pm, llvm::errs());
}

// A pass of a phase that this build may have been made without.
static LogicalResult addIfBuilt(OpPassManager &pm, StringRef pass) {
  StringRef name =
      pass.consume_front("func.func(") ? pass.take_until([](char c) { return c == ')'; }) : pass;
  if (!PassInfo::lookup(name.take_until([](char c) { return c == '{'; })))
    return success();
  return name.size() == pass.size() ? add(pm, name) : add(pm, ("func.func(" + name + ")").str());
}

static std::string vectorOption(const PipelineOptions &options) {
  return "vector-bits=" + std::to_string(vectorUnitsOf(options.target).bits);
}

LogicalResult orrery::populateModelToPlan(OpPassManager &pm, const PipelineOptions &options) {
  // Checks before gradients, because they ask for some. Gradients before precision, so that the
  // derivative gets the same policy; grouping last, because a kernel is a choice.
  for (StringRef pass : {"expand-checks", "expand-gradients"})
    if (failed(addIfBuilt(pm, pass)))
      return failure();
  if (failed(add(pm, "symbol-dce,canonicalize,cse")))
    return failure();
  if (options.plain && failed(addIfBuilt(pm, "widen-to-f64")))
    return failure();
  // What has tiled kernels keeps its name; the rest becomes its definition, which is grouped like
  // all else.
  if (failed(add(pm, options.plain ? "func.func(decompose,align-checks),outline-each"
                                   : "decompose-untiled,func.func(canonicalize,cse,align-checks,"
                                     "separate-permutations)")))
    return failure();
  if (!options.plain && failed(add(pm, "form-groups{" + vectorOption(options) + "}")))
    return failure();
  return add(pm,
             options.trapNan ? "symbol-dce,count-cost,trap-nonfinite" : "symbol-dce,count-cost");
}

LogicalResult orrery::populatePlanToLoops(OpPassManager &pm, const PipelineOptions &options) {
  // Kernels that a tiling knows get their loops from their dim names; lower-kernels takes what is
  // left.
  std::string bits = vectorOption(options);
  std::string all = bits + " registers=" + std::to_string(vectorUnitsOf(options.target).registers);
  if (!options.plain && failed(add(pm, "tile-attention{" + all + "},tile-contraction{" + all +
                                           "},tile-rows{" + bits + "}")))
    return failure();
  return add(pm, "lower-kernels,func.func(canonicalize,cse)");
}

LogicalResult orrery::populateLoopsToBuffers(OpPassManager &pm, const PipelineOptions &options) {
  // Gradients are announced last: only now is it known which operation writes each of them.
  return add(pm, "inline-drivers,symbol-dce,place-buffers,eliminate-empty-tensors,"
                 "func.func(empty-tensor-to-alloc-tensor),one-shot-bufferize,"
                 "func.func(copies-to-loops),canonicalize,cse,plan-arena,"
                 "func.func(verify-no-allocation),announce-gradients");
}

LogicalResult orrery::populateBuffersToLLVM(OpPassManager &pm, const PipelineOptions &options) {
  if (failed(add(pm, "func.func(annotate-kernels,convert-linalg-to-loops)")))
    return failure();
  if (!options.plain &&
      failed(add(
          pm, "func.func(approximate-math,lower-vector-multi-reduction,scf-forall-to-parallel)")))
    return failure();
  // The signatures of functions must be LLVM's before OpenMP's conversion sees them: it would make
  // descriptors of the buffers.
  if (options.threads && !options.plain && failed(add(pm, "convert-scf-to-openmp")))
    return failure();
  std::string passes =
      "func.func(fold-memref-alias-ops,expand-strided-metadata,lower-affine,"
      "canonicalize,cse,convert-vector-to-scf{full-unroll}),"
      "convert-vector-to-llvm{vector-contract-lowering=outerproduct "
      "vector-transpose-lowering=shuffle16x16 reassociate-fp-reductions "
      "enable-x86vector},"
      "func.func(loop-invariant-code-motion),convert-scf-to-cf,expand-strided-metadata,"
      "lower-affine,finalize-memref-to-llvm,"
      "func.func(convert-math-to-llvm),convert-math-to-libm,func.func(convert-arith-to-"
      "llvm),convert-index-to-llvm,"
      "convert-func-to-llvm{use-bare-ptr-memref-call-conv},convert-openmp-to-llvm,"
      "convert-cf-to-llvm,convert-ub-to-llvm,"
      "reconcile-unrealized-casts,canonicalize,cse,emit-entries";
  if (options.debugInfo)
    passes += ",place-in-source,ensure-debug-info-scope-on-llvm-func";
  return add(pm, passes);
}

LogicalResult orrery::lowerTo(ModuleOp module, Level to, const PipelineOptions &options) {
  using Populate = LogicalResult (*)(OpPassManager &, const PipelineOptions &);
  static constexpr Populate steps[] = {populateModelToPlan, populatePlanToLoops,
                                       populateLoopsToBuffers, populateBuffersToLLVM};
  Level at = levelOf(module);
  if (at == Level::Model && options.plain)
    module->setAttr("orrery.real_bytes", Builder(module.getContext()).getI64IntegerAttr(8));
  for (unsigned step = static_cast<unsigned>(at); step < static_cast<unsigned>(to); ++step) {
    PassManager pm(module->getName());
    if (!options.reproducer.empty())
      pm.enableCrashReproducerGeneration(options.reproducer);
    if (failed(steps[step](pm, options)) || failed(pm.run(module)))
      return failure();
    module->setAttr(levelAttr, StringAttr::get(module.getContext(), levelNames[step + 1]));
    if (options.atLevel)
      options.atLevel(module, static_cast<Level>(step + 1));
  }
  return success();
}
