// Gives kernels of elementwise arithmetic, sums and views a body of loops over rows.

#include "passes/lower/Calls.h"
#include "passes/tile/Passes.h"

#include "passes/tile/KernelBody.h"
#include "passes/tile/RowLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_TILEROWS
#include "passes/tile/Passes.h.inc"
} // namespace orrery

namespace {

// Parallel loops have at least so many turns where the sizes allow it.
constexpr int64_t enoughTurns = 64;
constexpr int64_t longRow = RowsPlan::longRow;

class RowsTiler : RowLoops {
public:
  RowsTiler(OpBuilder &b, Location loc, FloatType element, VectorShape shape, const RowsPlan &plan,
            const DenseMap<Value, Value> &buffers, ArrayRef<Value> results, int64_t workers)
      : RowLoops(b, loc, element, shape, plan, buffers), results(results), workers(workers) {}

  void emit();

private:
  ArrayRef<Value> results;
  int64_t workers;
  // Where column sums are added up: a place a worker, or the result itself when each result has one
  // writer.
  DenseMap<Value, Value> partial;
  Value worker;

  void overPositions(ArrayRef<StringAttr> loops, RowPlace place,
                     llvm::function_ref<void(const RowPlace &)> body);
  void plainRows();
  void longRows();
  void columnSumsByPosition();
  void columnSumsByWorker();
  void row(RowPlace place, int64_t columns);
  void sweepOver(int sweep, const RowPlace &place, int64_t columns, Known &numbers);
  void addToColumn(field::ReduceOp sum, Value computed, const RowPlace &place);
  SmallVector<Value> partialIndices(field::ReduceOp sum, const RowPlace &place);
  bool keepsRow(field::ReduceOp sum) { return plan.hasRow(sum.getResult()); }
  void clearColumn(field::ReduceOp sum, Value buffer);
  Value combine(field::ReduceKind kind, Value a, Value b);
};

void RowsTiler::overPositions(ArrayRef<StringAttr> loops, RowPlace place,
                              llvm::function_ref<void(const RowPlace &)> body) {
  if (loops.empty()) {
    body(place);
    return;
  }
  loop(groups.size(loops.front()), [&](Value i) {
    place.at[loops.front()] = i;
    overPositions(loops.drop_front(), place, body);
  });
}

void RowsTiler::emit() {
  if (!plan.columnSums.empty()) {
    if (groups.size(plan.kept) >= 8)
      columnSumsByPosition();
    else
      columnSumsByWorker();
  } else if (plan.rowSums.empty() && groups.size(plan.inner) > 2 * longRow &&
             groups.size(plan.outer) < enoughTurns) {
    longRows();
  } else {
    plainRows();
  }
}

void RowsTiler::plainRows() {
  size_t n = 0;
  SmallVector<int64_t> sizes;
  for (int64_t turns = 1; n < plan.outer.size() && turns < enoughTurns; ++n) {
    sizes.push_back(groups.size(plan.outer[n]));
    turns *= sizes.back();
  }
  parallel(sizes, [&](ValueRange where) {
    RowPlace place;
    place.row = plan.inner;
    for (auto [group, i] : llvm::zip(plan.outer, where))
      place.at[group] = i;
    overPositions(ArrayRef(plan.outer).drop_front(n), place,
                  [&](const RowPlace &there) { row(there, groups.size(plan.inner)); });
  });
}

// No rows to share out, so pieces of the row are.
void RowsTiler::longRows() {
  RowPlace place;
  place.row = plan.inner;
  int64_t size = groups.size(plan.inner), pieces = size / longRow;
  overPositions(plan.outer, place, [&](const RowPlace &there) {
    auto piece = [&](Value start, int64_t columns) {
      Known numbers;
      overLanes(columns, {}, [&](Lanes l, ValueRange) -> SmallVector<Value> {
        RowPlace here = there;
        here.at[plan.inner] = arith::AddIOp::create(b, loc, start, l.j);
        here.count = l.count;
        Known known;
        for (Value result : results)
          storeAt(vectorAt(result, here, known), result, here);
        return {};
      });
    };
    parallel({pieces}, [&](ValueRange n) {
      piece(arith::MulIOp::create(b, loc, n[0], index(longRow)), longRow);
    });
    if (int64_t rest = size % longRow)
      piece(index(size - rest), rest);
  });
}

//===-- Sums over rows ------------------------------------------------------------------------===//

void RowsTiler::clearColumn(field::ReduceOp sum, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<Value> at;
  std::function<void()> nest = [&] {
    if (static_cast<int64_t>(at.size()) == type.getRank()) {
      store(scalar(0.0), buffer, at);
      return;
    }
    loop(type.getDimSize(at.size()), [&](Value i) {
      at.push_back(i);
      nest();
      at.pop_back();
    });
  };
  nest();
}

// Each kept position is summed by one thread, straight into the result.
void RowsTiler::columnSumsByPosition() {
  for (field::ReduceOp sum : plan.columnSums) {
    partial[sum.getResult()] = memory(sum.getResult());
    clearColumn(sum, partial[sum.getResult()]);
  }
  SmallVector<int64_t> sizes;
  for (StringAttr group : plan.kept)
    sizes.push_back(groups.size(group));
  Names rest;
  for (StringAttr group : plan.outer)
    if (!llvm::is_contained(plan.kept, group))
      rest.push_back(group);
  parallel(sizes, [&](ValueRange where) {
    RowPlace place;
    place.row = plan.inner;
    for (auto [group, i] : llvm::zip(plan.kept, where))
      place.at[group] = i;
    overPositions(rest, place, [&](const RowPlace &there) { row(there, groups.size(plan.inner)); });
  });
}

// Workers take equal shares of the rows, add them up each for itself, and their sums are added in
// order: the same bits on every run.
void RowsTiler::columnSumsByWorker() {
  int64_t rows = groups.size(plan.outer);
  int64_t count = std::clamp<int64_t>(rows / 8, 1, workers);
  for (field::ReduceOp sum : plan.columnSums) {
    SmallVector<int64_t> sizes{count};
    for (StringAttr group : groups.of(field::namesOf(sum.getResult())))
      sizes.push_back(groups.size(group));
    Value buffer =
        memref::AllocOp::create(b, loc, MemRefType::get(sizes, element), b.getI64IntegerAttr(64));
    partial[sum.getResult()] = buffer;
    clearColumn(sum, buffer);
  }
  parallel({count}, [&](ValueRange which) {
    worker = which[0];
    auto share = [&](Value n) {
      return arith::DivUIOp::create(b, loc, arith::MulIOp::create(b, loc, n, index(rows)),
                                    index(count));
    };
    auto shares = scf::ForOp::create(b, loc, share(worker), share(add(worker, 1)), index(1));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(shares.getBody()->getTerminator());
    RowPlace place;
    place.row = plan.inner;
    Value linear = shares.getInductionVar();
    for (StringAttr group : llvm::reverse(plan.outer)) {
      place.at[group] = arith::RemUIOp::create(b, loc, linear, index(groups.size(group)));
      linear = arith::DivUIOp::create(b, loc, linear, index(groups.size(group)));
    }
    row(place, groups.size(plan.inner));
  });
  for (field::ReduceOp sum : plan.columnSums) {
    Value to = memory(sum.getResult()), from = partial[sum.getResult()];
    auto type = cast<MemRefType>(to.getType());
    SmallVector<Value> at;
    std::function<void()> nest = [&] {
      if (static_cast<int64_t>(at.size()) < type.getRank()) {
        loop(type.getDimSize(at.size()), [&](Value i) {
          at.push_back(i);
          nest();
          at.pop_back();
        });
        return;
      }
      auto adding =
          scf::ForOp::create(b, loc, index(0), index(count), index(1), ValueRange{scalar(0.0)});
      {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToStart(adding.getBody());
        SmallVector<Value> place{adding.getInductionVar()};
        llvm::append_range(place, at);
        Value next = arith::AddFOp::create(b, loc, adding.getRegionIterArg(0), load(from, place));
        scf::YieldOp::create(b, loc, next);
      }
      store(adding.getResult(0), to, at);
    };
    nest();
  }
}

SmallVector<Value> RowsTiler::partialIndices(field::ReduceOp sum, const RowPlace &place) {
  SmallVector<Value> at;
  if (worker)
    at.push_back(worker);
  for (StringAttr group : groups.of(field::namesOf(sum.getResult())))
    at.push_back(place.at.lookup(group));
  return at;
}

void RowsTiler::addToColumn(field::ReduceOp sum, Value computed, const RowPlace &place) {
  Value buffer = partial[sum.getResult()];
  SmallVector<Value> at = partialIndices(sum, place);
  if (!isa<VectorType>(computed.getType())) {
    store(arith::AddFOp::create(b, loc, load(buffer, at), computed), buffer, at);
    return;
  }
  Value before = loadLanes(buffer, at, place.count);
  storeLanes(arith::AddFOp::create(b, loc, before, computed), buffer, at, place.count);
}

//===-- One row -------------------------------------------------------------------------------===//

Value RowsTiler::combine(field::ReduceKind kind, Value a, Value c) {
  switch (kind) {
  case field::ReduceKind::Sum:
    return arith::AddFOp::create(b, loc, a, c);
  case field::ReduceKind::Max:
    return arith::MaximumFOp::create(b, loc, a, c);
  case field::ReduceKind::Min:
    return arith::MinimumFOp::create(b, loc, a, c);
  }
  llvm_unreachable("a reduction is a sum, a maximum or a minimum");
}

void RowsTiler::row(RowPlace place, int64_t columns) {
  Known numbers;
  for (int sweep = 0; sweep < plan.sweeps; ++sweep)
    sweepOver(sweep, place, columns, numbers);
}

static double neutralOf(field::ReduceKind kind) {
  double infinity = std::numeric_limits<double>::infinity();
  return kind == field::ReduceKind::Sum   ? 0.0
         : kind == field::ReduceKind::Max ? -infinity
                                          : infinity;
}

// One pass over the row: what can be stored now is stored, and what is added up along it is a
// number afterwards.
void RowsTiler::sweepOver(int sweep, const RowPlace &place, int64_t columns, Known &numbers) {
  SmallVector<field::ReduceOp> sums, wholeRows;
  SmallVector<Value> stored, columnValues;
  for (field::ReduceOp sum : plan.rowSums)
    if (plan.sweep.lookup(sum.getInput()) == sweep)
      sums.push_back(sum);
  for (field::ReduceOp sum : plan.columnSums)
    if (plan.sweep.lookup(sum.getInput()) == sweep)
      (keepsRow(sum) ? columnValues : stored).push_back(sum.getResult());
  SmallVector<Value> scalarColumns = std::move(stored);
  stored.clear();
  for (Value result : results)
    if (!plan.isColumnSum(result) && plan.hasRow(result) && plan.sweep.lookup(result) == sweep)
      stored.push_back(result);

  SmallVector<Value> init;
  SmallVector<field::ReduceOp> carriedSums(sums);
  for (Value column : scalarColumns)
    carriedSums.push_back(column.getDefiningOp<field::ReduceOp>());
  llvm::erase_if(carriedSums, [&](field::ReduceOp sum) { return !plan.hasRow(sum.getInput()); });
  for (field::ReduceOp sum : carriedSums)
    init.push_back(splat(neutralOf(sum.getKind())));

  SmallVector<Value> totals(init);
  if (!carriedSums.empty() || !stored.empty() || !columnValues.empty())
    totals = overLanes(columns, init, [&](Lanes l, ValueRange carried) {
      RowPlace here = place;
      here.at[plan.inner] = l.j;
      here.count = l.count;
      Known known(numbers);
      for (Value result : stored)
        storeAt(vectorAt(result, here, known), result, here);
      for (Value column : columnValues) {
        auto sum = column.getDefiningOp<field::ReduceOp>();
        addToColumn(sum, vectorAt(sum.getInput(), here, known), here);
      }
      SmallVector<Value> next;
      for (auto [sum, before] : llvm::zip(carriedSums, carried)) {
        Value computed =
            masked(vectorAt(sum.getInput(), here, known), l.count, neutralOf(sum.getKind()));
        next.push_back(combine(sum.getKind(), before, computed));
      }
      return next;
    });
  for (auto [sum, total] : llvm::zip(carriedSums, totals)) {
    auto kind = sum.getKind() == field::ReduceKind::Sum   ? vector::CombiningKind::ADD
                : sum.getKind() == field::ReduceKind::Max ? vector::CombiningKind::MAXIMUMF
                                                          : vector::CombiningKind::MINIMUMF;
    numbers[sum.getResult()] =
        vector::ReductionOp::create(b, loc, kind, total, arith::FastMathFlags::reassoc);
  }
  // Numbers of the row: one level up from the lanes.
  RowPlace whole = place;
  for (Value column : scalarColumns) {
    auto sum = column.getDefiningOp<field::ReduceOp>();
    Value number = plan.hasRow(sum.getInput()) ? numbers.lookup(column)
                                               : valueAt(sum.getInput(), whole, numbers);
    addToColumn(sum, number, whole);
  }
  for (Value result : results)
    if (!plan.isColumnSum(result) && !plan.hasRow(result) && plan.sweep.lookup(result) == sweep + 1)
      storeAt(valueAt(result, whole, numbers), result, whole);
  if (sweep == 0)
    for (Value result : results)
      if (!plan.isColumnSum(result) && !plan.hasRow(result) && plan.sweep.lookup(result) == 0)
        storeAt(valueAt(result, whole, numbers), result, whole);
}

struct TileRows : orrery::impl::TileRowsBase<TileRows> {
  using TileRowsBase::TileRowsBase;

  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<func::FuncOp>())
      if (!kernel.isExternal() && kernel->hasAttr("orrery.kernel") && kernel.getNumResults() > 0)
        tile(kernel);
    fitCalls(getOperation());
  }

  void tile(func::FuncOp kernel) {
    std::string why;
    auto plan = RowsPlan::make(kernel, why);
    Location loc = kernel.getBody().front().front().getLoc();
    auto options = remark::RemarkOpts::name("TileRows").category("fusion");
    if (!plan) {
      remark::missed(loc, options) << "arithmetic is not run by rows: " << why;
      return;
    }
    // Sums are made in the widest floating-point type at hand.
    FloatType element = Float32Type::get(&getContext());
    kernel.walk([&](Operation *op) {
      for (Type type : op->getOperandTypes())
        if (auto tensor = dyn_cast<RankedTensorType>(type);
            tensor && tensor.getElementType().isF64())
          element = cast<FloatType>(tensor.getElementType());
    });
    for (field::ReduceOp sum : kernel.getOps<field::ReduceOp>())
      if (sum.getType().getElementType() != element) {
        remark::missed(loc, options)
            << "arithmetic is not run by rows: it adds up numbers of several widths";
        return;
      }
    VectorShape shape{std::max<int64_t>(2, vectorBits / element.getWidth()), 32};
    remark::passed(loc, options) << "arithmetic runs by rows along " << plan->inner.getValue();
    SmallVector<Value> results;
    for (Value result : kernel.getBody().front().getTerminator()->getOperands())
      if (!llvm::is_contained(results, result))
        results.push_back(result);
    giveBody(kernel, loc, [&](OpBuilder &b, const DenseMap<Value, Value> &buffers) {
      RowsTiler(b, loc, element, shape, *plan, buffers, results, workers).emit();
    });
  }
};

} // namespace
