// Moves operations of a driver function into a kernel function; both ways of grouping use it.

#ifndef ORRERY_PASSES_GROUP_OUTLINE_H
#define ORRERY_PASSES_GROUP_OUTLINE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringMap.h"

namespace orrery {

// Marks kernel functions.
inline constexpr llvm::StringLiteral kernelAttr = "orrery.kernel";
bool isKernel(mlir::Operation *function);

// A view of the same storage under other names or sizes: it costs nothing and stays in a driver
// function.
bool isView(mlir::Operation *op);

// A kernel of some operations, before it is in the module.
struct Kernel {
  mlir::OwningOpRef<mlir::func::FuncOp> function;
  llvm::SmallVector<mlir::Value> inputs,
      outputs; // of the driver; what the function takes and returns
};

// Builds a kernel of `ops` (of one block, in an order of dependence). Constants of one value are
// copied into it, and all constants if it is a single operation. No `rename` is left inside: every
// axis has one name. Fails where that cannot be.
mlir::FailureOr<Kernel> buildKernel(llvm::ArrayRef<mlir::Operation *> ops, llvm::StringRef name);

class Outliner {
public:
  explicit Outliner(mlir::ModuleOp module);

  // Replaces `ops` (as for buildKernel, none depending on another through an operation outside the
  // list) by a call of a kernel. The call stands in place of the last of them; `name` is made
  // unique. A kernel equal to an earlier one but for the names of dims is shared. Fails, without a
  // change, where no kernel can be built.
  mlir::LogicalResult outline(llvm::ArrayRef<mlir::Operation *> ops, llvm::StringRef name);

  // Constants that something other than a kernel uses get a kernel that writes them; the rest
  // vanish.
  void outlineConstants(mlir::func::FuncOp function);

private:
  mlir::func::FuncOp shared(mlir::func::FuncOp kernel);

  mlir::SymbolTable symbols;
  llvm::StringMap<mlir::func::FuncOp> known; // by structure
};

} // namespace orrery

#endif // ORRERY_PASSES_GROUP_OUTLINE_H
