"""Runs the jobs in NumPy (float32, with its BLAS), PyTorch or scikit-learn, for bench/suites/peers.ts.

Reads a job from each line of stdin, trains on as many examples as the job states, and answers with the examples a
second over their second half. The arithmetic is that of the notes; the library computes the matrix products.
"""

import gzip
import glob
import json
import sys
import time

import numpy as np

library, folder = sys.argv[1:3]


def idx(pattern, header):
    (path,) = glob.glob(folder + "/*" + pattern + "*")
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        return np.frombuffer(file.read()[header:], np.uint8)


labels = idx("train-labels", 8)
m = len(labels)
rows = idx("train-images", 16).reshape(m, 784).astype(np.float32) / np.float32(255)
columns = np.ascontiguousarray(rows.T)


class WithNumpy:
    def __init__(self, layers):
        rng = np.random.default_rng(1)
        self.parameters = [
            (
                rng.standard_normal((units, inputs), np.float32) * np.float32(np.sqrt(2 / inputs)),
                np.zeros((units, 1), np.float32),
            )
            for inputs, units in zip(layers, layers[1:])
        ]

    def step(self, X, y, alpha=np.float32(0.1)):
        size = np.float32(len(y))
        A = [X]
        for W, b in self.parameters[:-1]:
            A.append(np.maximum(W @ A[-1] + b, 0))
        W, b = self.parameters[-1]
        Z = W @ A[-1] + b
        Z -= Z.max(0)
        dZ = np.exp(Z)
        dZ /= dZ.sum(0)
        dZ[y, np.arange(len(y))] -= 1
        for l in range(len(self.parameters) - 1, -1, -1):
            W, b = self.parameters[l]
            dW = dZ @ A[l].T / size
            db = dZ.sum(1, keepdims=True) / size
            if l:
                dZ = (W.T @ dZ) * (A[l] > 0)
            W -= alpha * dW
            b -= alpha * db


class WithTorch:
    def __init__(self, layers):
        torch.manual_seed(1)
        modules = []
        for inputs, units in zip(layers, layers[1:]):
            modules += [torch.nn.Linear(inputs, units), torch.nn.ReLU()]
        self.network = torch.nn.Sequential(*modules[:-1])
        self.optimiser = torch.optim.SGD(self.network.parameters(), lr=0.1)

    def step(self, X, y):
        self.optimiser.zero_grad()
        torch.nn.functional.cross_entropy(self.network(X), y).backward()
        self.optimiser.step()


class WithSklearn:
    """MLPClassifier with plain stochastic gradient descent: no momentum, no weight decay."""

    def __init__(self, layers, size):
        self.model = MLPClassifier(
            layers[1:-1],
            solver="sgd",
            momentum=0,
            nesterovs_momentum=False,
            alpha=0,
            learning_rate_init=0.1,
            batch_size=size,
            random_state=1,
        )
        self.model.partial_fit(rows[:size], labels[:size], np.arange(layers[-1]))

    def step(self, X, y):
        self.model.partial_fit(X, y)


if library == "sklearn":
    import warnings

    import sklearn
    from sklearn.neural_network import MLPClassifier

    warnings.filterwarnings("ignore")

if library == "torch":
    import os

    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch_rows, torch_labels = torch.from_numpy(rows), torch.from_numpy(labels.astype(np.int64))


def batch(size, order, start):
    if library == "torch":
        if size == m:
            return torch_rows, torch_labels
        chosen = torch.from_numpy(order[start : start + size])
        return torch_rows[chosen], torch_labels[chosen]
    if size == m:
        return rows if library == "sklearn" else columns, labels
    chosen = order[start : start + size]
    if library == "sklearn":
        return rows[chosen], labels[chosen]
    return rows[chosen].T, labels[chosen]


def speed(job):
    layers, size = job["layers"], job["batchSize"] or m
    if library == "sklearn":
        network = WithSklearn(layers, size)
    else:
        network = (WithTorch if library == "torch" else WithNumpy)(layers)
    order = np.random.default_rng(1).permutation(m)
    steps = max(4, int(job["examples"]) // size)
    for step in range(steps):
        if step == steps // 2:
            begin = time.perf_counter()
        network.step(*batch(size, order, step * size % (m - size + 1)))
    return (steps - steps // 2) * size / (time.perf_counter() - begin)


versions = {"numpy": lambda: np.__version__, "torch": lambda: torch.__version__, "sklearn": lambda: sklearn.__version__}
print(json.dumps(versions[library]()), flush=True)
for line in sys.stdin:
    print(json.dumps(speed(json.loads(line))), flush=True)
