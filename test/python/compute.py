"""The module computes what the program computes, to the bit, whatever kind of array it is given."""
import pathlib
import subprocess
import sys

import numpy as np
import orrery
import torch
import xarray as xr
from safetensors.numpy import load_file

from small import close, data, numbered, prepare, program, raises, same

folder = sys.argv[1]
model = prepare(folder)
sets, arrays = data(model)
BATCH = 16  # of the model


def run(*words):
    done = subprocess.run([program(model), *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# The program: trains a little, predicts, writes a batch of all that a shorter file has.
run("train", "--steps", "3", "--out", f"{folder}/run", "-q")
run("predict", "finer", "--checkpoint", f"{folder}/run", "--out", f"{folder}/finer.nc", "-q")
pathlib.Path(f"{folder}/few").mkdir()
for name, dataset in sets.items():
    dataset.isel(time=slice(BATCH)).to_netcdf(f"{folder}/few/{name}.nc")
run("gradient", "--data", f"{folder}/few", "--init", f"{folder}/run/ckpt-3/model.safetensors", "--out", f"{folder}/batch")
batch = load_file(f"{folder}/batch")

m = orrery.compile(model)
assert list(m.inputs) == ["coarse", "fine"] and m.inputs["fine"].dims == ("time", "vout", "hlat", "hlon"), m.inputs
assert m.outputs["fine"].shape == (None, 2, 8, 16) and "lat 4" in m.finer.__doc__, m.finer.__doc__
m.load(f"{folder}/run")
for name, weights in load_file(f"{folder}/run/ckpt-3/model.safetensors").items():
    assert same(m.parameters[name], weights), name

# Predictions.
expected = xr.open_dataset(f"{folder}/finer.nc")
fine = m.finer(coarse=arrays["coarse"])
assert type(fine) is np.ndarray and same(fine, np.stack([expected["u"].values, expected["v"].values], 1))
assert same(m(coarse=arrays["coarse"]), fine) and same(m.predict("finer", coarse=model.parent / "data" / "coarse.nc"), fine)
strided = np.zeros((4, *arrays["coarse"].shape[1:], 2), ">f4".replace(">", "="))
strided[::-1, ..., 1] = arrays["coarse"][:4]
for given in [
    torch.from_numpy(arrays["coarse"][:4]),
    torch.from_numpy(arrays["coarse"][:4]).double(),
    torch.from_numpy(arrays["coarse"][:4].transpose(3, 2, 0, 1).copy()).permute(2, 3, 1, 0),
    memoryview(np.ascontiguousarray(arrays["coarse"][:4])),
    strided[::-1, ..., 1],
]:
    assert same(m.finer(coarse=given), fine[:4]), type(given)
hidden = np.random.default_rng(0).random(arrays["coarse"].shape) < 0.1  # what lies under a mask is no value
raises(orrery.InputError, "lacks .* % of its values", m.finer, coarse=np.ma.masked_array(arrays["coarse"], hidden))
assert same(m.finer(coarse=np.ma.masked_array(arrays["coarse"], False)), fine)
half = torch.from_numpy(arrays["coarse"][:4]).bfloat16()
assert same(m.finer(coarse=half), m.finer(coarse=half.float()))
assert same(torch.from_dlpack(m.finer(coarse=arrays["coarse"][:4])).numpy(), fine[:4])

# xarray: dims by name, in any order, with coordinates; a Dataset has a variable a label.
named = m.finer(coarse=sets["coarse"])
assert isinstance(named, xr.Dataset) and list(named) == ["u", "v"] and named["u"].dims == ("time", "lat", "lon")
assert same(named["v"].values, fine[:, 1]) and named["u"].coords["time"].equals(sets["coarse"]["time"])
assert np.array_equal(named["lat"], sets["fine"]["lat"]) and np.array_equal(named["lon"], sets["fine"]["lon"])
array = sets["coarse"].to_array("vin").transpose("lon", "vin", "time", "lat").isel(vin=[1, 0])
one = m.finer(coarse=array)
assert isinstance(one, xr.DataArray) and same(one.values, fine) and list(one["vout"].values) == ["u", "v"]
assert same(m.finer(coarse=sets["coarse"].isel(time=0))["u"].values, fine[:1, 0])

# Loss and gradients of the batch that the program took.
assert m.descriptor["train"]["batch"] == BATCH
given = {name: values[:BATCH] for name, values in arrays.items()}
m.set_parameters({name[10:]: values for name, values in batch.items() if name.startswith("parameter.")})
m.measure(**given)
loss, gradients = m.loss_and_gradients(**given)
assert close(loss, batch["loss"], 1e-7), (loss, batch["loss"])
assert gradients.keys() == m.parameters.keys()
for name, gradient in gradients.items():
    assert same(gradient, batch[f"gradient.{name}"]), name
assert loss == m.loss(**given) and close(loss, sum(m.loss_terms(**given).values()), 1e-6)
assert m.loss(**given, step=1) != loss  # other dropout
scores = m.evaluate(**arrays)
assert scores["samples"] == 48 and {r["name"] for r in scores["reports"]} == {"rmse", "each"}, scores

# Gradients are those of the loss: a step along one of them changes it as it says.
exact = orrery.compile(model, plain=True, set={"rate": 0})
exact.statistics = m.statistics
before, slopes = exact.loss_and_gradients(**given)
step = 1e-6
for name in ("place", "out.weight"):
    moved = exact.parameters[name]
    moved += step * slopes[name]
    change = exact.loss(**given) - before
    assert close(change, step * (slopes[name] ** 2).sum(), 1e-4), (name, change)
    before = exact.loss(**given)

# The model by itself sees what the predictions see, between the normalisations.
alone = orrery.compile(model)
alone.set_parameters(m.state_dict())
coarse_of, fine_of = m.statistics["coarse"], m.statistics["fine"]
column = lambda numbers: np.array(numbers, "f8")[:, None, None]
seen = (arrays["coarse"][:4] - column(coarse_of["mean"])) / column(coarse_of["std"])
made = alone.Small(x=seen) * column(fine_of["std"]) + column(fine_of["mean"])
assert close(made, m.finer(coarse=arrays["coarse"][:4]), 1e-6)
bare = orrery.compile(source="dim n, D\nmodel Twice(x: [n, D]) -> [D, n] { return 2 * x }", shape={"n": 2, "D": 3})
assert same(bare(x=np.arange(6, dtype="f4").reshape(2, 3)), 2 * np.arange(6, dtype="f4").reshape(2, 3).T)
assert bare.inputs["x"].dims == ("n", "D") and bare.outputs["result"].shape == (3, 2)

# A text instead of a file; weights and statistics that move on are all that a model is.
again = orrery.compile(source=numbered(model))
again.set_parameters(m.state_dict())
again.statistics = m.statistics
assert same(again.finer(coarse=arrays["coarse"][:2]), m.finer(coarse=arrays["coarse"][:2]))
# Weights may be given as they lie in the model's own memory.
again.set_parameters({"place": again.parameters["place"][::-1]}, strict=False)
assert same(again.parameters["place"], m.parameters["place"][::-1])
print("the module computes what the program computes")
