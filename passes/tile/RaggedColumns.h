// Sums over all elements of a dim of run-time size: each worker adds up what is its own, and at
// last those sums are added.

#ifndef ORRERY_PASSES_TILE_RAGGEDCOLUMNS_H
#define ORRERY_PASSES_TILE_RAGGEDCOLUMNS_H

#include "passes/tile/RaggedProducts.h"

namespace orrery {

class RaggedColumns : protected RaggedProducts {
public:
  using RaggedProducts::RaggedProducts;

protected:
  // [worker, unrolled.., row], or what a product asks for.
  llvm::DenseMap<mlir::Operation *, mlir::Value> partial;

  void makePartials();
  void clearPartials();
  // What one element adds. Where the row itself is summed, it has been.
  void addToColumn(mlir::Operation *sum);
  void collect();

  // Adds to what is in memory, or what `combine` does instead.
  void addTo(mlir::Value memory, llvm::SmallVector<mlir::Value> place, mlir::Value computed,
             llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)> combine = {});
  llvm::SmallVector<mlir::Value> partialPlace(mlir::Operation *sum, const Fixed &fixed);
  auto unrolledOf(mlir::Value value) { return sized(value, plan.unrolled(value)); }

private:
  void clear(mlir::Value array);
  void collect(mlir::Operation *sum);
};

} // namespace orrery

#endif // ORRERY_PASSES_TILE_RAGGEDCOLUMNS_H
