// The pipeline as a library: what is done at each level, and the options that change it. Tools only
// parse flags.

#ifndef ORRERY_PASSES_PIPELINE_H
#define ORRERY_PASSES_PIPELINE_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"

#include <functional>
#include <optional>
#include <string>

namespace mlir {
class ModuleOp;
class OpPassManager;
} // namespace mlir

namespace orrery {

// The levels of IR, in order; each names what holds *at* it.
enum class Level { Model, Plan, Loops, Buffers, LLVM };
llvm::StringRef nameOf(Level level);
std::optional<Level> levelNamed(llvm::StringRef name);

// The level that a module is at: as its attribute `orrery.level` says, else as its contents show.
Level levelOf(mlir::ModuleOp module);

struct PipelineOptions {
  bool plain = false;       // the executable truth: f64, one kernel an operation, loops
  bool checks = true;       // keep `check` operations
  bool trapNan = false;     // check what every kernel computes for NaN and infinity
  bool leastMemory = false; // compute again what can be, rather than keep it for the gradient
  bool verify = false;      // check what holds at each level
  bool threads = true;      // parallel loops
  std::string target;       // CPU name; empty: this machine's
  std::string schedule;     // a file that replaces the schedule table; empty: the built-in one
  bool debugInfo = false;   // lines of the source, for debuggers and profilers
  std::string reproducer;   // a pass that fails leaves its input and itself here
  std::function<void(mlir::ModuleOp, Level)> atLevel; // called with each level that is reached
};

// From one level to the next. Passes are named as in `orrery-opt`, and must be registered.
mlir::LogicalResult populateModelToPlan(mlir::OpPassManager &pm, const PipelineOptions &options);
mlir::LogicalResult populatePlanToLoops(mlir::OpPassManager &pm, const PipelineOptions &options);
mlir::LogicalResult populateLoopsToBuffers(mlir::OpPassManager &pm, const PipelineOptions &options);
mlir::LogicalResult populateBuffersToLLVM(mlir::OpPassManager &pm, const PipelineOptions &options);

// Runs the passes from the module's level to `to`.
mlir::LogicalResult lowerTo(mlir::ModuleOp module, Level to, const PipelineOptions &options);

} // namespace orrery

#endif // ORRERY_PASSES_PIPELINE_H
