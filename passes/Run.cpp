// Compiles a module into this process and runs its functions.

#include "passes/Run.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/Alignment.h"

#include <cstdlib>
#include <cstring>

using namespace mlir;
using namespace orrery;

namespace {

// 64-byte aligned memory, as compiled code expects it.
struct Memory {
  explicit Memory(int64_t bytes)
      : data(std::aligned_alloc(64, llvm::alignTo(std::max<int64_t>(bytes, 1), 64))) {}
  Memory(Memory &&other) : data(std::exchange(other.data, nullptr)) {}
  ~Memory() { std::free(data); }
  void *data;
};

struct Callable {
  std::string name;
  SmallVector<RankedTensorType> inputs, outputs;
  int64_t arenaBytes;
};

int64_t bytesOf(RankedTensorType type) {
  return type.getNumElements() * ((type.getElementTypeBitWidth() + 7) / 8);
}

SmallVector<RankedTensorType> typesIn(Operation *op, StringRef name) {
  SmallVector<RankedTensorType> types;
  if (auto list = op->getAttrOfType<ArrayAttr>(name))
    for (Type type : list.getAsValueRange<TypeAttr>())
      if (auto tensor = dyn_cast<RankedTensorType>(type))
        types.push_back(tensor);
  return types;
}

std::vector<Callable> callablesOf(ModuleOp module) {
  std::vector<Callable> callables;
  for (auto function : module.getOps<LLVM::LLVMFuncOp>()) {
    if (!function->hasAttr("orrery.outputs"))
      continue;
    auto arena = function->getAttrOfType<IntegerAttr>("orrery.arena_bytes");
    callables.push_back({function.getName().str(), typesIn(function, "orrery.inputs"),
                         typesIn(function, "orrery.outputs"), arena ? arena.getInt() : 0});
  }
  return callables;
}

RunFunction call(const Callable &callable, void (*entry)(void *, void *, void **)) {
  Memory arena(callable.arenaBytes);
  std::vector<Memory> buffers;
  std::vector<void *> arguments;
  for (RankedTensorType type : callable.outputs) {
    buffers.emplace_back(bytesOf(type));
    arguments.push_back(buffers.back().data);
  }
  entry(/*context=*/nullptr, arena.data, arguments.data());
  RunFunction result{callable.name, {}};
  for (auto [type, buffer] : llvm::zip(callable.outputs, buffers)) {
    const char *data = static_cast<const char *>(buffer.data);
    result.results.push_back({type, std::vector<char>(data, data + bytesOf(type))});
  }
  return result;
}

} // namespace

static llvm::Expected<std::unique_ptr<llvm::orc::LLJIT>>
load(Objects objects, ArrayRef<std::pair<StringRef, void *>> symbols) {
  auto jit = llvm::orc::LLJITBuilder().create();
  if (!jit)
    return jit.takeError();
  llvm::orc::JITDylib &library = (*jit)->getMainJITDylib();
  llvm::orc::SymbolMap known;
  for (auto [name, address] : symbols)
    known[(*jit)->mangleAndIntern(name)] = {llvm::orc::ExecutorAddr::fromPtr(address),
                                            llvm::JITSymbolFlags::Exported};
  if (llvm::Error error = library.define(llvm::orc::absoluteSymbols(std::move(known))))
    return std::move(error);
  char prefix = (*jit)->getDataLayout().getGlobalPrefix();
  for (const char *path : {static_cast<const char *>(nullptr), ORRERY_OPENMP}) {
    auto generator = path ? llvm::orc::DynamicLibrarySearchGenerator::Load(path, prefix)
                          : llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(prefix);
    if (!generator)
      return generator.takeError();
    library.addGenerator(std::move(*generator));
  }
  for (std::unique_ptr<llvm::MemoryBuffer> &object : objects)
    if (llvm::Error error = (*jit)->addObjectFile(std::move(object)))
      return std::move(error);
  return jit;
}

FailureOr<std::vector<RunFunction>>
orrery::runFunctions(ModuleOp module, const BuildOptions &options, StringRef only,
                     ArrayRef<std::pair<StringRef, void *>> symbols) {
  FailureOr<Objects> objects = compileObjects(module, options);
  if (failed(objects))
    return failure();
  std::vector<Callable> callables = callablesOf(module);
  auto jit = load(std::move(*objects), symbols);
  if (!jit)
    return module.emitError() << "cannot load the compiled code: "
                              << llvm::toString(jit.takeError());
  std::vector<RunFunction> results;
  bool found = only.empty();
  for (const Callable &callable : callables) {
    if (only.empty() ? !callable.inputs.empty() : callable.name != only)
      continue;
    found = true;
    if (!callable.inputs.empty())
      return module.emitError() << "cannot run '" << only << "': it takes arguments";
    auto entry = (*jit)->lookup("orrery_entry_" + callable.name);
    if (!entry)
      return module.emitError() << "cannot load the compiled code: "
                                << llvm::toString(entry.takeError());
    results.push_back(call(callable, entry->toPtr<void (*)(void *, void *, void **)>()));
  }
  if (!found)
    return module.emitError() << "has no public function '" << only << "'";
  return results;
}

double orrery::elementOf(const Result &result, int64_t i) {
  Type element = result.type.getElementType();
  unsigned bytes = (result.type.getElementTypeBitWidth() + 7) / 8;
  uint64_t bits = 0;
  std::memcpy(&bits, result.bytes.data() + i * bytes, bytes);
  if (auto real = dyn_cast<FloatType>(element)) {
    llvm::APFloat value(real.getFloatSemantics(), llvm::APInt(real.getWidth(), bits));
    bool loses;
    value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &loses);
    return value.convertToDouble();
  }
  return static_cast<double>(llvm::SignExtend64(bits, bytes * 8));
}
