"""Writes torch/*.txt: the results that PyTorch 2.13 (autograd, double precision) finds for the
inputs in numpy/*.txt, as a second opinion. Run make_numpy.py first.
"""
import torch
from torch.nn import functional as F

from golden import HERE, load, save


def inputs(name):
    return {k: torch.from_numpy(v.copy()) for k, v in load(HERE / f"numpy/{name}.txt").items()}


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
    for name in ("convolution0", "convolution1"):
        f = inputs(name)
        stride, pad = whole(f, "stride", "pad")
        x, W, b = (f[k].requires_grad_() for k in ("x", "W", "b"))
        out = F.conv2d(x, W, b, stride, pad)
        write(name, dict(out=out, **grad(out, f["dout"], x=x, W=W, b=b)))
    for name in ("pooling0", "pooling1"):
        f = inputs(name)
        PH, PW, stride, pad = whole(f, "PH", "PW", "stride", "pad")
        x = f["x"].requires_grad_()
        top = F.max_pool2d(x, (PH, PW), stride, pad)
        mean = F.avg_pool2d(x, (PH, PW), stride, pad, count_include_pad=False)
        write(name, dict(max=top, max_dx=grad(top, f["dout"], x=x)["dx"],
                         average=mean, average_dx=grad(mean, f["dout"], x=x)["dx"]))
    f = inputs("affine")
    x, W, b = (f[k].requires_grad_() for k in ("x", "W", "b"))
    out = x.flatten(1) @ W + b
    write("affine", dict(out=out, **grad(out, f["dout"], x=x, W=W, b=b)))
    f = inputs("relu")
    x = f["x"].requires_grad_()
    out = F.relu(x)
    write("relu", dict(out=out, **grad(out, f["dout"], x=x)))
    f = inputs("softmax")
    x = f["x"].requires_grad_()
    loss = F.cross_entropy(x, f["t"])
    write("softmax", dict(y=F.softmax(x, 1), loss=book_loss(x, f["t"]), **grad(loss, None, x=x)))


def training():
    f = inputs("training")
    names = ("W1", "b1", "W2", "b2", "W3", "b3")
    p = {n: f[f"start_{n}"].requires_grad_() for n in names}
    optimizer = torch.optim.Adagrad(p.values(), lr=0.06, eps=1e-7)
    results = {}
    for update in range(10):
        x = F.max_pool2d(F.relu(F.conv2d(f[f"x_{update}"], p["W1"], p["b1"])), 2).flatten(1)
        scores = F.relu(x @ p["W2"] + p["b2"]) @ p["W3"] + p["b3"]
        loss = F.cross_entropy(scores, f[f"t_{update}"])
        optimizer.zero_grad()
        loss.backward()
        results |= {f"scores_{update}": scores, f"loss_{update}": book_loss(scores, f[f"t_{update}"])}
        results |= {f"d{n}_{update}": p[n].grad.clone() for n in names}
        optimizer.step()
        results |= {f"{n}_{update}": p[n].detach().clone() for n in names}
    write("training", results)


if __name__ == "__main__":
    layers()
    training()
