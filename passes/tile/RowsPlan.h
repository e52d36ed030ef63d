// Decides how a kernel of elementwise arithmetic, sums and views is run row by row.

#ifndef ORRERY_PASSES_TILE_ROWSPLAN_H
#define ORRERY_PASSES_TILE_ROWSPLAN_H

#include "dialects/field/Field.h"
#include "passes/tile/NameGroups.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace orrery {

struct RowsPlan {
  // Fills the plan, or says why the kernel cannot be run by rows.
  static std::optional<RowsPlan> make(mlir::func::FuncOp kernel, std::string &why);

  NameGroups groups;
  mlir::StringAttr inner; // the group of a row
  Names outer;            // the groups of the rows' positions, outermost first
  Names kept;             // those of `outer` that column sums keep

  llvm::SmallVector<field::ReduceOp> rowSums;    // over the row alone: a number a row
  llvm::SmallVector<field::ReduceOp> columnSums; // over groups of `outer`, perhaps over the row too
  // The sweep over the row in which a value is known: one more than the row sums it waits for.
  llvm::DenseMap<mlir::Value, int> sweep;
  int sweeps = 1;

  // A long row without sums is cut into pieces of so many elements.
  static constexpr int64_t longRow = 4096;

  bool hasRow(mlir::Value value) const;
  bool isColumnSum(mlir::Value value) const;

private:
  explicit RowsPlan(NameGroups groups) : groups(std::move(groups)) {}
  std::string sortSums(mlir::func::FuncOp kernel);
  void countSweeps(mlir::func::FuncOp kernel);
  std::string judgeLongRow() const;
};

} // namespace orrery

#endif // ORRERY_PASSES_TILE_ROWSPLAN_H
