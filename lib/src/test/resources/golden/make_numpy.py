"""Writes the fixtures numpy/*.txt: inputs, and what each layer, the network and ten updates of
AdaGrad make of them, in double precision with plain formulas (NumPy 2.4).

    python3 lib/src/test/resources/golden/make_numpy.py && \\
    python3 lib/src/test/resources/golden/make_torch.py
"""
import numpy as np

from golden import HERE, save

rng = np.random.default_rng(20260101)


def normal(*shape, scale=1.0):
    """Values that a float holds exactly, so that both sides start from the same numbers."""
    return (scale * rng.standard_normal(shape)).astype(np.float32).astype(np.float64)


def windows(x, FH, FW, stride, pad, fill):
    """(N, C, H, W) -> (N, C, OH, OW, FH, FW), and for each entry where it was in the padded x."""
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), constant_values=fill)
    view = np.lib.stride_tricks.sliding_window_view(xp, (FH, FW), axis=(2, 3))
    return view[:, :, ::stride, ::stride]


def scatter(dwin, shape, stride, pad):
    """The adjoint of windows: adds (N, C, OH, OW, FH, FW) back onto (N, C, H, W)."""
    N, C, H, W = shape
    _, _, OH, OW, FH, FW = dwin.shape
    dxp = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for oh in range(OH):
        for ow in range(OW):
            h, w = oh * stride, ow * stride
            dxp[:, :, h:h + FH, w:w + FW] += dwin[:, :, oh, ow]
    return dxp[:, :, pad:pad + H, pad:pad + W]


def convolution(x, W, b, stride, pad):
    return np.einsum("ncijhw,fchw->nfij", windows(x, *W.shape[2:], stride, pad, 0), W) \
        + b[:, None, None]


def convolution_backward(x, W, dout, stride, pad):
    win = windows(x, *W.shape[2:], stride, pad, 0)
    dW = np.einsum("nfij,ncijhw->fchw", dout, win)
    dx = scatter(np.einsum("nfij,fchw->ncijhw", dout, W), x.shape, stride, pad)
    return dW, dout.sum((0, 2, 3)), dx


def max_pooling(x, PH, PW, stride, pad):
    return windows(x, PH, PW, stride, pad, -np.inf).max((4, 5))


def max_pooling_backward(x, dout, PH, PW, stride, pad):
    win = windows(x, PH, PW, stride, pad, -np.inf)
    largest = win == win.max((4, 5), keepdims=True)  # no ties in these inputs
    return scatter(largest * dout[..., None, None], x.shape, stride, pad)


def average_pooling(x, PH, PW, stride, pad):
    inside = windows(np.ones_like(x), PH, PW, stride, pad, 0)
    return windows(x, PH, PW, stride, pad, 0).sum((4, 5)) / inside.sum((4, 5))


def average_pooling_backward(x, dout, PH, PW, stride, pad):
    inside = windows(np.ones_like(x), PH, PW, stride, pad, 0)
    share = dout / inside.sum((4, 5))
    return scatter(inside * share[..., None, None], x.shape, stride, pad)


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def loss(y, t):
    return -(t * np.log(y + 1e-7)).sum() / len(y)


def one_hot(labels, K):
    return np.eye(K)[labels]


def layers():
    for i, (N, C, H, W, FN, FH, FW, stride, pad) in enumerate(
            [(2, 2, 5, 6, 3, 3, 2, 1, 1), (3, 1, 7, 9, 2, 3, 5, 2, 2)]):
        x, w, b = normal(N, C, H, W), normal(FN, C, FH, FW), normal(FN)
        out = convolution(x, w, b, stride, pad)
        dout = normal(*out.shape)
        dW, db, dx = convolution_backward(x, w, dout, stride, pad)
        save(HERE / f"numpy/convolution{i}.txt", dict(
            x=x, W=w, b=b, stride=[stride], pad=[pad], out=out, dout=dout, dW=dW, db=db, dx=dx))
    for i, (shape, PH, PW, stride, pad) in enumerate(
            [((2, 3, 6, 4), 2, 2, 2, 0), ((2, 2, 7, 5), 3, 3, 2, 1)]):
        x = normal(*shape)
        out = max_pooling(x, PH, PW, stride, pad)
        dout = normal(*out.shape)
        save(HERE / f"numpy/pooling{i}.txt", dict(
            x=x, PH=[PH], PW=[PW], stride=[stride], pad=[pad], dout=dout,
            max=out, max_dx=max_pooling_backward(x, dout, PH, PW, stride, pad),
            average=average_pooling(x, PH, PW, stride, pad),
            average_dx=average_pooling_backward(x, dout, PH, PW, stride, pad)))
    x, w, b, dout = normal(3, 2, 2, 3), normal(12, 5), normal(5), normal(3, 5)
    flat = x.reshape(3, -1)
    save(HERE / "numpy/affine.txt", dict(
        x=x, W=w, b=b, out=flat @ w + b, dout=dout, dW=flat.T @ dout, db=dout.sum(0),
        dx=(dout @ w.T).reshape(x.shape)))
    x, dout = normal(2, 3, 4), normal(2, 3, 4)
    save(HERE / "numpy/relu.txt", dict(x=x, out=np.maximum(x, 0), dout=dout, dx=dout * (x > 0)))
    x, t = normal(4, 5, scale=3), one_hot([1, 4, 0, 1], 5)
    save(HERE / "numpy/softmax.txt", dict(
        x=x, t=t, y=softmax(x), loss=[loss(softmax(x), t)], dx=(softmax(x) - t) / 4))


def network(p, x, t):
    """Forward, loss and gradients of Conv - ReLU - Pool 2x2 - Affine - ReLU - Affine - Softmax."""
    conv = convolution(x, p["W1"], p["b1"], 1, 0)
    relu1 = np.maximum(conv, 0)
    pool = max_pooling(relu1, 2, 2, 2, 0)
    flat = pool.reshape(len(x), -1)
    hidden = flat @ p["W2"] + p["b2"]
    relu2 = np.maximum(hidden, 0)
    scores = relu2 @ p["W3"] + p["b3"]
    y = softmax(scores)
    d = (y - t) / len(x)
    g = {"W3": relu2.T @ d, "b3": d.sum(0)}
    d = (d @ p["W3"].T) * (hidden > 0)
    g["W2"], g["b2"] = flat.T @ d, d.sum(0)
    d = (d @ p["W2"].T).reshape(pool.shape)
    # Where a whole window is 0 behind ReLU all four tie; ReLU stops that gradient either way.
    d = max_pooling_backward(relu1, d, 2, 2, 2, 0) * (conv > 0)
    g["W1"], g["b1"], _ = convolution_backward(x, p["W1"], d, 1, 0)
    return scores, loss(y, t), g


def training():
    p = dict(W1=normal(3, 1, 3, 3, scale=.5), b1=normal(3, scale=.1),
             W2=normal(27, 7, scale=.3), b2=normal(7, scale=.1),
             W3=normal(7, 4, scale=.5), b3=normal(4, scale=.1))
    names = list(p)
    fixture = {f"start_{n}": p[n].copy() for n in names}
    h = {n: np.zeros_like(p[n]) for n in names}
    for update in range(10):
        x, t = normal(6, 1, 8, 8), one_hot(rng.integers(0, 4, 6), 4)
        scores, before, g = network(p, x, t)
        fixture |= {f"x_{update}": x, f"t_{update}": t, f"scores_{update}": scores,
                    f"loss_{update}": [before]}
        fixture |= {f"d{n}_{update}": g[n] for n in names}
        for n in names:
            h[n] += g[n] ** 2
            p[n] -= 0.06 * g[n] / (np.sqrt(h[n]) + 1e-7)
        fixture |= {f"{n}_{update}": p[n].copy() for n in names}
    save(HERE / "numpy/training.txt", fixture)


if __name__ == "__main__":
    layers()
    training()
