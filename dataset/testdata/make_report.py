"""Writes report.json, what scikit-learn measures of fixed answers.

Run with Debian 12's python3-sklearn (scikit-learn 1.2.1): python3 make_report.py
"""

import json
import os

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(17)
BINS = 10


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def calibration_error(hit, p):
    """The mean of |predicted - observed| over bins of equal width, closed on the right, weighted by their rows."""
    bins = np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], p)
    return float(sum(abs(hit[bins == b].sum() - p[bins == b].sum()) for b in range(BINS)) / len(p))


def per_class(y, decided, scores, labels=None):
    """precision, recall, F1, rows, ROC AUC and average precision of each column of y."""
    scored = metrics.precision_recall_fscore_support(y, decided, labels=labels, average=None, zero_division=0)
    onehot = y if labels is None else np.eye(len(labels))[y]
    ranked = [[metrics.roc_auc_score(onehot[:, k], scores[:, k]), metrics.average_precision_score(onehot[:, k], scores[:, k])]
              for k in range(scores.shape[1])]
    return [[float(v) for v in (*row, *more)] for row, more in zip(zip(*scored), ranked)]


def average(y, decided, kind):
    p, r, f, _ = metrics.precision_recall_fscore_support(y, decided, average=kind, zero_division=0)
    return [float(p), float(r), float(f)]


def no_near_ties(scores):
    """Ties are those of equal logits, whatever the last bits of exp are."""
    for column in scores.T:
        different = np.unique(column)
        assert (np.diff(different) > 1e-9 * different[1:]).all()


def classes(name, y, z):
    p = softmax(z)
    no_near_ties(p)
    k = p.shape[1]
    onehot, decided = np.eye(k)[y], p.argmax(axis=1)
    return {
        "name": name, "kind": "classes", "logits": z.tolist(), "y": [[f"c{v}"] for v in y],
        "measures": {
            "accuracy": metrics.accuracy_score(y, decided),
            "macro F1": metrics.f1_score(y, decided, average="macro"),
            "ROC AUC": metrics.roc_auc_score(onehot, p),
            "average precision": metrics.average_precision_score(onehot, p),
            "log loss": metrics.log_loss(y, p),
            "Brier score": float(((p - onehot) ** 2).sum(axis=1).mean()),
            "calibration error": calibration_error(y, p[:, 1]) if k == 2 else calibration_error(decided == y, p.max(axis=1)),
        },
        "classes": per_class(y, decided, p, labels=range(k)),
        "averages": [average(y, decided, "macro"), average(y, decided, "weighted")],
        "confusion": metrics.confusion_matrix(y, decided).tolist(),
    }


def binary(name, y, z):
    p = sigmoid(z)
    no_near_ties(p.reshape(-1, 1))
    decided = (p >= 0.5).astype(int)
    observed, predicted = calibration_curve(y, p, n_bins=BINS)
    both = np.column_stack([1 - p, p])
    return {
        "name": name, "kind": "binary", "logits": z.reshape(-1, 1).tolist(), "y": [[f"c{v}"] for v in y],
        "measures": {
            "accuracy": metrics.accuracy_score(y, decided),
            "precision": metrics.precision_score(y, decided),
            "recall": metrics.recall_score(y, decided),
            "F1": metrics.f1_score(y, decided),
            "ROC AUC": metrics.roc_auc_score(y, p),
            "average precision": metrics.average_precision_score(y, p),
            "log loss": metrics.log_loss(y, p),
            "Brier score": metrics.brier_score_loss(y, p),
            "calibration error": calibration_error(y, p),
        },
        "classes": per_class(y, decided, both, labels=range(2)),
        "averages": [average(y, decided, "macro"), average(y, decided, "weighted")],
        "confusion": metrics.confusion_matrix(y, decided).tolist(),
        "curve": np.column_stack([predicted, observed]).tolist(),
    }


def labels(name, y, z):
    p = sigmoid(z)
    no_near_ties(p)
    decided = (p >= 0.5).astype(int)
    return {
        "name": name, "kind": "labels", "logits": z.tolist(), "y": [[str(v) for v in row] for row in y],
        "measures": {
            "accuracy": 1 - metrics.hamming_loss(y, decided),
            "exact match": metrics.accuracy_score(y, decided),
            "micro F1": metrics.f1_score(y, decided, average="micro"),
            "macro F1": metrics.f1_score(y, decided, average="macro"),
            "ROC AUC": metrics.roc_auc_score(y, p),
            "average precision": metrics.average_precision_score(y, p),
            "log loss": metrics.log_loss(y.ravel(), p.ravel()),
            "Brier score": metrics.brier_score_loss(y.ravel(), p.ravel()),
            "calibration error": float(np.mean([calibration_error(y[:, k], p[:, k]) for k in range(y.shape[1])])),
        },
        "classes": per_class(y, decided, p),
        "averages": [average(y, decided, kind) for kind in ("micro", "macro", "weighted")],
    }


def numbers(name, y, yhat):
    measures, residuals = {}, []
    for k in range(y.shape[1]):
        of = f" of y{k}" if y.shape[1] > 1 else ""
        measures["RMSE" + of] = metrics.mean_squared_error(y[:, k], yhat[:, k], squared=False)
        measures["MAE" + of] = metrics.mean_absolute_error(y[:, k], yhat[:, k])
        measures["R²" + of] = metrics.r2_score(y[:, k], yhat[:, k])
        rest = y[:, k] - yhat[:, k]
        residuals.append([float(rest.mean()), *np.percentile(rest, [5, 25, 50, 75, 95]).tolist()])
    return {"name": name, "kind": "numbers", "logits": yhat.tolist(), "y": [[repr(float(v)) for v in row] for row in y],
            "measures": measures, "residuals": residuals}


def linear():
    """Linear models with the default penalties, judged on the rows that they were trained on."""
    here = os.path.dirname(os.path.abspath(__file__))

    def read(name, target_type):
        rows = np.genfromtxt(os.path.join(here, "../../testdata/data", name), delimiter=",", skip_header=1, dtype=str)
        return StandardScaler().fit_transform(rows[:, :-1].astype(float)), rows[:, -1].astype(target_type)

    figures = {}
    for name in ("iris.csv", "breast_cancer.csv"):
        x, y = read(name, str)
        model = LogisticRegression(tol=1e-9, max_iter=10000).fit(x, y)
        figures[name] = metrics.log_loss(y, model.predict_proba(x))
    x, y = read("diabetes.csv", float)
    scaled = (y - y.mean()) / y.std()
    figures["diabetes.csv"] = metrics.r2_score(scaled, Ridge().fit(x, scaled).predict(x))
    return figures


def drawn(rows, width, pool):
    """Logits, of which with a pool there are only so many different rows."""
    if pool == 0:
        return rng.normal(0, 1.2, (rows, width)).round(6)
    return rng.normal(0, 1.2, (pool, width)).round(6)[rng.integers(0, pool, rows)]


def sampled(z):
    return np.array([rng.choice(z.shape[1], p=row) for row in softmax(z)])


cases = []
for name, pool in {"distinct scores": 0, "tied scores": 9}.items():
    z = drawn(80, 4, pool)
    cases.append(classes("four classes, " + name, sampled(z), z))
    z = drawn(70, 1, pool)[:, 0]
    cases.append(binary("binary, " + name, (rng.uniform(size=70) < sigmoid(z)).astype(int), z))
    z = drawn(60, 3, pool)
    cases.append(labels("labels, " + name, (rng.uniform(size=z.shape) < sigmoid(z)).astype(int), z))
z = drawn(50, 2, 0)
cases.append(classes("two classes by a softmax", sampled(z), z))
z = drawn(40, 3, 0)
z[:, 2] -= 30
y = sampled(z)
y[0] = 2
cases.append(classes("a class that is never predicted", y, z))
yhat = rng.normal(0, 3, (41, 1)).round(6)
cases.append(numbers("one number", (yhat + rng.normal(0.5, 1, yhat.shape)).round(6), yhat))
yhat = rng.normal([1e6, -1e-3], [1e4, 1e-4], (30, 2)).round(9)
cases.append(numbers("two numbers", (yhat + rng.normal(0, [1e3, 2e-4], yhat.shape)).round(9), yhat))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "report.json"), "w") as f:
    json.dump({"cases": cases, "linear": linear()}, f, separators=(",", ":"), ensure_ascii=False)
    f.write("\n")
