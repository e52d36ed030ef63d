// A copy of a contraction's operand in the order in which the product reads it.

#include "passes/tile/PackedOperand.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace orrery;

SmallVector<Value> orrery::placeOf(MatrixLoops &m, const NameGroups &groups,
                                   const ContractionOperand &operand, const Position &at) {
  SmallVector<Value> result;
  for (StringAttr group : groups.of(field::namesOf(operand.array))) {
    Value i = at.lookup(group);
    if (StringAttr kernel = operand.kernelOf(group))
      i = arith::AddIOp::create(m.b, m.loc, i, at.lookup(kernel));
    result.push_back(i);
  }
  return result;
}

PackedOperand PackedOperand::columnsOf(MatrixLoops &m, const ContractionPlan &plan, Value memory,
                                       bool pairs) {
  int64_t vectors = m.stripVectors(plan.groups->size(plan.vector));
  return PackedOperand(m, plan, plan.columns, memory, pairs, plan.vector, vectors * m.shape.lanes,
                       m.shape.lanes);
}

PackedOperand PackedOperand::rowsOf(MatrixLoops &m, const ContractionPlan &plan, Value memory,
                                    bool pairs, int64_t tile) {
  return PackedOperand(m, plan, plan.rows, memory, pairs, plan.row, tile, tile);
}

PackedOperand::PackedOperand(MatrixLoops &m, const ContractionPlan &plan,
                             const ContractionOperand &operand, Value memory, bool pairs,
                             StringAttr along, int64_t width, int64_t chunk)
    : m(m), plan(plan), operand(operand), groups(*plan.groups), memory(memory), pairs(pairs),
      along(along), size(groups.size(along)), width(width), chunk(chunk),
      stored(cast<MemRefType>(memory.getType()).getElementType()) {
  Names own = groups.of(field::namesOf(operand.array));
  for (StringAttr group : plan.outer)
    if (llvm::is_contained(own, group))
      outer.push_back(group);
  if (along != plan.row && llvm::is_contained(own, plan.row))
    outer.push_back(plan.row);
  SmallVector<int64_t> sizes;
  for (StringAttr group : outer)
    sizes.push_back(groups.size(group));
  sizes.push_back(llvm::divideCeil(size, width));
  for (StringAttr group : plan.depth)
    sizes.push_back(groups.size(group));
  if (pairs)
    sizes.back() /= 2;
  sizes.push_back(width * (pairs ? 2 : 1));
  copy = memref::AllocOp::create(m.b, m.loc, MemRefType::get(sizes, stored),
                                 m.b.getI64IntegerAttr(64));
}

void PackedOperand::fill() {
  m.parallel(cast<MemRefType>(copy.getType()).getShape().take_front(outer.size() + 1),
             [&](ValueRange where) {
               Position at;
               for (auto [group, i] : llvm::zip(outer, where))
                 at[group] = i;
               fillStrip(at, SmallVector<Value>(where));
             });
}

void PackedOperand::fillStrip(Position at, SmallVector<Value> to) {
  size_t n = to.size() - outer.size() - 1;
  if (n == plan.depth.size()) {
    Value start = arith::MulIOp::create(m.b, m.loc, to[outer.size()], m.index(width));
    fillPlace(at, start, to);
    return;
  }
  bool paired = pairs && n + 1 == plan.depth.size();
  m.loop(groups.size(plan.depth[n]) / (paired ? 2 : 1), [&](Value k) {
    at[plan.depth[n]] = paired ? Value(arith::MulIOp::create(m.b, m.loc, k, m.index(2))) : k;
    to.push_back(k);
    fillStrip(at, to);
    to.pop_back();
  });
}

// One summed place, or a pair of them, of a whole strip.
void PackedOperand::fillPlace(const Position &at, Value start, ArrayRef<Value> to) {
  Position next = at;
  if (pairs)
    next[plan.depth.back()] = m.add(at.lookup(plan.depth.back()), 1);
  if (groups.of(field::namesOf(operand.array)).back() != along) {
    fillOneByOne(at, start, to, 0);
    if (pairs)
      fillOneByOne(next, start, to, 1);
    return;
  }
  for (int64_t offset = 0; offset < width; offset += chunk) {
    Value some = chunkAt(at, start, offset);
    if (pairs)
      some = vector::InterleaveOp::create(m.b, m.loc, some, chunkAt(next, start, offset));
    SmallVector<Value> place(to);
    place.push_back(m.index(offset * (pairs ? 2 : 1)));
    vector::StoreOp::create(m.b, m.loc, some, copy, place);
  }
}

// Places that lie side by side in the operand: a vector of them. The last strip may be narrower.
Value PackedOperand::chunkAt(Position at, Value start, int64_t offset) {
  at[along] = m.add(start, offset);
  SmallVector<Value> from = placeOf(m, groups, operand, at);
  auto type = VectorType::get({chunk}, stored);
  if (size % width == 0)
    return vector::LoadOp::create(m.b, m.loc, type, memory, from);
  Value zero = arith::ConstantOp::create(
      m.b, m.loc, DenseElementsAttr::get(type, Attribute(m.b.getFloatAttr(stored, 0.0))));
  Value left = arith::SubIOp::create(m.b, m.loc, m.index(size), at.lookup(along));
  Value real = arith::MaxSIOp::create(m.b, m.loc, left, m.index(0));
  Value mask = vector::CreateMaskOp::create(m.b, m.loc, VectorType::get({chunk}, m.b.getI1Type()),
                                            ValueRange{real});
  return vector::MaskedLoadOp::create(m.b, m.loc, type, memory, from, mask, zero);
}

// Places that lie apart: one by one.
void PackedOperand::fillOneByOne(const Position &at, Value start, ArrayRef<Value> to,
                                 int64_t part) {
  Value left = arith::SubIOp::create(m.b, m.loc, m.index(size), start);
  Value real = arith::MinUIOp::create(m.b, m.loc, left, m.index(width));
  for (bool inside : {true, false}) {
    auto loop = scf::ForOp::create(m.b, m.loc, inside ? m.index(0) : real,
                                   inside ? real : m.index(width), m.index(1));
    OpBuilder::InsertionGuard guard(m.b);
    m.b.setInsertionPoint(loop.getBody()->getTerminator());
    Value i = loop.getInductionVar();
    Position from = at;
    from[along] = arith::AddIOp::create(m.b, m.loc, start, i);
    Value value =
        inside
            ? Value(memref::LoadOp::create(m.b, m.loc, memory, placeOf(m, groups, operand, from)))
            : Value(arith::ConstantOp::create(m.b, m.loc, m.b.getFloatAttr(stored, 0.0)));
    SmallVector<Value> place(to);
    place.push_back(pairs ? m.add(arith::MulIOp::create(m.b, m.loc, i, m.index(2)), part) : i);
    memref::StoreOp::create(m.b, m.loc, value, copy, place);
  }
}

// The copy's indices up to the strip that holds place i.
SmallVector<Value> PackedOperand::placeIn(const Position &at, Value i) {
  SmallVector<Value> place;
  for (StringAttr group : outer)
    place.push_back(at.lookup(group));
  place.push_back(arith::DivUIOp::create(m.b, m.loc, i, m.index(width)));
  return place;
}

Value PackedOperand::lanes(const Position &at, ValueRange ks, Lanes l) {
  SmallVector<Value> place = placeIn(at, l.start);
  llvm::append_range(place, ks);
  place.push_back(m.index(l.offset * (pairs ? 2 : 1)));
  if (!pairs)
    return m.loadLanes(copy, place, m.shape.lanes);
  return vector::LoadOp::create(m.b, m.loc, VectorType::get({2 * m.shape.lanes}, stored), copy,
                                place);
}

Value PackedOperand::number(const Position &at, ValueRange ks) {
  Value i = at.lookup(along);
  SmallVector<Value> place = placeIn(at, i);
  llvm::append_range(place, ks);
  Value inStrip = arith::RemUIOp::create(m.b, m.loc, i, m.index(width));
  place.push_back(pairs ? Value(arith::MulIOp::create(m.b, m.loc, inStrip, m.index(2))) : inStrip);
  if (!pairs)
    return m.load(copy, place);
  return vector::LoadOp::create(m.b, m.loc, VectorType::get({2}, stored), copy, place);
}
