// Greedy filling of slots: the largest first, in the first slot that covers it and is free.

#include "passes/memory/Slots.h"

#include "llvm/ADT/STLExtras.h"

using namespace orrery;

llvm::SmallVector<Polynomial> orrery::fillSlots(llvm::MutableArrayRef<SizedInterval> intervals) {
  // What counts as large is judged at sizes of a common batch.
  constexpr double typicalSize = 1024;
  llvm::SmallVector<SizedInterval *> order;
  for (SizedInterval &interval : intervals)
    order.push_back(&interval);
  llvm::sort(order, [](SizedInterval *a, SizedInterval *b) {
    double left = a->bytes.at(typicalSize), right = b->bytes.at(typicalSize);
    return left != right ? left > right : a < b;
  });
  llvm::SmallVector<Polynomial> sizes;
  llvm::SmallVector<llvm::SmallVector<SizedInterval *>> inhabitants;
  for (SizedInterval *interval : order) {
    auto fits = [&](unsigned slot) {
      return sizes[slot].covers(interval->bytes) &&
             llvm::none_of(inhabitants[slot], [&](SizedInterval *other) {
               return other->begin <= interval->end && interval->begin <= other->end;
             });
    };
    unsigned slot = 0;
    while (slot < sizes.size() && !fits(slot))
      ++slot;
    if (slot == sizes.size()) {
      sizes.push_back(interval->bytes);
      inhabitants.emplace_back();
    }
    inhabitants[slot].push_back(interval);
    interval->slot = slot;
  }
  return sizes;
}
