"""What physics says of a potential, measured on a compiled program: energies do not change when a structure is turned, moved, renumbered or
described by other images of its atoms; forces turn with it, and are the slope of the energy.

invariance.py PROGRAM RUN FOLDER     PROGRAM computes in f64; RUN holds its weights
"""
import subprocess
import sys

import ase
import ase.io
import numpy as np

program, run, folder = sys.argv[1:]
rng = np.random.default_rng(3)


def predict(structures, source, name):
    path, out = f"{folder}/{name}.extxyz", f"{folder}/{name}.out.extxyz"
    plain = [ase.Atoms(s.numbers, s.positions, cell=s.cell, pbc=s.pbc) for s in structures]
    ase.io.write(path, plain, format="extxyz")
    # 8 digits of a writer are not enough here
    frames = [f"{len(s)}\nLattice=\"{' '.join(repr(float(x)) for x in s.cell.array.ravel())}\" Properties=species:S:1:pos:R:3 pbc=\"{' '.join('FT'[int(p)] for p in s.pbc)}\"\n"
              + "".join(f"{k} {float(x)!r} {float(y)!r} {float(z)!r}\n" for k, (x, y, z) in zip(s.get_chemical_symbols(), s.positions)) for s in plain]
    if not any(s.pbc.any() for s in plain):
        frames = [f.replace(f.split("\n")[1].split("Properties")[0], "") for f in frames]
    open(path, "w").write("".join(frames))
    subprocess.run([program, "predict", "potential", "--checkpoint", run, "--in", f"{source}={path}", "--out", out], check=True, capture_output=True, text=True)
    results = ase.io.read(out, ":")
    return np.array([r.get_potential_energy() for r in results]), [r.get_forces() for r in results]


def rotation():
    q, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    return q * np.sign(np.linalg.det(q))


metals = [ase.Atoms("CuAuPd", rng.uniform(0, 4, (3, 3)), cell=np.eye(3) * 4 + rng.uniform(-1, 1, (3, 3)), pbc=True) for _ in range(3)]
metals += [ase.Atoms("NiPt", rng.uniform(0, 3, (2, 3)), cell=np.eye(3) * 4, pbc=[True, True, False]) for _ in range(2)]
molecules = [ase.Atoms("OCHHN", rng.uniform(0, 3, (5, 3))) for _ in range(3)] + [ase.Atoms("OH", [[0, 0, 0], [0, 0, 9.0]])]
worst = {}


def note(what, error):
    worst[what] = max(worst.get(what, 0.0), float(error))


for source, structures in (("emt", metals), ("xtb", molecules)):
    e0, f0 = predict(structures, source, "as-it-is")
    scale = np.abs(e0).max() + 1
    force = max(np.abs(f).max() for f in f0) + 1e-3
    turned, moved, renumbered, wrapped = [], [], [], []
    orders, turns = [], []
    for s in structures:
        q, order = rotation(), rng.permutation(len(s))
        orders.append(order)
        turns.append(q)
        turned.append(ase.Atoms(s.numbers, s.positions @ q.T, cell=s.cell.array @ q.T, pbc=s.pbc))
        moved.append(ase.Atoms(s.numbers, s.positions + rng.normal(size=3) * 3, cell=s.cell, pbc=s.pbc))
        renumbered.append(s[order])
        images = rng.integers(-2, 3, (len(s), 3)) * s.pbc
        wrapped.append(ase.Atoms(s.numbers, s.positions + images @ s.cell.array, cell=s.cell, pbc=s.pbc))
    for name, others in (("turned", turned), ("moved", moved), ("renumbered", renumbered), ("other images", wrapped)):
        e, f = predict(others, source, name.replace(" ", "-"))
        note(f"energy, {name}", np.abs(e - e0).max() / scale)
        for k, (a, b) in enumerate(zip(f, f0)):
            expected = b @ turns[k].T if name == "turned" else b[orders[k]] if name == "renumbered" else b
            note(f"forces, {name}", np.abs(a - expected).max() / force)
    for k, s in enumerate(structures):
        e, f = predict([s], source, "alone")
        note("energy, alone", abs(e[0] - e0[k]) / scale)
        note("forces, alone", np.abs(f[0] - f0[k]).max() / force)
    # Forces against central differences of the energy, all coordinates of all structures in one call.
    step, shifted = 1e-4, []
    for s in structures:
        for a in range(len(s)):
            for x in range(3):
                for sign in (1, -1):
                    other = s.copy()
                    other.positions[a, x] += sign * step
                    shifted.append(other)
    e, _ = predict(shifted, source, "shifted")
    slopes = -(e[0::2] - e[1::2]) / (2 * step)
    note("forces, differences", np.abs(slopes - np.concatenate([f.ravel() for f in f0])).max() / force)

limits = {"energy": 1e-12, "forces": 1e-10, "forces, differences": 1e-6}
failed = False
for what, error in sorted(worst.items()):
    limit = limits.get(what, limits[what.split(",")[0]])
    failed |= not error <= limit
    print(f"{what:24} {error:.1e} (at most {limit:.0e})")
sys.exit(failed)
