// Sizes of the dims of data files, read from their headers.

#ifndef ORRERY_FRONTEND_DRIVER_FILESIZES_H
#define ORRERY_FRONTEND_DRIVER_FILESIZES_H

#include "frontend/emit/Emit.h"

#include <optional>
#include <string>

namespace orrery::driver {

// The size of a dim in a NetCDF file; of the first file where `path` is a pattern. Nothing if there
// is no such file or dim.
std::optional<emit::FileSize> sizeInNetcdf(const std::string &path, const std::string &dim);

} // namespace orrery::driver

#endif // ORRERY_FRONTEND_DRIVER_FILESIZES_H
