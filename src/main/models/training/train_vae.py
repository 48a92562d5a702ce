"""Trains the pocket model's VAE from nothing: on single frames of 256x256 scenes, by pixels, gradients and a little KL.

    python train_vae.py EMOJI_ZIP TOKENIZER_JSON OUT [--seconds 360]      (one GPU; --smoke runs a minute on a CPU)

OUT has the VAE's training form (checkpoint.py), with the mean and standard deviation of its latents, and vae.png.
"""
import argparse, copy, math, os, random, time
import matplotlib
import numpy as np
import torch
from PIL import Image
import checkpoint
from captions import Captions
from models import Vae
from scenes import Composer

IMAGES, SIDE, CROP, BATCH = 24_000, 256, 128, 96


def pictures(job):
    emoji, tokenizer, n, seed = job
    composer, r = Composer(emoji, matplotlib.get_data_path() + "/fonts/ttf", Captions(tokenizer).pieces()), random.Random(seed)
    return np.stack([composer.sample(r, (SIDE, SIDE))[1] for _ in range(n)])


def loss(vae, x, noise):
    """-> (loss, squared error, KL): absolute, squared and gradient errors of the reconstruction"""
    mean, logvar = vae.encode(x)
    mean, logvar = mean.float(), logvar.float().clamp(-20, 10)
    d = vae.decode(mean + noise * (.5 * logvar).exp()).float() - x
    dx, dy = d[..., 1:] - d[..., :-1], d[..., 1:, :] - d[..., :-1, :]
    kl = .5 * (mean * mean + logvar.exp() - 1 - logvar).mean()
    return d.abs().mean() + 4 * (d * d).mean() + .5 * (dx.abs().mean() + dy.abs().mean()) + 2e-4 * kl, (d * d).mean(), kl


def normalised(images): return images.permute(0, 3, 1, 2).float() / 127.5 - 1


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("emoji"); ap.add_argument("tokenizer"); ap.add_argument("out")
    ap.add_argument("--seconds", type=float, default=360); ap.add_argument("--smoke", action="store_true")
    a = ap.parse_args()
    chunk, n, batch, crop = (25, 50, 4, 64) if a.smoke else (250, IMAGES, BATCH, CROP)
    with torch.multiprocessing.get_context("fork").Pool() as pool:   # before CUDA is touched
        images = np.concatenate(pool.map(pictures, [(a.emoji, a.tokenizer, chunk, 10_000 + i) for i in range(n // chunk)], 1))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    images = torch.from_numpy(images).to(device)
    torch.manual_seed(0)
    vae = Vae().to(device).to(memory_format=torch.channels_last)
    average = copy.deepcopy(vae)
    optimizer = torch.optim.AdamW(vae.parameters(), 2e-3, (.9, .98), weight_decay=1e-4, fused=device == "cuda")
    step_loss = loss if a.smoke else torch.compile(loss)
    started, step, f = time.time(), 0, 0.
    while f < 1:
        for g in optimizer.param_groups: g["lr"] = 2e-3 * min(1, (step + 1) / 200) * max(.01, 1 - max(0, f - .25) / .75)
        y, x = np.random.randint(0, SIDE - crop + 1, 2)
        part = images[torch.randint(len(images), (batch,), device=device), y:y + crop, x:x + crop]
        with torch.autocast(device, torch.bfloat16):
            total, error, kl = step_loss(vae, normalised(part).contiguous(memory_format=torch.channels_last), torch.randn(batch, 16, crop // 8, crop // 8, device=device))
        optimizer.zero_grad(set_to_none=True); total.backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.); optimizer.step()
        with torch.no_grad(): torch._foreach_lerp_(list(average.parameters()), list(vae.parameters()), 1 - min(.999, (1 + step) / (10 + step)))
        if step % (20 if a.smoke else 500) == 0: print(f"step {step} loss {total.item():.4f} psnr {-10 * math.log10(error.item() / 4):.2f} kl {kl.item():.2f}", flush=True)
        step += 1; f = (time.time() - started) / a.seconds
    with torch.no_grad():
        z = torch.cat([average.encode(normalised(images[i:i + 50]))[0] for i in range(0, min(len(images), 2_000), 50)])
        checkpoint.save_vae(a.out, average, z.mean((0, 2, 3)), z.std((0, 2, 3)))
        x = normalised(images[:64]); y = average.decode(average.encode(x)[0]).clamp(-1, 1)
    print(f"{step} steps, psnr of whole pictures {(-10 * ((y - x) ** 2).mean((1, 2, 3)).div(4).log10()).mean().item():.2f}")
    grid = torch.cat([torch.cat(list(t[:8]), 2) for t in (x, y)], 1)
    Image.fromarray(((grid.permute(1, 2, 0).cpu().float() + 1) * 127.5).round().byte().numpy()).save(os.path.join(a.out, "vae.png"))


if __name__ == "__main__":
    main()
