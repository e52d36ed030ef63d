# Neighbour lists of 200 random cells and the columns of our own files, as ASE finds and reads them.
import subprocess
import sys

import ase
import ase.io
import numpy as np
from ase.neighborlist import neighbor_list

program, folder = sys.argv[1], sys.argv[2]
rng = np.random.default_rng(7)


def random_structure(number):
    pbc = [bool(number >> k & 1) for k in range(3)]
    kind = number % 5  # ordinary, triclinic, tiny, long and thin, one atom
    size = {0: 8, 1: 7, 2: 1.7, 3: 3, 4: 2.2}[kind]
    cell = np.diag(rng.uniform(0.8, 1.2, 3) * size)
    if kind == 3:
        cell[0] *= 9
    if kind in (1, 2, 4):
        cell += rng.uniform(-0.45, 0.45, (3, 3)) * size
    if number % 3 == 0:
        cell[2] = -cell[2]  # left-handed
    if number % 7 == 0:  # no vector at all where nothing repeats
        cell[[not p for p in pbc]] = 0
    atoms = 1 if kind == 4 else int(rng.integers(1, 4 if kind == 2 else 30))
    full = cell.copy()
    for k in range(3):
        if not full[k].any():
            full[k] = np.eye(3)[k] * 6
    fraction = rng.uniform(-1.5, 2.5, (atoms, 3)) if number % 2 else rng.uniform(0, 1, (atoms, 3))
    return ase.Atoms("Cu" * atoms, positions=fraction @ full, cell=cell, pbc=pbc)


structures = [random_structure(n) for n in range(200)]
path = folder + "/random.extxyz"
ase.io.write(path, structures, format="extxyz")
structures = ase.io.read(path, ":", format="extxyz")  # the positions as the file has them
cutoff = 4.3
theirs = set()
for f, s in enumerate(structures):
    for i, j, image in zip(*neighbor_list("ijS", s, cutoff)):
        theirs.add((f + 1, int(i), int(j), *map(int, image)))
printed = subprocess.run([program, "edges", path, str(cutoff)], check=True, capture_output=True, text=True)
rows = [tuple(map(int, line.split())) for line in printed.stdout.splitlines()]
ours = set(rows)
assert len(rows) == len(ours), "an edge is there twice"
assert ours == theirs, (len(ours - theirs), sorted(ours - theirs)[:3], len(theirs - ours), sorted(theirs - ours)[:3])
assert rows == sorted(rows, key=lambda r: (r[0], r[2], r[1], r[3:])), "not sorted by destination, source, image"
print(f"{len(rows)} edges of {len(structures)} cells are ASE's")

# Our writer: what ASE reads back is what it wrote.
s = ase.Atoms("CH4", positions=rng.normal(size=(5, 3)), cell=np.eye(3) * 5, pbc=[True, False, True])
s.info.update({"note": 'say "a=b"', "charge": -1, "tag": "x y", "flag": True, "vector": np.array([1.5, 2, 3]),
               "stress": rng.normal(size=(3, 3)), "key with blank": 2.5})
s.arrays.update({"forces_x": rng.normal(size=(5, 3)), "id": np.arange(5), "fixed": np.array([True, False] * 2 + [True])})
before, after = folder + "/before.extxyz", folder + "/after.extxyz"
ase.io.write(before, s, format="extxyz")
with open(after, "w") as out:
    subprocess.run([program, "copy", before], check=True, stdout=out)
a, b = ase.io.read(before, format="extxyz"), ase.io.read(after, format="extxyz")
assert a.info.keys() == b.info.keys() and a.arrays.keys() == b.arrays.keys()
assert all(np.array_equal(a.info[k], b.info[k]) for k in a.info), (a.info, b.info)
assert all(np.array_equal(a.arrays[k], b.arrays[k]) for k in a.arrays)
assert np.array_equal(a.get_stress(voigt=False), b.get_stress(voigt=False))
assert (a.cell == b.cell).all() and (a.pbc == b.pbc).all()
print("written again, ASE reads the same", ", ".join(sorted(b.info)))

# Comment lines as programs and people write them: a file that was written again says the same to ASE. (An empty text comes last: ASE takes what follows for it.)
COMMENTS = ["water molecule", "frame of the set of the data", "energy = -3.5 n=2", "energy= -3.5 n=2", "config_type={bulk Si} energy=1.0", 'name=[bulk Si] x="a \\"b\\" c"',
            'm="_JSON [[1.5, 2], [3, 4]]" d="_JSON {\\"a\\": [1]}"', "id=9007199254740993 uid=0012", 'dipole=0.1,0.2,0.3 q="1, 2"', "pbc=T,T,F Lattice={4 0 0 0 4 0 0 0 4}",
            'virial={1 2 3 4 5 6 7 8 9} stress="1 0 0 0 1 0 0 0 1"', "a=T b=False e='T F T' f=[T,F] bare", 'name="Grüße 水" é=3', "w=1.0D-3 v=1e-3 id=007", 'x=1 none=""', ""]
text = "".join(f"1\n{comment}\nH 0 0 {n}.5\n" for n, comment in enumerate(COMMENTS))
with open(before, "w", newline="") as out:
    out.write(text)
with open(after, "w") as out:
    subprocess.run([program, "copy", before], check=True, stdout=out)
for comment, a, b in zip(COMMENTS, ase.io.read(before, ":", format="extxyz"), ase.io.read(after, ":", format="extxyz"), strict=True):
    seen = [repr((x.info, x.arrays, x.cell.array, x.pbc, x.calc and x.calc.results)) for x in (a, b)]
    assert seen[0] == seen[1], (comment, *seen)
print(len(COMMENTS), "odd comment lines are kept")
