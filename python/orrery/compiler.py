"""Runs the program `orrery` to compile; the compiler itself is never part of this process."""
import json
import os
import pathlib
import shutil
import subprocess

from . import _core
from .errors import CompileError, Diagnostic, Error, Note
from .model import Model


def find_compiler():
    """The program `orrery`: the variable ORRERY, this package, the build folder that it lies in, PATH. Raises Error if it is
    in none of them."""
    package = pathlib.Path(__file__).absolute().parent
    places = [os.environ.get("ORRERY"), package / "bin" / "orrery", package.parents[1] / "bin" / "orrery", shutil.which("orrery")]
    if places[0] and not os.access(places[0], os.X_OK):
        raise Error(f"the variable ORRERY names {places[0]}, which is no program")
    for place in places:
        if place and os.access(place, os.X_OK):
            return str(place)
    looked = ", ".join(str(place) for place in places[1:] if place)
    raise Error(
        f"the compiler `orrery` is not there (looked for {looked}, and on PATH)",
        notes=[Note("help", "", "build it with `make` in the checkout, and put build/bin on PATH or its path into the variable ORRERY")],
    )


def compile(path=None, *, source=None, set=None, shape=None, data=None, plain=False, config=None):
    """Compiles a model and returns it, with its first weights drawn.

    path    a model file (.orr), or
    source  its text
    set     other values for dims, sets and settings: {"D": 256, "train.batch": 4}; `orrery info FILE --settings`
            lists the names; a text is an expression of the language
    shape   sizes of open dims, which else come from the data files: {"lat": 18}
    data    other files to take those sizes from: {"coarse": "winds.nc"}, or a folder
    plain   f64 and no optimisation: the executable truth
    config  a TOML file with settings

    What was compiled before comes from the cache (ORRERY_CACHE_DIR). Raises CompileError, with the diagnostics, for
    a wrong model, and Error if there is no compiler.
    """
    if (path is None) == (source is None):
        raise TypeError("orrery.compile takes a path or source=..., one of them")
    words = [find_compiler(), "build", "-" if path is None else os.fspath(path), "--emit=so", "--cached", "--json", "-q"]
    words += [f"--set={name}={_text(value)}" for name, value in (set or {}).items()]
    words += [f"--shape={name}={size}" for name, size in (shape or {}).items()]
    files = [data] if isinstance(data, (str, os.PathLike)) else [f"{field}={os.fspath(file)}" for field, file in (data or {}).items()]
    words += [f"--data={os.fspath(file)}" for file in files]
    words += ["--plain"] * bool(plain) + ([f"--config={os.fspath(config)}"] if config else [])
    done = subprocess.run(words, input=source or "", capture_output=True, text=True, errors="replace")
    try:
        result = json.loads(done.stdout)
    except json.JSONDecodeError:
        result = {}
    diagnostics = [_diagnostic(item) for item in result.get("diagnostics", [])]
    if done.returncode or "output" not in result:
        text = done.stderr.strip() or f"`{' '.join(words)}` failed with exit code {done.returncode}"
        raise CompileError(text.removeprefix("orrery: "), diagnostics, done.returncode)
    return Model(_core.Session(result["output"]), diagnostics)


def _text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def _diagnostic(item):
    def place(note):
        return f"{note['file']}:{note['line']}:{note['col']}" if "line" in note else note.get("file", "")

    notes = tuple(Note(note["kind"], place(note), note["message"]) for note in item["notes"])
    return Diagnostic(item.get("file", ""), item.get("line", 0), item.get("col", 0), item["severity"], item["code"], item["message"], notes)
