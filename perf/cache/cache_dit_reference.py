#!/usr/bin/env python3
"""The diffusers + cache-dit side of `inkstream bench cache`, which alternates two engines in one run.

usage: cache_dit_reference.py SNAPSHOT [--threads N]

Loads the snapshot once, then reads one command per line on stdin and answers each with one JSON line on stdout:

    ready                                             versions and settings
    picture WIDTH HEIGHT STEPS CFG SEED CACHE PROMPT...  the whole pipeline, negative prompt " "
    quit                                              ends the worker; so does the end of stdin

CACHE is `none`, or JSON without spaces: F, B, warmup, rdt, mc, and taylor (an order), dmd (true) or scm (a mask's name)
if wanted. An answer holds "cpu" (user + system seconds of this process), "wall" (seconds), "denoise_cpu" and "denoise_wall" (the part
between the first forward and the decoder), "cached" and "computed" (forwards of both branches), and "rgb" (base64 of
the picture's bytes). Switching a cache on and off is outside the clock. A command that fails is answered with
{"error": ...}. stdout carries nothing but the answers: whatever the libraries print goes to stderr.
"""
import argparse
import base64
import json
import logging
import os
import platform
import sys
import time

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
os.environ["HF_HUB_OFFLINE"] = "1"

import cache_dit
import diffusers
import numpy
import torch
import transformers
from cache_dit import DBCacheConfig, DMDCalibratorConfig, TaylorSeerCalibratorConfig
from diffusers import QwenImagePipeline

logging.disable(logging.WARNING)


def calibrator(cache):
    if cache.get("dmd"):
        return DMDCalibratorConfig()
    return TaylorSeerCalibratorConfig(taylorseer_order=cache["taylor"]) if "taylor" in cache else None


def config(cache, steps):
    mask = cache_dit.steps_mask(total_steps=steps, mask_policy=cache["scm"]) if "scm" in cache else None
    return DBCacheConfig(
        Fn_compute_blocks=cache["F"], Bn_compute_blocks=cache["B"], residual_diff_threshold=cache["rdt"],
        max_warmup_steps=cache["warmup"], max_continuous_cached_steps=cache["mc"],
        steps_computation_mask=mask, steps_computation_policy="dynamic")


def now():
    return time.process_time(), time.perf_counter()


class Worker:
    def __init__(self, snapshot, threads):
        torch.set_num_threads(threads)
        self.pipeline = QwenImagePipeline.from_pretrained(snapshot, dtype=torch.float32, local_files_only=True)
        self.pipeline.set_progress_bar_config(disable=True)
        self.marks = []
        self.mark_calls(self.pipeline.vae, "decode")

    def mark_calls(self, owner, name):
        """Notes the time whenever the method is called."""
        method = getattr(owner, name)

        def marked(*args, **kwargs):
            self.marks.append(now())
            return method(*args, **kwargs)

        setattr(owner, name, marked)

    def ready(self):
        return {"python": platform.python_version(), "torch": torch.__version__, "diffusers": diffusers.__version__,
                "transformers": transformers.__version__, "cache-dit": cache_dit.__version__,
                "threads": torch.get_num_threads(), "dtype": "float32"}

    def picture(self, width, height, steps, cfg, seed, cache, *prompt):
        settings = {
            "prompt": " ".join(prompt), "negative_prompt": " ", "true_cfg_scale": float(cfg),
            "width": int(width), "height": int(height), "num_inference_steps": int(steps),
            "generator": torch.Generator().manual_seed(int(seed)), "output_type": "np",
        }
        forwards = 2 * int(steps)
        if cache == "none":
            return self.draw(settings, lambda: 0, forwards)
        cache = json.loads(cache)
        cache_dit.enable_cache(self.pipeline, cache_config=config(cache, int(steps)), calibrator_config=calibrator(cache))
        try:
            return self.draw(settings, self.cached, forwards)
        finally:
            cache_dit.disable_cache(self.pipeline)

    def cached(self):
        stats = cache_dit.summary(self.pipeline, logging=False)[0]
        return len(stats.cached_steps) + len(stats.cfg_cached_steps)

    def draw(self, settings, count_cached, forwards):
        self.marks.clear()
        first = self.pipeline.transformer.register_forward_pre_hook(lambda *_: self.marks.append(now()))
        try:
            with torch.inference_mode():
                cpu, wall = time.process_time(), time.perf_counter()
                image = self.pipeline(**settings).images[0]
                cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        finally:
            first.remove()
        cached = count_cached()
        rgb = (image * 255).round().astype(numpy.uint8)
        denoise_cpu, denoise_wall = (end - begin for begin, end in zip(self.marks[0], self.marks[-1]))
        return {"cpu": cpu, "wall": wall, "denoise_cpu": denoise_cpu, "denoise_wall": denoise_wall,
                "cached": cached, "computed": forwards - cached, "rgb": base64.b64encode(rgb.tobytes()).decode()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("snapshot")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    worker = Worker(arguments.snapshot, arguments.threads)
    commands = {c.__name__: c for c in (worker.ready, worker.picture)}
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
