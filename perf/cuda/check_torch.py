#!/usr/bin/env python3
"""Checks bench_torch.py against diffusers itself, on the CPU in float32.

usage: check_torch.py SNAPSHOT     (a small one: make_snapshot.py OUT --blocks 2 --heads 3 --joint 512)

Compares one block and the whole transformer on random inputs, for an even and an odd picture; fails above 1e-5.
"""
import sys

import torch
from diffusers import QwenImageTransformer2DModel

import bench_torch


def difference(ours, theirs):
    return ((ours - theirs).norm() / theirs.norm()).item()


def main(snapshot):
    torch.manual_seed(0)
    ours = bench_torch.load(snapshot, "cpu", torch.float32)
    theirs = QwenImageTransformer2DModel.from_pretrained(snapshot, subfolder="transformer", torch_dtype=torch.float32)
    worst = 0.0
    with torch.inference_mode():
        for height, width, text in ((16, 16, 20), (9, 13, 7)):
            latents = torch.randn(1, height * width, theirs.config.in_channels)
            embeds = torch.randn(1, text, theirs.config.joint_attention_dim)
            timestep, rope = torch.tensor([0.37]), ours.rope(height, width, text, "cpu")
            expected = theirs(latents, embeds, None, timestep, [[(1, height, width)]], return_dict=False)[0]
            whole = difference(ours(latents, embeds, timestep, rope), expected)
            h, e, temb = ours.begin(latents, embeds, timestep)
            expected = theirs.transformer_blocks[0](h, e, None, temb, rope)
            block = max(map(difference, ours.transformer_blocks[0](h, e, temb, rope), expected))
            print(f"{height}x{width}+{text}: block {block:.1e}, forward {whole:.1e}")
            worst = max(worst, whole, block)
    return worst > 1e-5


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
