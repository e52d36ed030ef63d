"""Runs a program under an MPI launcher, for tests: within a time limit, and with no process left behind.

Usage: launch.py openmpi|mpich RANKS PROGRAM ARGUMENT...
Exits like the launcher; 124 when the time ran out, 125 when processes had to be removed after the launcher had ended.
"""
import os
import pathlib
import signal
import subprocess
import sys
import time
import uuid

LIMIT = 240  # seconds; a busy machine is slow, a hang is for ever
GRACE = 10  # ranks may outlive their launcher by a moment

flavour, ranks, *command = sys.argv[1:]
mark = f"ORRERY_TEST_LAUNCH={uuid.uuid4()}"
launcher = {
    "openmpi": ["mpirun.openmpi", "--oversubscribe", "--bind-to", "none", "-n", ranks],
    "mpich": ["mpirun.mpich", "-n", ranks],
}[flavour]
environment = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
environment.update([mark.split("=")])


def left():
    """The processes that carry our mark."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if mark.encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                pass  # gone, or not ours
    return found


def kill():
    for process in left():
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass


run = subprocess.Popen(launcher + command, env=environment, stdin=subprocess.DEVNULL)
try:
    code = run.wait(LIMIT)
except subprocess.TimeoutExpired:
    kill()
    run.wait()
    print(f"no end after {LIMIT} s: {' '.join(command)}", file=sys.stderr)
    sys.exit(124)
end = time.monotonic() + GRACE
while left() and time.monotonic() < end:
    time.sleep(0.05)
if rest := left():
    kill()
    print(f"{len(rest)} processes were left behind", file=sys.stderr)
    sys.exit(125)
sys.exit(code if code >= 0 else 128 - code)
