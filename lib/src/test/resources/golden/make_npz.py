"""Writes the fixtures npz/*.npz: the same arrays as numpy.savez, numpy.savez_compressed and a file of
doubles hold them (NumPy 2.4). Other programs' files: ../foreign.

    python3 lib/src/test/resources/golden/make_npz.py
"""
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent / "npz"
HERE.mkdir(exist_ok=True)
arrays = {
    "W1": (np.arange(24, dtype=np.float32) / 7).reshape(2, 1, 3, 4),
    "b1": np.array([-1.5, 2.25], dtype=np.float32),
    "scale": np.array(0.125, dtype=np.float32),
}

np.savez(HERE / "floats.npz", **arrays)
np.savez_compressed(HERE / "compressed.npz", **arrays)
np.savez(HERE / "doubles.npz", **{name: a.astype(np.float64) for name, a in arrays.items()})
