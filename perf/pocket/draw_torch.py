"""Draws the judge's prompts in PyTorch, in batches: the same noise and the same steps as the engine, from any checkpoint.

    python draw_torch.py CHECKPOINT OUT_DIR [--prompts prompts.json] [--suite words] [--limit 10] [--dtype bf16] [--tokenizer tokenizer.json]

CHECKPOINT is a snapshot or training's folder. Prompts of the same number of tokens are drawn together, so nothing is padded.
Needs only itself, networks.py, models.py and the prompts; runs on a GPU where there is one.
"""
import argparse
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

import torch
from PIL import Image

from networks import Checkpoint, pack, sigmas


def batches(model, entries, most):
    """-> groups of (entry, ids) of one token length, at most so many each."""
    known = sorted(((e, model.tokens(e["prompt"])) for e in entries), key=lambda k: len(k[1]))
    for _, group in groupby(known, key=lambda k: len(k[1])):
        group = list(group)
        yield from (group[i:i + most] for i in range(0, len(group), most))


def noise(seeds, h, w):
    return pack(torch.cat([torch.randn(1, 16, h, w, generator=torch.Generator().manual_seed(s)) for s in seeds]))


@torch.no_grad()
def generate(model, ids, seeds, size=(256, 256), steps=20, cfg=4.0, negative=" "):
    """Token ids of one length and a seed for each -> [B, H, W, 3] bytes."""
    h, w = size[0] // 8, size[1] // 8
    x = noise(seeds, h, w).to(model.device)
    tensor = lambda i: torch.tensor(i, device=model.device)
    branches = [model.embeddings(tensor(ids)), model.embeddings(tensor([model.tokens(negative)])).expand(len(ids), -1, -1)]
    angles = [model.angles(h, w, e.shape[1]) for e in branches]
    times = sigmas(steps, h * w // 4).to(model.device)
    for now, after in zip(times, times[1:]):
        sigma = now.expand(len(ids))
        cond, uncond = (model.transformer(x, e, None, sigma, *a).float() for e, a in zip(branches, angles))
        guided = uncond + cfg * (cond - uncond)
        guided = guided * (cond.norm(dim=-1, keepdim=True) / guided.norm(dim=-1, keepdim=True))
        x = x + (after - now) * guided
    return model.pictures(x, h, w)


def draw(model, entries, out, most=96, dtype=None):
    """Writes OUT/ID.png for every entry, and returns the seconds it took."""
    started = time.time()
    Path(out).mkdir(parents=True, exist_ok=True)
    kind, saved = model.device.split(":")[0], []
    with ThreadPoolExecutor() as savers, torch.autocast(kind, dtype or torch.bfloat16, enabled=dtype is not None):
        for group in batches(model, entries, most):
            images = generate(model, [ids for _, ids in group], [e["seed"] for e, _ in group])
            saved += [savers.submit(Image.fromarray(image).save, f"{out}/{entry['id']}.png", compress_level=1) for (entry, _), image in zip(group, images)]
    for file in saved:
        file.result()
    return time.time() - started


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint")
    parser.add_argument("out")
    parser.add_argument("--prompts", default=Path(__file__).with_name("prompts.json"), type=Path)
    parser.add_argument("--suite")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--dtype", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--tokenizer")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    chosen = [e for e in json.loads(arguments.prompts.read_text()) if arguments.suite in (None, e["suite"])][:arguments.limit]
    checkpoint = Checkpoint(arguments.checkpoint, arguments.device, arguments.tokenizer)
    seconds = draw(checkpoint, chosen, arguments.out, dtype=torch.bfloat16 if arguments.dtype == "bf16" else None)
    print(f"{len(chosen)} pictures in {seconds:.1f} s", file=sys.stderr)
