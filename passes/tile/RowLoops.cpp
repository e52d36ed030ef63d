// Values of a kernel at one place of its domain, computed from what they are made of.

#include "passes/tile/RowLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace orrery;

Value RowLoops::memory(Value array) {
  return groups.collapse(b, loc, buffers.lookup(array), field::namesOf(array));
}

bool RowLoops::alongRow(Value value, const RowPlace &place) {
  return place.count > 0 && llvm::is_contained(groups.of(field::namesOf(value)), place.row);
}

Value RowLoops::broadcastTo(Value number) {
  if (isa<VectorType>(number.getType()))
    return number;
  return vector::BroadcastOp::create(b, loc, VectorType::get({shape.lanes}, number.getType()),
                                     number);
}

Value RowLoops::vectorAt(Value value, const RowPlace &place, Known &known) {
  return broadcastTo(valueAt(value, place, known));
}

Value RowLoops::valueAt(Value value, const RowPlace &place, Known &known) {
  if (Value there = known.lookup(value))
    return there;
  Value computed = compute(value, place, known);
  known[value] = computed;
  return computed;
}

Value RowLoops::compute(Value value, const RowPlace &place, Known &known) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return loadAt(value, place);
  if (auto constant = dyn_cast<field::ConstantOp>(op)) {
    auto number = cast<SplatElementsAttr>(constant.getValue()).getSplatValue<TypedAttr>();
    return arith::ConstantOp::create(b, loc, number);
  }
  if (auto iota = dyn_cast<field::IotaOp>(op))
    return iotaAt(iota, place);
  if (auto broadcast = dyn_cast<field::BroadcastOp>(op))
    return valueAt(broadcast.getInput(), place, known);
  if (auto pad = dyn_cast<field::PadOp>(op))
    return throughPad(pad, place);

  // Other views are the same value elsewhere.
  RowPlace there = place;
  auto moved = [&](StringAttr to, StringAttr from, int64_t offset) {
    there.at[from] = add(place.at.lookup(to), offset);
    if (to == place.row)
      there.row = from;
  };
  Known fresh;
  if (auto rename = dyn_cast<field::RenameOp>(op)) {
    for (auto [from, to] : llvm::zip(rename.getFrom().getAsRange<StringAttr>(),
                                     rename.getTo().getAsRange<StringAttr>()))
      moved(to, from, 0);
    return valueAt(rename.getInput(), there, fresh);
  }
  if (auto slice = dyn_cast<field::SliceOp>(op)) {
    moved(slice.getAsAttr(), slice.getDimAttr(), slice.getOffset());
    return valueAt(slice.getInput(), there, fresh);
  }
  if (auto extract = dyn_cast<field::ExtractOp>(op)) {
    there.at[extract.getDimAttr()] = index(extract.getIndex());
    return valueAt(extract.getInput(), there, fresh);
  }

  auto elementwise = cast<ElementwiseOp>(op);
  bool row = alongRow(value, place);
  SmallVector<Value> args;
  for (Value operand : op->getOperands()) {
    Value arg = valueAt(operand, place, known);
    args.push_back(row ? broadcastTo(arg) : arg);
  }
  return elementwise.buildScalar(b, op->getLoc(), args);
}

Value RowLoops::iotaAt(field::IotaOp iota, const RowPlace &place) {
  StringAttr name = groups.first(field::namesOf(iota.getResult()).front());
  Type inner = iota.getType().getElementType();
  Value i = place.at.lookup(name);
  Value number = arith::IndexCastOp::create(b, loc, b.getI64Type(), i);
  if (alongRow(iota.getResult(), place)) {
    SmallVector<int64_t> steps = llvm::to_vector(llvm::seq<int64_t>(0, shape.lanes));
    auto type = VectorType::get({shape.lanes}, b.getI64Type());
    Value lanes =
        arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, ArrayRef<int64_t>(steps)));
    number = arith::AddIOp::create(b, loc, broadcastTo(number), lanes);
    return isa<FloatType>(inner) ? Value(arith::SIToFPOp::create(
                                       b, loc, VectorType::get({shape.lanes}, inner), number))
                                 : number;
  }
  return isa<FloatType>(inner) ? Value(arith::SIToFPOp::create(b, loc, inner, number)) : number;
}

// What is outside is zero; inside, the operand is asked for without ever reading outside.
Value RowLoops::throughPad(field::PadOp pad, const RowPlace &place) {
  StringAttr to = pad.getAsAttr(), from = pad.getDimAttr();
  int64_t size = field::sizeOf(pad.getInput().getType(), from.getValue());
  RowPlace there = place;
  Value i = add(place.at.lookup(to), -static_cast<int64_t>(pad.getLow()));
  Type inner = pad.getType().getElementType();
  Value zero = arith::ConstantOp::create(b, loc, cast<TypedAttr>(b.getZeroAttr(inner)));
  Known fresh;
  if (to == place.row) {
    there.row = from;
    there.at[from] = i;
    auto type = VectorType::get({shape.lanes}, b.getIndexType());
    SmallVector<int64_t> steps = llvm::to_vector(llvm::seq<int64_t>(0, shape.lanes));
    Value lanes = arith::ConstantOp::create(
        b, loc, DenseIntElementsAttr::get(type, ArrayRef<int64_t>(steps)));
    Value indices = arith::AddIOp::create(b, loc, broadcastTo(i), lanes);
    Value mask =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, indices, broadcastTo(index(size)));
    there.mask = place.mask ? Value(arith::AndIOp::create(b, loc, place.mask, mask)) : mask;
    Value inside = vectorAt(pad.getInput(), there, fresh);
    return arith::SelectOp::create(b, loc, mask, inside, broadcastTo(zero));
  }
  Value in = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, i, index(size));
  there.at[from] = arith::SelectOp::create(b, loc, in, i, index(0));
  Value inside = valueAt(pad.getInput(), there, fresh);
  return arith::SelectOp::create(b, loc, in, inside,
                                 isa<VectorType>(inside.getType()) ? broadcastTo(zero) : zero);
}

Value RowLoops::loadRow(Value buffer, Type stored, SmallVector<Value> from, int64_t rowAxis,
                        const RowPlace &place) {
  auto type = VectorType::get({shape.lanes}, stored);
  int64_t last = cast<MemRefType>(buffer.getType()).getRank() - 1;
  if (rowAxis == last && place.count >= shape.lanes && !place.mask)
    return vector::LoadOp::create(b, loc, type, buffer, from);
  if (rowAxis == last) {
    Value zero = arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(type, cast<TypedAttr>(b.getZeroAttr(stored))));
    Value mask = place.mask;
    if (place.count < shape.lanes) {
      Value real = vector::CreateMaskOp::create(
          b, loc, VectorType::get({shape.lanes}, b.getI1Type()), ValueRange{index(place.count)});
      mask = mask ? Value(arith::AndIOp::create(b, loc, mask, real)) : real;
    }
    return vector::MaskedLoadOp::create(b, loc, type, buffer, from, mask, zero);
  }
  // Across the array's rows: lane by lane, and never beyond the array.
  Value top = index(cast<MemRefType>(buffer.getType()).getDimSize(rowAxis) - 1);
  SmallVector<Value> lanes;
  Value first = from[rowAxis];
  for (int64_t lane = 0; lane < shape.lanes; ++lane) {
    Value i = add(first, std::min(lane, place.count - 1));
    if (place.mask)
      i = arith::MaxSIOp::create(b, loc, arith::MinSIOp::create(b, loc, i, top), index(0));
    from[rowAxis] = i;
    lanes.push_back(memref::LoadOp::create(b, loc, buffer, from));
  }
  return vector::FromElementsOp::create(b, loc, type, lanes);
}

Value RowLoops::loadAt(Value array, const RowPlace &place) {
  Value buffer = memory(array);
  SmallVector<Value> from;
  int64_t rowAxis = -1;
  for (auto [axis, group] : llvm::enumerate(groups.of(field::namesOf(array)))) {
    if (group == place.row && place.count > 0)
      rowAxis = axis;
    from.push_back(place.at.lookup(group));
  }
  Type stored = cast<MemRefType>(buffer.getType()).getElementType();
  Type inner = cast<RankedTensorType>(array.getType()).getElementType();
  Value loaded = rowAxis < 0 ? Value(memref::LoadOp::create(b, loc, buffer, from))
                             : loadRow(buffer, stored, from, rowAxis, place);
  if (stored == inner)
    return loaded;
  // Truth values are stored as bytes.
  Value zero = arith::ConstantOp::create(b, loc, cast<TypedAttr>(b.getZeroAttr(loaded.getType())));
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, loaded, zero);
}

void RowLoops::storeAt(Value computed, Value array, const RowPlace &place) {
  Value buffer = memory(array);
  SmallVector<Value> to;
  int64_t rowAxis = -1;
  for (auto [axis, group] : llvm::enumerate(groups.of(field::namesOf(array)))) {
    if (group == place.row && place.count > 0)
      rowAxis = axis;
    to.push_back(place.at.lookup(group));
  }
  Type stored = cast<MemRefType>(buffer.getType()).getElementType();
  if (getElementTypeOrSelf(computed.getType()) != stored) {
    Type wide =
        isa<VectorType>(computed.getType()) ? Type(VectorType::get({shape.lanes}, stored)) : stored;
    computed = arith::ExtUIOp::create(b, loc, wide, computed);
  }
  if (rowAxis < 0) {
    memref::StoreOp::create(b, loc, computed, buffer, to);
    return;
  }
  computed = broadcastTo(computed);
  if (rowAxis + 1 == cast<MemRefType>(buffer.getType()).getRank()) {
    if (place.count >= shape.lanes) {
      vector::StoreOp::create(b, loc, computed, buffer, to);
      return;
    }
    Value mask = vector::CreateMaskOp::create(b, loc, VectorType::get({shape.lanes}, b.getI1Type()),
                                              ValueRange{index(place.count)});
    vector::MaskedStoreOp::create(b, loc, buffer, to, mask, computed);
    return;
  }
  Value first = to[rowAxis];
  for (int64_t lane = 0; lane < place.count; ++lane) {
    to[rowAxis] = add(first, lane);
    memref::StoreOp::create(b, loc, vector::ExtractOp::create(b, loc, computed, lane), buffer, to);
  }
}
