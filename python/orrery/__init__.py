"""Orrery: scientific models written on a page, compiled to native code.

>>> import orrery
>>> m = orrery.compile("winds.orr")        # a file, or source="..."
>>> m.train(out="runs/w", epochs=3)        # or m.load("runs/w")
>>> fine = m.downscale(coarse=coarse, ground=ground)

Arrays come in as anything with the buffer protocol or `__dlpack__` (NumPy, PyTorch on the CPU) or as xarray, and go
out as NumPy or as xarray. docs/python.md has the tour.
"""
from .compiler import compile
from .errors import CompileError, Diagnostic, Error, InputError, Note
from .model import Model, Run

__all__ = ["CompileError", "Diagnostic", "Error", "InputError", "Model", "Note", "Run", "compile"]
