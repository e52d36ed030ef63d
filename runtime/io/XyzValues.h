// The key=value pairs of an extended XYZ comment line, and the numbers in them.
#ifndef ORRERY_RUNTIME_IO_XYZVALUES_H
#define ORRERY_RUNTIME_IO_XYZVALUES_H

#include "runtime/io/ExtXyz.h"

#include <functional>

namespace orrery::runtime {

// What a word is: 'I', 'R' or 'L', with its value (T is 1, F is 0), else 'S'. Takes Fortran's
// exponents (1.5d-3).
char xyzNumber(std::string_view word, double &value);

// Calls `each` with every pair of the line; the last argument is the value's text without its
// quotes. Returns what is wrong with the line, or nothing.
std::string
forEachXyzPair(std::string_view line,
               const std::function<void(std::string, XyzValue, std::string_view)> &each);

} // namespace orrery::runtime

#endif
