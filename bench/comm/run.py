"""Runs the all-reduce comparison under every MPI that is there.

run.py --bin build/bin [--ranks 2 4]: prints a table for each MPI and number of ranks. Build the target bench-comm first.
"""
import argparse
import os
import pathlib
import subprocess

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--bin", type=pathlib.Path, required=True)
parser.add_argument("--ranks", type=int, nargs="+", default=[2, 4])
args = parser.parse_args()

environment = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
for mpi, flags in {"openmpi": ["--oversubscribe"], "mpich": []}.items():
    program = args.bin / f"all-reduce-{mpi}"
    for ranks in args.ranks if program.exists() else []:
        subprocess.run([f"mpirun.{mpi}", *flags, "-n", str(ranks), program], env=environment, check=True, timeout=600)
