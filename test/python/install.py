"""Runs in an environment into which pip has installed the package, and nothing else."""
import array
import os
import pathlib
import subprocess
import sys

import orrery
from orrery.compiler import find_compiler

(environment,) = map(pathlib.Path, sys.argv[1:])
assert environment in pathlib.Path(orrery.__file__).parents and environment in pathlib.Path(find_compiler()).parents, (orrery.__file__, find_compiler())
source = "dim n = 3\nmodel Twice(x: [n]) -> [n] { return 2 * x }\n"
m = orrery.compile(source=source)
print(memoryview(m(x=array.array("f", [1, 2, 3]))).tolist())

# Programs are linked with the package's runtime: without it there is none.
pathlib.Path("twice.orr").write_text(source)
subprocess.run([find_compiler(), "build", "twice.orr", "-q", "-o", "twice"], check=True)
assert "Twice" in subprocess.run(["./twice", "info"], capture_output=True, text=True, check=True).stdout
library = pathlib.Path(find_compiler()).parents[1] / "lib" / "liborrery_runtime.a"
os.rename(library, "kept.a")
assert subprocess.run([find_compiler(), "build", "twice.orr", "-q", "-o", "twice"], capture_output=True).returncode != 0
os.rename("kept.a", library)
for other in ("numpy", "ase", "torch", "xarray"):
    try:
        __import__(other)
        raise SystemExit(f"{other} is here")
    except ImportError:
        pass
print("nothing but the package")
