#!/usr/bin/env python3
"""Writes the files of this folder. Runs with Debian 12's python3-numpy (1.24)."""
import io, json, math, os, struct, zipfile

import numpy as np

out = os.path.dirname(os.path.abspath(__file__))


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


def numpy_files():
    d = out; os.makedirs(os.path.join(d, "bad"), exist_ok=True)
    rng = np.random.RandomState(6); a = rng.uniform(-1, 1, (3, 4)); index = {}
    def put(n, x, note="", version=None):
        with open(os.path.join(d, n), "wb") as f: np.lib.format.write_array(f, np.asanyarray(x), version=version)
        x = np.asanyarray(x)
        index[n] = {"note": note, "dtype": x.dtype.str, "shape": list(x.shape), "fortran_order": bool(x.flags.f_contiguous and not x.flags.c_contiguous), "values": x.astype(np.float64).ravel().tolist() if x.dtype.kind == "f" else x.ravel().tolist()}
    put("f8.npy", a, "values are listed row by row"); put("f4.npy", a.astype("<f4"), "values widened to float64"); put("f2.npy", a.astype("<f2")); put("f8_big_endian.npy", a.astype(">f8")); put("f4_fortran.npy", np.asfortranarray(a.astype("<f4")), "column-major")
    put("f8_v2.npy", a, "format version 2.0", (2, 0)); put("f8_v3.npy", a, "format version 3.0", (3, 0)); put("vector.npy", a[0]); put("scalar.npy", np.float64(2.5), "rank 0"); put("empty.npy", np.zeros((0, 4))); put("rank3.npy", rng.uniform(-1, 1, (2, 3, 2)))
    put("i8.npy", np.array([[-2**63, 2**63 - 1], [0, 1]])); put("i4.npy", np.array([1, -2], "<i4")); put("u1.npy", np.array([0, 255], "u1")); put("bool.npy", np.array([True, False])); put("special.npy", np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324]))
    w = {"w0": rng.uniform(-1, 1, (4, 5)), "b0": rng.uniform(-1, 1, 5), "w1": rng.uniform(-1, 1, (5, 3)).astype(np.float32), "b1": np.zeros(3, np.float32)}
    for nm, comp in (("weights_stored.npz", zipfile.ZIP_STORED), ("weights_deflated.npz", zipfile.ZIP_DEFLATED)):
        with zipfile.ZipFile(os.path.join(d, nm), "w", comp) as z:
            for k, v in w.items():
                b = io.BytesIO(); np.lib.format.write_array(b, v); zi = zipfile.ZipInfo(k + ".npy", (1980, 1, 1, 0, 0, 0)); zi.compress_type = comp; z.writestr(zi, b.getvalue())
        index[nm] = {"note": "as numpy.savez / savez_compressed write it", "arrays": {k: {"dtype": v.dtype.str, "shape": list(v.shape), "values": v.astype(np.float64).ravel().tolist()} for k, v in w.items()}}
        assert np.array_equal(np.load(os.path.join(d, nm))["w0"], w["w0"])
    good = open(os.path.join(d, "f8.npy"), "rb").read()
    def hdr(s, data=b"\0" * 96, v=b"\x01\x00"): s = s.encode() + b"\n"; return b"\x93NUMPY" + v + struct.pack("<H", len(s)) + s + data
    bad = {"empty": (b"", "no bytes"), "magic": (b"X" + good[1:], "bad magic"), "version9": (good[:6] + b"\x09\x00" + good[8:], "unknown version"), "truncated_header": (good[:40], ""), "truncated_data": (good[:-5], ""),
           "header_length": (good[:8] + b"\xff\xff" + good[10:], "header longer than the file"), "no_dict": (hdr("hello"), ""), "missing_shape": (hdr("{'descr': '<f8', 'fortran_order': False, }"), ""),
           "negative_shape": (hdr("{'descr': '<f8', 'fortran_order': False, 'shape': (-3, -4), }"), ""), "huge_shape": (hdr("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }"), "must not be allocated"),
           "huge_shape2": (hdr("{'descr': '<f8', 'fortran_order': False, 'shape': (100000000000,), }"), "must not be allocated"), "object": (hdr("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }"), "pickled objects must be refused"),
           "structured": (hdr("{'descr': [('a', '<f8'), ('b', '<i4')], 'fortran_order': False, 'shape': (2,), }"), "structured dtype"), "complex": (hdr("{'descr': '<c16', 'fortran_order': False, 'shape': (6,), }"), "complex numbers"),
           "code": (hdr("{'descr': '<f8', 'fortran_order': False, 'shape': (__import__('os').getpid(),), }"), "an expression in the header")}
    for n, (b, note) in bad.items(): open(os.path.join(d, "bad", n + ".npy"), "wb").write(b); index["bad/%s.npy" % n] = {"note": note}
    z = open(os.path.join(d, "weights_deflated.npz"), "rb").read(); open(os.path.join(d, "bad", "truncated.npz"), "wb").write(z[:len(z) // 2]); index["bad/truncated.npz"] = {"note": "zip cut in half"}
    b = bytearray(z); b[120] ^= 0xFF; open(os.path.join(d, "bad", "flipped.npz"), "wb").write(bytes(b)); index["bad/flipped.npz"] = {"note": "one byte of compressed data flipped: checksum error"}
    with open(os.path.join(d, "index.json"), "w") as f: json.dump(num(index), f, indent=0, allow_nan=False); f.write("\n")
    print("numpy: %d files" % len(index))


if __name__ == "__main__":
    numpy_files()
