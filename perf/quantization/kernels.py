"""ONNX Runtime's ways to multiply by a stored weight, at the sizes of a model's linear layers: processor time of each beside float32's.

    python perf/quantization/kernels.py [--shapes pocket|full] [--rounds 15]

Each round runs every kernel once on the same activations, in turn; a line has the median of the ratios to float32's `Gemm` of the same round, and
the relative error (L2) of the product, with weights and activations from a normal distribution (`outliers`: one channel in 64 is ten times as
large). Needs onnx, onnxruntime and numpy; one thread.
"""
import argparse
import statistics
import time

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

# rows, in, out
SHAPES = {
    "pocket": [(256, 192, 192), (256, 192, 768), (256, 768, 192), (20, 192, 192), (20, 192, 768), (20, 768, 192)],
    "full": [(1024, 3072, 3072), (1024, 3072, 12288), (1024, 12288, 3072), (64, 3072, 3072), (64, 3072, 12288), (64, 12288, 3072)],
}


def session(nodes, initializers, k, n):
    graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("a", TensorProto.FLOAT, ["m", k])],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["m", n])],
                              [numpy_helper.from_array(v, name) for name, v in initializers.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 23), helper.make_opsetid("com.microsoft", 1)], ir_version=11)
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def ms(op, inputs, outputs, **attributes):
    return helper.make_node(op, inputs, outputs, domain="com.microsoft", **attributes)


def gemm(w, bias):
    return session([helper.make_node("Gemm", ["a", "w", "bias"], ["y"], transB=1)], {"w": w, "bias": bias}, w.shape[1], w.shape[0])


def rows8(w):
    scale = np.abs(w).max(1, keepdims=True) / 127
    return np.round(w / scale).astype(np.int8), scale[:, 0].astype(np.float32)


def dynamic(w, bias):
    q, scale = rows8(w)
    return session([ms("DynamicQuantizeMatMul", ["a", "w", "s", "", "bias"], ["y"])],
                   {"w": np.ascontiguousarray(q.T), "s": scale, "bias": bias}, w.shape[1], w.shape[0])


def integer(w, bias):
    """The same in two nodes: layers of one input share the first."""
    q, scale = rows8(w)
    return session([helper.make_node("DynamicQuantizeLinear", ["a"], ["q", "as", "az"]),
                    ms("MatMulIntegerToFloat", ["q", "w", "as", "s", "az", "", "bias"], ["y"])],
                   {"w": np.ascontiguousarray(q.T), "s": scale, "bias": bias}, w.shape[1], w.shape[0])


def by_row(w, bias):
    """A scale for each row of the activations, with ONNX's own operators."""
    q, scale = rows8(w)
    return session([helper.make_node("Abs", ["a"], ["abs"]), helper.make_node("ReduceMax", ["abs", "axes"], ["most"], keepdims=1),
                    helper.make_node("Div", ["most", "c127"], ["rows"]), helper.make_node("Div", ["a", "rows"], ["unit"]),
                    helper.make_node("QuantizeLinear", ["unit", "one", "z128"], ["q"]),
                    ms("MatMulIntegerToFloat", ["q", "w", "one", "s", "z128"], ["p"]), helper.make_node("Mul", ["p", "rows"], ["m"]),
                    helper.make_node("Add", ["m", "bias"], ["y"])],
                   {"w": np.ascontiguousarray(q.T), "s": scale, "bias": bias, "axes": np.array([1]), "c127": np.float32(127),
                    "one": np.float32(1), "z128": np.uint8(128)}, w.shape[1], w.shape[0])


def blocks(bits, block, symmetric=True, accuracy=4):
    def make(w, bias):
        n, k = w.shape
        parts = w.reshape(n, k // block, block)
        most = 2 ** bits - 1
        middle = 2 ** (bits - 1)
        if symmetric:
            at = np.take_along_axis(parts, np.abs(parts).argmax(2)[..., None], 2)[..., 0]
            scale = at / -middle
            zero = np.full(scale.shape, middle)
        else:
            low, high = np.minimum(parts.min(2), 0), np.maximum(parts.max(2), 0)
            scale = (high - low) / most
            zero = np.round(-low / np.where(scale == 0, 1, scale))
        q = np.clip(np.round(parts / np.where(scale == 0, 1, scale)[..., None]) + zero[..., None], 0, most).astype(np.uint8)
        weights = {"w": q if bits == 8 else q[..., ::2] | q[..., 1::2] << 4, "s": scale.astype(np.float32).reshape(-1), "bias": bias}
        if not symmetric:
            z = zero.astype(np.uint8)
            if bits == 4:
                z = np.pad(z, ((0, 0), (0, z.shape[1] % 2)))
                z = z[:, ::2] | z[:, 1::2] << 4
            weights["z"] = np.ascontiguousarray(z).reshape(-1)
        return session([ms("MatMulNBits", ["a", "w", "s", "" if symmetric else "z", "", "bias"], ["y"], K=k, N=n, bits=bits, block_size=block,
                           accuracy_level=accuracy)], weights, k, n)
    return make


def kernels(shape):
    yield "Gemm, fp32", gemm
    yield "DynamicQuantizeMatMul", dynamic
    yield "DynamicQuantizeLinear, MatMulIntegerToFloat", integer
    yield "MatMulIntegerToFloat, a scale per row", by_row
    for bits in 8, 4:
        for block in 32, 64, 128:
            if shape[1] % block == 0:
                yield f"MatMulNBits {bits}, block {block}", blocks(bits, block)
    yield "MatMulNBits 8, block 64, asymmetric", blocks(8, 64, False)
    yield "MatMulNBits 4, block 32, asymmetric", blocks(4, 32, False)
    yield "MatMulNBits 4, block 32, accuracy 1", blocks(4, 32, True, 1)


def measure(shape, rounds):
    m, k, n = shape
    noise = np.random.default_rng(0)
    w = noise.standard_normal((n, k), np.float32) / np.sqrt(k).astype(np.float32)
    a = noise.standard_normal((m, k), np.float32)
    skewed = a.copy()
    skewed[:, ::64] *= 10
    bias = noise.standard_normal(n, np.float32)
    made = {name: make(w, bias) for name, make in kernels(shape)}
    times = {name: [] for name in made}
    for _ in range(rounds + 2):
        for name, run in made.items():
            repeats = max(1, int(2e9 / (2 * m * k * n)))
            start = time.process_time()
            for _ in range(repeats):
                run.run(None, {"a": a})
            times[name].append((time.process_time() - start) / repeats)
    base = times["Gemm, fp32"][2:]
    print(f"\n{m} rows, {k} to {n}: Gemm {statistics.median(base) * 1e6:.0f} us, {2 * m * k * n / statistics.median(base) / 1e9:.0f} GFLOP/s\n")
    print("| kernel | time | error | error, outliers |\n|---|---:|---:|---:|")
    for name, run in made.items():
        ratio = statistics.median(t / b for t, b in zip(times[name][2:], base))
        errors = []
        for x in a, skewed:
            true = x @ w.T + bias
            errors.append(np.linalg.norm(run.run(None, {"a": x})[0] - true) / np.linalg.norm(true))
        print(f"| {name} | {ratio:.2f} | {errors[0]:.4f} | {errors[1]:.4f} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", choices=SHAPES, default="pocket")
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    print(f"ONNX Runtime {ort.__version__}")
    for shape in SHAPES[arguments.shapes]:
        measure(shape, arguments.rounds)
