"""Trains one program on several numbers of ranks and compares what it logs and writes.

Usage: compare_ranks.py PROGRAM FOLDER HOW RUN... [--steps=N]

A RUN is LAUNCHER:RANKS or LAUNCHER:RANKS:THREADS, where LAUNCHER is alone, openmpi, mpich or virtual; more threads than processors take turns. HOW is `bits` (every number of the metrics and every byte
of the weights and the optimizer's state is the same as in the first run; trains with --reproducible) or a relative tolerance for the
losses of every step, their terms and the measures of every validation.
"""
import json
import os
import pathlib
import subprocess
import sys

program, folder, how, words = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4:]
runs, more = ([word for word in words if word.startswith("--") == option] for option in (False, True))
bits = how == "bits"
LAUNCH = pathlib.Path(__file__).parent.parent / "launch.py"
# Of the machine, not of the training.
UNCOMPARED = {"event", "samples_per_s", "seconds", "peak_bytes", "validation_share", "waited_s"}


def launch(run):
    launcher, ranks, threads = [*run.split(":"), "1"][:3]
    out = folder / f"run-{how}-{launcher}-{ranks}-{threads}"
    before = [sys.executable, LAUNCH, launcher, ranks] if launcher in ("openmpi", "mpich") else []
    options = ["--virtual-ranks", ranks] if launcher == "virtual" else []
    options += ["--reproducible"] if bits else []
    options += ["--threads", threads, *more]
    env = {**os.environ, "OMP_WAIT_POLICY": "passive"}  # threads that take turns should not wait by spinning
    done = subprocess.run([*before, program, "train", "-q", "--data", folder / "data", "--out", out, *options], env=env, capture_output=True, text=True, timeout=540)
    if done.returncode != 0:
        sys.exit(f"{run}: exit code {done.returncode}\n{done.stderr}")
    told = json.loads((next(out.glob("ckpt-*")) / "run.json").read_text())
    if told["threads"] != int(threads):
        sys.exit(f"{run}: {told['machine']['threads']} threads")
    events = [json.loads(line) for line in (out / "metrics.jsonl").open()]
    numbers = [{k: v for k, v in e.items() if k not in UNCOMPARED} for e in events if e["event"] in ("step", "validation")]
    last = json.loads((out / "checkpoints.json").read_text())["last"]
    files = {name: (out / last / name).read_bytes() for name in ("model.safetensors", "optim.safetensors")}
    return numbers, files


def worst(first, other):
    if len(first) != len(other):
        sys.exit(f"{len(first)} lines of metrics against {len(other)}")
    return max(abs(a[k] - b[k]) / max(abs(a[k]), 1e-30) for a, b in zip(first, other) for k in a if k.split(".")[0] == "loss")


expected, files = launch(runs[0])
steps = [e for e in expected if "lr" in e]
for run in runs[1:]:
    numbers, otherFiles = launch(run)
    difference = worst(expected, numbers)
    if bits and (numbers != expected or files != otherFiles):
        sys.exit(f"{run} differs from {runs[0]} by {difference:.2e}; weights {'equal' if files == otherFiles else 'differ'}")
    if not bits and difference > float(how):
        sys.exit(f"{run} differs from {runs[0]} by {difference:.2e}, more than {how}")
    print(f"{run}: {len(steps)} steps, " + ("the same bits" if bits else f"within {how}"))
