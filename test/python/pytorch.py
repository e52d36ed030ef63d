"""Weights move both ways by name between a module of PyTorch and a compiled model; both then compute the same. A model of
fields, and one of structures."""
import sys

import ase.io
import ase.neighborlist
import numpy as np
import orrery
import torch
from safetensors.torch import load_file, save_file

import atoms as potentials
import compare
import winds
from small import ROOT, close

folder = sys.argv[1]


class Downscaler:
    """models/climate/winds.orr"""

    def __init__(self):
        self.module = winds.Winds(width=32, depth=1).double()
        self.fields = {name: torch.randn(1, *shape, dtype=torch.float64) for name, shape in winds.example()[1].items()}
        self.m = orrery.compile(ROOT / "models" / "climate" / "winds.orr", plain=True, set={"D": 32, "depth": 1, "rate": 0, "train.batch": 1})
        self.m.statistics = {  # so that fields are what the module of PyTorch takes
            name: {"dims": [field.dims[1]], "mean": np.zeros(field.shape[1]), "std": np.ones(field.shape[1])} for name, field in self.m.inputs.items()
        }

    def expected(self):
        found = compare.evaluate(self.module, winds, self.fields)
        return {name.removeprefix("prediction."): value for name, value in found.items()}

    def computed(self):
        loss, gradients = self.m.loss_and_gradients(**self.fields)
        fine = self.m.downscale(coarse=self.fields["coarse"], ground=self.fields["ground"])
        return {"loss": loss, "fine": fine} | {f"gradient.{name}": value for name, value in gradients.items()}


class PaiNN(torch.nn.Module):
    """Parameters by the names and shapes of models/atoms/painn.orr, and the equations of test/oracle/atoms.py."""

    def __init__(self, shapes):
        super().__init__()
        for name, shape in shapes.items():
            *path, last = name.split(".")
            module = self
            for part in path:
                if not hasattr(module, part):
                    module.add_module(part, torch.nn.Module())
                module = getattr(module, part)
            module.register_parameter(last, torch.nn.Parameter(torch.randn(shape, dtype=torch.float64) / 3))

    def forward(self, graph, positions):
        energy = potentials.painn(potentials.Weights(dict(self.named_parameters())), graph, positions)
        return energy, -torch.autograd.grad(energy.sum(), positions, create_graph=True)[0]


class Graph:
    """Structures laid end to end, with ASE's neighbours."""

    def __init__(self, sources):
        frames = [atoms for some in sources.values() for atoms in some]
        ends, sizes = [], [len(atoms) for atoms in frames]
        for first, atoms in zip(np.cumsum([0, *sizes]), frames):
            i, j, shift = ase.neighborlist.neighbor_list("ijS", atoms, potentials.CUTOFF)
            ends.append((i + first, j + first, shift @ atoms.cell.array))
        self.src, self.dst, self.shift = (torch.from_numpy(np.concatenate(arrays)) for arrays in zip(*ends))
        self.frames, self.sizes = len(frames), torch.tensor(sizes)
        self.frame = torch.arange(self.frames).repeat_interleave(self.sizes)
        self.source = torch.tensor([s for s, some in enumerate(sources.values()) for _ in some])
        self.z = torch.from_numpy(np.concatenate([atoms.numbers for atoms in frames]))
        self.positions = torch.from_numpy(np.concatenate([atoms.positions for atoms in frames])).requires_grad_()

    def vectors(self, positions):
        return positions[self.dst] - positions[self.src] + self.shift


class Potential:
    """models/atoms/painn.orr"""

    def __init__(self):
        file = ROOT / "models" / "atoms" / "painn.orr"
        self.m = orrery.compile(file, plain=True, set={"D": 6, "layers": 2, "rbf": 5, "train.batch": 5})
        self.module = PaiNN({name: array.shape for name, array in self.m.parameters.items()})
        data = {"emt": "metals_emt", "xtb": "molecules_xtb"}
        self.frames = {source: ase.io.read(file.parent / "data" / f"{name}.extxyz", ":")[:n] for (source, name), n in zip(data.items(), (2, 3))}
        self.graph = Graph(self.frames)
        reference = np.random.default_rng(0).normal(size=(2, 97))
        self.m.statistics = {"energy": {"reference": reference}}
        kinds = torch.from_numpy(reference)[self.graph.source[self.graph.frame], self.graph.z]
        self.reference = potentials.add_up(kinds, self.graph.frame, self.graph.frames)
        labels = [(atoms.get_potential_energy(), atoms.get_forces()) for some in self.frames.values() for atoms in some]
        self.energy = torch.tensor([energy for energy, _ in labels])
        self.forces = torch.from_numpy(np.concatenate([forces for _, forces in labels]))

    def expected(self):
        energy, forces = self.module(self.graph, self.graph.positions)
        energy = energy + self.reference
        loss = ((energy - self.energy).abs() / self.graph.sizes).mean() + 10 * (forces - self.forces).abs().mean()
        self.module.zero_grad()
        loss.backward()
        slopes = {name: torch.zeros_like(p) if p.grad is None else p.grad for name, p in self.module.named_parameters()}
        return {"loss": loss.detach(), "energy": energy.detach(), "forces": forces.detach()} | {f"gradient.{name}": slope for name, slope in slopes.items()}

    def computed(self):
        loss, gradients = self.m.loss_and_gradients(**self.frames)
        energy, forces = self.m.potential(**self.frames)
        return {"loss": loss, "energy": energy, "forces": np.concatenate(forces)} | {f"gradient.{name}": value for name, value in gradients.items()}


def agree(model, tolerance):
    expected, computed = model.expected(), model.computed()
    assert expected.keys() == computed.keys(), expected.keys() ^ computed.keys()
    floor = 1e-3 * max(value.abs().max().item() for name, value in expected.items() if name.startswith("gradient."))
    for name, value in expected.items():
        scale = max(value.abs().max().item(), floor if name.startswith("gradient.") else 0)
        error = np.abs(np.asarray(computed[name]) - value.numpy()).max() / scale
        assert error <= tolerance, (name, error)


def both_ways(model, tolerance):
    m, module, file = model.m, model.module, f"{folder}.safetensors"
    assert set(m.parameters) == set(dict(module.named_parameters()))
    try:
        agree(model, tolerance)
        raise SystemExit("other weights, and yet the same results")
    except AssertionError:
        pass
    # PyTorch -> Orrery, in memory and through a file.
    m.set_parameters(compare.randomised(module, 1).state_dict())
    agree(model, tolerance)
    save_file({name: value.contiguous() for name, value in compare.randomised(module, 2).state_dict().items()}, file)
    m.load(file)
    agree(model, tolerance)
    # Orrery -> PyTorch.
    m.initialize(seed=5)
    module.load_state_dict({name: torch.from_numpy(array) for name, array in m.state_dict().items()})
    agree(model, tolerance)
    m.initialize(seed=6)
    m.save(file)
    module.load_state_dict(load_file(file))
    agree(model, tolerance)
    # A weight that changes on one side changes what that side computes, until it is moved.
    m.parameters[next(iter(m.parameters))][:] *= 1.5
    assert not close(model.computed()["loss"], model.expected()["loss"], tolerance)
    module.load_state_dict({name: torch.from_numpy(array) for name, array in m.state_dict().items()})
    agree(model, tolerance)


torch.manual_seed(0)
both_ways(Downscaler(), 1e-11)
both_ways(Potential(), 1e-9)
print("weights move both ways")
