"""HydraGNN's PaiNN as its modules are nested and named: weights by its names, which hydragnn_painn.orr must read, energies and forces to compare with.

hydragnn.py weights OUT [--released]             random weights, f64
hydragnn.py check WEIGHTS DUMP [--released]      DUMP is what `gradient --init WEIGHTS --names hydragnn.names` wrote

--released: as the released models are: U, V and the widening of vectors have a bias, charge and spin join the atoms after each layer, and the
checkpoint was written by a potential (model.) under DDP (module.).
"""
import argparse
import sys

import torch
from atoms import CHARGE, SPIN, Graph, add_up, envelope, length, sines
from safetensors.torch import load_file, save_file
from torch import nn

HIDDEN, RADIAL, SHARED, HEAD, BRANCHES = 8, 4, 6, 7, 2


def pair(a, b, c, act):
    return nn.Sequential(nn.Linear(a, b), act, nn.Linear(b, c))


class Message(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.scalar_message_mlp = pair(size, size, 3 * size, nn.SiLU())
        self.filter_layer = nn.Linear(RADIAL, 3 * size)

    def forward(self, s, v, g, d, unit):
        m = self.filter_layer(sines(d, RADIAL)) * envelope(d)[:, None] * self.scalar_message_mlp(s)[g.dst]
        gate, along, plain = m.chunk(3, 1)
        dv = v[g.dst] * gate[:, None] + along[:, None] * (unit / d[:, None])[:, :, None]
        return s + add_up(plain, g.src, len(s)), v + add_up(dv, g.src, len(s))


class Update(nn.Module):
    def __init__(self, size, last, bias):
        super().__init__()
        self.update_U, self.update_V = nn.Linear(size, size, bias=bias), nn.Linear(size, size, bias=bias)
        self.update_mlp = pair(2 * size, size, (2 if last else 3) * size, nn.SiLU())
        self.last = last

    def forward(self, s, v):
        u, w = self.update_U(v), self.update_V(v)
        parts = self.update_mlp(torch.cat([length(w, 1), s], 1)).chunk(2 if self.last else 3, 1)
        s = s + parts[-2] * (u * w).sum(1) + parts[-1]
        return (s, v) if self.last else (s, v + parts[0][:, None] * u)


class Layer(nn.Module):
    def __init__(self, size, out, last, bias):
        super().__init__()
        self.module_0, self.module_1, self.module_2 = Message(size), Update(size, last, bias), pair(size, out, out, nn.Tanh())
        self.module_3 = None if last else nn.Linear(size, out, bias=bias)

    def forward(self, s, v, *rest):
        s, v = self.module_1(*self.module_0(s, v, *rest))
        return self.module_2(s), v if self.module_3 is None else self.module_3(v)


class Stack(nn.Module):
    def __init__(self, released):
        super().__init__()
        self.graph_convs = nn.ModuleList([Layer(1, HIDDEN, False, released), Layer(HIDDEN, HIDDEN, True, released)])
        self.graph_concat_projector = nn.Linear(HIDDEN + 2, HIDDEN) if released else None
        relu = nn.ReLU()
        self.graph_shared = nn.ModuleDict({f"branch-{k}": nn.Sequential(nn.Linear(HIDDEN, SHARED), relu, nn.Linear(SHARED, SHARED), relu) for k in range(BRANCHES)})
        head = lambda: nn.Sequential(nn.Linear(SHARED, HEAD), relu, nn.Linear(HEAD, HEAD), relu, nn.Linear(HEAD, 1))
        self.heads_NN = nn.ModuleList([nn.ModuleDict({f"branch-{k}": head() for k in range(BRANCHES)})])

    def forward(self, g, pos):
        vectors = g.vectors(pos)
        d = length(vectors, 1)
        s, v = g.z.to(pos.dtype)[:, None], torch.zeros(len(pos), 3, 1, dtype=pos.dtype)
        for layer in self.graph_convs:
            s, v = layer(s, v, g, d, vectors / (d[:, None] + 1e-9))
            if self.graph_concat_projector is not None:
                s = self.graph_concat_projector(torch.cat([s, s.new_tensor([CHARGE, SPIN]).expand(len(s), 2)], 1))
            s = torch.relu(s)
        pooled = add_up(s, g.frame, g.frames)
        energy = torch.zeros(g.frames, dtype=pos.dtype)
        for k in range(BRANCHES):
            mine = g.source == k
            name = f"branch-{k}"
            energy = energy.masked_scatter(mine, self.heads_NN[0][name](self.graph_shared[name](pooled[mine]))[:, 0])
        return energy


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["weights", "check"])
    parser.add_argument("weights")
    parser.add_argument("dump", nargs="?")
    parser.add_argument("--released", action="store_true")
    args = parser.parse_args()
    torch.manual_seed(5)
    model = Stack(args.released).double()
    if args.command == "weights":
        state = {("module.model." if args.released else "") + k: v for k, v in model.state_dict().items()}
        save_file({k.removeprefix("module.").removeprefix("model."): v.contiguous() for k, v in state.items()}, args.weights)
        return
    model.load_state_dict(load_file(args.weights))
    dump = load_file(args.dump)
    g = Graph(dump)
    assert len(set(g.source.tolist())) == BRANCHES, "the batch does not reach every branch"
    pos = dump["field.pos"].double().requires_grad_()
    energy = model(g, pos)
    forces = -torch.autograd.grad(energy.sum(), pos)[0]
    for name, value in (("energy", energy), ("forces", forces)):
        error = ((dump[f"prediction.{name}"] - value).abs().max() / value.abs().max()).item()
        print(f"{name}: relative error {error:.1e}")
        if not error < 1e-9:
            sys.exit(1)


if __name__ == "__main__":
    main()
