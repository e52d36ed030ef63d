// Floating-point operations of the field operations that are not elementwise. Moving numbers costs
// bytes, not operations.

#include "dialects/field/Field.h"

using namespace mlir;
using namespace orrery::field;

int64_t ConstantOp::flops() { return 0; }
int64_t IotaOp::flops() { return 0; }
int64_t BroadcastOp::flops() { return 0; }
int64_t RenameOp::flops() { return 0; }
int64_t SizeCastOp::flops() { return 0; }
int64_t SplitOp::flops() { return 0; }
int64_t MergeOp::flops() { return 0; }
int64_t ExtractOp::flops() { return 0; }
int64_t SliceOp::flops() { return 0; }
int64_t PadOp::flops() { return 0; }
int64_t ConcatOp::flops() { return 0; }
int64_t StackOp::flops() { return 0; }
int64_t ReverseOp::flops() { return 0; }
int64_t WindowOp::flops() { return 0; }

// A multiply and an add for each element of the result and each index that is summed over.
int64_t ContractOp::flops() {
  int64_t summed = 1;
  for (StringRef name : getOver().getAsValueRange<StringAttr>())
    summed *= typical(sizeOf(getLhs().getType(), name));
  return 2 * elementsOf(getResult().getType()) * summed;
}

int64_t ReduceOp::flops() { return elementsOf(getInput().getType()); }
int64_t OverlapAddOp::flops() { return elementsOf(getInput().getType()); }

orrery::PrecisionClass ContractOp::precisionClass() { return PrecisionClass::Compute; }
