"""Dynamics at constant energy with a compiled potential in f32 (energies and positions f64) as ASE's calculator: over 2000 steps
the total energy stays within 1e-3 eV per atom; nothing is compiled, started or held on to from step to step."""
import os
import subprocess
import sys

import ase.units
import numpy as np
import orrery
import orrery.ase
from ase.build import bulk
from ase.md.velocitydistribution import MaxwellBoltzmannDistribution
from ase.md.verlet import VelocityVerlet

from small import ROOT, raises

folder = sys.argv[1]
m = orrery.compile(ROOT / "models" / "atoms" / "painn.orr", set={"D": 16, "layers": 2, "rbf": 8, "train.batch": 8})
raises(orrery.InputError, "2 sources of structures", orrery.ase.Calculator, m)
raises(orrery.InputError, "no source 'emtt'; did you mean 'emt'", orrery.ase.Calculator, m, "emtt")
m.train(out=folder, steps=300)

atoms = bulk("Cu", cubic=True) * (2, 2, 1)
atoms.calc = orrery.ase.Calculator(m, "emt")

# Forces are what the energy says: a central difference, as exact as f32 lets it be.
atoms.rattle(0.05, seed=1)
step, forces = 1e-2, atoms.get_forces()
for atom, along in ((0, 0), (5, 1), (13, 2)):
    energies = []
    for sign in (1, -1):
        moved = atoms.copy()
        moved.positions[atom, along] += sign * step
        moved.calc = atoms.calc
        energies.append(moved.get_potential_energy())
    assert abs((energies[1] - energies[0]) / (2 * step) - forces[atom, along]) < 2e-2 * np.abs(forces).max(), (energies, forces[atom])


def held():
    """Bytes of memory."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def refuse(*words, **options):
    raise SystemExit("a step starts a process")


subprocess.Popen = refuse
MaxwellBoltzmannDistribution(atoms, temperature_K=600, rng=np.random.default_rng(0))
dynamics = VelocityVerlet(atoms, timestep=2 * ase.units.fs)
energies, kinetic = [], []


def look():
    energies.append(atoms.get_total_energy() / len(atoms))
    kinetic.append(atoms.get_kinetic_energy() / len(atoms))


dynamics.attach(look)
dynamics.run(200)
before = held()
dynamics.run(1800)
drift = np.abs(np.array(energies) - energies[0])
assert len(energies) >= 2001 and np.ptp(kinetic) > 0.01, "the atoms move"
print(f"drift {drift[-1]:.2e}, at most {drift.max():.2e} eV per atom, kinetic energy {min(kinetic):.3f} to {max(kinetic):.3f}; memory grew by {held() - before} bytes")
assert drift.max() < 1e-3, drift.max()
assert held() - before < 1 << 20, held() - before
print("the energy is constant")
