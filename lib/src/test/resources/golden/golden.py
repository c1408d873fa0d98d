"""What the two scripts beside share: the fixtures' text format.

A fixture is a list of tensors: a line "name shape", then a line of its values in reading order. Two
kinds of tensors are written shorter: a large input as "formula seed scale" (see Formula), a long
result as "digest" and some numbers (see digest). Golden.java reads the same.
"""
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
LIMIT = 800  # a result of more values is written as a digest
STEP = 97  # a prime: what is kept of a digest wanders through all rows and columns


class Formula:
    """An input that is computed, not stored: value i is a hash of seed and i, from -scale to below
    scale in steps of scale / 2**23. A float holds it exactly if the scale is a power of two."""

    def __init__(self, seed, scale, *shape):
        self.seed, self.scale, self.shape = seed, scale, shape

    def __array__(self, dtype=None, copy=None):
        h = np.arange(np.prod(self.shape), dtype=np.uint32) + np.uint32(self.seed << 20)
        h = (h ^ (h >> 16)) * np.uint32(0x7FEB352D)
        h = (h ^ (h >> 15)) * np.uint32(0x846CA68B)
        h ^= h >> 16
        return (self.scale * ((h >> 8) / 2.0**23 - 1)).reshape(self.shape)


def digest(values):
    """Every 97th value, then for each run of 97 values their sum, weighted by a formula. The weights
    are from 1/16 to 1/8 in size: no value counts for nothing, and the sums are about as large as the
    values."""
    weights = np.asarray(Formula(0, 0.0625, values.size))
    weights = weights + np.copysign(0.0625, weights)
    sums = np.add.reduceat(weights * values, range(0, values.size, STEP))
    return np.concatenate([values[::STEP], sums])


def second_line(value):
    if isinstance(value, Formula):
        return f"formula {value.seed} {value.scale}"
    values = value.ravel()
    kind, values = ("digest ", digest(values)) if values.size > LIMIT else ("", values)
    return kind + " ".join(f"{v:.9g}" for v in values)


def save(path, tensors):
    lines = []
    for name, value in tensors.items():
        value = value if isinstance(value, Formula) else np.asarray(value, dtype=np.float64)
        lines.append(" ".join([name, *map(str, value.shape)]))
        lines.append(second_line(value))
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def load(path):
    """All tensors of a fixture but those of which there is a digest only."""
    lines = path.read_text(encoding="utf-8").splitlines()
    tensors = {}
    for head, values in zip(lines[::2], lines[1::2]):
        name, *shape = head.split()
        shape = [*map(int, shape)]
        kind, *numbers = values.split()
        if kind == "formula":
            tensors[name] = np.asarray(Formula(int(numbers[0]), float(numbers[1]), *shape))
        elif kind != "digest":
            tensors[name] = np.array(values.split(), dtype=np.float64).reshape(shape)
    return tensors
