"""The small model of the tests and its data, as the program and as a module of Python see them."""
import pathlib
import shutil
import subprocess
import sys

import numpy as np
import xarray as xr

ROOT = pathlib.Path(__file__).parents[1]


def prepare(folder):
    """Copies the model and writes its data into a new folder; the path of the model."""
    folder = pathlib.Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "dist" / "Inputs" / "small.orr", folder)
    subprocess.run([sys.executable, ROOT / "dist" / "Inputs" / "make_data.py", folder / "data", "6"], check=True)
    return folder / "small.orr"


def stacked(dataset):
    """Winds of a data file as one array: [time, u or v, lat, lon]."""
    return np.stack([dataset[name].values for name in "uv"], 1)


def data(folder):
    """Datasets and arrays of the fields."""
    sets = {name: xr.open_dataset(pathlib.Path(folder) / "data" / f"{name}.nc") for name in ("coarse", "fine")}
    return sets, {name: stacked(dataset) for name, dataset in sets.items()}


def same(a, b):
    """Are two arrays equal, to the bit?"""
    a, b = np.asarray(a), np.asarray(b)
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


def close(a, b, tolerance):
    scale = np.abs(np.asarray(b, "f8")).max()
    return np.abs(np.asarray(a, "f8") - np.asarray(b, "f8")).max() <= tolerance * scale
