"""Training through the module: what the program does, from files and from arrays; callbacks; one that stops or raises."""
import json
import pathlib
import subprocess
import sys

import numpy as np
import orrery
from safetensors.numpy import load_file

from small import data, numbered, prepare, program, same

folder = sys.argv[1]
model = prepare(folder)
sets, arrays = data(model)
subprocess.run([program(model), "train", "--steps", "12", "--out", f"{folder}/program-run", "-q"], check=True, capture_output=True)


def lines(run):
    return [json.loads(line) for line in pathlib.Path(run, "metrics.jsonl").read_text().splitlines()]


def losses(events):
    return [event["loss"] for event in events if event["event"] == "step"]


expected = losses(lines(f"{folder}/program-run"))
assert len(expected) == 12

# From the files of the model: the program's losses and weights.
m = orrery.compile(model)
first = m.state_dict()
events = []
run = m.train(out=f"{folder}/files", steps=12, callback=events.append)
assert losses(events) == losses(run.history) == losses(lines(run.folder)) == expected
assert [e["event"] for e in events][::len(events) - 1] == ["start", "end"] and not run.stopped
for name, weights in load_file(f"{folder}/program-run/ckpt-12/model.safetensors").items():
    assert same(m.parameters[name], weights), name
assert run.last == f"{folder}/files/ckpt-12" and m.statistics["coarse"]["std"][0] > 0

# From arrays that know their times: the same again.
named = orrery.compile(model)
assert losses(named.train(sets, out=f"{folder}/arrays", steps=12).history) == expected
assert all(same(named.parameters[name], m.parameters[name]) for name in first)

# From bare arrays, split by sample number.
plain_numbers = orrery.compile(source=numbered(model))
assert losses(plain_numbers.train(arrays, out=f"{folder}/numbered", steps=12).history) == expected

# The model has the weights of the moment while the callback runs, and can be used there.
seen, stopping = [], orrery.compile(model)


def look(event):
    if event["event"] == "step":
        seen.append((stopping.parameters["place"].copy(), stopping.finer(coarse=arrays["coarse"][:1])))
    return event["event"] != "step" or event["step"] < 5


run = stopping.train(out=f"{folder}/stopped", steps=12, callback=look)
assert run.stopped and losses(run.history) == expected[:5] and len(seen) == 5
assert all(not same(a[0], b[0]) and not same(a[1], b[1]) for a, b in zip(seen, seen[1:]))
assert run.last == f"{folder}/stopped/ckpt-5"
run = stopping.train(out=f"{folder}/stopped", steps=12, resume=True)
assert losses(run.history) == expected[5:], "a run that was stopped goes on as if it had not been"
assert all(same(stopping.parameters[name], m.parameters[name]) for name in first)


# An exception ends the run with a checkpoint, and comes out.
class Enough(Exception):
    pass


def enough(event):
    if event.get("step") == 2:
        raise Enough("two")


try:
    stopping.train(out=f"{folder}/raised", steps=12, callback=enough)
    raise SystemExit("no exception")
except Enough as error:
    assert error.args == ("two",) and f"{folder}/raised" in "".join(error.__notes__)
assert (pathlib.Path(folder) / "raised" / "ckpt-2" / "optim.safetensors").exists()

# Training begins with the weights that the model has.
continued = orrery.compile(model)
continued.load(f"{folder}/program-run")
assert losses(continued.train(out=f"{folder}/continued", steps=1).history)[0] < expected[0]
kept = continued.state_dict()
try:
    continued.train({"coarse": f"{folder}/nothing.nc"}, out=f"{folder}/failed", steps=1)
    raise SystemExit("no error")
except orrery.Error:
    assert all(same(continued.parameters[name], kept[name]) for name in kept)
print("training is the program's")
