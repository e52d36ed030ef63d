// Greedy placement: the largest first, in the smallest gap that fits among those it lives with (as
// in XLA's heap simulator and TFLite's planner).

#include "passes/memory/Placement.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace orrery;

static bool overlap(const Interval &a, const Interval &b) {
  return a.begin <= b.end && b.begin <= a.end;
}

Plan orrery::placeIntervals(llvm::MutableArrayRef<Interval> intervals) {
  Plan plan;
  llvm::SmallVector<Interval *> order, placed;
  for (Interval &interval : intervals) {
    interval.bytes = llvm::alignTo(interval.bytes, bufferAlignment);
    order.push_back(&interval);
  }
  // Equal sizes in the order given, so that a plan never depends on chance.
  llvm::sort(order, [](Interval *a, Interval *b) {
    return a->bytes != b->bytes ? a->bytes > b->bytes : a < b;
  });
  for (Interval *interval : order) {
    llvm::SmallVector<Interval *> neighbours;
    for (Interval *other : placed)
      if (overlap(*interval, *other))
        neighbours.push_back(other);
    llvm::sort(neighbours, [](Interval *a, Interval *b) { return a->offset < b->offset; });
    int64_t best = -1, bestGap = std::numeric_limits<int64_t>::max(), end = 0;
    for (Interval *other : neighbours) {
      int64_t gap = other->offset - end;
      if (gap >= interval->bytes && gap < bestGap) {
        best = end;
        bestGap = gap;
      }
      end = std::max(end, other->offset + other->bytes);
    }
    interval->offset = best >= 0 ? best : end;
    plan.bytes = std::max(plan.bytes, interval->offset + interval->bytes);
    placed.push_back(interval);
  }

  // Bytes alive change where an interval begins, and after one ends.
  llvm::SmallVector<std::pair<int64_t, int64_t>> changes;
  for (const Interval &interval : intervals) {
    changes.push_back({interval.begin, interval.bytes});
    changes.push_back({interval.end + 1, -interval.bytes});
  }
  llvm::sort(changes);
  int64_t live = 0;
  for (auto [time, change] : changes)
    plan.liveBytes = std::max(plan.liveBytes, live += change);
  return plan;
}
