"""The networks that the benchmarks run, in the strongest peers on a CPU: TensorFlow in graph mode,
ONNX Runtime (evaluations and single convolutions only) and PyTorch, eager and compiled.

    python3 peers.py DATA tensorflow|onnxruntime|torch [CASE ...]

prints a line for each case, `CASE KIND ms`: the median of an update with a fresh batch, of an
evaluation of the 10,000 test images at the best of three batch sizes, of a convolution forward, or
forward and backward. The cases are those of ConvNetBench and ConvolutionBench. Needs numpy and
tensorflow, onnxruntime and onnx, or torch. THREADS=n sets the threads.
"""
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
THREADS = int(os.environ.get("THREADS", os.cpu_count()))

import numpy as np

from common import median_ms, mnist

# Layers: ("conv", filters, size, pad), "pool" (2 x 2, stride 2), ("affine", neurons); ReLU follows
# each but the last.
CHAPTER = [("conv", 30, 5, 0), "pool", ("affine", 100), ("affine", 10)]
SMALL = [("conv", 16, 3, 1), "pool", ("affine", 100), ("affine", 10)]
LENET = [("conv", 6, 5, 2), "pool", ("conv", 16, 5, 0), "pool", ("affine", 120), ("affine", 84), ("affine", 10)]
DEEP = [("conv", 16, 3, 1), ("conv", 16, 3, 1), "pool", ("conv", 32, 3, 1), ("conv", 32, 3, 2), "pool",
        ("conv", 64, 3, 1), ("conv", 64, 3, 1), "pool", ("affine", 50), ("affine", 10)]
# Layers, batch, optimizer, rate. What is zero does not change a peer's speed: chapter is living.
NETWORKS = {
    "living": (CHAPTER, 100, "adagrad", 0.001),
    "small": (SMALL, 32, "adagrad", 0.001),
    "lenet": (LENET, 100, "adam", 0.001),
    "deep": (DEEP, 100, "adam", 0.001),
}
# Batch, channels, height, width, filters, size, pad.
CONVOLUTIONS = {
    "32x64x32x32": (32, 64, 32, 32, 64, 3, 1),
    "100x16x28x28": (100, 16, 28, 28, 32, 3, 1),
    "100x6x14x14": (100, 6, 14, 14, 16, 5, 0),
    "100x64x7x7": (100, 64, 7, 7, 64, 3, 1),
}
EVALUATION_BATCHES = (100, 250, 1000)


def data(directory):
    """Training images and labels, test images and labels; images from 0 to 1."""
    x, t = mnist(directory, "train")
    u, v = mnist(directory, "t10k")
    return (x / 255).astype(np.float32), t.astype(np.int64), (u / 255).astype(np.float32), v.astype(np.int64)


def weights(layers):
    """W and b of each layer that learns: (FN, C, F, F) or (inputs, neurons); He's variance."""
    random = np.random.default_rng(0)
    C, H = 1, 28
    result = []
    for layer in layers:
        if layer == "pool":
            H //= 2
        elif layer[0] == "conv":
            _, FN, F, pad = layer
            result.append((random.normal(0, (2 / (C * F * F)) ** 0.5, (FN, C, F, F)), np.zeros(FN)))
            C, H = FN, H + 2 * pad - F + 1
        else:
            inputs, C, H = C * H * H, layer[1], 1
            result.append((random.normal(0, (2 / inputs) ** 0.5, (inputs, C)), np.zeros(C)))
    return [(W.astype(np.float32), b.astype(np.float32)) for W, b in result]


def batches(n):
    random = np.random.default_rng(1)
    while True:
        yield random.choice(60000, n, replace=False)


def best_evaluation(accuracy):
    return min(median_ms(lambda: accuracy(n), 2, 7) for n in EVALUATION_BATCHES)


def tensorflow(name, sets):
    import tensorflow as tf
    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    if name in CONVOLUTIONS:
        N, C, H, W, FN, F, pad = CONVOLUTIONS[name]
        x = tf.constant(np.random.rand(N, H, W, C), tf.float32)
        filters = tf.constant(np.random.rand(F, F, C, FN), tf.float32)
        padding = [[0, 0], [pad, pad], [pad, pad], [0, 0]]
        forward = tf.function(lambda: tf.nn.conv2d(x, filters, 1, padding))
        dout = forward()

        @tf.function
        def both():
            with tf.GradientTape() as tape:
                tape.watch([x, filters])
                y = tf.nn.conv2d(x, filters, 1, padding)
            return tape.gradient(y, [x, filters], dout)

        return {"forward": median_ms(lambda: forward().numpy(), 10, 60),
                "both": median_ms(lambda: [g.numpy() for g in both()], 10, 60)}
    layers, n, optimizer, rate = NETWORKS[name]
    # Channels last, as TensorFlow computes on a CPU.
    parameters = [tf.Variable(p.transpose(2, 3, 1, 0) if p.ndim == 4 else p) for W, b in weights(layers)
                  for p in (W, b)]
    memory = [tf.Variable(tf.fill(p.shape, 1e-7)) for p in parameters]
    second = [tf.Variable(tf.zeros_like(p)) for p in parameters]
    powers = [tf.Variable(0.9), tf.Variable(0.999)]
    x, t, u, v = (tf.constant(a.transpose(0, 2, 3, 1) if a.ndim == 4 else a) for a in sets)

    def scores(y):
        values = iter(parameters)
        learners = len(parameters) // 2
        for layer in layers:
            if layer == "pool":
                y = tf.nn.max_pool2d(y, 2, 2, "VALID")
                continue
            W, b = next(values), next(values)
            learners -= 1
            if layer[0] == "conv":
                pad = layer[3]
                y = tf.nn.bias_add(tf.nn.conv2d(y, W, 1, [[0, 0], [pad, pad], [pad, pad], [0, 0]]), b)
            else:
                y = tf.nn.bias_add(tf.matmul(tf.reshape(y, [tf.shape(y)[0], -1]), W), b)
            y = tf.nn.relu(y) if learners else y
        return y

    @tf.function
    def update(indices):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
                tf.gather(t, indices), scores(tf.gather(x, indices))))
        for i, grad in enumerate(tape.gradient(loss, parameters)):
            if optimizer == "adagrad":
                tf.raw_ops.ResourceApplyAdagradV2(
                    var=parameters[i].handle, accum=memory[i].handle, lr=rate, epsilon=1e-7, grad=grad)
            else:
                tf.raw_ops.ResourceApplyAdam(
                    var=parameters[i].handle, m=second[i].handle, v=memory[i].handle,
                    beta1_power=powers[0], beta2_power=powers[1], lr=rate, beta1=0.9, beta2=0.999,
                    epsilon=1e-7, grad=grad)
        return loss

    right = tf.function(lambda images, labels: tf.reduce_sum(tf.cast(
        tf.equal(tf.argmax(scores(images), 1), labels), tf.int32)))

    def accuracy(size):
        return sum(int(right(u[i:i + size], v[i:i + size])) for i in range(0, 10000, size))

    draw = batches(n)
    return {"update": median_ms(lambda: float(update(next(draw))), 50, 400),
            "evaluate": best_evaluation(accuracy)}


def onnxruntime(name, sets):
    import onnx
    import onnxruntime as ort
    from onnx import TensorProto, helper, numpy_helper

    def session(nodes, constants, shape):
        graph = helper.make_graph(
            nodes, name, [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
            [numpy_helper.from_array(a, key) for key, a in constants.items()])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 8
        options = ort.SessionOptions()
        options.intra_op_num_threads = THREADS
        return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])

    def conv(pad):
        return {"pads": [pad] * 4, "strides": [1, 1]}

    if name in CONVOLUTIONS:
        N, C, H, W, FN, F, pad = CONVOLUTIONS[name]
        filters = np.random.rand(FN, C, F, F).astype(np.float32)
        one = session([helper.make_node("Conv", ["x", "W"], ["y"], **conv(pad))], {"W": filters}, [N, C, H, W])
        x = {"x": np.random.rand(N, C, H, W).astype(np.float32)}
        return {"forward": median_ms(lambda: one.run(None, x), 10, 60)}
    layers = NETWORKS[name][0]
    values = iter(weights(layers))
    learners = sum(layer != "pool" for layer in layers)
    nodes, constants, y, flat = [], {}, "x", False
    for i, layer in enumerate(layers):
        out = f"y{i}"
        if layer == "pool":
            nodes.append(helper.make_node("MaxPool", [y], [out], kernel_shape=[2, 2], strides=[2, 2]))
            y = out
            continue
        constants[f"W{i}"], constants[f"b{i}"] = next(values)
        learners -= 1
        if layer[0] == "conv":
            nodes.append(helper.make_node("Conv", [y, f"W{i}", f"b{i}"], [out], **conv(layer[3])))
        else:
            if not flat:
                nodes.append(helper.make_node("Flatten", [y], ["flat"]))
                y, flat = "flat", True
            nodes.append(helper.make_node("Gemm", [y, f"W{i}", f"b{i}"], [out]))
        y = out
        if learners:
            nodes.append(helper.make_node("Relu", [y], [out + "r"]))
            y = out + "r"
    nodes.append(helper.make_node("Identity", [y], ["y"]))
    whole = session(nodes, constants, ["N", 1, 28, 28])
    _, _, u, v = sets

    def accuracy(size):
        return sum(int((whole.run(None, {"x": u[i:i + size]})[0].argmax(1) == v[i:i + size]).sum())
                   for i in range(0, 10000, size))

    return {"evaluate": best_evaluation(accuracy)}


def torch(name, sets):
    import torch
    from torch import nn
    torch.set_num_threads(THREADS)
    if name in CONVOLUTIONS:
        N, C, H, W, FN, F, pad = CONVOLUTIONS[name]
        conv = nn.Conv2d(C, FN, F, padding=pad)
        x = torch.randn(N, C, H, W, requires_grad=True)
        dout = torch.randn_like(conv(x))

        def both():
            conv.zero_grad()
            x.grad = None
            conv(x).backward(dout)

        with torch.no_grad():
            forward = median_ms(lambda: conv(x), 10, 60)
        return {"forward": forward, "both": median_ms(both, 10, 60)}
    layers, n, optimizer, rate = NETWORKS[name]
    modules, flat = [], False
    for layer, (W, b) in learners(layers):
        if layer == "pool":
            modules.append(nn.MaxPool2d(2))
            continue
        if layer[0] == "conv":
            module = nn.Conv2d(W.shape[1], W.shape[0], layer[2], padding=layer[3])
            start = W
        else:
            if not flat:
                modules.append(nn.Flatten())
                flat = True
            module = nn.Linear(*W.shape)
            start = W.T  # PyTorch keeps W as (out, in)
        with torch.no_grad():
            module.weight.copy_(torch.from_numpy(np.ascontiguousarray(start)))
            module.bias.zero_()
        modules += [module, nn.ReLU()]
    net = nn.Sequential(*modules[:-1])
    x, t, u, v = (torch.from_numpy(a) for a in sets)

    def measured(net):
        make = torch.optim.Adagrad if optimizer == "adagrad" else torch.optim.Adam
        step = make(net.parameters(), lr=rate)
        draw = batches(n)

        def update():
            batch = torch.from_numpy(next(draw))
            step.zero_grad()
            loss = nn.functional.cross_entropy(net(x[batch]), t[batch])
            loss.backward()
            step.step()
            return loss.item()

        def accuracy(size):
            with torch.no_grad():
                return sum((net(u[i:i + size]).argmax(1) == v[i:i + size]).sum().item()
                           for i in range(0, 10000, size))

        return {"update": median_ms(update, 50, 300), "evaluate": best_evaluation(accuracy)}

    best = measured(net)
    try:
        compiled = measured(torch.compile(net))
        best = {kind: min(ms, compiled[kind]) for kind, ms in best.items()}
    except Exception as missing:  # no C++ compiler, for one
        print(f"compile: does not run here: {str(missing).splitlines()[0]}", file=sys.stderr)
    return best


def learners(layers):
    """Each layer with its W and b; None for a pooling."""
    values = iter(weights(layers))
    return [(layer, (None, None) if layer == "pool" else next(values)) for layer in layers]


def main():
    directory, peer, *cases = sys.argv[1:]
    sets = data(directory)
    for name in cases or [*NETWORKS, *CONVOLUTIONS]:
        for kind, ms in globals()[peer](name, sets).items():
            print(f"{name} {kind} {ms:.3f}", flush=True)


if __name__ == "__main__":
    main()
