"""line_gradient.py FILE: recomputes what the hand-written model y = W x + b wrote."""
import sys

import numpy as np
from safetensors.numpy import load_file

d = load_file(sys.argv[1])
x = np.repeat(d["field.x"].astype("f8"), 2, axis=2)
w, b = d["parameter.line.weight"].astype("f8"), d["parameter.line.bias"].astype("f8")
y = np.einsum("vi,sih->svh", w, x) + b[:, None]
error = y - d["field.y"]
assert np.allclose(d["prediction.y"], y, rtol=1e-5, atol=1e-5)
assert np.isclose(d["loss"], (error**2).mean(), rtol=1e-5)
assert np.allclose(d["gradient.line.weight"], 2 * np.einsum("svh,sih->vi", error, x) / error.size, rtol=1e-4, atol=1e-6)
assert np.allclose(d["gradient.line.bias"], 2 * error.sum((0, 2)) / error.size, rtol=1e-4, atol=1e-6)
