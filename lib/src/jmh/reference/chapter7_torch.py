"""The chapter's training in PyTorch: the same network, data, batches of 100, AdaGrad and evaluation
as convnet.train.Seeds, to compare accuracies and time on one machine.

    python3 lib/src/jmh/reference/chapter7_torch.py data/mnist 0 1 2 3 4

Needs torch and numpy (measured with torch 2.13, numpy 2.4). Random numbers are PyTorch's and
NumPy's own, so a seed gives another start and other batches than the Java seed of that number.
"""
import gzip
import pathlib
import statistics
import sys
import time

import numpy as np
import torch
from torch import nn

UPDATES, EPOCH, BATCH, RATE = 6000, 600, 100, 0.06


def load(directory, name):
    images = gzip.open(directory / f"{name}-images-idx3-ubyte.gz").read()[16:]
    labels = gzip.open(directory / f"{name}-labels-idx1-ubyte.gz").read()[8:]
    x = np.frombuffer(images, np.uint8).reshape(-1, 1, 28, 28).astype(np.float32) / 255
    return torch.from_numpy(x), torch.from_numpy(np.frombuffer(labels, np.uint8).astype(np.int64))


def network():
    net = nn.Sequential(
        nn.Conv2d(1, 30, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(4320, 100), nn.ReLU(), nn.Linear(100, 10))
    for name, p in net.named_parameters():
        nn.init.normal_(p, std=0.01) if name.endswith("weight") else nn.init.zeros_(p)
    return net


def accuracy(net, x, t):
    with torch.no_grad():
        right = sum((net(x[i:i + 500]).argmax(1) == t[i:i + 500]).sum().item()
                    for i in range(0, len(x), 500))
    return right / len(x)


def train(seed, x, t, x_test, t_test):
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    net = network()
    optimizer = torch.optim.Adagrad(net.parameters(), lr=RATE, eps=1e-7)
    accuracies = [(accuracy(net, x, t), accuracy(net, x_test, t_test))]
    for update in range(1, UPDATES + 1):
        batch = torch.from_numpy(draw.choice(len(x), BATCH, replace=False))
        xb, tb = x[batch], t[batch]
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(xb), tb).backward()
        optimizer.step()
        with torch.no_grad():  # the memo's loss: after the update, on the same batch
            loss = nn.functional.cross_entropy(net(xb), tb).item()
        if update % EPOCH == 0:
            accuracies.append((accuracy(net, x, t), accuracy(net, x_test, t_test)))
    return accuracies[-1] + (loss,)


def main():
    directory = pathlib.Path(sys.argv[1])
    data = load(directory, "train") + load(directory, "t10k")
    print(f"PyTorch {torch.__version__}, threads {torch.get_num_threads()}", flush=True)
    tests = []
    for seed in sys.argv[2:]:
        started = time.time()
        train_accuracy, test_accuracy, loss = train(int(seed), *data)
        print(f"seed {seed}: train {train_accuracy:.4f}, test {test_accuracy:.4f}, loss {loss:.4f}, "
              f"{UPDATES} updates, {time.time() - started:.1f} s", flush=True)
        tests.append(test_accuracy)
    print(f"median test accuracy {statistics.median(tests):.4f}")


if __name__ == "__main__":
    main()
