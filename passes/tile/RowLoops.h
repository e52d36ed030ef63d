// Values of a kernel at one place of its domain: a vector along the row, or a number.

#ifndef ORRERY_PASSES_TILE_ROWLOOPS_H
#define ORRERY_PASSES_TILE_ROWLOOPS_H

#include "passes/tile/MatrixLoops.h"
#include "passes/tile/RowsPlan.h"

namespace orrery {

// Where values are asked for. Views change it on the way to what they look at.
struct RowPlace {
  Position at;           // an index a group; the row group's is its first lane
  mlir::StringAttr row;  // the row group's name here
  int64_t count = 0;     // real lanes; 0: no lanes, numbers only
  mlir::Value mask = {}; // lanes that may be read, where a border has cut some off
};

class RowLoops : protected MatrixLoops {
public:
  RowLoops(mlir::OpBuilder &b, mlir::Location loc, mlir::FloatType element, VectorShape shape,
           const RowsPlan &plan, const llvm::DenseMap<mlir::Value, mlir::Value> &buffers)
      : MatrixLoops(b, loc, element, shape), plan(plan), groups(plan.groups), buffers(buffers) {}

protected:
  using Known = llvm::DenseMap<mlir::Value, mlir::Value>;

  const RowsPlan &plan;
  const NameGroups &groups;
  const llvm::DenseMap<mlir::Value, mlir::Value> &buffers;

  // The value, as it is: a vector where it lies along the row, else a number. `known` holds what
  // was computed at this very place.
  Value valueAt(Value value, const RowPlace &place, Known &known);
  // The same, as a vector.
  Value vectorAt(Value value, const RowPlace &place, Known &known);
  void storeAt(Value computed, Value array, const RowPlace &place);
  Value memory(Value array);

private:
  Value compute(Value value, const RowPlace &place, Known &known);
  Value loadAt(Value array, const RowPlace &place);
  Value loadRow(Value buffer, mlir::Type stored, llvm::SmallVector<Value> from, int64_t rowAxis,
                const RowPlace &place);
  Value throughPad(field::PadOp pad, const RowPlace &place);
  Value iotaAt(field::IotaOp iota, const RowPlace &place);
  Value broadcastTo(Value number);
  bool alongRow(Value value, const RowPlace &place);
};

} // namespace orrery

#endif // ORRERY_PASSES_TILE_ROWLOOPS_H
