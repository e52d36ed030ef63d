// Places intervals of time in one stretch of memory; plain C++, so that it can be tested alone.

#ifndef ORRERY_PASSES_MEMORY_PLACEMENT_H
#define ORRERY_PASSES_MEMORY_PLACEMENT_H

#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace orrery {

// Bytes that are needed from time `begin` to time `end`, both included; the plan fills in `offset`.
struct Interval {
  int64_t bytes = 0, begin = 0, end = 0, offset = 0;
};

struct Plan {
  int64_t bytes = 0;     // what the plan takes
  int64_t liveBytes = 0; // the most that is needed at one time: no plan takes less
};

// Buffers start at multiples of this: a cache line, and the widest vector.
inline constexpr int64_t bufferAlignment = 64;

Plan placeIntervals(llvm::MutableArrayRef<Interval> intervals);

} // namespace orrery

#endif // ORRERY_PASSES_MEMORY_PLACEMENT_H
