// Gives kernels along a dim of run-time size a body of loops over its elements or segments.

#include "passes/lower/Calls.h"
#include "passes/tile/Passes.h"

#include "passes/shape/Sizes.h"
#include "passes/tile/KernelBody.h"
#include "passes/tile/RaggedLoops.h"

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

class RaggedTiler : RaggedLoops {
public:
  RaggedTiler(OpBuilder &b, Location loc, FloatType element, VectorShape shape,
              const RaggedPlan &plan, const DenseMap<Value, Value> &buffers, int64_t workers)
      : RaggedLoops(b, loc, element, shape, plan, buffers), workers(workers) {}

  void emit();

private:
  int64_t workers;
  Value worker;
  DenseMap<Operation *, Value> partial; // [worker, unrolled.., row]: what each worker adds up

  // A sum along the row, for one index of its result.
  struct Carried {
    Operation *sum;
    Fixed fixed;
  };
  struct Sweep {
    SmallVector<Carried> carried;
    SmallVector<Value> rowStored, numberStored;
    SmallVector<graph::SegmentOp> rowSegments, numberSegments;
    SmallVector<Operation *> rowColumns, numberColumns;
  };

  Value sizeOfMain();
  void turnRound();
  void turnRound(Value array);
  void makePartials();
  void forEach(Value from, Value to, llvm::function_ref<void(Value)> body);
  void segment(Value target);
  void element(Value where);
  Sweep contentsOf(int sweep);
  Value neutralVector(Operation *sum);
  Value addCarried(const Carried &c, Value before);
  void finishCarried(const Carried &c, Value total);
  void storeAll(ArrayRef<Value> values);
  void sweepOver(int sweep);
  SmallVector<Value> overRow(ValueRange init,
                             llvm::function_ref<SmallVector<Value>(ValueRange)> body);
  void addTo(Value memory, SmallVector<Value> place, Value computed);
  void addToSegment(graph::SegmentOp sum);
  void addToColumn(Operation *sum);
  void collect(Operation *sum);
  SmallVector<Value> partialPlace(Operation *sum, const Fixed &fixed);
  void zero(Value array);
  auto unrolledOf(Value value) { return sized(value, plan.unrolled(value)); }
  bool needsRow(Operation *sum) {
    return llvm::any_of(sum->getOperands(), [&](Value operand) { return plan.hasRow(operand); });
  }
};

// The arguments of the body that goes stand for those of the new one.
Value RaggedTiler::sizeOfMain() {
  auto kernel = cast<func::FuncOp>(b.getInsertionBlock()->getParentOp());
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
  makePartials();
  Value count;
  if (plan.segments.empty()) {
    count = sizeOfMain();
  } else {
    graph::SegmentOp sum = plan.segments.front();
    count = memref::DimOp::create(b, loc, buffers.lookup(sum.getRanges()), 0);
  }
  auto loop = scf::ParallelOp::create(b, loc, ValueRange{index(0)}, ValueRange{index(workers)},
                                      ValueRange{index(1)});
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(loop.getBody()->getTerminator());
    worker = loop.getInductionVars()[0];
    auto share = [&](Value n) {
      return arith::DivUIOp::create(b, loc, arith::MulIOp::create(b, loc, n, count),
                                    index(workers));
    };
    forEach(share(worker), share(add(worker, 1)), [&](Value i) {
      if (plan.segments.empty())
        element(i);
      else
        segment(i);
    });
  }
  for (Operation *sum : plan.columnSums)
    collect(sum);
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
  DenseMap<StringAttr, Value> here;
  SmallVector<Value> place;
  std::function<void()> nest = [&] {
    size_t n = place.size();
    if (n < sizes.size()) {
      loop(sizes[n], [&](Value i) {
        here[n < names.size() ? names[n] : plan.row] = i;
        place.push_back(i);
        nest();
        place.pop_back();
      });
      return;
    }
    SmallVector<Value> from;
    for (StringAttr name : field::namesOf(array))
      from.push_back(here.lookup(name));
    Value number = memref::LoadOp::create(b, loc, buffers.lookup(array), from);
    memref::StoreOp::create(b, loc, number, copy, place);
  };
  nest();
  packed[array] = copy;
}

void RaggedTiler::zero(Value array) {
  auto type = cast<MemRefType>(array.getType());
  SmallVector<Value> place;
  std::function<void()> nest = [&] {
    if (static_cast<int64_t>(place.size()) < type.getRank()) {
      loop(type.getDimSize(place.size()), [&](Value i) {
        place.push_back(i);
        nest();
        place.pop_back();
      });
      return;
    }
    Value nothing = arith::ConstantOp::create(b, loc, b.getFloatAttr(type.getElementType(), 0.0));
    memref::StoreOp::create(b, loc, nothing, array, place);
  };
  nest();
}

void RaggedTiler::makePartials() {
  for (Operation *sum : plan.columnSums) {
    Value result = sum->getResult(0);
    SmallVector<int64_t> sizes{workers};
    for (auto [name, size] : unrolledOf(result))
      sizes.push_back(size);
    if (plan.hasRow(result))
      sizes.push_back(plan.rowSize);
    Type stored = cast<RankedTensorType>(result.getType()).getElementType();
    partial[sum] =
        memref::AllocOp::create(b, loc, MemRefType::get(sizes, stored), b.getI64IntegerAttr(64));
    zero(partial[sum]);
  }
}

//===-- One segment, one element --------------------------------------------------------------===//

// Sums start at nothing, then every element of the segment adds to them, in order.
void RaggedTiler::segment(Value target) {
  graph::SegmentOp any = plan.segments.front();
  at[any.getTo()] = target;
  for (graph::SegmentOp sum : plan.segments) {
    Value result = sum.getResult();
    over(unrolledOf(result), {}, [&](const Fixed &fixed) {
      Type stored = cast<RankedTensorType>(result.getType()).getElementType();
      Value nothing = arith::ConstantOp::create(b, loc, b.getFloatAttr(stored, 0.0));
      if (plan.hasRow(result))
        overRow({}, [&](ValueRange) -> SmallVector<Value> {
          storeAt(nothing, result, fixed);
          return {};
        });
      else
        storeAt(nothing, result, fixed);
    });
  }
  Value first = loadIndex(any.getRanges(), {target, index(0)});
  Value end = loadIndex(any.getRanges(), {target, index(1)});
  forEach(first, end, [&](Value n) { element(any.getOrder() ? loadIndex(any.getOrder(), n) : n); });
  at.erase(any.getTo());
}

void RaggedTiler::element(Value where) {
  at[plan.main] = where;
  newElement();
  for (int sweep = 0; sweep < plan.sweeps; ++sweep)
    sweepOver(sweep);
  at.erase(plan.main);
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

void RaggedTiler::addTo(Value memory, SmallVector<Value> place, Value computed) {
  if (!isa<VectorType>(computed.getType())) {
    Value before = memref::LoadOp::create(b, loc, memory, place);
    memref::StoreOp::create(b, loc, arith::AddFOp::create(b, loc, before, computed), memory, place);
    return;
  }
  Value before = loadVector(memory, place);
  storeVector(arith::AddFOp::create(b, loc, before, computed), memory, place);
}

void RaggedTiler::addToSegment(graph::SegmentOp sum) {
  Value result = sum.getResult();
  over(unrolledOf(result), {}, [&](const Fixed &fixed) {
    Value computed = valueAt(sum.getInput(), fixed);
    SmallVector<Value> place = indicesOf(result, fixed);
    addTo(buffers.lookup(result), place, plan.hasRow(result) ? vectorOf(computed) : computed);
  });
}

SmallVector<Value> RaggedTiler::partialPlace(Operation *sum, const Fixed &fixed) {
  SmallVector<Value> place{worker};
  for (StringAttr name : plan.unrolled(sum->getResult(0)))
    place.push_back(index(fixed.at(name.getValue())));
  if (plan.hasRow(sum->getResult(0)))
    place.push_back(lanes.j);
  return place;
}

// What one element adds to a sum over all of them. Where the row itself is summed, it has been.
void RaggedTiler::addToColumn(Operation *sum) {
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

static field::ReduceKind kindOf(Operation *sum) {
  auto reduce = dyn_cast<field::ReduceOp>(sum);
  return reduce ? reduce.getKind() : field::ReduceKind::Sum;
}

static double neutralOf(Operation *sum) {
  double infinity = std::numeric_limits<double>::infinity();
  return kindOf(sum) == field::ReduceKind::Sum   ? 0.0
         : kindOf(sum) == field::ReduceKind::Max ? -infinity
                                                 : infinity;
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
  SmallVector<Operation *> alongRow(plan.rowSums);
  for (Operation *sum : plan.columnSums) {
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
    sum = kindOf(c.sum) == field::ReduceKind::Sum ? Value(arith::AddFOp::create(b, loc, sum, term))
          : kindOf(c.sum) == field::ReduceKind::Max
              ? Value(arith::MaximumFOp::create(b, loc, sum, term))
              : Value(arith::MinimumFOp::create(b, loc, sum, term));
  });
  return sum;
}

// The vector of a sum along the row becomes its number.
void RaggedTiler::finishCarried(const Carried &c, Value total) {
  auto kind = kindOf(c.sum) == field::ReduceKind::Sum   ? vector::CombiningKind::ADD
              : kindOf(c.sum) == field::ReduceKind::Max ? vector::CombiningKind::MAXIMUMF
                                                        : vector::CombiningKind::MINIMUMF;
  Value number = vector::ReductionOp::create(b, loc, kind, total, arith::FastMathFlags::reassoc);
  if (llvm::is_contained(plan.rowSums, c.sum))
    setNumber(c.sum->getResult(0), c.fixed, number);
  else
    addTo(partial[c.sum], partialPlace(c.sum, c.fixed), number);
}

void RaggedTiler::storeAll(ArrayRef<Value> values) {
  for (Value value : values)
    over(unrolledOf(value), {},
         [&](const Fixed &fixed) { storeAt(valueAt(value, fixed), value, fixed); });
}

// One pass over the row of one element: what can be stored now is stored, and what is summed along
// it is a number afterwards.
void RaggedTiler::sweepOver(int sweep) {
  Sweep now = contentsOf(sweep);
  SmallVector<Value> totals;
  for (const Carried &c : now.carried)
    totals.push_back(neutralVector(c.sum));
  if (!now.carried.empty() || !now.rowStored.empty() || !now.rowSegments.empty() ||
      !now.rowColumns.empty())
    totals = overRow(totals, [&](ValueRange before) {
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

//===-- After the loop ------------------------------------------------------------------------===//

// The workers' sums are added in order.
void RaggedTiler::collect(Operation *sum) {
  Value result = sum->getResult(0), to = buffers.lookup(result), from = partial[sum];
  auto type = cast<MemRefType>(from.getType());
  SmallVector<StringAttr> names = plan.unrolled(result);
  if (plan.hasRow(result))
    names.push_back(plan.row);
  DenseMap<StringAttr, Value> here;
  SmallVector<Value> place;
  std::function<void()> nest = [&] {
    if (place.size() < names.size()) {
      StringAttr name = names[place.size()];
      loop(type.getDimSize(place.size() + 1), [&](Value i) {
        here[name] = i;
        place.push_back(i);
        nest();
        place.pop_back();
      });
      return;
    }
    Value zero = arith::ConstantOp::create(b, loc, b.getFloatAttr(type.getElementType(), 0.0));
    auto adding = scf::ForOp::create(b, loc, index(0), index(workers), index(1), ValueRange{zero});
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(adding.getBody());
      SmallVector<Value> where{adding.getInductionVar()};
      llvm::append_range(where, place);
      Value next = memref::LoadOp::create(b, loc, from, where);
      scf::YieldOp::create(
          b, loc, ValueRange{arith::AddFOp::create(b, loc, adding.getRegionIterArg(0), next)});
    }
    SmallVector<Value> target;
    for (StringAttr name : field::namesOf(result))
      target.push_back(here.lookup(name));
    memref::StoreOp::create(b, loc, adding.getResult(0), to, target);
  };
  nest();
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
    VectorShape shape{std::max<int64_t>(2, vectorBits / element.getWidth()), 32};
    remark::passed(loc, options) << (plan->segments.empty() ? "runs along '"
                                                            : "runs by segments of '")
                                 << plan->main.getValue() << "'";
    giveBody(kernel, loc, [&](OpBuilder &b, const DenseMap<Value, Value> &buffers) {
      RaggedTiler(b, loc, element, shape, *plan, buffers, workers).emit();
    });
  }
};

} // namespace
