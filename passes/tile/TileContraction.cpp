// Gives kernels around one contraction a body of tiled loops over vectors.

#include "passes/lower/Calls.h"
#include "passes/tile/Passes.h"

#include "passes/lower/Types.h"
#include "passes/tile/ContractionPlan.h"
#include "passes/tile/KernelBody.h"
#include "passes/tile/MatrixLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_TILECONTRACTION
#include "passes/tile/Passes.h.inc"
} // namespace orrery

namespace {

// Summed sizes above this are cut, so that a panel of the packed operand stays in cache.
constexpr int64_t depthBlock = 512;
constexpr int64_t mostRows = 96;

class ContractionTiler : protected MatrixLoops {
public:
  ContractionTiler(OpBuilder &b, Location loc, FloatType element, VectorShape shape,
                   ContractionPlan plan, const DenseMap<Value, Value> &buffers)
      : MatrixLoops(b, loc, element, shape), plan(std::move(plan)), groups(*this->plan.groups),
        buffers(buffers) {}

  void emit();

private:
  ContractionPlan plan;
  const NameGroups &groups;
  const DenseMap<Value, Value> &buffers;
  Value rowMemory, columnMemory, packed, sums;
  Names packedOuter;
  int64_t width = 0;

  Value memory(Value array) {
    return groups.collapse(b, loc, buffers.lookup(array), field::namesOf(array));
  }
  SmallVector<Value> indices(const ContractionOperand &operand, const Position &at);
  SmallVector<Value> indicesOf(Value array, const Position &at);
  void parallel(ArrayRef<int64_t> sizes, llvm::function_ref<void(ValueRange)> body);
  Value bordered(const ContractionOperand &operand);
  void fillBordered(Value copy, const ContractionOperand &operand);
  void pack();
  Value packedAt(const Position &at, ValueRange ks, Lanes l);
  void rowsOf(int64_t first, int64_t blocks, int64_t rows);
  void block(Position at, Value first, int64_t rows);
  bool inParts() const { return plan.depthSize() > 2 * depthBlock; }
  void addParts(const Product &whole, SmallVector<Value> outer);
  void fromSums(Position at);
  void finish(Position at, Lanes l, Value sum);
  Value epilogueOperand(Value value, const Position &at, Lanes l, DenseMap<Value, Value> &known);
  void storeNamed(Value vector, Value array, const Position &at, Lanes l);
  SmallVector<Value> sumIndices(const Position &at, Value column);
};

SmallVector<Value> ContractionTiler::indices(const ContractionOperand &operand,
                                             const Position &at) {
  SmallVector<Value> result;
  for (StringAttr group : groups.of(field::namesOf(operand.array))) {
    Value i = at.lookup(group);
    if (StringAttr kernel = operand.kernelOf(group))
      i = arith::AddIOp::create(b, loc, i, at.lookup(kernel));
    result.push_back(i);
  }
  return result;
}

SmallVector<Value> ContractionTiler::indicesOf(Value array, const Position &at) {
  SmallVector<Value> result;
  for (StringAttr group : groups.of(field::namesOf(array)))
    result.push_back(at.lookup(group));
  return result;
}

void ContractionTiler::parallel(ArrayRef<int64_t> sizes,
                                llvm::function_ref<void(ValueRange)> body) {
  SmallVector<Value> zeros, counts, ones;
  for (int64_t size : sizes) {
    zeros.push_back(index(0));
    counts.push_back(index(size));
    ones.push_back(index(1));
  }
  auto loop = scf::ParallelOp::create(b, loc, zeros, counts, ones);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(loop.getBody()->getTerminator());
  body(loop.getInductionVars());
}

//===-- Neighbourhoods: a copy with its border ------------------------------------------------===//

Value ContractionTiler::bordered(const ContractionOperand &operand) {
  Value source = memory(operand.array);
  if (!operand.window)
    return source;
  auto type = cast<MemRefType>(source.getType());
  SmallVector<int64_t> sizes(type.getShape());
  for (auto [axis, group] : llvm::enumerate(groups.of(field::namesOf(operand.array))))
    if (StringAttr kernel = operand.kernelOf(group))
      sizes[axis] += groups.size(kernel) - 1;
  Value copy = memref::AllocOp::create(b, loc, MemRefType::get(sizes, type.getElementType()),
                                       b.getI64IntegerAttr(64));
  fillBordered(copy, operand);
  return copy;
}

// copy[.., i, ..] = source[.., i + offset, ..], zero outside or counted round the end.
void ContractionTiler::fillBordered(Value copy, const ContractionOperand &operand) {
  field::WindowOp window = operand.window;
  Names axes = groups.of(field::namesOf(operand.array));
  auto shapeOf = cast<MemRefType>(copy.getType()).getShape();
  Value source = memory(operand.array);
  bool lanesInside = !operand.kernelOf(axes.back());
  size_t looped = axes.size() - (lanesInside ? 1 : 0);
  parallel(shapeOf.take_front(1), [&](ValueRange first) {
    SmallVector<Value> at(first);
    std::function<void()> nest = [&] {
      if (at.size() < looped) {
        loop(shapeOf[at.size()], [&](Value i) {
          at.push_back(i);
          nest();
          at.pop_back();
        });
        return;
      }
      SmallVector<Value> from;
      Value inside = arith::ConstantIntOp::create(b, loc, 1, 1);
      for (size_t axis = 0; axis < looped; ++axis) {
        auto dims = window.getDims().getAsRange<StringAttr>();
        auto place = llvm::find(dims, axes[axis]);
        if (place == dims.end()) {
          from.push_back(at[axis]);
          continue;
        }
        size_t n = std::distance(dims.begin(), place);
        int64_t offset = cast<IntegerAttr>(window.getOffsets()[n]).getInt(),
                size = groups.size(axes[axis]);
        Value i = arith::AddIOp::create(b, loc, at[axis], index(offset));
        if (cast<BoolAttr>(window.getWrap()[n]).getValue()) {
          // Never negative: whole turns are added first.
          int64_t turns = llvm::divideCeil(std::max<int64_t>(0, -offset), size) * size;
          from.push_back(arith::RemUIOp::create(b, loc, add(i, turns), index(size)));
          continue;
        }
        // One unsigned comparison tells both ends.
        Value in = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, i, index(size));
        inside = arith::AndIOp::create(b, loc, inside, in);
        from.push_back(i);
      }
      auto choice = scf::IfOp::create(b, loc, inside, /*withElseRegion=*/true);
      for (bool real : {true, false}) {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPoint((real ? choice.thenBlock() : choice.elseBlock())->getTerminator());
        if (!lanesInside) {
          store(real ? load(source, from) : scalar(0.0), copy, at);
          continue;
        }
        overLanes(shapeOf.back(), {}, [&](Lanes l, ValueRange) -> SmallVector<Value> {
          SmallVector<Value> to(at), read(from);
          to.push_back(l.j);
          read.push_back(l.j);
          storeLanes(real ? loadLanes(source, read, l.count) : splat(0.0), copy, to, l.count);
          return {};
        });
      }
    };
    nest();
  });
}

//===-- Packing -------------------------------------------------------------------------------===//

// packed[outer names of the operand.., strip, summed names.., column of the strip]
void ContractionTiler::pack() {
  int64_t columns = groups.size(plan.vector);
  width = stripVectors(columns) * shape.lanes;
  Names own = groups.of(field::namesOf(plan.columns.array));
  for (StringAttr group : plan.outer)
    if (llvm::is_contained(own, group))
      packedOuter.push_back(group);
  if (llvm::is_contained(own, plan.row))
    packedOuter.push_back(plan.row);
  SmallVector<int64_t> sizes;
  for (StringAttr group : packedOuter)
    sizes.push_back(groups.size(group));
  sizes.push_back(llvm::divideCeil(columns, width));
  size_t parallelAxes = sizes.size();
  for (StringAttr group : plan.depth)
    sizes.push_back(groups.size(group));
  sizes.push_back(width);
  auto stored = cast<MemRefType>(columnMemory.getType()).getElementType();
  packed = memref::AllocOp::create(b, loc, MemRefType::get(sizes, stored), b.getI64IntegerAttr(64));
  bool inLanes = own.back() == plan.vector;
  parallel(ArrayRef(sizes).take_front(parallelAxes), [&](ValueRange outer) {
    Position at;
    for (auto [group, i] : llvm::zip(packedOuter, outer))
      at[group] = i;
    Value start = arith::MulIOp::create(b, loc, outer.back(), index(width));
    SmallVector<Value> to(outer);
    std::function<void()> nest = [&] {
      if (size_t n = to.size() - parallelAxes; n < plan.depth.size()) {
        loop(groups.size(plan.depth[n]), [&](Value k) {
          at[plan.depth[n]] = k;
          to.push_back(k);
          nest();
          to.pop_back();
        });
        return;
      }
      // The last strip may be narrower: what is beyond the array is zero.
      Value left = arith::SubIOp::create(b, loc, index(columns), start);
      for (int64_t lane = 0; lane < width; lane += inLanes ? shape.lanes : width) {
        if (inLanes) {
          at[plan.vector] = add(start, lane);
          auto type = VectorType::get({shape.lanes}, stored);
          Value zero = arith::ConstantOp::create(
              b, loc, DenseElementsAttr::get(type, Attribute(b.getFloatAttr(stored, 0.0))));
          Value some;
          if (columns % width == 0) {
            some = vector::LoadOp::create(b, loc, type, columnMemory, indices(plan.columns, at));
          } else {
            Value rest = arith::MaxSIOp::create(
                b, loc, arith::SubIOp::create(b, loc, left, index(lane)), index(0));
            Value mask = vector::CreateMaskOp::create(
                b, loc, VectorType::get({shape.lanes}, b.getI1Type()), ValueRange{rest});
            some = vector::MaskedLoadOp::create(b, loc, type, columnMemory,
                                                indices(plan.columns, at), mask, zero);
          }
          SmallVector<Value> place(to);
          place.push_back(index(lane));
          vector::StoreOp::create(b, loc, some, packed, place);
          continue;
        }
        auto copyOne = [&](Value n, bool real) {
          at[plan.vector] = arith::AddIOp::create(b, loc, start, n);
          SmallVector<Value> place(to);
          place.push_back(n);
          Value value =
              real ? Value(memref::LoadOp::create(b, loc, columnMemory, indices(plan.columns, at)))
                   : Value(arith::ConstantOp::create(b, loc, b.getFloatAttr(stored, 0.0)));
          memref::StoreOp::create(b, loc, value, packed, place);
        };
        Value real = arith::MinUIOp::create(b, loc, left, index(width));
        for (bool inside : {true, false}) {
          auto copy = scf::ForOp::create(b, loc, inside ? index(0) : real,
                                         inside ? real : index(width), index(1));
          OpBuilder::InsertionGuard guard(b);
          b.setInsertionPoint(copy.getBody()->getTerminator());
          copyOne(copy.getInductionVar(), inside);
        }
      }
    };
    nest();
  });
}

Value ContractionTiler::packedAt(const Position &at, ValueRange ks, Lanes l) {
  SmallVector<Value> place;
  for (StringAttr group : packedOuter)
    place.push_back(at.lookup(group));
  place.push_back(arith::DivUIOp::create(b, loc, l.start, index(width)));
  llvm::append_range(place, ks);
  place.push_back(index(l.offset));
  return loadLanes(packed, place, shape.lanes);
}

//===-- The product ---------------------------------------------------------------------------===//

void ContractionTiler::emit() {
  rowMemory = bordered(plan.rows);
  columnMemory = bordered(plan.columns);
  bool rowInColumns = llvm::is_contained(groups.of(field::namesOf(plan.columns.array)), plan.row);
  if (!plan.columns.window)
    pack();
  // Sums that are built in parts, or that do not lie along the result's innermost dim, have a place
  // of their own.
  if (inParts() || plan.scattered) {
    SmallVector<int64_t> sizes;
    for (StringAttr group : plan.outer)
      sizes.push_back(groups.size(group));
    sizes.push_back(groups.size(plan.row));
    sizes.push_back(llvm::divideCeil(groups.size(plan.vector), shape.lanes) * shape.lanes);
    sums =
        memref::AllocOp::create(b, loc, MemRefType::get(sizes, element), b.getI64IntegerAttr(64));
  }

  // A packed operand that varies by row gives one row a tile, so such rows are loops of their own.
  int64_t rows = groups.size(plan.row);
  if (rowInColumns) {
    rowsOf(0, rows, 1);
    return;
  }
  int64_t tile = tileRows(width ? width / shape.lanes : stripVectors(groups.size(plan.vector)));
  int64_t outer = groups.size(plan.outer);
  int64_t size = std::min(mostRows / tile * tile, rows);
  while (size > tile && outer * (rows / size) < 8)
    size -= tile;
  for (int64_t even = size; even > size / 2; --even)
    if (rows % even == 0 && even % tile == 0) {
      size = even;
      break;
    }
  rowsOf(0, rows / size, size);
  if (int64_t rest = rows % size)
    rowsOf(rows - rest, 1, rest);
}

void ContractionTiler::rowsOf(int64_t first, int64_t blocks, int64_t rows) {
  SmallVector<int64_t> sizes;
  for (StringAttr group : plan.outer)
    sizes.push_back(groups.size(group));
  sizes.push_back(blocks);
  parallel(sizes, [&](ValueRange where) {
    Position at;
    for (auto [group, i] : llvm::zip(plan.outer, where))
      at[group] = i;
    Value start = add(arith::MulIOp::create(b, loc, where.back(), index(rows)), first);
    block(at, start, rows);
  });
}

SmallVector<Value> ContractionTiler::sumIndices(const Position &at, Value column) {
  SmallVector<Value> place;
  for (StringAttr group : plan.outer)
    place.push_back(at.lookup(group));
  place.append({at.lookup(plan.row), column});
  return place;
}

void ContractionTiler::block(Position at, Value first, int64_t rows) {
  auto here = [this, at, first](Value i, ValueRange ks) {
    Position place = at;
    place[plan.row] = i ? Value(arith::AddIOp::create(b, loc, first, i)) : first;
    for (auto [group, k] : llvm::zip(plan.depth, ks))
      place[group] = k;
    return place;
  };
  Product whole;
  whole.rows = rows;
  whole.columns = groups.size(plan.vector);
  for (StringAttr group : plan.depth)
    whole.depth.push_back(groups.size(group));
  whole.a = [=, this](Value i, ValueRange ks) {
    return load(rowMemory, indices(plan.rows, here(i, ks)));
  };
  whole.b = [=, this](ValueRange ks, Lanes l) {
    Position place = here(Value(), ks);
    if (packed)
      return packedAt(place, ks, l);
    place[plan.vector] = l.j;
    return loadLanes(columnMemory, indices(plan.columns, place), l.count);
  };
  whole.store = [=, this](Value i, Lanes l, Value sum) {
    if (sums)
      storeLanes(sum, sums, sumIndices(here(i, {}), l.j), shape.lanes);
    else
      finish(here(i, {}), l, sum);
  };
  if (!sums) {
    product(whole);
    return;
  }
  if (inParts()) {
    whole.init = [=, this](Value i, Lanes l) {
      return loadLanes(sums, sumIndices(here(i, {}), l.j), shape.lanes);
    };
    loop(rows, [&](Value i) {
      overLanes(whole.columns, {}, [&](Lanes l, ValueRange) -> SmallVector<Value> {
        storeLanes(splat(0.0), sums, sumIndices(here(i, {}), l.j), shape.lanes);
        return {};
      });
    });
    addParts(whole, {});
  } else {
    product(whole);
  }
  loop(rows, [&](Value i) { fromSums(here(i, {})); });
}

// All summed groups but the last are loops outside the tiles, and the last is cut.
void ContractionTiler::addParts(const Product &whole, SmallVector<Value> outer) {
  if (outer.size() + 1 < plan.depth.size()) {
    loop(groups.size(plan.depth[outer.size()]), [&](Value k) {
      SmallVector<Value> next(outer);
      next.push_back(k);
      addParts(whole, next);
    });
    return;
  }
  blocks(whole.depth.back(), depthBlock, [&](Value start, int64_t count) {
    auto full = [&](ValueRange k) {
      SmallVector<Value> ks(outer);
      ks.push_back(arith::AddIOp::create(b, loc, start, k[0]));
      return ks;
    };
    Product part = whole;
    part.depth.assign(1, count);
    part.a = [&](Value i, ValueRange k) { return whole.a(i, full(k)); };
    part.b = [&](ValueRange k, Lanes l) { return whole.b(full(k), l); };
    product(part);
  });
}

// From the place of the sums of one row to the results.
void ContractionTiler::fromSums(Position at) {
  Value array = plan.contract.getResult();
  if (!plan.scattered) {
    overLanes(groups.size(plan.vector), {}, [&](Lanes l, ValueRange) -> SmallVector<Value> {
      finish(at, l, loadLanes(sums, sumIndices(at, l.j), shape.lanes));
      return {};
    });
    return;
  }
  loop(groups.size(plan.vector), [&](Value j) {
    Position place = at;
    place[plan.vector] = j;
    store(load(sums, sumIndices(at, j)), memory(array), indicesOf(array, place));
  });
}

//===-- What follows the sum ------------------------------------------------------------------===//

void ContractionTiler::storeNamed(Value value, Value array, const Position &at, Lanes l) {
  Value buffer = memory(array);
  Position place = at;
  auto stored = cast<MemRefType>(buffer.getType()).getElementType();
  if (cast<VectorType>(value.getType()).getElementType().isInteger(1))
    value = arith::ExtUIOp::create(b, loc, VectorType::get({shape.lanes}, stored), value);
  else if (cast<VectorType>(value.getType()).getElementType() != stored)
    value = arith::TruncFOp::create(b, loc, VectorType::get({shape.lanes}, stored), value);
  place[plan.vector] = l.j;
  SmallVector<Value> to = indicesOf(array, place);
  if (l.count >= shape.lanes) {
    vector::StoreOp::create(b, loc, value, buffer, to);
    return;
  }
  Value mask = vector::CreateMaskOp::create(b, loc, VectorType::get({shape.lanes}, b.getI1Type()),
                                            ValueRange{index(l.count)});
  vector::MaskedStoreOp::create(b, loc, buffer, to, mask, value);
}

Value ContractionTiler::epilogueOperand(Value value, const Position &at, Lanes l,
                                        DenseMap<Value, Value> &known) {
  if (Value vector = known.lookup(value))
    return vector;
  Type inner = cast<RankedTensorType>(value.getType()).getElementType();
  auto vectorType = VectorType::get({shape.lanes}, inner);
  if (auto constant = value.getDefiningOp<field::ConstantOp>()) {
    Attribute splat = cast<SplatElementsAttr>(constant.getValue()).getSplatValue<Attribute>();
    return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(vectorType, splat));
  }
  Value buffer = memory(value);
  auto stored = cast<MemRefType>(buffer.getType()).getElementType();
  Position place = at;
  place[plan.vector] = l.j;
  SmallVector<Value> from = indicesOf(value, place);
  Value loaded;
  if (!llvm::is_contained(groups.of(field::namesOf(value)), plan.vector)) {
    Value one = memref::LoadOp::create(b, loc, buffer, from);
    loaded = vector::BroadcastOp::create(b, loc, VectorType::get({shape.lanes}, stored), one);
  } else {
    auto type = VectorType::get({shape.lanes}, stored);
    if (l.count >= shape.lanes) {
      loaded = vector::LoadOp::create(b, loc, type, buffer, from);
    } else {
      Value zero =
          arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, b.getZeroAttr(stored)));
      Value mask = vector::CreateMaskOp::create(
          b, loc, VectorType::get({shape.lanes}, b.getI1Type()), ValueRange{index(l.count)});
      loaded = vector::MaskedLoadOp::create(b, loc, type, buffer, from, mask, zero);
    }
  }
  if (stored == inner)
    return loaded;
  Value zero = arith::ConstantOp::create(
      b, loc,
      DenseElementsAttr::get(VectorType::get({shape.lanes}, stored), b.getZeroAttr(stored)));
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, loaded, zero);
}

void ContractionTiler::finish(Position at, Lanes l, Value sum) {
  DenseMap<Value, Value> known;
  Type wanted = cast<RankedTensorType>(plan.contract.getType()).getElementType();
  known[plan.contract.getResult()] =
      wanted == element
          ? sum
          : Value(arith::TruncFOp::create(b, loc, VectorType::get({shape.lanes}, wanted), sum));
  if (buffers.contains(plan.contract.getResult()))
    storeNamed(known[plan.contract.getResult()], plan.contract.getResult(), at, l);
  for (Operation *op : plan.epilogue) {
    SmallVector<Value> args;
    for (Value operand : op->getOperands())
      args.push_back(epilogueOperand(operand, at, l, known));
    Value result = cast<ElementwiseOp>(op).buildScalar(b, op->getLoc(), args);
    known[op->getResult(0)] = result;
    if (buffers.contains(op->getResult(0)))
      storeNamed(result, op->getResult(0), at, l);
  }
}

struct TileContraction : orrery::impl::TileContractionBase<TileContraction> {
  using TileContractionBase::TileContractionBase;

  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<func::FuncOp>())
      if (!kernel.isExternal() && kernel->hasAttr("orrery.kernel") && kernel.getNumResults() > 0 &&
          !kernel.getOps<field::ContractOp>().empty())
        tile(kernel);
    fitCalls(getOperation());
  }

  void tile(func::FuncOp kernel);
};

void TileContraction::tile(func::FuncOp kernel) {
  auto contract = *kernel.getOps<field::ContractOp>().begin();
  auto element = cast<FloatType>(contract.getType().getElementType());
  if (element.getWidth() < 32)
    element = Float32Type::get(&getContext());
  VectorShape shape{std::max<int64_t>(2, vectorBits / element.getWidth()),
                    static_cast<int64_t>(registers)};
  std::string why;
  auto plan = ContractionPlan::make(kernel, shape.lanes, why);
  auto options = remark::RemarkOpts::name("TileContraction").category("fusion");
  if (!plan) {
    remark::missed(contract.getLoc(), options) << "contraction is not tiled: " << why;
    return;
  }
  Location loc = contract.getLoc();
  remark::passed(loc, options) << "contraction runs in tiles along " << plan->row.getValue()
                               << " and " << plan->vector.getValue();
  giveBody(kernel, loc, [&](OpBuilder &b, const DenseMap<Value, Value> &buffers) {
    ContractionTiler(b, loc, element, shape, *plan, buffers).emit();
  });
}

} // namespace
