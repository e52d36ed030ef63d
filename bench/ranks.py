"""How much of the communication of two ranks hides behind the backward pass, and what micro-batches cost on one.

ranks.py --bin build/bin [--before PROGRAM] [--rounds 3] [--steps 10]: builds the winds model, lets it time training steps on one rank and on two
over each MPI that is there, one thread a rank, with and without overlap, in turns. With --before, a program of another state of the
compiler takes turns too, and the ratio of the one-rank medians is printed.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "climate" / "winds.orr"
LAUNCHERS = {"Open MPI": ["mpirun.openmpi", "--oversubscribe", "-n", "2"], "MPICH": ["mpirun.mpich", "-n", "2"]}


def output(command):
    env = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, env=env, cwd=MODEL.parent)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--before", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=10)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "winds"
        subprocess.run([args.bin / "orrery", "build", MODEL, "-o", program], check=True)
        bench = ["bench", "--json", "--steps", args.steps, "--threads", 1]
        runs = {"one rank": [program, *bench]}
        if args.before:
            runs["one rank, before"] = [args.before.resolve(), *bench]
        for name, launcher in LAUNCHERS.items():
            if shutil.which(launcher[0]):
                runs[f"two ranks, {name}"] = [*launcher, program, *bench]
                runs[f"two ranks, {name}, no overlap"] = [*launcher, program, *bench, "--no-overlap"]
        results = {name: [] for name in runs}
        for _ in range(args.rounds):
            for name, command in runs.items():
                results[name].append(output(command))
    medians = {name: statistics.median(t for run in list_ for t in run["step_ms"]) for name, list_ in results.items()}
    for name, list_ in results.items():
        line = f"{name:36} {medians[name]:8.1f} ms a step"
        if list_[0].get("ranks", 1) > 1:
            communication, exposed = (statistics.median(run[k] for run in list_) for k in ("communication_ms", "exposed_ms"))
            line += f", {communication:6.2f} ms of communication, {exposed:6.2f} ms waited for: {100 * max(0, 1 - exposed / communication):3.0f} % hidden"
        print(line)
    if args.before:
        print(f"one rank, before / now: {medians['one rank, before'] / medians['one rank']:.3f}")


if __name__ == "__main__":
    main()
