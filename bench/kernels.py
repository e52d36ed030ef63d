"""Where a compiled program spends its time, kernel by kernel.

kernels.py PROGRAM [--steps 20] [--threads 2] [--folder DIR] [--lines]: runs `PROGRAM bench` in DIR (where its data is), looks every
millisecond of CPU time where it is, and prints the share of each kernel in CPU time; with --lines, the line of the model that each kernel
came from (its debug information: `orrery build -g`). A program must not be stripped.
"""
import argparse
import bisect
import collections
import os
import pathlib
import re
import subprocess
import tempfile

SAMPLER = pathlib.Path(__file__).resolve().parent / "sampler.c"


def functions(program):
    """Start addresses, in order, and names."""
    table = subprocess.run(["nm", "-n", "--defined-only", program], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in table.splitlines()]
    rows = [(int(r[0], 16), r[2]) for r in rows if len(r) == 3 and r[1] in "tTwW"]
    return [r[0] for r in rows], [r[1] for r in rows]


def kernel(name):
    """The kernel that a function is part of: its parallel regions are functions of their own."""
    return re.sub(r"\.\.omp_par.*$|\.omp_outlined.*$", "", name).removeprefix("orrery_fn_")


def lines(program, addresses):
    """The source line of each address."""
    text = subprocess.run(["llvm-symbolizer-22", "--no-inlines", "--basenames", f"--obj={program}"], input="\n".join(hex(a) for a in addresses), capture_output=True, text=True).stdout
    found = [block.splitlines()[1] for block in text.strip().split("\n\n") if len(block.splitlines()) > 1]
    return dict(zip(addresses, found)) if len(found) == len(addresses) else {}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path.cwd())
    parser.add_argument("--lines", action="store_true")
    parser.add_argument("--least", type=float, default=0.5, help="least share to print, in percent")
    args = parser.parse_args()
    program = args.program.resolve()

    with tempfile.TemporaryDirectory() as folder:
        library, samples = f"{folder}/sampler.so", f"{folder}/samples"
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, SAMPLER], check=True)
        subprocess.run([program, "bench", "--steps", str(args.steps), "--threads", str(args.threads)], check=True, cwd=args.folder,
                       env={**os.environ, "LD_PRELOAD": library, "SAMPLES": samples})
        places = [int(line, 16) for line in open(samples)]

    starts, names = functions(program)
    share, inside = collections.Counter(), collections.defaultdict(collections.Counter)
    for place in places:
        at = bisect.bisect_right(starts, place) - 1
        is_own = at >= 0 and place < starts[-1] + (1 << 20)
        name = kernel(names[at]) if is_own else "(libraries: waiting, mathematics, files)"
        share[name] += 1
        if is_own:
            inside[name][place] += 1
    busiest = {name: counts.most_common(1)[0][0] for name, counts in inside.items()}
    where = lines(program, sorted(set(busiest.values()))) if args.lines else {}
    print(f"{len(places)} samples")
    for name, count in share.most_common():
        percent = 100 * count / len(places)
        if percent < args.least:
            break
        print(f"{percent:6.1f} %  {name}  {where.get(busiest.get(name), '')}")


if __name__ == "__main__":
    main()
