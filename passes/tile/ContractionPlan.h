// Decides how one contraction is tiled: which names are rows, which the vector dim, what is packed.

#ifndef ORRERY_PASSES_TILE_CONTRACTIONPLAN_H
#define ORRERY_PASSES_TILE_CONTRACTIONPLAN_H

#include "dialects/field/Field.h"
#include "passes/tile/NameGroups.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace orrery {

// An operand as it lies in memory: itself, or what its window looks at.
struct ContractionOperand {
  mlir::Value array;
  field::WindowOp window;

  explicit ContractionOperand(mlir::Value operand);
  // The kernel name that shifts an axis, or null.
  mlir::StringAttr kernelOf(mlir::StringAttr dim) const;
};

struct ContractionPlan {
  // Fills the plan, or says why the kernel cannot be tiled.
  static std::optional<ContractionPlan> make(mlir::func::FuncOp kernel, int64_t lanes,
                                             std::string &why);

  field::ContractOp contract;
  llvm::SmallVector<mlir::Operation *> epilogue; // elementwise, in order
  ContractionOperand rows, columns; // the operand with the row names; the one with the vector dim
  std::optional<NameGroups> groups;
  mlir::StringAttr row, vector;
  Names outer;            // the other groups of the result, in its order
  Names depth;            // summed groups, the largest last
  bool scattered = false; // the result's innermost group is not the vector dim

  int64_t depthSize() const { return groups->size(depth); }
  // Whether the operand with the vector dim is read where it lies: it has a size known at run time
  // only, so that no place for a copy can be set aside.
  bool readsColumnsInPlace() const;

private:
  ContractionPlan(field::ContractOp contract, ContractionOperand rows, ContractionOperand columns)
      : contract(contract), rows(rows), columns(columns) {}
};

// The contraction of a kernel and what follows it; null with a reason when the kernel is anything
// else.
field::ContractOp contractionOf(mlir::func::FuncOp kernel,
                                llvm::SmallVectorImpl<mlir::Operation *> &epilogue,
                                std::string &why);

} // namespace orrery

#endif // ORRERY_PASSES_TILE_CONTRACTIONPLAN_H
