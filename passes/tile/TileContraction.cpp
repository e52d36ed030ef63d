// Gives kernels around one contraction a body of tiled loops over vectors.

#include "passes/lower/Calls.h"
#include "passes/tile/Passes.h"

#include "passes/lower/Types.h"
#include "passes/tile/BorderedCopy.h"
#include "passes/tile/KernelBody.h"
#include "passes/tile/PackedOperand.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/X86Vector/X86VectorDialect.h"
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
// Sums over a dim of run-time size go through it by so many: what both operands have there is in
// the first cache, however far apart in memory their rows lie.
constexpr int64_t runTimeBlock = 32;

class ContractionTiler : protected MatrixLoops {
public:
  ContractionTiler(OpBuilder &b, Location loc, FloatType element, VectorShape shape,
                   ContractionPlan plan, const DenseMap<Value, Value> &buffers, bool pairs)
      : MatrixLoops(b, loc, element, shape), plan(std::move(plan)), groups(*this->plan.groups),
        buffers(buffers), pairs(pairs) {}

  void emit();

private:
  ContractionPlan plan;
  const NameGroups &groups;
  const DenseMap<Value, Value> &buffers;
  bool pairs; // multiply pairs of bf16, and add up in f32
  Value rowMemory, columnMemory, sums, lost;
  Value end; // where set: rows from there on are read as if they were the last, and not stored
  std::optional<PackedOperand> packed, packedRows;

  Value memory(Value array) {
    return groups.collapse(b, loc, buffers.lookup(array), field::namesOf(array));
  }
  SmallVector<Value> indices(const ContractionOperand &operand, const Position &at) {
    return placeOf(*this, groups, operand, at);
  }
  SmallVector<Value> indicesOf(Value array, const Position &at);
  Value bordered(const ContractionOperand &operand) {
    Value array = memory(operand.array);
    return operand.window ? copyWithBorder(*this, groups, operand, array) : array;
  }
  bool rowsAreApart() const;
  Value pairAt(Position at, ValueRange ks);
  Value count(StringAttr group);
  void rowsOf(int64_t first, int64_t blocks, int64_t rows);
  void rowsOf(Value first, Value blocks, int64_t rows);
  void runTimeRows(int64_t tile, bool rowInColumns);
  void inside(Value row, llvm::function_ref<void()> body);
  void block(Position at, Value first, int64_t rows);
  // Sums have a place of their own only where there are as many as are known here.
  bool hasPlace() const { return !groups.isRunTime(plan.row) && !groups.isRunTime(plan.outer); }
  bool inParts() const {
    return hasPlace() && plan.depthSize() > 2 * depthBlock && !groups.isRunTime(plan.depth);
  }
  bool buildsUp() const {
    return hasPlace() && plan.depth.size() == 1 && groups.isRunTime(plan.depth);
  }
  void clearSums(const Product &whole, llvm::function_ref<Position(Value)> here);
  void buildUp(const Product &whole, llvm::function_ref<Position(Value)> here);
  void addParts(const Product &whole, SmallVector<Value> outer);
  void addExactly(Value part, ArrayRef<Value> place);
  void fromSums(Position at);
  void finish(Position at, Lanes l, Value sum);
  Value epilogueOperand(Value value, const Position &at, Lanes l, DenseMap<Value, Value> &known);
  void storeNamed(Value vector, Value array, const Position &at, Lanes l);
  SmallVector<Value> sumIndices(const Position &at, Value column);
};

SmallVector<Value> ContractionTiler::indicesOf(Value array, const Position &at) {
  SmallVector<Value> result;
  for (StringAttr group : groups.of(field::namesOf(array)))
    result.push_back(at.lookup(group));
  return result;
}

// The size of a group, read off an operand that has it.
Value ContractionTiler::count(StringAttr group) {
  if (!groups.isRunTime(group))
    return index(groups.size(group));
  for (Value array : {plan.rows.array, plan.columns.array}) {
    Names axes = groups.of(field::namesOf(array));
    if (auto axis = llvm::find(axes, group); axis != axes.end())
      return memref::DimOp::create(b, loc, memory(array), axis - axes.begin());
  }
  llvm_unreachable("every group of a contraction is one of an operand");
}

//===-- The product ---------------------------------------------------------------------------===//

// The largest size above half of the most that divides the rows and is a multiple of `step`, or 0.
static int64_t evenPart(int64_t rows, int64_t most, int64_t step) {
  for (int64_t even = most; even > most / 2; --even)
    if (rows % even == 0 && even % step == 0)
      return even;
  return 0;
}

void ContractionTiler::emit() {
  rowMemory = bordered(plan.rows);
  columnMemory = bordered(plan.columns);
  bool rowInColumns = llvm::is_contained(groups.of(field::namesOf(plan.columns.array)), plan.row);
  if (!plan.columns.window && !plan.readsColumnsInPlace())
    packed.emplace(PackedOperand::columnsOf(*this, plan, columnMemory, pairs)).fill();
  // Sums that are built in parts, or that do not lie along the result's innermost dim, have a place
  // of their own.
  if (inParts() || buildsUp() || plan.scattered) {
    SmallVector<int64_t> sizes;
    for (StringAttr group : plan.outer)
      sizes.push_back(groups.size(group));
    sizes.push_back(groups.size(plan.row));
    sizes.push_back(llvm::divideCeil(groups.size(plan.vector), shape.lanes) * shape.lanes);
    auto place = [&] {
      return memref::AllocOp::create(b, loc, MemRefType::get(sizes, element),
                                     b.getI64IntegerAttr(64));
    };
    sums = place();
    if (inParts())
      lost = place();
  }

  // A packed operand that varies by row gives one row a tile, so such rows are loops of their own.
  int64_t rows = groups.size(plan.row);
  int64_t vectors = packed ? packed->vectors() : stripVectors(groups.size(plan.vector));
  if (groups.isRunTime(plan.row) || groups.isRunTime(plan.outer)) {
    runTimeRows(tileRows(vectors), rowInColumns);
    return;
  }
  if (rowInColumns) {
    rowsOf(0, rows, 1);
    return;
  }
  int64_t tile = evenRows(rows, vectors);
  if (rowsAreApart())
    packedRows.emplace(PackedOperand::rowsOf(*this, plan, rowMemory, pairs, tile)).fill();
  int64_t outer = groups.size(plan.outer);
  int64_t most = std::min(mostRows, rows);
  while (most > tile && outer * (rows / most) < 8)
    --most;
  // Blocks of one size leave nothing for a loop of its own; of whole tiles, where that is possible.
  int64_t size = most / tile * tile;
  for (int64_t even : {evenPart(rows, most, 1), evenPart(rows, most, tile)})
    size = even ? even : size;
  rowsOf(0, rows / size, size);
  if (int64_t rest = rows % size)
    rowsOf(rows - rest, 1, rest);
}

// Whether a tile of rows jumps through memory from one product to the next, a cache line each, as
// in the gradient of a weight; enough strips of columns read the rows to pay for a copy.
bool ContractionTiler::rowsAreApart() const {
  return !plan.rows.window && field::isStatic(plan.rows.array.getType()) &&
         groups.of(field::namesOf(plan.rows.array)).back() == plan.row &&
         groups.size(plan.row) > 1 && groups.size(plan.vector) >= 4 * shape.lanes &&
         plan.depthSize() >= 64;
}

void ContractionTiler::rowsOf(int64_t first, int64_t blocks, int64_t rows) {
  rowsOf(index(first), index(blocks), rows);
}

void ContractionTiler::rowsOf(Value first, Value blocks, int64_t rows) {
  SmallVector<Value> counts;
  for (StringAttr group : plan.outer)
    counts.push_back(count(group));
  counts.push_back(blocks);
  parallel(counts, [&](ValueRange where) {
    Position at;
    for (auto [group, i] : llvm::zip(plan.outer, where))
      at[group] = i;
    Value offset = arith::MulIOp::create(b, loc, where.back(), index(rows));
    block(at, arith::AddIOp::create(b, loc, offset, first), rows);
  });
}

// Blocks of two tiles, all at the same time; the last one may have fewer rows. Rows that do not
// vary by tile are single.
void ContractionTiler::runTimeRows(int64_t tile, bool rowInColumns) {
  Value rows = count(plan.row);
  if (rowInColumns)
    return rowsOf(index(0), rows, 1);
  end = rows;
  rowsOf(index(0), arith::CeilDivUIOp::create(b, loc, rows, index(2 * tile)), 2 * tile);
}

SmallVector<Value> ContractionTiler::sumIndices(const Position &at, Value column) {
  SmallVector<Value> place;
  for (StringAttr group : plan.outer)
    place.push_back(at.lookup(group));
  place.append({at.lookup(plan.row), column});
  return place;
}

void ContractionTiler::inside(Value row, llvm::function_ref<void()> body) {
  if (!end)
    return body();
  Value real = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, row, end);
  auto guarded = scf::IfOp::create(b, loc, real, /*withElse=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(guarded.thenBlock()->getTerminator());
  body();
}

void ContractionTiler::block(Position at, Value first, int64_t rows) {
  auto here = [this, at, first](Value i, ValueRange ks) {
    Position place = at;
    place[plan.row] = i ? Value(arith::AddIOp::create(b, loc, first, i)) : first;
    if (end)
      place[plan.row] = arith::MinUIOp::create(b, loc, place[plan.row],
                                               arith::SubIOp::create(b, loc, end, index(1)));
    for (auto [group, k] : llvm::zip(plan.depth, ks))
      place[group] = k;
    if (pairs && !ks.empty())
      place[plan.depth.back()] = arith::MulIOp::create(b, loc, ks.back(), index(2));
    return place;
  };
  Product whole;
  whole.rows = rows;
  if (end)
    whole.runTimeRows =
        arith::MinUIOp::create(b, loc, arith::SubIOp::create(b, loc, end, first), index(rows));
  whole.columns = groups.size(plan.vector);
  for (StringAttr group : plan.depth)
    if (groups.isRunTime(group)) {
      whole.depth.push_back(ShapedType::kDynamic);
      whole.runTimeDepth = count(group);
    } else {
      whole.depth.push_back(groups.size(group));
    }
  whole.a = [=, this](Value i, ValueRange ks) {
    if (pairs)
      return pairAt(here(i, ks), ks);
    return packedRows ? packedRows->number(here(i, ks), ks)
                      : load(rowMemory, indices(plan.rows, here(i, ks)));
  };
  if (pairs) {
    whole.depth.back() /= 2;
    whole.step = [this](Value a, Value column, Value sum) -> Value {
      return x86vector::DotBF16Op::create(b, loc, sum, a, column);
    };
  }
  whole.b = [=, this](ValueRange ks, Lanes l) {
    Position place = here(Value(), ks);
    if (packed)
      return packed->lanes(place, ks, l);
    place[plan.vector] = l.j;
    return loadLanes(columnMemory, indices(plan.columns, place), l.count);
  };
  whole.store = [=, this](Value i, Lanes l, Value sum) {
    if (lost)
      addExactly(sum, sumIndices(here(i, {}), l.j));
    else if (sums)
      storeLanes(sum, sums, sumIndices(here(i, {}), l.j), shape.lanes);
    else
      inside(arith::AddIOp::create(b, loc, first, i), [&] { finish(here(i, {}), l, sum); });
  };
  if (!sums) {
    product(whole);
    return;
  }
  auto placeOfRow = [&](Value i) { return here(i, {}); };
  if (inParts()) {
    clearSums(whole, placeOfRow);
    addParts(whole, {});
  } else if (buildsUp()) {
    clearSums(whole, placeOfRow);
    buildUp(whole, placeOfRow);
  } else {
    product(whole);
  }
  loop(rows, [&](Value i) { fromSums(here(i, {})); });
}

void ContractionTiler::clearSums(const Product &whole, llvm::function_ref<Position(Value)> here) {
  loop(whole.rows, [&](Value i) {
    overLanes(whole.columns, {}, [&](Lanes l, ValueRange) -> SmallVector<Value> {
      for (Value memory : {sums, lost})
        if (memory)
          storeLanes(splat(0.0), memory, sumIndices(here(i), l.j), shape.lanes);
      return {};
    });
  });
}

// Blocks of what is summed, one after another, go on adding to the same sums.
void ContractionTiler::buildUp(const Product &whole, llvm::function_ref<Position(Value)> here) {
  auto loop = scf::ForOp::create(b, loc, index(0), whole.runTimeDepth, index(runTimeBlock));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(loop.getBody()->getTerminator());
  Value start = loop.getInductionVar();
  auto full = [=, this](ValueRange k) { return Value(arith::AddIOp::create(b, loc, start, k[0])); };
  Product part = whole;
  part.runTimeDepth = arith::MinUIOp::create(
      b, loc, arith::SubIOp::create(b, loc, whole.runTimeDepth, start), index(runTimeBlock));
  part.a = [&](Value i, ValueRange k) { return whole.a(i, full(k)); };
  part.b = [&](ValueRange k, Lanes l) { return whole.b(full(k), l); };
  part.init = [&](Value i, Lanes l) {
    return loadLanes(sums, sumIndices(here(i), l.j), shape.lanes);
  };
  product(part);
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

// Two neighbours along the last summed name, in every pair of lanes.
Value ContractionTiler::pairAt(Position at, ValueRange ks) {
  Type narrow = cast<MemRefType>(rowMemory.getType()).getElementType();
  auto two = VectorType::get({2}, narrow);
  Value pair;
  SmallVector<Value> first = indices(plan.rows, at);
  StringAttr k = plan.depth.back();
  if (packedRows) {
    pair = packedRows->number(at, ks);
  } else if (groups.of(field::namesOf(plan.rows.array)).back() == k) {
    pair = vector::LoadOp::create(b, loc, two, rowMemory, first);
  } else {
    at[k] = add(at.lookup(k), 1);
    Value low = memref::LoadOp::create(b, loc, rowMemory, first);
    Value high = memref::LoadOp::create(b, loc, rowMemory, indices(plan.rows, at));
    pair = vector::FromElementsOp::create(b, loc, two, ValueRange{low, high});
  }
  auto word = VectorType::get({1}, b.getI32Type());
  Value bits = vector::ExtractOp::create(b, loc, vector::BitCastOp::create(b, loc, word, pair), 0);
  Value all =
      vector::BroadcastOp::create(b, loc, VectorType::get({shape.lanes}, b.getI32Type()), bits);
  return vector::BitCastOp::create(b, loc, VectorType::get({2 * shape.lanes}, narrow), all);
}

// Adds a part to the sums so far. There may be a thousand parts, and a sum loses the low bits of
// each: what it lost is kept beside it and added with the next one (Kahan).
void ContractionTiler::addExactly(Value part, ArrayRef<Value> place) {
  Value before = loadLanes(sums, place, shape.lanes);
  Value added = arith::AddFOp::create(b, loc, part, loadLanes(lost, place, shape.lanes));
  Value after = arith::AddFOp::create(b, loc, before, added);
  Value arrived = arith::SubFOp::create(b, loc, after, before);
  storeLanes(after, sums, place, shape.lanes);
  storeLanes(arith::SubFOp::create(b, loc, added, arrived), lost, place, shape.lanes);
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

// Whether dot products of bf16 pairs fit: both operands are bf16, and their elements meet in pairs.
bool readsPairs(ContractionPlan &plan) {
  auto isNarrow = [](Value array) {
    return cast<RankedTensorType>(array.getType()).getElementType().isBF16();
  };
  return isNarrow(plan.rows.array) && isNarrow(plan.columns.array) && !plan.columns.window &&
         !plan.readsColumnsInPlace() && !plan.groups->isRunTime(plan.depth) &&
         cast<RankedTensorType>(plan.contract.getType()).getElementType().isF32() &&
         !plan.depth.empty() && plan.groups->size(plan.depth.back()) % 2 == 0;
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
  bool pairs = readsPairs(*plan);
  remark::passed(loc, options) << "contraction runs in tiles along " << plan->row.getValue()
                               << " and " << plan->vector.getValue()
                               << (pairs ? ", by dot products of bf16" : "");
  giveBody(kernel, loc, [&](OpBuilder &b, const DenseMap<Value, Value> &buffers) {
    ContractionTiler(b, loc, element, shape, *plan, buffers, pairs).emit();
  });
}

} // namespace
