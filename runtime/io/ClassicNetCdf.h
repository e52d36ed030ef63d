// How long a classic NetCDF file (CDF-1, CDF-2, CDF-5) must be. netcdf-c reads beyond the end of
// such a file as zeros, so a copy that was cut short would pass for data.
#ifndef ORRERY_RUNTIME_IO_CLASSICNETCDF_H
#define ORRERY_RUNTIME_IO_CLASSICNETCDF_H

#include <cstdint>
#include <istream>
#include <optional>

namespace orrery::runtime {

// The bytes that the header promises, up to the last number of the last record. Nothing if this is
// no classic file, or if its header makes no sense: netcdf-c then says so.
std::optional<uint64_t> classicLength(std::istream &in);

} // namespace orrery::runtime

#endif
