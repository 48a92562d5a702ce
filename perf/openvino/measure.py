"""OpenVINO beside ONNX Runtime's own kernels and diffusers, on the pocket model.

    measure.py OPENVINO REFERENCE_PYTHON [ROUNDS]

OPENVINO is the folder of ONNX Runtime's OpenVINO libraries, REFERENCE_PYTHON a Python with what made the goldens.
Each engine is measured in turn with diffusers by `inkstream bench model`, one thread each, processor seconds; three times
round. Appends to results.jsonl here, and prints the median of each engine's ratios.
"""

import collections
import json
import re
import statistics
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
MODEL = "src/main/models/qwen-image-pocket"
LINE = re.compile(r"^(\w+)\s+cpu ([\d.]+) s .*reference cpu ([\d.]+) s .*cpu ratio ([\d.]+)")
TIMES = 3


def engines(openvino):
    there = ["--device", "openvino", "--onnxruntime-library", openvino]
    return {"cpu": [], "openvino fp32": there, "openvino bf16": [*there, "--dtype", "bf16"]}


def measured(flags, python, rounds):
    reference = f"{python} perf/model/diffusers_worker.py {MODEL} --threads 1"
    command = ["./inkstream", "bench", "model", "--model-path", MODEL, "--threads", "1", "--no-spinning"]
    command += ["--rounds", rounds, "--reference", reference, *flags]
    out = subprocess.run(command, cwd=HOME, check=True, text=True, stdout=subprocess.PIPE).stdout
    return [match.groups() for match in map(LINE.match, out.splitlines()) if match]


def main(openvino, python, rounds="5"):
    ratios = collections.defaultdict(list)
    with open(Path(__file__).with_name("results.jsonl"), "a", encoding="utf-8") as results:
        for _ in range(TIMES):
            for engine, flags in engines(openvino).items():
                for what, ours, theirs, ratio in measured(flags, python, rounds):
                    ratios[engine, what].append(float(ratio))
                    line = {"engine": engine, "what": what, "cpu": float(ours), "reference": float(theirs)}
                    print(json.dumps(line | {"ratio": float(ratio)}), file=results, flush=True)
    for (engine, what), all_ratios in ratios.items():
        print(f"{engine:14} {what:8} {statistics.median(all_ratios):.3f}  of {sorted(all_ratios)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
