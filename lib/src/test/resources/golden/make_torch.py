"""Writes torch/*.txt: the results that PyTorch 2.13 (autograd, double precision) finds for the
inputs in numpy/*.txt, as a second opinion. Run make_numpy.py first.
"""
import math

import torch
from torch.nn import functional as F

from golden import HERE, load, save


def inputs(name):
    return {k: torch.from_numpy(v.copy()) for k, v in load(HERE / f"numpy/{name}.txt").items()}


def names(kind):
    """The fixtures of one kind of layer."""
    return sorted(path.stem for path in (HERE / "numpy").glob(f"{kind}*.txt"))


def whole(f, *keys):
    return [int(f[k].item()) for k in keys]


def grad(out, dout, **leaves):
    """The gradients of sum(out * dout), named d..."""
    grads = torch.autograd.grad(out, list(leaves.values()), dout)
    return {"d" + name: g.numpy() for name, g in zip(leaves, grads)}


def write(name, results):
    save(HERE / f"torch/{name}.txt",
         {k: v.detach().numpy() if torch.is_tensor(v) else v for k, v in results.items()})


def book_loss(scores, t):
    """The book adds 1e-7 inside the logarithm; the gradients are those of the plain loss."""
    return [-(t * torch.log(F.softmax(scores, 1) + 1e-7)).sum().item() / len(t)]


def layers():
    for name in names("convolution"):
        f = inputs(name)
        stride, pad = whole(f, "stride", "pad")
        x, W, b = (f[k].requires_grad_() for k in ("x", "W", "b"))
        out = F.conv2d(x, W, b, stride, pad)
        write(name, dict(out=out, **grad(out, f["dout"], x=x, W=W, b=b)))
    for name in names("joined"):
        f = inputs(name)
        x, W, b = (f[k].requires_grad_() for k in ("x", "W", "b"))
        out = F.max_pool2d(F.relu(F.conv2d(x, W, b, 1, *whole(f, "pad"))), 2)
        write(name, dict(out=out, **grad(out, f["dout"], x=x, W=W, b=b)))
    for name in names("pooling"):
        f = inputs(name)
        PH, PW, stride, pad = whole(f, "PH", "PW", "stride", "pad")
        x = f["x"].requires_grad_()
        top = F.max_pool2d(x, (PH, PW), stride, pad)
        mean = F.avg_pool2d(x, (PH, PW), stride, pad, count_include_pad=False)
        write(name, dict(max=top, max_dx=grad(top, f["dout"], x=x)["dx"],
                         average=mean, average_dx=grad(mean, f["dout"], x=x)["dx"]))
    for name in names("affine"):
        f = inputs(name)
        x, W, b = (f[k].requires_grad_() for k in ("x", "W", "b"))
        out = x.flatten(1) @ W + b
        write(name, dict(out=out, **grad(out, f["dout"], x=x, W=W, b=b)))
    f = inputs("relu")
    x = f["x"].requires_grad_()
    out = F.relu(x)
    write("relu", dict(out=out, **grad(out, f["dout"], x=x)))
    f = inputs("softmax")
    x = f["x"].requires_grad_()
    loss = F.cross_entropy(x, f["t"])
    write("softmax", dict(y=F.softmax(x, 1), loss=book_loss(x, f["t"]), **grad(loss, None, x=x)))


def network(p, x, pads):
    """The scores of Conv - ReLU - Pool 2x2 for every pad, then Affine - ReLU ... Affine."""
    last = len(p) // 2
    for k, pad in enumerate(pads, 1):
        x = F.max_pool2d(F.relu(F.conv2d(x, p[f"W{k}"], p[f"b{k}"], padding=pad)), 2)
    x = x.flatten(1)
    for k in range(len(pads) + 1, last):
        x = F.relu(x @ p[f"W{k}"] + p[f"b{k}"])
    return x @ p[f"W{last}"] + p[f"b{last}"]


def book_epsilon(optimizer, update):
    """The book's Adam has its bias correction in the step size and adds 1e-7 to the uncorrected root;
    PyTorch corrects the root first. With this epsilon both are the same formula."""
    for group in optimizer.param_groups:
        group["eps"] = 1e-7 / math.sqrt(1 - 0.999 ** update)


def train(name, f, optimizer, pads, full):
    """make_numpy.py has the same function."""
    p = {k.removeprefix("start_"): v.clone().requires_grad_()
         for k, v in f.items() if k.startswith("start_")}
    optimizer = optimizer(p.values())
    results = {}
    for i in range(sum(k.startswith("x_") for k in f)):
        out = network(p, f[f"x_{i}"], pads)
        loss = F.cross_entropy(out, f[f"t_{i}"])
        optimizer.zero_grad()
        loss.backward()
        results |= {f"scores_{i}": out, f"loss_{i}": book_loss(out, f[f"t_{i}"])}
        results |= {f"d{n}_{i}": p[n].grad.clone() for n in p} if full else {}
        if isinstance(optimizer, torch.optim.Adam):
            book_epsilon(optimizer, i + 1)
        optimizer.step()
        results |= {f"{n}_{i}": p[n].detach().clone() for n in p}
    write(name, results)


def training():
    f = inputs("training")
    train("training", f, lambda p: torch.optim.Adagrad(p, lr=0.06, eps=1e-7), [0], full=True)
    train("training_SGD", f, lambda p: torch.optim.SGD(p, lr=0.1), [0], full=False)
    train("training_Momentum", f, lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9), [0],
          full=False)
    train("training_Adam", f, lambda p: torch.optim.Adam(p, lr=0.01), [0], full=False)
    train("lenet", inputs("lenet"), lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9), [2, 0],
          full=True)


if __name__ == "__main__":
    layers()
    training()
