// Products of matrices within a kernel along a dim of run-time size, for a tile of elements at
// once.

#ifndef ORRERY_PASSES_TILE_RAGGEDPRODUCTS_H
#define ORRERY_PASSES_TILE_RAGGEDPRODUCTS_H

#include "passes/tile/RaggedLoops.h"

namespace orrery {

// A tile keeps numbers as [element, depth] and vectors as [element, columns]; a matrix is
// [depth, columns]. So each of the three is made by a product of the other two.
class RaggedProducts : protected RaggedLoops {
public:
  using RaggedLoops::RaggedLoops;

protected:
  // Copies of the matrices that are read, made before the loop.
  void packMatrices();
  // The tiles' memory, one for each worker.
  void makeTiles();

  // vectors = numbers . matrix, of the first `count` elements of the tile.
  void spread(const RaggedProduct &product, mlir::Value count);
  // numbers = vectors . transposed matrix
  void fold(const RaggedProduct &product, mlir::Value count);
  // matrix += transposed numbers . vectors, in [worker, depth, columns]
  void addProduct(const RaggedProduct &product, mlir::Value count, mlir::Value partial);

  mlir::Value makePartial(const RaggedProduct &product);
  // Where in [depth, columns] the indices of a matrix' names lie.
  std::pair<mlir::Value, mlir::Value>
  placeInMatrix(const RaggedProduct &product,
                const llvm::DenseMap<mlir::StringAttr, mlir::Value> &here);

private:
  // Of each product that reads a matrix: [depth, columns], or [columns, depth] to fold with.
  std::vector<mlir::Value> packs;

  mlir::Value packOf(const RaggedProduct &product) {
    return packs[&product - plan.products.begin()];
  }
  bool areOfOneLayout(const RaggedProduct &one, const RaggedProduct &other) const;
  mlir::Value pack(const RaggedProduct &product);
  void multiply(mlir::Value left, mlir::Value right, mlir::Value to, int64_t depth,
                mlir::Value count);
  int64_t padded(int64_t columns) const { return llvm::alignTo(columns, shape.lanes); }
};

} // namespace orrery

#endif // ORRERY_PASSES_TILE_RAGGEDPRODUCTS_H
