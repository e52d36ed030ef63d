// Builds operations along a map with inferred result types, and what is made of several.

#ifndef ORRERY_DIALECTS_GRAPH_GRAPHBUILD_H
#define ORRERY_DIALECTS_GRAPH_GRAPHBUILD_H

#include "dialects/field/FieldBuild.h"
#include "dialects/graph/Graph.h"

namespace orrery::graph {

// The arrays of a map; `order` is null where what it comes from is sorted by it.
struct Map {
  mlir::Value index, ranges, order;
};

mlir::Value gather(field::Build &d, mlir::Value x, const Map &map);
mlir::Value segment(field::Build &d, SegmentKind kind, mlir::Value x, const Map &map);

// How many elements each segment has, as numbers of type `element`.
mlir::Value count(field::Build &d, const Map &map, mlir::Type element);
// 0 where a segment is empty.
mlir::Value mean(field::Build &d, mlir::Value x, const Map &map);
// The root of the mean square distance from the mean; 0, with slope 0, where all elements are equal
// or there is none.
mlir::Value deviation(field::Build &d, mlir::Value x, const Map &map);

} // namespace orrery::graph

#endif // ORRERY_DIALECTS_GRAPH_GRAPHBUILD_H
