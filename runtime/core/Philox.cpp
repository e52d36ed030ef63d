// Many blocks of Philox at once, in vectors of the processor that runs this.
#include "runtime/core/Philox.h"

using namespace orrery::runtime;

namespace {

using Many = uint32_t[philoxBlocks];

// The same steps as philox(), with a loop over the blocks inside each.
__attribute__((always_inline)) inline void rounds(Many &c0, Many &c1, Many &c2, Many &c3,
                                                  uint32_t key0, uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < philoxBlocks; ++i) {
      uint64_t a = uint64_t(0xD2511F53) * c0[i], b = uint64_t(0xCD9E8D57) * c2[i];
      c0[i] = uint32_t(b >> 32) ^ c1[i] ^ key0;
      c2[i] = uint32_t(a >> 32) ^ c3[i] ^ key1;
      c1[i] = uint32_t(b);
      c3[i] = uint32_t(a);
    }
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
}

void roundsPlain(uint32_t (&w)[4][philoxBlocks], uint32_t key0, uint32_t key1) {
  rounds(w[0], w[1], w[2], w[3], key0, key1);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) void roundsAvx2(uint32_t (&w)[4][philoxBlocks], uint32_t key0,
                                                uint32_t key1) {
  rounds(w[0], w[1], w[2], w[3], key0, key1);
}
const bool hasAvx2 = __builtin_cpu_supports("avx2");
#endif

} // namespace

void orrery::runtime::philoxFrom(int64_t key, uint64_t first, int64_t sample,
                                 uint32_t (&words)[4][philoxBlocks]) {
  for (int i = 0; i < philoxBlocks; ++i) {
    words[0][i] = uint32_t(first + i);
    words[1][i] = uint32_t((first + i) >> 32);
    words[2][i] = uint32_t(sample);
    words[3][i] = uint32_t(uint64_t(sample) >> 32);
  }
  uint32_t key0 = uint32_t(key), key1 = uint32_t(uint64_t(key) >> 32);
#ifdef __x86_64__
  if (hasAvx2)
    return roundsAvx2(words, key0, key1);
#endif
  roundsPlain(words, key0, key1);
}
