"""What the two scripts beside share: the fixtures' text format.

A fixture is a list of tensors: a line "name shape", then a line of its values in reading order.
"""
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent


def save(path, tensors):
    lines = []
    for name, value in tensors.items():
        value = np.asarray(value, dtype=np.float64)
        lines.append(" ".join([name, *map(str, value.shape)]))
        lines.append(" ".join(f"{v:.9g}" for v in value.ravel()))
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def load(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    tensors = {}
    for head, values in zip(lines[::2], lines[1::2]):
        name, *shape = head.split()
        tensors[name] = np.array(values.split(), dtype=np.float64).reshape(*map(int, shape))
    return tensors
