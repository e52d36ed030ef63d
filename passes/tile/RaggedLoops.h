// Values of a kernel along a dim of run-time size at one place: a vector along the row, or a
// number.

#ifndef ORRERY_PASSES_TILE_RAGGEDLOOPS_H
#define ORRERY_PASSES_TILE_RAGGEDLOOPS_H

#include "passes/tile/MatrixLoops.h"
#include "passes/tile/RaggedPlan.h"

#include <map>

namespace orrery {

// Indices of the unrolled names.
using Fixed = std::map<mlir::StringRef, int64_t>;

class RaggedLoops : protected MatrixLoops {
public:
  RaggedLoops(mlir::OpBuilder &b, mlir::Location loc, mlir::FloatType element, VectorShape shape,
              const RaggedPlan &plan, const llvm::DenseMap<mlir::Value, mlir::Value> &buffers,
              int64_t workers)
      : MatrixLoops(b, loc, element, shape), plan(plan), buffers(buffers), workers(workers) {}

protected:
  const RaggedPlan &plan;
  const llvm::DenseMap<mlir::Value, mlir::Value> &buffers;
  int64_t workers;
  mlir::Value worker;                              // which one the loop is at
  llvm::DenseMap<mlir::Value, mlir::Value> packed; // arrays turned round, [unrolled.., row]

  // Where the loops stand: the element of `main`, or of what a map sends it to.
  llvm::DenseMap<mlir::StringAttr, mlir::Value> at;
  // The lanes of the row; count 0 where there are none.
  Lanes lanes{{}, 0};
  // Numbers of one element of `main` are computed before the loop over its row.
  mlir::OpBuilder::InsertPoint beforeRow;
  // What a tile of elements keeps: memory, [worker, element of the tile, unrolled.. x row]; `known`
  // once it holds the value.
  struct Kept {
    mlir::Value memory;
    bool known = false;
  };
  llvm::DenseMap<mlir::Value, Kept> kept;
  mlir::Value turn; // which element of the tile the loops are at

  // Starts over: nothing is known of a new element of `main`, or of new lanes.
  void newElement() { numbers.clear(); }
  void newLanes(Lanes now) {
    lanes = now;
    vectors.clear();
  }
  void setNumber(mlir::Value value, const Fixed &fixed, mlir::Value number) {
    numbers[key(value, fixed)] = number;
  }

  // The value at this place, of the indices in `fixed` those that it has names for: a vector where
  // it lies along the row and there are lanes, else a number.
  mlir::Value valueAt(mlir::Value value, const Fixed &fixed);
  mlir::Value vectorOf(mlir::Value number);
  // What a sum adds up at one place of all that is summed: the operand, or the product of both.
  mlir::Value summand(mlir::Operation *sum, const Fixed &fixed);
  // Calls the body for all indices of the names.
  void over(llvm::ArrayRef<std::pair<mlir::StringAttr, int64_t>> names, Fixed fixed,
            llvm::function_ref<void(const Fixed &)> body);
  llvm::SmallVector<std::pair<mlir::StringAttr, int64_t>>
  sized(mlir::Value value, llvm::ArrayRef<mlir::StringAttr> names) const;

  // Loops over all places of an array of static size, outside of the workers' loop; where there are
  // many, in any order and at the same time.
  void overArray(mlir::Value array,
                 llvm::function_ref<void(const llvm::DenseMap<mlir::StringAttr, mlir::Value> &,
                                         mlir::ValueRange)>
                     body);
  llvm::SmallVector<mlir::Value> indicesOf(mlir::Value array, const Fixed &fixed);
  void storeAt(mlir::Value computed, mlir::Value array, const Fixed &fixed);
  // Where the unrolled indices of a value lie behind one another, and the row behind them.
  int64_t columnsOf(mlir::Value value) const;
  void keep(mlir::Value computed, mlir::Value value, const Fixed &fixed);
  mlir::Value loadIndex(mlir::Value array, mlir::ValueRange place);
  // The lanes of the row that ends in this place.
  mlir::Value loadVector(mlir::Value buffer, mlir::ValueRange place);
  void storeVector(mlir::Value vector, mlir::Value buffer, mlir::ValueRange place);

private:
  using Key = std::pair<void *, std::vector<int64_t>>;
  std::map<Key, mlir::Value> numbers, vectors;

  Key key(mlir::Value value, const Fixed &fixed) const;
  mlir::Value compute(mlir::Value value, const Fixed &fixed);
  mlir::Value load(mlir::Value array, const Fixed &fixed);
  mlir::Value loadKept(mlir::Value value, const Fixed &fixed);
  llvm::SmallVector<mlir::Value> placeInTile(mlir::Value value, const Fixed &fixed);
  mlir::Value gathered(graph::GatherOp gather, const Fixed &fixed);
  mlir::Value sumHere(mlir::Operation *sum, const Fixed &fixed);
  mlir::Value padded(field::PadOp pad, Fixed fixed);
  mlir::Value counted(field::IotaOp iota, const Fixed &fixed);
};

} // namespace orrery

#endif // ORRERY_PASSES_TILE_RAGGEDLOOPS_H
