// Reads the header of a classic NetCDF file as far as sizes go; the format is that of the NetCDF
// user guide, "File format specifications".
#include "runtime/io/ClassicNetCdf.h"

#include <algorithm>
#include <vector>

namespace orrery::runtime {

namespace {

// Sums and products that stay at the largest number instead of beginning anew.
uint64_t plus(uint64_t a, uint64_t b) { return a > UINT64_MAX - b ? UINT64_MAX : a + b; }
uint64_t times(uint64_t a, uint64_t b) {
  uint64_t result;
  return __builtin_mul_overflow(a, b, &result) ? UINT64_MAX : result;
}
uint64_t padded(uint64_t size) {
  return plus(size, 3) == UINT64_MAX ? UINT64_MAX : (size + 3) / 4 * 4;
}

class Header {
public:
  explicit Header(std::istream &in) : in(in) {}

  std::optional<uint64_t> length() {
    char magic[4] = {};
    in.read(magic, 4);
    version = magic[3];
    if (!in || magic[0] != 'C' || magic[1] != 'D' || magic[2] != 'F' ||
        (version != 1 && version != 2 && version != 5))
      return {};
    uint64_t records = count();
    bool isStreaming = records == (version == 5 ? UINT64_MAX : UINT32_MAX);
    bool good = list(10, [&] { return dim(); }) && list(12, [&] { return attribute(); }) &&
                list(11, [&] { return variable(); });
    if (!good)
      return {};
    uint64_t end = fixedEnd, record = 0;
    for (const RecordVariable &v : recordVariables)
      record = plus(record, recordVariables.size() == 1 ? v.size : padded(v.size));
    if (records > 0 && !isStreaming) // then the library takes as many records as there are
      for (const RecordVariable &v : recordVariables)
        end = std::max(end, plus(plus(v.begin, times(records - 1, record)), v.size));
    return end;
  }

private:
  struct RecordVariable {
    uint64_t begin, size; // of one record
  };

  uint64_t number(int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) {
      int c = in.get();
      if (c == std::char_traits<char>::eof())
        return 0; // the stream has failed, which whoever calls looks at
      value = value << 8 | uint64_t(c);
    }
    return value;
  }
  uint64_t count() { return number(version == 5 ? 8 : 4); }
  bool skip(uint64_t bytes) {
    for (constexpr uint64_t most = uint64_t(1) << 30; bytes > 0 && in;) {
      uint64_t part = std::min(bytes, most);
      in.ignore(std::streamsize(part));
      if (uint64_t(in.gcount()) != part)
        return false;
      bytes -= part;
    }
    return bool(in);
  }
  bool name() { return skip(padded(count())); }

  // Every element takes some bytes, so a false count ends with the file.
  template <typename Element> bool list(uint64_t tag, Element element) {
    uint64_t found = number(4), n = count();
    if (!in || (found != tag && (found != 0 || n != 0)))
      return false;
    for (uint64_t i = 0; i < n; ++i)
      if (!element() || !in)
        return false;
    return true;
  }
  bool dim() {
    if (!name())
      return false;
    dims.push_back(count());
    return true;
  }
  bool attribute() {
    if (!name())
      return false;
    uint64_t width = widthOf(number(4)), n = count();
    return width && skip(padded(times(n, width)));
  }
  bool variable() {
    if (!name())
      return false;
    uint64_t rank = count(), size = 1;
    bool hasRecords = false;
    for (uint64_t i = 0; i < rank && in; ++i) {
      uint64_t id = count();
      if (id >= dims.size())
        return false;
      if (dims[id] == 0 && i == 0)
        hasRecords = true;
      else
        size = times(size, dims[id]);
    }
    if (!in || !list(12, [&] { return attribute(); }))
      return false;
    uint64_t width = widthOf(number(4));
    count(); // its size, which large files cannot state
    uint64_t begin = number(version == 1 ? 4 : 8);
    size = times(size, width);
    if (hasRecords)
      recordVariables.push_back({begin, size});
    else if (size)
      fixedEnd = std::max(fixedEnd, plus(begin, size));
    return width && in;
  }
  static uint64_t widthOf(uint64_t type) {
    constexpr uint64_t widths[] = {0, 1, 1, 2, 4, 4, 8, 1, 2, 4, 8, 8};
    return type < std::size(widths) ? widths[type] : 0;
  }

  std::istream &in;
  int version = 0;
  std::vector<uint64_t> dims; // 0 counts the records
  std::vector<RecordVariable> recordVariables;
  uint64_t fixedEnd = 0;
};

} // namespace

std::optional<uint64_t> classicLength(std::istream &in) { return Header(in).length(); }

} // namespace orrery::runtime
