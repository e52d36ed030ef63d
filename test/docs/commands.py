"""Runs the commands that a document shows: its blocks marked `sh`, in order, in one folder.

Usage: commands.py ROOT BUILD FOLDER DOCUMENT. Runs are cut short by ORRERY_SET; a block marked `console` is only shown.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

root, build, folder, document = map(pathlib.Path, sys.argv[1:])
shutil.rmtree(folder, ignore_errors=True)
(folder / "build").mkdir(parents=True)
(folder / "models").symlink_to(root / "models")
(folder / "build" / "bin").symlink_to(build / "bin")
environment = os.environ | {
    "PATH": f"{build / 'bin'}:{os.environ['PATH']}",
    "ORRERY_SET": "train.steps=2",
    "ORRERY_CACHE_DIR": str(folder.parent / "cache"),
}
blocks = re.findall(r"^```sh\n(.*?)^```", document.read_text(), re.M | re.S)
for block in blocks:
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{document}: exit {done.returncode}\n{block}\n{done.stdout[-1500:]}{done.stderr[-3000:]}")
if not blocks:
    sys.exit(f"{document} shows no commands")
print(f"{len(blocks)} blocks run")
