"""Structures in memory are what they are in files: predictions, loss, gradients, training; what is wrong with them is told."""
import dataclasses
import pathlib
import re
import sys
import warnings

import ase
import ase.io
import numpy as np
import orrery
import torch
import orrery.ase
import orrery.structures
from ase.calculators.fd import calculate_numerical_stress
from ase.calculators.singlepoint import SinglePointCalculator

from small import ROOT, close, raises, same

folder = sys.argv[1]
model = ROOT / "models" / "atoms" / "painn.orr"
files = {"emt": model.parent / "data" / "metals_emt.extxyz", "xtb": model.parent / "data" / "molecules_xtb.extxyz"}
frames = {source: ase.io.read(file, ":") for source, file in files.items()}
small = {"D": 8, "layers": 1, "rbf": 6, "train.batch": 6}

m = orrery.compile(model, set=small)
assert list(m.inputs) == ["emt", "xtb"] and "forces" in str(m.inputs["emt"]) and "forces" not in str(m.potential.inputs["emt"])
raises(orrery.InputError, "takes reference energies of 'z' from energy.*measure", m.potential, emt=frames["emt"][0])
m.measure()  # of the model's files
known = m.statistics
assert known["energy"]["dims"] == ["source", "element"] and known["energy"]["reference"][1][1] < -10, known["energy"]["reference"][1][:9]
m.measure(**frames)
assert m.statistics == known

# A file, Atoms of ASE, dicts of any arrays: the same bits, in the order given.
energy, forces = m.potential(emt=files["emt"], xtb=files["xtb"])
assert energy.shape == (162,) and energy.dtype == np.float64 and [f.shape for f in forces] == [(len(a), 3) for f in frames.values() for a in f]
again = m.potential(**frames)
assert same(again[0], energy) and all(map(same, again[1], forces))


def plain(atoms, real=np.asarray):
    return {"numbers": real(atoms.numbers), "positions": real(atoms.positions), "cell": real(atoms.cell.array), "pbc": atoms.pbc.tolist()}


for real in (np.asarray, torch.from_numpy, lambda a: np.asarray(a, ">f8".replace(">", "=")).tolist()):
    some = m.potential(emt=[plain(atoms, real) for atoms in frames["emt"][:3]], xtb=({"numbers": a.numbers, "positions": a.positions} for a in frames["xtb"][:2]))
    assert same(some[0], np.concatenate([energy[:3], energy[42:44]])) and all(map(same, some[1], forces[:3] + forces[42:44]))
one = m.potential(emt=frames["emt"][7])
assert float(one[0]) == energy[7] and same(one[1], forces[7])
assert float(m.predict("potential", xtb=frames["emt"][7])[0]) != energy[7]  # another readout

# Rows of larger structures are sorted for locality, and come back in their own order.
large = frames["emt"][0] * (3, 3, 3)
shuffled = np.random.default_rng(0).permutation(len(large))
straight, mixed = m.potential(emt=[large, large[shuffled]])[1]
assert len(large) > 64 and close(mixed, straight[shuffled], 1e-4) and close(straight[:4], m.potential(emt=frames["emt"][0])[1], 1e-3)

# Loss and gradients of a batch: from files and from memory; the labels of ASE are those of a calculator, or of info and arrays.
ase.io.write(f"{folder}.emt.extxyz", frames["emt"][:4])
ase.io.write(f"{folder}.xtb.extxyz", frames["xtb"][:2])
loss, gradients = m.loss_and_gradients(emt=f"{folder}.emt.extxyz", xtb=f"{folder}.xtb.extxyz")
labelled = []
for atoms in frames["emt"][:4]:
    copy = ase.Atoms(atoms.numbers, atoms.positions, cell=atoms.cell, pbc=atoms.pbc)
    copy.info["energy"], copy.arrays["forces"] = atoms.get_potential_energy(), atoms.get_forces()
    labelled.append(copy)
for given in (frames["emt"][:4], labelled):
    other, slopes = m.loss_and_gradients(emt=given, xtb=frames["xtb"][:2])
    assert other == loss and all(same(slopes[name], gradients[name]) for name in gradients)
assert isinstance(frames["emt"][0].calc, SinglePointCalculator) and close(loss, sum(m.loss_terms(emt=labelled, xtb=frames["xtb"][:2]).values()), 1e-6)
scores = m.evaluate(emt=frames["emt"][:9])
assert scores["samples"] == 9 and set(scores["reports"][0]["per"]) == {"emt", "xtb"}, scores

# A training on structures in memory is one on their files.
first, expected = m.state_dict(), []
for data in (None, frames):
    m.set_parameters(first)
    events = m.train(data, out=f"{folder}.{len(expected)}", steps=3).history
    expected.append([event["loss"] for event in events if event["event"] == "step"])
assert expected[0] == expected[1] and len(expected[0]) == 3
m.load(f"{folder}.1")
energy = m.potential(**frames)[0]
m.load(f"{folder}.0")
assert same(m.potential(**frames)[0], energy)
again = orrery.compile(model, set=small)
again.statistics = m.statistics
again.set_parameters(m.state_dict())
assert same(again.potential(**frames)[0], energy)

# A batch that a budget fills has any number of structures; its parts are others, the loss is the same.
filled = pathlib.Path(f"{folder}.filled.orr")
filled.write_text(re.sub(r"batch: \d+, ", "", model.read_text().replace("batch(over: frame)", "batch(over: frame, atoms: 64, edges: 9999)")))
assert filled.read_text().count("batch") == 1
f = orrery.compile(filled, set={key: value for key, value in small.items() if key != "train.batch"})
f.statistics = known
theirs, slopes = f.loss_and_gradients(emt=f"{folder}.emt.extxyz", xtb=f"{folder}.xtb.extxyz")
assert close(theirs, loss, 1e-5) and all(close(slopes[name], gradients[name], 1e-3) for name in gradients)
assert np.isfinite(f.loss(emt=f"{folder}.emt.extxyz", xtb=frames["xtb"][:1]))
assert close(f.potential(**frames)[0][42:45], f.potential(xtb=frames["xtb"][:3])[0], 1e-6)

# What is wrong: the source, the frame, what is there and what is wanted.
good = plain(frames["emt"][0])
without = lambda name: {key: value for key, value in good.items() if key != name}
batch = lambda **changed: [labelled[0], labelled[1], labelled[2], labelled[3], *frames["emt"][4:5], {**good, "energy": 1.0, "forces": np.zeros((4, 3)), **changed}]
for call, pattern in [
    (lambda: m.potential([good]), "2 sources of structures: emt, xtb.*name one"),
    (lambda: m.potential(emtt=good), "potential reads no 'emtt'; did you mean 'emt'"),
    (lambda: m.potential(), "potential needs 'emt', 'xtb'"),
    (lambda: m.potential(emt=[]), "emt: has no frames .E0510"),
    (lambda: m.potential(emt=3), "emt: 'emt' is int, and structures are wanted .E0513.*help: Atoms of ASE, dicts"),
    (lambda: m.potential(emt=[good, "H2O"]), "emt: frame 2 is str"),
    (lambda: m.potential(emt=[good, without("numbers")]), "emt: frame 2 has no 'numbers'"),
    (lambda: m.potential(emt=without("pbc")), "frame 1 has a 'cell' and no 'pbc'"),
    (lambda: m.potential(emt=[good, without("cell")]), "emt: frame 2: it is periodic .pbc., but has no cell .E0513"),
    (lambda: m.potential(emt={**good, "cell": np.diag([3.6, 3.6, 0])}), "emt: frame 1: it is periodic along c, but that cell vector is zero"),
    (lambda: m.potential(emt={**good, "pbc": "TTF"}), "emt: frame 1: 'pbc' is 'TTF', and True, False or three of them are wanted"),
    (lambda: m.potential(emt={**good, "pbc": [True, False]}), r"emt: frame 1: 'pbc' is \[True, False\], and"),
    (lambda: m.potential(emt={**good, "positions": torch.tensor(good["positions"], requires_grad=True)}), "emt: positions: .*require"),
    (lambda: m.potential(emt={**good, "positions": good["positions"].astype("M8[s]")}), "emt: positions: cannot include dtype 'M' in a buffer"),
    (lambda: m.potential(emt={**good, "cell": np.ones(3)}), r"frame 1: 'cell' is \[3\], and is three vectors"),
    (lambda: m.potential(emt={**good, "numbers": np.array([29, 29, 200, 29])}), "emt: frame 1: atom 3 is '200', which is no element of the model"),
    (lambda: m.potential(emt={**good, "positions": good["positions"][:3]}), r"emt: frame 1: 'positions' is \[3, 3\], and there are 4 atoms"),
    (lambda: m.potential(emt={**good, "positions": good["positions"][:, :2]}), "frame 1: column 'positions' has 2 numbers an atom, field 'pos' 3"),
    (lambda: m.potential(emt={**good, "positions": good["positions"] * np.nan}), "emt: frame 1: 'pos' is not finite .E0505"),
    (lambda: m.potential(emt={**good, "positions": good["positions"] * 0}), "emt: frame 1: .*atoms 1 and 2.*asked for here"),
    (lambda: m.potential(emt={"numbers": np.zeros(0), "positions": np.zeros((0, 3))}), "emt: frame 1: there are no atoms"),
    (lambda: m.potential(emt={**good, "numbers": np.array(list("CuCu"))}), "emt: numbers: holds elements of type"),
    (lambda: m.loss(emt=[good] * 6), r"emt: source 'emt' has no energy in 6 of 6 frames \(first: frame 1\).*E0507"),
    (lambda: m.loss(emt=batch(forces=np.zeros((3, 3)))), r"emt: frame 6: 'forces' is \[3, 3\], and there are 4 atoms"),
    (lambda: m.loss(emt=batch(forces=np.full((4, 3), np.inf))), "emt: frame 6: 'forces' is not finite"),
    (lambda: m.loss(emt=labelled), "a loss of 'PaiNN' is of a batch of 6 samples, and these are 4.*train.batch.: 4"),
    (lambda: setattr(m, "statistics", {"energy": {"reference": [[1.0], [2.0]]}}), "statistics: it has 1 reference energies of a source; the model has 97"),
    (lambda: m.train({"emt": [good]}, out=f"{folder}.x", steps=1), "source 'emt' has no energy"),
]:
    raises(orrery.InputError, pattern, call)
assert same(m.potential(**frames)[0], energy)  # nothing has changed

for along in (np.array(True), np.bool_(True), 1, np.ones(3), torch.ones(3, dtype=torch.bool)):
    assert same(m.potential(emt={**good, "pbc": along})[0], m.potential(emt=good)[0])
assert not same(m.potential(emt={**good, "pbc": [0, 1, 1]})[0], m.potential(emt=good)[0])

# Of an element that no training structure had, one is warned.
with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    m.potential(emt=[good, {**good, "numbers": [92, 29, 92, 29]}])
assert [re.search("no structure that source 'emt' was trained on has U .first: frame 2, emt.", str(w.message)) for w in heard] != [None] and len(heard) == 1, heard

# An atom alone has its reference energy, no force, and a word of warning.
with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    lonely = m.potential(xtb=[{"numbers": np.array([8]), "positions": np.zeros((1, 3))}, frames["xtb"][0]])
assert re.search("1 atoms have no neighbour .*atom 1 of frame 1, xtb", str(heard[0].message)), heard
assert np.isfinite(lonely[0]).all() and not lonely[1][0].any() and same(lonely[0][1:], energy[42:43])
# A matrix "stress" is ASE's: this model has the slope of the energy along strains, which ASE divides by the volume.
f = orrery.compile(ROOT / "test" / "diagnose" / "Inputs" / "faulty.orr", plain=True)
cell = ase.io.read(ROOT / "test" / "diagnose" / "Inputs" / "small.extxyz", 1)
cell.calc = orrery.ase.Calculator(f)
assert "stress" in cell.calc.implemented_properties and "stress" not in orrery.ase.Calculator(m, "emt").implemented_properties
slope = cell.get_stress()
assert close(slope, calculate_numerical_stress(cell, eps=1e-4) * cell.get_volume(), 1e-5) and np.ptp(slope) > 1e-3, slope
labels = orrery.structures.Source("a", (*f.source().fields, dataclasses.replace(f.fields["energy"], name="stress", variable="stress")), "frame")
matrix = cell.get_stress(voigt=False)
assert np.array_equal(np.reshape(labels.given(cell)[0]["frame"]["stress"], (3, 3)), matrix)

print("structures in memory are those of files")
