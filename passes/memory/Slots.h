// Places buffers whose sizes are known at run time only: buffers that never live at the same time
// share a slot where one is as large as the other whatever the sizes are.

#ifndef ORRERY_PASSES_MEMORY_SLOTS_H
#define ORRERY_PASSES_MEMORY_SLOTS_H

#include "passes/memory/Polynomial.h"
#include "llvm/ADT/SmallVector.h"

namespace orrery {

// Bytes that are needed from time `begin` to time `end`, both included; the plan fills in `slot`.
struct SizedInterval {
  Polynomial bytes;
  int64_t begin = 0, end = 0;
  unsigned slot = 0;
};

// The size of each slot.
llvm::SmallVector<Polynomial> fillSlots(llvm::MutableArrayRef<SizedInterval> intervals);

} // namespace orrery

#endif // ORRERY_PASSES_MEMORY_SLOTS_H
