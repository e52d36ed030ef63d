"""Compares a compiled model with its PyTorch module: same weights and fields, hence same output, loss and gradients.

compare.py MODEL weights OUT.safetensors [--seed N]    weights to start both from (none of them zero)
compare.py MODEL check DUMP.safetensors --tolerance T  DUMP holds what the compiled model read and computed:
    parameter.NAME, field.NAME (normalised), loss, gradient.NAME, prediction.NAME
compare.py MODEL agree DUMP OTHER --tolerance T        two such files of one model, computed from the same weights and fields
compare.py MODEL imitate DUMP.safetensors --real f32   such a file computed by PyTorch, to test this program

`check` computes in f64 whatever the file's precision is. A tensor's error is relative to its largest element, but not to
less than a thousandth of the largest element of any gradient: a gradient that is zero in theory is noise in both.
"""
import argparse
import importlib
import sys

import numpy as np
from safetensors.numpy import load_file, save_file


def pytorch():
    """PyTorch takes seconds to import, and is not needed by all commands."""
    import torch

    return torch


def randomised(module, seed):
    torch = pytorch()
    torch.manual_seed(seed)
    with torch.no_grad():
        for p in module.parameters():
            p.add_(0.05 * torch.randn_like(p))
    return module


def evaluate(module, model, fields):
    """loss, gradients and prediction; without dropout"""
    module.eval()
    module.zero_grad()
    loss = model.loss(module, fields)
    loss.backward()
    result = {"loss": loss.detach()}
    with pytorch().no_grad():
        result["prediction.fine"] = model.predict(module, fields)
    for name, p in module.named_parameters():
        result[f"gradient.{name}"] = p.grad
    return result


def part(dump, prefix):
    return {k[len(prefix) :]: v for k, v in dump.items() if k.startswith(prefix)}


def differences(expected, given, tolerance):
    """What of `given` is not what is expected; prints the largest error."""
    wrong = []
    floor = 1e-3 * max(np.abs(v).max() for k, v in expected.items() if k.startswith("gradient."))
    worst, compared = (0.0, ""), 0
    for name, value in expected.items():
        if name not in given or given[name].size != value.size:
            wrong.append(f"{name} is missing or has another size")
            continue
        value, other = value.astype(np.float64), given[name].astype(np.float64).reshape(value.shape)
        scale = max(np.abs(value).max(), floor if name.startswith("gradient.") else 0.0)
        error = np.abs(other - value).max() / scale
        compared += 1
        worst = max(worst, (error, name))
        if not error <= tolerance:
            wrong.append(f"{name}: relative error {error:.2e}, more than {tolerance:.0e}")
    print(f"{compared} tensors compared, largest relative error {worst[0]:.2e} ({worst[1]})")
    return wrong


def check(model, dump, tolerance):
    torch = pytorch()
    module, _ = model.example()
    module.double()
    parameters = {k: torch.from_numpy(v).double() for k, v in part(dump, "parameter.").items()}
    state = module.state_dict()
    wrong = [f"{k} is missing or has another shape" for k, v in state.items() if k not in parameters or parameters[k].shape != v.shape]
    wrong += [f"{k} is not known to PyTorch" for k in parameters if k not in state]
    if wrong:
        return wrong
    module.load_state_dict(parameters)
    fields = {k: torch.from_numpy(v).double() for k, v in part(dump, "field.").items()}
    expected = evaluate(module, model, fields)
    return differences({k: v.numpy() for k, v in expected.items()}, dump, tolerance)


def finish(wrong):
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=["winds", "reslim"])
    parser.add_argument("command", choices=["weights", "check", "agree", "imitate"])
    parser.add_argument("file")
    parser.add_argument("other", nargs="?")
    parser.add_argument("--tolerance", type=float, default=1e-5)
    parser.add_argument("--real", choices=["f32", "f64"], default="f32")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    if args.command == "agree":
        dump = load_file(args.file)
        computed = {k: v for k, v in dump.items() if not k.startswith(("parameter.", "field."))}
        finish(differences(computed, load_file(args.other), args.tolerance))

    torch = pytorch()
    model = importlib.import_module(args.model)
    if args.command == "check":
        finish(check(model, load_file(args.file), args.tolerance))
    real = torch.float64 if args.real == "f64" else torch.float32
    torch.manual_seed(args.seed)
    module, shapes = model.example()
    randomised(module, args.seed).to(real)
    dump = {k: v.contiguous() for k, v in module.state_dict().items()}
    if args.command == "imitate":
        fields = {k: torch.randn(2, *shape).to(real) for k, shape in shapes.items()}
        dump = {f"parameter.{k}": v for k, v in dump.items()} | {f"field.{k}": v for k, v in fields.items()}
        dump |= evaluate(module, model, fields)
    save_file({k: v.detach().contiguous().numpy() for k, v in dump.items()}, args.file)


if __name__ == "__main__":
    main()
