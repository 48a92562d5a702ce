#!/usr/bin/env python3
"""Where the time of the VAE and of the vision tower goes: ONNX Runtime's own profile of each operator, one thread, and
how many operations a second its products and convolutions make, beside those of one large product on the same processor.

usage: operators.py MODEL JAVA CLASSPATH      MODEL as `run.py --keep` leaves it, CLASSPATH as there
"""
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy
import onnxruntime
from onnx import TensorProto, helper

KEPT = []  # sessions read them and do not hold them
PRODUCTS = {"Conv", "MatMul", "FusedMatMul", "Gemm", "FusedGemm", "FusedConv"}


def options(profile=""):
    made = onnxruntime.SessionOptions()
    made.intra_op_num_threads = 1
    made.enable_profiling = bool(profile)
    made.profile_file_prefix = profile
    return made


def peak(side=1536):
    """Operations a second of a product of two squares, the better of many."""
    a, b, c = (helper.make_tensor_value_info(name, TensorProto.FLOAT, (side, side)) for name in "abc")
    weight = numpy.random.default_rng(1).standard_normal((side, side), dtype=numpy.float32)
    initializer = helper.make_tensor("b", TensorProto.FLOAT, (side, side), weight.tobytes(), raw=True)
    graph = helper.make_graph([helper.make_node("MatMul", ["a", "b"], ["c"])], "peak", [a], [c], [initializer])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), options(), ["CPUExecutionProvider"])
    best = math.inf
    for _ in range(20):
        start = time.process_time()
        session.run(None, {"a": weight})
        best = min(best, time.process_time() - start)
    return 2 * side**3 / best


def operations(event):
    """Of a product or convolution, from the shapes of what goes in and out."""
    sizes = lambda key: [next(iter(entry.values())) for entry in event["args"][key]]
    given, made = sizes("input_type_shape"), sizes("output_type_shape")[0]
    if "Conv" in event["args"]["op_name"]:
        return 2 * math.prod(given[1]) * math.prod(made[2:])
    return 2 * math.prod(made) * given[0][-1]


def private():
    """Memory of this process that is not a file's, in MB."""
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("RssAnon")) / 1000


def given(graph, made):
    """The same options, with the weights that WriteGraphs made."""
    numbers = numpy.fromfile(f"{graph}.bin", numpy.float32)
    names, values, at = [], [], 0
    for line in Path(f"{graph}.txt").read_text().splitlines():
        name, *extents = line.split()
        shape = [int(extent) for extent in extents]
        names.append(name)
        values.append(onnxruntime.OrtValue.ortvalue_from_numpy(numbers[at:at + math.prod(shape)].reshape(shape)))
        at += math.prod(shape)
    made.add_external_initializers(names, values)
    KEPT.extend(values)
    return made


def report(name, graph, inputs, rounds=4):
    with tempfile.TemporaryDirectory() as folder:
        before = private()
        session = onnxruntime.InferenceSession(graph, given(graph, options(f"{folder}/p")), ["CPUExecutionProvider"])
        loaded = private() - before
        for _ in range(rounds + 1):
            session.run(None, inputs)
        events = json.loads(Path(session.end_profiling()).read_text())
    runs = [e for e in events if e.get("cat") == "Node" and e["name"].endswith("_kernel_time")]
    runs = runs[len(runs) // (rounds + 1):]  # not the first
    runs = [e for e in runs if e["args"]["op_name"] != "Loop"]  # its operators are there themselves
    spent, done = defaultdict(float), defaultdict(float)
    for event in runs:
        kind = event["args"]["op_name"]
        spent[kind] += event["dur"] / 1e6 / rounds
        done[kind] += operations(event) / rounds if kind in PRODUCTS else 0
    total = sum(spent.values())
    print(f"\n{name}: {total:.2f} s, {sum(done.values()) / 1e9:.0f} G operations, {loaded:.0f} MB when loaded\n")
    print("| operator | s | share | G operations/s |\n|---|---:|---:|---:|")
    for kind, seconds in sorted(spent.items(), key=lambda item: -item[1])[:9]:
        rate = f"{done[kind] / seconds / 1e9:.0f}" if done[kind] else ""
        print(f"| {kind} | {seconds:.3f} | {100 * seconds / total:.0f} % | {rate} |")


def noise(*shape):
    return numpy.random.default_rng(1).random(shape, dtype=numpy.float32) * 2 - 1


model, java, classpath = sys.argv[1:]
writer = [java, "-cp", classpath, str(Path(__file__).with_name("WriteGraphs.java")), model]
encoder, decoder, tower = subprocess.run(writer, check=True, capture_output=True, text=True).stdout.split()
print(f"ONNX Runtime {onnxruntime.__version__}, {os.cpu_count()} cores; one large product: {peak() / 1e9:.0f} G operations/s")
report("VAE encoder, 128x128", encoder, {"sample": noise(1, 3, 128, 128)})
report("VAE decoder, 128x128", decoder, {"latents": noise(1, 16, 16, 16)})
cells, window = 14 * 14, 64
windows = math.ceil(14 / 4) ** 2
places = numpy.arange(4 * cells, dtype=numpy.float32)
filled = numpy.resize(places, windows * window)
report("Vision tower, 4 blocks, 392x392", tower, {
    "pixel_values": noise(4 * cells, 1176), "cos": noise(4 * cells, 40), "sin": noise(4 * cells, 40), "filled": filled,
    "places": places, "bias": numpy.zeros((windows, 1, window, window), dtype=numpy.float32)})
print(f"\nOne large product again: {peak() / 1e9:.0f} G operations/s")
