// The pipeline: which passes lead from each level to the next, and why in this order.

#include "passes/Pipeline.h"

#include "passes/Native.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/ADT/Twine.h"

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

static LogicalResult add(OpPassManager &pm, const Twine &passes) {
  return parsePassPipeline(passes.str(), pm, llvm::errs());
}

static std::string vectorOption(const PipelineOptions &options) {
  return "vector-bits=" + std::to_string(vectorUnitsOf(options.target).bits);
}

// The plain pipeline changes nothing but the width of numbers.
static LogicalResult addPlain(OpPassManager &pm) {
  return add(pm, "symbol-dce,canonicalize,cse,widen-to-f64,func.func(decompose,align-checks),"
                 "outline-each,symbol-dce,count-cost");
}

static LogicalResult addTraps(OpPassManager &pm, const PipelineOptions &options) {
  return options.trapNan ? add(pm, "trap-nonfinite") : success();
}

LogicalResult orrery::populateModelToPlan(OpPassManager &pm, const PipelineOptions &options) {
  // Checks before gradients, because they ask for some.
  if (failed(add(pm, options.plain ? "expand-checks" : "expand-checks,merge-gradients")) ||
      failed(add(pm, options.leastMemory ? "expand-gradients{least-memory}" : "expand-gradients")))
    return failure();
  if (options.plain)
    return failed(addPlain(pm)) ? failure() : addTraps(pm, options);
  // What derivatives leave unused goes before anything is spent on it. Convolutions are found
  // before precision, so that what they read is narrowed, and not their products.
  if (failed(
          add(pm, "drop-unused-results,symbol-dce,canonicalize,cse,func.func(fold-overlap-add)")))
    return failure();
  // Precision comes after gradients, so that the derivative gets the same policy. What has tiled
  // kernels keeps its name; the rest becomes its definition, which is grouped like all else.
  if (failed(add(
          pm,
          "apply-precision,order-axes,decompose-untiled,func.func(canonicalize,cse,drop-broadcasts,"
          "align-checks,separate-permutations)")))
    return failure();
  // Grouping last, because a kernel is a choice.
  if (failed(add(pm, "form-groups{" + vectorOption(options) + "},symbol-dce,count-cost")))
    return failure();
  return addTraps(pm, options);
}

LogicalResult orrery::populatePlanToLoops(OpPassManager &pm, const PipelineOptions &options) {
  // Kernels that a tiling knows get their loops from their dim names; lower-kernels takes what is
  // left.
  VectorUnits units = vectorUnitsOf(options.target);
  std::string bits = vectorOption(options);
  std::string all = bits + " registers=" + std::to_string(units.registers);
  if (failed(add(pm, "pass-sizes")))
    return failure();
  if (!options.plain && failed(add(pm, "tile-attention{" + all + "},tile-contraction{" + all +
                                           "},tile-rows{" + bits + "},tile-ragged{" + all + "}")))
    return failure();
  return add(pm, "lower-kernels,func.func(canonicalize,cse)");
}

LogicalResult orrery::populateLoopsToBuffers(OpPassManager &pm, const PipelineOptions &options) {
  // Gradients are announced last: only now is it known which operation writes each of them.
  return add(pm, "inline-drivers,symbol-dce,place-buffers,eliminate-empty-tensors,"
                 "func.func(empty-tensor-to-alloc-tensor),one-shot-bufferize,"
                 "func.func(copies-to-loops),canonicalize,cse,plan-arena,"
                 "func.func(verify-no-allocation),announce-gradients,pass-bare-arrays");
}

LogicalResult orrery::populateBuffersToLLVM(OpPassManager &pm, const PipelineOptions &options) {
  if (failed(add(pm, options.plain ? "func.func(annotate-kernels,convert-linalg-to-loops)"
                                   : "func.func(annotate-kernels,share-out-loops)")))
    return failure();
  if (!options.plain &&
      failed(add(
          pm, "func.func(approximate-math,lower-vector-multi-reduction,scf-forall-to-parallel)")))
    return failure();
  // The signatures of functions must be LLVM's before OpenMP's conversion sees them: it would make
  // descriptors of the buffers.
  if (options.threads && !options.plain && failed(add(pm, "convert-scf-to-openmp")))
    return failure();
  // Only now is it known where workers wait for each other.
  int64_t cache = options.plain ? 0 : streamingSizeOf(options.target);
  if (cache && failed(add(pm, "func.func(stream-stores{cache-bytes=" + Twine(cache) + "})")))
    return failure();
  if (!vectorUnitsOf(options.target).dotBF16 && failed(add(pm, "func.func(expand-bf16)")))
    return failure();
  // What can be is nested in functions, which are worked on at the same time. Views are not folded
  // into what reads them: the index of a joined dim would be divided into those of its parts.
  std::string passes =
      "func.func(expand-strided-metadata,lower-affine,"
      "canonicalize,cse,convert-vector-to-scf{full-unroll},convert-math-to-llvm),"
      // A function of the library is called lane by lane, which takes vectors apart.
      "convert-math-to-libm,"
      "func.func(convert-vector-to-llvm{vector-contract-lowering=outerproduct "
      "vector-transpose-lowering=shuffle16x16 reassociate-fp-reductions "
      "enable-x86vector},loop-invariant-code-motion,convert-scf-to-cf,"
      "expand-strided-metadata,lower-affine),finalize-memref-to-llvm,"
      "func.func(convert-arith-to-llvm,convert-index-to-llvm),"
      "convert-func-to-llvm{use-bare-ptr-memref-call-conv},convert-openmp-to-llvm,"
      "convert-cf-to-llvm,llvm.func(convert-ub-to-llvm,reconcile-unrealized-casts,"
      "canonicalize,cse)";
  if (!vectorUnitsOf(options.target).dotBF16)
    passes += ",llvm.func(bf16-as-bits)";
  passes += ",emit-entries";
  if (options.debugInfo)
    passes += ",place-in-source,ensure-debug-info-scope-on-llvm-func";
  return add(pm, passes);
}

static LogicalResult verify(ModuleOp module, Level level) {
  PassManager pm(module->getName());
  if (failed(add(pm, "verify-level{level=" + nameOf(level) + "}")))
    return failure();
  return pm.run(module);
}

LogicalResult orrery::lowerTo(ModuleOp module, Level to, const PipelineOptions &options) {
  using Populate = LogicalResult (*)(OpPassManager &, const PipelineOptions &);
  static constexpr Populate steps[] = {populateModelToPlan, populatePlanToLoops,
                                       populateLoopsToBuffers, populateBuffersToLLVM};
  Level at = levelOf(module);
  if (at == Level::Model && options.plain)
    module->setAttr("orrery.real_bytes", Builder(module.getContext()).getI64IntegerAttr(8));
  if (options.verify && failed(verify(module, at)))
    return failure();
  for (unsigned step = static_cast<unsigned>(at); step < static_cast<unsigned>(to); ++step) {
    PassManager pm(module->getName());
    // After every pass it would take a third of the time; each level is looked at all the same.
    pm.enableVerifier(options.verify);
    if (!options.reproducer.empty())
      pm.enableCrashReproducerGeneration(options.reproducer);
    if (failed(steps[step](pm, options)) || failed(pm.run(module)) || failed(mlir::verify(module)))
      return failure();
    auto reached = static_cast<Level>(step + 1);
    module->setAttr(levelAttr, StringAttr::get(module.getContext(), nameOf(reached)));
    if (options.atLevel)
      options.atLevel(module, reached);
    if (options.verify && failed(verify(module, reached)))
      return failure();
  }
  return success();
}
