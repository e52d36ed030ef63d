// CRC-32C (Castagnoli), eight bytes at a time from tables.
#include "runtime/core/Crc32c.h"

#include <array>
#include <cstring>
#include <fmt/format.h>

namespace orrery::runtime {

namespace {

// table[k][b]: what byte b does to the checksum when k more bytes follow it in the same word.
using Tables = std::array<std::array<uint32_t, 256>, 8>;

constexpr Tables makeTables() {
  constexpr uint32_t polynomial = 0x82f63b78; // 0x1edc6f41 with its bits reversed
  Tables table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit)
      crc = crc >> 1 ^ (crc & 1 ? polynomial : 0);
    table[0][byte] = crc;
  }
  for (size_t k = 1; k < 8; ++k)
    for (size_t byte = 0; byte < 256; ++byte)
      table[k][byte] = table[k - 1][byte] >> 8 ^ table[0][table[k - 1][byte] & 0xff];
  return table;
}

constexpr Tables table = makeTables();

} // namespace

uint32_t crc32c(const void *data, size_t size, uint32_t before) {
  const auto *at = static_cast<const uint8_t *>(data);
  uint32_t crc = ~before;
  for (; size >= 8; size -= 8, at += 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    word ^= crc;
    crc = 0;
    for (int k = 0; k < 8; ++k)
      crc ^= table[size_t(7 - k)][word >> (8 * k) & 0xff];
  }
  for (; size > 0; --size, ++at)
    crc = crc >> 8 ^ table[0][(crc ^ *at) & 0xff];
  return ~crc;
}

std::string crcText(uint32_t crc) { return fmt::format("{:08x}", crc); }

} // namespace orrery::runtime
