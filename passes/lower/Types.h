// The one type converter: from arrays with named dims to plain tensors and buffers.

#ifndef ORRERY_PASSES_LOWER_TYPES_H
#define ORRERY_PASSES_LOWER_TYPES_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Transforms/DialectConversion.h"

namespace orrery {

// tensor<8x4xf32, #field.dims<a, b>> -> tensor<8x4xf32>; elements of i1 become i8.
class FieldTypeConverter : public mlir::TypeConverter {
public:
  FieldTypeConverter();
};

mlir::Type storedElement(mlir::Type element);
mlir::RankedTensorType plainType(mlir::Type type);
// The buffer of a tensor: contiguous, row-major.
mlir::MemRefType bufferType(mlir::Type type);

} // namespace orrery

#endif // ORRERY_PASSES_LOWER_TYPES_H
