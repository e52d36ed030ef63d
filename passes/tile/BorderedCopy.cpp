// A copy of an array with the border that its neighbourhoods reach into.

#include "passes/tile/BorderedCopy.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace orrery;

namespace {

class BorderFiller {
public:
  BorderFiller(MatrixLoops &m, const NameGroups &groups, const ContractionOperand &operand,
               Value source, Value copy)
      : m(m), groups(groups), window(operand.window), source(source), copy(copy),
        axes(groups.of(field::namesOf(operand.array))),
        shape(cast<MemRefType>(copy.getType()).getShape()) {
    // Lanes run along an axis without a border.
    looped = axes.size() - (operand.kernelOf(axes.back()) ? 0 : 1);
  }

  void fill() {
    m.parallel(shape.take_front(1), [&](ValueRange first) { nest(SmallVector<Value>(first)); });
  }

private:
  MatrixLoops &m;
  const NameGroups &groups;
  field::WindowOp window;
  Value source, copy;
  Names axes;
  ArrayRef<int64_t> shape;
  size_t looped;

  void nest(SmallVector<Value> at) {
    if (at.size() < looped) {
      m.loop(shape[at.size()], [&](Value i) {
        at.push_back(i);
        nest(at);
        at.pop_back();
      });
      return;
    }
    Value inside = arith::ConstantIntOp::create(m.b, m.loc, 1, 1);
    SmallVector<Value> from;
    for (size_t axis = 0; axis < looped; ++axis)
      from.push_back(sourcePlace(axis, at[axis], inside));
    auto choice = scf::IfOp::create(m.b, m.loc, inside, /*withElseRegion=*/true);
    for (bool real : {true, false}) {
      OpBuilder::InsertionGuard guard(m.b);
      m.b.setInsertionPoint((real ? choice.thenBlock() : choice.elseBlock())->getTerminator());
      if (looped == axes.size()) {
        m.store(real ? m.load(source, from) : m.scalar(0.0), copy, at);
        continue;
      }
      m.overLanes(shape.back(), {}, [&](Lanes l, ValueRange) -> SmallVector<Value> {
        SmallVector<Value> to(at), read(from);
        to.push_back(l.j);
        read.push_back(l.j);
        m.storeLanes(real ? m.loadLanes(source, read, l.count) : m.splat(0.0), copy, to, l.count);
        return {};
      });
    }
  }

  Value sourcePlace(size_t axis, Value at, Value &inside) {
    auto dims = window.getDims().getAsRange<StringAttr>();
    auto place = llvm::find(dims, axes[axis]);
    if (place == dims.end())
      return at;
    size_t n = std::distance(dims.begin(), place);
    int64_t offset = cast<IntegerAttr>(window.getOffsets()[n]).getInt(),
            size = groups.size(axes[axis]);
    Value i = arith::AddIOp::create(m.b, m.loc, at, m.index(offset));
    if (cast<BoolAttr>(window.getWrap()[n]).getValue()) {
      // Never negative: whole turns are added first.
      int64_t turns = llvm::divideCeil(std::max<int64_t>(0, -offset), size) * size;
      return arith::RemUIOp::create(m.b, m.loc, m.add(i, turns), m.index(size));
    }
    // One unsigned comparison tells both ends.
    Value in = arith::CmpIOp::create(m.b, m.loc, arith::CmpIPredicate::ult, i, m.index(size));
    inside = arith::AndIOp::create(m.b, m.loc, inside, in);
    return i;
  }
};

} // namespace

Value orrery::copyWithBorder(MatrixLoops &m, const NameGroups &groups,
                             const ContractionOperand &operand, Value source) {
  auto type = cast<MemRefType>(source.getType());
  SmallVector<int64_t> sizes(type.getShape());
  for (auto [axis, group] : llvm::enumerate(groups.of(field::namesOf(operand.array))))
    if (StringAttr kernel = operand.kernelOf(group))
      sizes[axis] += groups.size(kernel) - 1;
  Value copy = memref::AllocOp::create(m.b, m.loc, MemRefType::get(sizes, type.getElementType()),
                                       m.b.getI64IntegerAttr(64));
  BorderFiller(m, groups, operand, source, copy).fill();
  return copy;
}
