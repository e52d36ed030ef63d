// The operands of an attention as matrices.

#include "passes/tile/AttentionViews.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace orrery;

SmallVector<Value> View::at(const BatchIndex &batch, Value row, Value column) const {
  SmallVector<Value> indices;
  for (StringAttr axis : axes)
    indices.push_back(axis ? batch.lookup(axis) : row);
  if (hasChannel)
    indices.push_back(column);
  return indices;
}

static SmallVector<StringAttr> namesOf(Value value) {
  return SmallVector<StringAttr>(field::namesOf(value));
}

static llvm::SmallDenseSet<StringAttr> overOf(Operation *op) {
  llvm::SmallDenseSet<StringAttr> over;
  for (auto name : op->getAttrOfType<ArrayAttr>("over").getAsRange<StringAttr>())
    over.insert(name);
  return over;
}

// The names in `over` as this array has them, in order; empty when they are not side by side.
static SmallVector<StringAttr> rowNames(ArrayRef<StringAttr> names,
                                        const llvm::SmallDenseSet<StringAttr> &over) {
  SmallVector<StringAttr> rows;
  size_t last = 0;
  for (auto [axis, name] : llvm::enumerate(names)) {
    if (!over.contains(name))
      continue;
    if (!rows.empty() && axis != last + 1)
      return {};
    rows.push_back(name);
    last = axis;
  }
  return rows.size() == over.size() ? rows : SmallVector<StringAttr>();
}

std::string AttentionViews::whyNot(Operation *op) {
  auto over = overOf(op);
  auto channel = op->getAttrOfType<StringAttr>("channel"),
       valueChannel = op->getAttrOfType<StringAttr>("value_channel");
  SmallVector<StringAttr> rows = rowNames(namesOf(op->getOperand(1)), over);
  bool grad = isa<attend::AttentionGradOp>(op);
  SmallVector<std::pair<Value, StringAttr>> arrays = {{op->getOperand(0), channel},
                                                      {op->getOperand(1), channel},
                                                      {op->getOperand(2), valueChannel}};
  if (grad) {
    arrays.append({{op->getOperand(3), valueChannel},
                   {op->getOperand(4), StringAttr()},
                   {op->getOperand(5), valueChannel}});
    arrays.append({{op->getResult(0), channel},
                   {op->getResult(1), channel},
                   {op->getResult(2), valueChannel}});
  } else {
    arrays.append({{op->getResult(0), valueChannel}, {op->getResult(1), StringAttr()}});
  }
  size_t batchNames = namesOf(op->getOperand(1)).size() - over.size() - 1;
  for (auto [array, inner] : arrays) {
    SmallVector<StringAttr> names = namesOf(array);
    if (rows.empty() || rowNames(names, over) != rows)
      return "the names it attends over are not side by side, in one order, in all operands";
    if (inner && names.back() != inner)
      return "its channel is not the innermost dim";
    if (names.size() != batchNames + over.size() + (inner ? 1 : 0))
      return "its operands do not share all batch names";
  }
  return "";
}

View AttentionViews::like(OpBuilder &b, Location loc, Value memref,
                          ArrayRef<StringAttr> names) const {
  View view;
  if (!memref)
    return view;
  SmallVector<ReassociationIndices> groups;
  view.hasChannel = names.back() == channel || names.back() == valueChannel;
  bool inRows = false;
  for (auto [axis, name] : llvm::enumerate(names)) {
    bool row = over.contains(name);
    if (row && inRows) {
      groups.back().push_back(axis);
      continue;
    }
    groups.push_back({static_cast<int64_t>(axis)});
    if (!(view.hasChannel && axis + 1 == names.size()))
      view.axes.push_back(row ? StringAttr() : name);
    inRows = row;
  }
  view.memref = groups.size() == names.size()
                    ? memref
                    : Value(memref::CollapseShapeOp::create(b, loc, memref, groups));
  return view;
}

AttentionViews::AttentionViews(OpBuilder &b, Operation *op, const DenseMap<Value, Value> &memrefs)
    : over(overOf(op)), channel(op->getAttrOfType<StringAttr>("channel")),
      valueChannel(op->getAttrOfType<StringAttr>("value_channel")) {
  Value k = op->getOperand(1);
  for (auto [name, size] :
       llvm::zip(field::namesOf(k), cast<RankedTensorType>(k.getType()).getShape()))
    if (!over.contains(name) && name != channel)
      batch.push_back({name, size});
  auto view = [&](Value operand) {
    return like(b, op->getLoc(), memrefs.lookup(operand), namesOf(operand));
  };
  query = view(op->getOperand(0));
  key = view(k);
  value = view(op->getOperand(2));
  bool grad = isa<attend::AttentionGradOp>(op);
  resultNames = namesOf(grad ? op->getOperand(3) : op->getResult(0));
  logSumNames = namesOf(grad ? op->getOperand(4) : op->getResult(1));
}

static int64_t rowsOf(const View &view) {
  size_t axis = llvm::find(view.axes, StringAttr()) - view.axes.begin();
  return cast<MemRefType>(view.memref.getType()).getDimSize(axis);
}
static int64_t columnsOf(const View &view) {
  return cast<MemRefType>(view.memref.getType()).getShape().back();
}

int64_t AttentionViews::queries() const { return rowsOf(query); }
int64_t AttentionViews::keys() const { return rowsOf(key); }
int64_t AttentionViews::channels() const { return columnsOf(key); }
int64_t AttentionViews::valueChannels() const { return columnsOf(value); }

int64_t AttentionViews::batchSize() const {
  int64_t size = 1;
  for (auto [name, count] : batch)
    size *= count;
  return size;
}

int64_t AttentionViews::blockRows(int64_t paddedKeys) const {
  constexpr int64_t cacheBytes = 256 * 1024, most = 64, least = 12;
  int64_t limit = std::clamp<int64_t>(cacheBytes / (paddedKeys * 4), least, most);
  // One size of block is half the code of two.
  for (int64_t rows = limit; rows >= least; --rows)
    if (queries() % rows == 0)
      return rows;
  return std::min(limit / 12 * 12, queries());
}

BatchIndex AttentionViews::batchIndex(OpBuilder &b, Location loc, Value linear) const {
  BatchIndex indices;
  for (auto [name, size] : llvm::reverse(batch)) {
    Value count = arith::ConstantIndexOp::create(b, loc, size);
    indices[name] = arith::RemUIOp::create(b, loc, linear, count);
    linear = arith::DivUIOp::create(b, loc, linear, count);
  }
  return indices;
}

AttentionViews::Gradients AttentionViews::gradients(attend::AttentionGradOp op,
                                                    const DenseMap<Value, Value> &memrefs) {
  Gradients grads;
  grads.result = memrefs.lookup(op.getResult());
  grads.logSum = memrefs.lookup(op.getLogSum());
  grads.resultGrad = memrefs.lookup(op.getResultGrad());
  grads.queryGrad = memrefs.lookup(op.getQueryGrad());
  grads.keyGrad = memrefs.lookup(op.getKeyGrad());
  grads.valueGrad = memrefs.lookup(op.getValueGrad());
  grads.resultGradNames = namesOf(op.getResultGrad());
  grads.queryGradNames = namesOf(op.getQueryGrad());
  grads.keyGradNames = namesOf(op.getKeyGrad());
  grads.valueGradNames = namesOf(op.getValueGrad());
  return grads;
}
