"""The network of W7 in PyTorch."""
import numpy as np
import torch
from torch import nn

from common import DATA

NUMBERS, BINS, EMBEDDED, MEMBERS, UNITS = 6, 48, 16, 16, 128
NAMES = [9, 16, 7, 15, 6, 5, 2, 41]
WIDTH = (NUMBERS + len(NAMES)) * EMBEDDED


class Files:
    """The initial parameters, one after the other."""

    def __init__(self):
        self.next = 0

    def array(self, *shape):
        self.next += 1
        return np.fromfile(f"{DATA}/W7_W{self.next - 1}.f64").reshape(shape)


def encoded(x):
    """Returns the numbers, then the shares of their bins, then the codes."""
    edges = Files().array(NUMBERS, BINS + 1)
    low, v = edges[:, :-1], x[:, :NUMBERS, None]
    shares = (v - low) / (edges[:, 1:] - low)
    shares[:, :, 1:] = np.maximum(shares[:, :, 1:], 0)  # the first and the last bin go on outside
    shares[:, :, :-1] = np.minimum(shares[:, :, :-1], 1)
    return np.concatenate([x[:, :NUMBERS], shares.reshape(len(x), -1), x[:, NUMBERS:]], 1)


class TabM(nn.Module):
    """Gives the logits of all members for what encoded returns."""

    def __init__(self, dtype):
        super().__init__()
        files = Files()
        files.next = 1  # after the edges

        def parameter(*shape):
            return nn.Parameter(torch.tensor(files.array(*shape), dtype=dtype))
        self.number_weight = parameter(NUMBERS, EMBEDDED)
        self.number_bias = parameter(NUMBERS, EMBEDDED)
        self.bin_weight = parameter(NUMBERS, BINS, EMBEDDED)
        self.tables = nn.ModuleList()
        for n in NAMES:
            table = nn.Embedding(n + 1, EMBEDDED, dtype=dtype)
            table.weight = parameter(n + 1, EMBEDDED)
            self.tables.append(table)
        self.scale = parameter(MEMBERS, WIDTH)
        self.weight1, self.bias1 = parameter(WIDTH, UNITS), parameter(UNITS)
        self.weight2, self.bias2 = parameter(UNITS, UNITS), parameter(UNITS)
        self.heads, self.head_bias = parameter(MEMBERS, UNITS), parameter(MEMBERS)

    def forward(self, x):
        v, codes = x[:, :6], x[:, 6 + 6 * 48:].long()
        shares = x[:, 6:6 + 6 * 48].reshape(-1, 6, 48)
        bent = v[:, :, None] * self.number_weight + self.number_bias + torch.einsum("bfm,fmd->bfd", shares, self.bin_weight)
        parts = [bent.flatten(1)]
        for j, table in enumerate(self.tables):
            parts.append(table(codes[:, j]))
        h = torch.cat(parts, 1)[:, None, :] * self.scale
        h = torch.relu(h @ self.weight1 + self.bias1)
        h = torch.relu(h @ self.weight2 + self.bias2)
        return (h * self.heads).sum(2) + self.head_bias


class Mean(nn.Module):
    """The answer of all members together."""

    def forward(self, z):
        return torch.sigmoid(z).mean(1)
