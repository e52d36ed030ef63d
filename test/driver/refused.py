"""Prints the exit code and the first line of what `orrery` answers to wrong command lines. Usage: refused.py FILE."""
import os
import subprocess
import sys

FILE = sys.argv[1]
for words in [
    ["trian"], ["watch"], ["check"], ["explain"], ["build", FILE, "b.orr"], ["build", "--st", "k=3", FILE], ["train", "--steps", "3", FILE], ["build", FILE, "--set"],
    ["build", "--plain=1", FILE], ["check", FILE, "--emit=exe"], ["build", FILE, "--emit=ir:loop"], ["build", FILE, "--stop-after=bufers"], ["build", FILE, "-O4"],
    ["build", FILE, "-j", "0"], ["check", FILE, "--shape", "D=0"], ["check", FILE, "--shape", "E=3"], ["check", FILE, "--shape", "H=3"], ["check", FILE, "--set", "k"],
    ["check", FILE, "--set", "kk=3"], ["check", FILE, "--set", "k=+"], ["build", FILE, "--shape", "D=4", "--target=mysterious", "-o", "x"],
    ["ORRERY_SET=kk=3", "check", FILE], ["explain", "E0001x"], ["check", "absent.orr"], ["build", FILE, "--shape", "D=4", "-o", "/nonexistent/x"],
    ["build", "x.llvm"], ["check", FILE, "--shape", "D=4", "--set", "train.epochs=0"], ["check", FILE, "--shape", "D=4", "--set", "k=nothing"],
]:  # fmt: skip
    variables = dict(word.split("=", 1) for word in words if word.startswith("ORRERY_"))
    done = subprocess.run(["orrery"] + [w for w in words if not w.startswith("ORRERY_")], capture_output=True, text=True, env=os.environ | variables)
    print(done.returncode, (done.stderr or done.stdout).split("\n")[0])
