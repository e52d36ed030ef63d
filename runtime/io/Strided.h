// Visits a block of an array that lies in memory with any strides.
#ifndef ORRERY_RUNTIME_IO_STRIDED_H
#define ORRERY_RUNTIME_IO_STRIDED_H

#include <cstdint>
#include <vector>

namespace orrery::runtime {

// Calls visit(offset) for every element of [start, start + count), the last axis fastest. No count
// may be 0; offsets are in the unit of the strides.
template <typename Visit>
void visitBlock(const std::vector<size_t> &start, const std::vector<size_t> &count,
                const std::vector<int64_t> &strides, Visit visit) {
  size_t rank = count.size();
  std::vector<size_t> at(rank, 0);
  int64_t offset = 0;
  for (size_t i = 0; i < rank; ++i)
    offset += int64_t(start[i]) * strides[i];
  while (true) {
    visit(offset);
    size_t i = rank;
    for (; i > 0; --i) {
      offset += strides[i - 1];
      if (++at[i - 1] < count[i - 1])
        break;
      offset -= int64_t(count[i - 1]) * strides[i - 1];
      at[i - 1] = 0;
    }
    if (i == 0)
      return;
  }
}

} // namespace orrery::runtime

#endif
