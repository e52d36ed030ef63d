// Reads dim sizes with netcdf-c.

#include "frontend/driver/FileSizes.h"

#include <glob.h>
#include <netcdf.h>

namespace orrery::driver {

std::optional<emit::FileSize> sizeInNetcdf(const std::string &path, const std::string &dim) {
  glob_t found;
  if (glob(path.c_str(), 0, nullptr, &found) != 0) {
    globfree(&found);
    return std::nullopt;
  }
  std::string first = found.gl_pathv[0];
  globfree(&found);
  int file = 0, id = 0;
  if (nc_open(first.c_str(), NC_NOWRITE, &file) != NC_NOERR)
    return std::nullopt;
  size_t size = 0;
  bool isThere = nc_inq_dimid(file, dim.c_str(), &id) == NC_NOERR &&
                 nc_inq_dimlen(file, id, &size) == NC_NOERR;
  nc_close(file);
  return isThere ? std::optional(emit::FileSize{int64_t(size), first}) : std::nullopt;
}

} // namespace orrery::driver
