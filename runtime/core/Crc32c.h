// CRC-32C (Castagnoli): says whether bytes are those that were written.
#ifndef ORRERY_RUNTIME_CORE_CRC32C_H
#define ORRERY_RUNTIME_CORE_CRC32C_H

#include <cstddef>
#include <cstdint>
#include <string>

namespace orrery::runtime {

// Goes on from `before`, so that a long text can be given in parts.
uint32_t crc32c(const void *data, size_t size, uint32_t before = 0);

// Eight hexadecimal digits.
std::string crcText(uint32_t crc);

} // namespace orrery::runtime

#endif
