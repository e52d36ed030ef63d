"""Times the compiled winds model beside the PyTorch module, in turns, in one run.

run.py --bin build/bin [--rounds 3] [--steps 20] [--json FILE]: builds the model anew, lets both take turns of `steps` training
steps, and prints the ratio of the medians, the compile time, and memory planned and measured.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "climate" / "winds.orr"


def output(command, **kwargs):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **kwargs)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=pathlib.Path, help="also write the numbers there")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "winds"
        begin = time.perf_counter()
        # An empty cache: the time is that of compiling everything.
        output([args.bin / "orrery", "build", MODEL, "-o", program], env={**os.environ, "ORRERY_CACHE_DIR": folder})
        compile_s = time.perf_counter() - begin

        theirs_command = [sys.executable, ROOT / "bench" / "winds_torch.py", "--steps", args.steps, "--threads", args.threads]
        ours_command = [program, "bench", "--json", "--steps", args.steps, "--threads", args.threads]
        ours, theirs = [], []
        for _ in range(args.rounds):
            theirs.append(json.loads(output(theirs_command)))
            ours.append(json.loads(output(ours_command, cwd=MODEL.parent)))

    def median(runs):
        return statistics.median(t for run in runs for t in run["step_ms"])

    def least(runs):
        return min(t for run in runs for t in run["step_ms"])

    result = {
        "ours_median_ms": median(ours),
        "ours_min_ms": least(ours),
        "torch_median_ms": median(theirs),
        "torch_min_ms": least(theirs),
        "ratio": median(theirs) / median(ours),
        "ratio_of_min": least(theirs) / least(ours),
        "compile_s": compile_s,
        "planned_bytes": ours[0]["planned_bytes"],
        "taken_bytes": max(run["taken_bytes"] for run in ours),
        "peak_rss_bytes": max(run["peak_rss_bytes"] for run in ours),
        "torch_bytes": max(run["peak_rss_bytes"] for run in theirs),
    }
    mib = 1 / 2**20
    print(f"winds, one training step, {args.threads} threads, {args.rounds} rounds of {args.steps} steps in turns")
    print(f"  compiled   median {result['ours_median_ms']:8.2f} ms   least {result['ours_min_ms']:8.2f} ms")
    print(f"  PyTorch    median {result['torch_median_ms']:8.2f} ms   least {result['torch_min_ms']:8.2f} ms")
    print(f"  PyTorch / compiled   {result['ratio']:.2f} (of the least: {result['ratio_of_min']:.2f})")
    print(f"  compile time         {compile_s:.2f} s")
    print(f"  memory for training  planned {mib * result['planned_bytes']:.1f} MiB, taken {mib * result['taken_bytes']:.1f} MiB")
    print(f"  whole process        {mib * result['peak_rss_bytes']:.1f} MiB (PyTorch {mib * result['torch_bytes']:.1f} MiB)")
    if args.json:
        args.json.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
