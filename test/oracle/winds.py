"""models/climate/winds.orr in PyTorch: same parameter names and shapes, same start, same loss."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from layers import Conv, Linear, Mlp, Step, attend, sincos, total_variation

FIELDS = ("coarse", "ground", "fine")


class Winds(nn.Module):
    def __init__(self, lat=18, lon=36, width=128, heads=4, depth=2, patch=2, mag=4, channels=16, pattern=32):
        super().__init__()
        vin, vout, fixed = 4, 2, 2
        row, col, q = lat // patch, lon // patch, mag * patch
        self.patch, self.mag, self.depth, self.heads = patch, mag, depth, heads
        self.up = Conv(vin, (channels, mag, mag), 3)
        self.mixed = Conv(channels, (channels,), 3)
        self.relief = Conv(fixed, (channels,), 3)
        self.out = Conv(channels, (vout,), 3)
        self.gain = nn.Parameter(torch.ones(vout))
        self.embed = Linear([patch, patch], [width], per=[vin])
        self.kind = nn.Parameter(torch.zeros(vin, width))
        self.query = nn.Parameter(torch.zeros(heads, width // heads))
        self.key = Linear([width], [heads, width // heads])
        self.value = Linear([width], [heads, width // heads])
        self.mix = Linear([heads, width // heads], [width])
        self.blocks = nn.ModuleList([Step(width, heads, 2 * width) for _ in range(depth)])
        self.norm = nn.LayerNorm(width)
        self.head1 = Mlp([width], [width], [pattern])
        self.patterns = nn.Parameter(0.02 * torch.randn(row, col, pattern, q, q, vout))
        self.usual = nn.Parameter(torch.zeros(row, col, q, q, vout))
        self.register_buffer("where", sincos(row, col, width), persistent=False)

    def forward(self, x, ground):
        batch, vin, lat, lon = x.shape
        mag, patch = self.mag, self.patch
        row, col = lat // patch, lon // patch

        near = self.up(x).permute(0, 1, 4, 2, 5, 3).reshape(batch, -1, mag * lat, mag * lon)
        coarse = F.interpolate(x[:, :2], scale_factor=mag, mode="bilinear", align_corners=False)
        skip = self.out(F.gelu(self.mixed(near) + self.relief(ground))) + self.gain[:, None, None] * coarse

        t = x.reshape(batch, vin, row, patch, col, patch).permute(0, 2, 4, 1, 3, 5)
        t = self.embed(t) + self.kind
        t = self.mix(attend(self.query.expand(*t.shape[:3], 1, -1, -1), self.key(t), self.value(t))[..., 0, :, :])
        t = t + self.where.to(t.dtype)
        for i, step in enumerate(self.blocks):
            t = step.block(t, 0.1 * i / self.depth)

        share = F.dropout(self.head1(self.norm(t)), 0.2, self.training)
        y = torch.einsum("brck,rckijv->brcijv", share, self.patterns) + self.usual
        return skip + y.permute(0, 5, 1, 3, 2, 4).reshape(batch, -1, mag * lat, mag * lon)


def example():
    """A module of the model's size and the shapes of its fields for one batch."""
    return Winds(), {"coarse": (4, 18, 36), "ground": (2, 72, 144), "fine": (2, 72, 144)}


def predict(module, fields):
    return module(fields["coarse"], fields["ground"])


def loss(module, fields):
    p = predict(module, fields)
    return ((p - fields["fine"]) ** 2 + 0.002 * total_variation(p)).mean()
