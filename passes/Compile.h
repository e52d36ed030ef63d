// The compiler as a library: a module of any level in, a file of any kind out.

#ifndef ORRERY_PASSES_COMPILE_H
#define ORRERY_PASSES_COMPILE_H

#include "passes/Native.h"
#include "passes/Pipeline.h"

namespace orrery {

struct BuildOptions : PipelineOptions {
  std::string emit = "exe"; // ir:LEVEL, llvm, asm, obj, so or exe
  std::string output;       // a file; "-" is the standard output
  unsigned jobs = 2;
  unsigned optimise = 2;   // what LLVM does: -O0 to -O3
  std::string keepObjects; // a folder for the objects of a program; empty: they are removed
  std::string
      toolFolder; // where the running program lies: the runtime library is looked for from here
};

// Writes a module as text that can be read again, with its places.
mlir::LogicalResult writeModule(mlir::ModuleOp module, llvm::StringRef path);
mlir::FailureOr<Objects> compileObjects(mlir::ModuleOp module, const BuildOptions &options);
mlir::LogicalResult build(mlir::ModuleOp module, const BuildOptions &options);

} // namespace orrery

#endif // ORRERY_PASSES_COMPILE_H
