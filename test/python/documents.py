"""Runs the examples of a document: its blocks marked `python`, in order, as one program in a folder of their own.

Usage: documents.py ROOT FOLDER DOCUMENT
"""
import os
import pathlib
import re
import shutil
import sys

root, folder, document = map(pathlib.Path, sys.argv[1:])
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
(folder / "models").symlink_to(root / "models")
text = document.read_text()
os.chdir(folder)
blocks = list(re.finditer(r"^```python\n(.*?)^```", text, re.M | re.S))
names = {"__name__": "__main__"}
for block in blocks:  # compiled at their lines, so that an error shows where it is
    lines = "\n" * (text[: block.start(1)].count("\n")) + block[1]
    exec(compile(lines, str(document), "exec"), names)
if not blocks:
    sys.exit(f"{document} shows no Python")
print(f"{len(blocks)} blocks of {document.name} run")
