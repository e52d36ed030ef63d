// From the LLVM dialect to object files, several at a time.

#include "passes/Native.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"
#include "llvm/TargetParser/Triple.h"

#include <thread>

using namespace mlir;
using namespace orrery;

std::string orrery::hostCpu() { return llvm::sys::getHostCPUName().str(); }

//===-- Dividing a module ------------------------------------------------------------------===//

static int64_t weightOf(Operation *function) {
  int64_t weight = 1;
  function->walk([&](Operation *) { ++weight; });
  return weight;
}

// Adds a function to a part, with the globals that it names and declarations of what it calls.
static void moveInto(ModuleOp part, LLVM::LLVMFuncOp function, SymbolTable &symbols) {
  llvm::SmallSetVector<Operation *, 8> needed;
  auto collect = [&](Operation *root) {
    root->walk([&](Operation *op) {
      for (NamedAttribute attr : op->getAttrs())
        attr.getValue().walk([&](FlatSymbolRefAttr name) {
          if (Operation *symbol = symbols.lookup(name.getValue()))
            needed.insert(symbol);
        });
    });
  };
  auto present = [&](StringRef name) { return SymbolTable::lookupSymbolIn(part, name); };
  OpBuilder builder = OpBuilder::atBlockEnd(part.getBody());
  if (Operation *declaration = present(function.getName()))
    declaration->erase();
  builder.clone(*function);
  collect(function);
  for (unsigned i = 0; i < needed.size(); ++i) {
    Operation *symbol = needed[i];
    if (present(cast<SymbolOpInterface>(symbol).getName()))
      continue;
    auto callee = dyn_cast<LLVM::LLVMFuncOp>(symbol);
    if (!callee) {
      // Constants are copied into each part that reads them, as private ones.
      auto global = cast<LLVM::GlobalOp>(builder.clone(*symbol));
      if (function.getName() != global.getSymName())
        global.setLinkage(LLVM::Linkage::Internal);
      collect(symbol);
      continue;
    }
    auto declaration = cast<LLVM::LLVMFuncOp>(builder.cloneWithoutRegions(*callee));
    declaration->removeAttr("function_entry_count");
    declaration->setLoc(builder.getUnknownLoc());
  }
}

static bool isInterface(StringRef name) {
  return name.starts_with("orrery_entry_") || name.starts_with("orrery_arena_");
}

// Parts of about the same weight: the heaviest function goes to the lightest part. What the
// interface consists of lies in the first.
static SmallVector<OwningOpRef<ModuleOp>> divide(ModuleOp module, unsigned count) {
  SymbolTable symbols(module);
  SmallVector<std::pair<int64_t, LLVM::LLVMFuncOp>> functions;
  int64_t total = 0;
  for (auto function : module.getOps<LLVM::LLVMFuncOp>())
    if (!function.isExternal() && !isInterface(function.getName())) {
      functions.push_back({weightOf(function), function});
      total += functions.back().first;
    }
  // Below this a second module costs more than it saves.
  constexpr int64_t worthwhile = 2000;
  count = std::max<int64_t>(1, std::min<int64_t>(count, total / worthwhile));
  llvm::sort(functions, [](auto &a, auto &b) {
    return a.first != b.first ? a.first > b.first : a.second.getName() < b.second.getName();
  });
  SmallVector<OwningOpRef<ModuleOp>> parts;
  for (unsigned i = 0; i < count; ++i) {
    parts.push_back(ModuleOp::create(module.getLoc()));
    parts.back()->getOperation()->setDiscardableAttrs(module->getDiscardableAttrDictionary());
  }
  SmallVector<int64_t> weights(count, 0);
  for (auto [weight, function] : functions) {
    size_t lightest = llvm::min_element(weights) - weights.begin();
    weights[lightest] += weight;
    moveInto(*parts[lightest], function, symbols);
  }
  OpBuilder builder = OpBuilder::atBlockEnd(parts.front()->getBody());
  for (auto function : module.getOps<LLVM::LLVMFuncOp>())
    if (isInterface(function.getName()))
      moveInto(*parts.front(), function, symbols);
  for (auto global : module.getOps<LLVM::GlobalOp>())
    if (global.getSymName().starts_with("orrery_") &&
        !SymbolTable::lookupSymbolIn(*parts.front(), global.getSymName()))
      builder.clone(*global);
  return parts;
}

//===-- One module -------------------------------------------------------------------------===//

static std::unique_ptr<llvm::TargetMachine> makeTarget(const NativeOptions &options,
                                                       std::string &error) {
  llvm::Triple triple(llvm::sys::getDefaultTargetTriple());
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  llvm::TargetOptions settings;
  settings.AllowFPOpFusion = options.plain ? llvm::FPOpFusion::Standard : llvm::FPOpFusion::Fast;
  std::string cpu = options.cpu.empty() ? hostCpu() : options.cpu;
  // A virtual machine may lack what its CPU's name promises.
  llvm::SubtargetFeatures features;
  if (options.cpu.empty())
    for (const auto &feature : llvm::sys::getHostCPUFeatures())
      features.AddFeature(feature.getKey(), feature.getValue());
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, cpu, features.getString(), settings, llvm::Reloc::PIC_, std::nullopt,
      *llvm::CodeGenOpt::getLevel(int(options.optimise))));
  if (machine && !machine->getMCSubtargetInfo()->isCPUStringValid(cpu)) {
    error = "no such CPU: " + cpu;
    return nullptr;
  }
  return machine;
}

static void initialise() {
  static const bool done = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)done;
}

bool orrery::isCpu(llvm::StringRef name) {
  initialise();
  // A machine made with a name that is none would complain by itself.
  std::string error;
  std::unique_ptr<llvm::TargetMachine> machine = makeTarget({}, error);
  return machine && machine->getMCSubtargetInfo()->isCPUStringValid(name);
}

VectorUnits orrery::vectorUnitsOf(llvm::StringRef cpu) {
  initialise();
  NativeOptions options;
  options.cpu = cpu.str();
  std::string error;
  std::unique_ptr<llvm::TargetMachine> machine = makeTarget(options, error);
  // A name that is none is refused when code is made for it.
  if (!machine)
    return {128, 16, false};
  const llvm::MCSubtargetInfo &features = *machine->getMCSubtargetInfo();
  if (features.checkFeatures("+avx512f"))
    return {512, 32, features.checkFeatures("+avx512bf16")};
  return {features.checkFeatures("+avx") ? 256u : 128u, 16, false};
}

// The largest cache of this machine, as the kernel sees it: a virtual CPU may tell that of the
// whole host. Nothing if there is no telling.
static int64_t largestCache() {
  int64_t largest = 0;
  for (unsigned i = 0; i < 8; ++i) {
    std::string path = "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(i) + "/size";
    auto file = llvm::MemoryBuffer::getFileAsStream(path);
    int64_t kilobytes = 0;
    if (file && !(*file)->getBuffer().consumeInteger(10, kilobytes))
      largest = std::max(largest, kilobytes << 10);
  }
  return largest;
}

int64_t orrery::streamingSizeOf(llvm::StringRef cpu) {
  if (!llvm::Triple(llvm::sys::getDefaultTargetTriple()).isX86())
    return 0;
  // What a few cores of a server share.
  constexpr int64_t usual = 32 << 20;
  int64_t own = cpu.empty() ? largestCache() : 0;
  return own ? own : usual;
}

// Loops are tiled and vectorised already: what is left is to clean up after their lowering, which
// LLVM's own pipelines take four times as long for. The usual one's vectoriser is for plain copies.
static const char *const light = "function(sroa,early-cse,instcombine<no-verify-fixpoint>,"
                                 "simplifycfg)";
static const char *const usual =
    "function(sroa,early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg,"
    "loop-mssa(loop-rotate,licm),gvn,loop-vectorize,instcombine<no-verify-fixpoint>,simplifycfg,"
    "dse)";

// Level 0 changes nothing, 3 is LLVM's own.
static bool optimise(llvm::Module &module, llvm::TargetMachine &machine, unsigned level,
                     std::string &error) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  llvm::ModulePassManager passes;
  if (level == 0 || level == 3) {
    passes = builder.buildPerModuleDefaultPipeline(level == 0 ? llvm::OptimizationLevel::O0
                                                              : llvm::OptimizationLevel::O3);
  } else if (llvm::Error failure = builder.parsePassPipeline(passes, level == 1 ? light : usual)) {
    error = llvm::toString(std::move(failure));
    return false;
  }
  passes.run(module, modules);
  return true;
}

// Functions of the program are hidden, under names that no library has; the interface keeps its
// own.
static void hideFunctions(llvm::Module &module, const llvm::StringSet<> &own,
                          const llvm::TargetMachine &machine) {
  for (llvm::Function &function : module) {
    if (!function.isDeclaration()) {
      function.addFnAttr("target-cpu", machine.getTargetCPU());
      if (machine.getMCSubtargetInfo()->checkFeatures("+avx512f"))
        function.addFnAttr("prefer-vector-width", "512");
    }
    if (!own.contains(function.getName()) || isInterface(function.getName()))
      continue;
    function.setName("orrery_fn_" + function.getName());
    function.setVisibility(llvm::GlobalValue::HiddenVisibility);
  }
}

static std::unique_ptr<llvm::MemoryBuffer> compilePart(ModuleOp part, const llvm::StringSet<> &own,
                                                       const NativeOptions &options,
                                                       std::string &error) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module = translateModuleToLLVMIR(part, context, "orrery");
  if (!module) {
    error = "translation to LLVM IR failed";
    return nullptr;
  }
  std::unique_ptr<llvm::TargetMachine> machine = makeTarget(options, error);
  if (!machine)
    return nullptr;
  module->setDataLayout(machine->createDataLayout());
  module->setTargetTriple(machine->getTargetTriple());
  hideFunctions(*module, own, *machine);
  if (!optimise(*module, *machine, options.optimise, error))
    return nullptr;
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream out(bytes);
  if (options.kind == NativeOptions::Kind::LLVM) {
    module->print(out, nullptr);
    return std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(bytes));
  }
  llvm::legacy::PassManager emit;
  auto type = options.kind == NativeOptions::Kind::Assembly ? llvm::CodeGenFileType::AssemblyFile
                                                            : llvm::CodeGenFileType::ObjectFile;
  if (machine->addPassesToEmitFile(emit, out, nullptr, type)) {
    error = "this target has no object files";
    return nullptr;
  }
  emit.run(*module);
  return std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(bytes));
}

FailureOr<Objects> orrery::compileNative(ModuleOp module, const NativeOptions &options) {
  initialise();
  llvm::StringSet<> own;
  for (auto function : module.getOps<LLVM::LLVMFuncOp>())
    if (!function.isExternal())
      own.insert(function.getName());
  SmallVector<OwningOpRef<ModuleOp>> parts =
      divide(module, options.kind == NativeOptions::Kind::Object ? options.jobs : 1);
  Objects objects(parts.size());
  std::vector<std::string> errors(parts.size());
  std::vector<std::thread> threads;
  NativeOptions settings = options;
  settings.plain |= module->hasAttr("orrery.rounds_as_written");
  for (size_t i = 0; i < parts.size(); ++i)
    threads.emplace_back([&, i] { objects[i] = compilePart(*parts[i], own, settings, errors[i]); });
  for (std::thread &thread : threads)
    thread.join();
  for (size_t i = 0; i < parts.size(); ++i)
    if (!objects[i])
      return module.emitError() << errors[i];
  return objects;
}
