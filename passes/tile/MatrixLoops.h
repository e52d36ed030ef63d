// Loops over vectors for small dense matrices in memory: products with accumulators in registers,
// and row by row work.

#ifndef ORRERY_PASSES_TILE_MATRIXLOOPS_H
#define ORRERY_PASSES_TILE_MATRIXLOOPS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

#include <functional>

namespace orrery {

// How wide the target's registers are, and how many it has.
struct VectorShape {
  int64_t lanes;
  int64_t registers;
};

// Lanes j .. j + count of a row, count <= lanes; the lanes beyond count are whatever, and must not
// be stored.
struct Lanes {
  mlir::Value j;
  int64_t count;
  // Within a strip of columns: where the strip starts, and how far from there these lanes are.
  mlir::Value start = {};
  int64_t offset = 0;
};

class MatrixLoops {
public:
  using Value = mlir::Value;
  MatrixLoops(mlir::OpBuilder &b, mlir::Location loc, mlir::FloatType element, VectorShape shape);

  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::FloatType element;
  VectorShape shape;
  mlir::VectorType vector;

  Value index(int64_t value);
  Value add(Value i, int64_t offset);
  Value scalar(double value);
  Value splat(double value);
  Value broadcast(Value scalar);
  // `fill` where a lane is beyond the count.
  Value masked(Value vector, int64_t count, double fill);

  // Reads and writes with the element type widened to `element` and back; indices end in the
  // column.
  Value load(Value memref, mlir::ValueRange indices);
  Value loadLanes(Value memref, mlir::ValueRange indices, int64_t count);
  void store(Value value, Value memref, mlir::ValueRange indices);
  void storeLanes(Value vector, Value memref, mlir::ValueRange indices, int64_t count);

  // All indices below `sizes`, in any order and at the same time.
  void parallel(llvm::ArrayRef<int64_t> sizes, llvm::function_ref<void(mlir::ValueRange)> body);
  void parallel(llvm::ArrayRef<Value> counts, llvm::function_ref<void(mlir::ValueRange)> body);
  // for i = 0 .. count: body(i).
  void loop(int64_t count, llvm::function_ref<void(Value)> body);
  // for blocks of `block` rows, and one smaller at the end: body(first row, rows).
  void blocks(int64_t count, int64_t block, llvm::function_ref<void(Value, int64_t)> body);
  // for the lanes of one row of `count` columns, carrying vectors.
  llvm::SmallVector<Value>
  overLanes(int64_t count, mlir::ValueRange init,
            llvm::function_ref<llvm::SmallVector<Value>(Lanes, mlir::ValueRange)> body);

  // C (rows x columns) = sum over k of a(i, k) * b(k, lanes), starting at init and ending at store.
  // Rows and columns are static, and the sizes of k (one or more loops, the last innermost) mostly;
  // a tile of C stays in registers while k runs.
  struct Product {
    int64_t rows, columns;
    llvm::SmallVector<int64_t> depth; // dynamic: `runTimeDepth`
    Value runTimeDepth = {};
    // So many rows are asked for; those up to `rows` may be computed.
    Value runTimeRows = {};
    std::function<Value(Value i, mlir::ValueRange k)> a;
    std::function<Value(mlir::ValueRange k, Lanes)> b;
    std::function<Value(Value i, Lanes)> init; // zero when null
    std::function<void(Value i, Lanes, Value sum)> store;
    // sum + a * b of whole vectors; when null, a is a number and this is a fused multiply-add.
    std::function<Value(Value a, Value b, Value sum)> step;
  };
  void product(const Product &p);
  // One strip of its columns, which starts at j; counts: lanes of each of its vectors.
  void strip(const Product &p, Value j, llvm::ArrayRef<int64_t> counts);
  // Vectors of a strip: as many as registers allow, and as even as possible (11 vectors are 4 + 4 +
  // 3).
  int64_t stripVectors(int64_t columns) const;
  // Rows of a tile beside so many vectors.
  int64_t tileRows(int64_t vectors) const;
  // The same, fewer by up to a third where that divides the rows: a smaller tile at the end would
  // be as much code again.
  int64_t evenRows(int64_t rows, int64_t vectors) const;

private:
  void runTimeBlocks(const Product &p, llvm::function_ref<void(Value, int64_t)> body, int64_t most);
  void tile(const Product &p, Value i, int64_t rows, Value j, llvm::ArrayRef<int64_t> counts);
  llvm::SmallVector<Value>
  overDepth(const Product &p, llvm::SmallVector<Value> ks, mlir::ValueRange sums,
            llvm::function_ref<llvm::SmallVector<Value>(mlir::ValueRange, mlir::ValueRange)> body);
};

} // namespace orrery

#endif // ORRERY_PASSES_TILE_MATRIXLOOPS_H
