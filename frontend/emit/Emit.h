// From a tree to level-1 IR: the face of this folder.

#ifndef ORRERY_FRONTEND_EMIT_EMIT_H
#define ORRERY_FRONTEND_EMIT_EMIT_H

#include "frontend/sema/Program.h"

#include <functional>
#include <optional>

namespace mlir {
class MLIRContext;
class ModuleOp;
template <typename OpTy> class OwningOpRef;
} // namespace mlir

namespace orrery::emit {

// A size in a data file, and which file that is.
struct FileSize {
  int64_t size;
  std::string file;
};

struct Options {
  // Numbers are f64 instead of f32: what --plain runs.
  bool isDouble = false;
  // Predictions come with the slopes of what they compute: what `diagnose` needs.
  bool hasAdjoints = false;
  // The size of a dim in the data of a field: (field, path as the program writes it, name of the
  // dim in the file).
  std::function<std::optional<FileSize>(const std::string &field, const std::string &path,
                                        const std::string &dim)>
      sizeInFile;
  // Also a prediction of the model's name: the model by itself, on the arrays that it declares.
  bool withModel = false;
};

// What a program says of itself before sizes are known: its name and its predictions.
std::string outline(const sema::Program &program);

// Checks the program and emits its module; null after errors.
mlir::OwningOpRef<mlir::ModuleOp> emitModule(const sema::Program &program, diag::Engine &diags,
                                             mlir::MLIRContext &context, const Options &options);

} // namespace orrery::emit

#endif // ORRERY_FRONTEND_EMIT_EMIT_H
