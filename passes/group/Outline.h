// Moves operations of a driver function into a kernel function; both ways of grouping use it.

#ifndef ORRERY_PASSES_GROUP_OUTLINE_H
#define ORRERY_PASSES_GROUP_OUTLINE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

namespace orrery {

// Marks kernel functions.
inline constexpr llvm::StringLiteral kernelAttr = "orrery.kernel";
bool isKernel(mlir::Operation *function);

// A view of the same storage under other names or sizes: it costs nothing and stays in a driver
// function.
bool isView(mlir::Operation *op);

class Outliner {
public:
  explicit Outliner(mlir::ModuleOp module);

  // Replaces `ops` (of one block, in order, none depending on another through an operation outside
  // the list) by a call of a kernel. Constants that they use are copied into it. The call stands in
  // place of the last of them; `name` is made unique. A kernel equal to an earlier one is shared.
  mlir::func::CallOp outline(llvm::ArrayRef<mlir::Operation *> ops, llvm::StringRef name);

  // Constants that something other than a kernel uses get a kernel that writes them; the rest
  // vanish.
  void outlineConstants(mlir::func::FuncOp function);

private:
  mlir::func::FuncOp shared(mlir::func::FuncOp kernel);

  mlir::SymbolTable symbols;
  llvm::DenseMap<llvm::hash_code, llvm::SmallVector<mlir::func::FuncOp>> known;
};

} // namespace orrery

#endif // ORRERY_PASSES_GROUP_OUTLINE_H
