"""Layers of the language as PyTorch modules: same parameter names, shapes and start values.

A weight is [output dims..., input dims...]; inputs and outputs here keep their dims at the end, in that order.
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


def started(shape, fan_in):
    bound = 1 / math.sqrt(fan_in)
    return nn.Parameter(torch.empty(shape).uniform_(-bound, bound))


class Linear(nn.Module):
    def __init__(self, inner, outer, per=()):
        super().__init__()
        inner, outer, per = tuple(inner), tuple(outer), tuple(per)
        self.inner, self.outer, self.per = inner, outer, per
        self.weight = started(per + outer + inner, math.prod(inner))
        self.bias = started(per + outer, math.prod(inner))

    def forward(self, x):
        """[..., inner] -> [..., outer]; with `per`: [..., per, inner] -> [..., per, outer]."""
        x = x.flatten(x.dim() - len(self.inner))
        n = len(self.per)
        weight = self.weight.reshape(*self.per, math.prod(self.outer), math.prod(self.inner))
        bias = self.bias.reshape(*self.per, math.prod(self.outer))
        y = torch.einsum("...pi,poi->...po", x, weight) + bias if n else F.linear(x, weight, bias)
        return y.reshape(*y.shape[:-1], *self.outer)


class Mlp(nn.Module):
    """Linear layers fc1, fc2, ... with an activation, then dropout, between."""

    def __init__(self, *sizes, drop=0.0):
        super().__init__()
        self.count, self.drop = len(sizes) - 1, drop
        for i in range(self.count):
            self.add_module(f"fc{i + 1}", Linear(sizes[i], sizes[i + 1]))

    def forward(self, x):
        for i in range(1, self.count + 1):
            x = getattr(self, f"fc{i}")(x)
            if i < self.count:
                x = F.dropout(F.gelu(x), self.drop, self.training)
        return x


class Conv(nn.Module):
    """[batch, inner, y, x] -> [batch, outer..., y, x]; zeros outside, same size."""

    def __init__(self, inner, outer, kernel):
        super().__init__()
        self.inner, self.outer, self.kernel = inner, tuple(outer), kernel
        fan_in = inner * kernel * kernel
        self.weight = started(self.outer + (inner, kernel, kernel), fan_in)
        self.bias = started(self.outer, fan_in)

    def forward(self, x):
        weight = self.weight.reshape(math.prod(self.outer), self.inner, self.kernel, self.kernel)
        y = F.conv2d(x, weight, self.bias.flatten(), padding=self.kernel // 2)
        return y.reshape(y.shape[0], *self.outer, *y.shape[2:])


def attend(q, k, v):
    """q [..., n, h, d], k and v [..., m, h, d] -> [..., n, h, d]."""
    q, k, v = (a.transpose(-3, -2) for a in (q, k, v))
    return F.scaled_dot_product_attention(q, k, v).transpose(-3, -2)


def droppath(x, p, training):
    if not training or p == 0:
        return x
    keep = torch.rand(x.shape[0], *[1] * (x.dim() - 1), device=x.device, dtype=x.dtype) >= p
    return x * keep / (1 - p)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        each = (heads, width // heads)
        self.qkv = Linear([width], (3,) + each)
        self.proj = Linear(each, [width])

    def forward(self, x):
        """[batch, row, col, D]"""
        h = self.qkv(x.flatten(1, 2))
        return self.proj(attend(h[:, :, 0], h[:, :, 1], h[:, :, 2])).reshape(x.shape)


class Transformer(nn.Module):
    def __init__(self, width, heads, hidden, drop=0.1):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn = Attention(width, heads)
        self.mlp = Mlp([width], [hidden], [width], drop=drop)

    def forward(self, x, drop):
        x = x + droppath(self.attn(self.norm1(x)), drop, self.training)
        return x + droppath(self.mlp(self.norm2(x)), drop, self.training)


class Step(nn.Module):
    """`repeat ... as blocks { layer block = Transformer() }`"""

    def __init__(self, *args, **kwargs):
        super().__init__()
        self.block = Transformer(*args, **kwargs)


def sincos(rows, cols, width):
    """[rows, cols, width]: the first half of the channels tells the row, the second the column; in each, sines then cosines."""

    def one(n, channels):
        half = channels // 2
        frequency = 10000.0 ** (-torch.arange(half, dtype=torch.float64) / half)
        angle = torch.arange(n, dtype=torch.float64)[:, None] * frequency
        return torch.cat([angle.sin(), angle.cos()], 1)

    r, c = one(rows, width // 2), one(cols, width // 2)
    return torch.cat([r[:, None].expand(rows, cols, -1), c[None].expand(rows, cols, -1)], -1)


def total_variation(p):
    """The field of differences to the neighbours, zero where there is none."""

    def difference(dy, dx):
        d = torch.zeros_like(p)
        rows = slice(0, p.shape[-2] - dy)
        here = slice(max(0, -dx), p.shape[-1] - max(0, dx))
        there = slice(max(0, dx), p.shape[-1] + min(0, dx))
        d[..., rows, here] = (p[..., dy:, there] - p[..., rows, here]).abs()
        return d

    return difference(1, 0) + difference(0, 1) + 0.7 * (difference(1, 1) + difference(1, -1))
