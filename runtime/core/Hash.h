// SHA-256, for fingerprints of sources, weights and data headers.
#ifndef ORRERY_RUNTIME_CORE_HASH_H
#define ORRERY_RUNTIME_CORE_HASH_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::runtime {

class Sha256 {
public:
  void add(const void *data, size_t size);
  std::string hex();

private:
  void block(const uint8_t *data);
  std::array<uint32_t, 8> state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<uint8_t, 64> pending{};
  size_t held = 0;
  uint64_t total = 0;
};

std::string sha256(std::string_view text);
// At most `limit` bytes from the start of a file; "" if it cannot be read.
std::string sha256OfFile(const std::string &path, size_t limit = SIZE_MAX);

// 64-bit FNV-1a: turns a name into the number of a random stream.
inline uint64_t nameHash(std::string_view text) {
  uint64_t h = 0xcbf29ce484222325;
  for (unsigned char c : text)
    h = (h ^ c) * 0x100000001b3;
  return h;
}

} // namespace orrery::runtime

#endif
