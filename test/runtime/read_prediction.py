"""Opens a prediction with xarray and compares what it decodes with what the runtime's mock data and model say.

Usage: read_prediction.py PROGRAM FOLDER: makes mock data there, trains two steps, predicts, reads.
"""
import pathlib
import subprocess
import sys

import numpy
import xarray
from safetensors.numpy import load_file

program, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)


def run(*arguments):
    subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True)


run("data", "--mock", ".")
run("train", "--steps", "2", "--out", "run")
run("predict", "apply", "--checkpoint", "run", "--out", "y.nc")
given, predicted = xarray.open_dataset(folder / "data" / "x_mock.nc"), xarray.open_dataset(folder / "y.nc")
truth = xarray.open_dataset(folder / "data" / "y.nc")
assert predicted.sizes == {"time": given.sizes["time"], "lat": 6}, predicted.sizes
assert (predicted.time.values == given.time.values).all() and predicted.time.dtype.kind == "M"
assert predicted.ya.attrs["units"] == "m/s" and predicted.attrs["Conventions"] == "CF-1.8"

# The same prediction from the safetensors file and the statistics of the training samples.
weights = load_file(folder / "run" / "ckpt-2" / "model.safetensors")
train = slice("1982", "1983")
x = numpy.stack([given.wind, given["mask"]], axis=1)
mean, std = ([getattr(given[v].sel(time=train).values.astype("f8"), f)() for v in ("wind", "mask")] for f in ("mean", "std"))
x = (x - numpy.array(mean)[:, None]) / numpy.array(std)[:, None]
y = numpy.einsum("oi,til->tol", weights["line.weight"], numpy.repeat(x, 2, axis=2)) + weights["line.bias"][:, None]
for i, name in enumerate(("ya", "yb")):
    t = truth[name].sel(time=train).values.astype("f8")
    numpy.testing.assert_allclose(predicted[name].values, y[:, i] * t.std() + t.mean(), rtol=2e-5, atol=2e-5)
print("xarray reads", ", ".join(predicted.data_vars))
