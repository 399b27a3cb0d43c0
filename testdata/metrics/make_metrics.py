#!/usr/bin/env python3
"""Values of scikit-learn's metrics, float64 -> metrics.json.

Runs with Debian 12's python3-sklearn (1.2.1); needs no network.   usage: make_metrics.py [OUTDIR]
"""
import json, os, sys, warnings
import numpy as np
from sklearn import metrics as m

warnings.simplefilter("ignore")  # of zero divisions, which are wanted here
out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(1)


def number(v):
    """v as JSON has it: null where it is not a number."""
    return None if np.isnan(v) else float(v)


def column(v):
    return [[float(x)] for x in v]


def one_hot(y, k):
    return np.eye(k)[y].tolist()


# ---- classes ----------------------------------------------------------------------------------------------------

def classes(name, y, yhat, k, names=None):
    y, yhat = np.array(y), np.array(yhat)
    c = {"name": name, "classes": k, "y": y.tolist(), "yhat": yhat.tolist(), "names": names or []}
    c["confusion"] = m.confusion_matrix(y, yhat, labels=range(k)).tolist()
    c["accuracy"] = m.accuracy_score(y, yhat)
    c["balanced_accuracy"] = m.balanced_accuracy_score(y, yhat)
    c["matthews"] = m.matthews_corrcoef(y, yhat)
    c["kappa"] = number(m.cohen_kappa_score(y, yhat))
    per_class = m.precision_recall_fscore_support(y, yhat, labels=range(k))
    c["per_class"] = np.array(per_class).T.tolist()
    for average in ["macro", "micro", "weighted"]:
        c[average] = list(m.precision_recall_fscore_support(y, yhat, average=average)[:3])
    present = sorted(set(y) | set(yhat))
    shown = [names[i] for i in present] if names else None
    if c["accuracy"] > 0:  # else scikit-learn 1.2 prints the support with a decimal point
        c["report"] = m.classification_report(y, yhat, target_names=shown)
    return c


def drawn(name, k, n, weights, noise, names=None):
    y = rng.choice(k, n, p=np.array(weights) / sum(weights))
    yhat = np.where(rng.random(n) < noise, rng.choice(k, n), y)
    return classes(name, y, yhat, k, names)


class_cases = [
    classes("binary", [0, 1, 1, 0, 1, 0, 0, 1, 1, 1], [0, 1, 0, 0, 1, 1, 0, 1, 1, 0], 2, ["no", "yes"]),
    classes("binary, perfect", [0, 1, 1, 0], [0, 1, 1, 0], 2),
    classes("binary, all wrong", [0, 1, 1, 0], [1, 0, 0, 1], 2),
    classes("binary, always 0", [0, 1, 1, 0, 0], [0, 0, 0, 0, 0], 2),
    classes("binary, always 1", [0, 1, 1, 0, 0], [1, 1, 1, 1, 1], 2),
    classes("binary, only class 0, all right", [0, 0, 0], [0, 0, 0], 2),
    classes("binary, only class 1, some right", [1, 1, 1, 1], [1, 0, 0, 1], 2),
    classes("one row", [1], [0], 2),
    classes("class 1 of three without rows", [0, 2, 2, 0, 0, 2], [0, 2, 1, 1, 0, 0], 3),
    classes("class 1 of three never predicted", [0, 1, 2, 1, 0], [0, 0, 2, 2, 0], 3),
    classes("class 1 of three absent", [0, 2, 2, 0], [0, 2, 0, 0], 3, ["zero", "one", "two"]),
    drawn("three classes with names", 3, 50, [1, 1, 1], 0.4, ["setosa", "versicolor", "a name that is longer"]),
    drawn("ten classes", 10, 203, np.ones(10), 0.3),
    drawn("imbalance", 4, 300, [100, 10, 3, 1], 0.3),
    drawn("random", 5, 200, np.ones(5), 1),
]

# ---- scores and probabilities -----------------------------------------------------------------------------------

def ranked(name, y, score):
    y, score = np.array(y), np.array(score, dtype=float)
    c = {"name": name, "y": y.tolist(), "score": score.tolist()}
    fpr, tpr, thresholds = m.roc_curve(y, score)
    c["roc"] = np.array([thresholds, fpr, tpr]).T[1:].tolist()  # the first point has a threshold of its own
    precision, recall, thresholds = m.precision_recall_curve(y, score)
    c["precision_recall"] = np.array([thresholds, precision[:-1], recall[:-1]]).T.tolist()
    c["auc"] = m.roc_auc_score(y, score)
    c["average_precision"] = m.average_precision_score(y, score)
    if score.min() >= 0 and score.max() <= 1:
        c["log_loss"] = m.log_loss(y, score)
        c["brier"] = m.brier_score_loss(y, score)
    return c


def informed(n, k, noise):
    y = np.arange(n) % k
    z = rng.normal(size=(n, k)) * noise + np.eye(k)[y]
    p = np.exp(z)
    return y, p / p.sum(axis=1, keepdims=True)


y200, p200 = informed(200, 2, 1.5)
ranked_cases = [
    ranked("four rows", [0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]),
    ranked("perfect", [0, 0, 1, 1, 1], [0.1, 0.2, 0.6, 0.7, 0.9]),
    ranked("the wrong way round", [1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9]),
    ranked("constant", [0, 1, 0, 1, 1], [0.5] * 5),
    ranked("certain and right", [0, 1, 1, 0], [0, 1, 1, 0]),
    ranked("certain and wrong", [0, 1, 1, 0], [1, 1, 0, 0]),
    ranked("ties", [0, 1, 0, 1, 1, 0, 1, 0], [0.3, 0.3, 0.3, 0.6, 0.6, 0.6, 0.9, 0.1]),
    ranked("one of many", [0] * 30 + [1], np.arange(31) % 7 / 7),
    ranked("scores of any size", [0, 1, 0, 1, 1, 0], [-3, 2.5, -1e6, 1e-300, 7, 7]),
    ranked("200 rows", y200, p200[:, 1]),
    ranked("200 rows, rounded", y200, np.round(p200[:, 1], 1)),
]


def multiclass(name, y, p):
    k = p.shape[1]
    labels = list(range(k))
    c = {"name": name, "y": one_hot(y, k), "p": p.tolist()}
    c["log_loss"] = m.log_loss(y, p, labels=labels)
    c["brier"] = float(np.mean(np.sum((p - np.eye(k)[y]) ** 2, axis=1)))  # Brier's formula; scikit-learn 1.2 has two classes only
    c["top_k"] = [m.top_k_accuracy_score(y, p, k=j, labels=labels) for j in range(1, k + 1)]
    if len(set(y)) == k:
        c["auc"] = m.roc_auc_score(y, p, multi_class="ovr", average="macro")
        c["average_precision"] = m.average_precision_score(np.eye(k)[y], p, average="macro")
    return c


multiclass_cases = [
    multiclass("three classes", *informed(60, 3, 0.7)),
    multiclass("seven classes", *informed(140, 7, 1.2)),
    multiclass("certain and right", np.array([0, 1, 2]), np.eye(3)),
    multiclass("certain and wrong", np.array([0, 1, 2, 2]), np.eye(3)[[1, 1, 2, 0]]),
    multiclass("an absent class", np.array([0, 1, 0, 1]), informed(4, 3, 1)[1]),
    multiclass("float32", *[a if a.dtype == int else a.astype(np.float32).astype(float) for a in informed(60, 3, 1)]),
]

# ---- numbers ----------------------------------------------------------------------------------------------------

def regression(name, y, yhat):
    y, yhat = np.array(y, dtype=float), np.array(yhat, dtype=float)
    if y.ndim == 1: y, yhat = y[:, None], yhat[:, None]
    return {
        "name": name, "y": y.tolist(), "yhat": yhat.tolist(),
        "mse": m.mean_squared_error(y, yhat),
        "rmse": m.mean_squared_error(y, yhat, squared=False),
        "mae": m.mean_absolute_error(y, yhat),
        "median_absolute_error": m.median_absolute_error(y, yhat),
        "mape": m.mean_absolute_percentage_error(y, yhat),
        "r2": m.r2_score(y, yhat),
        "explained_variance": m.explained_variance_score(y, yhat),
        "pinball": {str(q): m.mean_pinball_loss(y, yhat, alpha=q) for q in (0, 0.1, 0.5, 0.9, 1)},
    }


y100 = rng.normal(size=100) * 3 + 10
regression_cases = [
    regression("four rows", [3, -0.5, 2, 7], [2.5, 0, 2, 8]),
    regression("two columns", [[0.5, 1], [-1, 1], [7, -6]], [[0, 2], [-1, 2], [8, -5]]),
    regression("perfect", [1, 2, 3], [1, 2, 3]),
    regression("off by one", [1, 2, 3], [2, 3, 4]),
    regression("constant targets", [2, 2, 2], [1, 2, 4]),
    regression("constant targets, exact", [2, 2, 2], [2, 2, 2]),
    regression("constant targets, off by one", [2, 2, 2], [3, 3, 3]),
    regression("constant predictions", [1, 2, 3, 6], [3, 3, 3, 3]),
    regression("a target of zero", [0, 1, 2], [0.1, 1, 2]),
    regression("an even number of rows", [0.5, 1.5, 2.5, 9], [1, 1, 1, 1]),
    regression("one constant column of two", [[1, 5], [2, 5], [3, 5]], [[1, 5], [2, 5.5], [4, 5]]),
    regression("100 rows", y100, y100 + rng.normal(size=100)),
    regression("100 rows far from zero", y100 + 1e6, y100 + 1e6 + rng.normal(size=100)),
]

path = os.path.join(out, "metrics.json")
with open(path, "w") as f:
    json.dump({
        "classes": class_cases,
        "ranked": ranked_cases,
        "multiclass": multiclass_cases,
        "regression": regression_cases,
    }, f, separators=(",", ":"), allow_nan=False)
    f.write("\n")
print(path, os.path.getsize(path), "bytes")
