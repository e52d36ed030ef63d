"""last_years.py IN.nc OUT.nc: the winds of 1991 and 1992, unpacked, moved by 0.5 m/s."""
import sys

import netCDF4

source, target = netCDF4.Dataset(sys.argv[1]), netCDF4.Dataset(sys.argv[2], "w")
for name in ("time", "lat", "lon"):
    values = source[name][-24:] if name == "time" else source[name][:]
    target.createDimension(name, len(values))
    variable = target.createVariable(name, "f8", (name,))
    variable.units = source[name].units
    variable[:] = values
for name in ("u10", "v10"):
    target.createVariable(name, "f4", ("time", "lat", "lon"))[:] = source[name][-24:] + 0.5
target.close()
