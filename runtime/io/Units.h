// Converts between the units of files and of models with UDUNITS.
#ifndef ORRERY_RUNTIME_IO_UNITS_H
#define ORRERY_RUNTIME_IO_UNITS_H

#include <optional>
#include <string>

namespace orrery::runtime {

struct Conversion {
  double scale = 1, offset = 0;
  bool isIdentity() const { return scale == 1 && offset == 0; }
};

// Nothing if the two do not convert, or one of them is no unit; `why` then says so.
std::optional<Conversion> conversion(const std::string &from, const std::string &to,
                                     std::string &why);

} // namespace orrery::runtime

#endif
