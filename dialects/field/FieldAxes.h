// Names with sizes, for verifiers: what an operation expects of a type, and the message when it is
// otherwise.

#ifndef ORRERY_DIALECTS_FIELD_FIELDAXES_H
#define ORRERY_DIALECTS_FIELD_FIELDAXES_H

#include "dialects/field/Field.h"

#include "llvm/ADT/MapVector.h"

namespace orrery::field {

class Axes {
public:
  // `op` reports; every failure below is one message on it.
  explicit Axes(mlir::Operation *op) : op(op) {}
  Axes(mlir::Operation *op, mlir::Type type);

  bool has(llvm::StringRef name) const;
  int64_t size(llvm::StringRef name) const;

  // Adds all axes of `type`; a name that is there already must have the same size.
  llvm::LogicalResult unite(mlir::Type type);
  // A new name; it must not be there.
  llvm::LogicalResult add(llvm::StringRef name, int64_t size);
  // Takes a name out; it must be there.
  llvm::LogicalResult remove(llvm::StringRef name);
  // `type` has exactly these names, in any order, with these sizes. `what` says what it is the type
  // of.
  llvm::LogicalResult mustBe(mlir::Type type, llvm::StringRef what = "result") const;

private:
  mlir::Operation *op;
  llvm::SmallMapVector<mlir::StringAttr, int64_t, 4> sizes;
};

// Fails with a message unless `type` has `name`; `what` says what it is the type of.
llvm::LogicalResult mustHave(mlir::Operation *op, mlir::Type type, llvm::StringRef name,
                             llvm::StringRef what = "operand");

// Fails with a message unless both have one element type.
llvm::LogicalResult sameElement(mlir::Operation *op, mlir::Type a, mlir::Type b);

// Fails with a message where `result` holds narrower numbers than `operand`.
llvm::LogicalResult notNarrower(mlir::Operation *op, mlir::Type result, mlir::Type operand);

// Two sizes may stand for the same dim; a dynamic one may be any.
inline bool sizesAgree(int64_t a, int64_t b) {
  return a == b || mlir::ShapedType::isDynamic(a) || mlir::ShapedType::isDynamic(b);
}

} // namespace orrery::field

#endif // ORRERY_DIALECTS_FIELD_FIELDAXES_H
