"""Runs the libFuzzer targets, as many at once as there are cores, and tells how far each came.

Usage: run.py BUILD_FOLDER [--seconds 60] [--seed N] [--jobs N] [--keep FOLDER] [NAME...]

BUILD_FOLDER is one of preset `sanitize`. Each target starts from seeds/NAME (inputs that once broke something are kept
there too) and from what its grammar has elsewhere in the tree. --keep gathers what was found to be new, and any input
that fails, in a folder; without it both are thrown away, after a failing one was printed. Exits 1 if a target fails.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
MORE_SEEDS = {"lang": ["../lang/examples", "../errors"], "sema": ["../lang/examples"]}


# What libraries leak is not ours to mend.
ENVIRONMENT = {**os.environ, "LSAN_OPTIONS": f"suppressions={HERE / 'leaks.supp'}:print_suppressions=0"}


def run(program, seconds, seed, keep):
    name = program.name.removeprefix("fuzz-")
    corpus = keep / name
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = [HERE / "seeds" / name] + [HERE / more for more in MORE_SEEDS.get(name, [])]
    found = keep / f"failed-{name}-"
    command = [program, f"-max_total_time={seconds}", "-timeout=60", "-rss_limit_mb=3000", "-max_len=8192", "-verbosity=1",
               "-print_final_stats=1", f"-seed={seed}", f"-artifact_prefix={found}", corpus, *(s for s in seeds if s.exists())]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=ENVIRONMENT)
    runs = re.findall(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    edges = re.findall(r"cov: (\d+)", done.stderr)
    return name, done.returncode, int(runs[-1]) if runs else 0, int(edges[-1]) if edges else 0, done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    args = parser.parse_intermixed_args()
    programs = sorted(p for p in (args.build / "bin").glob("fuzz-*") if not p.suffix)
    known = [p.name.removeprefix("fuzz-") for p in programs]
    if unknown := set(args.names) - set(known) or not programs:
        sys.exit(f"no fuzzers {unknown}; there are: {' '.join(known) or 'none, build preset sanitize first'}")
    programs = [p for p, name in zip(programs, known) if not args.names or name in args.names]
    failed = 0
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        keep = args.keep or pathlib.Path(scratch)
        for name, code, runs, edges, log in pool.map(lambda p: run(p, args.seconds, args.seed, keep), programs):
            # A fuzzer that tried nothing has shown nothing.
            good = code == 0 and runs > 0
            print(f"{name}: {runs} inputs, {edges} edges, {'nothing found' if good else 'FAILED'}", flush=True)
            if not good:
                failed += 1
                print(log[-6000:])
                for path in keep.glob(f"failed-{name}-*"):
                    print(f"{path}: {path.read_bytes()[:2000]!r}")
    sys.exit(1 if failed else 0)


main()
