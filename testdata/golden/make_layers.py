#!/usr/bin/env python3
"""Embeddings of numbers by their formulas, with gradients by PyTorch autograd, float64 -> reference_layers.json.

Runs with Debian 12's python3-torch (1.13.1); needs no network.   usage: make_layers.py [OUTDIR]
Every layer takes x (rows, features). L = sum(y * r), grad is that of L by x and by the parameters, which have the layout
and the names that the library gives them.
"""
import json, math, os, sys
import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
g = torch.Generator().manual_seed(7)
ROWS, FEATURES, K, D = 9, 3, 4, 5
X = torch.round(torch.randn(ROWS, FEATURES, generator=g) * 1e4) / 1e4
EDGES = [[-1.5, -0.5, -0.25, 0.5, 1.25], [-0.5, 0.5], [0.75]]  # a column with all bins, one bin, none
BINS = 4


def rnd(*shape):
    return (torch.round((torch.rand(shape, generator=g) * 2 - 1) * 1e4) / 1e4).requires_grad_(True)


def linear(p, u, b):
    """p (rows, features, n) by U (features or 1, n, d)"""
    return torch.einsum("rfn,fnd->rfd", p, u.expand(FEATURES, -1, -1)) + b


def waves(x, c):
    v = 2 * math.pi * x[:, :, None] * c
    return torch.cat([torch.cos(v), torch.sin(v)], -1)


def periodic(x, frequency, weight, bias):
    return linear(waves(x, frequency), weight.reshape(-1, 2 * K, D), bias)


def pbld(x, frequency, weight, bias, phase):
    p = torch.cos(2 * math.pi * x[:, :, None] * frequency + phase)
    return torch.cat([linear(p, weight.reshape(-1, K, D - 1), bias), x[:, :, None]], -1)


def piecewise_linear(x, weight, bias, bin_weight):
    code = torch.zeros(ROWS, FEATURES, BINS)
    for f, edges in enumerate(EDGES):
        m = len(edges) - 1
        for j in range(m):
            p = (x[:, f] - edges[j]) / (edges[j + 1] - edges[j])
            if j > 0: p = p.clamp(min=0)
            if j < m - 1: p = p.clamp(max=1)
            code[:, f, j] = p
    return x[:, :, None] * weight + linear(code, bin_weight.reshape(FEATURES, BINS, D), bias)


def case(name, f, **params):
    x = X.clone().requires_grad_(True)
    y = f(x, **params).reshape(ROWS, -1)
    r = rnd(*y.shape).detach()
    leaves = {"x": x, **params}
    grads = torch.autograd.grad((y * r).sum(), list(leaves.values()))
    return {"name": name, "params": {k: v.tolist() for k, v in params.items()}, "y": y.tolist(), "r": r.tolist(),
            "grad": {k: v.tolist() for k, v in zip(leaves, grads)}}


doc = {
    "about": "PyTorch %s, float64; see README.md" % torch.__version__, "x": X.tolist(), "edges": EDGES, "bins": BINS, "frequencies": K, "units": D,
    "layers": [
        case("periodic", periodic, frequency=rnd(FEATURES, K), weight=rnd(FEATURES * 2 * K, D), bias=rnd(FEATURES, D)),
        case("periodic_shared", periodic, frequency=rnd(FEATURES, K), weight=rnd(2 * K, D), bias=rnd(1, D)),
        case("pbld", pbld, frequency=rnd(FEATURES, K), weight=rnd(FEATURES * K, D - 1), bias=rnd(FEATURES, D - 1), phase=rnd(FEATURES, K)),
        case("piecewise_linear", piecewise_linear, weight=rnd(FEATURES, D), bias=rnd(FEATURES, D), bin_weight=rnd(FEATURES * BINS, D)),
    ],
}
with open(os.path.join(out, "reference_layers.json"), "w") as f:
    json.dump(doc, f, separators=(",", ":"), allow_nan=False)
    f.write("\n")
