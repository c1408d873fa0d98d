"""The chapter's network in PyTorch: the same start, batches, AdaGrad and evaluation as the Java
library's, to compare accuracy and time on one machine. A seed means what it means in Java.

    python3 chapter7_torch.py DATA train 0 1 2 3 4      final accuracies, as convnet.lab.Train
    python3 chapter7_torch.py DATA run 0                seconds, with the loss of the forward pass
    python3 chapter7_torch.py DATA bench                one update and one evaluation, in ms

Needs torch and numpy (measured with torch 2.13.0, numpy 2.4.6). THREADS=n sets the threads.
"""
import os
import statistics
import sys
import time

import numpy as np
import torch
from torch import nn

import java_random
from common import median_ms, mnist

UPDATES, EPOCH, RATE = 6000, 600, 0.06


def tensors(directory, name):
    images, labels = mnist(directory, name)
    return torch.from_numpy(images.astype(np.float32) / 255), torch.from_numpy(labels.astype(np.int64))


def network(seed):
    net = nn.Sequential(
        nn.Conv2d(1, 30, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(4320, 100), nn.ReLU(), nn.Linear(100, 10))
    with torch.no_grad():
        for p, start in zip(net.parameters(), java_random.parameters(seed)):
            # PyTorch keeps an affine layer's W as (out, in).
            p.copy_(torch.from_numpy(start.T if start.ndim == 2 else start))
    return net, torch.optim.Adagrad(net.parameters(), lr=RATE, eps=1e-7)


def accuracy(net, x, t, batch=500):
    with torch.no_grad():
        right = sum((net(x[i:i + batch]).argmax(1) == t[i:i + batch]).sum().item()
                    for i in range(0, len(x), batch))
    return right / len(x)


def update(net, optimizer, x, t):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(net(x), t)
    loss.backward()
    optimizer.step()
    return loss.item()


def train(seed, loss_after_update, x, t, x_test, t_test):
    net, optimizer = network(seed)
    for done in range(UPDATES + 1):
        if done % EPOCH == 0:
            result = accuracy(net, x, t), accuracy(net, x_test, t_test)
        if done < UPDATES:
            batch = java_random.indices(seed, done)
            xb, tb = x[batch], t[batch]
            loss = update(net, optimizer, xb, tb)
            if loss_after_update:  # as the memo: on the same batch
                with torch.no_grad():
                    loss = nn.functional.cross_entropy(net(xb), tb).item()
    return result + (loss,)


def bench(x, t, x_test, t_test):
    draw = np.random.default_rng(0)

    def fresh_batch(net, optimizer, n):
        batch = torch.from_numpy(draw.choice(len(x), n, replace=False))
        update(net, optimizer, x[batch], t[batch])

    net, optimizer = network(0)
    for n in (50, 100, 1000):
        ms = median_ms(lambda: fresh_batch(net, optimizer, n), 50, 40000 // n)
        print(f"eager: update, batch {n}: {ms:.2f} ms", flush=True)
    for n in (100, 500, 1000):
        ms = median_ms(lambda: accuracy(net, x_test, t_test, n), 2, 7)
        print(f"eager: evaluate 10,000 images in batches of {n}: {ms:.0f} ms", flush=True)
    try:
        net, optimizer = network(0)
        compiled = torch.compile(net)
        ms = median_ms(lambda: fresh_batch(compiled, optimizer, 100), 100, 400)
        print(f"compile: update, batch 100: {ms:.2f} ms", flush=True)
        ms = median_ms(lambda: accuracy(compiled, x_test, t_test, 100), 3, 7)
        print(f"compile: evaluate 10,000 images in batches of 100: {ms:.0f} ms", flush=True)
    except Exception as missing:  # no C++ compiler, for one
        print(f"compile: does not run here: {str(missing).splitlines()[0]}")


def main():
    directory, command, *seeds = sys.argv[1:]
    torch.set_num_threads(int(os.environ.get("THREADS", os.cpu_count())))
    data = tensors(directory, "train") + tensors(directory, "t10k")
    print(f"PyTorch {torch.__version__}, threads {torch.get_num_threads()}", flush=True)
    if command == "bench":
        bench(*data)
        return
    tests = []
    for seed in seeds:
        started = time.time()
        on_train, on_test, loss = train(int(seed), command == "train", *data)
        print(f"seed {seed}: train {on_train:.4f}, test {on_test:.4f}, loss {loss:.4f}, "
              f"{UPDATES} updates, {time.time() - started:.1f} s", flush=True)
        tests.append(on_test)
    print(f"median test accuracy {statistics.median(tests):.4f}")


if __name__ == "__main__":
    main()
