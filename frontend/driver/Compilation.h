// A file on its way through the compiler.

#ifndef ORRERY_FRONTEND_DRIVER_COMPILATION_H
#define ORRERY_FRONTEND_DRIVER_COMPILATION_H

#include "frontend/diag/Diagnostics.h"
#include "frontend/driver/Checkpoint.h"
#include "frontend/driver/Options.h"
#include "frontend/emit/Emit.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

namespace orrery::driver {

class Compilation {
public:
  Compilation(const Options &options, const std::string &tool);

  // Reads, checks and emits; the exit code.
  int load(const std::string &path);
  // The same with what a checkpoint holds instead of a file.
  int load(const TrainedModel &trained);
  // Before `load`: reads a file only, whatever its sizes and data are. Enough for --help.
  void wantOutline() { extent = Extent::Outline; }
  // Leaves what a program says of itself, without code: enough for `data`.
  void dropCode();
  // Compiles to a file of the given kind; the exit code.
  int write(const std::string &kind, const std::string &output);
  // Names what a build depends on: text, settings, sizes, options, compiler.
  std::string fingerprint() const;

  const std::string &name() const { return path; } // of the model's file
  mlir::StringAttr descriptor();
  bool isNarrow(); // some of it is computed in bf16
  const sema::Program &declarations() const { return program; }
  const diag::Engine &diagnostics() const { return diags; }

private:
  int emit(lang::FileId id);
  void outline();
  bool applyOptions();
  std::optional<emit::FileSize> sizeInData(const std::string &field, const std::string &path,
                                           const std::string &dim) const;
  int refuse(const std::string &text) const;

  const Options &options;
  const std::string &tool;
  lang::SourceManager sources;
  diag::Engine diags;
  lang::File file;
  sema::Program program;
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::string path, text, sizes;
  const TrainedModel *trained = nullptr;
  enum class Extent { Whole, Described, Outline } extent = Extent::Whole;
};

} // namespace orrery::driver

#endif // ORRERY_FRONTEND_DRIVER_COMPILATION_H
