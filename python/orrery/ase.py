"""A compiled potential as a calculator of ASE; only who imports this module needs ASE."""
import numpy
from ase.calculators.calculator import Calculator as Base
from ase.calculators.calculator import all_changes

from .errors import InputError, Note

UNITS = {"energy": "eV", "forces": "eV/angstrom", "stress": "eV/angstrom^3"}


class Calculator(Base):
    """Energies and forces of a model for ASE, and stresses where it returns them as matrices:

    >>> atoms.calc = orrery.ase.Calculator(m, "emt")

    source   whose structures these are taken for: it chooses the readout and the reference energies; may be left out
             where the model has one source
    predict  the `predict` that returns `energy` and `forces`; may be left out where there is one
    """

    def __init__(self, model, source=None, predict=None, **options):
        self.model, self.entry = model, model.entry(predict)
        self.source = model.source(source).name
        outputs = self.entry.outputs
        self.implemented_properties = [name for name in UNITS if name in outputs and (name != "stress" or outputs[name].shape[1:] == (3, 3))]
        if "energy" not in outputs:
            raise InputError(f"'{self.entry.name}' returns {', '.join(outputs)}, and no energy", exit=2)
        for name in self.implemented_properties:
            if outputs[name].unit not in ("", UNITS[name]):
                self._refuse(f"'{name}' is in \"{outputs[name].unit}\"", outputs[name].place)
        units = next(item["reader"].get("units") or {} for item in model.descriptor["data"]["sources"] if item["name"] == self.source)
        if units.get("length", "angstrom") != "angstrom":
            self._refuse(f"files of source '{self.source}' are in \"{units['length']}\"", model.source(self.source).place)
        if "energy" in outputs:
            self.implemented_properties.append("free_energy")
        super().__init__(**options)

    def calculate(self, atoms=None, properties=None, system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        results = self.entry(**{self.source: self.atoms})
        named = dict(zip(self.entry.outputs, results if isinstance(results, tuple) else (results,)))
        self.results = {"energy": float(named["energy"]), "free_energy": float(named["energy"])}
        if "forces" in named:
            self.results["forces"] = numpy.array(named["forces"], float)
        if "stress" in self.implemented_properties:
            self.results["stress"] = numpy.ravel(named["stress"]).astype(float)[[0, 4, 8, 5, 2, 1]]  # Voigt's order

    def _refuse(self, what, place):
        raise InputError(what + ', and ASE computes in "eV" and "angstrom"', notes=[Note("note", place, "declared here")], exit=2)
