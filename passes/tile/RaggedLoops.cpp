// Values of a kernel along a dim of run-time size, computed from what they are made of.

#include "passes/tile/RaggedLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace orrery;

// With fewer places a loop is over before other threads have begun.
static constexpr int64_t worthSharing = 4096;

static Type elementOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

RaggedLoops::Key RaggedLoops::key(Value value, const Fixed &fixed) const {
  Key result{value.getAsOpaquePointer(), {}};
  for (StringAttr name : plan.unrolled(value))
    result.second.push_back(fixed.at(name.getValue()));
  return result;
}

Value RaggedLoops::vectorOf(Value number) {
  if (isa<VectorType>(number.getType()))
    return number;
  return vector::BroadcastOp::create(b, loc, VectorType::get({shape.lanes}, number.getType()),
                                     number);
}

Value RaggedLoops::valueAt(Value value, const Fixed &fixed) {
  bool vector = plan.hasRow(value) && lanes.count > 0;
  auto &known = vector ? vectors : numbers;
  Key at = key(value, fixed);
  if (auto there = known.find(at); there != known.end())
    return there->second;
  OpBuilder::InsertionGuard guard(b);
  if (!vector && lanes.count > 0)
    b.restoreInsertionPoint(beforeRow);
  Value computed = compute(value, fixed);
  if (!vector && lanes.count > 0)
    beforeRow = b.saveInsertionPoint();
  known[at] = computed;
  return computed;
}

void RaggedLoops::over(ArrayRef<std::pair<StringAttr, int64_t>> names, Fixed fixed,
                       llvm::function_ref<void(const Fixed &)> body) {
  if (names.empty()) {
    body(fixed);
    return;
  }
  for (int64_t i = 0; i < names.front().second; ++i) {
    fixed[names.front().first.getValue()] = i;
    over(names.drop_front(), fixed, body);
  }
}

SmallVector<std::pair<StringAttr, int64_t>> RaggedLoops::sized(Value value,
                                                               ArrayRef<StringAttr> names) const {
  SmallVector<std::pair<StringAttr, int64_t>> result;
  for (StringAttr name : names)
    if (int64_t axis = field::axisOf(value.getType(), name); axis >= 0 && name != plan.row)
      if (int64_t size = cast<RankedTensorType>(value.getType()).getDimSize(axis);
          !ShapedType::isDynamic(size))
        result.push_back({name, size});
  return result;
}

void RaggedLoops::overArray(
    Value array, llvm::function_ref<void(const DenseMap<StringAttr, Value> &, ValueRange)> body) {
  auto type = cast<RankedTensorType>(array.getType());
  DenseMap<StringAttr, Value> here;
  SmallVector<Value> place;
  auto enter = [&](Value i) {
    here[field::namesOf(type)[place.size()]] = i;
    place.push_back(i);
  };
  std::function<void()> nest = [&] {
    size_t n = place.size();
    if (n == field::namesOf(type).size()) {
      body(here, place);
      return;
    }
    loop(type.getDimSize(n), [&](Value i) {
      enter(i);
      nest();
      place.pop_back();
    });
  };
  if (type.getRank() < 2 || type.getNumElements() < worthSharing) {
    nest();
    return;
  }
  parallel(type.getShape().drop_back(), [&](ValueRange outer) {
    llvm::for_each(outer, enter);
    nest();
  });
}

//===-- Memory --------------------------------------------------------------------------------===//

SmallVector<Value> RaggedLoops::indicesOf(Value array, const Fixed &fixed) {
  SmallVector<Value> place;
  for (StringAttr name : field::namesOf(array)) {
    if (Value there = at.lookup(name))
      place.push_back(there);
    else if (name == plan.row && lanes.count > 0)
      place.push_back(lanes.j);
    else
      place.push_back(index(fixed.at(name.getValue())));
  }
  return place;
}

Value RaggedLoops::loadIndex(Value array, ValueRange place) {
  Value stored = memref::LoadOp::create(b, loc, buffers.lookup(array), place);
  return arith::IndexCastOp::create(b, loc, b.getIndexType(), stored);
}

static Value laneMask(OpBuilder &b, Location loc, int64_t lanes, Value count) {
  return vector::CreateMaskOp::create(b, loc, VectorType::get({lanes}, b.getI1Type()),
                                      ValueRange{count});
}

Value RaggedLoops::loadVector(Value buffer, ValueRange place) {
  Type stored = cast<MemRefType>(buffer.getType()).getElementType();
  auto type = VectorType::get({shape.lanes}, stored);
  if (lanes.count >= shape.lanes)
    return vector::LoadOp::create(b, loc, type, buffer, place);
  Value zero = arith::ConstantOp::create(
      b, loc, DenseElementsAttr::get(type, cast<TypedAttr>(b.getZeroAttr(stored))));
  return vector::MaskedLoadOp::create(b, loc, type, buffer, place,
                                      laneMask(b, loc, shape.lanes, index(lanes.count)), zero);
}

Value RaggedLoops::load(Value array, const Fixed &fixed) {
  bool vector = plan.hasRow(array) && lanes.count > 0;
  Value loaded;
  if (Value turned = packed.lookup(array)) {
    SmallVector<Value> place;
    for (StringAttr name : plan.unrolled(array))
      place.push_back(index(fixed.at(name.getValue())));
    place.push_back(lanes.j);
    loaded = loadVector(turned, place);
  } else {
    Value buffer = buffers.lookup(array);
    SmallVector<Value> place = indicesOf(array, fixed);
    loaded =
        vector ? loadVector(buffer, place) : Value(memref::LoadOp::create(b, loc, buffer, place));
  }
  if (getElementTypeOrSelf(loaded.getType()) == elementOf(array))
    return loaded;
  // Truth values are stored as bytes.
  Value zero = arith::ConstantOp::create(b, loc, cast<TypedAttr>(b.getZeroAttr(loaded.getType())));
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, loaded, zero);
}

void RaggedLoops::storeAt(Value computed, Value array, const Fixed &fixed) {
  Value buffer = buffers.lookup(array);
  SmallVector<Value> place = indicesOf(array, fixed);
  bool vector = plan.hasRow(array) && lanes.count > 0;
  if (vector)
    computed = vectorOf(computed);
  Type stored = cast<MemRefType>(buffer.getType()).getElementType();
  if (getElementTypeOrSelf(computed.getType()) != stored)
    computed = arith::ExtUIOp::create(
        b, loc, vector ? Type(VectorType::get({shape.lanes}, stored)) : stored, computed);
  if (vector)
    storeVector(computed, buffer, place);
  else
    memref::StoreOp::create(b, loc, computed, buffer, place);
}

void RaggedLoops::storeVector(Value computed, Value buffer, ValueRange place) {
  if (lanes.count >= shape.lanes)
    vector::StoreOp::create(b, loc, computed, buffer, place);
  else
    vector::MaskedStoreOp::create(b, loc, buffer, place,
                                  laneMask(b, loc, shape.lanes, index(lanes.count)), computed);
}

int64_t RaggedLoops::columnsOf(Value value) const {
  int64_t columns = plan.hasRow(value) ? plan.rowSize : 1;
  for (auto [name, size] : sized(value, plan.unrolled(value)))
    columns *= size;
  return columns;
}

SmallVector<Value> RaggedLoops::placeInTile(Value value, const Fixed &fixed) {
  int64_t column = 0;
  for (auto [name, size] : sized(value, plan.unrolled(value)))
    column = column * size + fixed.at(name.getValue());
  if (!plan.hasRow(value))
    return {worker, turn, index(column)};
  return {worker, turn, add(lanes.j, column * plan.rowSize)};
}

void RaggedLoops::keep(Value computed, Value value, const Fixed &fixed) {
  Value memory = kept.lookup(value).memory;
  SmallVector<Value> place = placeInTile(value, fixed);
  if (plan.hasRow(value))
    storeVector(vectorOf(computed), memory, place);
  else
    memref::StoreOp::create(b, loc, computed, memory, place);
}

Value RaggedLoops::loadKept(Value value, const Fixed &fixed) {
  Value memory = kept.lookup(value).memory;
  SmallVector<Value> place = placeInTile(value, fixed);
  return plan.hasRow(value) ? loadVector(memory, place)
                            : Value(memref::LoadOp::create(b, loc, memory, place));
}

//===-- Operations ----------------------------------------------------------------------------===//

Value RaggedLoops::compute(Value value, const Fixed &fixed) {
  Operation *op = value.getDefiningOp();
  if (op && kept.lookup(value).known)
    return loadKept(value, fixed);
  if (!op)
    return load(value, fixed);
  if (auto constant = dyn_cast<field::ConstantOp>(op)) {
    auto number = cast<SplatElementsAttr>(constant.getValue()).getSplatValue<TypedAttr>();
    return arith::ConstantOp::create(b, loc, number);
  }
  if (auto gather = dyn_cast<graph::GatherOp>(op))
    return gathered(gather, fixed);
  if (isa<field::ReduceOp, field::ContractOp>(op))
    return sumHere(op, fixed);
  if (auto broadcast = dyn_cast<field::BroadcastOp>(op))
    return valueAt(broadcast.getInput(), fixed);
  if (auto iota = dyn_cast<field::IotaOp>(op))
    return counted(iota, fixed);
  if (auto pad = dyn_cast<field::PadOp>(op))
    return padded(pad, fixed);
  if (auto stack = dyn_cast<field::StackOp>(op))
    return valueAt(stack.getInputs()[fixed.at(stack.getDim())], fixed);
  Fixed there = fixed;
  if (auto extract = dyn_cast<field::ExtractOp>(op)) {
    there[extract.getDim()] = extract.getIndex();
    return valueAt(extract.getInput(), there);
  }
  if (auto slice = dyn_cast<field::SliceOp>(op)) {
    there[slice.getDim()] = fixed.at(slice.getAs()) + slice.getOffset();
    return valueAt(slice.getInput(), there);
  }
  bool vector = plan.hasRow(value) && lanes.count > 0;
  SmallVector<Value> args;
  for (Value operand : op->getOperands()) {
    Value arg = valueAt(operand, fixed);
    args.push_back(vector ? vectorOf(arg) : arg);
  }
  return cast<ElementwiseOp>(op).buildScalar(b, op->getLoc(), args);
}

// What lies at the other end of the map is read there.
Value RaggedLoops::gathered(graph::GatherOp gather, const Fixed &fixed) {
  // The index is a number of the element, and found before the row.
  Key where{gather.getIndex().getAsOpaquePointer(), {}};
  Value &there = numbers[where];
  if (!there) {
    OpBuilder::InsertionGuard guard(b);
    if (lanes.count > 0)
      b.restoreInsertionPoint(beforeRow);
    there = loadIndex(gather.getIndex(), at.lookup(gather.getFrom()));
    if (lanes.count > 0)
      beforeRow = b.saveInsertionPoint();
  }
  // The dim that the map goes to has another place within the kernel only through maps.
  Value before = at.lookup(gather.getTo());
  at[gather.getTo()] = there;
  Value loaded = load(gather.getInput(), fixed);
  if (before)
    at[gather.getTo()] = before;
  else
    at.erase(gather.getTo());
  return loaded;
}

Value RaggedLoops::summand(Operation *sum, const Fixed &fixed) {
  Value first = valueAt(sum->getOperand(0), fixed);
  if (sum->getNumOperands() == 1)
    return first;
  Value second = valueAt(sum->getOperand(1), fixed);
  if (isa<VectorType>(first.getType()) || isa<VectorType>(second.getType())) {
    first = vectorOf(first);
    second = vectorOf(second);
  }
  return arith::MulFOp::create(b, loc, first, second);
}

// A sum over unrolled names alone; those over the row are known by now, those over all elements are
// asked for by nobody.
Value RaggedLoops::sumHere(Operation *sum, const Fixed &fixed) {
  if (llvm::is_contained(plan.rowSums, sum) || llvm::is_contained(plan.columnSums, sum) ||
      plan.productOf(sum))
    llvm::report_fatal_error("a sum is used before it is known");
  auto reduce = dyn_cast<field::ReduceOp>(sum);
  auto kind = reduce ? reduce.getKind() : field::ReduceKind::Sum;
  bool vector = plan.hasRow(sum->getResult(0)) && lanes.count > 0;
  Value total;
  over(sized(sum->getOperand(0), summedBy(sum)), fixed, [&](const Fixed &place) {
    if (!reduce && total) {
      Value x = valueAt(sum->getOperand(0), place), y = valueAt(sum->getOperand(1), place);
      if (vector)
        total = math::FmaOp::create(b, loc, vectorOf(x), vectorOf(y), total);
      else
        total = math::FmaOp::create(b, loc, x, y, total);
      return;
    }
    Value next = summand(sum, place);
    if (vector)
      next = vectorOf(next);
    if (!total)
      total = next;
    else if (kind == field::ReduceKind::Sum)
      total = arith::AddFOp::create(b, loc, total, next);
    else if (kind == field::ReduceKind::Max)
      total = arith::MaximumFOp::create(b, loc, total, next);
    else
      total = arith::MinimumFOp::create(b, loc, total, next);
  });
  return total;
}

Value RaggedLoops::padded(field::PadOp pad, Fixed fixed) {
  int64_t i = fixed.at(pad.getAs()) - static_cast<int64_t>(pad.getLow());
  if (i < 0 || i >= field::sizeOf(pad.getInput().getType(), pad.getDim()))
    return arith::ConstantOp::create(b, loc, cast<TypedAttr>(b.getZeroAttr(elementOf(pad))));
  fixed[pad.getDim()] = i;
  return valueAt(pad.getInput(), fixed);
}

Value RaggedLoops::counted(field::IotaOp iota, const Fixed &fixed) {
  Type type = elementOf(iota);
  StringAttr name = field::namesOf(iota.getResult()).front();
  auto numberOf = [&](Value i) -> Value {
    Value number = arith::IndexCastOp::create(b, loc, b.getI64Type(), i);
    return isa<FloatType>(type) ? Value(arith::SIToFPOp::create(b, loc, type, number)) : number;
  };
  if (Value there = at.lookup(name))
    return numberOf(there);
  if (name != plan.row || lanes.count == 0)
    return numberOf(index(fixed.at(name.getValue())));
  SmallVector<Value> numbers;
  for (int64_t lane = 0; lane < shape.lanes; ++lane)
    numbers.push_back(numberOf(add(lanes.j, lane)));
  return vector::FromElementsOp::create(b, loc, VectorType::get({shape.lanes}, type), numbers);
}
