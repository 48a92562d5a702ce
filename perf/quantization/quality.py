"""Draws the judge's prompts (perf/pocket) with weights in each type, and says how far the pictures are from those of float32.

    python perf/quantization/quality.py OUT [--types int8 fp8 int4 Q8_0=FILE.gguf …] [--words 60 --objects 40 --pairs 20] [--jobs 1] \
        [--launcher ./inkstream] [-- OPTIONS]
    python perf/pocket/judge.py EMOJI_ZIP OUT/fp32 OUT/int8 OUT/fp8 OUT/int4 --json OUT/judged.json

Writes OUT/TYPE/ID.png for that many prompts of each kind, spread evenly over them; a picture that is there stays, so that a run goes on where it
was stopped. A type with a file is a transformer in a single file (make_gguf.py), with or without `:int8`, … behind for --quantization over it.
On a card (`-- --device cuda …`) `bf16` is a type, too, and what all but fp32 compute in.
256x256, 20 steps, guidance 4, one thread, each prompt its own seed; --jobs draws so many batches at once. Prints means and lowest values of PSNR and
SSIM, and writes OUT/quality.json. Needs numpy and matplotlib.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE.parent / "pocket"), str(HERE.parent / "cache")]
import likeness  # noqa: E402
from prompts import ROOT, entries  # noqa: E402

PLAIN = ("fp32", "bf16")
POCKET = ROOT / "src/main/models/qwen-image-pocket"


def chosen(counts):
    """Some of each kind, spread evenly over prompts.json, whose kinds are in order of their groups."""
    for suite, count in counts.items():
        of_suite = entries(suite)
        for i in range(min(count, len(of_suite))):
            yield of_suite[i * len(of_suite) // min(count, len(of_suite))]


def draw(folder, batch, launcher, options):
    missing = [e for e in batch if not (folder / f"{e['id']}.png").exists()]
    if not missing:
        return
    with tempfile.TemporaryDirectory() as scratch:
        texts = Path(scratch, "prompts.txt")
        texts.write_text("".join(e["prompt"] + "\n" for e in missing))
        command = [launcher, "generate", "--prompt-path", str(texts), "--seed", *(str(e["seed"]) for e in missing), "--size", "256x256",
                   "--num-inference-steps", "20", "--true-cfg-scale", "4", "--negative-prompt", " ", "--threads", "1", "--no-spinning", "--quiet",
                   "--output", str(folder / "drawn.png"), *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            for entry, line in zip(missing, process.stdout):
                Path(line.strip()).rename(folder / f"{entry['id']}.png")
            errors = process.stderr.read()
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {errors}")


def weights(kind):
    """The name of a type and its options: `int8`, `Q8_0=FILE.gguf`, `Q8_0-int8=FILE.gguf:int8`."""
    name, _, file = kind.partition("=")
    path, _, stored = file.partition(":")
    options = [] if not path else ["--model-path", str(POCKET), "--transformer-path", path]
    stored = stored or ("" if path or name in PLAIN else name)
    return name, options + (["--quantization", stored] if stored else [])


def compare(out, types, prompts):
    rows = {}
    for name in types:
        pairs = [[likeness.read(out / kind / f"{e['id']}.png") for kind in ("fp32", name)] for e in prompts]
        psnr = [likeness.psnr(a, b) for a, b in pairs]
        ssim = [likeness.ssim(a, b) for a, b in pairs]
        rows[name] = {"pictures": len(pairs), "psnr": np.mean(psnr), "psnr_least": min(psnr), "ssim": np.mean(ssim), "ssim_least": min(ssim)}
        print(f"{name}: {len(pairs)} pictures, PSNR {np.mean(psnr):.1f} dB (least {min(psnr):.1f}), SSIM {np.mean(ssim):.4f} (least {min(ssim):.4f})")
    (out / "quality.json").write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--types", nargs="+", default=["int8", "fp8", "int4"])
    parser.add_argument("--words", type=int, default=60)
    parser.add_argument("--objects", type=int, default=40)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=12, help="prompts of one start, so that all types get on together")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--launcher", default=str(ROOT / "inkstream"))
    own = [*sys.argv[1:], "--"].index("--")  # Pythons differ in what argparse makes of --
    arguments, options = parser.parse_args(sys.argv[1:own + 1]), sys.argv[own + 2:]
    prompts = list(chosen({"words": arguments.words, "objects": arguments.objects, "pairs": arguments.pairs}))
    kinds = dict(weights(kind) for kind in ["fp32", *arguments.types])
    if "--device" in options:
        kinds["fp32"] += ["--dtype", "fp32"]
    for name in kinds:
        (arguments.out / name).mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(arguments.jobs) as jobs:
        drawn = [jobs.submit(draw, arguments.out / name, prompts[at:at + arguments.batch], arguments.launcher, of_kind + options)
                 for at in range(0, len(prompts), arguments.batch) for name, of_kind in kinds.items()]
        for one in drawn:
            one.result()
    compare(arguments.out, list(kinds)[1:], prompts)
