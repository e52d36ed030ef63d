// Products of matrices within a kernel along a dim of run-time size.

#include "passes/tile/RaggedProducts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace orrery;

static Value allocate(MatrixLoops &m, ArrayRef<int64_t> sizes, Type element) {
  return memref::AllocOp::create(m.b, m.loc, MemRefType::get(sizes, element),
                                 m.b.getI64IntegerAttr(64));
}

std::pair<Value, Value> RaggedProducts::placeInMatrix(const RaggedProduct &product,
                                                      const DenseMap<StringAttr, Value> &here) {
  auto behindEachOther = [&](Value array) {
    Value place = index(0);
    for (auto [name, size] : sized(array, plan.unrolled(array)))
      place = arith::AddIOp::create(b, loc, arith::MulIOp::create(b, loc, place, index(size)),
                                    here.lookup(name));
    return place;
  };
  Value column =
      arith::MulIOp::create(b, loc, behindEachOther(product.vectors), index(plan.rowSize));
  return {behindEachOther(product.numbers),
          arith::AddIOp::create(b, loc, column, here.lookup(plan.row))};
}

bool RaggedProducts::areOfOneLayout(const RaggedProduct &one, const RaggedProduct &other) const {
  return one.matrix == other.matrix && one.makes(one.numbers) == other.makes(other.numbers) &&
         plan.unrolled(one.numbers) == plan.unrolled(other.numbers) &&
         plan.unrolled(one.vectors) == plan.unrolled(other.vectors);
}

// Lanes beyond the last column are read, so they hold something.
Value RaggedProducts::pack(const RaggedProduct &product) {
  int64_t depth = columnsOf(product.numbers), columns = columnsOf(product.vectors);
  bool transposed = product.makes(product.numbers);
  if (transposed)
    std::swap(depth, columns);
  Type stored = cast<RankedTensorType>(product.matrix.getType()).getElementType();
  Value copy = allocate(*this, {depth, padded(columns)}, stored);
  Value nothing = arith::ConstantOp::create(b, loc, cast<TypedAttr>(b.getZeroAttr(stored)));
  if (columns != padded(columns))
    loop(depth, [&](Value i) {
      for (int64_t j = columns; j < padded(columns); ++j)
        memref::StoreOp::create(b, loc, nothing, copy, ValueRange{i, index(j)});
    });
  overArray(product.matrix, [&](const DenseMap<StringAttr, Value> &here, ValueRange place) {
    auto [row, column] = placeInMatrix(product, here);
    if (transposed)
      std::swap(row, column);
    Value number = memref::LoadOp::create(b, loc, buffers.lookup(product.matrix), place);
    memref::StoreOp::create(b, loc, number, copy, ValueRange{row, column});
  });
  return copy;
}

void RaggedProducts::packMatrices() {
  for (const RaggedProduct &product : plan.products) {
    Value copy;
    for (auto [other, there] : llvm::zip(plan.products, packs))
      if (there && areOfOneLayout(product, other))
        copy = there;
    if (!copy && !product.makes(product.matrix))
      copy = pack(product);
    packs.push_back(copy);
  }
}

void RaggedProducts::makeTiles() {
  for (Value value : plan.kept) {
    Type stored = cast<RankedTensorType>(value.getType()).getElementType();
    kept[value].memory = allocate(*this, {workers, plan.tile, padded(columnsOf(value))}, stored);
  }
}

// to = left . right for the first `count` rows of the tile.
void RaggedProducts::multiply(Value left, Value right, Value to, int64_t depth, Value count) {
  Product p;
  p.rows = plan.tile;
  p.runTimeRows = count;
  p.columns = cast<MemRefType>(to.getType()).getDimSize(2);
  p.depth = {depth};
  p.a = [=, this](Value i, ValueRange k) { return MatrixLoops::load(left, {worker, i, k[0]}); };
  p.b = [=, this](ValueRange k, Lanes at) { return loadLanes(right, {k[0], at.j}, at.count); };
  p.store = [=, this](Value i, Lanes at, Value sum) {
    storeLanes(sum, to, {worker, i, at.j}, at.count);
  };
  product(p);
}

void RaggedProducts::spread(const RaggedProduct &join, Value count) {
  multiply(kept[join.numbers].memory, packOf(join), kept[join.vectors].memory,
           columnsOf(join.numbers), count);
  kept[join.vectors].known = true;
}

void RaggedProducts::fold(const RaggedProduct &join, Value count) {
  multiply(kept[join.vectors].memory, packOf(join), kept[join.numbers].memory,
           columnsOf(join.vectors), count);
  kept[join.numbers].known = true;
}

void RaggedProducts::addProduct(const RaggedProduct &join, Value count, Value partial) {
  Value numbers = kept[join.numbers].memory, vectors = kept[join.vectors].memory;
  Product p;
  p.rows = columnsOf(join.numbers);
  p.columns = padded(columnsOf(join.vectors));
  p.depth = {ShapedType::kDynamic};
  p.runTimeDepth = count;
  p.a = [=, this](Value i, ValueRange k) { return MatrixLoops::load(numbers, {worker, k[0], i}); };
  p.b = [=, this](ValueRange k, Lanes at) {
    return loadLanes(vectors, {worker, k[0], at.j}, at.count);
  };
  p.store = [=, this](Value i, Lanes at, Value sum) {
    Value before = loadLanes(partial, {worker, i, at.j}, at.count);
    storeLanes(arith::AddFOp::create(b, loc, before, sum), partial, {worker, i, at.j}, at.count);
  };
  product(p);
}

Value RaggedProducts::makePartial(const RaggedProduct &product) {
  Type stored = cast<RankedTensorType>(product.matrix.getType()).getElementType();
  return allocate(*this, {workers, columnsOf(product.numbers), padded(columnsOf(product.vectors))},
                  stored);
}
