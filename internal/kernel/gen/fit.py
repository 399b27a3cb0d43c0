#!/usr/bin/env python3
"""Prints the coefficients of millsTable in ../gelu.go and of softplus32 in ../elem32_generic.go; needs mpmath.

The point in each interval at which its polynomial starts is such that the value
there is almost a number of float32, and the first coefficient therefore needs no
correction.
"""
from mpmath import chebyfit, erfc, exp, log, log1p, mp, mpf, sqrt
import struct

mp.prec = 200
DEGREE = 8
EDGES = [0, 0.5, 1, 2, 3, 5, 7, 11, 14.75]
STARTS = [0.32, 0.82, 1.64, 2.64, 4, 6, 9, 12.75]  # the errors of exp(-a²/2) are largest near 0.83, 1.86 and 2.2
FIRST = 2  # the interval in the first column: that where a+1 has the bits ...000


def bits(x):
    return struct.unpack("I", struct.pack("f", float(x)))[0]


def rounded(x, step=0):
    """The float32 next to x, or one some steps away."""
    return mpf(struct.unpack("f", struct.pack("I", bits(x) + step))[0])


def mills(a):
    return erfc(a / sqrt(2)) / 2 * exp(a * a / 2)


def hexadecimal(x):
    return float(x).hex().replace("0000000p", "p")


def fit(lo, start, hi):
    def lack(step):
        c = rounded(start, 64 * step)
        return abs(mills(c) / rounded(mills(c)) - 1)

    point = rounded(start, 64 * min(range(-100, 100), key=lack))
    first = rounded(mills(point))
    slope = lambda d: (mills(point + d) - first) / d
    rest = chebyfit(slope, [lo - point, hi - point], DEGREE)
    row = [point, first] + [rounded(c) for c in reversed(rest)]
    worst = 0
    for i in range(1001):
        a = lo + (hi - lo) * mpf(i) / 1000
        p = mpf(0)
        for c in reversed(row[1:]):
            p = p * (a - point) + c
        worst = max(worst, abs(p / mills(a) - 1))
    return row, worst


columns = []
for lo, start, hi in zip(EDGES, STARTS, EDGES[1:]):
    row, worst = fit(mpf(lo), start, mpf(hi))
    columns.append(row)
    print("//", lo, hi, "relative error 2^%.1f" % log(worst, 2))
columns = columns[FIRST:] + columns[:FIRST]
for row in zip(*columns):
    print("{" + ", ".join(hexadecimal(c) for c in row) + "},")

c, error = chebyfit(lambda e: log1p(e) / e, [mpf(2) ** -60, mpf(1)], 11, error=True)
print("// relative error 2^%.1f" % log(error / log(2), 2))
print(", ".join(hexadecimal(rounded(x)) for x in reversed(c)))
