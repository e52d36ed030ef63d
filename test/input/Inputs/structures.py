"""Structures that a compiled potential must refuse, each with its place, its message and exit code 4; and those that it must take.

structures.py PROGRAM ATOMIC     in a folder of its own; ATOMIC is the same model whose files are in hartree and bohr
"""
import pathlib
import subprocess
import sys

program, atomic = sys.argv[1:]
COLUMNS = "Properties=species:S:1:pos:R:3:forces:R:3 energy=1.0"
DIMER = f"2\n{COLUMNS}\nH 0 0 0 1 0 0\nO 1 0 0 -1 0 0\n"
ALONE = f"1\n{COLUMNS}\nH 0 0 0 0 0 0\n"
wrong = 0


def run(text, *arguments):
    pathlib.Path("given.extxyz").write_text(text)
    return subprocess.run([program, *arguments], capture_output=True, text=True)


def check(what, done, code, *texts):
    global wrong
    missing = [t for t in texts if t not in done.stderr + done.stdout]
    if done.returncode != code or missing:
        wrong += 1
        print(f"{what}: exit {done.returncode}, not {code}; lacks {missing}\n{done.stdout}{done.stderr}")


def refuse(what, text, place, message, *more):
    done = run(text, "train", "--data", "a=given.extxyz", "--out", "refused")
    check(what, done, 4, f"given.extxyz{place}: error: {message}", *more)
    if pathlib.Path("refused").exists():
        check(f"{what} leaves a folder", done, -1)


refuse("no frame", "", "", "has no frames [E0510]")
refuse("empty frame", DIMER + f"0\n{COLUMNS}\n", ":5", "frame 2: there are no atoms [E0513]")
refuse("no cell", DIMER.replace("energy", 'pbc="T T T" energy'), ":2", "frame 1: it is periodic (pbc), but has no cell [E0513]", 'Lattice="..." gives the cell')
refuse("flat cell", DIMER.replace("energy", 'pbc="T T T" Lattice="4 0 0 0 4 0 0 0 0" energy'), ":2", "frame 1: it is periodic along c, but that cell vector is zero [E0513]")
refuse("one place", DIMER.replace("O 1 0 0", "O 0 0 0"), ":1", "frame 1: atoms 1 and 2 are in one place: an edge of length 0 [E0513]", "neighbours within 3 are asked for here")
refuse("no element", DIMER.replace("O", "Qq"), ":4", "frame 1: atom 2 is 'Qq', which is no element of the model [E0513]")
refuse("heavy element", DIMER.replace("O", "Au"), ":4", "frame 1: atom 2 is 'Au', which is no element of the model [E0513]", "'element' has size 10: numbers from 0 to 9")
refuse("too few numbers", DIMER.replace("-1 0 0", "-1 0"), ":4", "frame 1: atom 2 has 6 values, but 7 are promised [E0510]")
refuse("narrow forces", DIMER.replace("forces:R:3", "forces:R:2").replace("1 0 0\n", "1 0\n"), ":2", "frame 1: column 'forces' has 2 numbers an atom, field 'forces' 3 [E0513]")
refuse("no forces", DIMER + DIMER.replace(":forces:R:3", "").replace(" 1 0 0\n", "\n").replace(" -1 0 0\n", "\n"), "", "source 'a' has no forces in 1 of 2 frames (first: frame 2, line 5) [E0507]",
       "the per-atom columns are: species:S:1:pos:R:3")
refuse("no energy", DIMER.replace(" energy=1.0", ""), "", "source 'a' has no energy in 1 of 1 frames (first: frame 1, line 1) [E0507]", "note: the frame has nothing but its atoms")
refuse("not finite", DIMER.replace("energy=1.0", "energy=nan"), ":2", "frame 1: 'energy' is not finite [E0505]")
refuse("cut short", DIMER[: DIMER.rindex("O")], ":3", "frame 1: the file ends after 1 of 2 atoms [E0510]")
many = f"1000000\n{COLUMNS}\n" + "".join(f"H {10 * i} 0 0 0 0 0\n" for i in range(1000000))
refuse("large frame", many, ":1", "frame 1 has 1000000 atoms; a batch has room for 1000 [E0512]", "batch(over: frame, atoms: N)")
dense = f"100\n{COLUMNS}\n" + "".join(f"H {0.01 * i} 0 0 0 0 0\n" for i in range(100))
refuse("dense frame", dense, ":1", "frame 1: there are more than 4000 edges [E0512]", "batch(over: frame, edges: N)")
chain = f"300\n{COLUMNS}\n" + "".join(f"H {2 * i} 0 0 0 0 0\n" for i in range(300))
check("large batch", run(5 * chain, "train", "--data", "a=given.extxyz", "--out", "filled", "--epochs", "1"), 0, "1 epoch of up to 4 samples, 1000 atoms, 4000 edges", "2 steps in ")

good = 3 * DIMER + ALONE + DIMER.replace("energy", 'pbc="T F T" Lattice="2 0 0 0 0 0 0 0 3" energy')
done = run(good, "train", "--data", "a=given.extxyz", "--out", "run")
check("good", done, 0, "1 atoms have no neighbour within the cut-off (first: atom 1 of frame 4, given.extxyz:13)")
# A prediction needs no energies and forces; atoms alone have a force of zero.
bare = good.replace(":forces:R:3", "").replace(" energy=1.0", "").replace(" 1 0 0\n", "\n").replace(" -1 0 0\n", "\n").replace("0 0 0 0 0 0\n", "0 0 0\n")
done = run(bare, "predict", "potential", "--checkpoint", "run", "--in", "given.extxyz", "--out", "predicted.extxyz")
check("bare", done, 0)
lines = pathlib.Path("predicted.extxyz").read_text().splitlines()
if len(lines) != 5 * 2 + 9 or lines[14].replace("-0.0", "0.0") != "H 0.0 0.0 0.0 0.0 0.0 0.0" or "energy=" not in lines[13]:
    wrong += 1
    print("predicted:", *lines, sep="\n")
done = run(DIMER.replace("O", "Qq"), "predict", "potential", "--checkpoint", "run", "--in", "given.extxyz", "--out", "none.extxyz")
check("bad prediction", done, 4, "given.extxyz:4: error: frame 1: atom 2 is 'Qq'")
if pathlib.Path("none.extxyz").exists():
    check("bad prediction leaves a file", done, -1)
check("folder", run(DIMER, "predict", "potential", "--checkpoint", "run", "--in", "run"), 4, "run: error: is a folder, not a file of structures [E0500]")
check("unknown source", run(DIMER, "predict", "potential", "--checkpoint", "run", "--in", "b=given.extxyz"), 2, "no source 'b'")
# Numbers that are not finite are told; the file is there.
done = run(DIMER + DIMER.replace("O 1 0 0", "O 1e-4 0 0"), "predict", "potential", "--checkpoint", "run", "--in", "given.extxyz", "--out", "infinite.extxyz")
check("infinite prediction", done, 5, "infinite.extxyz: error: is written, but 7 of its numbers are not finite (first: energy of frame 2, given.extxyz:5)")
if len(pathlib.Path("infinite.extxyz").read_text().splitlines()) != 8:
    check("infinite prediction has no file", done, -1)
check("packed", run("BZh9", "predict", "potential", "--checkpoint", "run", "--in", "given.extxyz"), 4, "given.extxyz:1: error: frame 1: '", "help: the file is compressed: unpack it")


# What is predicted is in the units of the source, as is the rest of its file.
def numbers(path):
    energy, first = pathlib.Path(path).read_text().splitlines()[1:3]
    return [float(energy.split("energy=")[1].split()[0]), *map(float, first.split()[4:7])]


run(DIMER, "predict", "potential", "--checkpoint", "run", "--in", "given.extxyz", "--out", "ev.extxyz")
program, hartree, bohr = atomic, 27.211386245988, 0.529177210903
done = run(DIMER.replace("O 1", f"O {1 / bohr}"), "predict", "potential", "--checkpoint", "run", "--in", "given.extxyz", "--out", "hartree.extxyz")
ev, au = numbers("ev.extxyz"), numbers("hartree.extxyz")
if any(abs(a - b) > 1e-6 * abs(a) for a, b in zip(ev, [au[0] * hartree, *(f * hartree / bohr for f in au[1:])])) or not ev[0] or not ev[1]:
    wrong += 1
    print("units:", ev, au)
print(f"structures, {wrong} wrong")
sys.exit(wrong > 0)
