"""Weights move both ways by name between a module of PyTorch and a compiled model; both then compute the same."""
import sys

import numpy as np
import orrery
import torch
from safetensors.torch import load_file, save_file

import compare
import winds
from small import close

model, folder = sys.argv[1:]
torch.manual_seed(0)
module, shapes = winds.example()
compare.randomised(module, 1).double()
fields = {name: torch.randn(2, *shape, dtype=torch.float64) for name, shape in shapes.items()}

m = orrery.compile(model, plain=True, set={"rate": 0, "train.batch": 2})
identity = {  # so that fields are what the module of PyTorch takes
    name: {"dims": list(s["dims"]), "mean": np.zeros(len(s["mean"])), "std": np.ones(len(s["mean"]))}
    for name, s in ((name, {"dims": [field.dims[1]], "mean": range(field.shape[1])}) for name, field in m.inputs.items())
}
m.statistics = identity


def agree(tolerance):
    expected = compare.evaluate(module, winds, fields)
    loss, gradients = m.loss_and_gradients(**fields)
    assert close(loss, expected["loss"], tolerance), (loss, expected["loss"])
    floor = 1e-3 * max(value.abs().max().item() for value in gradients_of(expected).values())
    for name, value in gradients_of(expected).items():
        error = np.abs(gradients[name] - value.numpy()).max() / max(value.abs().max().item(), floor)
        assert error <= tolerance, (name, error)
    assert close(m.downscale(coarse=fields["coarse"], ground=fields["ground"]), expected["prediction.fine"], tolerance)


def gradients_of(results):
    return {name[9:]: value for name, value in results.items() if name.startswith("gradient.")}


# PyTorch -> Orrery: the same names, the same shapes.
assert list(m.parameters) == [name for name in m.parameters if name in module.state_dict()]
try:
    agree(1e-11)
    raise SystemExit("other weights, and yet the same results")
except AssertionError:
    pass
m.set_parameters(module.state_dict())
agree(1e-11)

# Orrery -> PyTorch, in memory and through a file.
m.initialize(seed=5)
module.load_state_dict({name: torch.from_numpy(array) for name, array in m.state_dict().items()})
agree(1e-11)
m.initialize(seed=6)
m.save(f"{folder}.safetensors")
module.load_state_dict(load_file(f"{folder}.safetensors"))
agree(1e-11)
save_file({name: value.contiguous() for name, value in compare.randomised(module, 2).state_dict().items()}, f"{folder}.safetensors")
m.load(f"{folder}.safetensors")
agree(1e-11)
print("weights move both ways")
