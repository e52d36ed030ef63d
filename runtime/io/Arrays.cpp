// Reads arrays in memory of any type and strides as a file's.
#include "runtime/io/Arrays.h"
#include "runtime/io/Strided.h"

#include <bit>
#include <cstring>
#include <netcdf.h>

namespace orrery::runtime {

template <typename T> static T load(const char *from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

double ArrayView::at(int64_t offset) const {
  const char *from = data + offset;
  switch (kind) {
  case 'f':
    return width == 8   ? load<double>(from)
           : width == 4 ? double(load<float>(from))
                        : double(load<_Float16>(from));
  case 'B':
    return double(std::bit_cast<float>(uint32_t(load<uint16_t>(from)) << 16));
  case 'i':
    return width == 8   ? double(load<int64_t>(from))
           : width == 4 ? double(load<int32_t>(from))
           : width == 2 ? double(load<int16_t>(from))
                        : double(load<int8_t>(from));
  case 'b':
    return double(load<uint8_t>(from) != 0);
  default:
    return width == 8   ? double(load<uint64_t>(from))
           : width == 4 ? double(load<uint32_t>(from))
           : width == 2 ? double(load<uint16_t>(from))
                        : double(load<uint8_t>(from));
  }
}

ArrayFile::ArrayFile(std::string name, std::vector<ArrayView> all)
    : DataFile(std::move(name)), arrays(std::move(all)) {
  for (const ArrayView &array : arrays) {
    FileVariable variable;
    variable.name = array.name;
    variable.id = int(list.size());
    variable.type = NC_DOUBLE;
    variable.dims = array.dims;
    variable.attributes = array.attributes;
    list.push_back(std::move(variable));
  }
}

void ArrayFile::readBlock(const FileVariable &v, const std::vector<size_t> &start,
                          const std::vector<size_t> &count, double *to) const {
  const ArrayView &array = arrays[size_t(v.id)];
  visitBlock(start, count, array.strides, [&](int64_t offset) { *to++ = array.at(offset); });
}

} // namespace orrery::runtime
