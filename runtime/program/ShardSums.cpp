// Sums of the gradients of micro-batches.
#include "runtime/program/ShardSums.h"

namespace orrery::runtime {

template <typename Real> static void addTo(Real *to, const Real *from, size_t count) {
  constexpr size_t worthThreads = size_t(1) << 16;
#pragma omp parallel for simd schedule(static) if (count >= worthThreads)
  for (size_t i = 0; i < count; ++i)
    to[i] += from[i];
}

ShardSums::Sum &ShardSums::begin(uint64_t shard) {
  Sum &sum = held[used++];
  if (!sum.gradients.size())
    sum.gradients = model.flat("the gradients");
  sum.first = shard;
  sum.count = 1;
  sum.numbers.assign(numbers, 0);
  return sum;
}

size_t ShardSums::completed() const {
  if (!tree)
    return used > 1 ? 1 : 0;
  if (!used)
    return 0;
  size_t done = 0;
  uint64_t first = held[used - 1].first, count = held[used - 1].count;
  for (size_t i = used; i-- > 1;) {
    const Sum &before = held[i - 1];
    if (before.count != count || before.first + count != first || before.first % (2 * count))
      break;
    first = before.first;
    count *= 2;
    ++done;
  }
  return done;
}

size_t ShardSums::bytes() const {
  size_t bytes = 0;
  for (size_t i = 0; i < most; ++i)
    bytes += held[i].gradients.bytes();
  return bytes;
}

void ShardSums::add(Part elements) {
  for (size_t i = 0, done = completed(); i < done; ++i) {
    RealBuffer &from = held[used - 1 - i].gradients, &to = held[used - 2 - i].gradients;
    if (model.realBytes() == 4)
      addTo(static_cast<float *>(to.at(elements.begin)),
            static_cast<const float *>(from.at(elements.begin)), elements.size());
    else
      addTo(static_cast<double *>(to.at(elements.begin)),
            static_cast<const double *>(from.at(elements.begin)), elements.size());
  }
}

void ShardSums::end() {
  for (size_t i = 0, done = completed(); i < done; ++i) {
    Sum &from = held[used - 1], &to = held[used - 2];
    for (size_t k = 0; k < numbers; ++k)
      to.numbers[k] += from.numbers[k];
    to.count += from.count;
    --used;
  }
}

} // namespace orrery::runtime
