// Fuzzes what we read of NetCDF ourselves: how long a classic file must be.
#include "runtime/io/ClassicNetCdf.h"

#include <cstdlib>
#include <sstream>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::istringstream in(std::string(reinterpret_cast<const char *>(data), size));
  orrery::runtime::classicLength(in);
  return 0;
}
