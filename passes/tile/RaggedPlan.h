// Decides how a kernel along a dim of run-time size is run: one element of that dim after another,
// or one segment of a map after another, vectors along one static dim, everything else unrolled.

#ifndef ORRERY_PASSES_TILE_RAGGEDPLAN_H
#define ORRERY_PASSES_TILE_RAGGEDPLAN_H

#include "dialects/graph/Graph.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>
#include <string>

namespace orrery {

// A contraction that joins three arrays, two of which make the third: numbers of each element,
// [main, depth..], vectors of each element, [main, wide.., row], and a matrix, [depth.., wide..,
// row]. It is done for a tile of elements at once, with its sums in registers.
struct RaggedProduct {
  mlir::Operation *sum;
  mlir::Value numbers, vectors, matrix;

  bool makes(mlir::Value array) const { return sum->getResult(0) == array; }
};

struct RaggedPlan {
  // Fills the plan, or says why the kernel cannot be run so.
  static std::optional<RaggedPlan> make(mlir::func::FuncOp kernel, std::string &why);

  mlir::StringAttr main;   // the loop runs over it
  mlir::StringAttr target; // where the map of the segments goes to; null: there are none
  mlir::StringAttr row;    // vectors lie along it; null: numbers only
  int64_t rowSize = 1;

  llvm::SmallVector<graph::SegmentOp> segments;    // all by one map
  llvm::SmallVector<mlir::Operation *> rowSums;    // over the row, perhaps over unrolled names too
  llvm::SmallVector<mlir::Operation *> columnSums; // over `main`, perhaps over others too
  llvm::SmallVector<mlir::Value> stored;           // results with an element for each of `main`
  llvm::SmallVector<RaggedProduct> products;       // among the sums, or before them
  // Where there are products: so many elements of `main` are gone through together, and what a
  // tile of them keeps in memory.
  int64_t tile = 1;
  llvm::SmallVector<mlir::Value> kept;
  // The sweep over the row in which a value is known: one more than the row sums it waits for.
  llvm::DenseMap<mlir::Value, int> sweep;
  int sweeps = 1;

  bool hasRow(mlir::Value value) const { return row && field::axisOf(value.getType(), row) >= 0; }
  const RaggedProduct *productOf(mlir::Operation *sum) const;
  // The sweep in which a product's operands are known.
  int sweepOf(const RaggedProduct &product) const;
  // The names of a value that are unrolled, in the order of its axes.
  llvm::SmallVector<mlir::StringAttr> unrolled(mlir::Value value) const;

private:
  std::string findMain(mlir::func::FuncOp kernel);
  void chooseRow(mlir::func::FuncOp kernel);
  void findProducts(mlir::func::FuncOp kernel);
  std::optional<RaggedProduct> asProduct(field::ContractOp sum) const;
  void sizeTile();
  std::string sortSums(mlir::func::FuncOp kernel);
  std::string sortResults(mlir::func::FuncOp kernel);
  std::string judgeLayout(mlir::func::FuncOp kernel) const;
  std::string judgeSize(mlir::func::FuncOp kernel) const;
  void countSweeps(mlir::func::FuncOp kernel);
};

// The names that a reduction or contraction sums over.
llvm::SmallVector<mlir::StringAttr> summedBy(mlir::Operation *sum);

} // namespace orrery

#endif // ORRERY_PASSES_TILE_RAGGEDPLAN_H
