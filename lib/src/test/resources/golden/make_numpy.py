"""Writes the fixtures numpy/*.txt: inputs, and what each layer, two networks and their training make
of them, in double precision with plain formulas (NumPy 2.4).

    python3 lib/src/test/resources/golden/make_numpy.py && \\
    python3 lib/src/test/resources/golden/make_torch.py
"""
import itertools

import numpy as np

from golden import HERE, Formula, save

rng = np.random.default_rng(20260101)


def normal(*shape, scale=1.0):
    """Values that a float holds exactly, so that both sides start from the same numbers."""
    return (scale * rng.standard_normal(shape)).astype(np.float32).astype(np.float64)


def formulas(first=1):
    """The same by formula: each call gives the next seed's values."""
    seeds = itertools.count(first)
    return lambda *shape, scale=1.0: Formula(next(seeds), scale, *shape)


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
    flat = win.reshape(*win.shape[:4], PH * PW)
    largest = np.arange(PH * PW) == flat.argmax(4)[..., None]  # of equal values the first
    return scatter(largest.reshape(win.shape) * dout[..., None, None], x.shape, stride, pad)


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


def convolution_case(name, draw, N, C, H, W, FN, FH, FW, stride, pad):
    inputs = x, w, b = draw(N, C, H, W), draw(FN, C, FH, FW), draw(FN)
    xs, ws, bs = map(np.asarray, inputs)
    out = convolution(xs, ws, bs, stride, pad)
    dout = draw(*out.shape)
    dW, db, dx = convolution_backward(xs, ws, np.asarray(dout), stride, pad)
    save(HERE / f"numpy/{name}.txt", dict(
        x=x, W=w, b=b, stride=[stride], pad=[pad], out=out, dout=dout, dW=dW, db=db, dx=dx))


def pooling_case(name, x, PH, PW, stride, pad):
    out = max_pooling(x, PH, PW, stride, pad)
    dout = normal(*out.shape)
    save(HERE / f"numpy/{name}.txt", dict(
        x=x, PH=[PH], PW=[PW], stride=[stride], pad=[pad], dout=dout,
        max=out, max_dx=max_pooling_backward(x, dout, PH, PW, stride, pad),
        average=average_pooling(x, PH, PW, stride, pad),
        average_dx=average_pooling_backward(x, dout, PH, PW, stride, pad)))


def affine_case(name, draw, shape, D, M):
    N = shape[0]
    inputs = x, w, b, dout = draw(*shape), draw(D, M), draw(M), draw(N, M)
    xs, ws, bs, douts = map(np.asarray, inputs)
    flat = xs.reshape(N, D)
    save(HERE / f"numpy/{name}.txt", dict(
        x=x, W=w, b=b, out=flat @ ws + bs, dout=dout, dW=flat.T @ douts, db=douts.sum(0),
        dx=(douts @ ws.T).reshape(shape)))


def layers():
    convolution_case("convolution0", normal, 2, 2, 5, 6, 3, 3, 2, 1, 1)
    convolution_case("convolution1", normal, 3, 1, 7, 9, 2, 3, 5, 2, 2)
    pooling_case("pooling0", normal(2, 3, 6, 4), 2, 2, 2, 0)
    pooling_case("pooling1", normal(2, 2, 7, 5), 3, 3, 2, 1)
    affine_case("affine", normal, (3, 2, 2, 3), 12, 5)
    x, dout = normal(2, 3, 4), normal(2, 3, 4)
    save(HERE / "numpy/relu.txt", dict(x=x, out=np.maximum(x, 0), dout=dout, dx=dout * (x > 0)))
    x, t = normal(4, 5, scale=3), one_hot([1, 4, 0, 1], 5)
    save(HERE / "numpy/softmax.txt", dict(
        x=x, t=t, y=softmax(x), loss=[loss(softmax(x), t)], dx=(softmax(x) - t) / 4))


def more_layers():
    for i, case in enumerate([
            (2, 3, 4, 9, 4, 1, 5, 1, 0),
            (2, 2, 9, 5, 3, 5, 1, 2, 0),
            (2, 3, 8, 10, 5, 4, 3, 3, 1),
            (2, 6, 5, 7, 4, 1, 1, 1, 0),
            (3, 4, 7, 5, 5, 1, 1, 2, 0),
            (2, 2, 10, 7, 3, 5, 5, 3, 2),
            (2, 17, 19, 23, 37, 3, 3, 1, 1),  # no size a multiple of a vector or a tile
            (2, 40, 29, 33, 7, 3, 3, 1, 2)], 2):  # the column matrix of an image is made in parts
        convolution_case(f"convolution{i}", formulas(), *case)
    affine_case("affine_large", formulas(), (33, 70), 70, 29)
    joined_case("joined0", 3, 2, 8, 9, 2, 3, 2, 0)
    joined_case("joined1", 5, 3, 16, 20, 7, 5, 5, 2)
    pooling_case("pooling2", normal(2, 2, 7, 9), 3, 3, 1, 0)
    # All values negative, so that zeros for padding would win.
    pooling_case("pooling3", -.5 - abs(normal(2, 2, 8, 9)), 4, 3, 2, 1)
    pooling_case("pooling4", normal(2, 3, 10, 10), 1, 4, 3, 0)  # a row in three is seen by no window
    pooling_case("pooling5", -.5 - abs(normal(2, 1, 12, 9)), 5, 2, 3, 1)
    # Few different values: most windows have several that are the largest.
    pooling_case("pooling6", rng.integers(-3, 0, (2, 2, 7, 7)) * 1.0, 3, 3, 2, 1)
    pooling_case("pooling7", rng.integers(-3, 2, (2, 1, 6, 66)) * 1.0, 2, 2, 2, 0)


def clear(values):
    """The values, none so near to 0 that floats might not agree on which side it is."""
    assert abs(values).min() > 2e-6, abs(values).min()
    return values


def block(x, w, b, pad):
    """Conv - ReLU - Pool 2x2: what comes out, and what the way back needs."""
    conv = clear(convolution(x, w, b, 1, pad))
    relu = np.maximum(conv, 0)
    best = np.sort(windows(relu, 2, 2, 2, 0, 0).reshape(-1, 4))
    clear((best[:, 3] - best[:, 2])[best[:, 3] > 0])
    return max_pooling(relu, 2, 2, 2, 0), (conv, relu)


def block_backward(x, w, d, kept, pad):
    conv, relu = kept
    # Where a whole window is 0 behind ReLU all four tie; ReLU stops that gradient either way.
    d = max_pooling_backward(relu, d, 2, 2, 2, 0) * (conv > 0)
    return convolution_backward(x, w, d, 1, pad)


def joined_case(name, N, C, H, W, FN, FH, FW, pad):
    draw = formulas()
    inputs = x, w, b = draw(N, C, H, W), draw(FN, C, FH, FW), draw(FN)
    xs, ws, bs = map(np.asarray, inputs)
    out, kept = block(xs, ws, bs, pad)
    dout = draw(*out.shape)
    dW, db, dx = block_backward(xs, ws, np.asarray(dout), kept, pad)
    save(HERE / f"numpy/{name}.txt", dict(
        x=x, W=w, b=b, pad=[pad], out=out, dout=dout, dW=dW, db=db, dx=dx))


def network(p, x, t, pads):
    """Forward, loss and gradients of Conv - ReLU - Pool 2x2 for every pad, then of Affine - ReLU as
    long as there are parameters, the last one without ReLU, and Softmax."""
    convs, last = len(pads), len(p) // 2
    ins, kept = {1: x}, {}
    for k, pad in enumerate(pads, 1):
        ins[k + 1], kept[k] = block(ins[k], p[f"W{k}"], p[f"b{k}"], pad)
    shape = ins[convs + 1].shape
    ins[convs + 1] = ins[convs + 1].reshape(len(x), -1)
    for k in range(convs + 1, last + 1):
        scores = ins[k] @ p[f"W{k}"] + p[f"b{k}"]
        if k < last:
            kept[k] = clear(scores)
            ins[k + 1] = np.maximum(scores, 0)
    y = softmax(scores)
    d = (y - t) / len(x)
    g = {}
    for k in range(last, convs, -1):
        d = d if k == last else d * (kept[k] > 0)
        g[f"W{k}"], g[f"b{k}"] = ins[k].T @ d, d.sum(0)
        d = d @ p[f"W{k}"].T
    d = d.reshape(shape)
    for k in range(convs, 0, -1):
        g[f"W{k}"], g[f"b{k}"], d = block_backward(ins[k], p[f"W{k}"], d, kept[k], pads[k - 1])
    return scores, loss(y, t), g


# The book's formulas (section 6.1) for one parameter p and its gradient g, in place; m and v are what
# a method remembers, zeros at first, and update counts from 1.


def SGD(p, g, m, v, update):
    p -= 0.1 * g


def Momentum(p, g, m, v, update):
    m[:] = 0.9 * m - 0.05 * g
    p += m


def AdaGrad(p, g, m, v, update):
    v += g ** 2
    p -= 0.06 * g / (np.sqrt(v) + 1e-7)


def Adam(p, g, m, v, update):
    lr = 0.01 * np.sqrt(1 - 0.999 ** update) / (1 - 0.9 ** update)
    m += (1 - 0.9) * (g - m)
    v += (1 - 0.999) * (g ** 2 - v)
    p -= lr * m / (np.sqrt(v) + 1e-7)


def train(name, method, start, batches, pads, full):
    """Writes what updates on the batches lead to; if full, the inputs and all gradients too."""
    p = {n: np.array(value) for n, value in start.items()}
    m, v = ({n: np.zeros_like(p[n]) for n in p} for _ in range(2))
    fixture = {f"start_{n}": value for n, value in start.items()} if full else {}
    for i, (x, t) in enumerate(batches):
        scores, before, g = network(p, np.asarray(x), t, pads)
        fixture |= {f"x_{i}": x, f"t_{i}": t} if full else {}
        fixture |= {f"scores_{i}": scores, f"loss_{i}": [before]}
        fixture |= {f"d{n}_{i}": g[n] for n in p} if full else {}
        for n in p:
            method(p[n], g[n], m[n], v[n], i + 1)
        fixture |= {f"{n}_{i}": p[n].copy() for n in p}
    save(HERE / f"numpy/{name}.txt", fixture)


def training():
    """Ten updates of a small network by each method, from the same start on the same batches."""
    start = dict(W1=normal(3, 1, 3, 3, scale=.5), b1=normal(3, scale=.1),
                 W2=normal(27, 7, scale=.3), b2=normal(7, scale=.1),
                 W3=normal(7, 4, scale=.5), b3=normal(4, scale=.1))
    batches = [(normal(6, 1, 8, 8), one_hot(rng.integers(0, 4, 6), 4)) for _ in range(10)]
    train("training", AdaGrad, start, batches, [0], full=True)
    for method in SGD, Momentum, Adam:
        train(f"training_{method.__name__}", method, start, batches, [0], full=False)


def lenet():
    """Momentum, not AdaGrad or Adam: those divide by the gradient's size, so that among many weights
    some with a gradient near 0 would show its rounding and nothing else."""
    draw = formulas(141)  # with these seeds no value is too near to 0 for clear
    start = dict(W1=draw(6, 1, 5, 5, scale=.5), b1=draw(6, scale=.125),
                 W2=draw(16, 6, 5, 5, scale=.25), b2=draw(16, scale=.125),
                 W3=draw(400, 120, scale=.125), b3=draw(120, scale=.125),
                 W4=draw(120, 84, scale=.25), b4=draw(84, scale=.125),
                 W5=draw(84, 10, scale=.25), b5=draw(10, scale=.125))
    batches = [(draw(20, 1, 28, 28), one_hot((7 * np.arange(20) + i) % 10, 10)) for i in range(3)]
    train("lenet", Momentum, start, batches, [2, 0], full=True)


if __name__ == "__main__":
    layers()
    training()
    rng = np.random.default_rng(20260102)  # a new stream: what is above keeps its values
    more_layers()
    lenet()
