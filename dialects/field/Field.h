// The C++ face of the field dialect: include this, not the generated files.

#ifndef ORRERY_DIALECTS_FIELD_FIELD_H
#define ORRERY_DIALECTS_FIELD_FIELD_H

#include "dialects/interfaces/Interfaces.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/field/FieldDialect.h.inc"
#include "dialects/field/FieldEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/field/FieldAttrs.h.inc"
#define GET_OP_CLASSES
#include "dialects/field/FieldOps.h.inc"

namespace orrery::field {

// The names of a tensor's axes, in storage order. The type must carry `#field.dims`.
llvm::ArrayRef<mlir::StringAttr> namesOf(mlir::Type type);
inline llvm::ArrayRef<mlir::StringAttr> namesOf(mlir::Value value) {
  return namesOf(value.getType());
}

// The axis that `name` lies along, or -1.
int64_t axisOf(mlir::Type type, llvm::StringRef name);

// The size of `name`; the type must have it.
int64_t sizeOf(mlir::Type type, llvm::StringRef name);

// Number of elements. A size that is only known at run time counts as a typical one, so that
// weighing one plan against another still makes sense.
int64_t elementsOf(mlir::Type type);
inline int64_t typical(int64_t size) { return mlir::ShapedType::isDynamic(size) ? 1024 : size; }

// Whether every size is known.
inline bool isStatic(mlir::Type type) {
  return mlir::cast<mlir::RankedTensorType>(type).hasStaticShape();
}

// A tensor type with names. Names, sizes: storage order.
mlir::RankedTensorType tensorType(mlir::MLIRContext *context,
                                  llvm::ArrayRef<mlir::StringAttr> names,
                                  llvm::ArrayRef<int64_t> sizes, mlir::Type element);

} // namespace orrery::field

#endif // ORRERY_DIALECTS_FIELD_FIELD_H
