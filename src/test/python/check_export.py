#!/usr/bin/env python3
"""Checks a folder of exported graphs with ONNX's own checker, and their numbers with ONNX Runtime.

usage: check_export.py EXPORT_DIR

Every NAME.onnx must pass onnx.checker with shape inference. Where a NAME.npz lies beside it, with arrays in.INPUT
and out.OUTPUT, the graph runs on the CPU, and each output must be within 1e-4 of the expected one, relative to the
expected one's largest magnitude. Prints one line per graph; exits 1 when a graph fails or the folder holds none.
"""
import argparse
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

TOLERANCE = 1e-4


def arrays(dump, prefix):
    return {name.removeprefix(prefix): dump[name] for name in dump.files if name.startswith(prefix)}


def difference(name, actual, expected):
    """The largest difference, relative to the expected output's largest magnitude."""
    if actual.shape != expected.shape:
        raise ValueError(f"output {name} has shape {actual.shape}, expected {expected.shape}")
    if not (np.isfinite(actual).all() and np.isfinite(expected).all()):
        raise ValueError(f"output {name} holds values that are not finite")
    actual, expected = actual.astype(np.float64), expected.astype(np.float64)
    largest = np.abs(actual - expected).max(initial=0)
    return largest / max(np.abs(expected).max(initial=0), np.finfo(np.float32).tiny)


def check_numbers(graph, dump):
    inputs, outputs = arrays(dump, "in."), arrays(dump, "out.")
    if not outputs:
        raise ValueError("the .npz beside it holds no out.* array")
    session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    results = dict(zip(outputs, session.run(list(outputs), inputs)))
    differences = {name: difference(name, results[name], outputs[name]) for name in outputs}
    worst = max(differences, key=differences.get)
    verdict = f"largest relative difference {differences[worst]:.2e} ({worst})"
    if differences[worst] > TOLERANCE:
        raise ValueError(f"{verdict}, allowed {TOLERANCE}")
    return verdict


def check(graph):
    onnx.checker.check_model(str(graph), full_check=True)
    dump = graph.with_suffix(".npz")
    if not dump.exists():
        return "well formed"
    with np.load(dump) as data:
        return "well formed, " + check_numbers(graph, data)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export_dir", type=Path)
    folder = parser.parse_args().export_dir
    graphs = sorted(folder.glob("*.onnx"))
    if not graphs:
        sys.exit(f"no *.onnx in {folder}")
    failed = False
    for graph in graphs:
        try:
            print(f"ok    {graph.name}: {check(graph)}")
        except Exception as failure:  # every graph gets its line, whatever the checker or the runtime throws
            failed = True
            print(f"FAIL  {graph.name}: {' '.join(str(failure).split())}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
