// Drops dim names from tensor types.

#include "passes/lower/Types.h"

#include "dialects/field/Field.h"

using namespace mlir;
using namespace orrery;

// A vector of i1 is packed in memory and an array of i1 is not, so truth values are stored as
// bytes.
Type orrery::storedElement(Type element) {
  return element.isInteger(1) ? IntegerType::get(element.getContext(), 8) : element;
}

RankedTensorType orrery::plainType(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return RankedTensorType::get(tensor.getShape(), storedElement(tensor.getElementType()));
}

MemRefType orrery::bufferType(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return MemRefType::get(tensor.getShape(), storedElement(tensor.getElementType()));
}

FieldTypeConverter::FieldTypeConverter() {
  addConversion([](Type type) { return type; });
  addConversion([](RankedTensorType type) -> std::optional<Type> {
    if (!isa_and_nonnull<field::DimsAttr>(type.getEncoding()))
      return std::nullopt;
    return plainType(type);
  });
  auto viaCast = [](OpBuilder &builder, Type type, ValueRange inputs, Location loc) -> Value {
    return UnrealizedConversionCastOp::create(builder, loc, type, inputs).getResult(0);
  };
  addSourceMaterialization(viaCast);
  addTargetMaterialization(viaCast);
}
