"""The chapter's way in NumPy, timed: the whole batch as one column matrix, layer after layer, as the
memo's program does it (float64), and the same in float32.

    python3 chapter7_numpy.py DATA          one update and one evaluation, in ms

Needs numpy (measured with 2.4.6 and the OpenBLAS it brings).
"""
import sys

import numpy as np

import java_random
from common import median_ms, mnist

N_FILTERS, F, POOL = 30, 5, 2


def im2col(x, FH, FW, stride):
    """(N, C, H, W) -> (N*OH*OW, C*FH*FW), filled one offset of the window at a time."""
    N, C, H, W = x.shape
    OH, OW = (H - FH) // stride + 1, (W - FW) // stride + 1
    col = np.empty((N, C, FH, FW, OH, OW), x.dtype)
    for h in range(FH):
        for w in range(FW):
            col[:, :, h, w] = x[:, :, h:h + stride * OH:stride, w:w + stride * OW:stride]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(N * OH * OW, -1)


def col2im(col, shape, FH, FW, stride):
    """The adjoint of im2col."""
    N, C, H, W = shape
    OH, OW = (H - FH) // stride + 1, (W - FW) // stride + 1
    col = col.reshape(N, OH, OW, C, FH, FW).transpose(0, 3, 4, 5, 1, 2)
    x = np.zeros(shape, col.dtype)
    for h in range(FH):
        for w in range(FW):
            x[:, :, h:h + stride * OH:stride, w:w + stride * OW:stride] += col[:, :, h, w]
    return x


class Net:
    def __init__(self, dtype):
        self.params = [p.astype(dtype) for p in java_random.parameters(0)]
        self.h = [np.zeros_like(p) for p in self.params]

    def predict(self, x):
        W1, b1, W2, b2, W3, b3 = self.params
        N = len(x)
        self.col = im2col(x, F, F, 1)
        out = self.col @ W1.reshape(N_FILTERS, -1).T + b1
        out = out.reshape(N, 24, 24, N_FILTERS).transpose(0, 3, 1, 2)
        self.below = out <= 0
        out = out.copy()
        out[self.below] = 0
        self.relu_shape = out.shape
        windows = im2col(out, POOL, POOL, POOL).reshape(-1, POOL * POOL)
        # im2col keeps a window's channels together: (N*12*12, 30*4) -> one row a window.
        self.largest = windows.argmax(1)
        pooled = windows.max(1).reshape(N, 12, 12, N_FILTERS).transpose(0, 3, 1, 2)
        self.features = pooled.reshape(N, -1)
        hidden = self.features @ W2 + b2
        self.below2 = hidden <= 0
        hidden[self.below2] = 0
        self.hidden = hidden
        return hidden @ W3 + b3

    def gradient(self, x, t):
        W1, b1, W2, b2, W3, b3 = self.params
        scores = self.predict(x)
        N = len(x)
        y = np.exp(scores - scores.max(1, keepdims=True))
        y /= y.sum(1, keepdims=True)
        d = (y - t) / N
        dW3, db3 = self.hidden.T @ d, d.sum(0)
        d = d @ W3.T
        d[self.below2] = 0
        dW2, db2 = self.features.T @ d, d.sum(0)
        d = (d @ W2.T).reshape(N, N_FILTERS, 12, 12).transpose(0, 2, 3, 1)
        spread = np.zeros((d.size, POOL * POOL), d.dtype)
        spread[np.arange(d.size), self.largest] = d.ravel()
        d = col2im(spread.reshape(N * 144, -1), self.relu_shape, POOL, POOL, POOL)
        d[self.below] = 0
        d = d.transpose(0, 2, 3, 1).reshape(-1, N_FILTERS)
        dW1, db1 = (self.col.T @ d).T.reshape(W1.shape), d.sum(0)
        return dW1, db1, dW2, db2, dW3, db3

    def update(self, x, t):
        for p, g, h in zip(self.params, self.gradient(x, t), self.h):
            h += g * g
            p -= 0.06 * g / (np.sqrt(h) + 1e-7)


def check(net, x, t):
    """One number of every parameter against the slope of the loss, in float64 and off ReLU's kink:
    with biases of 0 every dark pixel lies on it."""
    for b in net.params[1::2]:
        b += 0.01 * np.random.default_rng(1).standard_normal(b.shape)

    def loss():
        scores = net.predict(x)
        scores = scores - scores.max(1, keepdims=True)
        return -(t * (scores - np.log(np.exp(scores).sum(1, keepdims=True)))).sum() / len(x)
    for p, g in zip(net.params, net.gradient(x, t)):
        i = np.unravel_index(np.abs(g).argmax(), g.shape)
        value, step = p[i], 1e-6
        p[i] = value + step
        above = loss()
        p[i] = value - step
        slope = (above - loss()) / (2 * step)
        p[i] = value
        assert abs(slope - g[i]) < 1e-4 * abs(slope) + 1e-9, (slope, g[i])


def main():
    print(f"NumPy {np.__version__}")
    for dtype in (np.float64, np.float32):
        pixels, labels = mnist(sys.argv[1], "train")
        test, test_labels = mnist(sys.argv[1], "t10k")
        x_train, x_test = pixels.astype(dtype) / 255, test.astype(dtype) / 255
        answers = np.eye(10, dtype=dtype)[labels]
        net, draw, name = Net(dtype), np.random.default_rng(0), np.dtype(dtype).name
        if dtype is np.float64:
            check(net, x_train[:20], answers[:20])

        def one_update():
            batch = draw.choice(len(x_train), 100, replace=False)
            net.update(x_train[batch], answers[batch])

        def evaluate():
            return sum((net.predict(x_test[i:i + 100]).argmax(1)
                        == test_labels[i:i + 100]).sum() for i in range(0, 10000, 100))

        print(f"{name}: update, batch 100: {median_ms(one_update, 10, 60):.1f} ms", flush=True)
        print(f"{name}: evaluate 10,000 images in batches of 100: "
              f"{median_ms(evaluate, 1, 3):.0f} ms", flush=True)


if __name__ == "__main__":
    main()
