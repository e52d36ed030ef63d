"""The models of models/atoms in PyTorch, from the equations: loss, its gradient through the forces (double backward), predictions.

atoms.py MODEL DUMP --tolerance T     DUMP is what `gradient` writes: parameter.NAME, field.NAME, map.NAME.index, and what it computed:
                                      loss, gradient.NAME, prediction.energy, prediction.forces
"""
import argparse
import math
import sys

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

CUTOFF = 5.0
CHARGE, SPIN = 2, 3  # of every structure, where a model takes them


class Weights:
    """Parameters of one layer by the rest of their names."""

    def __init__(self, parameters, prefix=""):
        self.parameters, self.prefix = parameters, prefix

    def at(self, name):
        return Weights(self.parameters, f"{self.prefix}{name}.")

    def __getitem__(self, name):
        return self.parameters[self.prefix + name]

    def __contains__(self, name):
        return self.prefix + name in self.parameters

    def linear(self, name, x, source=None):
        """[n, ..., in] -> [n, ..., out...]; with `source` [n], the weights of each one's own set."""
        w = self[f"{name}.weight"]
        b = self[f"{name}.bias"] if f"{name}.bias" in self else None
        if source is not None:
            # What every source would make of it, then each one's own: less than a matrix for each atom.
            y = torch.einsum("ni,s...i->ns...", x, w) + b
            return y[torch.arange(len(x)), source]
        y = torch.tensordot(x, w, dims=([-1], [w.dim() - 1]))
        return y if b is None else y + b

    def mlp(self, name, x, act, source=None):
        i = 1
        while f"{name}.fc{i}.weight" in self:
            if i > 1:
                x = act(x)
            x = self.linear(f"{name}.fc{i}", x, source)
            i += 1
        return x


def add_up(x, index, count):
    return torch.zeros(count, *x.shape[1:], dtype=x.dtype).index_add(0, index, x)


def length(x, dim):
    """The norm, with slope 0 at 0."""
    square = (x * x).sum(dim)
    there = square > 0
    return torch.where(there, torch.sqrt(torch.where(there, square, 1.0)), 0.0)


def envelope(r):
    return torch.where(r < CUTOFF, 0.5 * (torch.cos(math.pi * r / CUTOFF) + 1), 0.0)


def sines(r, count):
    n = torch.arange(1, count + 1, dtype=r.dtype)
    return torch.sin(r[:, None] * n * math.pi / CUTOFF) / r[:, None]


# Angstrom, of the elements that the data has.
RADIUS = {1: 0.31, 3: 1.51, 6: 0.76, 7: 0.71, 8: 0.66, 9: 0.57, 11: 1.83, 13: 1.43, 14: 1.11, 15: 1.07, 16: 1.05, 17: 1.02}
RADIUS |= {28: 1.24, 29: 1.28, 46: 1.38, 47: 1.45, 78: 1.39, 79: 1.44}


def embedded_atom(p, g, r):
    """Energies of atoms: pairs repel, and an atom gains from the density that its neighbours bring (Daw and Baskes; Banerjea and Smith)."""
    size = torch.tensor([RADIUS[int(z)] for z in g.z], dtype=r.dtype)
    x = r / (size[g.src] + size[g.dst]) - 1
    t = r / CUTOFF
    late = torch.where(t < 1, 1 - 28 * t**6 + 48 * t**7 - 21 * t**8, 0.0)
    strength, steepness = 4 * p["repulsion"][g.z], 2 * p["stiffness"][g.z]
    pairs = 0.1 * torch.exp(strength[g.src] + strength[g.dst]) * torch.exp(-10 * torch.exp(steepness[g.src] + steepness[g.dst]) * x)
    density = torch.exp(4 * p["density"][g.z])[g.src] * torch.exp(-5 * torch.exp(4 * p["reach"][g.z])[g.src] * x)
    rho = add_up(density * late, g.dst, len(g.z)) / 12 + 1e-4
    power = 0.6 * torch.exp(p["curve"][g.z])
    return add_up(pairs * late, g.dst, len(g.z)) - 2 * torch.exp(4 * p["gain"][g.z]) * torch.exp(power * torch.log(rho)) * (1 - power * torch.log(rho))


def painn(p, g, pos):
    n = len(pos)
    d = g.vectors(pos)
    r = length(d, 1)
    s = p["species"][g.z]
    v = torch.zeros(n, 3, s.shape[1], dtype=s.dtype)
    i = 0
    while f"conv.{i}.message.phi.fc1.weight" in p:
        m = p.at(f"conv.{i}.message")
        w = m.linear("filter", sines(r, m["filter.weight"].shape[-1])) * envelope(r)[:, None, None]
        x = w * m.mlp("phi", s, F.silu)[g.src]
        dv = x[:, None, 0] * v[g.src] + x[:, None, 1] * (d / r[:, None])[:, :, None]
        s, v = s + add_up(x[:, 2], g.dst, n), v + add_up(dv, g.dst, n)
        u = p.at(f"conv.{i}.update")
        a, b = u.linear("U", v), u.linear("V", v)
        x = u.mlp("mlp", torch.cat([length(b, 1), s], 1), F.silu)
        s, v = s + x[:, 1] * (a * b).sum(1) + x[:, 2], v + x[:, None, 0] * a
        i += 1
    energy = add_up(p.mlp("readout", s, F.silu, g.source[g.frame]), g.frame, g.frames)
    if "embedded.gain" in p:
        energy = energy + add_up(embedded_atom(p.at("embedded"), g, r), g.frame, g.frames)
    return energy


def schnet(p, g, pos):
    ssp = lambda x: F.softplus(x) - math.log(2)
    n = len(pos)
    r = length(g.vectors(pos), 1)
    s = p["species"][g.z]
    i = 0
    while f"conv.{i}.interaction.inner.weight" in p:
        m = p.at(f"conv.{i}.interaction")
        count = m["filter1.weight"].shape[-1]
        spacing = CUTOFF / (count - 1)
        basis = torch.exp(-0.5 * ((r[:, None] - spacing * torch.arange(count, dtype=r.dtype)) / spacing) ** 2)
        w = m.linear("filter2", ssp(m.linear("filter1", basis))) * envelope(r)[:, None]
        x = add_up(m.linear("inner", s)[g.src] * w, g.dst, n)
        s = s + m.linear("outer2", ssp(m.linear("outer1", x)))
        i += 1
    source = g.source[g.frame]
    return add_up(p.linear("readout2", ssp(p.linear("readout1", s, source)), source), g.frame, g.frames)


def egnn(p, g, pos):
    n = len(pos)
    e = envelope(length(g.vectors(pos), 1))
    h, x = p["species"][g.z], pos

    def message(m, d):
        a = m.linear("here", h)[g.dst] + m.linear("there", h)[g.src] + (d * d).sum(1)[:, None] * m["distance"]
        return F.silu(m.linear("second", F.silu(a))) * e[:, None]

    i = 0
    while f"conv.{i}.step.message.distance" in p:
        m = p.at(f"conv.{i}.step")
        d = g.vectors(x)
        a = message(m.at("message"), d)
        x = x + 0.1 * add_up(d * (m.linear("coord2", F.silu(m.linear("coord1", a))) * e)[:, None], g.dst, n)
        h = h + m.mlp("node", torch.cat([h, add_up(a, g.dst, n)], 1), F.silu)
        i += 1
    m = p.at("last")
    h = h + m.mlp("node", torch.cat([h, add_up(message(m.at("message"), g.vectors(x)), g.dst, n)], 1), F.silu)
    return add_up(p.mlp("readout", h, F.silu, g.source[g.frame]), g.frame, g.frames)


def hydragnn_painn(p, g, pos):
    """src is the end that receives, as HydraGNN has it."""
    n = len(pos)
    d = g.vectors(pos)
    r = length(d, 1)
    u = d / (r[:, None] + 1e-9) / r[:, None]
    s = g.z.to(pos.dtype)[:, None]
    v = torch.zeros(n, 3, 1, dtype=pos.dtype)
    for name in ("first", "last"):
        m = p.at(name)
        w = m.linear("filter", sines(r, m["filter.weight"].shape[-1])) * envelope(r)[:, None, None]
        x = w * m.mlp("phi", s, F.silu)[g.dst]
        s = s + add_up(x[:, 2], g.src, n)
        v = v + add_up(x[:, None, 0] * v[g.dst] + x[:, None, 1] * u[:, :, None], g.src, n)
        a, b = m.linear("U", v), m.linear("V", v)
        x = m.mlp("mlp", torch.cat([length(b, 1), s], 1), F.silu)
        if name == "first":
            s, v = s + x[:, 1] * (a * b).sum(1) + x[:, 2], m.linear("widen", v + x[:, None, 0] * a)
        else:
            s = s + x[:, 0] * (a * b).sum(1) + x[:, 1]
        s = m.mlp("resize", s, torch.tanh)
        if "condition.project.weight" in p:
            s = p.at("condition").linear("project", torch.cat([s, s.new_tensor([CHARGE, SPIN]).expand(n, 2)], 1))
        s = F.relu(s)
    pooled = add_up(s, g.frame, g.frames)
    return p.mlp("head", F.relu(p.mlp("shared", pooled, F.relu, g.source)), F.relu, g.source)


MODELS = {"painn": painn, "schnet": schnet, "egnn": egnn, "hydragnn_painn": hydragnn_painn}
FORCES = 10  # their weight in the loss


class Graph:
    def __init__(self, dump):
        index = lambda name: dump[f"map.{name}.index"].long()
        self.src, self.dst, self.frame = index("edge.src"), index("edge.dst"), index("atom.frame")
        self.z = index("z")
        self.cell, self.image = dump["field.cell"].double(), dump["field.image"].double()  # widened for comparisons
        self.frames = len(self.cell)
        name = "frame.source" if "map.frame.source.index" in dump else "atom.frame.source"
        self.source = index(name)
        if name != "frame.source":
            self.source = torch.zeros(self.frames, dtype=torch.long).index_copy(0, self.frame, self.source)

    def vectors(self, pos):
        shift = torch.einsum("ea,eax->ex", self.image, self.cell[self.frame[self.src]])
        return pos[self.dst] - pos[self.src] + shift


def compute(model, dump):
    parameters = {k[10:]: v.double().requires_grad_() for k, v in dump.items() if k.startswith("parameter.")}
    g = Graph(dump)
    pos = dump["field.pos"].double().requires_grad_()
    energy = MODELS[model](Weights(parameters), g, pos)
    forces = -torch.autograd.grad(energy.sum(), pos, create_graph=True)[0]
    n = torch.bincount(g.frame, minlength=g.frames)
    loss = ((energy - dump["field.energy"].double()).abs() / n).mean() + FORCES * (forces - dump["field.forces"].double()).abs().mean()
    gradients = torch.autograd.grad(loss, list(parameters.values()), allow_unused=True)
    result = {"loss": loss, "prediction.energy": energy, "prediction.forces": forces}
    for (name, p), gradient in zip(parameters.items(), gradients):
        result[f"gradient.{name}"] = torch.zeros_like(p) if gradient is None else gradient
    return {k: v.detach() for k, v in result.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("dump")
    parser.add_argument("--tolerance", type=float, default=1e-9)
    args = parser.parse_args()
    dump = load_file(args.dump)
    expected = compute(args.model, dump)
    floor = 1e-3 * max(v.abs().max().item() for k, v in expected.items() if k.startswith("gradient."))
    worst, wrong = (0.0, ""), 0
    for name, value in expected.items():
        given = dump[name].double().reshape(value.shape)
        scale = max(value.abs().max().item(), floor if name.startswith("gradient.") else 0.0)
        error = (given - value).abs().max().item() / scale
        worst = max(worst, (error, name))
        if not error <= args.tolerance:
            print(f"{name}: relative error {error:.2e}, more than {args.tolerance:.0e}")
            wrong += 1
    print(f"{len(expected)} tensors compared, largest relative error {worst[0]:.2e} ({worst[1]})")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
