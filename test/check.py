"""Runs lit over this folder and closes with one line: N passed, N failed.

Usage: check.py BUILD_FOLDER LLVM_TOOLS_FOLDER. Exits like lit.
"""
import pathlib
import re
import subprocess
import sys

build, tools = sys.argv[1:]
lit = [f"{tools}/lit", "-sv", "--param", f"bin={build}", "--param", f"llvm={tools}", str(pathlib.Path(__file__).parent)]
counts = {}
run = subprocess.Popen(lit, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
for line in run.stdout:
    print(line, end="", flush=True)
    # The summary: "  Passed: 22 (95.65%)"
    if found := re.match(r"\s+(Passed|Failed|Timed Out|Unresolved|Unsupported|Unexpectedly Passed)\s*:\s*(\d+)", line):
        counts[found[1]] = int(found[2])
code = run.wait()
passed, skipped = counts.pop("Passed", 0), counts.pop("Unsupported", 0)
print(f"{passed} passed, {sum(counts.values())} failed, {skipped} skipped")
sys.exit(code or (1 if passed == 0 else 0))
