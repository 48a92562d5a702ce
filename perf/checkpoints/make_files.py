#!/usr/bin/env python3
"""usage: make_files.py OUT

Files of Qwen-Image's full size in OUT, with holes for numbers: they take no room on the disk, and opening them reads
what opening real ones reads. A transformer as a GGUF of Q4_K_M and as ComfyUI's scaled fp8, a text encoder as a GGUF of
Q4_K_M, a VAE in Wan's names.  Without arguments beside: Python alone.
"""
import json, os, struct, sys

D, BLOCKS, JOINT = 3072, 60, 3584
H, LAYERS, MLP, KV, VOCAB = 3584, 28, 18944, 512, 152064
F32, Q4_K, Q6_K, BF16 = 0, 12, 14, 30
SIZES = {F32: (1, 4), Q4_K: (256, 144), Q6_K: (256, 210), BF16: (1, 2)}


def transformer():
    def layer(name, out, into):
        yield name + ".weight", [out, into]
        yield name + ".bias", [out]
    yield from layer("img_in", D, 64)
    yield from layer("txt_in", D, JOINT)
    yield "txt_norm.weight", [JOINT]
    yield from layer("time_text_embed.timestep_embedder.linear_1", D, 256)
    yield from layer("time_text_embed.timestep_embedder.linear_2", D, D)
    yield from layer("norm_out.linear", 2 * D, D)
    yield from layer("proj_out", 64, D)
    for b in range(BLOCKS):
        p = f"transformer_blocks.{b}."
        for a in ("to_q", "to_k", "to_v", "add_q_proj", "add_k_proj", "add_v_proj", "to_out.0", "to_add_out"):
            yield from layer(p + "attn." + a, D, D)
        for n in ("norm_q", "norm_k", "norm_added_q", "norm_added_k"):
            yield p + f"attn.{n}.weight", [128]
        for s in ("img", "txt"):
            yield from layer(p + s + "_mlp.net.0.proj", 4 * D, D)
            yield from layer(p + s + "_mlp.net.2", D, 4 * D)
            yield from layer(p + s + "_mod.1", 6 * D, D)


def text_encoder():
    yield "token_embd.weight", [VOCAB, H]
    yield "output_norm.weight", [H]
    yield "output.weight", [VOCAB, H]
    for b in range(LAYERS):
        p = f"blk.{b}."
        for n in ("attn_norm", "ffn_norm"):
            yield p + n + ".weight", [H]
        for n, out in (("attn_q", H), ("attn_k", KV), ("attn_v", KV)):
            yield p + n + ".weight", [out, H]
            yield p + n + ".bias", [out]
        yield p + "attn_output.weight", [H, H]
        for n in ("ffn_gate", "ffn_up"):
            yield p + n + ".weight", [MLP, H]
        yield p + "ffn_down.weight", [H, MLP]


def vae():
    def conv(name, out, into, *kernel):
        yield name + ".weight", [out, into, *kernel]
        yield name + ".bias", [out]
    def residual(p, into, out):
        yield p + "residual.0.gamma", [into, 1, 1, 1]
        yield from conv(p + "residual.2", out, into, 3, 3, 3)
        yield p + "residual.3.gamma", [out, 1, 1, 1]
        yield from conv(p + "residual.6", out, out, 3, 3, 3)
        if into != out:
            yield from conv(p + "shortcut", out, into, 1, 1, 1)
    def middle(p, c):
        yield from residual(p + "0.", c, c)
        yield p + "1.norm.gamma", [c, 1, 1]
        yield from conv(p + "1.to_qkv", 3 * c, c, 1, 1)
        yield from conv(p + "1.proj", c, c, 1, 1)
        yield from residual(p + "2.", c, c)
    yield from conv("conv1", 32, 32, 1, 1, 1)
    yield from conv("conv2", 16, 16, 1, 1, 1)
    yield from conv("decoder.conv1", 384, 16, 3, 3, 3)
    yield from middle("decoder.middle.", 384)
    at, into = 0, 384
    for level, out in enumerate((384, 384, 192, 96)):
        for j in range(3):
            yield from residual(f"decoder.upsamples.{at}.", into if j == 0 else out, out)
            at += 1
        if level < 3:
            yield from conv(f"decoder.upsamples.{at}.resample.1", out // 2, out, 3, 3)
            if level < 2:
                yield from conv(f"decoder.upsamples.{at}.time_conv", 2 * out, out, 3, 1, 1)
            at += 1
        into = out // 2
    yield "decoder.head.0.gamma", [96, 1, 1, 1]
    yield from conv("decoder.head.2", 3, 96, 3, 3, 3)


def count(shape):
    n = 1
    for extent in shape:
        n *= extent
    return n


def gguf(path, architecture, tensors):
    text = lambda s: struct.pack("<Q", len(s)) + s.encode()
    head, at = b"", 0
    for name, shape, kind in tensors:
        head += text(name) + struct.pack("<I", len(shape)) + b"".join(struct.pack("<Q", n) for n in reversed(shape)) + struct.pack("<IQ", kind, at)
        block, size = SIZES[kind]
        at += (count(shape) // block * size + 31) // 32 * 32
    keys = text("general.architecture") + struct.pack("<I", 8) + text(architecture)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), 1) + keys + head
    write(path, head + b"\0" * (-len(head) % 32), at)


def safetensors(path, tensors, metadata):
    sizes = {"F32": 4, "BF16": 2, "F8_E4M3": 1}
    header, at = {"__metadata__": metadata}, 0
    for name, shape, kind in tensors:
        length = count(shape) * sizes[kind]
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [at, at + length]}
        at += length
    text = json.dumps(header).encode()
    write(path, struct.pack("<Q", len(text)) + text, at)


def write(path, head, data):
    with open(path, "wb") as f:
        f.write(head)
        f.truncate(len(head) + data)
    print(f"{path}: {(len(head) + data) / 1e9:.1f} GB")


def main():
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    kind = lambda name, shape: F32 if len(shape) == 1 else Q6_K if name.endswith(("to_v.weight", "net.2.weight", "ffn_down.weight", "attn_v.weight")) else Q4_K
    inside = lambda name: name.startswith("transformer_blocks.")
    gguf(f"{out}/transformer-Q4_K_M.gguf", "qwen_image",
         [(n, s, kind(n, s) if inside(n) or len(s) == 1 else BF16) for n, s in transformer()])
    gguf(f"{out}/text-encoder-Q4_K_M.gguf", "qwen2vl", [(n, s, kind(n, s)) for n, s in text_encoder()])
    tensors, layers = [], {}
    for n, s in transformer():
        if inside(n) and len(s) == 2:
            layer = n[: -len(".weight")]
            tensors += [(n, s, "F8_E4M3"), (layer + ".weight_scale", [], "F32")]
            layers[layer] = {"format": "float8_e4m3fn"}
        else:
            tensors.append((n, s, "BF16"))
    safetensors(f"{out}/transformer-fp8_scaled.safetensors", tensors,
                {"_quantization_metadata": json.dumps({"format_version": "1.0", "layers": layers})})
    safetensors(f"{out}/vae.safetensors", [(n, s, "BF16") for n, s in vae()], {"format": "pt"})


main()
