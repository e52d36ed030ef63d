// From the LLVM dialect to object files.

#ifndef ORRERY_PASSES_NATIVE_H
#define ORRERY_PASSES_NATIVE_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>
#include <vector>

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace orrery {

struct NativeOptions {
  std::string cpu;       // as `clang -march` names it; empty: this machine's
  unsigned jobs = 2;     // modules compiled at the same time
  bool plain = false;    // no contraction of a * b + c
  unsigned optimise = 2; // what LLVM does: -O0 to -O3
  enum class Kind { Object, Assembly, LLVM } kind = Kind::Object; // the latter two are text
};

using Objects = std::vector<std::unique_ptr<llvm::MemoryBuffer>>;

// Compiles a module of the LLVM dialect. Its functions are divided among up to `jobs` objects,
// which are compiled in parallel and linked by name.
mlir::FailureOr<Objects> compileNative(mlir::ModuleOp module, const NativeOptions &options);

// Is this a CPU to compile for?
bool isCpu(llvm::StringRef name);

// The CPU that an empty name stands for.
std::string hostCpu();

// The vector registers of a CPU (an empty name: this machine's), which decide how loops are tiled.
struct VectorUnits {
  unsigned bits, registers;
  bool dotBF16; // multiplies pairs of bf16, adding up in f32
};
VectorUnits vectorUnitsOf(llvm::StringRef cpu);

// Arrays of more bytes than this are better stored past the caches of a CPU (an empty name: this
// machine's); 0 where it has no stores for that.
int64_t streamingSizeOf(llvm::StringRef cpu);

} // namespace orrery

#endif // ORRERY_PASSES_NATIVE_H
