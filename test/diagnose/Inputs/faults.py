"""Runs `orrery diagnose` on a model with one fault after another.

faults.py MODEL [OPTION...]     the checks that fail must be those that the fault concerns
"""
import json
import pathlib
import subprocess
import sys

STRUCTURES = {"forces", "rotation", "translation", "permutation"}
# By the model and the number of the fault: the checks that it must and may fail. No model can tell atoms apart by their numbers, so none fails `permutation` (test/runtime/SymmetriesTest.cpp has one written by hand).
FAULTS = {
    "faulty": {1: ({"gradients", "adjoint"}, STRUCTURES | {"drift"}), 2: ({"forces"}, set()), 3: ({"rotation"}, set()), 4: ({"translation"}, set()),
               5: ({"drift"}, STRUCTURES | {"gradients", "adjoint"}), 6: ({"dead"}, set()), 7: ({"rotation"}, set()), 8: ({"translation"}, set())},
    "grid": {1: ({"gradients", "adjoint"}, {"drift"}), 2: ({"drift"}, {"gradients", "adjoint"}), 3: ({"dead"}, set())},
}
SKIPPED = {"faulty": set(), "grid": STRUCTURES}


def diagnose(fault):
    command = ["orrery", "diagnose", *sys.argv[1:], "-O0", "--set", f"fault={fault}", "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    results = [line for line in lines if line.get("event") == "diagnose"]
    if not results:
        sys.exit(f"fault {fault}: exit {done.returncode}, no result\n{done.stdout}{done.stderr}")
    failed = {c["check"] for c in results[0]["checks"] if not c["holds"]} | ({"dead"} if results[0]["dead"] else set())
    skipped = {c["check"] for c in results[0]["checks"] if c["cases"] == 0}
    return done.returncode, failed, skipped, done.stdout


model = pathlib.Path(sys.argv[1]).stem
code, failed, skipped, text = diagnose(0)
if code != 0 or failed or skipped != SKIPPED[model]:
    sys.exit(f"the sound model: exit {code}, failed {failed}, skipped {skipped}\n{text}")
print("sound: all checks hold")
for fault, (must, may) in FAULTS[model].items():
    code, failed, _, text = diagnose(fault)
    if code != 5 or not must <= failed <= must | may:
        sys.exit(f"fault {fault}: exit {code}, failed {sorted(failed)}, expected {sorted(must)}\n{text}")
print(len(FAULTS[model]), "faults found")
