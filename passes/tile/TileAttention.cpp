// Gives kernels of one attention a body of tiled loops over vectors.

#include "passes/lower/Calls.h"
#include "passes/tile/Passes.h"

#include "dialects/attend/Attend.h"
#include "passes/lower/Types.h"
#include "passes/tile/AttentionViews.h"
#include "passes/tile/KernelBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_TILEATTENTION
#include "passes/tile/Passes.h.inc"
} // namespace orrery

namespace {

// What both directions share: sizes, scratch of one worker, and the loop over the batch.
class Tiler : protected MatrixLoops {
public:
  Tiler(OpBuilder &b, Location loc, FloatType element, VectorShape shape, AttentionViews views,
        double scale, int64_t workers)
      : MatrixLoops(b, loc, element, shape), v(std::move(views)), scale(scale),
        workers(std::min(workers, v.batchSize())) {
    queries = v.queries();
    keys = v.keys();
    padded = llvm::divideCeil(keys, shape.lanes) * shape.lanes;
    rows = v.blockRows(padded);
  }

  void forward(Value result, Value logSum);
  void backward(const AttentionViews::Gradients &grads);

private:
  AttentionViews v;
  double scale;
  int64_t workers, queries, keys, padded, rows;

  Value scratch(ArrayRef<int64_t> shape) {
    SmallVector<int64_t> sizes{workers};
    llvm::append_range(sizes, shape);
    return memref::AllocOp::create(b, loc, MemRefType::get(sizes, element),
                                   b.getI64IntegerAttr(64));
  }
  // Worker w takes the batch entries w, w + workers, ...
  void overBatch(llvm::function_ref<void(Value worker, const BatchIndex &)> body);
  void transpose(Value to, Value worker, const View &from, const BatchIndex &at, int64_t channels);
  void scores(Value to, Value worker, Value keysT, Value first, int64_t count,
              const BatchIndex &at);
  Value exp(Value x) { return math::ExpOp::create(b, loc, x); }
  Value mul(Value x, Value y) { return arith::MulFOp::create(b, loc, x, y); }
  Value sub(Value x, Value y) { return arith::SubFOp::create(b, loc, x, y); }
  Value plus(Value x, Value y) { return arith::AddFOp::create(b, loc, x, y); }
  Value plus(Value first, Value i, int) { return arith::AddIOp::create(b, loc, first, i); }
  Value reduce(vector::CombiningKind kind, Value x) {
    return vector::ReductionOp::create(b, loc, kind, x, arith::FastMathFlags::reassoc);
  }
};

void Tiler::overBatch(llvm::function_ref<void(Value, const BatchIndex &)> body) {
  auto parallel = scf::ParallelOp::create(b, loc, ValueRange{index(0)}, ValueRange{index(workers)},
                                          ValueRange{index(1)});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(parallel.getBody()->getTerminator());
  Value worker = parallel.getInductionVars().front();
  auto loop = scf::ForOp::create(b, loc, worker, index(v.batchSize()), index(workers));
  b.setInsertionPoint(loop.getBody()->getTerminator());
  body(worker, v.batchIndex(b, loc, loop.getInductionVar()));
}

// to[c][key] = from[key][c], zero for the padding of the keys.
void Tiler::transpose(Value to, Value worker, const View &from, const BatchIndex &at,
                      int64_t channels) {
  loop(channels, [&](Value c) {
    loop(keys,
         [&](Value key) { store(load(from.memref, from.at(at, key, c)), to, {worker, c, key}); });
    for (int64_t key = keys; key < padded; ++key)
      store(scalar(0.0), to, {worker, c, index(key)});
  });
}

void Tiler::scores(Value to, Value worker, Value keysT, Value first, int64_t count,
                   const BatchIndex &at) {
  Product p;
  p.rows = count, p.columns = padded, p.depth = {v.channels()};
  p.a = [&](Value i, ValueRange k) {
    return load(v.query.memref, v.query.at(at, plus(first, i, 0), k[0]));
  };
  p.b = [&](ValueRange k, Lanes l) { return loadLanes(keysT, {worker, k[0], l.j}, l.count); };
  p.store = [&](Value i, Lanes l, Value sum) { storeLanes(sum, to, {worker, i, l.j}, l.count); };
  product(p);
}

void Tiler::forward(Value result, Value logSum) {
  Value keysT = scratch({v.channels(), padded});
  Value block = scratch({rows, padded});
  Value inverse = scratch({rows});
  View out = v.like(b, loc, result, v.resultNames);
  View logOut = v.like(b, loc, logSum, v.logSumNames);
  overBatch([&](Value worker, const BatchIndex &at) {
    transpose(keysT, worker, v.key, at, v.channels());
    blocks(queries, rows, [&](Value first, int64_t count) {
      scores(block, worker, keysT, first, count, at);
      loop(count, [&](Value i) {
        double infinity = std::numeric_limits<double>::infinity();
        Value top = overLanes(
            keys, splat(-infinity), [&](Lanes l, ValueRange carried) -> SmallVector<Value> {
              Value s = masked(loadLanes(block, {worker, i, l.j}, shape.lanes), l.count, -infinity);
              return {arith::MaxNumFOp::create(b, loc, carried[0], s)};
            })[0];
        Value most = mul(reduce(vector::CombiningKind::MAXNUMF, top), scalar(scale));
        Value shift = broadcast(most);
        Value total =
            overLanes(keys, splat(0.0), [&](Lanes l, ValueRange carried) -> SmallVector<Value> {
              Value s = loadLanes(block, {worker, i, l.j}, shape.lanes);
              Value p = masked(exp(sub(mul(s, splat(scale)), shift)), l.count, 0.0);
              storeLanes(p, block, {worker, i, l.j}, shape.lanes);
              return {plus(carried[0], p)};
            })[0];
        Value sum = reduce(vector::CombiningKind::ADD, total);
        store(arith::DivFOp::create(b, loc, scalar(1.0), sum), inverse, {worker, i});
        if (logSum)
          store(plus(most, math::LogOp::create(b, loc, sum)), logOut.memref,
                logOut.at(at, plus(first, i, 0), Value()));
      });
      Product p;
      p.rows = count, p.columns = v.valueChannels(), p.depth = {keys};
      p.a = [&](Value i, ValueRange k) { return load(block, {worker, i, k[0]}); };
      p.b = [&](ValueRange k, Lanes l) {
        return loadLanes(v.value.memref, v.value.at(at, k[0], l.j), l.count);
      };
      p.store = [&](Value i, Lanes l, Value total) {
        Value scaled = mul(total, broadcast(load(inverse, {worker, i})));
        storeLanes(scaled, out.memref, out.at(at, plus(first, i, 0), l.j), l.count);
      };
      product(p);
    });
  });
}

void Tiler::backward(const AttentionViews::Gradients &grads) {
  Value keysT = scratch({v.channels(), padded});
  Value valuesT = scratch({v.valueChannels(), padded});
  Value weights = scratch({rows, padded});
  Value slopes = scratch({rows, padded});
  Value deltas = scratch({rows});
  View logSum = v.like(b, loc, grads.logSum, v.logSumNames);
  View out = v.like(b, loc, grads.result, v.resultNames);
  View outGrad = v.like(b, loc, grads.resultGrad, grads.resultGradNames);
  View queryGrad = v.like(b, loc, grads.queryGrad, grads.queryGradNames);
  View keyGrad = v.like(b, loc, grads.keyGrad, grads.keyGradNames);
  View valueGrad = v.like(b, loc, grads.valueGrad, grads.valueGradNames);
  auto clear = [&](const View &view, const BatchIndex &at, int64_t columns) {
    loop(keys, [&](Value key) {
      overLanes(columns, {}, [&](Lanes l, ValueRange) -> SmallVector<Value> {
        storeLanes(splat(0.0), view.memref, view.at(at, key, l.j), l.count);
        return {};
      });
    });
  };
  // gradient[key] += sum over the block's rows of factor[row][key] * from[row].
  auto accumulate = [&](const View &gradient, Value factor, const View &from, const BatchIndex &at,
                        Value worker, Value first, int64_t count, int64_t columns) {
    Product p;
    p.rows = keys, p.columns = columns, p.depth = {count};
    p.a = [&](Value i, ValueRange k) { return load(factor, {worker, k[0], i}); };
    p.b = [&](ValueRange k, Lanes l) {
      return loadLanes(from.memref, from.at(at, plus(first, k[0], 0), l.j), l.count);
    };
    p.init = [&](Value i, Lanes l) {
      return loadLanes(gradient.memref, gradient.at(at, i, l.j), l.count);
    };
    p.store = [&](Value i, Lanes l, Value sum) {
      storeLanes(sum, gradient.memref, gradient.at(at, i, l.j), l.count);
    };
    product(p);
  };
  overBatch([&](Value worker, const BatchIndex &at) {
    transpose(keysT, worker, v.key, at, v.channels());
    transpose(valuesT, worker, v.value, at, v.valueChannels());
    clear(keyGrad, at, v.channels());
    clear(valueGrad, at, v.valueChannels());
    blocks(queries, rows, [&](Value first, int64_t count) {
      scores(weights, worker, keysT, first, count, at);
      loop(count, [&](Value i) {
        Value row = plus(first, i, 0);
        Value shift = broadcast(load(logSum.memref, logSum.at(at, row, Value())));
        overLanes(keys, {}, [&](Lanes l, ValueRange) -> SmallVector<Value> {
          Value s = loadLanes(weights, {worker, i, l.j}, shape.lanes);
          storeLanes(masked(exp(sub(mul(s, splat(scale)), shift)), l.count, 0.0), weights,
                     {worker, i, l.j}, shape.lanes);
          return {};
        });
        Value sums = overLanes(
            v.valueChannels(), splat(0.0), [&](Lanes l, ValueRange carried) -> SmallVector<Value> {
              Value o = loadLanes(out.memref, out.at(at, row, l.j), l.count);
              Value g = loadLanes(outGrad.memref, outGrad.at(at, row, l.j), l.count);
              return {plus(carried[0], masked(mul(o, g), l.count, 0.0))};
            })[0];
        store(reduce(vector::CombiningKind::ADD, sums), deltas, {worker, i});
      });
      Product p;
      p.rows = count, p.columns = padded, p.depth = {v.valueChannels()};
      p.a = [&](Value i, ValueRange k) {
        return load(outGrad.memref, outGrad.at(at, plus(first, i, 0), k[0]));
      };
      p.b = [&](ValueRange k, Lanes l) { return loadLanes(valuesT, {worker, k[0], l.j}, l.count); };
      p.store = [&](Value i, Lanes l, Value sum) {
        Value centred = sub(sum, broadcast(load(deltas, {worker, i})));
        Value weight = mul(loadLanes(weights, {worker, i, l.j}, l.count), splat(scale));
        storeLanes(mul(weight, centred), slopes, {worker, i, l.j}, l.count);
      };
      product(p);
      Product q;
      q.rows = count, q.columns = v.channels(), q.depth = {keys};
      q.a = [&](Value i, ValueRange k) { return load(slopes, {worker, i, k[0]}); };
      q.b = [&](ValueRange k, Lanes l) {
        return loadLanes(v.key.memref, v.key.at(at, k[0], l.j), l.count);
      };
      q.store = [&](Value i, Lanes l, Value sum) {
        storeLanes(sum, queryGrad.memref, queryGrad.at(at, plus(first, i, 0), l.j), l.count);
      };
      product(q);
      accumulate(keyGrad, slopes, v.query, at, worker, first, count, v.channels());
      accumulate(valueGrad, weights, outGrad, at, worker, first, count, v.valueChannels());
    });
  });
}

// The one attention of a kernel, or null.
Operation *onlyAttention(func::FuncOp kernel) {
  Block &body = kernel.getBody().front();
  if (body.getOperations().size() != 2)
    return nullptr;
  Operation *op = &body.front();
  if (!isa<attend::AttentionOp, attend::AttentionGradOp>(op))
    return nullptr;
  return llvm::all_of(op->getOperands(), llvm::IsaPred<BlockArgument>) ? op : nullptr;
}

struct TileAttention : orrery::impl::TileAttentionBase<TileAttention> {
  using TileAttentionBase::TileAttentionBase;

  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<func::FuncOp>())
      if (!kernel.isExternal() && kernel->hasAttr("orrery.kernel"))
        if (Operation *op = onlyAttention(kernel))
          tile(kernel, op);
    fitCalls(getOperation());
  }

  void tile(func::FuncOp kernel, Operation *op);
};

void TileAttention::tile(func::FuncOp kernel, Operation *op) {
  std::string why = AttentionViews::whyNot(op);
  auto options = remark::RemarkOpts::name("TileAttention").category("fusion");
  if (!why.empty()) {
    remark::missed(op->getLoc(), options) << "attention is not tiled: " << why;
    return;
  }
  auto element =
      cast<FloatType>(cast<RankedTensorType>(op->getResult(0).getType()).getElementType());
  VectorShape shape{std::max<int64_t>(2, vectorBits / element.getWidth()),
                    static_cast<int64_t>(registers)};

  Location loc = op->getLoc();
  double scale = op->getAttrOfType<FloatAttr>("scale").getValueAsDouble();
  remark::passed(loc, options) << "attention runs in blocks of query rows";
  giveBody(kernel, loc, [&](OpBuilder &b, const DenseMap<Value, Value> &given) {
    DenseMap<Value, Value> buffers(given);
    // A gradient that nobody asked for is still written, to scratch.
    if (isa<attend::AttentionGradOp>(op))
      for (Value result : op->getResults())
        if (!buffers.contains(result))
          buffers[result] = memref::AllocOp::create(b, loc, bufferType(result.getType()));
    Tiler tiler(b, loc, element, shape, AttentionViews(b, op, buffers), scale, workers);
    if (auto attention = dyn_cast<attend::AttentionOp>(op))
      tiler.forward(buffers.lookup(attention.getResult()), buffers.lookup(attention.getLogSum()));
    else
      tiler.backward(AttentionViews::gradients(cast<attend::AttentionGradOp>(op), buffers));
  });
}

} // namespace
