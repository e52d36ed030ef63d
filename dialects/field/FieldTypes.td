// Tensor types with named dims, for the operations of every dialect.

#ifndef ORRERY_FIELD_TYPES_TD
#define ORRERY_FIELD_TYPES_TD

include "dialects/field/FieldDialect.td"

def Field_HasDims : CPred<"::mlir::isa<::mlir::RankedTensorType>($_self) && ::mlir::isa_and_nonnull<::orrery::field::DimsAttr>("
                          "::mlir::cast<::mlir::RankedTensorType>($_self).getEncoding())">;
class Field_TensorOf<string elements, Pred element> : Type<And<[Field_HasDims, element]>,
    "tensor with named dims of " # elements, "::mlir::RankedTensorType">;
def Field_Tensor : Field_TensorOf<"any element type", CPred<"true">>;
def Field_Real : Field_TensorOf<"floating-point numbers",
    CPred<"::mlir::isa<::mlir::FloatType>(::mlir::cast<::mlir::RankedTensorType>($_self).getElementType())">>;
def Field_Bool : Field_TensorOf<"i1",
    CPred<"::mlir::cast<::mlir::RankedTensorType>($_self).getElementType().isInteger(1)">>;
def Field_I64 : Field_TensorOf<"i64",
    CPred<"::mlir::cast<::mlir::RankedTensorType>($_self).getElementType().isInteger(64)">>;

#endif // ORRERY_FIELD_TYPES_TD
