// Compiles a module into this process and runs its functions.

#ifndef ORRERY_PASSES_RUN_H
#define ORRERY_PASSES_RUN_H

#include "passes/Compile.h"

#include "mlir/IR/BuiltinTypes.h"

namespace orrery {

// A result of a function: its level-1 type, and its elements in storage order.
struct Result {
  mlir::RankedTensorType type;
  std::vector<char> bytes;
};

struct RunFunction {
  std::string name;
  std::vector<Result> results;
};

// Calls every public function without arguments, or the one named `only`, in the order of the
// module. `symbols` are functions that compiled code may call, with their addresses.
mlir::FailureOr<std::vector<RunFunction>>
runFunctions(mlir::ModuleOp module, const BuildOptions &options, llvm::StringRef only,
             llvm::ArrayRef<std::pair<llvm::StringRef, void *>> symbols);

// Element `i` of a result, as a number.
double elementOf(const Result &result, int64_t i);

} // namespace orrery

#endif // ORRERY_PASSES_RUN_H
