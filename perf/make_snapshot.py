#!/usr/bin/env python3
"""Writes a snapshot of Qwen-Image's full size with random weights, as fast as memory takes it.

usage: make_snapshot.py OUT [--form qwen-image] [--blocks 60] [--heads 24] [--joint 3584] [--vae-base 96] [--text-layers 2]
                        [--vocab N]

The transformer has the published sizes, names, dtype (bf16) and number of shards: 60 blocks of 24 heads of 128 are
41 GB. The text encoder has Qwen2.5-VL-7B's width and, unless --text-layers 28 --vocab 152064 ask for all of it, two
layers and the pocket model's vocabulary; it has no vision tower. The VAE has the published widths. Tokenizer and
scheduler are the pocket model's; of the pocket's VAE only the header of the weights is read.

--form qwen-image-21 and qwen-image-21-turbo write Qwen-Image-2.1 (form_21.py): 32 blocks of 32 heads are 14.2 GB, its text
encoder of --text-layers 36 --vocab 151936 with the vision tower 16.3 GB.

Weights are normal with the deviation 1/sqrt(inputs), so that values neither vanish nor explode over 60 blocks, biases
0.02; norms lie around 1, those of queries and keys around 1.5, so that attention is not uniform; the time embedding is
twice as large, so that gates are of the order of a half. All come from one pool of random numbers, each tensor from its
own place, which is what makes it fast. Needs numpy only. Write to a file system in memory.
"""
import argparse
import hashlib
import json
import math
import multiprocessing
import os
import shutil
import struct
import time
from pathlib import Path

import numpy as np

import form_21

POCKET = Path(__file__).resolve().parents[1] / "src/main/models/qwen-image-pocket"
HEAD_DIM, CHANNELS, TIME, SHARD = 128, 64, 256, 4_990_000_000
POOL = (1 << 24) + 43
BIAS, NORM, SHARP_NORM = "bias", "norm", "sharp norm"
pools = {}  # kind of numbers: POOL bf16 of that kind; filled before the processes that write are forked


def linear(name, outputs, inputs):
    return {f"{name}.weight": [outputs, inputs], f"{name}.bias": [outputs]}


def transformer(blocks, dim, joint):
    shapes = linear("img_in", dim, CHANNELS) | linear("txt_in", dim, joint) | {"txt_norm.weight": [joint]}
    shapes |= linear("time_text_embed.timestep_embedder.linear_1", dim, TIME)
    shapes |= linear("time_text_embed.timestep_embedder.linear_2", dim, dim)
    for number in range(blocks):
        block = f"transformer_blocks.{number}"
        for stream in ("img", "txt"):
            shapes |= linear(f"{block}.{stream}_mod.1", 6 * dim, dim)
            shapes |= linear(f"{block}.{stream}_mlp.net.0.proj", 4 * dim, dim)
            shapes |= linear(f"{block}.{stream}_mlp.net.2", dim, 4 * dim)
        for name in ("to_q", "to_k", "to_v", "add_q_proj", "add_k_proj", "add_v_proj", "to_out.0", "to_add_out"):
            shapes |= linear(f"{block}.attn.{name}", dim, dim)
        for norm in ("norm_q", "norm_k", "norm_added_q", "norm_added_k"):
            shapes[f"{block}.attn.{norm}.weight"] = [HEAD_DIM]
    return shapes | linear("norm_out.linear", 2 * dim, dim) | linear("proj_out", CHANNELS, dim)


def transformer_config(blocks, heads, joint):
    return {"_class_name": "QwenImageTransformer2DModel", "_diffusers_version": "0.35.0", "patch_size": 2,
            "in_channels": CHANNELS, "out_channels": CHANNELS // 4, "num_layers": blocks, "attention_head_dim": HEAD_DIM,
            "num_attention_heads": heads, "joint_attention_dim": joint, "guidance_embeds": False,
            "axes_dims_rope": [16, 56, 56]}


def text_encoder(config):
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    kv = config["num_key_value_heads"] * hidden // config["num_attention_heads"]
    shapes = {"model.embed_tokens.weight": [config["vocab_size"], hidden], "model.norm.weight": [hidden]}
    for number in range(config["num_hidden_layers"]):
        layer = f"model.layers.{number}"
        for name, width in (("q_proj", hidden), ("k_proj", kv), ("v_proj", kv)):
            shapes |= linear(f"{layer}.self_attn.{name}", width, hidden)
        shapes[f"{layer}.self_attn.o_proj.weight"] = [hidden, hidden]
        shapes |= {f"{layer}.mlp.{name}.weight": [inner, hidden] for name in ("gate_proj", "up_proj")}
        shapes[f"{layer}.mlp.down_proj.weight"] = [hidden, inner]
        shapes |= {f"{layer}.{name}.weight": [hidden] for name in ("input_layernorm", "post_attention_layernorm")}
    return shapes


def text_encoder_config(pocket, arguments):
    """Qwen2.5-VL-7B's, or as much of it as the arguments ask for."""
    config = json.loads((pocket / "text_encoder/config.json").read_text())
    heads = arguments.joint // HEAD_DIM
    config |= {"hidden_size": arguments.joint, "intermediate_size": arguments.joint * 37 // 7 // 8 * 8,
               "num_hidden_layers": arguments.text_layers, "num_attention_heads": heads,
               "num_key_value_heads": max(1, heads // 7),
               "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}}
    config["vocab_size"] = arguments.vocab or config["vocab_size"]
    config["vision_config"] |= {"out_hidden_size": arguments.joint}
    return config


def vae(pocket, base):
    """The pocket VAE's tensors and configuration, with all widths that follow its base_dim made larger."""
    config = json.loads((pocket / "vae/config.json").read_text())
    with open(pocket / "vae/diffusion_pytorch_model.safetensors", "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    header.pop("__metadata__", None)
    small = config["base_dim"]
    shapes = {name: [n if n % small else n // small * base for n in tensor["shape"]] for name, tensor in header.items()}
    return shapes, config | {"base_dim": base}


FORMS = {"qwen-image": {"blocks": 60, "heads": 24, "joint": 3584},
         "qwen-image-21": {"blocks": 32, "heads": 32, "joint": 4096},
         "qwen-image-21-turbo": {"blocks": 32, "heads": 32, "joint": 4096}}


def qwen_image(out, arguments, tasks):
    component(out / "transformer", "diffusion_pytorch_model",
              transformer(arguments.blocks, arguments.heads * HEAD_DIM, arguments.joint),
              transformer_config(arguments.blocks, arguments.heads, arguments.joint), tasks)
    component(out / "vae", "diffusion_pytorch_model", *vae(arguments.pocket, arguments.vae_base), tasks)
    config = text_encoder_config(arguments.pocket, arguments)
    component(out / "text_encoder", "model", text_encoder(config), config, tasks)
    for part in ("tokenizer", "scheduler"):
        shutil.copytree(arguments.pocket / part, out / part)
    shutil.copy(arguments.pocket / "model_index.json", out)


def qwen_image_21(out, arguments, tasks):
    turbo = arguments.form.endswith("turbo")
    component(out / "transformer", "diffusion_pytorch_model",
              form_21.transformer(arguments.blocks, arguments.heads * HEAD_DIM, arguments.joint, CHANNELS),
              form_21.transformer_config(arguments.blocks, arguments.heads, arguments.joint, CHANNELS), tasks)
    widths = arguments.vae_base, arguments.vae_base * 3 // 2, CHANNELS
    component(out / "vae", "diffusion_pytorch_model", form_21.vae(*widths), form_21.vae_config(*widths), tasks)
    config = form_21.text_encoder_config(arguments.pocket, arguments.joint, arguments.text_layers, arguments.vocab)
    component(out / "text_encoder", "model", form_21.text_encoder(config), config, tasks)
    shutil.copytree(arguments.pocket / "tokenizer", out / "processor")
    form_21.add_picture_tokens(out / "processor")
    (out / "scheduler").mkdir()
    write_json(out / "scheduler/scheduler_config.json", form_21.scheduler(arguments.pocket, turbo))
    write_json(out / "model_index.json", form_21.model_index(turbo))


def kind(name, shape):
    """Which numbers a tensor is made of: one of the fixed kinds, or the deviation of normal ones."""
    if name.endswith(".bias"):
        return BIAS
    if name.endswith(".gamma") or len(shape) == 1:
        return SHARP_NORM if ".attn.norm_" in name else NORM
    if len(shape) == 5:  # of a kernel's three frames only the last acts on a picture
        return math.sqrt(shape[2]) / math.sqrt(math.prod(shape[1:]))
    return (2 if name.endswith("timestep_embedder.linear_2.weight") else 1) / math.sqrt(math.prod(shape[1:]))


def bf16(values):
    return (np.ascontiguousarray(values, np.float32).view(np.uint32) >> 16).astype("<u2")  # an fp32's upper half


def fill_pools(kinds, seed=0):
    normal = np.random.default_rng(seed).standard_normal(POOL, np.float32)
    fixed = {BIAS: 0.02 * normal, NORM: 1 + 0.1 * normal, SHARP_NORM: 1.5 + 0.2 * normal}
    for one in kinds:
        pools[one] = bf16(fixed[one] if one in fixed else np.float32(one) * normal)


def size(shape):
    return 2 * math.prod(shape)


def write_tensor(path, offset, name, shape):
    """Fills a tensor's place in its file from the pool, round and round, from where the tensor's name says."""
    pool = memoryview(pools[kind(name, shape)]).cast("B")
    start = 2 * (int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % POOL)
    left = size(shape)
    with open(path, "r+b", buffering=0) as file:
        file.seek(offset)
        while left:
            written = file.write(pool[start:start + left])
            left -= written
            start = (start + written) % len(pool)


def place(folder, name, shapes, tasks):
    """Makes one file with its header, and notes what is to be written into it."""
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for tensor, shape in shapes.items():
        header[tensor] = {"dtype": "BF16", "shape": shape, "data_offsets": [offset, offset := offset + size(shape)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(folder / name, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + offset)
    tasks += [(folder / name, 8 + len(text) + header[tensor]["data_offsets"][0], tensor, shape)
              for tensor, shape in shapes.items()]


def component(folder, stem, shapes, config, tasks):
    """A component's folder: its configuration, and one file of weights or several with their index."""
    folder.mkdir(parents=True)
    write_json(folder / "config.json", config)
    cut, room = [], 0
    for name, shape in shapes.items():
        if size(shape) > room:
            cut.append({})
            room = SHARD
        cut[-1][name] = shape
        room -= size(shape)
    if len(cut) == 1:
        place(folder, f"{stem}.safetensors", shapes, tasks)
        return
    weight_map = {}
    for number, shard in enumerate(cut, 1):
        name = f"{stem}-{number:05}-of-{len(cut):05}.safetensors"
        place(folder, name, shard, tasks)
        weight_map |= dict.fromkeys(shard, name)
    write_json(folder / f"{stem}.safetensors.index.json",
               {"metadata": {"total_size": sum(map(size, shapes.values()))}, "weight_map": weight_map})


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--form", choices=FORMS, default="qwen-image", help="which model; its sizes are the defaults")
    parser.add_argument("--blocks", type=int)
    parser.add_argument("--heads", type=int, help="of 128 each")
    parser.add_argument("--joint", type=int, help="the text encoder's width, a multiple of 128")
    parser.add_argument("--vae-base", type=int, default=96)
    parser.add_argument("--text-layers", type=int, default=2)
    parser.add_argument("--vocab", type=int, help="the text encoder's vocabulary; the pocket model's if not given")
    parser.add_argument("--pocket", type=Path, default=POCKET, help="the snapshot the small parts are taken from")
    parser.add_argument("--sparse", action="store_true", help="write headers only: files of full size without content")
    arguments = parser.parse_args()
    if arguments.out.exists():
        parser.error(f"{arguments.out} exists: name a new folder")

    for name, published in FORMS[arguments.form].items():
        setattr(arguments, name, getattr(arguments, name) or published)

    started, tasks, out = time.perf_counter(), [], arguments.out
    (qwen_image if arguments.form == "qwen-image" else qwen_image_21)(out, arguments, tasks)
    if not arguments.sparse:
        fill_pools({kind(name, shape) for _, _, name, shape in tasks})
        with multiprocessing.get_context("fork").Pool(os.cpu_count()) as writers:
            writers.starmap(write_tensor, tasks, chunksize=1)
    total = sum(size(shape) for *_, shape in tasks)
    print(f"{total / 1e9:.2f} GB in {time.perf_counter() - started:.1f} s: {out}")


if __name__ == "__main__":
    main()
