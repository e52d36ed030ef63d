"""The small model of the tests and its data, as the program and as a module of Python see them."""
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys

import numpy as np
import orrery
import xarray as xr

ROOT = pathlib.Path(__file__).parents[2]


def prepare(folder):
    """Empties a test's folder. Returns the path of the model, which lies with its data beside the folders of all tests, so that it
    is compiled once."""
    folder, inputs = pathlib.Path(folder), ROOT / "test" / "dist" / "Inputs"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    content = b"".join((inputs / name).read_bytes() for name in ("small.orr", "make_data.py"))
    shared = folder.parent / f"small-{hashlib.sha256(content).hexdigest()[:12]}"
    if not shared.exists():
        shutil.copy(inputs / "small.orr", folder)
        subprocess.run([sys.executable, inputs / "make_data.py", folder / "data", "6"], check=True)
        try:
            folder.rename(shared)
        except OSError:  # another test was faster
            shutil.rmtree(folder)
        folder.mkdir()
    return shared / "small.orr"


def numbered(model):
    """The text of a model whose split is by the number of the sample: for arrays without times."""
    return model.read_text().replace('"2001".."2006", valid: "2007", test: "2008"', "0..35, valid: 36..41, test: 42..47")


def program(model):
    """The program of a model, from the cache."""
    built = subprocess.run(["orrery", "build", model, "-q", "--cached", "--json"], check=True, capture_output=True, text=True)
    return json.loads(built.stdout)["output"]


def stacked(dataset):
    """Winds of a data file as one array: [time, u or v, lat, lon]."""
    return np.stack([dataset[name].values for name in "uv"], 1)


def data(model):
    """Datasets and arrays of the fields."""
    sets = {name: xr.open_dataset(model.parent / "data" / f"{name}.nc") for name in ("coarse", "fine")}
    return sets, {name: stacked(dataset) for name, dataset in sets.items()}


def same(a, b):
    """Are two arrays equal, to the bit?"""
    a, b = np.asarray(a), np.asarray(b)
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


def close(a, b, tolerance):
    scale = np.abs(np.asarray(b, "f8")).max()
    return np.abs(np.asarray(a, "f8") - np.asarray(b, "f8")).max() <= tolerance * scale


def raises(kind, pattern, call, *args, **kwargs):
    """The exception; its text must match, line by line if the pattern has several."""
    try:
        call(*args, **kwargs)
    except orrery.Error as error:
        assert type(error) is kind, (type(error), error)
        assert re.search(pattern, str(error), re.S), f"\n{error}\nis not\n{pattern}"
        return error
    raise SystemExit(f"no error; expected {pattern}")
