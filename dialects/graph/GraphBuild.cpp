// Infers result types for operations along a map.

#include "dialects/graph/GraphBuild.h"

#include "dialects/field/Roots.h"

using namespace mlir;
using namespace orrery;
using namespace orrery::graph;

namespace {

// The type of x with one name for another.
RankedTensorType replaced(Value x, StringAttr gone, StringAttr comes, int64_t size) {
  auto type = cast<RankedTensorType>(x.getType());
  SmallVector<StringAttr> names(field::namesOf(x));
  SmallVector<int64_t> sizes(type.getShape());
  int64_t axis = field::axisOf(type, gone);
  names[axis] = comes;
  sizes[axis] = size;
  return field::tensorType(x.getContext(), names, sizes, type.getElementType());
}

StringAttr nameOf(Value array) { return field::namesOf(array).front(); }
int64_t sizeOf(Value array) { return cast<RankedTensorType>(array.getType()).getDimSize(0); }

} // namespace

Value graph::gather(field::Build &d, Value x, const Map &map) {
  auto type = replaced(x, nameOf(map.ranges), nameOf(map.index), sizeOf(map.index));
  return GatherOp::create(d.builder, d.loc, type, x, map.index, map.ranges, map.order);
}

Value graph::segment(field::Build &d, SegmentKind kind, Value x, const Map &map) {
  auto type = replaced(x, nameOf(map.index), nameOf(map.ranges), sizeOf(map.ranges));
  return SegmentOp::create(d.builder, d.loc, type, kind, x, map.index, map.ranges, map.order);
}

Value graph::count(field::Build &d, const Map &map, Type element) {
  auto type = cast<RankedTensorType>(map.index.getType()).clone(element);
  return segment(d, SegmentKind::Sum, d.full(type, 1.0), map);
}

Value graph::mean(field::Build &d, Value x, const Map &map) {
  Type element = cast<RankedTensorType>(x.getType()).getElementType();
  field::Build e(d.builder, d.loc, element);
  Value number = e.max(count(e, map, element), e.real(1.0));
  return e.div(segment(e, SegmentKind::Sum, x, map), number);
}

Value graph::deviation(field::Build &d, Value x, const Map &map) {
  field::Build e(d.builder, d.loc, cast<RankedTensorType>(x.getType()).getElementType());
  Value middle = mean(e, x, map), distance = e.sub(x, gather(e, middle, map));
  return field::deviation(e, mean(e, e.mul(distance, distance), map), middle);
}
