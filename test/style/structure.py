"""Checks what holds of the source tree as a whole: the direction of includes, the length of files, first-line comments, no machine's paths.

Usage: structure.py ROOT. Prints each violation; exits 1 if there is one.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1])
MAY_INCLUDE = {
    "dialects": {"dialects"},
    "passes": {"dialects", "passes", "runtime/abi"},
    "frontend": {"dialects", "passes", "frontend", "runtime/abi"},
    "runtime": {"runtime"},
}
LONGEST = 1000

files = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
wrong = []
for name in files:
    path = ROOT / name
    if path.suffix not in {".cpp", ".h", ".td", ".py", ".sh", ".cmake", ".md", ".orr"} or not path.exists():
        continue
    text = path.read_text()
    lines = text.split("\n")
    if path.suffix in {".cpp", ".h", ".td", ".py"} and len(lines) > LONGEST:
        wrong.append(f"{name}: {len(lines)} lines, more than {LONGEST}")
    if path.suffix in {".cpp", ".h", ".td"} and not lines[0].startswith("//"):
        wrong.append(f"{name}:1: the first line does not say what the file is for")
    for i, line in enumerate(lines, 1):
        if re.search(r"/(work|farm|tmp/bash_jobs)/|\.\./shared", line) and name != "test/style/structure.py":
            wrong.append(f"{name}:{i}: a path that exists on one machine only")
        include = re.match(r'#include "([a-z]+)/([a-z]+)?', line)
        top = name.split("/")[0]
        if include and top in MAY_INCLUDE and include[1] in MAY_INCLUDE:
            target = {include[1], f"{include[1]}/{include[2]}"}
            if not target & MAY_INCLUDE[top]:
                wrong.append(f"{name}:{i}: {top} must not include {line}")
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
