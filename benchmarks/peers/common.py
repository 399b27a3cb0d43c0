"""What the programs share; see ../README.md."""
import json
import os
import resource
import time

import numpy as np

DATA = os.environ["BENCH_DATA"]
KERNELS = os.environ.get("OPENBLAS_CORETYPE")

SPEC = {
    "W1": dict(sizes=[4, 32, 3], loss="cce", batch=8, optimizer="sgd", rate=1e-4, epochs=1000, data="iris"),
    "W2": dict(sizes=[30, 64, 32, 1], loss="bce", batch=32, optimizer="adam", rate=1e-3, epochs=200, data="bc"),
    "W3": dict(sizes=[784, 128, 10], loss="cce", batch=32, optimizer="sgd", rate=0.1, epochs=5, data="fashion"),
    "W4": dict(sizes=[784, 512, 512, 10], loss="cce", batch=128, optimizer="adam", rate=1e-3, epochs=1, data="fashion"),
    "W5": dict(sizes=[1024, 2048, 2048, 1000], loss="cce", batch=256, optimizer="sgd", rate=1e-2, epochs=2, data="syn"),
    "W6": dict(sizes=[10, 100, 1], loss="mse", batch=200, optimizer="adam", rate=1e-3, epochs=1000, data="diab"),
    "W7": dict(sizes=[14, 1], loss="bce", batch=256, optimizer="adamw", rate=2e-3, epochs=3, data="table", decay=3e-4,
               clip=1.0),
}


def load(workload, part, dtype):
    """Returns the samples and targets of a part, "train" or "test". Classes are numbers, not one-hot."""
    spec = SPEC[workload]
    data, inputs, outputs = spec["data"], spec["sizes"][0], spec["sizes"][-1]
    if data == "fashion":
        x = np.fromfile(f"{DATA}/fashion_{part}_x.u8", np.uint8).reshape(-1, inputs).astype(dtype)
        x /= 255
        return x, np.fromfile(f"{DATA}/fashion_{part}_y.u8", np.uint8).astype(np.int64)
    x = np.fromfile(f"{DATA}/{data}_x.f64").reshape(-1, inputs).astype(dtype)
    y = np.fromfile(f"{DATA}/{data}_y.f64").reshape(-1, outputs)
    return x, y.argmax(1) if spec["loss"] == "cce" else y.astype(dtype)


def weights(workload):
    """Returns the initial weights of all layers, inputs x units."""
    sizes = SPEC[workload]["sizes"]
    shapes = zip(sizes, sizes[1:])
    return [np.fromfile(f"{DATA}/{workload}_W{i}.f64").reshape(shape) for i, shape in enumerate(shapes)]


def emit(peer, workload, metric, value):
    line = {"peer": peer, "workload": workload, "metric": metric, "value": float(value)}
    if KERNELS:
        line["kernels"] = KERNELS
    print(json.dumps(line), flush=True)


def emit_training(peer, workload, x, y, seconds):
    """Prints the figures of the training. It must be called right after it."""
    spec = SPEC[workload]
    rows, epochs, batch = len(x), spec["epochs"], spec["batch"]
    per_step = seconds / (epochs * -(-rows // batch))
    count = sum(a * b for a, b in zip(spec["sizes"], spec["sizes"][1:]))
    emit(peer, workload, "us_per_step", per_step * 1e6)
    emit(peer, workload, "samples_per_s", rows * epochs / seconds)
    emit(peer, workload, "s_per_epoch", seconds / epochs)
    if workload != "W7":
        emit(peer, workload, "gflops", 6 * count * batch / per_step / 1e9)
    emit(peer, workload, "data_mb", (x.nbytes + y.nbytes) / 2**20)
    emit(peer, workload, "peak_rss_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10)


def latency(predict):
    """Returns the microseconds per call: the median over blocks of 10."""
    times = []
    for _ in range(220):
        begin = time.perf_counter()
        for _ in range(10):
            predict()
        times.append((time.perf_counter() - begin) / 10 * 1e6)
    return np.median(times[20:])


def throughput(predict, rows):
    """Returns the rows per second over the calls within 1.5 seconds."""
    predict()
    calls, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < 1.5 or calls < 3:
        predict()
        calls += 1
    return rows * calls / (time.perf_counter() - begin)
