#!/usr/bin/env python3
"""Times the VAE and the vision tower against diffusers and transformers in float32, turn by turn in one
run: seconds of the processor, one thread each.

usage: run.py TINY_SNAPSHOT JAVA CLASSPATH [--rounds 5] [--keep FOLDER]

TINY_SNAPSHOT is src/test/resources/goldens/tiny. Beside it stands, in a folder that is thrown away, a VAE of the published sizes
and a vision tower of the published widths with 4 of its 32 blocks, the last of which attends to all patches; weights are random.
CLASSPATH has the engine's classes and their libraries.
"""
import argparse
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import torch
from diffusers import AutoencoderKLQwenImage
from safetensors.torch import load_file, save_file
from transformers.models.qwen2_5_vl.configuration_qwen2_5_vl import Qwen2_5_VLVisionConfig
from transformers.models.qwen2_5_vl.modeling_qwen2_5_vl import Qwen2_5_VisionTransformerPretrainedModel as Vision

args = argparse.ArgumentParser()
args.add_argument("tiny", type=Path)
args.add_argument("java")
args.add_argument("classpath")
args.add_argument("--rounds", type=int, default=5)
args.add_argument("--keep", type=Path, help="leaves the model there, and measures nothing: operators.py looks at it")
args = args.parse_args()
torch.set_num_threads(1)
torch.manual_seed(1)

SIZES = dict(depth=4, hidden_size=1280, intermediate_size=3420, num_heads=16, out_hidden_size=3584, patch_size=14,
             spatial_merge_size=2, temporal_patch_size=2, window_size=112, fullatt_block_indexes=[3])
vae, vision = AutoencoderKLQwenImage().eval(), Vision(Qwen2_5_VLVisionConfig(**SIZES)).eval()
folder = args.keep or Path(tempfile.mkdtemp()) / "model"
shutil.copytree(args.tiny, folder)
shutil.rmtree(folder / "vae")
vae.save_pretrained(folder / "vae")
text = folder / "text_encoder"
weights = {k: v for k, v in load_file(text / "model.safetensors").items() if not k.startswith("visual.")}
weights |= {f"visual.{k}": v.contiguous() for k, v in vision.state_dict().items() if not k.startswith("rotary")}
save_file(weights, text / "model.safetensors")
config = json.loads((text / "config.json").read_text())
config["vision_config"] |= SIZES | {"in_channels": 3}
(text / "config.json").write_text(json.dumps(config))
if args.keep:
    raise SystemExit

worker = subprocess.Popen([args.java, "--enable-native-access=ALL-UNNAMED", "-Xmx2g", "-cp", args.classpath,
                           str(Path(__file__).with_name("EditsWorker.java")), str(folder)],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
while worker.stdout.readline().strip() != "ready":
    if worker.poll() is not None:
        raise SystemExit("the worker ended")


def ours(command):
    worker.stdin.write(command + "\n")
    worker.stdin.flush()
    return float(worker.stdout.readline())


def theirs(command):
    kind, *numbers = command.split()
    numbers = [int(n) for n in numbers]
    with torch.inference_mode():
        if kind == "encode":
            x = torch.rand(1, 3, 1, numbers[0], numbers[0]) * 2 - 1
            start = time.process_time()
            vae.encode(x)
        elif kind == "decode":
            z = torch.randn(1, 16, 1, numbers[0] // 8, numbers[0] // 8)
            start = time.process_time()
            vae.decode(z)
        else:
            grid = torch.tensor([[1, 2 * numbers[0], 2 * numbers[1]]])
            x = torch.rand(int(grid.prod()), 1176)
            start = time.process_time()
            vision(x, grid_thw=grid)
        return time.process_time() - start


print("| what | rounds | here, cpu s | diffusers, cpu s | ratio (each round's) |")
print("|---|---:|---:|---:|---:|")
for name, command in (("VAE encoder, 128x128", "encode 128"), ("vision tower, 4 blocks, 392x392", "see 14 14"),
                      ("VAE encoder, 512x512", "encode 512"),
                      ("VAE decoder, 512x512", "decode 512"), ("vision tower, 4 blocks, 1008x1036", "see 36 37")):
    ours(command), theirs(command)
    pairs = [(ours(command), theirs(command)) for _ in range(args.rounds)]
    ratios = sorted(a / b for a, b in pairs)
    print(f"| {name} | {args.rounds} | {statistics.median(a for a, _ in pairs):.2f} | {statistics.median(b for _, b in pairs):.2f} |"
          f" {statistics.median(ratios):.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f}) |", flush=True)
worker.stdin.close()
shutil.rmtree(folder.parent)
