// A copy of a contraction's operand in the order in which the product reads it.

#ifndef ORRERY_PASSES_TILE_PACKEDOPERAND_H
#define ORRERY_PASSES_TILE_PACKEDOPERAND_H

#include "passes/tile/ContractionPlan.h"
#include "passes/tile/MatrixLoops.h"

namespace orrery {

// [outer names of the operand.., strip, summed names.., column of the strip]; beyond the last
// column there are zeros. With `pairs`, the last summed name runs over pairs, and both elements of
// one lie side by side in every column: what a dot product of bf16 reads at once.
class PackedOperand {
public:
  using Value = mlir::Value;
  // `m` must outlive this; `memory` is the operand's buffer, an axis a group.
  PackedOperand(MatrixLoops &m, const ContractionPlan &plan, Value memory, bool pairs);

  // Emits the loops that fill the copy.
  void fill();
  // The lanes of the columns at one summed place.
  Value at(const Position &at, mlir::ValueRange ks, Lanes l);
  // Vectors of a strip.
  int64_t vectors() const { return width / m.shape.lanes; }

private:
  void fillStrip(Position at, llvm::SmallVector<Value> to);
  void fillPlace(const Position &at, Value start, llvm::ArrayRef<Value> to);
  Value lanesAt(Position at, Value start, int64_t lane);
  void fillColumns(const Position &at, Value start, llvm::ArrayRef<Value> to, int64_t part);

  MatrixLoops &m;
  const ContractionPlan &plan;
  const NameGroups &groups;
  Value memory, copy;
  bool pairs;
  Names outer; // of the copy, before the strip
  int64_t columns, width;
  mlir::Type stored;
};

// The place of an operand's element in its buffer, which has an axis a group.
llvm::SmallVector<mlir::Value> placeOf(MatrixLoops &m, const NameGroups &groups,
                                       const ContractionOperand &operand, const Position &at);

} // namespace orrery

#endif // ORRERY_PASSES_TILE_PACKEDOPERAND_H
