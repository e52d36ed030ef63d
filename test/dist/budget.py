"""Trains a program whose batches a budget fills, and checks what it logs.

Usage: budget.py PROGRAM WHOLE FOLDER RUN...
       budget.py --once PROGRAM FOLDER RUN...
       budget.py --scores TEST OTHER

WHOLE computes the same batches in one piece, where PROGRAM deals them out to micro-batches, some of them empty. A run that stops after every few steps and goes on with other numbers of ranks must log what one run logs, and end
with the same weights: a RUN is LAUNCHER:RANKS, where LAUNCHER is virtual, openmpi or mpich; all but the last are stopped, virtual ones by a time limit after a step, the others by SIGTERM after some. --once: the loss of PROGRAM is a sum over the structures, and its learning rate 0, so that the losses of
an epoch's steps add up to one number if it sees every structure once. --scores compares two tests of one model: measures do not depend on how samples are grouped.
"""
import collections
import json
import pathlib
import signal
import subprocess
import sys
import time

LAUNCH = pathlib.Path(__file__).parent.parent / "launch.py"

if sys.argv[1] == "--scores":
    one, other = [json.loads(pathlib.Path(path).read_text().splitlines()[-1]) for path in sys.argv[2:]]
    pairs = [(a["all"], b["all"]) for a, b in zip(one["reports"], other["reports"])]
    sys.exit(not pairs or one["samples"] != other["samples"] or any(abs(a / b - 1) > 1e-5 for a, b in pairs))

once = sys.argv[1] == "--once"
program, *whole, folder = sys.argv[1 + once : 4]
whole, folder, runs = "".join(whole), pathlib.Path(folder), sys.argv[4:]
UNCOMPARED = {"event", "samples_per_s"}


def words(which, out, *options):
    return [which, "train", "-q", "--data", folder / "data", "--out", folder / out, "--threads", "1", *options]


def finished(which, out, *options, run="virtual:1"):
    launcher, ranks = run.split(":")
    if launcher == "virtual":
        command = words(which, out, *options, "--virtual-ranks", ranks)
    else:
        command = [sys.executable, LAUNCH, launcher, ranks, *words(which, out, *options)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500)
    if done.returncode:
        sys.exit(f"{out}: exit code {done.returncode}\n{done.stderr}")
    return logged(out)


def stopped(run, out, *options):
    """Starts a run that is to be stopped, with 75; the step that it has come to."""
    launcher, ranks = run.split(":")
    if launcher == "virtual":
        code = subprocess.run(words(program, out, *options, "--virtual-ranks", ranks, "--time-limit", "0.000001s"), timeout=500).returncode
    else:
        before = newest(out)
        process = subprocess.Popen(["orrery", "run", "-n", ranks, "--launcher", launcher, *words(program, out, *options, "--save-every", "0s")])
        while process.poll() is None and newest(out) == before:
            time.sleep(0.001)
        process.send_signal(signal.SIGTERM)
        code = process.wait(100)
    if code != 75:
        sys.exit(f"stopping {run}: exit code {code} at step {newest(out)}")
    return newest(out)


def newest(out):
    return max((int(path.parent.name.split("-")[1]) for path in (folder / out).glob("ckpt-*/optim.safetensors")), default=0)


def logged(out):
    events = [json.loads(line) for line in (folder / out / "metrics.jsonl").open()]
    return [{k: v for k, v in e.items() if k not in UNCOMPARED} for e in events if e["event"] in ("step", "validation")]


def weights(out):
    last = json.loads((folder / out / "checkpoints.json").read_text())["last"]
    return last, (folder / out / last / "optim.safetensors").read_bytes()


if once:
    for run in runs:
        sums, steps = collections.Counter(), collections.Counter()
        for event in finished(program, run.replace(":", "-"), run=run):
            if "lr" in event:
                sums[event["epoch"]] += event["loss"]
                steps[event["epoch"]] += 1
        if len(sums) < 2 or max(sums.values()) / min(sums.values()) - 1 > 1e-6:
            sys.exit(f"{run}: epochs of {list(steps.values())} steps with losses that add up to {list(sums.values())}")
        print(f"{run}: {len(sums)} epochs of at least {min(steps.values())} steps, each sees the same")
    sys.exit()

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

stops = [stopped(run, "parts", "--reproducible", *(["--resume"] if i else [])) for i, run in enumerate(runs[:-1])]
if set(stops) <= set(ends):
    sys.exit(f"stopped at {stops}, but never in the middle of an epoch")
if finished(program, "parts", "--reproducible", "--resume", run=runs[-1]) != expected or weights("parts") != weights("at-once"):
    sys.exit("a run in parts differs from one at once")
print(f"in parts, {' '.join(runs)}: the same bits; stopped after steps {stops}")
