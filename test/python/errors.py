"""What goes wrong says where, what and what to do, and changes nothing."""
import os
import pathlib
import subprocess
import sys
import warnings

import numpy as np
import orrery
import torch

from small import data, prepare, raises, same

folder = sys.argv[1]
model = prepare(folder)
sets, arrays = data(model)
coarse = arrays["coarse"]


# The model: the compiler's diagnostics, with places; the text is what the command line prints.
wrong = pathlib.Path(folder, "wrong.orr")
wrong.write_text(model.read_text().replace("h = qkv(x)", "h = qkw(x)"))
error = raises(orrery.CompileError, r"wrong.orr:\d+:\d+: error: .*qkw.*\n.*\^~~", orrery.compile, wrong)
(first,) = error.diagnostics
line = next(i for i, text in enumerate(wrong.read_text().splitlines(), 1) if "qkw" in text)
assert (first.file, first.line, first.column, first.severity) == (str(wrong), line, 7, "error"), first
assert error.code == first.code and "qkw" in first.message and error.exit == 3 and any("qkv" in str(note) for note in [first.message, *first.notes]), first
printed = subprocess.run([os.environ["ORRERY"], "check", wrong], capture_output=True, text=True).stderr
assert str(error) == printed.strip()
assert raises(orrery.CompileError, "<stdin>:1:", orrery.compile, source="model = 3\n").diagnostics[0].file == "<stdin>"
raises(orrery.CompileError, "rte.*did you mean 'rate'", orrery.compile, model, set={"rte": 1})
raises(orrery.CompileError, "nothing.orr", orrery.compile, f"{folder}/nothing.orr")
scale = """dim batch, lat, lon
dim vin = { u, v }
model Scale(x: [batch, vin, lat, lon]) -> [batch, vin, lat, lon] {
  param gain: [vin] = ones
  return gain * x
}
data grid {
  coarse: [time, vin, lat, lon] in "m/s" from netcdf "elsewhere/coarse.nc"
  batch(over: time)
}
predict scaled(coarse) -> coarse { return Scale(coarse) }
"""
warned = orrery.compile(source=scale + "fn unused(x: [lat]) -> [lat] { return x }\n", shape={"lat": 4, "lon": 8})
assert [d.code for d in warned.warnings] == ["-Wunused"], warned.warnings

raises(orrery.CompileError, "E0201", orrery.compile, source=scale)
assert orrery.compile(source=scale, data={"coarse": model.parent / "data" / "coarse.nc"}).dims["lat"] == 4
scaled = orrery.compile(source=scale, shape={"lat": 4, "lon": 8})
assert scaled.dims["lat"] == 4

# No compiler.
here = os.environ.copy()
os.environ.update(ORRERY=f"{folder}/none")
raises(orrery.Error, "variable ORRERY names .*none", orrery.compile, model)
os.environ.update(here)

m = orrery.compile(model)

# Statistics first.
raises(orrery.InputError, "normalises coarse, fine.*help: .*measure", m.finer, coarse=coarse)
raises(orrery.InputError, "statistics: .*field 'fine'", setattr, m, "statistics", {"coarse": {"dims": ["vin"], "mean": [0, 0], "std": [1, 1]}})
raises(orrery.InputError, "statistics: a number of the statistics is not finite", setattr, m, "statistics", {"coarse": {"dims": ["vin"], "mean": [0, 0], "std": [1, np.nan]}})
m.measure(**arrays)
before = m.state_dict()

# Names.
raises(orrery.InputError, "finer reads no 'corse'; did you mean 'coarse'.*note: it reads coarse .time any", m.finer, corse=coarse)
raises(orrery.InputError, r"finer needs 'coarse'\n.*small.orr:\d+: note: the model reads coarse", m.finer)
raises(orrery.InputError, "no predict entry 'finr'; did you mean 'finer'", m.predict, "finr", coarse=coarse)
try:
    m.finr
    raise SystemExit("no error")
except AttributeError as error:
    assert "did you mean 'finer'" in str(error)

# Dims: the dim, both sizes, where each comes from.
error = raises(
    orrery.InputError,
    r"^coarse: dim 'lat' is 4 in the model, and 3 in the array \(axis 2\); the array is \(48, 2, 3, 8\) \[E0503\]\n.*small.orr:\d+: note: the model reads coarse",
    m.finer,
    coarse=coarse[:, :, :3],
)
assert isinstance(error, ValueError) and error.code == "E0503" and error.exit == 4
raises(orrery.InputError, r"coarse: has 4 dims \[time, vin, lat, lon\], and the array 3", m.finer, coarse=coarse[0])
raises(orrery.InputError, r"dim 'vin' is 2 in the model, and 1", m.finer, coarse=torch.from_numpy(coarse[:, :1]))
raises(orrery.InputError, r"dim 'lat' is 4 in the model, but 'lat' of variable 'u' is 3", m.finer, coarse=sets["coarse"].isel(lat=slice(3)))
raises(orrery.InputError, r"variable 'u' is .time 48, latitude 4, lon 8.; field 'coarse' .time, vin, lat, lon. has no dim 'latitude'.*help: if it is 'lat'", m.finer, coarse=sets["coarse"].rename(lat="latitude"))
raises(orrery.InputError, "no variable 'v' in the Dataset.*it has: u", m.finer, coarse=sets["coarse"][["u"]])
raises(orrery.InputError, "dim 'time': a loss of 'Small' is of a batch of 16 samples, and these are 5.*train.batch.: 5", m.loss, coarse=coarse[:5], fine=arrays["fine"][:5])
raises(orrery.InputError, "field 'fine' has 15 samples along 'time', but 'coarse' has 16", m.loss, coarse=coarse[:16], fine=arrays["fine"][:15])

# Numbers.
raises(orrery.InputError, "coarse: holds elements of type 'Zf', and real numbers", m.finer, coarse=coarse.astype("c8"))
raises(orrery.InputError, "coarse: holds elements of type '>f'", m.finer, coarse=coarse.astype(">f4"))
raises(orrery.InputError, "'coarse' is list, and an array is wanted", m.finer, coarse=coarse.tolist())
holes = coarse.copy()
holes[7, 1, 0, 0] = np.nan
raises(orrery.InputError, "variable 'v' of field 'coarse' lacks .* of its values.*first at time 7", m.finer, coarse=holes)

# Units of xarray are converted; those that do not convert are refused.
def measured(factor, unit):
    return sets["coarse"].assign({name: (sets["coarse"][name] * factor).assign_attrs(units=unit) for name in "uv"})


metres = scaled.scaled(coarse=measured(1, "m/s"))
assert np.allclose(metres["u"], sets["coarse"]["u"])
assert np.allclose(scaled.scaled(coarse=measured(3.6, "km/h"))["u"], metres["u"], rtol=1e-5, atol=1e-5)
raises(orrery.InputError, 'is in "K" in the file, "m/s" in the model', scaled.scaled, coarse=measured(1, "K"))

# Weights: nothing changes unless all fit.
state = m.state_dict()
name = "blocks.0.block.norm1.weight"
raises(orrery.InputError, f"{name}: dim 'D' is 16 in the model and 3 in the array .E0601.*model's is .D", m.set_parameters, state | {"place": state["place"] + 1, name: np.ones(3)})
raises(orrery.InputError, "1 are not known, 1 are missing.*no parameter 'plase'; did you mean 'place'.*'place' is missing", m.set_parameters, {("plase" if k == "place" else k): v for k, v in state.items()})
np.savez(f"{folder}/weights.npz", **state)
raises(orrery.InputError, "weights.npz", m.load, f"{folder}/weights.npz")
raises(orrery.InputError, "nothing", m.load, f"{folder}/nothing")
assert all(same(m.parameters[k], before[k]) for k in before)
m.set_parameters({"place": before["place"] + 1}, strict=False)
assert same(m.parameters["place"], before["place"] + 1)

# Training: options as on the command line.
raises(orrery.InputError, "unknown option '--step'; did you mean '--steps'", m.train, step=3)
raises(orrery.InputError, "train reads no 'corse'", m.train, {"corse": coarse})
raises(orrery.InputError, "no such file", m.train, {"coarse": f"{folder}/nothing.nc"}, out=f"{folder}/x", steps=1)
raises(orrery.InputError, "the train split .* has no samples", m.train, arrays, out=f"{folder}/x", steps=1)  # years, and no time
assert not os.path.exists(f"{folder}/x")
constant = {name: dataset.copy(deep=True) for name, dataset in sets.items()}
constant["coarse"]["v"][:] = 4
with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    m.train(constant, out=f"{folder}/constant", steps=1)
assert "'v' of field 'coarse' is constant (4)" in str(heard[0].message), heard
print("every error is told")
