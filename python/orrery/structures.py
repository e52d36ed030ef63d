"""Structures on their way in: ASE's Atoms and dicts of arrays, as a file of their source would give them."""
import array
import collections.abc
import dataclasses
import numbers
import os

from .arrays import numpy, unmasked
from .errors import InputError, Note


@dataclasses.dataclass(frozen=True)
class Source:
    """A source of structures of a model. What is given under its name is a structure, a list of them, or the path of an
    extended XYZ file; a structure is an Atoms of ASE, or a dict with "numbers", "positions" and, where there is one,
    "cell" and "pbc". Values are in the units that files of this source have."""

    name: str
    fields: tuple  # Fields that are read of each structure
    sample_dim: str
    place: str = ""  # where the model declares it

    def __str__(self):
        return f"{self.name}: structures with {', '.join(field.variable for field in self.fields)}"

    def given(self, value):
        """What the extension reads: a path, or a list of dicts."""
        if isinstance(value, (str, os.PathLike)):
            return os.fspath(value)
        if is_structure(value):
            return [self._frame(1, value)]
        if isinstance(value, collections.abc.Iterable):
            return [self._frame(number, item) for number, item in enumerate(value, 1)]
        self._refuse(f"'{self.name}' is {type(value).__name__}, and structures are wanted")

    def _frame(self, number, item):
        if not is_structure(item):
            self._refuse(f"frame {number} is {type(item).__name__}, and a structure is wanted")
        look = item.get if isinstance(item, collections.abc.Mapping) else _of_atoms(item)
        for name in ("numbers", "positions"):
            if look(name) is None:
                self._refuse(f"frame {number} has no '{name}'")
        cell, periodic = look("cell"), look("pbc")
        if cell is not None and periodic is None:
            self._refuse(f"frame {number} has a 'cell' and no 'pbc'", '"pbc": True or (True, True, False) says along which vectors it is periodic')
        frame = {"numbers": self._array(number, "numbers", look("numbers")), "cell": cell, "atoms": {}, "frame": {}}
        frame["pbc"] = self._periodic(number, periodic)
        if cell is not None:
            frame["cell"] = self._array(number, "cell", cell)
        for field in self.fields:
            name = field.variable
            value = look(name) if look(name) is not None else look(field.name)
            if value is not None and name not in ("numbers", "cell"):
                per = "frame" if not field.dims or field.dims[0] == self.sample_dim else "atoms"
                frame[per][name] = self._array(number, name, value)
        return frame

    def _periodic(self, number, value):
        """Three truths of three, or of one for all."""
        try:
            along = list(value)
        except TypeError:
            along = [value or 0] * 3
        try:
            first, second, third = ({0: False, 1: True}[int(one)] for one in along)
        except (TypeError, ValueError, KeyError):
            self._refuse(f"frame {number}: 'pbc' is {value!r}, and True, False or three of them are wanted")
        return first, second, third

    def _array(self, number, name, value):
        """Something with the buffer protocol or DLPack."""
        value = unmasked(value)
        if hasattr(value, "__dlpack__"):
            return value
        try:
            return memoryview(value)
        except TypeError:
            pass
        if isinstance(value, numbers.Real):
            return array.array("d", [value])
        if numpy is None:
            self._refuse(f"frame {number}: '{name}' is {type(value).__name__}, and an array is wanted")
        return numpy.asarray(value)

    def _refuse(self, what, help=None):
        notes = [Note("help", "", help or "Atoms of ASE, dicts of arrays (numbers, positions, cell, pbc), a list of such, or the path of an extended XYZ file")]
        raise InputError(what, "E0513", self.name, notes, exit=4)


def is_structure(value):
    return isinstance(value, collections.abc.Mapping) or all(hasattr(value, name) for name in ("arrays", "info", "cell", "pbc"))


def _of_atoms(atoms):
    """Looks values of an Atoms up by their names in files; a calculator is asked for what it has, and computes nothing."""
    results = dict(getattr(atoms.calc, "results", None) or {})
    if getattr(results.get("stress"), "shape", None) == (6,):  # ASE's files have the matrix
        results["stress"] = results["stress"][[0, 5, 4, 5, 1, 3, 4, 3, 2]]

    def look(name):
        if name == "cell":
            return atoms.cell.array
        if name == "pbc":
            return atoms.pbc
        if name == "pos":
            name = "positions"
        for place in (atoms.arrays, atoms.info, results):
            if name in place:
                return place[name]
        return None

    return look
