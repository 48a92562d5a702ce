#!/usr/bin/env python3
"""Times the fused operators of fused.ptx by themselves, and checks them against PyTorch in float32.

usage: bench_kernels.py PTX [--image 4096] [--text 64] [--width 3072] [--head 128] [--one-stream] [--float8 PTX]

--one-stream times those of Qwen-Image-2.1 (--width 4096), --float8 names fused_float8.ptx, whose one-stream operators are
timed then, too.

Needs a card, torch and cupy. Prints a line of JSON for each operator: microseconds, GB/s of what it must read and write,
and the relative L2 distance of its outputs from float32 on the same bf16 inputs (rounding to bf16 alone is 0.0017).
"""
import argparse
import json
import statistics
from pathlib import Path

import cupy
import torch
from torch.nn import functional

ATTENTION, MLP = 0, 3  # where shift, 1 + scale and gate begin in a stream's half of the modulation


def parts(modulation, stream, first):
    return modulation.view(2, 6, -1)[stream, first:first + 3].unbind()


def ada(x, modulation, stream, first):
    shift, scale, _ = parts(modulation, stream, first)
    return functional.layer_norm(x, x.shape[-1:], eps=1e-6) * scale + shift


def gated(x, update, bias, modulation, stream, first):
    return x + parts(modulation, stream, first)[2] * (update + bias)


def ada_layer_norm(h, e, modulation):
    return ada(h, modulation, 0, ATTENTION), ada(e, modulation, 1, ATTENTION)


def gated_ada_layer_norm(h, e, h_update, e_update, h_bias, e_bias, modulation):
    h, e = gated(h, h_update, h_bias, modulation, 0, ATTENTION), gated(e, e_update, e_bias, modulation, 1, ATTENTION)
    return h, e, ada(h, modulation, 0, MLP), ada(e, modulation, 1, MLP)


def gated_residual(h, e, h_update, e_update, h_bias, e_bias, modulation):
    return gated(h, h_update, h_bias, modulation, 0, MLP), gated(e, e_update, e_bias, modulation, 1, MLP)


def bias_gelu(h, e, h_bias, e_bias):
    return functional.gelu(h + h_bias, approximate="tanh"), functional.gelu(e + e_bias, approximate="tanh")


def head_norm_rope(h, e, h_bias, e_bias, h_query, h_key, e_query, e_key, cosines, sines):
    rows, width = len(h) + len(e), h.shape[1] // 3
    query, key, value = torch.cat([e + e_bias, h + h_bias]).view(rows, 3, width).unbind(1)

    def turn(x, norm, text_norm):
        x = x.view(rows, -1, len(norm))
        x = x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6)
        x = torch.cat([x[:len(e)] * text_norm, x[len(e):] * norm])
        pair = torch.view_as_complex(x.view(rows, x.shape[1], -1, 2)) * torch.complex(cosines, sines)[:, None]
        return torch.view_as_real(pair).reshape(rows, width)

    return turn(query, h_query, e_query), turn(key, h_key, e_key), value


def one(modulation, part):
    return modulation.view(4, -1)[part]


def scaled_norm(h, modulation, part=0):
    return (functional.layer_norm(h, h.shape[-1:], eps=1e-6) * one(modulation, part),)


def gated_scaled_norm(h, update, modulation):
    h = h + one(modulation, 1) * update
    return h, *scaled_norm(h, modulation, 2)


def gated_sum(h, update, modulation):
    return (h + one(modulation, 3) * update,)


def swi_glu(gate_up):
    gate, up = gate_up.chunk(2, -1)
    return (functional.silu(gate) * up,)


def heads_behind_prefix(qkv, query_norm, key_norm, cosines, sines, prefix_key, prefix_value):
    rows, width = len(qkv), qkv.shape[1] // 3
    query, key, value = qkv.view(rows, 3, width).unbind(1)

    def turn(x, norm):
        x = x.view(rows, -1, len(norm))
        x = x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * norm
        pair = torch.view_as_complex(x.view(rows, x.shape[1], -1, 2)) * torch.complex(cosines, sines)[:, None]
        return torch.view_as_real(pair).reshape(rows, width)

    return turn(query, query_norm), torch.cat([prefix_key, turn(key, key_norm)]), torch.cat([prefix_value, value])


def float8(of):
    """The operator with its last output in numbers of 8 bits, and their rows' scales."""
    def small(*inputs):
        *before, last = of(*inputs)
        scale = last.abs().amax(-1, keepdim=True) / 448
        return *before, (last / scale).to(torch.float8_e4m3fn).float(), scale
    small.__name__ = of.__name__ + "_float8"
    return small


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ptx", type=Path)
    for name, default in (("image", 4096), ("text", 64), ("width", 3072), ("head", 128)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--one-stream", action="store_true")
    parser.add_argument("--float8", type=Path)
    size = parser.parse_args()
    image, text, width, head = size.image, size.text, size.width, size.head
    module = cupy.RawModule(path=str(size.ptx))
    torch.manual_seed(2)

    def normal(*shape):
        return torch.randn(*shape, device="cuda").bfloat16()

    def streams(columns):
        return normal(image, columns), normal(text, columns)

    def vectors(columns):
        return normal(columns), normal(columns)

    modulation = normal(12 * width)
    turns = torch.rand(image + text, head // 2, device="cuda") * 6
    operators = {
        ada_layer_norm: (width, [*streams(width), modulation]),
        head_norm_rope: (width, [*streams(3 * width), *vectors(3 * width), *vectors(head), *vectors(head),
                                 turns.cos().bfloat16(), turns.sin().bfloat16()]),
        gated_ada_layer_norm: (width, [*streams(width), *streams(width), *vectors(width), modulation]),
        bias_gelu: (4 * width, [*streams(4 * width), *vectors(4 * width)]),
        gated_residual: (width, [*streams(width), *streams(width), *vectors(width), modulation]),
    }
    if size.one_stream:
        modulation = normal(4 * width)
        turns = torch.rand(image, head // 2, device="cuda") * 6
        operators = {
            scaled_norm: (width, [normal(image, width), modulation]),
            gated_scaled_norm: (width, [normal(image, width), normal(image, width), modulation]),
            gated_sum: (width, [normal(image, width), normal(image, width), modulation]),
            swi_glu: (3 * width, [normal(image, 6 * width)]),
            heads_behind_prefix: (width, [normal(image, 3 * width), *vectors(head), turns.cos().bfloat16(),
                                          turns.sin().bfloat16(), normal(text, width), normal(text, width)]),
        }
        if size.float8:
            small = cupy.RawModule(path=str(size.float8))
            operators |= {float8(of): operators[of] for of in (scaled_norm, gated_scaled_norm, swi_glu)}
    for operator, (columns, inputs) in operators.items():
        expected = operator(*(x.float() for x in inputs))
        of_float8 = operator.__name__.endswith("float8")
        types = [torch.bfloat16] * (len(expected) - 2) + [torch.float8_e4m3fn, torch.float32] if of_float8 else [torch.bfloat16] * 4
        outputs = [torch.full(x.shape, float("nan"), device="cuda").to(kind) for x, kind in zip(expected, types)]
        kernel = (small if of_float8 else module).get_function(operator.__name__)
        texts = 0 if size.one_stream and operator is not heads_behind_prefix else text
        arguments = [x.data_ptr() for x in (*inputs, *outputs)] + [cupy.int32(n) for n in (image, texts, columns, head)]
        arguments = [cupy.uint64(x) if isinstance(x, int) else x for x in arguments]
        threads = min(512, (columns // 8 + 31) // 32 * 32)
        stream = cupy.cuda.Stream.from_external(torch.cuda.current_stream())

        def run(times):
            with stream:
                for _ in range(times):
                    kernel((image + texts,), (threads,), arguments)

        def microseconds():
            start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            start.record()
            run(50)
            end.record()
            end.synchronize()
            return start.elapsed_time(end) * 1e3 / 50

        run(3)
        torch.cuda.synchronize()
        errors = [((ours.float() - x).norm() / x.norm()).item() for ours, x in zip(outputs, expected)]
        time = statistics.median(microseconds() for _ in range(7))
        moved = sum(x.numel() * x.element_size() for x in (*inputs, *outputs))
        print(json.dumps({"stage": "kernels", "name": operator.__name__, "size": f"{image}+{texts}", "us": round(time, 1),
                          "gb_s": round(moved / time / 1e3), "errors": [float(f"{error:.2e}") for error in errors]}), flush=True)


if __name__ == "__main__":
    main()
