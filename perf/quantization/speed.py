"""Times weights in each type beside float32, in turn: processor seconds of a forward, a decode and a picture, one thread.

    python perf/quantization/speed.py [--types int8 fp8 int4] [--rounds 5] [--launcher ./inkstream] [-- OPTIONS]

Each round starts every type once (`inkstream bench model`, which warms up twice and counts once) one after the other; a line has the median of the
ratios to float32 of the same round.
"""
import argparse
import re
import statistics
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def measured(launcher, name, options):
    stored = [] if name == "fp32" else ["--quantization", name]
    command = [launcher, "bench", "model", "--threads", "1", "--no-spinning", "--rounds", "1", *stored, *options]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {part: float(cpu) for part, cpu in re.findall(r"^(\w+) +cpu ([0-9.]+) s", out, re.M)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--types", nargs="+", default=["int8", "fp8", "int4"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--launcher", default=str(ROOT / "inkstream"))
    parser.add_argument("options", nargs="*", help="further options of bench model, behind --")
    arguments = parser.parse_args()
    names = ["fp32", *arguments.types]
    rounds = []
    for _ in range(arguments.rounds):
        rounds.append({name: measured(arguments.launcher, name, arguments.options) for name in names})
        print(rounds[-1], flush=True)
    print("| | " + " | ".join(names) + " |\n|---|" + "---:|" * len(names))
    for part in rounds[0]["fp32"]:
        ratios = [statistics.median(r[name][part] / r["fp32"][part] for r in rounds) for name in names]
        print(f"| {part} | " + " | ".join(f"{ratio:.2f}" for ratio in ratios) + " |")
