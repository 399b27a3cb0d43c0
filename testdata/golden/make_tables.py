#!/usr/bin/env python3
"""Twenty steps of RealMLP, TabM and TabM-mini in PyTorch, float64 -> reference_tables.json.

Runs with Debian 12's python3-torch (1.13.1); needs no network.   usage: make_tables.py [OUTDIR]
The networks and their training are those of the papers, without dropout, whose random numbers nobody shares. Parameters
have the names and the layout of the library: "2.weight" is the parameter "weight" of layer 2.
"""
import json, math, os, sys
import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
g = torch.Generator().manual_seed(11)
ROWS, FULL, BATCH, STEPS, KEPT = 43, 40, 10, 20, (2, 20)  # weights are kept after these steps
NUMBERS, NAMES, CODES = 4, 3, 12                # columns of numbers, names of the first category, codes of the second
CLASSES, WIDTH, WAVES, UNITS, MEMBERS, BINS = 3, 6, 3, 3, 4, 4


def short(t):
    return torch.round(t * 1e4) / 1e4


def normal(*shape):
    return short(torch.randn(shape, generator=g))


def uniform(inputs, *shape):
    return short((torch.rand(shape, generator=g) * 2 - 1) / math.sqrt(inputs))


def pick(n):
    return torch.randint(n, (ROWS,), generator=g)


def one_hot(codes, n):
    return torch.nn.functional.one_hot(codes, n).to(torch.float64)


# ---- the table ----
numbers = normal(ROWS, NUMBERS)
numbers[:, 3] = short(numbers[:, 3].exp())
name, code = pick(NAMES), pick(CODES)
signal = torch.sin(2 * numbers[:, 0]) + numbers[:, 1] * (name - 1) + 0.3 * numbers[:, 3] + 0.1 * (code % 4)
TARGET = {
    "regression": short(50 + 20 * signal + 3 * torch.randn(ROWS, generator=g))[:, None],
    "classification": one_hot(torch.bucketize(signal, signal.quantile(torch.tensor([0.33, 0.66]))), CLASSES),
}


def smooth_robust(x):
    """medians and quartile distances to 0 and 1, then |x| < 3; constant columns to 0"""
    q1, middle, q3 = x.quantile(torch.tensor([0.25, 0.5, 0.75]), 0)
    d = torch.where(q3 > q1, q3 - q1, (x.max(0)[0] - x.min(0)[0]) / 2)
    z = (x - middle) / torch.where(d > 0, d, math.inf)
    return z / torch.sqrt(1 + (z / 3) ** 2)


def standardized(y):
    return (y - y.mean()) / y.std(unbiased=False)


# ---- RealMLP ----
def cosine_log(t):
    return 0.5 * (1 - math.cos(2 * math.pi * math.log2(1 + 15 * t)))


def flat_cosine(t):
    return 1 if t < 0.5 else 0.5 * (1 + math.cos(math.pi * (2 * t - 1)))


def hidden(h, p, layer, act, parametric):
    z = h @ p[f"{layer}.weight"] / math.sqrt(h.shape[1]) + p[f"{layer}.bias"]
    return z + (act(z) - z) * p[f"{layer + 1}.share"] if parametric else act(z)


class RealMLP:
    """TD, or TD-S if simple"""

    def __init__(self, task, simple):
        self.simple, self.classes = simple, task == "classification"
        self.rate = (0.04 if self.classes else 0.07) if simple else (0.04 if self.classes else 0.2)
        self.act = torch.selu if self.classes else torch.nn.functional.mish
        dense = [numbers, one_hot(name, NAMES)] + ([one_hot(code, CODES)] if simple else [])
        self.x = short(smooth_robust(torch.cat(dense, 1)))
        p = self.params = {}
        if not simple:
            self.x = torch.cat([self.x, code[:, None]], 1)
            p["0.0.frequency"] = 0.5 * normal(NUMBERS, WAVES)
            p["0.0.phase"] = math.pi * uniform(1, NUMBERS, WAVES)
            p["0.0.weight"] = uniform(WAVES, NUMBERS * WAVES, UNITS - 1)
            p["0.0.bias"] = uniform(WAVES, NUMBERS, UNITS - 1)
            p["0.2.table"] = normal(CODES, UNITS)
        width = self.x.shape[1] if simple else NUMBERS * UNITS + NAMES + UNITS
        at = 0 if simple else 1
        p[f"{at}.scale"] = torch.ones(1, width)
        self.layers = []
        for units in [WIDTH] * 3:
            at = at + 1 if not self.layers or simple else at + 2
            self.layers.append(at)
            p[f"{at}.weight"], p[f"{at}.bias"] = normal(width, units), normal(1, units)
            if not simple: p[f"{at + 1}.share"] = torch.ones(1, units)
            width = units
        units = CLASSES if self.classes else 1
        self.last = at + 1 if simple else at + 2
        p[f"{self.last}.weight"] = torch.zeros(width, units) if simple else normal(width, units)
        p[f"{self.last}.bias"] = torch.zeros(1, units) if simple else normal(1, units)

    def factor(self, key):
        """of the learning rate; whether the parameter decays"""
        if key.startswith("0.0."): return 0.1, True
        kind = key.split(".")[-1]
        return {"scale": (6, True), "share": (0.1, True), "bias": (0.1, False)}.get(kind, (1, True))

    def optimizer(self):
        return torch.optim.Adam([dict(params=[v]) for v in self.params.values()], betas=(0.9, 0.95), eps=1e-8)

    def before(self, optimizer, t):
        rate, decay = self.rate * cosine_log(t), 0 if self.simple else 0.02 * flat_cosine(t)
        with torch.no_grad():
            for group, (key, v) in zip(optimizer.param_groups, self.params.items()):
                f, decays = self.factor(key)
                group["lr"] = rate * f
                if decays: v.mul_(1 - decay * rate * f * f)  # twice the factor, as the authors' code

    def forward(self, x):
        p, h = self.params, x
        if not self.simple:
            v = x[:, :NUMBERS]
            waves = torch.cos(2 * math.pi * v[:, :, None] * p["0.0.frequency"] + p["0.0.phase"])
            e = torch.einsum("bfi,fio->bfo", waves, p["0.0.weight"].reshape(NUMBERS, WAVES, -1)) + p["0.0.bias"]
            h = torch.cat([torch.cat([e, v[:, :, None]], 2).flatten(1), x[:, NUMBERS:-1], p["0.2.table"][x[:, -1].long()]], 1)
        h = h * p["0.scale" if self.simple else "1.scale"]
        for at in self.layers:
            h = hidden(h, p, at, self.act, not self.simple)
        return h @ p[f"{self.last}.weight"] / math.sqrt(h.shape[1]) + p[f"{self.last}.bias"]

    def loss(self, x, y):
        o = self.forward(x)
        if not self.classes: return ((o - y) ** 2).mean()
        return torch.nn.functional.cross_entropy(o, y.argmax(1), label_smoothing=0.1)

    def answer(self, x):
        o = self.forward(x)
        return torch.softmax(o, 1) if self.classes else o


# ---- TabM ----
class TabM:
    """with BatchEnsemble layers, or with a common network if mini"""

    def __init__(self, task, mini):
        self.mini, self.classes = mini, task == "classification"
        self.x = torch.cat([standardized_columns(numbers), one_hot(name, NAMES), one_hot(code, CODES)], 1)
        p = self.params = {}
        p["0.0.weight"], p["0.0.bias"] = uniform(UNITS, NUMBERS, UNITS), uniform(UNITS, NUMBERS, UNITS)
        p["0.0.bin_weight"] = torch.zeros(NUMBERS * BINS, UNITS)
        sections = torch.tensor([UNITS] * NUMBERS + [NAMES, CODES])
        p["1.scale"] = normal(MEMBERS, len(sections)).repeat_interleave(sections, 1)
        width = NUMBERS * UNITS + NAMES + CODES
        self.layers = 2
        for i in range(self.layers):
            w, b = uniform(width, width, WIDTH), uniform(width, 1, WIDTH)
            if mini:
                p[f"2.{i}.weight"], p[f"2.{i}.bias"] = w, b
            else:
                if i > 0: p[f"{i + 2}.r"] = torch.ones(MEMBERS, width)  # that of the first is 1.scale
                p[f"{i + 2}.weight"], p[f"{i + 2}.s"] = w, torch.ones(MEMBERS, WIDTH)
                p[f"{i + 2}.bias"] = b.repeat(MEMBERS, 1)
            width = WIDTH
        units = CLASSES if self.classes else 1
        self.head = 3 if mini else self.layers + 2
        p[f"{self.head}.weight"] = 8 * uniform(width, MEMBERS * width, units)  # so that some gradients are clipped
        p[f"{self.head}.bias"] = uniform(width, MEMBERS, units)

    def free(self, key):
        """of weight decay: biases, and the linear part of the embedding as the authors of TabM train it"""
        return key.endswith(".bias") or (key == "0.0.weight" and not self.mini)

    def optimizer(self):
        decayed = [v for k, v in self.params.items() if not self.free(k)]
        free = [v for k, v in self.params.items() if self.free(k)]
        return torch.optim.AdamW([dict(params=decayed, weight_decay=3e-4), dict(params=free, weight_decay=0.0)], lr=2e-3)

    def before(self, optimizer, t):
        grads = [v.grad for v in self.params.values()]
        norm = torch.sqrt(sum((d ** 2).sum() for d in grads))
        self.norms.append(norm.item())
        if norm > 1:
            for d in grads: d /= norm  # clip_grad_norm_ divides by norm + 1e-6

    def forward(self, x):
        """rows, members, units"""
        p, v = self.params, x[:, :NUMBERS]
        e = v[:, :, None] * p["0.0.weight"] + p["0.0.bias"]
        e = e + torch.einsum("bfm,fmd->bfd", code_bins(v), p["0.0.bin_weight"].reshape(NUMBERS, BINS, UNITS))
        h = torch.cat([e.flatten(1), x[:, NUMBERS:]], 1)[:, None, :] * p["1.scale"]
        for i in range(self.layers):
            if self.mini:
                h = torch.relu(h @ p[f"2.{i}.weight"] + p[f"2.{i}.bias"])
                continue
            at = i + 2
            if i > 0: h = h * p[f"{at}.r"]
            h = torch.relu((h @ p[f"{at}.weight"]) * p[f"{at}.s"] + p[f"{at}.bias"])
        w = p[f"{self.head}.weight"].reshape(MEMBERS, WIDTH, -1)
        return torch.einsum("bkd,kdo->bko", h, w) + p[f"{self.head}.bias"]

    def loss(self, x, y):
        o = self.forward(x)
        if not self.classes: return ((o - y[:, None, :]) ** 2).mean()
        return torch.nn.functional.cross_entropy(o.flatten(0, 1), y.argmax(1).repeat_interleave(MEMBERS))

    def answer(self, x):
        o = self.forward(x)
        return (torch.softmax(o, 2) if self.classes else o).mean(1)


def standardized_columns(x):
    return short((x - x.mean(0)) / x.std(0, unbiased=False))


def edges_of(x):
    """quantiles; the second column has two bins, the third one, the last none"""
    edges = [x[:, j].quantile(torch.linspace(0, 1, bins + 1)) for j, bins in enumerate([BINS, 2, 1])]
    return [short(e).tolist() for e in edges] + [[0.0]]


EDGES = edges_of(standardized_columns(numbers))


def code_bins(x):
    p = torch.zeros(len(x), NUMBERS, BINS)
    for f, edges in enumerate(EDGES):
        m = len(edges) - 1
        for j in range(m):
            q = (x[:, f] - edges[j]) / (edges[j + 1] - edges[j])
            if j > 0: q = q.clamp(min=0)
            if j < m - 1: q = q.clamp(max=1)
            p[:, f, j] = q
    return p


# ---- training ----
def case(title, net, task, rows):
    """the first rows in the given order, batch after batch, the last one short; RealMLP has no short ones"""
    x, y = net.x[:rows], TARGET[task][:rows]
    target = standardized(y) if task == "regression" else y
    starts = list(range(0, rows, BATCH))
    net.norms = []
    for v in net.params.values(): v.requires_grad_(True)
    current = lambda: {k: v.tolist() for k, v in net.params.items()}
    c = {"name": title, "task": task, "x": x.tolist(), "y": y.tolist(), "epochs": STEPS // len(starts), "start": current(),
         "losses": [], "weights": {}}
    optimizer = net.optimizer()
    for step in range(STEPS):
        i = starts[step % len(starts)]
        loss = net.loss(x[i:i + BATCH], target[i:i + BATCH])
        optimizer.zero_grad()
        loss.backward()
        net.before(optimizer, step / STEPS)
        optimizer.step()
        c["losses"].append(loss.item())
        if step + 1 in KEPT: c["weights"][step + 1] = current()
    with torch.no_grad():
        o = net.answer(x)
        c["output"] = (o * y.std(unbiased=False) + y.mean() if task == "regression" else o).tolist()
    print(title, "losses %.3f to %.3f" % (c["losses"][0], c["losses"][-1]), "norms", ["%.2f" % n for n in net.norms])
    return c


doc = {
    "about": "PyTorch %s, float64; see README.md" % torch.__version__, "batch": BATCH, "numbers": NUMBERS, "names": NAMES, "codes": CODES,
    "width": WIDTH, "waves": WAVES, "units": UNITS, "members": MEMBERS, "bins": BINS, "edges": EDGES, "cases": [],
}
for task in "classification", "regression":
    doc["cases"].append(case("realmlp_simple", RealMLP(task, True), task, FULL))
    doc["cases"].append(case("realmlp", RealMLP(task, False), task, FULL))
    doc["cases"].append(case("tabm", TabM(task, False), task, ROWS))
    doc["cases"].append(case("tabm_mini", TabM(task, True), task, ROWS))
with open(os.path.join(out, "reference_tables.json"), "w") as f:
    json.dump(doc, f, separators=(",", ":"), allow_nan=False)
    f.write("\n")
