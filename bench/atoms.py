"""Times a compiled potential beside PyTorch eager, which goes through the forces a second time (create_graph), in turns, in one run.

atoms.py --bin build/bin [--model painn] [--rounds 5] [--steps 6] [--set D=128 ...]: a training step of 32 structures of both sources (energies, forces, loss,
gradients, AdamW), and a call that predicts their energies and forces. Prints the median time of both, the memory of both processes, and structures a second. It
fails where losses or predictions differ.
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
PREDICT = "potential"
SIZES = {"painn": ["D=128", "rbf=20", "embedding=0"]}  # those of the paper


def output(command, **kwargs):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **kwargs)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


def time_torch(model, path, steps, threads, predict):
    """Runs in a process of its own, for its memory."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    import torch
    from safetensors.torch import load_file

    sys.path.insert(0, str(ROOT / "test" / "oracle"))
    import atoms

    torch.set_num_threads(threads)
    dump = load_file(path)
    parameters = {k[10:]: v.requires_grad_(not predict) for k, v in dump.items() if k.startswith("parameter.")}
    graph = atoms.Graph(dump)
    graph.cell, graph.image = graph.cell.float(), graph.image.float()
    atoms_of = torch.bincount(graph.frame, minlength=graph.frames)
    pos = dump["field.pos"].float().requires_grad_()
    optimizer = None if predict else torch.optim.AdamW(parameters.values(), lr=1e-6)

    def call(create_graph):
        energy = atoms.MODELS[model](atoms.Weights(parameters), graph, pos)
        return energy, -torch.autograd.grad(energy.sum(), pos, create_graph=create_graph)[0]

    def step():
        energy, forces = call(create_graph=True)
        loss = ((energy - dump["field.energy"].float()).abs() / atoms_of).mean() + atoms.FORCES * (forces - dump["field.forces"]).abs().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    def predicted():
        """How far the predictions are from the compiled ones, in parts of the largest."""
        energy, forces = call(create_graph=False)
        pairs = (energy.detach(), dump["prediction.energy"]), (forces, dump["prediction.forces"])
        return max(((a - b).abs().max() / b.abs().max()).item() for a, b in pairs)

    run = predicted if predict else step
    first = run()
    run()
    times = []
    for _ in range(steps):
        begin = time.perf_counter()
        run()
        times.append(1e3 * (time.perf_counter() - begin))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"ms": times, "peak_rss_bytes": peak, "first": first, "edges": len(graph.src), "atoms": len(pos)}))


def require_same_batch(ours, theirs):
    """Both must have worked on the same structures."""
    for run in ours:
        sizes = run["sizes"]["atom"], run["sizes"]["edge"]
        if sizes != (theirs["atoms"], theirs["edges"]):
            sys.exit(f"the compiled program has {sizes[0]} atoms and {sizes[1]} edges, PyTorch {theirs['atoms']} and {theirs['edges']}: the times tell nothing")


def median(runs, key):
    return statistics.median(t for run in runs for t in run[key])


def compare(what, ours, theirs, key):
    """Prints one of the two measurements and returns its numbers."""
    result = {
        "ours_ms": median(ours, key),
        "torch_ms": median(theirs, "ms"),
        "ours_bytes": max(run["peak_rss_bytes"] for run in ours),
        "torch_bytes": max(run["peak_rss_bytes"] for run in theirs),
    }
    result["ratio"] = result["torch_ms"] / result["ours_ms"]
    # Of each round, which had both under the same conditions.
    result["ratio_of_rounds"] = statistics.median(statistics.median(t["ms"]) / statistics.median(o[key]) for o, t in zip(ours, theirs))
    mib = 1 / 2**20
    for name, side in (("compiled", "ours"), ("PyTorch", "torch")):
        ms = result[side + "_ms"]
        print(f"  {what:15s} {name:9s} median {ms:8.1f} ms {1e3 * BATCH / ms:8.1f} structures/s   whole process {mib * result[side + '_bytes']:7.1f} MiB")
    print(f"  {what:15s} PyTorch / compiled: time {result['ratio']:.2f} (median of rounds {result['ratio_of_rounds']:.2f}), memory {result['torch_bytes'] / result['ours_bytes']:.2f}")
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--model", default="painn")
    parser.add_argument("--set", action="append", default=[], dest="settings")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--torch", metavar="DUMP", help="time PyTorch alone on what `gradient` wrote")
    parser.add_argument("--predict", action="store_true", help="of PyTorch alone: predictions instead of training steps")
    parser.add_argument("--json", type=pathlib.Path, help="also write the numbers there")
    args = parser.parse_args()
    if args.torch:
        return time_torch(args.model, args.torch, args.steps, args.threads, args.predict)

    source = ROOT / "models" / "atoms" / f"{args.model}.orr"
    training, inference = ([], []), ([], [])
    with tempfile.TemporaryDirectory() as folder:
        program, dump = pathlib.Path(folder) / "model", pathlib.Path(folder) / "dump"
        settings = [f"train.batch={BATCH}", f"train.micro={BATCH}", *SIZES.get(args.model, []), *args.settings]
        output([args.bin / "orrery", "build", source, *(a for s in settings for a in ("--set", s)), "-o", program])
        check = json.loads(output([program, "gradient", "--json", "--out", dump], cwd=source.parent).splitlines()[-1])
        theirs = [sys.executable, __file__, "--bin", args.bin, "--model", args.model, "--torch", dump, "--steps", args.steps, "--threads", args.threads]
        ours = [program, "bench", "--json", "--threads", args.threads]
        for _ in range(args.rounds):
            training[1].append(json.loads(output(theirs)))
            training[0].append(json.loads(output([*ours, "--steps", 3 * args.steps], cwd=source.parent)))
            inference[1].append(json.loads(output([*theirs, "--predict"])))
            inference[0].append(json.loads(output([*ours, "--steps", 3 * args.steps, "--predict", PREDICT], cwd=source.parent)))

    first = training[1][0]
    require_same_batch(training[0] + inference[0], first)
    print(f"{args.model}, {BATCH} structures ({first['atoms']} atoms, {first['edges']} edges), {args.threads} threads, {args.rounds} rounds in turns")
    numbers = {"training": compare("training step", *training, "step_ms"), "inference": compare("energy + forces", *inference, "call_ms")}
    print(f"  loss            compiled {check['loss']:.6g}, PyTorch {first['first']:.6g}; predictions differ by {inference[1][0]['first']:.1e} of the largest")
    print(f"  planned         training {training[0][0]['planned_bytes'] / 2**20:.1f} MiB, energy + forces {inference[0][0]['planned_bytes'] / 2**20:.1f} MiB")
    if args.json:
        args.json.write_text(json.dumps(numbers, indent=1))
    if abs(check["loss"] - first["first"]) > 1e-3 * abs(first["first"]) or inference[1][0]["first"] > 1e-3:
        sys.exit("the losses or the predictions differ")


if __name__ == "__main__":
    main()
