"""Draws the judge's prompts with Inkstream itself: 256x256, 20 steps, CFG 4, negative prompt " ", each prompt its own seed.

    python perf/pocket/draw.py OUT_DIR [--model-path SNAPSHOT] [--suite words] [--limit 10]

Writes OUT_DIR/ID.png for every entry of prompts.json; a picture that is there already stays.
"""
import argparse
import subprocess
import tempfile
from pathlib import Path

from prompts import ROOT, entries


def draw(folder, chosen, model):
    with tempfile.TemporaryDirectory() as scratch:
        texts = Path(scratch, "prompts.txt")
        texts.write_text("".join(e["prompt"] + "\n" for e in chosen))
        command = [str(ROOT / "inkstream"), "generate", "--prompt-path", str(texts), "--seed", *(str(e["seed"]) for e in chosen),
                   "--size", "256x256", "--num-inference-steps", "20", "--true-cfg-scale", "4", "--negative-prompt", " ",
                   "--quiet", "--output", str(folder / "drawn.png"), *(["--model-path", model] if model else [])]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            for entry, line in zip(chosen, process.stdout):
                Path(line.strip()).rename(folder / f"{entry['id']}.png")
        if process.returncode:
            raise SystemExit(f"inkstream generate ended with {process.returncode}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--model-path")
    parser.add_argument("--suite")
    parser.add_argument("--limit", type=int)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    chosen = [e for e in entries(arguments.suite)[:arguments.limit] if not (arguments.out / f"{e['id']}.png").exists()]
    if chosen:
        draw(arguments.out, chosen, arguments.model_path)
