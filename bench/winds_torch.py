"""Times one training step of the winds model in PyTorch: loss, gradients, clipping, AdamW, moving average.

Prints {"step_ms": [...], "peak_rss_bytes": N} as the compiled program's `bench --json` does.
"""
import argparse
import copy
import json
import os
import pathlib
import resource
import sys
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--steps", type=int, default=20)
parser.add_argument("--batch", type=int, default=16)
parser.add_argument("--threads", type=int, default=2)
args = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = str(args.threads)

import torch  # noqa: E402  (after the number of threads is set)

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "test" / "oracle"))
import winds  # noqa: E402

torch.set_num_threads(args.threads)
torch.manual_seed(0)
module, shapes = winds.example()
average = copy.deepcopy(module)
fields = {name: torch.randn(args.batch, *shape) for name, shape in shapes.items()}
optimizer = torch.optim.AdamW(module.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.01)


def step():
    loss = winds.loss(module, fields)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
    optimizer.step()
    with torch.no_grad():
        torch._foreach_lerp_(list(average.parameters()), list(module.parameters()), 0.01)


for _ in range(3):
    step()
times = []
for _ in range(args.steps):
    begin = time.perf_counter()
    step()
    times.append(1e3 * (time.perf_counter() - begin))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"step_ms": times, "peak_rss_bytes": peak}))
