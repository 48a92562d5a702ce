"""Qwen-Image's transformer in eager PyTorch, operation for operation as diffusers 0.42 runs it, without diffusers.

The modules bear diffusers' names, so a snapshot's tensors load as they are, and their `forward` does the same
operations in the same order and dtypes: separate linears for query, key and value of both streams, RMSNorm in float32,
rotation as complex numbers, one `scaled_dot_product_attention` over `[text, image]` without a mask, modulations in
every block from the time embedding. `check_torch.py` holds it against diffusers itself.
"""
import json
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
from safetensors import safe_open
from torch import nn
from torch.nn import functional

EPSILON = 1e-6


class RMSNorm(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        variance = x.to(torch.float32).pow(2).mean(-1, keepdim=True)
        x = x * torch.rsqrt(variance + EPSILON)
        if self.weight.dtype in (torch.float16, torch.bfloat16):
            x = x.to(self.weight.dtype)
        return x * self.weight


class GELU(nn.Module):
    def __init__(self, dim, inner):
        super().__init__()
        self.proj = nn.Linear(dim, inner)

    def forward(self, x):
        return functional.gelu(self.proj(x), approximate="tanh")


class FeedForward(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.net = nn.ModuleList([GELU(dim, 4 * dim), nn.Dropout(0.0), nn.Linear(4 * dim, dim)])

    def forward(self, x):
        for layer in self.net:
            x = layer(x)
        return x


def rotated(x, frequencies):
    """Neighbouring pairs as complex numbers, times the frequencies `[tokens, head / 2]`."""
    pairs = torch.view_as_complex(x.float().reshape(*x.shape[:-1], -1, 2))
    return torch.view_as_real(pairs * frequencies.unsqueeze(1)).flatten(3).type_as(x)


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.head_dim = dim // heads
        self.to_q, self.to_k, self.to_v = (nn.Linear(dim, dim) for _ in range(3))
        self.add_q_proj, self.add_k_proj, self.add_v_proj = (nn.Linear(dim, dim) for _ in range(3))
        self.norm_q, self.norm_k, self.norm_added_q, self.norm_added_k = (RMSNorm(self.head_dim) for _ in range(4))
        self.to_out = nn.ModuleList([nn.Linear(dim, dim), nn.Dropout(0.0)])
        self.to_add_out = nn.Linear(dim, dim)

    def forward(self, image, text, rope):
        image_query, image_key, image_value = (
            layer(image).unflatten(-1, (-1, self.head_dim)) for layer in (self.to_q, self.to_k, self.to_v))
        text_query, text_key, text_value = (
            layer(text).unflatten(-1, (-1, self.head_dim)) for layer in (self.add_q_proj, self.add_k_proj, self.add_v_proj))
        image_query, image_key = self.norm_q(image_query), self.norm_k(image_key)
        text_query, text_key = self.norm_added_q(text_query), self.norm_added_k(text_key)
        image_rope, text_rope = rope
        image_query, image_key = rotated(image_query, image_rope), rotated(image_key, image_rope)
        text_query, text_key = rotated(text_query, text_rope), rotated(text_key, text_rope)
        query = torch.cat([text_query, image_query], dim=1)
        key = torch.cat([text_key, image_key], dim=1)
        value = torch.cat([text_value, image_value], dim=1)
        query, key, value = (x.permute(0, 2, 1, 3) for x in (query, key, value))
        joint = functional.scaled_dot_product_attention(query, key, value).permute(0, 2, 1, 3)
        joint = joint.flatten(2, 3).to(query.dtype)
        tokens = text.shape[1]
        image_out = self.to_out[1](self.to_out[0](joint[:, tokens:, :].contiguous()))
        return image_out, self.to_add_out(joint[:, :tokens, :].contiguous())


class Block(nn.Module):
    """`QwenImageTransformerBlock`: `h [1, image, D], e [1, text, D], temb [1, D]` to `e, h`."""

    def __init__(self, dim, heads):
        super().__init__()
        self.img_mod = nn.Sequential(nn.SiLU(), nn.Linear(dim, 6 * dim))
        self.img_norm1 = nn.LayerNorm(dim, elementwise_affine=False, eps=EPSILON)
        self.attn = Attention(dim, heads)
        self.img_norm2 = nn.LayerNorm(dim, elementwise_affine=False, eps=EPSILON)
        self.img_mlp = FeedForward(dim)
        self.txt_mod = nn.Sequential(nn.SiLU(), nn.Linear(dim, 6 * dim))
        self.txt_norm1 = nn.LayerNorm(dim, elementwise_affine=False, eps=EPSILON)
        self.txt_norm2 = nn.LayerNorm(dim, elementwise_affine=False, eps=EPSILON)
        self.txt_mlp = FeedForward(dim)

    @staticmethod
    def modulate(x, modulation):
        shift, scale, gate = modulation.chunk(3, dim=-1)
        return x * (1 + scale.unsqueeze(1)) + shift.unsqueeze(1), gate.unsqueeze(1)

    def forward(self, h, e, temb, rope):
        image_mod1, image_mod2 = self.img_mod(temb).chunk(2, dim=-1)
        text_mod1, text_mod2 = self.txt_mod(temb).chunk(2, dim=-1)
        image, image_gate = self.modulate(self.img_norm1(h), image_mod1)
        text, text_gate = self.modulate(self.txt_norm1(e), text_mod1)
        image, text = self.attn(image, text, rope)
        h = h + image_gate * image
        e = e + text_gate * text
        image, image_gate = self.modulate(self.img_norm2(h), image_mod2)
        h = h + image_gate * self.img_mlp(image)
        text, text_gate = self.modulate(self.txt_norm2(e), text_mod2)
        e = e + text_gate * self.txt_mlp(text)
        return e, h

    def modulation(self, temb):
        """What Inkstream's block graph gets in place of temb, `[steps, 12 D]`: scale as 1 + scale."""
        both = torch.cat([self.img_mod(temb), self.txt_mod(temb)], dim=-1)
        parts = list(both.chunk(12, dim=-1))
        for scale in (1, 4, 7, 10):
            parts[scale] = 1 + parts[scale]
        return torch.cat(parts, dim=-1)


class TimestepEmbedding(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.linear_1, self.linear_2 = nn.Linear(256, dim), nn.Linear(dim, dim)

    def forward(self, x):
        return self.linear_2(functional.silu(self.linear_1(x)))


class TimeTextEmbed(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.timestep_embedder = TimestepEmbedding(dim)

    def forward(self, timestep, dtype):
        exponent = -math.log(10000) * torch.arange(128, dtype=torch.float32, device=timestep.device) / 128
        angles = 1000 * (timestep[:, None].float() * torch.exp(exponent).to(timestep.dtype)[None, :])
        return self.timestep_embedder(torch.cat([torch.cos(angles), torch.sin(angles)], dim=-1).to(dtype))


class NormOut(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.linear = nn.Linear(dim, 2 * dim)
        self.norm = nn.LayerNorm(dim, elementwise_affine=False, eps=EPSILON)

    def forward(self, x, temb):
        scale, shift = torch.chunk(self.linear(functional.silu(temb).to(x.dtype)), 2, dim=1)
        return self.norm(x) * (1 + scale)[:, None, :] + shift[:, None, :]


class Transformer(nn.Module):
    """`QwenImageTransformer2DModel`."""

    def __init__(self, config):
        super().__init__()
        dim = config["num_attention_heads"] * config["attention_head_dim"]
        self.axes = config["axes_dims_rope"]
        self.time_text_embed = TimeTextEmbed(dim)
        self.txt_norm = RMSNorm(config["joint_attention_dim"])
        self.img_in = nn.Linear(config["in_channels"], dim)
        self.txt_in = nn.Linear(config["joint_attention_dim"], dim)
        self.transformer_blocks = nn.ModuleList(
            Block(dim, config["num_attention_heads"]) for _ in range(config["num_layers"]))
        self.norm_out = NormOut(dim)
        self.proj_out = nn.Linear(dim, config["patch_size"] ** 2 * config["out_channels"])

    def begin(self, latents, embeds, timestep):
        """What the first block gets: h, e, temb."""
        h = self.img_in(latents)
        e = self.txt_in(self.txt_norm(embeds))
        return h, e, self.time_text_embed(timestep.to(h.dtype), h.dtype)

    def forward(self, latents, embeds, timestep, rope):
        h, e, temb = self.begin(latents, embeds, timestep)
        for block in self.transformer_blocks:
            e, h = block(h, e, temb, rope)
        return self.proj_out(self.norm_out(h, temb))

    def rope(self, height, width, text, device):
        """`QwenEmbedRope`: complex `[image, head / 2]` and `[text, head / 2]`."""
        frequencies = [1.0 / torch.pow(10000, torch.arange(0, dim, 2, dtype=torch.float32).div(dim)) for dim in self.axes]
        rows, columns = (torch.arange(n) - (n - n // 2) for n in (height, width))
        places = [torch.zeros(height * width), rows.repeat_interleave(width), columns.repeat(height)]
        image = torch.cat([torch.outer(place.float(), f) for place, f in zip(places, frequencies)], dim=1)
        start = max(height // 2, width // 2)
        words = torch.outer(torch.arange(start, start + text).float(), torch.cat(frequencies))
        return tuple(torch.polar(torch.ones_like(angle), angle).to(device) for angle in (image, words))


def load(snapshot, device, dtype, blocks=None, threads=8):
    """The transformer of a snapshot on the device, its shards read side by side; or only its first blocks."""
    folder = Path(snapshot) / "transformer"
    config = json.loads((folder / "config.json").read_text())
    config["num_layers"] = blocks or config["num_layers"]
    with torch.device("meta"):
        model = Transformer(config)
    wanted = model.state_dict().keys()

    def read(path):
        with safe_open(path, "pt", device="cpu") as file:
            return {name: file.get_tensor(name).to(device=device, dtype=dtype) for name in file.keys() if name in wanted}

    with ThreadPoolExecutor(threads) as readers:
        tensors = {name: value for part in readers.map(read, sorted(folder.glob("*.safetensors"))) for name, value in part.items()}
    model.load_state_dict(tensors, strict=True, assign=True)
    if torch.cuda.is_available():
        torch.cuda.synchronize()  # the readers' stream is not that of whoever runs the model
    return model.eval().requires_grad_(False)
