"""models/climate/reslim.orr in PyTorch, for any size: same parameter names and shapes, same start, same loss."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from layers import Conv, Linear, Mlp, Step, attend, sincos, total_variation

FIELDS = ("coarse", "fine")


class Reslim(nn.Module):
    def __init__(self, width=256, heads=4, depth=6, patch=2, mag=4, lat=180, lon=360, tiles=(2, 2), halo=3):
        super().__init__()
        vin, vout, channels = 7, 3, 4
        self.patch, self.mag, self.depth, self.tiles, self.halo = patch, mag, depth, tiles, halo
        self.up1 = Conv(vin, (channels, mag, mag), 3)
        self.up2 = Conv(channels, (vout,), 3)
        self.embed = Linear([patch, patch], [width], per=[vin])
        self.kind = nn.Parameter(torch.zeros(vin, width))
        self.query = nn.Parameter(torch.zeros(heads, width // heads))
        self.key = Linear([width], [heads, width // heads])
        self.value = Linear([width], [heads, width // heads])
        self.mix = Linear([heads, width // heads], [width])
        self.wkm = nn.Parameter(0.02 * torch.randn(width))
        self.bkm = nn.Parameter(0.02 * torch.randn(width))
        self.blocks = nn.ModuleList([Step(width, heads, 4 * width) for _ in range(depth)])
        self.norm = nn.LayerNorm(width)
        q = mag * patch
        self.head1 = Mlp([width], [width], [width], [width], [width], [q, q, vout])
        self.smooth = Conv(vout, (vout,), 3)

    def forward(self, x, km):
        batch, vin, lat, lon = x.shape
        mag, patch = self.mag, self.patch
        row, col = lat // patch, lon // patch

        skip = F.gelu(self.up1(x)).permute(0, 1, 4, 2, 5, 3).reshape(batch, -1, mag * lat, mag * lon)
        skip = self.up2(skip)

        t = x.reshape(batch, vin, row, patch, col, patch).permute(0, 2, 4, 1, 3, 5)
        t = self.embed(t) + self.kind
        t = self.mix(attend(self.query.expand(*t.shape[:3], 1, -1, -1), self.key(t), self.value(t))[..., 0, :, :])
        t = t + sincos(row, col, t.shape[-1]).to(t) + km * self.wkm + self.bkm
        for i, step in enumerate(self.blocks):
            t = step.block(t, 0.1 * i / self.depth)

        y = self.head1(self.norm(t)).permute(0, 5, 1, 3, 2, 4).reshape(batch, -1, mag * lat, mag * lon)
        return self.smooth(y) + skip

    def tiled(self, x, km):
        """Each tile sees `halo` more points on its inner sides than it keeps; all see equally many."""
        lat, lon = x.shape[-2:]
        rows = [piece(i, self.tiles[0], lat, self.halo) for i in range(self.tiles[0])]
        cols = [piece(i, self.tiles[1], lon, self.halo) for i in range(self.tiles[1])]
        bands = []
        for seen_y, keep_y in rows:
            band = []
            for seen_x, keep_x in cols:
                y = self(x[..., seen_y, seen_x], km)
                band.append(y[..., scaled(keep_y, self.mag), scaled(keep_x, self.mag)])
            bands.append(torch.cat(band, -1))
        return torch.cat(bands, -2)


def piece(i, tiles, size, halo):
    """What tile i of `tiles` sees of `size` points, and which part of that it keeps."""
    core = size // tiles
    seen = core + 2 * halo
    begin = min(max(i * core - halo, 0), size - seen)
    return slice(begin, begin + seen), slice(i * core - begin, (i + 1) * core - begin)


def scaled(part, factor):
    return slice(part.start * factor, part.stop * factor)


def example():
    """A module of a small size (D = 32, depth 2, 20 x 28 points) and the shapes of its fields for one sample."""
    return Reslim(width=32, depth=2, lat=20, lon=28), {"coarse": (7, 20, 28), "fine": (3, 80, 112)}


def predict(module, fields):
    return module.tiled(fields["coarse"], 18.0)


def loss(module, fields):
    p = predict(module, fields)
    weight = torch.tensor([1.0, 10.0, 10.0], dtype=p.dtype)[:, None, None]
    return (weight * ((p - fields["fine"]) ** 2 + 0.02 * total_variation(p))).mean()
