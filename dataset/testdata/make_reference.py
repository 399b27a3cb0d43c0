"""Writes reference.json, what scikit-learn makes of fixed numbers, tables and rows, and small arrays of NumPy.

Run with Debian 12's python3-sklearn (scikit-learn 1.2.1): python3 make_reference.py
"""

import json
import os

import numpy as np
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, TimeSeriesSplit, train_test_split
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import (MinMaxScaler, OneHotEncoder, OrdinalEncoder, QuantileTransformer, RobustScaler,
                                   StandardScaler)

rng = np.random.default_rng(7)


def scalers():
    matrices = {
        "normal": rng.normal([0, 100, -3e6], [1, 20, 1e6], (25, 3)),
        "ties and a constant": np.column_stack([rng.integers(0, 4, 40), np.full(40, 7.25), rng.integers(0, 2, 40) * 1.5]),
        "wild values": np.vstack([rng.standard_cauchy((60, 2)), [[3e2, -1e3]]]),
        "two rows": np.array([[1.0, -2.0], [4.0, 2.0]]),
        "one row": np.array([[1.5, -2.0]]),
        "more than 1000 rows": np.column_stack([rng.exponential(1, 1234), rng.integers(0, 50, 1234)]).round(6),
    }
    cases = []
    for name, x in matrices.items():
        lo, hi = x.min(axis=0), x.max(axis=0)
        other = lo + (hi - lo + 1) * rng.uniform(-0.5, 1.5, (12, x.shape[1]))
        other[:2] = x[0]
        shares = rng.uniform(-0.2, 1.2, (8, x.shape[1]))
        shares[0], shares[1] = 0, 1
        for kind, scaler in {
            "standard": StandardScaler(),
            "min_max": MinMaxScaler(),
            "robust": RobustScaler(),
            "quantile": QuantileTransformer(n_quantiles=min(1000, len(x)), subsample=10**9),
        }.items():
            if kind == "quantile" and len(x) == 1:
                continue  # 0 for every number, also above that row
            scaler.fit(x)
            cases.append({
                "name": f"{kind}, {name}", "kind": kind, "x": x.tolist(),
                "other": other.tolist(), "z": scaler.transform(other).tolist(),
                "shares": shares.tolist(), "inverse": scaler.inverse_transform(shares).tolist(),
            })
    return cases


def preparation():
    n = 60
    columns = {
        "age": rng.integers(18, 80, n).astype(float),
        "income": rng.lognormal(8, 1, n).round(2),
        "height": rng.normal(170, 10, n).round(1),
        "children": rng.integers(0, 4, n).astype(float),
        "size": rng.choice(["small", "medium", "large"], n),
        "port": rng.choice(["Genoa", "Kiel", "Oslo"], n).astype(object),
        "color": rng.choice(["red", "green", "blue", "mauve"], n, p=[0.4, 0.3, 0.25, 0.05]).astype(object),
        "member": rng.choice(["yes", "no"], n),
    }
    for name in ["age", "income", "height", "children", "port"]:
        columns[name] = columns[name].astype(object)
        columns[name][rng.choice(n, 7, replace=False)] = np.nan
    columns["color"][0] = "mauve"
    columns["port"][50] = "Pisa"  # unknown to the training rows
    columns["color"][51] = "pink"
    train = 45
    assert "Pisa" not in columns["port"][:train] and (columns["color"][:train] == "mauve").sum() < 5

    def number(strategy, scaler, **kw):
        return make_pipeline(SimpleImputer(strategy=strategy, **kw), scaler)

    transformers = {
        "age": make_union(number("mean", StandardScaler()), MissingIndicator(features="all")),
        "income": number("median", RobustScaler()),
        "height": number("constant", MinMaxScaler(), fill_value=165),
        "children": number("most_frequent", QuantileTransformer(n_quantiles=train)),
        "size": make_pipeline(OrdinalEncoder(categories=[["small", "medium", "large"]]), StandardScaler()),
        "port": make_pipeline(SimpleImputer(strategy="most_frequent"),
                              OneHotEncoder(handle_unknown="ignore", sparse_output=False)),
        "color": OneHotEncoder(min_frequency=5, handle_unknown="infrequent_if_exist", sparse_output=False),
        "member": OrdinalEncoder(categories=[["no", "yes"]]),
    }
    parts = []
    for name, transformer in transformers.items():
        numeric = name in ("age", "income", "height", "children")
        column = columns[name].astype(float if numeric else object).reshape(-1, 1)
        parts.append(np.asarray(transformer.fit(column[:train]).transform(column), float))

    def cell(v):
        return ("NA" if np.isnan(v) else repr(float(v))) if isinstance(v, float) else str(v)

    return {
        "header": list(columns),
        "rows": [[cell(v) for v in row] for row in zip(*columns.values())],
        "train": train,
        "x": np.hstack(parts).tolist(),
    }


def folds():
    def listed(splits):
        return [{"train": train.tolist(), "test": test.tolist()} for train, test in splits]

    cases = []
    for rows, k in [(10, 5), (11, 3), (5, 5), (7, 2)]:
        cases.append({"kind": "KFold", "rows": rows, "folds": k, "splits": listed(KFold(k).split(np.zeros(rows)))})
    for rows, k, classes in [(30, 5, 3), (23, 3, 2), (61, 4, 4)]:
        labels = rng.permutation(np.arange(rows) ** 2 % 97 % classes)
        assert np.bincount(labels).min() >= k
        cases.append({"kind": "StratifiedKFold", "labels": labels.tolist(), "folds": k,
                      "splits": listed(StratifiedKFold(k).split(np.zeros(rows), labels))})
    for rows, k, groups in [(30, 3, 8), (50, 5, 12), (9, 4, 5)]:
        labels = np.concatenate([np.arange(groups), rng.integers(0, groups, rows - groups)])
        cases.append({"kind": "GroupKFold", "labels": labels.tolist(), "folds": k,
                      "splits": listed(GroupKFold(k).split(np.zeros(rows), groups=labels))})
    for rows, k, size, gap, most in [(12, 3, 0, 0, 0), (13, 5, 0, 0, 0), (20, 3, 4, 2, 0), (20, 4, 2, 1, 5), (6, 5, 0, 0, 0)]:
        splitter = TimeSeriesSplit(k, test_size=size or None, gap=gap, max_train_size=most or None)
        cases.append({"kind": "TimeSeriesSplit", "rows": rows, "folds": k, "test_size": size, "gap": gap,
                      "max_train": most, "splits": listed(splitter.split(np.zeros(rows)))})
    return cases


def sizes():
    return [{"rows": rows, "test": test, "size": len(train_test_split(np.zeros(rows), test_size=test)[1])}
            for rows in (4, 10, 33, 150, 1001) for test in (0.1, 0.25, 1 / 3, 0.5, 0.7)]


def scalings():
    """Single columns: RealMLP's robust scaling with a smooth clip, and TabM's quantiles to a normal distribution."""
    rng = np.random.default_rng(11)
    columns = {
        "normal": rng.normal(5, 2, 40),
        "wild values": rng.standard_cauchy(700) * 1e3,
        "many rows": rng.lognormal(0, 2, 2100),
        "equal quartiles": np.where(np.arange(50) % 10 == 0, rng.normal(0, 1, 50), 2.0),
        "rare flag": np.where(np.arange(50) % 10 == 0, 1.0, 0.0),
        "flag": np.where(np.arange(50) % 3 == 0, 1.0, 0.0),
    }

    def smooth_clip(x, v):
        low, median, high = np.percentile(x, [25, 50, 75])
        scale = high - low if high != low else (x.max() - x.min()) / 2
        z = (v - median) / scale
        return z / np.sqrt(1 + (z / 3) ** 2)

    def normal(x, v):
        t = QuantileTransformer(n_quantiles=max(10, min(1000, len(x) // 30)), output_distribution="normal", subsample=10**9)
        return t.fit(x.reshape(-1, 1)).transform(v.reshape(-1, 1))[:, 0]

    cases = []

    def add(name, scaling, x, v, z, tolerance=1e-12):
        cases.append({"name": name, "scaling": scaling, "x": x.tolist(), "other": v.tolist(), "z": z.tolist(), "tolerance": tolerance})

    for name, x in columns.items():
        x = x.round(6)
        v = np.concatenate([x[:20], [x.min(), x.max(), x.min() - 1, x.max() + 1], rng.uniform(x.min(), x.max(), 10)])
        add(name, "smooth_clip", x, v, smooth_clip(x, v))
        if len(np.unique(x)) == len(x):
            add(name, "normal", x, v, normal(x, v))
    # Where values are the same at the ends, noise decides in scikit-learn.
    x = np.where(rng.uniform(size=6000) < 0.7, 0, rng.integers(1, 8, 6000)).astype(float)
    v = np.unique(x)
    z = np.mean([normal(x + rng.normal(0, 1e-5, len(x)), v) for _ in range(200)], axis=0)
    add("ties", "normal", x, v, z, 0.01)
    return cases


def realmlp():
    """What RealMLP makes of columns: one-hot names and ±1, scaled and clipped as the numbers are, and codes of many names."""
    rng = np.random.default_rng(13)
    n, train = 80, 60
    columns = {
        "age": rng.integers(18, 80, n).astype(object),
        "gain": np.where(rng.uniform(size=n) < 0.85, 0, rng.integers(1, 9, n) * 100).astype(object),
        "sex": rng.choice(["f", "m"], n, p=[0.35, 0.65]).astype(object),
        "port": rng.choice(["Genoa", "Kiel", "Oslo"], n, p=[0.6, 0.3, 0.1]).astype(object),
        "job": rng.choice([f"job {i:02}" for i in range(12)], n).astype(object),
    }
    for name in ["sex", "port", "job"]:
        columns[name][rng.choice(n, 6, replace=False)] = None
    columns["port"][70], columns["job"][71] = "Pisa", "none"  # unknown to the training rows
    parts = []
    for name, column in columns.items():
        if name in ("age", "gain"):
            x = column.astype(float).reshape(-1, 1)
        else:
            names = sorted({v for v in column[:train] if v is not None})
            codes = np.array([names.index(v) + 1 if v in names else 0 for v in column])
            if name == "job":
                assert len(names) >= 9
                parts.append(codes.reshape(-1, 1).astype(float))
                continue
            x = (codes[:, None] == np.arange(1, len(names) + 1)).astype(float)
            if len(names) == 2:
                x = x[:, 1:] - x[:, :1]
        low, median, high = np.percentile(x[:train], [25, 50, 75], axis=0)
        width = x[:train].max(axis=0) - x[:train].min(axis=0)
        z = (x - median) / np.where(high != low, high - low, width / 2)
        parts.append(z / np.sqrt(1 + (z / 3) ** 2))
    return {
        "header": list(columns),
        "rows": [["" if v is None else str(v) for v in row] for row in zip(*columns.values())],
        "train": train,
        "x": np.hstack(parts).tolist(),
    }


path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference.json")
with open(path, "w") as f:
    parts = {"scalers": scalers(), "preparation": preparation(), "folds": folds(), "sizes": sizes(),
             "scalings": scalings(), "realmlp": realmlp()}
    json.dump(parts, f, separators=(",", ":"))
    f.write("\n")

for name, array in {
    "vector": np.array([1.5, -2, 3], "<f4"),
    "fortran": np.asfortranarray([[1, 2, 3], [4, 5, 6]], ">f8"),
    "images": np.arange(12, dtype="u1").reshape(2, 2, 3),
    "scalar": np.array(3.0),
    "empty": np.zeros((0, 3)),
}.items():
    np.save(os.path.join(os.path.dirname(path), name + ".npy"), array)
