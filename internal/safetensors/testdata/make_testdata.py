#!/usr/bin/env python3
"""Writes the files of this folder. Runs with Debian 12's python3-numpy (1.24)."""
import json, math, os, struct

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


def st_raw(header, data):
    h = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(h)) + h + data


def bf16(a):
    """float32 -> bfloat16, round to nearest even"""
    u = np.asarray(a, np.float32).view(np.uint32).astype(np.uint64)
    r = ((u + 0x7FFF + ((u >> 16) & 1)) >> 16).astype(np.uint16)
    return np.where(np.isnan(np.asarray(a, np.float32)), np.uint16(0x7FC0), r)


def st_file(tensors, meta=None, pad=True):
    """tensors: list of (name, dtype, shape, bytes); the data in the order given"""
    h, data = {}, b""
    if meta is not None: h["__metadata__"] = meta
    for n, dt, sh, b in tensors:
        h[n] = {"dtype": dt, "shape": list(sh), "data_offsets": [len(data), len(data) + len(b)]}; data += b
    hb = json.dumps(h, separators=(",", ":"), ensure_ascii=False).encode()
    if pad: hb += b" " * (-len(hb) % 8)
    return st_raw(hb, data)


def arr(n, a, dt):
    a = np.asarray(a)
    np_t = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "<i1", "U8": "<u1", "BOOL": "|b1"}
    if dt == "BF16": return (n, dt, a.shape, bf16(a).astype("<u2").tobytes())
    return (n, dt, a.shape, a.astype(np_t[dt]).tobytes())


def safetensors_files():
    d = out; os.makedirs(os.path.join(d, "bad"), exist_ok=True)
    index = {}
    def put(name, raw, values=None, note=""):
        with open(os.path.join(d, name), "wb") as f: f.write(raw)
        index[name] = {"bytes": len(raw), "note": note}
        if values is not None: index[name]["tensors"] = values
    def vals(ts):
        r = {}
        for n, dt, sh, b in ts:
            t = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "<i1", "U8": "<u1", "BOOL": "|b1"}
            if dt == "BF16": a = (np.frombuffer(b, "<u2").astype(np.uint32) << 16).view(np.float32)
            else: a = np.frombuffer(b, t[dt])
            if dt in ("F16", "BF16", "F32"): a = a.astype(np.float64)   # exact
            r[n] = {"dtype": dt, "shape": list(sh), "values": a.tolist()}
        return r
    rng = np.random.RandomState(5)
    for dt in ("F32", "F64", "F16", "BF16"):
        ts = [arr("0.weight", rng.uniform(-1, 1, (7, 5)), dt), arr("0.bias", rng.uniform(-1, 1, 7), dt), arr("2.weight", rng.uniform(-1, 1, (3, 7)), dt), arr("2.bias", rng.uniform(-1, 1, 3), dt)]
        put("mlp_%s.safetensors" % dt.lower(), st_file(ts, {"format": "pt"}), vals(ts), "names and layout of torch.nn.Sequential(Linear(5,7), ReLU, Linear(7,3)).state_dict(): weight is [out][in]")
    sp16 = np.array([0.0, -0.0, 1.0, -2.0, 65504.0, 6.103515625e-05, 5.960464477539063e-08, -5.960464477539063e-08, 0.0009760856628417969, np.inf, -np.inf, 0.333251953125])
    ts = [arr("f16", sp16, "F16"), arr("bf16", np.array([0.0, -0.0, 1.0, -2.0, 3.3895313892515355e38, 1.1754943508222875e-38, 9.183549615799121e-41, -9.183549615799121e-41, np.inf, -np.inf, 0.333984375, 1.0078125]), "BF16"),
          arr("f32", np.array([1e-45, 3.4028234663852886e38, -0.0, 0.1, np.inf]), "F32"), arr("f64", np.array([5e-324, 1.7976931348623157e308, -0.0, 0.1, -np.inf]), "F64"),
          arr("i64", np.array([-2**63, 2**63 - 1, 0]), "I64"), arr("i32", np.array([[-2**31, 2**31 - 1]]), "I32"), arr("i16", np.array([-32768, 32767]), "I16"), arr("i8", np.array([-128, 127]), "I8"),
          arr("u8", np.array([0, 255]), "U8"), arr("bool", np.array([True, False, True]), "BOOL")]
    put("all_dtypes.safetensors", st_file(ts), vals(ts), "special values: signed zero, subnormals, largest, infinities; no metadata")
    ts = [arr("nan16", np.array([np.nan]), "F16"), arr("nanb16", np.array([np.nan]), "BF16"), arr("nan32", np.array([np.nan]), "F32"), arr("nan64", np.array([np.nan]), "F64")]
    put("nan.safetensors", st_file(ts), vals(ts), "NaN is allowed in a file")
    ts = [arr("scalar", np.array(2.5), "F64"), arr("empty", np.zeros((0, 3)), "F32"), arr("one", np.ones((1, 1, 1)), "F32"), arr("naïve/層.weight\t\"q\"", np.array([1.0]), "F32")]
    put("shapes.safetensors", st_file(ts, {"a": "b", "ключ": "значение"}), vals(ts), "rank 0, an empty tensor, rank 3, names with non-ASCII characters and escapes, metadata")
    put("no_tensors.safetensors", st_raw(b"{}      ", b""), {}, "no tensor at all: valid")
    ts = [arr("a", rng.uniform(-1, 1, (2, 3)), "F32"), arr("b", rng.uniform(-1, 1, 3), "F64")]
    put("unaligned_header.safetensors", st_raw(json.dumps({n: {"dtype": dt, "shape": list(sh), "data_offsets": o} for (n, dt, sh, b), o in zip(ts, ([0, 24], [24, 48]))}).encode() + b" ", ts[0][3] + ts[1][3]), vals(ts), "header length not a multiple of 8, blanks inside the JSON: valid")
    h = {"b": {"shape": [3], "data_offsets": [24, 48], "dtype": "F64"}, "a": {"data_offsets": [0, 24], "dtype": "F32", "shape": [2, 3]}}
    put("reordered.safetensors", st_raw(h, ts[0][3] + ts[1][3]), vals(ts), "header order differs from the order of the data: valid")
    # malformed
    A = np.arange(4, dtype="<f4").tobytes(); H = lambda **k: {"w": dict({"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}, **k)}
    good = st_raw(H(), A); bad = {}
    bad["empty_file"] = (b"", "no bytes"); bad["seven_bytes"] = (good[:7], "shorter than the length field"); bad["header_missing"] = (good[:8], "length field only")
    bad["header_truncated"] = (good[:30], "file ends inside the header"); bad["data_truncated"] = (good[:-3], "file ends inside the data"); bad["data_missing"] = (good[:-16], "no data")
    bad["length_max"] = (b"\xff" * 8 + good[8:], "header length 2^64-1"); bad["length_negative"] = (struct.pack("<Q", 2**63) + good[8:], "header length 2^63: negative as int64")
    bad["length_1tb"] = (struct.pack("<Q", 2**40) + good[8:], "header length 2^40: must not be allocated"); bad["length_over_limit"] = (struct.pack("<Q", 100_000_001) + good[8:], "header length above the format's limit of 100 MB, and above the file")
    bad["length_zero"] = (struct.pack("<Q", 0) + A, "header length 0"); bad["length_too_long"] = (struct.pack("<Q", len(good) - 8 - 4) + good[8:], "header reaches into the data")
    bad["length_too_short"] = (struct.pack("<Q", len(good) - 8 - 16 - 5) + good[8:], "header cut five bytes early"); bad["length_big_endian"] = (struct.pack(">Q", len(good) - 24) + good[8:], "length field big-endian")
    bad["not_json"] = (st_raw(b"{hello world}   ", A), "header is not JSON"); bad["json_array"] = (st_raw(b"[1,2,3]", b""), "header is an array"); bad["leading_space"] = (st_raw(b" " + json.dumps(H()).encode(), A), "header does not start with {")
    bad["json_trailing"] = (st_raw(json.dumps(H()).encode() + b"{}", A), "a second JSON value after the header"); bad["invalid_utf8"] = (st_raw(b'{"\xff\xfe":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}', A), "tensor name is not UTF-8")
    bad["deep_json"] = (st_raw(b'{"w":' + b"[" * 20000 + b"]" * 20000 + b"}", b""), "20000 nested arrays")
    bad["bad_dtype"] = (st_raw(H(dtype="F33"), A), "unknown dtype"); bad["dtype_number"] = (st_raw(H(dtype=32), A), "dtype is a number"); bad["dtype_lower"] = (st_raw(H(dtype="f32"), A), "dtype in lower case")
    for k in ("dtype", "shape", "data_offsets"): x = H(); del x["w"][k]; bad["missing_" + k] = (st_raw(x, A), "field missing")
    bad["shape_mismatch"] = (st_raw(H(shape=[5]), A), "shape needs 20 bytes, offsets give 16"); bad["shape_negative"] = (st_raw(H(shape=[-4]), A), "negative dimension"); bad["shape_two_negatives"] = (st_raw(H(shape=[-2, -2]), A), "product is right, dimensions are negative")
    bad["shape_fraction"] = (st_raw(H(shape=[4.5]), A), "dimension is no integer"); bad["shape_string"] = (st_raw(H(shape="4"), A), "shape is a string"); bad["shape_overflow"] = (st_raw(H(shape=[2**32, 2**32], data_offsets=[0, 0]), b""), "product overflows 64 bits to 0")
    bad["shape_overflow_bytes"] = (st_raw(H(shape=[2**62], data_offsets=[0, 0]), b""), "element count times size overflows to 0"); bad["shape_huge_int"] = (st_raw(b'{"w":{"dtype":"F32","shape":[99999999999999999999999999],"data_offsets":[0,16]}}', A), "dimension beyond 64 bits")
    bad["offsets_reversed"] = (st_raw(H(data_offsets=[16, 0]), A), "end before begin"); bad["offsets_beyond"] = (st_raw(H(data_offsets=[16, 32]), A), "offsets beyond the file"); bad["offsets_negative"] = (st_raw(H(data_offsets=[-16, 0]), A), "negative offset")
    bad["offsets_three"] = (st_raw(H(data_offsets=[0, 8, 16]), A), "three offsets"); bad["offsets_huge"] = (st_raw(H(data_offsets=[2**64 - 16, 2**64]), A), "offset at the edge of 64 bits")
    T2 = lambda a, b: {"a": {"dtype": "F32", "shape": [(a[1] - a[0]) // 4], "data_offsets": a}, "b": {"dtype": "F32", "shape": [(b[1] - b[0]) // 4], "data_offsets": b}}
    bad["overlap"] = (st_raw(T2([0, 12], [8, 16]), A), "two tensors overlap"); bad["overlap_same"] = (st_raw(T2([0, 16], [0, 16]), A), "two tensors on the same bytes"); bad["hole"] = (st_raw(T2([0, 4], [8, 16]), A), "bytes 4..8 belong to no tensor")
    bad["hole_at_start"] = (st_raw({"a": {"dtype": "F32", "shape": [3], "data_offsets": [4, 16]}}, A), "bytes 0..4 belong to no tensor"); bad["trailing_bytes"] = (good + b"\0\0\0\0", "bytes after the last tensor")
    bad["duplicate_key"] = (st_raw(b'{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}', A), "the same name twice (the format forbids it)")
    bad["duplicate_field"] = (st_raw(b'{"w":{"dtype":"F64","dtype":"F32","shape":[4],"data_offsets":[0,16]}}', A), "dtype twice in one tensor")
    bad["metadata_number"] = (st_raw(dict({"__metadata__": {"epoch": 3}}, **H()), A), "metadata values must be strings"); bad["metadata_string"] = (st_raw(dict({"__metadata__": "x"}, **H()), A), "metadata is no object")
    bad["tensor_null"] = (st_raw({"w": None}, b""), "tensor description is null")
    for n, (b, note) in bad.items(): put("bad/%s.safetensors" % n, b, None, note)
    with open(os.path.join(d, "index.json"), "w") as f: json.dump(num(index), f, indent=0, ensure_ascii=False, allow_nan=False); f.write("\n")
    print("safetensors: %d good, %d bad" % (len(index) - len(bad), len(bad)))


if __name__ == "__main__":
    safetensors_files()
