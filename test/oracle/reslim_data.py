"""reslim_data.py FOLDER: random fields for a small Reslim, 1981-2020, one a year: coarse.nc 20 x 28, fine.nc 80 x 112."""
import pathlib
import sys

import netCDF4
import numpy as np

FIXED = ["land_sea_mask", "orography", "lattitude", "landcover"]
CHANGING = ["total_precipitation_24hr", "2m_temperature_min", "2m_temperature_max"]
folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(0)
for name, lat, lon, variables in (("coarse", 20, 28, FIXED + CHANGING), ("fine", 80, 112, CHANGING)):
    file = netCDF4.Dataset(folder / f"{name}.nc", "w")
    for dim, size in (("time", 40), ("lat", lat), ("lon", lon)):
        file.createDimension(dim, size)
    time = file.createVariable("time", "f8", ("time",))
    time.units, time.standard_name, time.calendar = "days since 1981-01-01", "time", "standard"
    time[:] = 365.25 * np.arange(40) + 100
    for dim, size, units in (("lat", lat, "degrees_north"), ("lon", lon, "degrees_east")):
        axis = file.createVariable(dim, "f8", (dim,))
        axis.units = units
        axis[:] = np.arange(size)
    for variable in variables:
        dims = ("lat", "lon") if variable in FIXED else ("time", "lat", "lon")
        shape = (lat, lon) if variable in FIXED else (40, lat, lon)
        file.createVariable(variable, "f4", dims)[:] = random.normal(size=shape)
    file.close()
