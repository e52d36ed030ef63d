"""Runs every function of a file both plain (f64, loops) and optimised, and compares what they return.

Usage: compare.py FILE.mlir. Relative to the largest number of each result, or to one: 2e-5, what f32 sums of these lengths allow.
"""
import subprocess
import sys

TOLERANCE = 2e-5


def results(*options):
    run = subprocess.run(["orrery-run", *options, sys.argv[1]], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"orrery-run {' '.join(options)} ended with {run.returncode}\n{run.stderr}")
    found = []
    for line in run.stdout.splitlines():
        if ":" in line:
            found.append((line, []))
        elif line.strip():
            found[-1][1].extend(float(x) for x in line.split())
    return found


plain, optimised = results("--plain"), results()
if not plain or [name for name, _ in plain] != [name for name, _ in optimised]:
    sys.exit("the two runs return different things")
wrong = 0
for (name, expected), (_, actual) in zip(plain, optimised):
    # Inputs are of the order of one, and cancel: so must the scale of rounding be.
    scale = max(1.0, max(abs(x) for x in expected))
    if not any(expected) or len(expected) != len(actual):
        sys.exit(f"{name}: nothing to compare")
    # A NaN compares false, so it counts as wrong.
    if not all(abs(x - y) <= TOLERANCE * scale for x, y in zip(expected, actual)):
        wrong += 1
        print(f"{name}: differs by more than {TOLERANCE} of {scale}")
sys.exit(1 if wrong else 0)
