// The .npy format of NumPy: a short header of text, then the numbers of one array. Files come from
// strangers: nothing in them is trusted.
#ifndef ORRERY_RUNTIME_IO_NPY_H
#define ORRERY_RUNTIME_IO_NPY_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::runtime {

struct NpyHeader {
  char kind = 'f';  // 'f', 'i', 'u' or 'b'
  size_t width = 8; // bytes of an element
  bool isBigEndian = false, isFortran = false;
  std::vector<size_t> shape;
  size_t dataStart = 0; // from the beginning of the array's file
  size_t count = 1;     // elements; their bytes and the header's fit in 63 bits
  // Why its elements are no numbers, such as texts; kind and width then say nothing.
  std::string unreadable;

  size_t dataBytes() const { return count * width; }
};

// A header takes no more than this; what is longer is refused.
constexpr size_t longestNpyHeader = size_t(1) << 16;

// Reads the header from the first bytes of an array's file (all of them, or longestNpyHeader).
// Nothing, with the reason in `why`, if it is damaged.
std::optional<NpyHeader> parseNpyHeader(std::string_view bytes, std::string &why);

// Element `index` (in the order of the file) of the numbers behind a header.
double npyElement(const NpyHeader &header, const char *data, size_t index);

} // namespace orrery::runtime

#endif
