"""Times a compiled potential beside PyTorch eager, which goes through the forces a second time (create_graph), in turns, in one run.

atoms.py --bin build/bin [--model painn] [--rounds 3] [--steps 10] [--set D=128 ...]: one training step of 32 structures of both sources: energies,
forces, loss, gradients, AdamW. Prints both times and the memory of both processes, and whether both compute the same loss.
"""
import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BATCH = 32


def output(command, **kwargs):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **kwargs)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


def time_torch(model, path, steps, threads):
    """Runs in a process of its own, for its memory."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    import torch
    from safetensors.torch import load_file

    sys.path.insert(0, str(ROOT / "test" / "oracle"))
    import atoms

    torch.set_num_threads(threads)
    dump = load_file(path)
    parameters = {k[10:]: v.requires_grad_() for k, v in dump.items() if k.startswith("parameter.")}
    graph = atoms.Graph(dump)
    graph.cell, graph.image = graph.cell.float(), graph.image.float()
    atoms_of = torch.bincount(graph.frame, minlength=graph.frames)
    pos = dump["field.pos"].float().requires_grad_()
    optimizer = torch.optim.AdamW(parameters.values(), lr=1e-6)

    def step():
        energy = atoms.MODELS[model](atoms.Weights(parameters), graph, pos)
        forces = -torch.autograd.grad(energy.sum(), pos, create_graph=True)[0]
        loss = ((energy - dump["field.energy"].float()).abs() / atoms_of).mean() + 10 * (forces - dump["field.forces"]).abs().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    loss = step()
    step()
    times = []
    for _ in range(steps):
        begin = time.perf_counter()
        step()
        times.append(1e3 * (time.perf_counter() - begin))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"step_ms": times, "peak_rss_bytes": peak, "loss": loss, "edges": len(graph.src), "atoms": len(pos)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--model", default="painn")
    parser.add_argument("--set", action="append", default=[], dest="settings")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--torch", metavar="DUMP", help="time PyTorch alone on what `gradient` wrote")
    parser.add_argument("--json", type=pathlib.Path, help="also write the numbers there")
    args = parser.parse_args()
    if args.torch:
        return time_torch(args.model, args.torch, args.steps, args.threads)

    source = ROOT / "models" / "atoms" / f"{args.model}.orr"
    with tempfile.TemporaryDirectory() as folder:
        program, dump = pathlib.Path(folder) / "model", pathlib.Path(folder) / "dump"
        settings = [f"train.batch={BATCH}", f"train.micro={BATCH}", *args.settings]
        output([args.bin / "orrery", "build", source, *(a for s in settings for a in ("--set", s)), "-o", program])
        output([program, "gradient", "--out", dump], cwd=source.parent)
        theirs_command = [sys.executable, __file__, "--bin", args.bin, "--model", args.model, "--torch", dump, "--steps", args.steps, "--threads", args.threads]
        ours_command = [program, "bench", "--json", "--steps", args.steps, "--threads", args.threads]
        ours, theirs = [], []
        for _ in range(args.rounds):
            theirs.append(json.loads(output(theirs_command)))
            ours.append(json.loads(output(ours_command, cwd=source.parent)))
        check = json.loads(output([program, "gradient", "--json", "--out", dump], cwd=source.parent).splitlines()[-1])

    ours_ms = statistics.median(t for run in ours for t in run["step_ms"])
    theirs_ms = statistics.median(t for run in theirs for t in run["step_ms"])
    ours_bytes = max(run["peak_rss_bytes"] for run in ours)
    theirs_bytes = max(run["peak_rss_bytes"] for run in theirs)
    mib = 1 / 2**20
    print(f"{args.model}, one training step of {BATCH} structures ({theirs[0]['atoms']} atoms, {theirs[0]['edges']} edges), {args.threads} threads, {args.rounds} rounds of {args.steps} steps in turns")
    print(f"  loss       compiled {check['loss']:.6g}, PyTorch {theirs[0]['loss']:.6g}")
    print(f"  compiled   median {ours_ms:8.1f} ms   whole process {mib * ours_bytes:8.1f} MiB, planned {mib * ours[0]['planned_bytes']:.1f} MiB")
    print(f"  PyTorch    median {theirs_ms:8.1f} ms   whole process {mib * theirs_bytes:8.1f} MiB")
    print(f"  PyTorch / compiled   time {theirs_ms / ours_ms:.2f}, memory {theirs_bytes / ours_bytes:.2f}")
    if args.json:
        args.json.write_text(json.dumps({"ours_ms": ours_ms, "torch_ms": theirs_ms, "ours_bytes": ours_bytes, "torch_bytes": theirs_bytes}, indent=1))
    same = abs(check["loss"] - theirs[0]["loss"]) <= 1e-3 * abs(theirs[0]["loss"])
    sys.exit(0 if same else "the losses differ")


if __name__ == "__main__":
    main()
