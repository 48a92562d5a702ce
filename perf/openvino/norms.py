"""ONNX Runtime's LayerNormalization beside the four nodes that Inkstream writes in its place on a processor.

    norms.py [WIDTH] [ROWS]

Processor microseconds of a run, with the Python that runs this and its onnxruntime; needs numpy and onnx, too.
"""

import os
import statistics
import sys
import time

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

EPSILON = 1e-6
RUNS = 100


def one():
    return [helper.make_node("LayerNormalization", ["x", "w", "b"], ["y"], axis=-1, epsilon=EPSILON)]


def four():
    return [
        helper.make_node("ReduceMean", ["x", "axes"], ["mean"], keepdims=1),
        helper.make_node("Sub", ["x", "mean"], ["deviation"]),
        helper.make_node("RMSNormalization", ["deviation", "w"], ["normed"], axis=-1, epsilon=EPSILON),
        helper.make_node("Add", ["normed", "b"], ["y"]),
    ]


def session(nodes, width):
    shapes = {"x": ["n", width], "w": [width], "b": [width]}
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", width])
    axes = numpy_helper.from_array(np.array([-1]), "axes")
    graph = helper.make_graph(nodes, "norm", inputs, [output], [axes])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 23)], ir_version=11)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])


def microseconds(run):
    began = time.process_time()
    for _ in range(RUNS):
        run()
    return (time.process_time() - began) / RUNS * 1e6


def main(width="192", rows="256"):
    random = np.random.default_rng(0)
    width, rows = int(width), int(rows)
    feeds = {"x": random.standard_normal((rows, width), np.float32)}
    feeds |= {name: random.standard_normal(width, np.float32) for name in "wb"}
    both = [session(nodes, width) for nodes in (one(), four())]
    times = [[microseconds(lambda: one.run(None, feeds)) for one in both] for _ in range(8)][1:]
    apart = np.abs(both[0].run(None, feeds)[0] - both[1].run(None, feeds)[0]).max()
    alone, split = (statistics.median(column) for column in zip(*times))
    print(f"{onnxruntime.__version__} {rows}x{width}: one node {alone:.0f} us, four {split:.0f} us, apart {apart:.1e}")


if __name__ == "__main__":
    main(*sys.argv[1:])
