// What must hold of operations along a map, and what they cost. Labels (C1, C2, ...) are those of
// the descriptions in GraphOps.td.

#include "dialects/graph/Graph.h"

#include "dialects/field/FieldAxes.h"

using namespace mlir;
using namespace orrery;
using namespace orrery::graph;
using field::Axes;

namespace {

// C1 and C2: the arrays of a map fit each other.
template <typename Op> LogicalResult verifyMap(Op op) {
  Type index = op.getIndex().getType(), ranges = op.getRanges().getType();
  if (field::namesOf(index).size() != 1)
    return op.emitOpError() << "has an index along " << field::namesOf(index).size()
                            << " dims; a map is from one";
  if (Value order = op.getOrder())
    if (failed(Axes(op, index).mustBe(order.getType(), "order")))
      return failure();
  if (field::namesOf(ranges).size() != 2 || cast<RankedTensorType>(ranges).getDimSize(1) != 2)
    return op.emitOpError() << "has ranges of type " << ranges
                            << "; they are [what the map goes to, 2]";
  return success();
}

// C3 to C5: `result` is `input` with one name for another.
template <typename Op>
LogicalResult verifyReplaced(Op op, StringAttr gone, int64_t size, StringAttr comes,
                             int64_t newSize) {
  Type input = op.getInput().getType(), result = op.getResult().getType();
  Axes axes(op, input);
  if (failed(field::mustHave(op, input, gone)))
    return failure();
  if (axes.size(gone) != size)
    return op.emitOpError() << "has '" << gone.getValue() << "' = " << axes.size(gone)
                            << " in its operand and " << size << " in its map";
  if (failed(axes.remove(gone)) || failed(axes.add(comes, newSize)) || failed(axes.mustBe(result)))
    return failure();
  return field::sameElement(op, input, result);
}

int64_t sizeAlong(Value array) { return cast<RankedTensorType>(array.getType()).getDimSize(0); }

} // namespace

LogicalResult GatherOp::verify() {
  if (failed(verifyMap(*this)))
    return failure();
  return verifyReplaced(*this, getTo(), sizeAlong(getRanges()), getFrom(), sizeAlong(getIndex()));
}

LogicalResult SegmentOp::verify() {
  if (failed(verifyMap(*this)))
    return failure();
  return verifyReplaced(*this, getFrom(), sizeAlong(getIndex()), getTo(), sizeAlong(getRanges()));
}

int64_t GatherOp::flops() { return 0; }
int64_t SegmentOp::flops() { return field::elementsOf(getInput().getType()); }
