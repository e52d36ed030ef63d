// Sums over all elements of a dim of run-time size.

#include "passes/tile/RaggedColumns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace orrery;

void RaggedColumns::makePartials() {
  for (Operation *sum : plan.columnSums) {
    if (const RaggedProduct *product = plan.productOf(sum)) {
      partial[sum] = makePartial(*product);
      continue;
    }
    Value result = sum->getResult(0);
    SmallVector<int64_t> sizes{workers};
    for (auto [name, size] : unrolledOf(result))
      sizes.push_back(size);
    if (plan.hasRow(result))
      sizes.push_back(plan.rowSize);
    Type stored = cast<RankedTensorType>(result.getType()).getElementType();
    partial[sum] =
        memref::AllocOp::create(b, loc, MemRefType::get(sizes, stored), b.getI64IntegerAttr(64));
  }
}

void RaggedColumns::clearPartials() {
  for (Operation *sum : plan.columnSums)
    clear(partial[sum]);
}

void RaggedColumns::clear(Value array) {
  auto type = cast<MemRefType>(array.getType());
  SmallVector<Value> place{worker};
  Value nothing = arith::ConstantOp::create(b, loc, b.getFloatAttr(type.getElementType(), 0.0));
  std::function<void()> nest = [&] {
    if (static_cast<int64_t>(place.size()) < type.getRank()) {
      loop(type.getDimSize(place.size()), [&](Value i) {
        place.push_back(i);
        nest();
        place.pop_back();
      });
      return;
    }
    memref::StoreOp::create(b, loc, nothing, array, place);
  };
  nest();
}

void RaggedColumns::addTo(Value memory, SmallVector<Value> place, Value computed,
                          llvm::function_ref<Value(Value, Value)> combine) {
  auto both = [&](Value before) {
    return combine ? combine(before, computed)
                   : Value(arith::AddFOp::create(b, loc, before, computed));
  };
  if (isa<VectorType>(computed.getType()))
    storeVector(both(loadVector(memory, place)), memory, place);
  else
    memref::StoreOp::create(b, loc, both(memref::LoadOp::create(b, loc, memory, place)), memory,
                            place);
}

SmallVector<Value> RaggedColumns::partialPlace(Operation *sum, const Fixed &fixed) {
  SmallVector<Value> place{worker};
  for (StringAttr name : plan.unrolled(sum->getResult(0)))
    place.push_back(index(fixed.at(name.getValue())));
  if (plan.hasRow(sum->getResult(0)))
    place.push_back(lanes.j);
  return place;
}

void RaggedColumns::addToColumn(Operation *sum) {
  Value result = sum->getResult(0);
  over(unrolledOf(result), {}, [&](const Fixed &fixed) {
    Value total;
    over(sized(sum->getOperand(0), summedBy(sum)), fixed, [&](const Fixed &place) {
      Value next = summand(sum, place);
      total = total ? Value(arith::AddFOp::create(b, loc, total, next)) : next;
    });
    addTo(partial[sum], partialPlace(sum, fixed), plan.hasRow(result) ? vectorOf(total) : total);
  });
}

void RaggedColumns::collect() {
  for (Operation *sum : plan.columnSums)
    collect(sum);
}

// The workers' sums are added in order.
void RaggedColumns::collect(Operation *sum) {
  Value result = sum->getResult(0), from = partial[sum];
  const RaggedProduct *product = plan.productOf(sum);
  Type stored = cast<MemRefType>(from.getType()).getElementType();
  overArray(result, [&](const DenseMap<StringAttr, Value> &here, ValueRange to) {
    SmallVector<Value> place;
    if (product) {
      auto [row, column] = placeInMatrix(*product, here);
      place = {row, column};
    } else {
      for (StringAttr name : plan.unrolled(result))
        place.push_back(here.lookup(name));
      if (plan.hasRow(result))
        place.push_back(here.lookup(plan.row));
    }
    Value zero = arith::ConstantOp::create(b, loc, b.getFloatAttr(stored, 0.0));
    auto adding = scf::ForOp::create(b, loc, index(0), index(workers), index(1), ValueRange{zero});
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(adding.getBody());
      place.insert(place.begin(), adding.getInductionVar());
      Value next = memref::LoadOp::create(b, loc, from, place);
      scf::YieldOp::create(
          b, loc, ValueRange{arith::AddFOp::create(b, loc, adding.getRegionIterArg(0), next)});
    }
    memref::StoreOp::create(b, loc, adding.getResult(0), buffers.lookup(result), to);
  });
}
