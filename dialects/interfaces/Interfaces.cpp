// Definitions of the interfaces, and the default cost.

#include "dialects/interfaces/Interfaces.h"

#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;

#include "dialects/interfaces/Interfaces.cpp.inc"

int64_t orrery::bytesOfOperandsAndResults(Operation *op) {
  int64_t bytes = 0;
  auto count = [&](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      return;
    int64_t elements = 1;
    for (int64_t size : tensor.getShape())
      elements *= ShapedType::isDynamic(size) ? 1 : size;
    bytes += elements * ((tensor.getElementTypeBitWidth() + 7) / 8);
  };
  for (Type type : op->getOperandTypes())
    count(type);
  for (Type type : op->getResultTypes())
    count(type);
  return bytes;
}
