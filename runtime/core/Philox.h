// Philox4x32-10: random words as a function of a counter and a key, with no state (Salmon, Moraes,
// Dror, Shaw 2011).
#ifndef ORRERY_RUNTIME_CORE_PHILOX_H
#define ORRERY_RUNTIME_CORE_PHILOX_H

#include <array>
#include <cstdint>

namespace orrery::runtime {

using Words = std::array<uint32_t, 4>;

inline Words philox(Words counter, uint32_t key0, uint32_t key1) {
  auto [c0, c1, c2, c3] = counter;
  for (int round = 0; round < 10; ++round) {
    uint64_t a = uint64_t(0xD2511F53) * c0, b = uint64_t(0xCD9E8D57) * c2;
    uint32_t n0 = uint32_t(b >> 32) ^ c1 ^ key0, n2 = uint32_t(a >> 32) ^ c3 ^ key1;
    c1 = uint32_t(b);
    c3 = uint32_t(a);
    c0 = n0;
    c2 = n2;
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  return {c0, c1, c2, c3};
}

inline Words philoxAt(int64_t key, uint64_t block, int64_t sample) {
  return philox(
      {uint32_t(block), uint32_t(block >> 32), uint32_t(sample), uint32_t(uint64_t(sample) >> 32)},
      uint32_t(key), uint32_t(uint64_t(key) >> 32));
}

// The words of `philoxBlocks` neighbouring blocks from `first` on, by word and then by block.
constexpr int philoxBlocks = 16;
void philoxFrom(int64_t key, uint64_t first, int64_t sample, uint32_t (&words)[4][philoxBlocks]);

} // namespace orrery::runtime

#endif
