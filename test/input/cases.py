"""Bad input, one row a case: what is given, what is asked, the message, the exit code, and that nothing half-written stays.

Usage: cases.py PROGRAM [--compiler ORRERY] [NAME...]

PROGRAM is the hand-written model of test/runtime (runtime-fake-model); rows that need the compiler run only with it.
Prints a line for every case that is not as it should be, then how many there are.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import zipfile
from dataclasses import dataclass, field
from typing import Callable

import netCDF4
import numpy as np

MONTHS = 42


def wind(t, y):
    return 3 * np.sin(0.7 * t + y) + 0.1 * t * (y - 1)


# ---- Files that fit the model -------------------------------------------------------------------------------------------

def days(first=0, end=MONTHS):
    return np.floor(np.arange(first, end) * 30.44) + 10


def write_x(path="data/x_1.nc", name="wind", lat=3, first=0, end=MONTHS, values=None, units="m s-1", form="NETCDF4",
            time_units="days since 1982-01-01", **attributes):
    with netCDF4.Dataset(path, "w", format=form) as out:
        out.createDimension("time", None)
        out.createDimension("lat", lat)
        time = out.createVariable("time", "f8", ("time",))
        time.units = time_units
        time[:] = days(first, end)
        w = out.createVariable(name, "f4", ("time", "lat"), fill_value=attributes.pop("fill", None))
        w.units = units
        w.setncatts(attributes)
        w.set_auto_mask(False)
        w[:] = wind(np.arange(first, end)[:, None], np.arange(lat)[None]) if values is None else values
        out.createVariable("mask", "f4", ("lat",))[:] = np.linspace(0, 1, lat)


def write_y(path="data/y.nc", units="m/s", dims=("time", "lat"), months=MONTHS, shift=0, size=6, coordinate=True):
    with netCDF4.Dataset(path, "w") as out:
        out.createDimension(dims[0], months)
        out.createDimension(dims[1], size)
        if coordinate:
            time = out.createVariable("time", "f8", (dims[0],))
            time.units = "days since 1982-01-01"
            time[:] = days(0, months) + shift
        for i, name in enumerate(("ya", "yb")):
            v = out.createVariable(name, "f8", dims)
            v.units = units
            v[:] = wind(np.arange(months)[:, None], np.arange(size)[None] / 2) + i


def good_values():
    return wind(np.arange(MONTHS)[:, None], np.arange(3)[None])


def with_value(value):
    values = good_values()
    values[5, 1] = value
    return values


def cut(path, bytes_off=None, keep=None):
    data = pathlib.Path(path).read_bytes()
    pathlib.Path(path).write_bytes(data[:keep if keep is not None else len(data) - bytes_off])


def text_variable():
    with netCDF4.Dataset("data/x_1.nc", "r+") as out:
        out.renameVariable("wind", "other")
        out.createDimension("letters", 4)
        out.createVariable("wind", "S1", ("letters",))[:] = np.array(list("west"), "S1")


def as_classic_without_end():
    write_x(form="NETCDF3_CLASSIC")
    cut("data/x_1.nc", bytes_off=200)


def edited(path, change):
    """Somebody edits a file of a checkpoint by hand, and sees to it that no checksum speaks of it."""
    path = pathlib.Path(path)
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    manifest = path.parent / "manifest.json"
    if manifest.exists():
        listed = json.loads(manifest.read_text())
        del listed["files"][path.name]
        manifest.write_text(json.dumps(listed))


def replay(**fields):
    shutil.copytree("base/ckpt-2", "r")
    os.remove("r/run.json")
    pathlib.Path("r/replay.json").write_text(json.dumps({"step": 1, "seed": 3, "samples": [0, 1, 2, 3], "what": "", **fields}))


def missing_time():
    with netCDF4.Dataset("data/x_1.nc", "r+") as out:
        out["time"][7] = np.nan


def npz(compressed=False, **arrays):
    (np.savez_compressed if compressed else np.savez)("data/x.npz", **arrays)


def npz_member(name, raw):
    with zipfile.ZipFile("data/x.npz", "w") as out:
        out.writestr("mask.npy", npy(np.zeros(3, "f4")))
        out.writestr(name + ".npy", raw)


def npy(array):
    import io
    to = io.BytesIO()
    np.save(to, array, allow_pickle=True)
    return to.getvalue()


def safetensors(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    pathlib.Path("w.safetensors").write_bytes(struct.pack("<Q", len(text) if length is None else length) + text + data)


def tensor(shape, begin, end, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


FITTING = {"line.weight": tensor([2, 2], 0, 16), "line.bias": tensor([2], 16, 24), "unused": tensor([], 24, 28)}


@dataclass
class Case:
    name: str
    given: Callable[[], None]
    command: str
    exit: int
    says: list
    leaves: list = field(default_factory=list)  # files that may be there afterwards
    meanwhile: Callable = None
    compiler: bool = False


def exchanged(path):
    """The file is another one by the time that it is read: the program opens a pipe, which keeps it until a file has taken its place."""

    @contextlib.contextmanager
    def meanwhile():
        os.rename(path, path + ".new")
        os.mkfifo(path)

        def work():
            with open(path, "wb"):  # returns when the program has opened it too
                os.rename(path + ".new", path)

        thread = threading.Thread(target=work)
        thread.start()
        yield
        if os.path.exists(path + ".new"):  # never opened: lets the thread go
            os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        thread.join()

    return meanwhile


TRAIN = "train --steps 2 --out run"
NPZ = "train --steps 2 --out run --data x=data/x.npz"
RESUME = "train --steps 4 --resume=base"
PREDICT = "predict apply --checkpoint base --out p.nc"
INIT = "train --steps 2 --out run --init w.safetensors"
ARRAYS = {"mask": np.linspace(0, 1, 3)}

CASES = [
    # Files of data that cannot be read
    Case("no such file", lambda: os.remove("data/y.nc"), TRAIN, 4, ["data/y.nc: error: no such file [E0500]", "line.orr:4:3: note: asked for here"]),
    Case("too long a name", lambda: None, f"train --out run --data x={'a' * 300}", 4, ["aaa: error: no such file [E0500]"]),
    Case("not NetCDF", lambda: pathlib.Path("data/x_1.nc").write_text("not NetCDF\n" * 99), TRAIN, 4,
         ["data/x_1.nc: error: is no NetCDF file, or a damaged one [E0500]"]),
    Case("empty file", lambda: cut("data/x_1.nc", keep=0), TRAIN, 4, ["data/x_1.nc: error:", "[E0500]"]),
    Case("truncated NetCDF-4", lambda: cut("data/x_1.nc", bytes_off=500), TRAIN, 4, ["data/x_1.nc: error:", "[E0500]"]),
    Case("truncated header", lambda: cut("data/x_1.nc", keep=100), TRAIN, 4, ["data/x_1.nc: error:", "[E0500]"]),
    Case("truncated classic", as_classic_without_end, TRAIN, 4, ["data/x_1.nc: error:", "truncated", "[E0500]"]),
    Case("folder", lambda: (os.remove("data/x_1.nc"), os.mkdir("data/x_1.nc")), TRAIN, 4, ["data/x_1.nc: error: is a folder, not a NetCDF file [E0500]"]),
    Case("exchanged file", lambda: None, TRAIN, 4, ["data/x_1.nc: error: has changed while it was read [E0511]"], meanwhile=exchanged("data/x_1.nc")),

    # Files that do not fit the model
    Case("no variable", lambda: write_x(name="wnid"), TRAIN, 4,
         ["data/x_1.nc: error: no variable 'wind' for label 'u' of dim 'vin' [E0501]", "line.orr:3:3: note: asked for here",
          "note: the file has: time wnid mask", 'help: did you mean "wnid"?']),
    Case("text", text_variable, TRAIN, 4, ["data/x_1.nc: error: variable 'wind' holds text, not numbers [E0501]"]),
    Case("wrong dims", lambda: write_y(dims=("time", "cell")), TRAIN, 4,
         ["data/y.nc: error: variable 'ya' is [time 42, cell 6]; field 'y' [time, vout, hlat] has no dim 'cell' [E0502]",
          'help: if it is \'hlat\', say so: dims(hlat: "cell")']),
    Case("wrong size", lambda: write_x(lat=4), TRAIN, 4,
         ["dim 'lat' is 3 in the model, but 'lat' of variable 'wind' is 4 in the file [E0503]"]),
    Case("second file of other size", lambda: (write_x(end=20), write_x("data/x_2.nc", lat=4, first=20)), TRAIN, 4,
         ["data/x_2.nc: error: variable 'wind' is [time 22, lat 4], but [time 20, lat 3] in data/x_1.nc [E0503]"]),
    Case("second file of other unit", lambda: (write_x(end=20), write_x("data/x_2.nc", first=20, units="K")), TRAIN, 4,
         ["data/x_2.nc: error: 'wind' is in \"K\" in the file, \"m s-1\" in data/x_1.nc; these do not convert [E0504]"]),
    Case("unit", lambda: write_y(units="kg"), TRAIN, 4,
         ["data/y.nc: error: 'ya' is in \"kg\" in the file, \"m/s\" in the model; these do not convert [E0504]"]),
    Case("unit per mole", lambda: write_y(units="m/s/mol"), TRAIN, 4,
         ["\"m/s\" in the model; per-mole and per-particle units do not convert [E0504]"]),
    Case("no unit", lambda: write_y(units="furlong per blink"), TRAIN, 4,
         ["\"furlong per blink\" is no unit that UDUNITS knows [E0504]"]),
    Case("NaN", lambda: write_x(values=with_value(np.nan)), TRAIN, 4,
         ["data/x_1.nc: error: variable 'wind' of field 'x' lacks 0.794 % of its values", "first at 1982-06-12", "[E0505]",
          "line.orr:3:3: note: asked for here", "fill(x, 0)", "mask(x as m)"]),
    Case("infinite", lambda: write_x(values=with_value(np.inf)), TRAIN, 4, ["variable 'wind'", "lacks 0.794 %", "[E0505]"]),
    Case("fill value", lambda: write_x(values=with_value(-99), fill=-99.0), TRAIN, 4, ["lacks 0.794 %", "[E0505]"]),
    Case("missing value", lambda: write_x(values=with_value(-99), missing_value=np.float32(-99)), TRAIN, 4, ["lacks 0.794 %", "[E0505]"]),
    Case("out of range", lambda: write_x(values=with_value(500), valid_range=np.array([-100, 100], "f4")), TRAIN, 4, ["lacks 0.794 %", "[E0505]"]),
    Case("never written", lambda: write_x(values=with_value(netCDF4.default_fillvals["f4"])), TRAIN, 4, ["lacks 0.794 %", "[E0505]"]),
    Case("other number of samples", lambda: write_y(months=41), TRAIN, 4,
         ["data/y.nc: error: field 'y' has 41 samples along 'time', but 'x' has 42 [E0508]"]),
    Case("fewer samples than a batch", lambda: (write_x(end=3), write_y(months=3)), TRAIN, 4,
         ["line.orr:5:3: error: the train split has 3 samples, fewer than one batch of 4 [E0508]"]),
    Case("other times", lambda: write_y(shift=2), TRAIN, 4,
         ["data/y.nc: error: sample 0 of field 'y' is 1982-01-13, but of 'x' 1982-01-11 [E0509]"]),
    Case("time without a length", lambda: write_x(time_units="months since 1982-01-01"), TRAIN, 4,
         ["data/x_1.nc: error: cannot read the time \"months since 1982-01-01\"", "[E0509]", "no fixed length"]),
    Case("time missing", missing_time, TRAIN, 4, ["data/x_1.nc: error: coordinate 'time' has a missing value [E0509]"]),
    Case("empty split", lambda: (write_x(time_units="days since 1992-01-01"), write_y(coordinate=False)), TRAIN, 4,
         ['line.orr:5:3: error: the train split ("1982".."1983") has no samples [E0506]', "from 1992-01-11 to"]),
    Case("empty valid split", lambda: (write_x(end=24), write_y(months=24)), TRAIN, 4,
         ['line.orr:5:3: error: the valid split ("1984-01".."1984-03") has no samples [E0506]', "the data has 24 samples"]),

    # NumPy
    Case("npz that is none", lambda: pathlib.Path("data/x.npz").write_bytes(b"PK\3\4" + b"\0" * 60), NPZ, 4,
         ["data/x.npz: error: is damaged or no file of NumPy:", "[E0500]"]),
    Case("npz cut short", lambda: (npz(wind=good_values(), **ARRAYS), cut("data/x.npz", bytes_off=300)), NPZ, 4,
         ["data/x.npz: error: is damaged or no file of NumPy:", "[E0500]"]),
    Case("npz without the array", lambda: npz(wnid=good_values(), **ARRAYS), NPZ, 4,
         ["data/x.npz: error: no variable 'wind' for label 'u' of dim 'vin' [E0501]", 'did you mean "wnid"?']),
    Case("npz of other rank", lambda: npz(wind=np.zeros((42, 3, 2, 2)), **ARRAYS), NPZ, 4,
         ["data/x.npz: error: variable 'wind' is [axis0 42, axis1 3, axis2 2, axis3 2]; field 'x' [time, vin, lat] has no dim", "[E0502]"]),
    Case("npz of other size", lambda: npz(wind=np.zeros((42, 5)), **ARRAYS), NPZ, 4, ["but 'lat' of variable 'wind' is 5 in the file [E0503]"]),
    Case("npz of objects", lambda: npz(wind=np.full((MONTHS, 3), "a", object), **ARRAYS), NPZ, 4,
         ["array 'wind': it holds elements of type \"|O\"; numbers of up to 8 bytes can be read [E0500]"]),
    Case("npz with too few numbers", lambda: npz_member("wind", npy(good_values())[:-8]), NPZ, 4,
         ["array 'wind' has 1128 bytes; its shape needs 1136 [E0500]"]),
    Case("npz with a huge shape", lambda: npz_member("wind", npy(good_values()).replace(b"(42, 3), }", b"(4294967296, 4294967296), }")[:128 + 1008]), NPZ, 4,
         ["array 'wind':", "[E0500]"]),
    Case("npz with NaN", lambda: npz(compressed=True, wind=with_value(np.nan), **ARRAYS), NPZ, 4, ["lacks 0.794 %", "[E0505]"]),
    Case("npz exchanged", lambda: npz(wind=good_values(), **ARRAYS), NPZ, 4,
         ["data/x.npz: error: has changed while it was read [E0511]"], meanwhile=exchanged("data/x.npz")),

    # Weights
    Case("no weights", lambda: None, INIT, 7, ["w.safetensors: error:", "[E0603]"]),
    Case("weights of no format", lambda: pathlib.Path("w.safetensors").write_bytes(b"abc"), INIT, 7,
         ["w.safetensors: error: is damaged or no safetensors file: it has fewer than 8 bytes [E0602]"]),
    Case("weights cut short", lambda: safetensors(FITTING, b"\0" * 25), INIT, 7, ["w.safetensors: error:", "its data lies outside the file [E0602]"]),
    Case("weights that overlap", lambda: safetensors({**FITTING, "unused": tensor([], 20, 24)}, b"\0" * 24), INIT, 7,
         ["tensor 'unused' overlaps another [E0602]"]),
    Case("weights with a hole", lambda: safetensors({**FITTING, "unused": tensor([], 28, 32)}, b"\0" * 32), INIT, 7,
         ["tensor 'unused' follows a hole [E0602]"]),
    Case("oversized header", lambda: safetensors(FITTING, b"\0" * 28, length=100_000_001), INIT, 7,
         ["its header claims 100000001 bytes; at most 100000000 are allowed [E0602]"]),
    Case("header beyond the file", lambda: safetensors(FITTING, b"\0" * 28, length=5000), INIT, 7, ["its header claims 5000 bytes, but the file has", "[E0602]"]),
    Case("header that is no JSON", lambda: safetensors(b"{'a': 1}"), INIT, 7, ["its header is no JSON object [E0602]"]),
    Case("weights of another shape",
         lambda: safetensors({"line.weight": tensor([2, 3], 0, 24), "unused": tensor([], 24, 28)}, b"\0" * 28), INIT, 7,
         ["w.safetensors: error: 1 of 3 tensors match; 1 have another size, 1 are missing [E0601]",
          "note:   line.weight  file [2, 3]  model [vout 2, vin 2]  vin is 3 in the file", "note:   line.bias  missing",
          "help: --allow-mismatch 'line.weight,line.bias' starts these from scratch"]),
    Case("weights of another shape, half of them allowed",
         lambda: safetensors({"line.weight": tensor([2, 3], 0, 24), "unused": tensor([], 24, 28)}, b"\0" * 28),
         INIT + " --allow-mismatch line.w*", 7, ["[E0601]"]),
    Case("weights that are no reals",
         lambda: safetensors({**FITTING, "line.weight": tensor([2, 2], 0, 16, "I32")}, b"\0" * 28), INIT, 7,
         ["tensor 'line.weight' holds I32, not floating-point numbers [E0601]"]),

    # Checkpoints
    Case("checkpoint cut short", lambda: cut("base/ckpt-2/model.safetensors", bytes_off=3), PREDICT, 7,
         ["model.safetensors: error:", "[E0602]"]),
    Case("statistics that are no JSON", lambda: cut("base/ckpt-2/stats.json", bytes_off=20), PREDICT, 7,
         ["stats.json: error: is damaged", "[E0602]"]),
    Case("statistics of another model", lambda: pathlib.Path("base/ckpt-2/stats.json").write_text('{"fields": {"x": {"mean": [1], "std": [1]}}}'),
         PREDICT, 7, ["stats.json: error:", "[E0602]"]),
    Case("no checkpoint", lambda: shutil.rmtree("base/ckpt-2"), PREDICT, 7, ["error:", "[E0603]"]),
    Case("checkpoint with too long a name", lambda: None, f"test {'a' * 300}", 7, ["aaa: error: File name too long [E0603]"]),

    Case("a step that is no number", lambda: edited("base/ckpt-2/run.json", lambda j: j["state"].update(step=1e30)), RESUME, 7,
         ["run.json: error: does not fit this model: step is no whole number [E0602]"]),
    Case("a step beyond all", lambda: edited("base/ckpt-2/run.json", lambda j: j["state"].update(total_steps=2**63 - 1)), RESUME, 7,
         ["run.json: error: does not fit this model: its numbers of steps make no sense [E0602]"]),
    Case("no state", lambda: edited("base/ckpt-2/run.json", lambda j: j.pop("state")), RESUME, 7, ["run.json: error:", "[E0602]"]),
    Case("a spread of zero", lambda: edited("base/ckpt-2/stats.json", lambda j: j["fields"]["x"].update(std=[1, 0])), PREDICT, 7,
         ["stats.json: error: does not fit this model: a spread of field 'x' is not positive [E0602]"]),
    Case("an attribute of no type", lambda: edited("base/ckpt-2/stats.json", lambda j: j["variables"]["y"][0]["attributes"][0].update(type="f4")), PREDICT, 7,
         ["stats.json: error:", "[E0602]"]),
    Case("a checkpoint elsewhere", lambda: edited("base/checkpoints.json", lambda j: j.update(best="../secret")), PREDICT, 7,
         ["checkpoints.json: error:", "'../secret' is no name of a checkpoint [E0602]"]),
    Case("replay of a fraction", lambda: replay(step=1.5), "replay r", 7, ["r/replay.json: error: does not fit this model: step is no whole number [E0602]"]),
    Case("replay of no sample", lambda: replay(samples=[0, 1, 2, 1e30]), "replay r", 4, ["r/replay.json: error: names sample -1; the data has 42 [E0508]"]),
    Case("replay of too few", lambda: replay(samples=[0]), "replay r", 7, ["r/replay.json: error: names 1 samples; a batch of this program has 4 [E0602]"]),

    # Predictions
    Case("input cut short", lambda: cut("data/x_1.nc", bytes_off=500), "predict apply --checkpoint base --in data/x_1.nc --out p.nc", 4,
         ["data/x_1.nc: error:", "[E0500]"]),
    Case("input with NaN", lambda: write_x(values=with_value(np.nan)), "predict apply --checkpoint base --in data/x_1.nc --out p.nc", 4, ["[E0505]"]),

    Case("prediction onto its input", lambda: None, "predict apply --checkpoint base --in data/x_1.nc --out data/x_1.nc", 2,
         ["data/x_1.nc: error: is read, and what is written would take its place", "help: choose another --out"]),
    Case("prediction onto its input by another name", lambda: os.symlink("x_1.nc", "data/same.nc"), "predict apply --checkpoint base --out data/same.nc", 2,
         ["data/same.nc: error: is read, and what is written would take its place"]),
    Case("gradient onto the data", lambda: None, "gradient --out data/y.nc", 2, ["data/y.nc: error: is read, and what is written would take its place"]),

    # Folders that may not be written; /proc takes no files, not even from root
    Case("unwritable run", lambda: None, "train --steps 2 --out /proc/run", 6, ["/proc/run: error: cannot write:", "[E0903]"]),
    Case("unwritable prediction", lambda: None, "predict apply --checkpoint base --out /proc/p.nc", 6, ["/proc/p.nc: error: cannot write:", "[E0903]"]),
    Case("a file where a folder must be", lambda: pathlib.Path("run").write_text("mine"), TRAIN, 6, ["run: error: cannot write:", "[E0903]"]),

    # The command line
    Case("--set on a program", lambda: None, "train --set D=3", 2, ["--set has no effect on a compiled model", "build again"]),
    Case("unknown option", lambda: None, "train --epcohs 3", 2, ["unknown option '--epcohs'; did you mean '--epochs'?"]),
    Case("unknown field", lambda: None, "train --data z=data/x_1.nc", 2, ["no data field 'z'"]),
    Case("unknown --set", lambda: pathlib.Path("m.orr").write_text("set heads = 4\ndim D = 8 * heads\n"), "check m.orr --set haeds=3", 2,
         ["no setting 'haeds'; did you mean 'heads'?"], compiler=True),
]


def listing():
    return {str(p): p.stat().st_size if p.is_file() else None for p in sorted(pathlib.Path(".").rglob("*"))}


def run(case, program, base):
    """What is wrong with the case, or nothing."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        shutil.copytree(base, folder, dirs_exist_ok=True)
        case.given()
        before = listing()
        environment = {**os.environ, "NO_COLOR": "1", "ASAN_OPTIONS": "exitcode=99", "UBSAN_OPTIONS": "exitcode=99:print_stacktrace=1"}
        with (case.meanwhile or contextlib.nullcontext)():
            done = subprocess.run([program, *case.command.split()], capture_output=True, text=True, errors="replace", env=environment,
                                  stdin=subprocess.DEVNULL, timeout=300)
        wrong = [f"does not say: {text}" for text in case.says if text not in done.stderr]
        if done.returncode != case.exit:
            wrong.append(f"exits with {done.returncode}, not {case.exit}")
        if "Sanitizer" in done.stderr or "runtime error" in done.stderr:
            wrong.append("is not clean")
        after = listing()
        changed = [p for p in after.keys() | before.keys() if after.get(p, "gone") != before.get(p, "gone") and p not in case.leaves]
        if changed:
            wrong.append(f"leaves or changes {changed}")
        os.chdir("/")
        return [f"{case.name}: {text}" for text in wrong] + ([done.stderr.strip(), ""] if wrong else [])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--compiler", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    program = args.program.resolve()
    compiler = args.compiler and args.compiler.resolve()
    cases = [c for c in CASES if (not args.names or c.name in args.names) and (compiler or not c.compiler)]
    failed = 0
    with tempfile.TemporaryDirectory() as base:
        os.chdir(base)
        os.mkdir("data")
        write_x()
        write_y()
        # The untouched data must do, or every case below would fail for another reason.
        done = subprocess.run([program, "train", "--steps", "2", "--out", "base"], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"the good files do not train: {done.stderr}")
        for case in cases:
            wrong = run(case, compiler if case.compiler else program, base)
            failed += bool(wrong)
            print("\n".join(wrong), end="\n" if wrong else "")
    print(f"{len(cases)} cases, {failed} wrong")
    sys.exit(1 if failed or not cases else 0)


main()
