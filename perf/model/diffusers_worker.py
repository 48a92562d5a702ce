#!/usr/bin/env python3
"""The diffusers side of a benchmark that alternates two engines in one run.

usage: diffusers_worker.py SNAPSHOT [--threads N] [--dtype fp32|bf16]

Loads the snapshot once, then reads one command per line on stdin and answers each with one JSON line on stdout:

    ready                                          versions and settings
    forward IMAGE_TOKENS_H IMAGE_TOKENS_W TEXT_TOKENS    one transformer forward: batch 1, no mask
    decode WIDTH HEIGHT                            vae.decode of latents of that picture's size, in pixels
    text TOKENS                                    one forward of the text encoder, template tokens included
    picture WIDTH HEIGHT STEPS CFG SEED PROMPT...  the whole pipeline, negative prompt " "
    quit                                           ends the worker; so does the end of stdin

An answer holds "cpu" (user + system seconds of this process) and "wall" (seconds); a command that fails is
answered with {"error": ...}. Inputs are seeded, and made before the clock starts. stdout carries nothing but
the answers: whatever the libraries print goes to stderr.
"""
import argparse
import json
import os
import platform
import sys
import time

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
os.environ["HF_HUB_OFFLINE"] = "1"

import diffusers
import torch
import transformers
from diffusers import QwenImagePipeline

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


def timed(work):
    """Runs work; returns its result and the seconds it took."""
    with torch.inference_mode():
        cpu, wall = time.process_time(), time.perf_counter()
        result = work()
        return result, {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}


class Worker:
    def __init__(self, snapshot, threads, dtype):
        torch.set_num_threads(threads)
        self.dtype = DTYPES[dtype]
        self.pipeline = QwenImagePipeline.from_pretrained(snapshot, dtype=self.dtype, local_files_only=True)
        self.pipeline.set_progress_bar_config(disable=True)

    def random(self, *shape):
        return torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(self.dtype)

    def ready(self):
        return {"python": platform.python_version(), "torch": torch.__version__, "diffusers": diffusers.__version__,
                "transformers": transformers.__version__, "threads": torch.get_num_threads(), "dtype": str(self.dtype)}

    def forward(self, height, width, text_tokens):
        height, width, text_tokens = int(height), int(width), int(text_tokens)
        transformer = self.pipeline.transformer
        inputs = {
            "hidden_states": self.random(1, height * width, transformer.config.in_channels),
            "encoder_hidden_states": self.random(1, text_tokens, transformer.config.joint_attention_dim),
            "timestep": torch.tensor([0.5], dtype=self.dtype),
            "img_shapes": [[(1, height, width)]],
            "return_dict": False,
        }
        (output,), seconds = timed(lambda: transformer(**inputs))
        return {**seconds, "shape": list(output.shape)}

    def decode(self, width, height):
        vae, scale = self.pipeline.vae, self.pipeline.vae_scale_factor
        latents = self.random(1, vae.config.z_dim, 1, int(height) // scale, int(width) // scale)
        (output,), seconds = timed(lambda: vae.decode(latents, return_dict=False))
        return {**seconds, "shape": list(output.shape)}

    def text(self, tokens):
        draw = torch.Generator().manual_seed(0)
        ids = torch.randint(256, (1, int(tokens)), generator=draw)  # the plain bytes of every byte-level vocabulary
        inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "output_hidden_states": True}
        output, seconds = timed(lambda: self.pipeline.text_encoder(**inputs))
        return {**seconds, "shape": list(output.hidden_states[-1].shape)}

    def picture(self, width, height, steps, cfg, seed, *prompt):
        settings = {
            "prompt": " ".join(prompt), "negative_prompt": " ", "true_cfg_scale": float(cfg),
            "width": int(width), "height": int(height), "num_inference_steps": int(steps),
            "generator": torch.Generator().manual_seed(int(seed)), "output_type": "np",
        }
        output, seconds = timed(lambda: self.pipeline(**settings))
        image = output.images[0]
        return {**seconds, "shape": list(image.shape), "mean": float(image.mean())}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("snapshot")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dtype", choices=DTYPES, default="fp32")
    arguments = parser.parse_args()
    worker = Worker(arguments.snapshot, arguments.threads, arguments.dtype)
    commands = {c.__name__: c for c in (worker.ready, worker.forward, worker.decode, worker.text, worker.picture)}
    for line in sys.stdin:
        name, *words = line.rstrip("\r\n").split(" ")  # keeps the spaces inside a prompt
        if name == "quit":
            break
        try:
            if name not in commands:
                raise ValueError(f"unknown command {name!r}: use one of {', '.join(commands)}, quit")
            answer = commands[name](*words)
        except Exception as failure:  # one bad command must not end a run: its answer says what happened
            answer = {"error": f"{type(failure).__name__}: {failure}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
