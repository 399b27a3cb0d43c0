"""The workloads in PyTorch, with its default number of threads.

usage: torch_bench.py f32|f64 WORKLOAD
"""
import sys
import time

import torch
from torch import nn

from common import SPEC, emit, emit_training, latency, load, throughput, weights
from torch_tabm import MEMBERS, Mean, TabM, encoded

DTYPE = {"f32": torch.float32, "f64": torch.float64}[sys.argv[1]]
NUMPY_DTYPE = {"f32": "float32", "f64": "float64"}[sys.argv[1]]
PEER = "torch " + sys.argv[1]
LOSSES = {"cce": nn.CrossEntropyLoss(), "bce": nn.BCEWithLogitsLoss(), "mse": nn.MSELoss()}
OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


def network(workload):
    """Returns the network with its initial weights. Its outputs are logits."""
    if workload == "W7":
        return TabM(DTYPE)
    layers = []
    for w in weights(workload):
        linear = nn.Linear(*w.shape, dtype=DTYPE)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(w.T.copy()))
            linear.bias.zero_()
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def tensors(workload, part):
    if workload == "W7":
        x, y = load(workload, part, "float64")
        x, y = encoded(x).astype(NUMPY_DTYPE), y.repeat(MEMBERS, 1).astype(NUMPY_DTYPE)  # the targets of each member
        return torch.from_numpy(x), torch.from_numpy(y)
    return [torch.from_numpy(a) for a in load(workload, part, NUMPY_DTYPE)]


def fit(model, workload, x, y, epochs):
    spec = SPEC[workload]
    loss, batch = LOSSES[spec["loss"]], spec["batch"]
    decay = {"weight_decay": spec["decay"]} if "decay" in spec else {}
    optimizer = OPTIMIZERS[spec["optimizer"]](model.parameters(), lr=spec["rate"], **decay)
    for _ in range(epochs):
        for i in range(0, len(x), batch):
            optimizer.zero_grad(set_to_none=True)
            loss(model(x[i:i + batch]), y[i:i + batch]).backward()
            if "clip" in spec:
                nn.utils.clip_grad_norm_(model.parameters(), spec["clip"])
            optimizer.step()


def train(workload):
    spec = SPEC[workload]
    x, y = tensors(workload, "train")
    warm = 5 * spec["batch"]
    fit(network(workload), workload, x[:warm], y[:warm], 1)
    model = network(workload)
    begin = time.perf_counter()
    fit(model, workload, x, y, spec["epochs"])
    emit_training(PEER, workload, x.numpy(), y.numpy(), time.perf_counter() - begin)
    with torch.inference_mode():
        emit(PEER, workload, "final_train_loss", LOSSES[spec["loss"]](model(x), y).item())
        if spec["data"] == "fashion":
            x, y = tensors(workload, "test")
            emit(PEER, workload, "test_acc", (model(x).argmax(1) == y).double().mean().item())


def predict(kind, workload):
    """Measures the model as it is and frozen by TorchScript, and prints the better figure."""
    model = nn.Sequential(network(workload), Mean() if workload == "W7" else nn.Softmax(1)).eval()
    frozen = torch.jit.freeze(torch.jit.script(model))
    x = tensors(workload, "test")[0]
    with torch.inference_mode():
        if kind == "P1":
            row = x[:1].clone()
            value = min(latency(lambda: m(row)) for m in (model, frozen))
            emit(PEER, f"P1-{workload}", "us_per_predict", value)
        else:
            rows = x[:10000]
            value = max(throughput(lambda: m(rows), len(rows)) for m in (model, frozen))
            emit(PEER, f"P2-{workload}", "rows_per_s", value)


def first():
    """Prints the prediction of the W1 network for a row of ones."""
    model = network("W1")
    with torch.inference_mode():
        print(torch.softmax(model(torch.ones(1, 4, dtype=DTYPE)), 1))


name = sys.argv[2]
if name == "first":
    first()
elif "-" in name:
    predict(*name.split("-"))
else:
    train(name)
