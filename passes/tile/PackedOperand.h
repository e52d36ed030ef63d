// A copy of a contraction's operand in the order in which the product reads it.

#ifndef ORRERY_PASSES_TILE_PACKEDOPERAND_H
#define ORRERY_PASSES_TILE_PACKEDOPERAND_H

#include "passes/tile/ContractionPlan.h"
#include "passes/tile/MatrixLoops.h"

namespace orrery {

// [outer names of the operand.., strip, summed names.., place in the strip]: strips of `width`
// along one of its own names, the vector dim's columns or the rows. Beyond the last place there are
// zeros. With `pairs`, the last summed name runs over pairs, and both elements of one lie side by
// side: what a dot product of bf16 reads at once.
class PackedOperand {
public:
  using Value = mlir::Value;
  // `m` must outlive this; `memory` is the operand's buffer, an axis a group.
  static PackedOperand columnsOf(MatrixLoops &m, const ContractionPlan &plan, Value memory,
                                 bool pairs);
  static PackedOperand rowsOf(MatrixLoops &m, const ContractionPlan &plan, Value memory, bool pairs,
                              int64_t tile);

  // Emits the loops that fill the copy.
  void fill();
  // The lanes of the columns at one summed place.
  Value lanes(const Position &at, mlir::ValueRange ks, Lanes l);
  // The number of a row at one summed place; with `pairs`, two.
  Value number(const Position &at, mlir::ValueRange ks);
  // Vectors of a strip of columns.
  int64_t vectors() const { return width / m.shape.lanes; }

private:
  PackedOperand(MatrixLoops &m, const ContractionPlan &plan, const ContractionOperand &operand,
                Value memory, bool pairs, mlir::StringAttr along, int64_t width, int64_t chunk);
  void fillStrip(Position at, llvm::SmallVector<Value> to);
  void fillPlace(const Position &at, Value start, llvm::ArrayRef<Value> to);
  Value chunkAt(Position at, Value start, int64_t offset);
  void fillOneByOne(const Position &at, Value start, llvm::ArrayRef<Value> to, int64_t part);
  llvm::SmallVector<Value> placeIn(const Position &at, Value i);

  MatrixLoops &m;
  const ContractionPlan &plan;
  const ContractionOperand &operand;
  const NameGroups &groups;
  Value memory, copy;
  bool pairs;
  mlir::StringAttr along; // the name that is cut into strips
  Names outer;            // of the copy, before the strip
  int64_t size, width;    // of that name, and of a strip
  int64_t chunk;          // places that are copied at once where they are neighbours in memory
  mlir::Type stored;
};

// The place of an operand's element in its buffer, which has an axis a group.
llvm::SmallVector<mlir::Value> placeOf(MatrixLoops &m, const NameGroups &groups,
                                       const ContractionOperand &operand, const Position &at);

} // namespace orrery

#endif // ORRERY_PASSES_TILE_PACKEDOPERAND_H
