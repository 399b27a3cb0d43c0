#!/usr/bin/env python3
"""Writes the files of this folder: networks of PyTorch and scikit-learn, and what they answer.

Runs with Debian 12's python3-torch (1.13.1), python3-sklearn (1.2.1), python3-numpy (1.24).
"""
import json
import os
import struct

import numpy as np
import torch
from sklearn.neural_network import MLPClassifier, MLPRegressor
from torch import nn

os.chdir(os.path.dirname(os.path.abspath(__file__)))
torch.manual_seed(1)
torch.set_num_threads(1)
rng = np.random.default_rng(1)


def save_file(tensors, path):
    """safetensors.torch.save_file, which Debian does not have."""
    names = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for key in sorted(tensors):
        t = tensors[key].contiguous()
        raw = (t.view(torch.int16) if t.dtype == torch.bfloat16 else t).numpy().tobytes()
        header[key] = {"dtype": names[t.dtype], "shape": list(t.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def answers(name, x, y):
    with open(name + ".json", "w") as f:
        json.dump({"x": x.tolist(), "y": y.tolist()}, f)
        f.write("\n")


x = torch.tensor(rng.normal(size=(6, 4)))

# The second Linear has the number 10: "10" comes after "2" in nature alone.
module = nn.Sequential(
    nn.Linear(4, 5), nn.Tanh(), nn.BatchNorm1d(5), nn.ReLU(), nn.Dropout(0.3), nn.LayerNorm(5), nn.Identity(), nn.Identity(),
    nn.Identity(), nn.Identity(), nn.Linear(5, 3, bias=False), nn.Softmax(1)).double()
for _ in range(20):
    module(torch.tensor(rng.normal(size=(8, 4))))
with torch.no_grad():
    for p in module.parameters():
        p += 0.1 * torch.randn_like(p)
module.eval()
save_file(module.state_dict(), "sequential_f64.safetensors")
answers("sequential", x, module(x).detach())
for name, dtype in ("f32", torch.float32), ("f16", torch.float16), ("bf16", torch.bfloat16):
    state = {k: v.to(dtype) if v.is_floating_point() else v for k, v in module.state_dict().items()}
    save_file(state, f"sequential_{name}.safetensors")

# Modules with names of their own, which do not sort.
class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.input = nn.Linear(4, 6)
        self.hidden = nn.Linear(6, 6)
        self.answer = nn.Linear(6, 1)

    def forward(self, x):
        x = torch.relu(self.input(x))
        x = x + torch.tanh(self.hidden(x))
        return torch.sigmoid(self.answer(x))


named = Named().double()
save_file(named.state_dict(), "named.safetensors")
answers("named", x, named(x).detach())

# scikit-learn
samples = rng.normal(size=(60, 4))
classifier = MLPClassifier((7, 5), activation="tanh", max_iter=30, random_state=1).fit(samples, samples[:, :3].argmax(1))
np.savez("classifier.npz", **{f"coefs_{i}": w for i, w in enumerate(classifier.coefs_)},
         **{f"intercepts_{i}": b for i, b in enumerate(classifier.intercepts_)})
answers("classifier", samples[:6], classifier.predict_proba(samples[:6]))
regressor = MLPRegressor((7,), activation="relu", max_iter=30, random_state=1).fit(samples, samples[:, :2])
np.savez_compressed("regressor.npz", *regressor.coefs_, *regressor.intercepts_)
answers("regressor", samples[:6], regressor.predict(samples[:6]))
