"""What the references share: MNIST as it lies in data/mnist, and a median time."""
import gzip
import pathlib
import statistics
import time

import numpy as np


def mnist(directory, name):
    """Images (N, 1, 28, 28) and labels (N,), as bytes."""
    folder = pathlib.Path(directory)
    images = gzip.open(folder / f"{name}-images-idx3-ubyte.gz").read()[16:]
    labels = gzip.open(folder / f"{name}-labels-idx1-ubyte.gz").read()[8:]
    return (np.frombuffer(images, np.uint8).reshape(-1, 1, 28, 28),
            np.frombuffer(labels, np.uint8))


def median_ms(work, warmup, rounds):
    times = []
    for i in range(warmup + rounds):
        started = time.perf_counter()
        work()
        times.append(1e3 * (time.perf_counter() - started))
    return statistics.median(times[warmup:])
