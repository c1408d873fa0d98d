"""The Java library's random numbers in Python: the start and the batches of a seed.

convnet.net.SimpleConvNet draws its weights from java.util.Random, convnet.train.Trainer its batches
from java.util.SplittableRandom; both algorithms are laid down in their documentation. With the same
numbers here, two programs train the same network on the same images in the same order.
"""
import math

import numpy as np

MASK32, MASK64 = (1 << 32) - 1, (1 << 64) - 1


class Random:
    """java.util.Random: a linear congruential generator of 48 bits."""

    def __init__(self, seed):
        self.state = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)
        self.spare = None

    def next(self, bits):
        self.state = (self.state * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        return self.state >> (48 - bits)

    def next_double(self):
        return ((self.next(26) << 27) + self.next(27)) * 2.0 ** -53

    def next_gaussian(self):
        """The polar method: two values at a time."""
        if self.spare is not None:
            value, self.spare = self.spare, None
            return value
        while True:
            a, b = 2 * self.next_double() - 1, 2 * self.next_double() - 1
            s = a * a + b * b
            if 0 < s < 1:
                scale = math.sqrt(-2 * math.log(s) / s)
                self.spare = b * scale
                return a * scale


class SplittableRandom:
    """java.util.SplittableRandom: a counter and a mixing function."""

    def __init__(self, seed):
        self.state = seed & MASK64

    def _step(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK64
        return self.state

    def next_long(self):
        z = self._step()
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK64
        return z ^ (z >> 31)

    def next_int(self):
        z = self._step()
        z = ((z ^ (z >> 33)) * 0x62A9D9ED799705F5) & MASK64
        return (((z ^ (z >> 28)) * 0xCB24D0A5C88C35B3) & MASK64) >> 32

    def next_below(self, bound):
        r = self.next_int()
        if bound & (bound - 1) == 0:
            return r & (bound - 1)
        while True:
            u = r >> 1
            if u + bound - 1 - u % bound < 1 << 31:
                return u % bound
            r = self.next_int()


def parameters(seed, std=0.01):
    """W1 b1 W2 b2 W3 b3 of the chapter's network, as SimpleConvNet starts with them."""
    random = Random(seed)

    def randn(*shape):
        values = [random.next_gaussian() for _ in range(math.prod(shape))]
        return (np.array(values, np.float32).astype(np.float64) * std).astype(
            np.float32).reshape(shape)

    W1, W2, W3 = randn(30, 1, 5, 5), randn(4320, 100), randn(100, 10)
    zeros = [np.zeros(n, np.float32) for n in (30, 100, 10)]
    return [W1, zeros[0], W2, zeros[1], W3, zeros[2]]


def indices(seed, update, N=60000, batch=100):
    """The images of one update, counted from 0, as Trainer.indices draws them."""
    random = SplittableRandom(SplittableRandom(seed).next_long() + update)
    drawn, taken = [], set()
    for last in range(N - batch, N):
        i = random.next_below(last + 1)
        drawn.append(last if i in taken else i)
        taken.add(drawn[-1])
    return drawn
