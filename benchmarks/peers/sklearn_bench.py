"""The workloads in scikit-learn, float64.

usage: sklearn_bench.py WORKLOAD
"""
import sys
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier, MLPRegressor

from common import SPEC, emit, emit_training, latency, load, throughput, weights

PEER = "scikit-learn f64"
warnings.simplefilter("ignore", ConvergenceWarning)  # there are few epochs on purpose
warnings.filterwarnings("ignore", "Got `batch_size`")  # a warm-up may have few rows


class Given:
    """Starts with the given weights and zero biases."""

    def _init_coef(self, inputs, units, dtype):
        return self.given.pop(0), np.zeros(units)


class Classifier(Given, MLPClassifier):
    pass


class Regressor(Given, MLPRegressor):
    pass


def network(workload, epochs):
    spec = SPEC[workload]
    model = (Regressor if spec["loss"] == "mse" else Classifier)(
        hidden_layer_sizes=spec["sizes"][1:-1], solver=spec["optimizer"], learning_rate_init=spec["rate"],
        batch_size=spec["batch"], max_iter=epochs, shuffle=False, alpha=0, momentum=0, nesterovs_momentum=False,
        tol=0, n_iter_no_change=10**9)
    model.given = weights(workload)
    return model


def all_classes(workload, y):
    """Returns the targets, changed so that all classes occur: scikit-learn derives the number of outputs from them."""
    if SPEC[workload]["loss"] == "mse":
        return y
    classes = max(2, SPEC[workload]["sizes"][-1])
    if len(np.unique(y)) < classes:
        y = y.copy()
        y[:classes] = np.random.RandomState(1).permutation(classes)
    return y


def warm(workload, x, y):
    """Returns a network that is trained for a short time."""
    classes = SPEC[workload]["sizes"][-1]
    rows = max(5 * SPEC[workload]["batch"], classes)
    return network(workload, 1).fit(x[:rows], all_classes(workload, y[:rows]))


def train(workload):
    spec = SPEC[workload]
    x, y = load(workload, "train", np.float64)
    if spec["loss"] != "cce":
        y = y.ravel()
    y = all_classes(workload, y)
    warm(workload, x, y)
    model = network(workload, spec["epochs"])
    begin = time.perf_counter()
    model.fit(x, y)
    emit_training(PEER, workload, x, y, time.perf_counter() - begin)
    emit(PEER, workload, "final_train_loss", final_loss(model, x, y))
    if spec["data"] == "fashion":
        emit(PEER, workload, "test_acc", model.score(*load(workload, "test", np.float64)))


def final_loss(model, x, y):
    if isinstance(model, MLPRegressor):
        return np.mean((model.predict(x) - y) ** 2)
    return log_loss(y, model.predict_proba(x), labels=model.classes_)


def predict(kind, workload):
    x, y = load(workload, "test", np.float64)
    model = warm(workload, x, y)
    if kind == "P1":
        row = x[:1].copy()
        emit(PEER, f"P1-{workload}", "us_per_predict", latency(lambda: model.predict_proba(row)))
    else:
        rows = x[:10000]
        emit(PEER, f"P2-{workload}", "rows_per_s", throughput(lambda: model.predict_proba(rows), len(rows)))


def first():
    """Prints the prediction of the W1 network for a row of ones."""
    x, y = load("W1", "train", np.float64)
    print(warm("W1", x, y).predict_proba(np.ones((1, 4))))


name = sys.argv[1]
if name == "first":
    first()
elif "-" in name:
    predict(*name.split("-"))
else:
    train(name)
