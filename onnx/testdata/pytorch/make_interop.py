#!/usr/bin/env python3
"""Writes the ONNX files of this folder by torch.onnx.export, and what PyTorch computes beside them.

Runs with Debian 12's python3-torch (1.13.1), python3-onnx (1.12), python3-numpy.   usage: make_interop.py [FOLDER]
"""
import csv, json, math, os, sys, warnings
import numpy as np
import torch, onnx
from torch import nn

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
here = os.path.dirname(os.path.abspath(__file__))
out = sys.argv[1] if len(sys.argv) > 1 else here
DATA = os.path.join(here, "..", "..", "..", "testdata", "data")


def num(v):
    if isinstance(v, (list, tuple)): return [num(u) for u in v]
    if isinstance(v, dict): return {k: num(u) for k, u in v.items()}
    if isinstance(v, np.ndarray): return num(v.tolist()) if v.dtype == np.float64 or v.dtype.kind != "f" else num_f(v)
    if isinstance(v, float):
        if math.isnan(v): return "NaN"
        if math.isinf(v): return "Infinity" if v > 0 else "-Infinity"
    return v


def num_f(v):
    """float32/float16: shortest text that reads back to the same value in that type"""
    if v.ndim == 0:
        f = v[()]
        return num(float(f)) if not np.isfinite(f) else float(str(f))
    return [num_f(u) for u in v]


def dump(name, doc):
    with open(os.path.join(out, name), "w") as f:
        json.dump(num(doc), f, separators=(",", ":"), allow_nan=False); f.write("\n")


def table(name):
    with open(os.path.join(DATA, name), newline="") as f: rows = list(csv.reader(f))[1:]
    return np.array([[float(v) for v in r[:-1]] for r in rows]), [r[-1] for r in rows]


# ------------------------------------------------------------------ ONNX
def export(name, model, x, opset, note, dynamic=True, dtype=torch.float32, fold=True):
    model = model.to(dtype).eval()
    x = torch.as_tensor(x).to(dtype)
    with torch.no_grad(): y = model(x)
    p = os.path.join(out, name + ".onnx")
    torch.onnx.export(model, x if not dynamic else x[:2], p, opset_version=opset, input_names=["input"], output_names=["output"], do_constant_folding=fold,
                      dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}} if dynamic else None)
    m = onnx.load(p); onnx.checker.check_model(m)
    dump(name + ".json", {"model": name + ".onnx", "note": note, "dtype": str(dtype).split(".")[1], "opset": opset, "dynamic_batch": dynamic,
                          "ops": [n.op_type for n in m.graph.node], "initialisers": [{"name": i.name, "shape": list(i.dims)} for i in m.graph.initializer],
                          "input_name": "input", "output_name": "output", "input_shape": list(x.shape), "input": x.numpy(), "output": y.numpy()})
    print("%-26s opset %d %7d bytes  %s" % (name, opset, os.path.getsize(p), " ".join(n.op_type for n in m.graph.node)))


def fit(model, x, y, loss, steps, lr, dtype=torch.float32):
    model.to(dtype).train()
    o = torch.optim.Adam(model.parameters(), lr=lr)
    x, y = torch.tensor(x, dtype=dtype), (torch.tensor(y) if loss is nn.functional.cross_entropy else torch.tensor(y, dtype=dtype))
    for _ in range(steps):
        o.zero_grad(); l = loss(model(x), y); l.backward(); o.step()
    return model.eval()


class Scaled(nn.Module):
    def __init__(self, mean, std, net):
        super().__init__(); self.register_buffer("mean", mean); self.register_buffer("std", std); self.net = net
    def forward(self, x): return self.net((x - self.mean) / self.std)


class Residual(nn.Module):
    def __init__(self): super().__init__(); self.a, self.b, self.c = nn.Linear(5, 6), nn.Linear(6, 6), nn.Linear(6, 2)
    def forward(self, x): h = torch.relu(self.a(x)); return self.c(h + torch.tanh(self.b(h)))


class Probs(nn.Module):
    def __init__(self, net): super().__init__(); self.net = net
    def forward(self, x): return torch.softmax(self.net(x), dim=1)


def onnx_files():
    torch.manual_seed(7)
    ix, il = table("iris.csv"); cls = sorted(set(il)); iy = np.array([cls.index(l) for l in il])
    mean, std = torch.tensor(ix.mean(0)), torch.tensor(ix.std(0))
    for dt, nm, ops in ((torch.float32, "f32", 13), (torch.float64, "f64", 15)):
        torch.manual_seed(7)
        net = Scaled(mean, std, nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3)))
        fit(net, ix, iy, nn.functional.cross_entropy, 150, 0.02, dt)
        acc = (net(torch.tensor(ix, dtype=dt)).argmax(1).numpy() == iy).mean()
        export("iris_scaled_" + nm, Probs(net), ix[::5], ops, "trained on all of iris (training accuracy %.4f), standardisation inside the graph, softmax output; classes %s" % (acc, cls), dtype=dt)
        torch.manual_seed(8)
        net = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 3), nn.Softmax(dim=1))
        fit(net[:3], ix, iy, nn.functional.cross_entropy, 150, 0.02, dt)
        acc = (net(torch.tensor(ix, dtype=dt)).argmax(1).numpy() == iy).mean()
        export("iris_plain_" + nm, net, ix[::5], ops, "trained on all of iris, raw features (training accuracy %.4f), Gemm Relu Gemm Softmax; classes %s" % (acc, cls), dtype=dt)
    dx, dl = table("digits.csv"); dy = np.array([int(l) for l in dl])
    torch.manual_seed(9)
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 24), nn.ReLU(), nn.Linear(24, 10))
    img = (dx / 16).reshape(-1, 1, 8, 8); fit(net, img[:1400], dy[:1400], nn.functional.cross_entropy, 120, 0.02)
    acc = (net(torch.tensor(img[1400:], dtype=torch.float32)).argmax(1).numpy() == dy[1400:]).mean()
    export("digits_flatten_f32", net, img[1400:1420], 13, "digits, images 1x8x8 / 16, Flatten first, logits out; accuracy %.4f on the last 397 rows" % acc)
    bx, bl = table("diabetes.csv"); by = np.array([[float(v)] for v in bl])
    torch.manual_seed(10)
    net = Scaled(torch.tensor(bx.mean(0)), torch.tensor(bx.std(0)), nn.Sequential(nn.Linear(10, 12), nn.Tanh(), nn.Linear(12, 1)))
    fit(net, bx, (by - 152) / 77, nn.functional.mse_loss, 150, 0.01, torch.float64)
    export("diabetes_regression_f64", net, bx[::30], 15, "diabetes, one real output ((progression-152)/77)", dtype=torch.float64)
    g = lambda *s: np.random.RandomState(3).uniform(-2, 2, s).round(3)
    torch.manual_seed(11); export("tanh_sigmoid_f32", nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 4), nn.Sigmoid(), nn.Linear(4, 1), nn.Sigmoid()), g(7, 6), 13, "binary head")
    torch.manual_seed(12); export("gelu_f32", nn.Sequential(nn.Linear(6, 8), nn.GELU(), nn.Linear(8, 3)), g(7, 6), 13, "GELU below opset 20 comes apart into Div Erf Add Mul Mul")
    torch.manual_seed(12); export("gelu_tanh_f32", nn.Sequential(nn.Linear(6, 8), nn.GELU(approximate="tanh"), nn.Linear(8, 3)), g(7, 6), 15, "tanh form of GELU, in pieces")
    torch.manual_seed(13); export("dropout_eval_f32", nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3), nn.Dropout(0.2)), g(7, 6), 13, "dropout in evaluation mode: gone from the graph")
    torch.manual_seed(14); m = nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 3), nn.BatchNorm1d(3))
    m.train(); [m(torch.randn(32, 6) * 2 + 1) for _ in range(5)]
    with torch.no_grad(): m[1].weight.uniform_(.5, 1.5); m[1].bias.uniform_(-1, 1)
    export("batchnorm_eval_f32", m, g(7, 6), 13, "batch norm in evaluation mode; the exporter may fold it into the Gemm before it")
    torch.manual_seed(15); m = nn.Sequential(nn.BatchNorm1d(6), nn.Linear(6, 8), nn.Tanh(), nn.BatchNorm1d(8), nn.Linear(8, 2)); m.train(); [m(torch.randn(32, 6) * 2 + 1) for _ in range(5)]
    export("batchnorm_first_f64", m, g(7, 6), 15, "batch norm before the first layer and after an activation: cannot be folded backwards", dtype=torch.float64)
    acts = [("relu6", nn.ReLU6()), ("leaky_relu", nn.LeakyReLU(0.05)), ("elu", nn.ELU(0.7)), ("selu", nn.SELU()), ("celu", nn.CELU(1.3)), ("softplus", nn.Softplus()), ("softsign", nn.Softsign()),
            ("silu", nn.SiLU()), ("mish", nn.Mish()), ("hardtanh", nn.Hardtanh(-0.5, 0.8)), ("hardsigmoid", nn.Hardsigmoid()), ("hardswish", nn.Hardswish()), ("prelu", nn.PReLU(8)), ("log_softmax", nn.LogSoftmax(dim=1)), ("softmax_hidden", nn.Softmax(dim=1))]
    for nm, a in acts:
        torch.manual_seed(16); export("act_%s_f32" % nm, nn.Sequential(nn.Linear(6, 8), a, nn.Linear(8, 3)), g(7, 6), 15, "activation " + nm)
    torch.manual_seed(17); export("no_bias_f32", nn.Sequential(nn.Linear(6, 8, bias=False), nn.ReLU(), nn.Linear(8, 3, bias=False), nn.LogSoftmax(dim=1)), g(7, 6), 13, "Linear without bias: MatMul with the weights already transposed")
    torch.manual_seed(18); export("fixed_batch_f32", nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3)), g(7, 6), 13, "batch axis fixed to 7", dynamic=False)
    torch.manual_seed(18); export("no_folding_f32", nn.Sequential(nn.Linear(6, 8, bias=False), nn.ReLU(), nn.Linear(8, 3)), g(7, 6), 13, "exported without constant folding: Transpose of an initialiser stays in the graph", fold=False)
    torch.manual_seed(19); export("layernorm_f32", nn.Sequential(nn.Linear(6, 8), nn.LayerNorm(8), nn.ReLU(), nn.Linear(8, 3)), g(7, 6), 13, "layer norm comes apart below opset 17 (ReduceMean Sub Pow ...)")
    torch.manual_seed(20); export("residual_f32", Residual(), g(7, 5), 13, "skip connection: not a plain chain; support is optional, a clear error is fine")
    torch.manual_seed(21); export("conv_f32", nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(72, 3)), g(4, 1, 8, 8), 13, "convolution: outside a dense library, must be refused with a clear error naming Conv")
    torch.manual_seed(22); export("linear_only_f64", nn.Sequential(nn.Linear(3, 2)), g(5, 3), 13, "one Gemm", dtype=torch.float64)
    torch.manual_seed(23); export("deep_f32", nn.Sequential(*sum([[nn.Linear(8, 8), nn.Tanh()] for _ in range(12)], []), nn.Linear(8, 1)), g(7, 8), 13, "13 layers")


if __name__ == "__main__":
    onnx_files()
