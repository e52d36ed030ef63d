"""mask.py data: writes a.npz and b.npz with gaps. mask.py compare: the program's batch against NumPy."""
import sys

import numpy as np
from safetensors.numpy import load_file

if sys.argv[1] == "data":
    random = np.random.default_rng(0)
    a = random.normal(size=(10, 4)).astype("f4")
    b = a @ random.normal(size=(4, 4)).astype("f4") + 7
    b[[0, 1, 2, 3], [1, 0, 2, 3]] = np.nan
    np.savez("a.npz", a=a)
    np.savez_compressed("b.npz", b=np.asfortranarray(b))
else:
    g = load_file("g.safetensors")
    a, b, known = g["field.a"], g["field.b"], g["mask.b"]
    truth = np.load("b.npz")["b"]
    # The samples of the batch are found again by their inputs, which have no gaps.
    rows = [int(np.argmin(np.abs(np.load("a.npz")["a"] - row).sum(1))) for row in a]
    assert len(set(rows)) == 4
    assert (known == ~np.isnan(truth[rows])).all() and known.min() == 0
    assert (b[known == 0] == 0).all()
    error = known * (a @ g["parameter.f.weight"].T + g["parameter.f.bias"] - b)
    loss = (error**2).mean()
    assert abs(loss - g["loss"]) < 1e-5 * loss, (loss, g["loss"])
    gradient = 2 * error.T @ a / known.size
    assert np.allclose(gradient, g["gradient.f.weight"], rtol=1e-4, atol=1e-6)
    print("the loss counts known points alone")
