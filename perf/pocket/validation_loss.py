"""The flow-matching loss of checkpoints on scenes that no training has seen, all with the same scenes, noise and times.

    python perf/pocket/validation_loss.py EMOJI_ZIP CHECKPOINT [CHECKPOINT ...] [--scenes 48] [--device cuda]

Version 1's scenes at 256x256, so many of each group, four times each: one in every quarter of the times that training draws.
"all" weighs the groups as scenes do. Losses compare only between checkpoints with the same VAE, whose PSNR is in the table.
"""
import argparse
import random
from collections import defaultdict
from pathlib import Path

import matplotlib
import numpy as np
import torch

from networks import Checkpoint, pack
from scenes_v1 import Composer

SHARES = {"objects": 0.42, "pairs": 0.24, "counts": 0.10, "lettering": 0.24}
TIMES, SHIFT = 4, 1.65


class Watched(Composer):
    """Knows to which group the scene belongs that it composed last."""

    def sample(self, r, size):
        self.pasted, self.lettered = [], False
        return super().sample(r, size)

    def paste(self, r, im, i, *rest):
        self.pasted.append(i)
        super().paste(r, im, i, *rest)

    def lettering(self, *all):
        self.lettered = True
        super().lettering(*all)

    def group(self):
        return "lettering" if self.lettered else "objects" if len(self.pasted) == 1 else "pairs" if len(set(self.pasted)) > 1 else "counts"


def scenes(path, many):
    """-> [(group, caption, [256, 256, 3])], equally many of each group."""
    composer, r, out = Watched(path, matplotlib.get_data_path() + "/fonts/ttf"), random.Random("inkstream pocket validation"), defaultdict(list)
    while any(len(out[g]) < many for g in SHARES):
        caption, image = composer.sample(r, (256, 256))
        out[composer.group()].append((composer.group(), caption, image))
    return [s for g in SHARES for s in out[g][:many]]


def times(generator):
    """-> one sigma in each quarter of the logit-normal distribution, shifted as in training for 256x256."""
    quarter = (torch.arange(TIMES) + torch.rand(TIMES, generator=generator)) / TIMES
    u = torch.sigmoid(torch.special.ndtri(quarter.clamp(1e-4, 1 - 1e-4)))
    return SHIFT * u / (1 + (SHIFT - 1) * u)


@torch.no_grad()
def losses(model, chosen, batch=32):
    """-> [scenes, TIMES]"""
    out, lengths = torch.zeros(len(chosen), TIMES), defaultdict(list)
    for i, (_, caption, _) in enumerate(chosen):
        lengths[len(model.tokens(caption))].append(i)
    for same in lengths.values():
        for group in (same[i:i + batch] for i in range(0, len(same), batch)):
            generators = [torch.Generator().manual_seed(1_000_000 + i) for i in group]
            sigma = torch.stack([times(g) for g in generators]).to(model.device)
            noise = torch.cat([torch.randn(1, 16, 32, 32, generator=g) for g in generators]).to(model.device)
            z, eps = pack(model.latents(pixels(model, [chosen[i][2] for i in group]))), pack(noise)
            text = model.embeddings(torch.tensor([model.tokens(chosen[i][1]) for i in group], device=model.device))
            angles = model.angles(32, 32, text.shape[1])
            for k in range(TIMES):
                s = sigma[:, k, None, None]
                v = model.transformer((1 - s) * z + s * eps, text, None, sigma[:, k], *angles)
                out[group, k] = ((v - (eps - z)) ** 2).mean((1, 2)).cpu()
    return out


def pixels(model, images):
    return torch.from_numpy(np.stack(images)).to(model.device).permute(0, 3, 1, 2).float() / 127.5 - 1


@torch.no_grad()
def psnr(model, images):
    """Mean of the VAE's, over the pictures it makes of these after encoding them."""
    out = []
    for image in images:
        x = pixels(model, [image])
        y = model.vae.decode(model.vae.encode(x)[0]).clamp(-1, 1)
        out.append(-10 * torch.log10(((x - y) ** 2).mean() / 4).item())
    return float(np.mean(out))


def lines(model, chosen):
    loss = losses(model, chosen)
    of = lambda g: loss[[i for i, s in enumerate(chosen) if s[0] == g]]
    weighted = sum(share * of(g).mean(0) for g, share in SHARES.items())
    yield "all", weighted.mean().item()
    yield from ((g, of(g).mean().item()) for g in SHARES)
    yield from ((f"all, times' quarter {k + 1} of {TIMES} ({'least' if k == 0 else 'most' if k == TIMES - 1 else 'some'} noise)", weighted[k].item()) for k in range(TIMES))
    yield "VAE's PSNR, dB", psnr(model, [s[2] for s in chosen[::4]])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("emoji")
    parser.add_argument("checkpoints", nargs="+")
    parser.add_argument("--scenes", type=int, default=48, help="of each group")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    chosen = scenes(arguments.emoji, arguments.scenes)
    columns = [dict(lines(Checkpoint(c, arguments.device), chosen)) for c in arguments.checkpoints]
    print("| loss | " + " | ".join(Path(c).name for c in arguments.checkpoints) + " |\n|---|" + "---|" * len(columns))
    for line in columns[0]:
        print(f"| {line} | " + " | ".join(f"{c[line]:.4f}" for c in columns) + " |")
