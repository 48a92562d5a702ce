"""Writes a snapshot's transformer as a GGUF, the layers of its blocks in one of ggml's types, all else as llama.cpp and ComfyUI leave it.

    python perf/quantization/make_gguf.py src/main/models/qwen-image-pocket OUT.gguf --type Q8_0

`Q4_K` needs rows of 256 numbers; where a row is no multiple of that, it is written as Q5_0, which is what llama.cpp does (of the pocket model, all
layers but `net.2`). Scales are the plain ones of ggml's reference quantisers. Needs numpy.
"""
import argparse
import json
import struct
from pathlib import Path

import numpy as np

IDS = {"F32": 0, "Q4_0": 2, "Q4_1": 3, "Q5_0": 6, "Q8_0": 8, "Q4_K": 12, "BF16": 30}


def tensors(folder):
    """Name to float32 array of all safetensors of a folder, bf16, f16 or f32."""
    for file in sorted(folder.glob("*.safetensors")):
        raw = file.read_bytes()
        size = struct.unpack("<Q", raw[:8])[0]
        for name, about in json.loads(raw[8:8 + size]).items():
            if name != "__metadata__":
                begin, end = about["data_offsets"]
                data = raw[8 + size + begin:8 + size + end]
                if about["dtype"] == "BF16":
                    values = (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32)
                else:
                    values = np.frombuffer(data, {"F32": "<f4", "F16": "<f2"}[about["dtype"]]).astype(np.float32)
                yield name, values.reshape(about["shape"])


def half(values):
    return values.astype("<f2").view(np.uint8).reshape(len(values), -1)


def inverse(scale):
    return np.where(scale == 0, 0, 1 / np.where(scale == 0, 1, scale))


def extreme(blocks):
    return np.take_along_axis(blocks, np.abs(blocks).argmax(1)[:, None], 1)


def nibbles(q):
    return (q[:, :16] | q[:, 16:] << 4).astype(np.uint8)


def q8_0(blocks):
    d = np.abs(blocks).max(1, keepdims=True) / 127
    return np.hstack([half(d), np.round(blocks * inverse(d)).astype(np.int8).view(np.uint8)])


def q4_0(blocks):
    d = extreme(blocks) / -8
    return np.hstack([half(d), nibbles(np.clip(np.floor(blocks * inverse(d) + 8.5), 0, 15).astype(np.uint8))])


def q4_1(blocks):
    low = blocks.min(1, keepdims=True)
    d = (blocks.max(1, keepdims=True) - low) / 15
    return np.hstack([half(d), half(low), nibbles(np.clip(np.floor((blocks - low) * inverse(d) + 0.5), 0, 15).astype(np.uint8))])


def q5_0(blocks):
    d = extreme(blocks) / -16
    q = np.clip(np.floor(blocks * inverse(d) + 16.5), 0, 31).astype(np.uint32)
    fifth = ((q >> 4) << np.arange(32, dtype=np.uint32)).sum(1, dtype=np.uint32).astype("<u4").view(np.uint8).reshape(-1, 4)
    return np.hstack([half(d), fifth, nibbles((q & 15).astype(np.uint8))])


def q4_k(blocks):
    groups = blocks.reshape(len(blocks), 8, 32)
    low = np.minimum(groups.min(2), 0)
    step = (groups.max(2) - low) / 15
    d, dmin = step.max(1, keepdims=True) / 63, -low.min(1, keepdims=True) / 63
    d, dmin = d.astype(np.float16).astype(np.float32), dmin.astype(np.float16).astype(np.float32)
    s = np.clip(np.round(step * inverse(d)), 0, 63).astype(np.uint8)
    m = np.clip(np.round(-low * inverse(dmin)), 0, 63).astype(np.uint8)
    q = np.clip(np.round((groups + (dmin * m)[..., None]) * inverse(d * s)[..., None]), 0, 15).astype(np.uint8)
    packed = np.empty((len(blocks), 12), np.uint8)
    packed[:, :4] = s[:, :4] | (s[:, 4:] >> 4) << 6
    packed[:, 4:8] = m[:, :4] | (m[:, 4:] >> 4) << 6
    packed[:, 8:] = s[:, 4:] & 15 | (m[:, 4:] & 15) << 4
    pairs = (q[:, ::2] | q[:, 1::2] << 4).reshape(len(blocks), 128)
    return np.hstack([half(d), half(dmin), packed, pairs])


TYPES = {"Q8_0": (32, q8_0), "Q4_0": (32, q4_0), "Q4_1": (32, q4_1), "Q5_0": (32, q5_0), "Q4_K": (256, q4_k)}


def written(name, values, wanted):
    """The type and the bytes of a tensor."""
    if values.ndim == 1:
        return "F32", values.astype("<f4").tobytes()
    if not name.startswith("transformer_blocks."):
        return "BF16", (values.astype("<f4").view(np.uint32) >> 16).astype("<u2").tobytes()
    kind = wanted if values.shape[1] % TYPES[wanted][0] == 0 else "Q5_0"
    size, encode = TYPES[kind]
    return kind, encode(values.reshape(-1, size)).astype(np.uint8).tobytes()


def text(value):
    return struct.pack("<Q", len(value)) + value.encode()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--type", choices=TYPES, required=True)
    arguments = parser.parse_args()
    header, data, at, count = b"", [], 0, 0
    for name, values in tensors(arguments.snapshot / "transformer"):
        kind, raw = written(name, values, arguments.type)
        header += text(name) + struct.pack("<I", values.ndim) + struct.pack(f"<{values.ndim}Q", *values.shape[::-1]) + struct.pack("<IQ", IDS[kind], at)
        data.append(raw + bytes(-len(raw) % 32))
        at += len(data[-1])
        count += 1
    start = b"GGUF" + struct.pack("<IQQ", 3, count, 1) + text("general.architecture") + struct.pack("<I", 8) + text("qwen_image") + header
    arguments.out.write_bytes(start + bytes(-len(start) % 32) + b"".join(data))
    print(f"{arguments.out}: {count} tensors, {arguments.out.stat().st_size / 1e6:.1f} MB")
