// Loops over vectors for small dense matrices in memory.

#include "passes/tile/MatrixLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace orrery;

// With fewer sums a multiply-add would wait for the one before it: machines start two in a cycle
// and end them four cycles later.
static constexpr int64_t fewestSums = 10;

MatrixLoops::MatrixLoops(OpBuilder &b, Location loc, FloatType element, VectorShape shape)
    : b(b), loc(loc), element(element), shape(shape),
      vector(VectorType::get({shape.lanes}, element)) {}

Value MatrixLoops::index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
Value MatrixLoops::add(Value i, int64_t offset) {
  return offset == 0 ? i : Value(arith::AddIOp::create(b, loc, i, index(offset)));
}
Value MatrixLoops::scalar(double value) {
  return arith::ConstantOp::create(b, loc, b.getFloatAttr(element, value));
}
Value MatrixLoops::splat(double value) {
  return arith::ConstantOp::create(
      b, loc, DenseElementsAttr::get(vector, Attribute(b.getFloatAttr(element, value))));
}
Value MatrixLoops::broadcast(Value value) {
  return vector::BroadcastOp::create(b, loc, vector, value);
}

static Value maskOf(MatrixLoops &m, int64_t count) {
  auto type = VectorType::get({m.shape.lanes}, m.b.getI1Type());
  return vector::CreateMaskOp::create(m.b, m.loc, type, ValueRange{m.index(count)});
}

Value MatrixLoops::masked(Value value, int64_t count, double fill) {
  if (count >= shape.lanes)
    return value;
  return arith::SelectOp::create(b, loc, maskOf(*this, count), value, splat(fill));
}

Value MatrixLoops::load(Value memref, ValueRange indices) {
  Value value = memref::LoadOp::create(b, loc, memref, indices);
  return value.getType() == element ? value : Value(arith::ExtFOp::create(b, loc, element, value));
}

Value MatrixLoops::loadLanes(Value memref, ValueRange indices, int64_t count) {
  Type stored = cast<MemRefType>(memref.getType()).getElementType();
  auto type = VectorType::get({shape.lanes}, stored);
  Value value;
  if (count >= shape.lanes) {
    value = vector::LoadOp::create(b, loc, type, memref, indices);
  } else {
    Value zero = arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(type, Attribute(b.getFloatAttr(stored, 0.0))));
    value = vector::MaskedLoadOp::create(b, loc, type, memref, indices, maskOf(*this, count), zero);
  }
  return stored == element ? value : Value(arith::ExtFOp::create(b, loc, vector, value));
}

void MatrixLoops::store(Value value, Value memref, ValueRange indices) {
  Type stored = cast<MemRefType>(memref.getType()).getElementType();
  if (stored != element)
    value = arith::TruncFOp::create(b, loc, stored, value);
  memref::StoreOp::create(b, loc, value, memref, indices);
}

void MatrixLoops::storeLanes(Value value, Value memref, ValueRange indices, int64_t count) {
  Type stored = cast<MemRefType>(memref.getType()).getElementType();
  if (stored != element)
    value = arith::TruncFOp::create(b, loc, VectorType::get({shape.lanes}, stored), value);
  if (count >= shape.lanes)
    vector::StoreOp::create(b, loc, value, memref, indices);
  else
    vector::MaskedStoreOp::create(b, loc, memref, indices, maskOf(*this, count), value);
}

void MatrixLoops::parallel(ArrayRef<int64_t> sizes, llvm::function_ref<void(ValueRange)> body) {
  if (sizes.empty())
    return body({});
  SmallVector<Value> counts;
  for (int64_t size : sizes)
    counts.push_back(index(size));
  parallel(counts, body);
}

void MatrixLoops::parallel(ArrayRef<Value> counts, llvm::function_ref<void(ValueRange)> body) {
  SmallVector<Value> zeros(counts.size(), index(0)), ones(counts.size(), index(1));
  auto loop = scf::ParallelOp::create(b, loc, zeros, counts, ones);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(loop.getBody()->getTerminator());
  body(loop.getInductionVars());
}

void MatrixLoops::loop(int64_t count, llvm::function_ref<void(Value)> body) {
  if (count == 0)
    return;
  auto loop = scf::ForOp::create(b, loc, index(0), index(count), index(1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(loop.getBody()->getTerminator());
  body(loop.getInductionVar());
}

void MatrixLoops::blocks(int64_t count, int64_t block,
                         llvm::function_ref<void(Value, int64_t)> body) {
  loop(count / block,
       [&](Value n) { body(arith::MulIOp::create(b, loc, n, index(block)), block); });
  if (int64_t rest = count % block)
    body(index(count - rest), rest);
}

SmallVector<Value>
MatrixLoops::overLanes(int64_t count, ValueRange init,
                       llvm::function_ref<SmallVector<Value>(Lanes, ValueRange)> body) {
  SmallVector<Value> carried(init);
  if (int64_t whole = count / shape.lanes * shape.lanes) {
    auto loop = scf::ForOp::create(b, loc, index(0), index(whole), index(shape.lanes), carried);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    SmallVector<Value> next = body({loop.getInductionVar(), shape.lanes}, loop.getRegionIterArgs());
    if (!carried.empty())
      scf::YieldOp::create(b, loc, next);
    carried.assign(loop.getResults().begin(), loop.getResults().end());
  }
  if (int64_t rest = count % shape.lanes)
    carried = body({index(count - rest), rest}, carried);
  return carried;
}

// The loops over k, outermost first, carrying the sums.
SmallVector<Value>
MatrixLoops::overDepth(const Product &p, SmallVector<Value> ks, ValueRange sums,
                       llvm::function_ref<SmallVector<Value>(ValueRange, ValueRange)> body) {
  if (ks.size() == p.depth.size())
    return body(ks, sums);
  int64_t known = p.depth[ks.size()];
  Value count = ShapedType::isDynamic(known) ? p.runTimeDepth : index(known);
  auto loop = scf::ForOp::create(b, loc, index(0), count, index(1), sums);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  ks.push_back(loop.getInductionVar());
  SmallVector<Value> next = overDepth(p, ks, loop.getRegionIterArgs(), body);
  scf::YieldOp::create(b, loc, next);
  return SmallVector<Value>(loop.getResults());
}

// One tile of C, in registers while k runs. `counts` says how many lanes of each vector are real.
void MatrixLoops::tile(const Product &p, Value i, int64_t rows, Value j, ArrayRef<int64_t> counts) {
  SmallVector<Value> sums;
  SmallVector<Lanes> lanes;
  for (auto [n, count] : llvm::enumerate(counts))
    lanes.push_back({add(j, n * shape.lanes), count, j, static_cast<int64_t>(n) * shape.lanes});
  for (int64_t r = 0; r < rows; ++r)
    for (Lanes at : lanes)
      sums.push_back(p.init ? p.init(add(i, r), at) : splat(0.0));

  SmallVector<Value> totals = overDepth(p, {}, sums, [&](ValueRange k, ValueRange carried) {
    SmallVector<Value> next, row;
    for (Lanes at : lanes)
      row.push_back(p.b(k, at));
    for (int64_t r = 0; r < rows; ++r) {
      Value a = p.a(add(i, r), k);
      if (!p.step)
        a = broadcast(a);
      for (size_t n = 0; n < lanes.size(); ++n) {
        Value sum = carried[r * lanes.size() + n];
        next.push_back(p.step ? p.step(a, row[n], sum)
                              : vector::FMAOp::create(b, loc, a, row[n], sum));
      }
    }
    return next;
  });
  for (int64_t r = 0; r < rows; ++r)
    for (size_t n = 0; n < lanes.size(); ++n)
      p.store(add(i, r), lanes[n], totals[r * lanes.size() + n]);
}

// All but one register for each vector of b, one broadcast of a and one to spare hold sums.
int64_t MatrixLoops::tileRows(int64_t vectors) const {
  return std::clamp<int64_t>((shape.registers - vectors - 2) / vectors, 1, 12);
}

int64_t MatrixLoops::evenRows(int64_t rows, int64_t vectors) const {
  int64_t most = tileRows(vectors);
  for (int64_t even = most; 3 * even >= 2 * most && even * vectors >= fewestSums; --even)
    if (rows % even == 0)
      return even;
  return std::min(rows, most);
}

// Blocks of one size that divides the rows, until there are as many as asked for.
void MatrixLoops::runTimeBlocks(const Product &p, llvm::function_ref<void(Value, int64_t)> body,
                                int64_t most) {
  int64_t block = std::min(p.rows, most);
  while (p.rows % block != 0)
    --block;
  Value count = arith::CeilDivUIOp::create(b, loc, p.runTimeRows, index(block));
  auto loop = scf::ForOp::create(b, loc, index(0), count, index(1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(loop.getBody()->getTerminator());
  body(arith::MulIOp::create(b, loc, loop.getInductionVar(), index(block)), block);
}

void MatrixLoops::strip(const Product &p, Value j, ArrayRef<int64_t> counts) {
  if (p.runTimeRows)
    return runTimeBlocks(
        p, [&](Value i, int64_t count) { tile(p, i, count, j, counts); }, tileRows(counts.size()));
  blocks(p.rows, evenRows(p.rows, counts.size()),
         [&](Value i, int64_t count) { tile(p, i, count, j, counts); });
}

int64_t MatrixLoops::stripVectors(int64_t columns) const {
  int64_t widest = shape.registers >= 32 ? 4 : 2;
  int64_t vectors = llvm::divideCeil(columns, shape.lanes);
  return llvm::divideCeil(vectors, llvm::divideCeil(vectors, widest));
}

void MatrixLoops::product(const Product &p) {
  int64_t wide = stripVectors(p.columns);
  SmallVector<int64_t> full(wide, shape.lanes);
  int64_t width = wide * shape.lanes;
  loop(p.columns / width,
       [&](Value n) { strip(p, arith::MulIOp::create(b, loc, n, index(width)), full); });
  int64_t rest = p.columns % width;
  if (rest == 0)
    return;
  SmallVector<int64_t> counts;
  for (int64_t left = rest; left > 0; left -= shape.lanes)
    counts.push_back(std::min(left, shape.lanes));
  strip(p, index(p.columns - rest), counts);
}
