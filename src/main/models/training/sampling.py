"""Draws prompts with the networks in their training form: the pipeline's own arithmetic, many prompts at once."""
import math
import torch
from captions import SKIP
from models import pack, rope_angles, unpack


def sigmas(steps, tokens):
    """Qwen-Image's schedule: shifted by the number of image tokens, stretched so that the last step is 0.02."""
    m = (.9 - .5) / (8192 - 256); mu = m * tokens + .5 - m * 256
    s = torch.linspace(1, 1 / steps, steps, dtype=torch.float64); s = math.exp(mu) / (math.exp(mu) + (1 / s - 1))
    s = 1 - (1 - s) * ((1 - .02) / (1 - s[-1]))
    return torch.cat([s, s.new_zeros(1)]).float()


def embed(text, captions, prompts, device):
    """-> (embeddings [n, longest, D], which of them count [n, longest])"""
    ids = [captions.ids(p) for p in prompts]
    longest = max(map(len, ids))
    padded = torch.tensor([i + [captions.pad] * (longest - len(i)) for i in ids], device=device)
    counts = torch.arange(longest, device=device) < torch.tensor([len(i) for i in ids], device=device)[:, None]
    return text(padded)[:, SKIP:], counts[:, SKIP:]


@torch.no_grad()
def draw(nets, captions, prompts, seeds, size=(256, 256), steps=20, cfg=4., negative=" "):
    """nets = (text, dit, vae, mean, std) -> uint8 [n, H, W, 3]; noise is the pipeline's, of torch's CPU generator by seed"""
    text, dit, vae, mean, std = nets
    device, (h, w) = mean.device, (size[0] // 8, size[1] // 8)
    x = pack(torch.cat([torch.randn(1, 16, h, w, generator=torch.Generator().manual_seed(s)) for s in seeds])).to(device)
    branches = []
    for texts in (prompts, [negative] * len(prompts)):
        e, counts = embed(text, captions, texts, device)
        image, words = rope_angles(h // 2, w // 2, e.shape[1], dit.axes)
        angles = torch.cat([words, image])[:, None].to(device)
        keys = torch.cat([counts, counts.new_ones(len(texts), h * w // 4)], 1)
        branches.append((e, keys, angles.cos(), angles.sin()))
    s = sigmas(steps, h * w // 4).to(device)
    for i in range(steps):
        cond, uncond = (dit(x, e, keys, s[i:i + 1].expand(len(prompts)), cos, sin) for e, keys, cos, sin in branches)
        guided = uncond + cfg * (cond - uncond)
        x = x + (s[i + 1] - s[i]) * guided * (cond.norm(dim=-1, keepdim=True) / guided.norm(dim=-1, keepdim=True))
    y = vae.decode(unpack(x, h, w) * std + mean).clamp(-1, 1)
    return ((y.permute(0, 2, 3, 1).cpu() + 1) * 127.5).round().byte().numpy()
