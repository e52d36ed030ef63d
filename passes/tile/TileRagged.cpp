// Gives kernels along a dim of run-time size a body of loops over its elements or segments.

#include "passes/lower/Calls.h"
#include "passes/tile/Passes.h"

#include "passes/shape/Sizes.h"
#include "passes/tile/KernelBody.h"
#include "passes/tile/RaggedColumns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_TILERAGGED
#include "passes/tile/Passes.h.inc"
} // namespace orrery

namespace {

class RaggedTiler : RaggedColumns {
public:
  RaggedTiler(OpBuilder &b, Location loc, FloatType element, VectorShape shape,
              const RaggedPlan &plan, const DenseMap<Value, Value> &buffers, int64_t workers)
      : RaggedColumns(b, loc, element, shape, plan, buffers, workers) {}

  void emit();

private:
  // A sum along the row, for one index of its result.
  struct Carried {
    Operation *sum;
    Fixed fixed;
  };
  struct Sweep {
    SmallVector<Carried> carried;
    SmallVector<Value> rowKept, rowStored, numberStored;
    SmallVector<graph::SegmentOp> rowSegments, numberSegments;
    SmallVector<Operation *> rowColumns, numberColumns;

    bool sweepsRow() const {
      return !carried.empty() || !rowKept.empty() || !rowStored.empty() || !rowSegments.empty() ||
             !rowColumns.empty();
    }
    bool isEmpty() const {
      return !sweepsRow() && numberStored.empty() && numberSegments.empty() &&
             numberColumns.empty();
    }
  };

  Value sizeOfMain();
  std::pair<Value, Value> shareOf(Value count);
  Value firstTarget(Value n);
  void work();
  Value combine(Operation *sum, Value x, Value y);
  Value startOf(graph::SegmentOp sum, Value target);
  void clearSegment(Value target);
  void inTiles(Value first, Value end, llvm::function_ref<Value(Value)> elementAt);
  void overTile(Value first, Value count, llvm::function_ref<Value(Value)> elementAt,
                llvm::function_ref<void()> body);
  SmallVector<Value> numbersFor(int sweep) const;
  void sweepTile(int sweep, Value first, Value count, llvm::function_ref<Value(Value)> elementAt);
  void turnRound();
  void turnRound(Value array);
  void forEach(Value from, Value to, llvm::function_ref<void(Value)> body);
  void segment(Value target);
  void element(Value where);
  Sweep contentsOf(int sweep);
  Value neutralVector(Operation *sum);
  Value addCarried(const Carried &c, Value before);
  void finishCarried(const Carried &c, Value total);
  void storeAll(ArrayRef<Value> values);
  void sweepOver(const Sweep &now);
  SmallVector<Value> overRow(ValueRange init,
                             llvm::function_ref<SmallVector<Value>(ValueRange)> body);
  void addToSegment(graph::SegmentOp sum);
  bool needsRow(Operation *sum) {
    return llvm::any_of(sum->getOperands(), [&](Value operand) { return plan.hasRow(operand); });
  }
};

// The arguments of the body that goes stand for those of the new one.
Value RaggedTiler::sizeOfMain() {
  Operation *around = b.getInsertionBlock()->getParentOp();
  auto kernel = dyn_cast<func::FuncOp>(around);
  if (!kernel)
    kernel = around->getParentOfType<func::FuncOp>();
  return buffers.lookup(kernel.front().getArgument(sizeArgument(kernel, plan.main)));
}

void RaggedTiler::forEach(Value from, Value to, llvm::function_ref<void(Value)> body) {
  auto loop = scf::ForOp::create(b, loc, from, to, index(1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(loop.getBody()->getTerminator());
  body(loop.getInductionVar());
}

// Workers take equal shares, whatever the number of threads: the same bits on every run.
void RaggedTiler::emit() {
  turnRound();
  packMatrices();
  makeTiles();
  makePartials();
  auto loop = scf::ParallelOp::create(b, loc, ValueRange{index(0)}, ValueRange{index(workers)},
                                      ValueRange{index(1)});
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(loop.getBody()->getTerminator());
    worker = loop.getInductionVars()[0];
    clearPartials();
    work();
  }
  collect();
}

// A worker's share: elements, or whole segments.
void RaggedTiler::work() {
  if (plan.segments.empty()) {
    auto [first, end] = shareOf(sizeOfMain());
    if (plan.products.empty())
      forEach(first, end, [&](Value i) { element(i); });
    else
      inTiles(first, end, [](Value n) { return n; });
    return;
  }
  Value first = firstTarget(worker), end = firstTarget(add(worker, 1));
  if (plan.products.empty())
    return forEach(first, end, [&](Value i) { segment(i); });
  // Tiles go on from one segment to the next: each element says where it belongs.
  graph::SegmentOp any = plan.segments.front();
  forEach(first, end, [&](Value target) { clearSegment(target); });
  Value some = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, first, end);
  auto guarded = scf::IfOp::create(b, loc, some, /*withElse=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(guarded.thenBlock()->getTerminator());
  Value last = arith::SubIOp::create(b, loc, end, index(1));
  inTiles(loadIndex(any.getRanges(), {first, index(0)}),
          loadIndex(any.getRanges(), {last, index(1)}), [&](Value n) {
            Value where = any.getOrder() ? loadIndex(any.getOrder(), n) : n;
            at[any.getTo()] = loadIndex(any.getIndex(), where);
            return where;
          });
}

std::pair<Value, Value> RaggedTiler::shareOf(Value count) {
  auto share = [&](Value n) {
    return arith::DivUIOp::create(b, loc, arith::MulIOp::create(b, loc, n, count), index(workers));
  };
  return {share(worker), share(add(worker, 1))};
}

// The segment that the n-th worker begins with: that of the element that it would begin with if
// shares of elements were equal. The first begins with the first, and one beyond the last with what
// is beyond the last.
Value RaggedTiler::firstTarget(Value n) {
  graph::SegmentOp any = plan.segments.front();
  Value elements = memref::DimOp::create(b, loc, buffers.lookup(any.getIndex()), 0);
  Value targets = memref::DimOp::create(b, loc, buffers.lookup(any.getRanges()), 0);
  Value place =
      arith::DivUIOp::create(b, loc, arith::MulIOp::create(b, loc, n, elements), index(workers));
  Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, place, elements);
  auto choose = scf::IfOp::create(b, loc, b.getIndexType(), inside, /*withElse=*/true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(choose.thenBlock());
    Value where = any.getOrder() ? loadIndex(any.getOrder(), place) : place;
    scf::YieldOp::create(b, loc, ValueRange{loadIndex(any.getIndex(), where)});
    b.setInsertionPointToStart(choose.elseBlock());
    scf::YieldOp::create(b, loc, ValueRange{targets});
  }
  Value isFirst = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, n, index(0));
  return arith::SelectOp::create(b, loc, isFirst, index(0), choose.getResult(0));
}

//===-- Before the loop -----------------------------------------------------------------------===//

// Arrays of static size whose row does not lie innermost are read from a copy where it does.
void RaggedTiler::turnRound() {
  auto kernel = cast<func::FuncOp>(b.getInsertionBlock()->getParentOp());
  for (BlockArgument array : kernel.front().getArguments())
    if (auto type = dyn_cast<RankedTensorType>(array.getType());
        type && type.hasStaticShape() && plan.hasRow(array) &&
        field::namesOf(array).back() != plan.row)
      turnRound(array);
}

void RaggedTiler::turnRound(Value array) {
  auto type = cast<RankedTensorType>(array.getType());
  SmallVector<StringAttr> names = plan.unrolled(array);
  SmallVector<int64_t> sizes;
  for (StringAttr name : names)
    sizes.push_back(field::sizeOf(type, name));
  sizes.push_back(plan.rowSize);
  Value copy = memref::AllocOp::create(b, loc, MemRefType::get(sizes, type.getElementType()),
                                       b.getI64IntegerAttr(64));
  overArray(array, [&](const DenseMap<StringAttr, Value> &here, ValueRange from) {
    SmallVector<Value> place;
    for (StringAttr name : names)
      place.push_back(here.lookup(name));
    place.push_back(here.lookup(plan.row));
    Value number = memref::LoadOp::create(b, loc, buffers.lookup(array), from);
    memref::StoreOp::create(b, loc, number, copy, place);
  });
  packed[array] = copy;
}

//===-- One segment, one element --------------------------------------------------------------===//

static field::ReduceKind kindOf(Operation *sum) {
  if (auto segment = dyn_cast<graph::SegmentOp>(sum))
    return segment.getKind() == graph::SegmentKind::Sum   ? field::ReduceKind::Sum
           : segment.getKind() == graph::SegmentKind::Max ? field::ReduceKind::Max
                                                          : field::ReduceKind::Min;
  auto reduce = dyn_cast<field::ReduceOp>(sum);
  return reduce ? reduce.getKind() : field::ReduceKind::Sum;
}

static double neutralOf(Operation *sum) {
  double infinity = std::numeric_limits<double>::infinity();
  return kindOf(sum) == field::ReduceKind::Sum   ? 0.0
         : kindOf(sum) == field::ReduceKind::Max ? -infinity
                                                 : infinity;
}

Value RaggedTiler::combine(Operation *sum, Value x, Value y) {
  return kindOf(sum) == field::ReduceKind::Sum   ? Value(arith::AddFOp::create(b, loc, x, y))
         : kindOf(sum) == field::ReduceKind::Max ? Value(arith::MaximumFOp::create(b, loc, x, y))
                                                 : Value(arith::MinimumFOp::create(b, loc, x, y));
}

// What a segment starts with; an empty one ends with 0.
Value RaggedTiler::startOf(graph::SegmentOp sum, Value target) {
  Type stored = cast<RankedTensorType>(sum.getType()).getElementType();
  auto number = [&](double value) -> Value {
    return arith::ConstantOp::create(b, loc, b.getFloatAttr(stored, value));
  };
  if (sum.getKind() == graph::SegmentKind::Sum)
    return number(0.0);
  Value first = loadIndex(sum.getRanges(), {target, index(0)});
  Value end = loadIndex(sum.getRanges(), {target, index(1)});
  Value some = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, first, end);
  return arith::SelectOp::create(b, loc, some, number(neutralOf(sum)), number(0.0));
}

void RaggedTiler::clearSegment(Value target) {
  graph::SegmentOp any = plan.segments.front();
  at[any.getTo()] = target;
  for (graph::SegmentOp sum : plan.segments) {
    Value result = sum.getResult(), nothing = startOf(sum, target);
    over(unrolledOf(result), {}, [&](const Fixed &fixed) {
      if (plan.hasRow(result))
        overRow({}, [&](ValueRange) -> SmallVector<Value> {
          storeAt(nothing, result, fixed);
          return {};
        });
      else
        storeAt(nothing, result, fixed);
    });
  }
}

// Sums start at nothing, then every element of the segment adds to them, in order.
void RaggedTiler::segment(Value target) {
  graph::SegmentOp any = plan.segments.front();
  clearSegment(target);
  Value first = loadIndex(any.getRanges(), {target, index(0)});
  Value end = loadIndex(any.getRanges(), {target, index(1)});
  forEach(first, end, [&](Value n) { element(any.getOrder() ? loadIndex(any.getOrder(), n) : n); });
  at.erase(any.getTo());
}

void RaggedTiler::element(Value where) {
  at[plan.main] = where;
  newElement();
  for (int sweep = 0; sweep < plan.sweeps; ++sweep)
    sweepOver(contentsOf(sweep));
  at.erase(plan.main);
}

//===-- Tiles of elements ---------------------------------------------------------------------===//

void RaggedTiler::inTiles(Value first, Value end, llvm::function_ref<Value(Value)> elementAt) {
  auto loop = scf::ForOp::create(b, loc, first, end, index(plan.tile));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(loop.getBody()->getTerminator());
  Value start = loop.getInductionVar();
  Value count =
      arith::MinUIOp::create(b, loc, arith::SubIOp::create(b, loc, end, start), index(plan.tile));
  for (int sweep = 0; sweep < plan.sweeps; ++sweep)
    sweepTile(sweep, start, count, elementAt);
}

void RaggedTiler::overTile(Value first, Value count, llvm::function_ref<Value(Value)> elementAt,
                           llvm::function_ref<void()> body) {
  forEach(index(0), count, [&](Value n) {
    turn = n;
    at[plan.main] = elementAt(arith::AddIOp::create(b, loc, first, n));
    newElement();
    body();
  });
  at.erase(plan.main);
}

// Numbers that products of this sweep read, and that the tile does not hold yet.
SmallVector<Value> RaggedTiler::numbersFor(int sweep) const {
  SmallVector<Value> numbers;
  for (const RaggedProduct &product : plan.products)
    if (plan.sweepOf(product) == sweep && !product.makes(product.numbers) &&
        !kept.lookup(product.numbers).known && !llvm::is_contained(numbers, product.numbers))
      numbers.push_back(product.numbers);
  return numbers;
}

// A sweep of all elements of a tile. Products that make vectors come before what is done along the
// rows, and those that add vectors up behind it.
void RaggedTiler::sweepTile(int sweep, Value first, Value count,
                            llvm::function_ref<Value(Value)> elementAt) {
  if (SmallVector<Value> numbers = numbersFor(sweep); !numbers.empty()) {
    overTile(first, count, elementAt, [&] {
      for (Value value : numbers)
        over(unrolledOf(value), {},
             [&](const Fixed &fixed) { keep(valueAt(value, fixed), value, fixed); });
    });
    for (Value value : numbers)
      kept[value].known = true;
  }
  for (const RaggedProduct &product : plan.products)
    if (product.makes(product.vectors) && plan.sweepOf(product) == sweep)
      spread(product, count);
  Sweep now = contentsOf(sweep);
  if (!now.isEmpty())
    overTile(first, count, elementAt, [&] { sweepOver(now); });
  for (Value value : now.rowKept)
    kept[value].known = true;
  for (const Carried &c : now.carried)
    if (auto entry = kept.find(c.sum->getResult(0)); entry != kept.end())
      entry->second.known = true;
  for (const RaggedProduct &product : plan.products) {
    if (plan.sweepOf(product) != sweep || product.makes(product.vectors))
      continue;
    if (product.makes(product.numbers))
      fold(product, count);
    else
      addProduct(product, count, partial[product.sum]);
  }
}

// Calls the body for the lanes of the row, carrying vectors.
SmallVector<Value> RaggedTiler::overRow(ValueRange init,
                                        llvm::function_ref<SmallVector<Value>(ValueRange)> body) {
  OpBuilder::InsertPoint outside = beforeRow;
  SmallVector<Value> carried(init);
  int64_t whole = plan.rowSize / shape.lanes * shape.lanes;
  if (whole) {
    auto loop = scf::ForOp::create(b, loc, index(0), index(whole), index(shape.lanes), carried);
    OpBuilder::InsertionGuard guard(b);
    beforeRow = OpBuilder::InsertPoint(loop->getBlock(), loop->getIterator());
    b.setInsertionPointToStart(loop.getBody());
    newLanes({loop.getInductionVar(), shape.lanes});
    SmallVector<Value> next = body(loop.getRegionIterArgs());
    if (!carried.empty())
      scf::YieldOp::create(b, loc, next);
    carried.assign(loop.getResults().begin(), loop.getResults().end());
  } else {
    beforeRow = b.saveInsertionPoint();
  }
  if (int64_t rest = plan.rowSize % shape.lanes) {
    newLanes({index(whole), rest});
    carried = body(carried);
  }
  newLanes({{}, 0});
  beforeRow = outside;
  return carried;
}

void RaggedTiler::addToSegment(graph::SegmentOp sum) {
  Value result = sum.getResult();
  over(unrolledOf(result), {}, [&](const Fixed &fixed) {
    Value computed = valueAt(sum.getInput(), fixed);
    addTo(buffers.lookup(result), indicesOf(result, fixed),
          plan.hasRow(result) ? vectorOf(computed) : computed,
          [&](Value before, Value now) { return combine(sum, before, now); });
  });
}

Value RaggedTiler::neutralVector(Operation *sum) {
  Type stored = cast<RankedTensorType>(sum->getResult(0).getType()).getElementType();
  auto type = VectorType::get({shape.lanes}, stored);
  return arith::ConstantOp::create(
      b, loc, DenseElementsAttr::get(type, Attribute(b.getFloatAttr(stored, neutralOf(sum)))));
}

// What can be done in one sweep: all of what it needs is known then.
RaggedTiler::Sweep RaggedTiler::contentsOf(int sweep) {
  Sweep now;
  auto inThis = [&](ValueRange operands) {
    int known = 0;
    for (Value operand : operands)
      known = std::max(known, plan.sweep.lookup(operand));
    return known == sweep;
  };
  for (const RaggedProduct &product : plan.products)
    if (plan.sweepOf(product) == sweep && !product.makes(product.vectors) &&
        !kept.lookup(product.vectors).known && !llvm::is_contained(now.rowKept, product.vectors))
      now.rowKept.push_back(product.vectors);
  SmallVector<Operation *> alongRow;
  for (Operation *sum : plan.rowSums)
    if (!plan.productOf(sum))
      alongRow.push_back(sum);
  for (Operation *sum : plan.columnSums) {
    if (plan.productOf(sum))
      continue;
    if (plan.hasRow(sum->getResult(0))) {
      if (inThis(sum->getOperands()))
        now.rowColumns.push_back(sum);
    } else if (needsRow(sum)) {
      alongRow.push_back(sum);
    } else if (inThis(sum->getOperands())) {
      now.numberColumns.push_back(sum);
    }
  }
  for (Operation *sum : alongRow)
    if (inThis(sum->getOperands()))
      over(unrolledOf(sum->getResult(0)), {},
           [&](const Fixed &fixed) { now.carried.push_back({sum, fixed}); });
  for (Value value : plan.stored)
    if (plan.sweep.lookup(value) == sweep)
      (plan.hasRow(value) ? now.rowStored : now.numberStored).push_back(value);
  for (graph::SegmentOp sum : plan.segments)
    if (inThis(sum.getInput()))
      (plan.hasRow(sum.getResult()) ? now.rowSegments : now.numberSegments).push_back(sum);
  return now;
}

// One more vector of the row in a sum along it.
Value RaggedTiler::addCarried(const Carried &c, Value before) {
  Value sum = before;
  over(sized(c.sum->getOperand(0), summedBy(c.sum)), c.fixed, [&](const Fixed &place) {
    Value term = vectorOf(summand(c.sum, place));
    if (lanes.count < shape.lanes) {
      Value mask = vector::CreateMaskOp::create(
          b, loc, VectorType::get({shape.lanes}, b.getI1Type()), ValueRange{index(lanes.count)});
      term = arith::SelectOp::create(b, loc, mask, term, neutralVector(c.sum));
    }
    sum = combine(c.sum, sum, term);
  });
  return sum;
}

// The vector of a sum along the row becomes its number.
void RaggedTiler::finishCarried(const Carried &c, Value total) {
  auto kind = kindOf(c.sum) == field::ReduceKind::Sum   ? vector::CombiningKind::ADD
              : kindOf(c.sum) == field::ReduceKind::Max ? vector::CombiningKind::MAXIMUMF
                                                        : vector::CombiningKind::MINIMUMF;
  Value number = vector::ReductionOp::create(b, loc, kind, total, arith::FastMathFlags::reassoc);
  if (!llvm::is_contained(plan.rowSums, c.sum))
    return addTo(partial[c.sum], partialPlace(c.sum, c.fixed), number);
  setNumber(c.sum->getResult(0), c.fixed, number);
  if (!plan.products.empty())
    keep(number, c.sum->getResult(0), c.fixed);
}

void RaggedTiler::storeAll(ArrayRef<Value> values) {
  for (Value value : values)
    over(unrolledOf(value), {},
         [&](const Fixed &fixed) { storeAt(valueAt(value, fixed), value, fixed); });
}

// One pass over the row of one element: what can be stored now is stored, and what is summed along
// it is a number afterwards.
void RaggedTiler::sweepOver(const Sweep &now) {
  SmallVector<Value> totals;
  for (const Carried &c : now.carried)
    totals.push_back(neutralVector(c.sum));
  if (now.sweepsRow())
    totals = overRow(totals, [&](ValueRange before) {
      for (Value value : now.rowKept)
        over(unrolledOf(value), {},
             [&](const Fixed &fixed) { keep(valueAt(value, fixed), value, fixed); });
      storeAll(now.rowStored);
      for (graph::SegmentOp sum : now.rowSegments)
        addToSegment(sum);
      for (Operation *sum : now.rowColumns)
        addToColumn(sum);
      SmallVector<Value> next;
      for (size_t i = 0; i < now.carried.size(); ++i)
        next.push_back(addCarried(now.carried[i], before[i]));
      return next;
    });
  for (size_t i = 0; i < now.carried.size(); ++i)
    finishCarried(now.carried[i], totals[i]);
  storeAll(now.numberStored);
  for (graph::SegmentOp sum : now.numberSegments)
    addToSegment(sum);
  for (Operation *sum : now.numberColumns)
    addToColumn(sum);
}

struct TileRagged : orrery::impl::TileRaggedBase<TileRagged> {
  using TileRaggedBase::TileRaggedBase;

  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<func::FuncOp>())
      if (!kernel.isExternal() && kernel->hasAttr("orrery.kernel") && kernel.getNumResults() > 0 &&
          kernel->hasAttr("orrery.sizes"))
        tile(kernel);
    fitCalls(getOperation());
  }

  void tile(func::FuncOp kernel) {
    std::string why;
    auto plan = RaggedPlan::make(kernel, why);
    Location loc = kernel.getBody().front().front().getLoc();
    auto options = remark::RemarkOpts::name("TileRagged").category("fusion");
    if (!plan) {
      remark::missed(loc, options) << "a kernel of run-time sizes is not tiled: " << why;
      return;
    }
    // Of what lies along the row: distances may be wider numbers.
    FloatType element = Float32Type::get(&getContext());
    kernel.walk([&](Operation *op) {
      for (Value result : op->getResults())
        if (isa<RankedTensorType>(result.getType()) && plan->hasRow(result) &&
            getElementTypeOrSelf(result).isF64())
          element = Float64Type::get(&getContext());
    });
    VectorShape shape{std::max<int64_t>(2, vectorBits / element.getWidth()),
                      static_cast<int64_t>(registers)};
    remark::passed(loc, options) << (plan->segments.empty() ? "runs along '"
                                                            : "runs by segments of '")
                                 << plan->main.getValue() << "'";
    giveBody(kernel, loc, [&](OpBuilder &b, const DenseMap<Value, Value> &buffers) {
      RaggedTiler(b, loc, element, shape, *plan, buffers, workers).emit();
    });
  }
};

} // namespace
