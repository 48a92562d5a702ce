"""The training form of the model: one folder with config.json, vae2d, text_encoder and the transformer's shards, bf16."""
import json, os
import torch
from safetensors.torch import load_file, save_file
from models import TextEncoder, Transformer, Vae

SHARD = 14_000_000   # bytes: three shards, each under 16 MiB


def write(tensors, path):
    """Whole or not at all: training is often stopped while it writes."""
    save_file(tensors, path + ".new", {"format": "pt"})
    os.chmod(path + ".new", 0o644)
    os.replace(path + ".new", path)


def halved(module): return {k: v.detach().to(torch.bfloat16).cpu().contiguous() for k, v in module.state_dict().items()}


def widened(path): return {k: v.float() for k, v in load_file(path).items()}


def block(key): return int(key.split(".")[1]) if key.startswith("transformer_blocks") else -1


def save(folder, text, dit, vae, mean, std):
    os.makedirs(folder, exist_ok=True)
    weights, parts, size = halved(dit), [{}], 0
    for k in sorted(weights, key=lambda k: (block(k), k)):
        n = weights[k].numel() * 2
        if size + n > SHARD: parts.append({}); size = 0
        parts[-1][k] = weights[k]; size += n
    for i, p in enumerate(parts): write(p, f"{folder}/transformer-{i + 1:05d}-of-{len(parts):05d}.safetensors")
    write(halved(text), f"{folder}/text_encoder.safetensors")
    save_vae(folder, vae, mean, std, dit.config)


def save_vae(folder, vae, mean, std, transformer=None):
    os.makedirs(folder, exist_ok=True)
    write(halved(vae), f"{folder}/vae2d.safetensors")
    config = {"transformer": transformer, "vae": {**vae.config, "latents_mean": mean.flatten().tolist(), "latents_std": std.flatten().tolist()}}
    with open(f"{folder}/config.json", "w") as f: json.dump(config, f)


def load_vae(folder, device):
    """-> (vae, mean [1,16,1,1], std)"""
    vae = Vae().to(device).eval(); vae.load_state_dict(widened(f"{folder}/vae2d.safetensors"))
    with open(f"{folder}/config.json") as f: c = json.load(f)["vae"]
    return vae, *(torch.tensor(c[k], device=device)[None, :, None, None] for k in ("latents_mean", "latents_std"))


def new_networks(vocabulary, device):
    """Text encoder and transformer before any training."""
    text, dit = TextEncoder(-(-vocabulary // 64) * 64).to(device), Transformer().to(device)
    for m in text.modules():
        if isinstance(m, (torch.nn.Linear, torch.nn.Embedding)): torch.nn.init.normal_(m.weight, std=.03)
    return text, dit


def load_networks(folder, vocabulary, device):
    text, dit = new_networks(vocabulary, device)
    text.load_state_dict(widened(f"{folder}/text_encoder.safetensors"))
    shards = sorted(f for f in os.listdir(folder) if f.startswith("transformer-"))
    dit.load_state_dict({k: v for f in shards for k, v in widened(f"{folder}/{f}").items()})
    return text, dit
