"""Writes data for small.orr: smooth random winds, and the same on a finer grid with structure that depends on them.

Usage: make_data.py FOLDER [SAMPLES_A_YEAR]
"""
import pathlib
import sys

import numpy as np
import pandas as pd
import xarray as xr

folder, a_year = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 12
folder.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(0)
lat, lon, mag, years = 4, 8, 2, range(2001, 2009)
time = np.concatenate([pd.date_range(f"{year}-01-01", f"{year}-12-30", a_year).values.astype("datetime64[h]") for year in years])


def dataset(values, names, factor):
    dims = ("time", "lat", "lon")
    coords = {"time": time.astype("datetime64[ns]"), "lat": np.linspace(-60, 60, lat * factor), "lon": np.arange(lon * factor) * 360 / (lon * factor)}
    return xr.Dataset({name: (dims, values[:, i]) for i, name in enumerate(names)}, coords)


coarse = rng.normal(size=(len(time), 2, lat, lon)).astype("f4")
fine = np.repeat(np.repeat(coarse, mag, 2), mag, 3)
fine = (fine + 0.5 * np.roll(fine, 1, 3) * np.sin(np.arange(lat * mag))[None, None, :, None]).astype("f4")
dataset(coarse, "uv", 1).to_netcdf(folder / "coarse.nc")
dataset(fine, "uv", mag).to_netcdf(folder / "fine.nc")
