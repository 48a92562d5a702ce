#!/usr/bin/env python3
"""Writes a snapshot of the published Qwen-Image form with a large random transformer, to measure memory with.

usage: make_snapshot.py OUT [--gigabytes 1.0] [--shard-megabytes 300] [--pocket DIR]

The transformer has 12 heads of 128, joint_attention_dim 512 and as many blocks as come nearest to the size asked
for, in bf16; the text encoder is random too, with hidden size 512. The VAE, the tokenizer and the scheduler are the
pocket model's. Needs numpy only, and holds no more than one piece of a tensor at a time.
"""
import argparse
import json
import math
import shutil
import struct
from pathlib import Path

import numpy as np

POCKET = Path(__file__).resolve().parents[2] / "src/main/models/qwen-image-pocket"
HEADS, HEAD_DIM, JOINT, CHANNELS, TIME = 12, 128, 512, 64, 256
DIM = HEADS * HEAD_DIM
TEXT_HEADS, TEXT_KV_HEADS, TEXT_FF = 8, 2, 1408
PIECE = 1 << 22


def linear(name, outputs, inputs):
    return {f"{name}.weight": [outputs, inputs], f"{name}.bias": [outputs]}


def block(name):
    shapes = {}
    for stream in ("img", "txt"):
        shapes |= linear(f"{name}.{stream}_mod.1", 6 * DIM, DIM)
        shapes |= linear(f"{name}.{stream}_mlp.net.0.proj", 4 * DIM, DIM)
        shapes |= linear(f"{name}.{stream}_mlp.net.2", DIM, 4 * DIM)
    for projection in ("to_q", "to_k", "to_v", "add_q_proj", "add_k_proj", "add_v_proj", "to_out.0", "to_add_out"):
        shapes |= linear(f"{name}.attn.{projection}", DIM, DIM)
    for norm in ("norm_q", "norm_k", "norm_added_q", "norm_added_k"):
        shapes[f"{name}.attn.{norm}.weight"] = [HEAD_DIM]
    return shapes


def transformer(layers):
    shapes = linear("img_in", DIM, CHANNELS) | linear("txt_in", DIM, JOINT) | {"txt_norm.weight": [JOINT]}
    shapes |= linear("time_text_embed.timestep_embedder.linear_1", DIM, TIME)
    shapes |= linear("time_text_embed.timestep_embedder.linear_2", DIM, DIM)
    for layer in range(layers):
        shapes |= block(f"transformer_blocks.{layer}")
    return shapes | linear("norm_out.linear", 2 * DIM, DIM) | linear("proj_out", CHANNELS, DIM)


def text_encoder(pocket):
    """The pocket text encoder's tensors, each dimension that follows the hidden size made larger."""
    config = json.loads((pocket / "text_encoder/config.json").read_text())
    kv = config["num_key_value_heads"] * config["hidden_size"] // config["num_attention_heads"]
    larger = {config["hidden_size"]: JOINT, config["intermediate_size"]: TEXT_FF,
              kv: TEXT_KV_HEADS * JOINT // TEXT_HEADS}
    with open(pocket / "text_encoder/model.safetensors", "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    header.pop("__metadata__", None)
    shapes = {name: [larger.get(n, n) for n in tensor["shape"]] if name.startswith("model.") else tensor["shape"]
              for name, tensor in header.items()}
    shapes["visual.merger.mlp.2.weight"] = [JOINT, shapes["visual.merger.mlp.2.weight"][1]]
    shapes["visual.merger.mlp.2.bias"] = [JOINT]
    config |= {"hidden_size": JOINT, "intermediate_size": TEXT_FF, "num_attention_heads": TEXT_HEADS,
               "num_key_value_heads": TEXT_KV_HEADS}
    config["vision_config"] |= {"out_hidden_size": JOINT}
    return shapes, config


def size(shape):
    return 2 * math.prod(shape)


def values(name, shape, random):
    """Yields the tensor's bf16 bytes piece by piece: ones for norms, small random numbers for the rest."""
    for start in range(0, math.prod(shape), PIECE):
        count = min(PIECE, math.prod(shape) - start)
        norm = len(shape) == 1 and name.endswith(".weight")
        piece = np.ones(count, np.float32) if norm else random.standard_normal(count, np.float32) * np.float32(0.02)
        yield (piece.view(np.uint32) >> 16).astype("<u2").tobytes()  # bf16 is the upper half of an fp32


def write_safetensors(path, shapes, random):
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in shapes.items():
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [offset, offset := offset + size(shape)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, shape in shapes.items():
            file.writelines(values(name, shape, random))


def shards(shapes, limit):
    """Cuts the tensors, in order, into shards of at most limit bytes."""
    cut, room = [], 0
    for name, shape in shapes.items():
        if size(shape) > room:
            cut.append({})
            room = limit
        cut[-1][name] = shape
        room -= size(shape)
    return cut


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n")


def write_transformer(folder, layers, limit, random):
    folder.mkdir(parents=True, exist_ok=True)
    shapes, weight_map = transformer(layers), {}
    cut = shards(shapes, limit)
    for number, shard in enumerate(cut, 1):
        name = f"diffusion_pytorch_model-{number:05}-of-{len(cut):05}.safetensors"
        write_safetensors(folder / name, shard, random)
        weight_map |= dict.fromkeys(shard, name)
    total = sum(map(size, shapes.values()))
    write_json(folder / "diffusion_pytorch_model.safetensors.index.json",
               {"metadata": {"total_size": total}, "weight_map": dict(sorted(weight_map.items()))})
    write_json(folder / "config.json", {
        "_class_name": "QwenImageTransformer2DModel", "_diffusers_version": "0.35.0", "patch_size": 2,
        "in_channels": CHANNELS, "out_channels": CHANNELS // 4, "num_layers": layers, "attention_head_dim": HEAD_DIM,
        "num_attention_heads": HEADS, "joint_attention_dim": JOINT, "guidance_embeds": False,
        "axes_dims_rope": [16, 56, 56]})
    print(f"transformer: {layers} blocks, {total / 1e9:.2f} GB in {len(cut)} shards")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--shard-megabytes", type=float, default=300)
    parser.add_argument("--pocket", type=Path, default=POCKET, help="the snapshot the other parts are taken from")
    arguments = parser.parse_args()
    if arguments.out.exists():
        parser.error(f"{arguments.out} exists: name a new folder")
    limit, largest = int(arguments.shard_megabytes * 1e6), max(map(size, block("").values()))
    if limit < largest:
        parser.error(f"--shard-megabytes must be at least {math.ceil(largest / 1e6)}, the largest tensor")
    layers = max(1, round(arguments.gigabytes * 1e9 / sum(map(size, block("").values()))))
    random = np.random.default_rng(0)

    write_transformer(arguments.out / "transformer", layers, limit, random)
    shapes, config = text_encoder(arguments.pocket)
    (arguments.out / "text_encoder").mkdir()
    write_safetensors(arguments.out / "text_encoder/model.safetensors", shapes, random)
    write_json(arguments.out / "text_encoder/config.json", config)
    for part in ("vae", "tokenizer", "scheduler"):
        shutil.copytree(arguments.pocket / part, arguments.out / part)
    shutil.copy(arguments.pocket / "model_index.json", arguments.out)


if __name__ == "__main__":
    main()
