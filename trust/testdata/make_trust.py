#!/usr/bin/env python3
"""Values of scikit-learn's calibration and inspection, float64 -> trust.json.

Runs with Debian 12's python3-sklearn (1.2.1) and python3-scipy; needs no network.   usage: make_trust.py [OUTDIR]
"""
import json, os, sys
import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit, softmax
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.calibration import _sigmoid_calibration, calibration_curve
from sklearn.inspection import partial_dependence

out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(1)


def overconfident(n):
    z = rng.normal(size=n)
    return (rng.random(n) < expit(z)).astype(int), expit(2.5 * z + 0.5)


def curve(name, y, p, bins):
    observed, predicted = calibration_curve(np.array(y), np.array(p), n_bins=bins)
    return {"name": name, "y": [int(v) for v in y], "p": [float(v) for v in p], "bins": bins,
            "curve": np.array([predicted, observed]).T.tolist()}


def platt(name, y, p):
    """The slope and offset by scikit-learn, whose BFGS stops early, refined by Newton's method on the same objective."""
    y, f = np.array(y), logit(np.array(p))
    a, b = _sigmoid_calibration(f, y)
    zeros, ones = np.sum(y == 0), np.sum(y == 1)
    t = np.where(y == 1, (ones + 1) / (ones + 2), 1 / (zeros + 2))
    c = np.array([-a, -b])
    x = np.stack([f, np.ones(len(f))], axis=1)
    for _ in range(50):
        q = expit(x @ c)
        c = c - np.linalg.solve(x.T @ (x * (q * (1 - q))[:, None]), x.T @ (q - t))
    assert np.allclose(c, [-a, -b], rtol=1e-4, atol=1e-4), (c, a, b)
    return {"name": name, "y": y.tolist(), "p": [float(v) for v in p], "slope": c[0], "offset": c[1]}


def temperature(name, y, p):
    """The root of the derivative of the likelihood, by scipy."""
    y, p = np.array(y), np.array(p)
    z = np.log(p)

    def slope(beta):
        return np.sum(softmax(beta * z, axis=1) * z) - np.sum(z[np.arange(len(y)), y])

    return {"name": name, "y": np.eye(p.shape[1])[y].tolist(), "p": p.tolist(),
            "temperature": 1 / brentq(slope, 1e-3, 1e3, xtol=1e-15, rtol=1e-15)}


def classes(n, k, sharpness):
    z = rng.normal(size=(n, k)) * 2
    y = [int(rng.choice(k, p=softmax(row))) for row in z]
    return y, softmax(sharpness * z, axis=1)


class Fixed(RegressorMixin, BaseEstimator):
    """f(x) = (x0 x1 + x2^2, x0 - 3 x1), which nothing has to be learnt for."""

    def fit(self, x, y):
        self.fitted_ = True
        return self

    def predict(self, x):
        return np.stack([x[:, 0] * x[:, 1] + x[:, 2] ** 2, x[:, 0] - 3 * x[:, 1]], axis=1)


def dependence(x, column, points):
    found = partial_dependence(Fixed().fit(x, None), x, [column], grid_resolution=points, kind="average")
    return {"column": column, "points": points, "grid": found["values"][0].tolist(), "means": found["average"].T.tolist()}


x = rng.normal(size=(60, 3))
x[:, 1] = rng.integers(0, 6, 60)
path = os.path.join(out, "trust.json")
with open(path, "w") as f:
    json.dump({
        "calibration_curves": [
            curve("scikit-learn's example", [0, 0, 0, 0, 1, 1, 1, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1], 3),
            curve("at the edges of the bins", [0, 1, 0, 1, 1, 0, 1], [0, 0.2, 0.4, 0.6, 0.6000000000000001, 0.8, 1], 5),
            curve("one bin", [0, 1, 1], [0.1, 0.5, 0.9], 1),
            curve("constant", [0, 1, 1], [0.5, 0.5, 0.5], 10),
            curve("300 rows", *overconfident(300), 10),
        ],
        "platt": [
            platt("overconfident", *overconfident(300)),
            platt("few rows", [0, 1, 0, 1, 1], [0.2, 0.7, 0.6, 0.8, 0.4]),
            platt("in the right order", [0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]),
            platt("the wrong way round", [1, 1, 0, 0, 1], [0.1, 0.2, 0.8, 0.9, 0.7]),
        ],
        "temperature": [
            temperature("too sure", *classes(200, 3, 3)),
            temperature("not sure enough", *classes(200, 4, 0.5)),
            temperature("calibrated", *classes(200, 5, 1)),
        ],
        "partial_dependence": {
            "x": x.tolist(),
            "cases": [dependence(x, 0, 11), dependence(x, 1, 20), dependence(x, 2, 2), dependence(x, 2, 60)],
        },
    }, f, separators=(",", ":"), allow_nan=False)
    f.write("\n")
print(path, os.path.getsize(path), "bytes")
