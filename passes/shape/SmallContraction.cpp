// Judges contractions by how often each of their elements is used.

#include "passes/shape/SmallContraction.h"

#include "dialects/field/Field.h"

using namespace mlir;
using namespace orrery;

bool orrery::isSmallContraction(Operation *op) {
  auto contract = dyn_cast<field::ContractOp>(op);
  if (!contract)
    return false;
  Type lhs = contract.getLhs().getType(), rhs = contract.getRhs().getType();
  int64_t shared = 1, left = 1, right = 1;
  bool ragged = false;
  auto multiply = [&](Type type, Type other, int64_t &alone, bool countShared) {
    for (auto [name, size] :
         llvm::zip(field::namesOf(type), cast<RankedTensorType>(type).getShape())) {
      if (ShapedType::isDynamic(size))
        ragged = true;
      else if (field::axisOf(other, name) < 0)
        alone *= size;
      else if (countShared)
        shared *= size;
    }
  };
  multiply(lhs, rhs, left, true);
  multiply(rhs, lhs, right, false);
  // Of the three products of static sizes the second largest is how often each element is used.
  SmallVector<int64_t> sizes{shared, left, right};
  llvm::sort(sizes);
  constexpr int64_t fewUses = 32;
  return ragged && sizes[1] <= fewUses;
}
