"""Trains a program whose batches a budget fills, and checks what it logs.

Usage: budget.py PROGRAM WHOLE FOLDER
       budget.py --scores TEST OTHER

WHOLE computes the same batches in one piece, where PROGRAM deals them out to micro-batches, some of them empty. A run that stops after every few steps and goes on with other numbers of ranks must log what one run logs, and end
with the same weights. --scores compares two tests of one model: measures do not depend on how samples are grouped.
"""
import json
import pathlib
import subprocess
import sys

if sys.argv[1] == "--scores":
    one, other = [json.loads(pathlib.Path(path).read_text().splitlines()[-1]) for path in sys.argv[2:]]
    pairs = [(a["all"], b["all"]) for a, b in zip(one["reports"], other["reports"])]
    sys.exit(not pairs or one["samples"] != other["samples"] or any(abs(a / b - 1) > 1e-5 for a, b in pairs))

program, whole, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
UNCOMPARED = {"event", "samples_per_s"}


def train(which, out, *options):
    return subprocess.run([which, "train", "-q", "--data", folder / "data", "--out", folder / out, "--threads", "1", *options], capture_output=True, text=True, timeout=500)


def finished(which, out, *options):
    done = train(which, out, *options)
    if done.returncode:
        sys.exit(f"{out}: exit code {done.returncode}\n{done.stderr}")
    return logged(out)


def logged(out):
    events = [json.loads(line) for line in (folder / out / "metrics.jsonl").open()]
    return [{
k: v for k, v in e.items() if k not in UNCOMPARED} for e in events if e["event"] in ("step", "validation")]


def weights(out):
    last = json.loads((folder / out / "checkpoints.json").read_text())["last"]
    return last, (folder / out / last / "optim.safetensors").read_bytes()


expected = finished(program, "at-once", "--reproducible")
steps = [e for e in expected if "lr" in e]
lengths = [sum(e["epoch"] == epoch for e in steps) for epoch in range(1, 1 + max(e["epoch"] for e in steps))]
print(f"{len(lengths)} epochs, {'of one length' if len(set(lengths)) == 1 else 'of several lengths'}")
ends = [sum(lengths[: i + 1]) for i in range(len(lengths))]
validated = [e["step"] for e in expected if "lr" not in e]
if not set(validated) <= set(ends) or validated[-1] != ends[-1]:
    sys.exit(f"validated at {validated}, but epochs end at {ends}")
rates = [e["lr"] for e in steps]
if rates.index(max(rates)) + 1 != lengths[0]:
    sys.exit(f"the rate rises for {rates.index(max(rates)) + 1} steps; the first epoch has {lengths[0]}")

pieces = finished(whole, "in-one")
if [e["step"] for e in pieces] != [e["step"] for e in expected]:
    sys.exit(f"in one piece: {len(pieces)} lines of metrics and not {len(expected)}, or of other steps")
worst = max(abs(a[k] / b[k] - 1) for a, b in zip(expected, pieces) for k in a if k.startswith("loss"))
if not worst < 1e-4:
    sys.exit(f"in one piece losses differ by {worst:.1e}")
print("in one piece the losses are the same")

# The first of these stop after a step each, in the middle of the first epoch.
for ranks in ("2", "1", "8"):
    done = train(program, "parts", "--reproducible", "--virtual-ranks", ranks, "--time-limit", "0.000001s", *(["--resume"] if ranks != "2" else []))
    if done.returncode != 75:
        sys.exit(f"stopping: exit code {done.returncode}\n{done.stderr}")
if finished(program, "parts", "--reproducible", "--virtual-ranks", "4", "--resume") != expected or weights("parts") != weights("at-once"):
    sys.exit("a run in parts differs from one at once")
print("in parts, on 2, 1, 8 and 4 ranks: the same bits")
