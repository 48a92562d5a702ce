#!/usr/bin/env python3
"""Measures Qwen-Image's transformer at full size: Inkstream's graphs on ONNX Runtime against PyTorch, on one card.

usage: run.py SNAPSHOT GRAPHS OUT [--device cuda] [--image 64 64] [--text 64] [--second 83 83] [--stages block,forward,…]
              [--budget SECONDS]

SNAPSHOT is make_snapshot.py's, GRAPHS what `inkstream export --dtype bf16` wrote for it; its weights are linked beside
the graphs where they are missing. Each stage is a process of its own, so that one that fails or crashes loses nothing
of the others; each result goes to OUT/results.jsonl as soon as it is there, and a table is printed at the end.

    micro     what the card gives: copies, bandwidth, the transformer's matrix products and attention in PyTorch
    block     one block: PyTorch eager and compiled, ONNX Runtime with each attention kernel; errors, kernels' shares
    forward   the whole transformer, computed and as a cache hit (one block and the residual); errors, memory

What Inkstream takes by itself, with its own fused operators, modulations, decoder and memory, `inkstream bench device`
measures.

Engines alternate within a round, each after warm-up; a figure is the median over the rounds, in milliseconds of CUDA
events on the stream that all engines share. Inputs are random and fresh for each check, outputs are filled with NaN
before, and errors are relative L2 distances from the same arithmetic in float32.
"""
import argparse
import copy
import json
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

STAGES = {"block": 200, "forward": 180, "micro": 60}  # most seconds each may take
STEPS, CFG = 50, 2
EAGER, COMPILED = "torch eager", "torch compile"


class Bench:
    """What the stages share: arguments, device, stream, inputs, clock and the file of results."""

    def __init__(self, arguments):
        import torch
        self.torch, self.arguments = torch, arguments
        self.device = torch.device(arguments.device)
        self.cuda = self.device.type == "cuda"
        self.dtype = torch.bfloat16 if self.cuda else torch.float32
        self.snapshot, self.graphs = arguments.snapshot, arguments.graphs / "transformer"
        self.results = arguments.out / "results.jsonl"
        self.quick = not self.cuda
        torch.manual_seed(1)
        if self.cuda:
            torch.cuda.set_stream(torch.cuda.Stream())  # one stream for both engines

    def machine(self):
        import onnxruntime
        card = self.torch.cuda.get_device_name() if self.cuda else "none"
        return {"card": card, "torch": self.torch.__version__, "onnxruntime": onnxruntime.__version__,
                "cudnn": self.torch.backends.cudnn.version(), "cores": os.cpu_count()}

    def report(self, stage, name, **values):
        line = json.dumps({"stage": stage, "name": name, **values})
        with open(self.results, "a") as file:
            file.write(line + "\n")
        print(line, flush=True)

    def attempt(self, stage, name, work):
        """Does work; a failure becomes a result."""
        try:
            return work()
        except Exception as failure:  # one variant that a library refuses must not end the stage
            self.report(stage, name, error=f"{type(failure).__name__}: {failure}"[:600])
            return None

    def synchronize(self):
        if self.cuda:
            self.torch.cuda.synchronize()

    def timed(self, work, repeats):
        """Milliseconds of one call, over several in a row."""
        if not self.cuda:
            started = time.perf_counter()
            for _ in range(repeats):
                work()
            return (time.perf_counter() - started) * 1e3 / repeats
        start, end = (self.torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        for _ in range(repeats):
            work()
        end.record()
        end.synchronize()
        return start.elapsed_time(end) / repeats

    def alternate(self, stage, engines, rounds, repeats, **values):
        """Times engines in turn and reports each one's median, spread and ratio to the first."""
        if self.quick:
            rounds, repeats = 2, 1
        for work in engines.values():
            for _ in range(3):
                work()
        self.synchronize()
        times = {name: [] for name in engines}
        for _ in range(rounds):
            for name, work in engines.items():
                times[name].append(self.timed(work, repeats))
        first = next(iter(times.values()))
        for name, own in times.items():
            ratio = statistics.median(a / b for a, b in zip(own, first))
            self.report(stage, name, ms=round(statistics.median(own), 4), least=round(min(own), 4),
                        most=round(max(own), 4), ratio=round(ratio, 4), rounds=rounds, repeats=repeats, **values)
        return {name: statistics.median(own) for name, own in times.items()}

    def memory(self):
        """GB in use on the card by everybody, and what PyTorch's allocator holds and held at most."""
        if not self.cuda:
            return {}
        free, total = self.torch.cuda.mem_get_info()
        return {"used_gb": round((total - free) / 1e9, 2), "torch_gb": round(self.torch.cuda.memory_reserved() / 1e9, 2),
                "torch_peak_gb": round(self.torch.cuda.max_memory_allocated() / 1e9, 2)}

    def random(self, *shape, dtype=None):
        return self.torch.randn(*shape, device=self.device, dtype=dtype or self.dtype)

    def inputs(self, model, grid):
        """Fresh inputs of a forward at a picture of that many tokens."""
        height, width = grid
        text = self.arguments.text
        latents = self.random(1, height * width, model.img_in.in_features)
        embeds = self.random(1, text, model.txt_in.in_features)
        timestep = self.torch.tensor([0.5], device=self.device, dtype=self.dtype)
        return latents, embeds, timestep, model.rope(height, width, text, self.device)

    def tables(self, rope):
        """Inkstream's cos and sin, text before image."""
        both = self.torch.cat([rope[1], rope[0]])
        return both.real.to(self.dtype).contiguous(), both.imag.to(self.dtype).contiguous()

    def difference(self, ours, reference):
        ours, reference = ours.float(), reference.float()
        if not self.torch.isfinite(ours).all():
            return float("nan")
        return float(f"{((ours - reference).norm() / reference.norm()).item():.3e}")


def work_of(dim, image, text):
    """Floating point operations of a block's matrix products and attention, as (gemm, attention)."""
    tokens = image + text
    return 24 * dim * dim * tokens, 4 * tokens * tokens * dim


def kernel_class(name):
    name = name.lower()
    if re.search(r"flash|fmha|sdpa|attention|cudnn_generated", name):
        return "attention"
    if re.search(r"gemm|nvjet|cutlass|cublas|xmma|gemv|splitk|matmul", name):
        return "gemm"
    return "other"


def shares(bench, stage, name, work, repeats=5):
    """Reports the time of an engine's kernels, by class and the longest ones by name."""
    from torch.profiler import ProfilerActivity, profile
    work()
    bench.synchronize()
    with profile(activities=[ProfilerActivity.CUDA]) as recorded:
        for _ in range(repeats):
            work()
        bench.synchronize()
    total, kernels = {}, []
    for event in recorded.key_averages():
        milliseconds = event.self_device_time_total / 1e3 / repeats
        if milliseconds:
            total[kernel_class(event.key)] = total.get(kernel_class(event.key), 0) + milliseconds
            kernels.append([round(milliseconds, 4), event.count / repeats, event.key[:150]])
    kernels.sort(reverse=True)
    bench.report(stage, f"kernels of {name}", ms={key: round(value, 4) for key, value in total.items()},
                 launches=sum(count for _, count, _ in kernels), kernels=kernels[:24])


def stage_micro(bench):
    torch = bench.torch
    functional = torch.nn.functional
    height, width = bench.arguments.image
    image, text = height * width, bench.arguments.text
    dim = json.loads((bench.snapshot / "transformer/config.json").read_text())["num_attention_heads"] * 128

    def tflops(name, operations, work):
        work()
        bench.synchronize()
        milliseconds = statistics.median(bench.timed(work, 1 if bench.quick else 20) for _ in range(3 if bench.quick else 7))
        bench.report("micro", name, ms=round(milliseconds, 4), tflops=round(operations / milliseconds / 1e9, 1))

    side = 256 if bench.quick else 8192
    a, b = bench.random(side, side), bench.random(side, side)
    tflops(f"{side}³", 2 * side ** 3, lambda: a @ b)
    for rows in (image, text):
        for inputs, outputs in ((dim, dim), (dim, 3 * dim), (dim, 4 * dim), (4 * dim, dim)):
            x, weight, bias = bench.random(rows, inputs), bench.random(outputs, inputs), bench.random(outputs)
            tflops(f"linear {rows}x{inputs}->{outputs}", 2 * rows * inputs * outputs,
                   lambda: functional.linear(x, weight, bias))
            tflops(f"product {rows}x{inputs}->{outputs}", 2 * rows * inputs * outputs, lambda: x @ weight.T)
    for rows in {image, bench.arguments.second[0] * bench.arguments.second[1]}:
        tokens = rows + text
        query, key, value = (bench.random(1, dim // 128, tokens, 128) for _ in range(3))
        backends = {"default": None}
        if bench.cuda:
            from torch.nn.attention import SDPBackend, sdpa_kernel
            backends |= {"flash": SDPBackend.FLASH_ATTENTION, "efficient": SDPBackend.EFFICIENT_ATTENTION,
                         "cudnn": SDPBackend.CUDNN_ATTENTION}
        for name, backend in backends.items():
            def attend():
                if backend is None:
                    return functional.scaled_dot_product_attention(query, key, value)
                with sdpa_kernel(backend):
                    return functional.scaled_dot_product_attention(query, key, value)
            bench.attempt("micro", f"attention {tokens} {name}",
                          lambda: tflops(f"attention {tokens} {name}", work_of(dim, rows, text)[1], attend))
    if bench.cuda:
        copies(bench, dim, image, text)


def copies(bench, dim, image, text):
    """Bandwidths: within the card, and between host and card of what would cross a session's border."""
    torch = bench.torch
    large = bench.random(1 << 29)
    other = torch.empty_like(large)
    for _ in range(2):
        milliseconds = bench.timed(lambda: other.copy_(large), 10)
    bench.report("micro", "copy on the card", ms=round(milliseconds, 4), gb_s=round(4 * large.numel() / milliseconds / 1e6))
    for name, shape in {"h": (image, dim), "e": (text, dim), "modulation": (12 * dim,), "a block's modulation weights": (12 * dim, dim),
                        "a block's other weights": (24 * dim, dim)}.items():
        on_card = bench.random(*shape)
        pageable = on_card.cpu()
        pinned = pageable.pin_memory()
        for kind, host in (("pageable", pageable), ("pinned", pinned)):
            for direction, copy in (("to the card", lambda: on_card.copy_(host, non_blocking=True)),
                                    ("to the host", lambda: host.copy_(on_card, non_blocking=True))):
                copy()
                bench.synchronize()
                milliseconds = statistics.median(bench.timed(copy, 3) for _ in range(5))
                bench.report("micro", f"{name} {direction}, {kind}", ms=round(milliseconds, 4),
                             gb_s=round(on_card.numel() * 2 / milliseconds / 1e6, 1))


def compiled(bench, blocks):
    import torch._dynamo
    torch._dynamo.config.recompile_limit = 64
    return [bench.torch.compile(block, dynamic=False) for block in blocks]


# Settings of ONNX Runtime that a block is run with: name, arguments of the graph, arguments of the session.
SETTINGS = [
    ("ort", {}, {}),
    ("ort cudnn", {}, {"attention": "cudnn"}),
    ("ort efficient", {}, {"attention": "efficient"}),
    ("ort Attention", {"attention": "onnx"}, {}),
    ("ort Attention cudnn", {"attention": "onnx"}, {"attention": "cudnn"}),
]
# Those that may break the process are tried after the others have been timed.
RISKY_SETTINGS = [
    ("ort tunable", {}, {"options": {"tunable_op_enable": "1", "tunable_op_tuning_enable": "1"}}),
    ("ort cuda graph", {}, {"options": {"enable_cuda_graph": "1"}}),
]


def ort_blocks(bench, model, blocks, inputs, grid, graph, session):
    """The blocks on ONNX Runtime, bound to the model's weights, at a forward's inputs."""
    import bench_ort
    latents, embeds, timestep, rope = inputs
    _, _, temb = model.begin(latents, embeds, timestep)
    source, weights = bench_ort.bound_block(bench.graphs / "block_00.onnx", **graph)
    modulations = [block.modulation(temb)[0].contiguous() for block in blocks]
    return bench_ort.Blocks(bench_ort.Session(source, bench.device, **session), weights, blocks, *bench.tables(rope),
                            modulations, grid[0] * grid[1], bench.arguments.text)


def stage_block(bench):
    import bench_torch
    torch = bench.torch
    model = bench_torch.load(bench.snapshot, bench.device, bench.dtype, blocks=2)
    blocks = list(model.transformer_blocks)
    compile_blocks = compiled(bench, blocks)
    reference = bench_torch.load(bench.snapshot, bench.device, torch.float32, blocks=2)
    for grid in dict.fromkeys(map(tuple, (bench.arguments.image, bench.arguments.second))):
        image, text = grid[0] * grid[1], bench.arguments.text
        size = f"{image}+{text}"
        inputs = bench.inputs(model, grid)
        latents, embeds, timestep, rope = inputs
        h, e, temb = model.begin(latents, embeds, timestep)
        expected = reference.transformer_blocks[0](h.float(), e.float(), temb.float(), rope)

        def errors(name, h_out, e_out):
            """Of the streams, and of what the block added to them."""
            bench.report("block", f"errors of {name}", size=size, h=bench.difference(h_out, expected[1]),
                         e=bench.difference(e_out, expected[0]),
                         h_added=bench.difference(h_out.float() - h.float(), expected[1] - h.float()),
                         e_added=bench.difference(e_out.float() - e.float(), expected[0] - e.float()))

        engines = {EAGER: lambda: blocks[0](h, e, temb, rope), COMPILED: lambda: compile_blocks[0](h, e, temb, rope)}
        for name, engine in list(engines.items()):
            result = bench.attempt("block", name, engine)
            if result is None:
                del engines[name]
            else:
                errors(name, result[1], result[0])

        def add(name, graph, session):
            """Prepares a setting of ONNX Runtime, checks a run of it, and puts it among the engines."""
            def prepare():
                ort = ort_blocks(bench, model, blocks[:1], inputs, grid, graph, session)
                for _ in range(3):  # a captured graph is replayed from the third run on
                    ort.start(h[0], e[0])
                    for stream in ort.streams[1]:
                        stream.fill_(float("nan"))
                    ort.run()
                    bench.synchronize()
                return ort
            ort = bench.attempt("block", name, prepare)
            if ort:
                h_out, e_out = ort.result(1)
                errors(name, h_out[None], e_out[None])
                engines[name] = ort.run

        for variant in SETTINGS if bench.cuda else SETTINGS[:1]:
            add(*variant)
        gemm, attention = work_of(model.img_in.out_features, image, text)
        times = bench.alternate("block", engines, rounds=9, repeats=10, size=size)
        for name, milliseconds in times.items():
            bench.report("block", f"rate of {name}", size=size, tflops=round((gemm + attention) / milliseconds / 1e9, 1))
        if bench.cuda:
            for name in (EAGER, COMPILED, "ort", "ort cudnn", "ort Attention"):
                if name in engines:
                    bench.attempt("block", f"kernels of {name} {size}", lambda: shares(bench, "block", f"{name} {size}", engines[name]))
            if grid == tuple(bench.arguments.image):
                engines = {name: engines[name] for name in (EAGER, "ort") if name in engines}
                for variant in RISKY_SETTINGS:
                    add(*variant)
                bench.alternate("block", engines, rounds=9, repeats=10, size=size, again=True)
        bench.report("block", "memory", size=size, **bench.memory())


def best_variant(bench):
    """The fastest correct setting of ONNX Runtime that the stage `block` found; the plain one if it did not run."""
    size = f"{bench.arguments.image[0] * bench.arguments.image[1]}+{bench.arguments.text}"
    times, errors = {}, {}
    if bench.results.exists():
        for line in map(json.loads, bench.results.read_text().splitlines()):
            if line["stage"] == "block" and line.get("size") == size:
                if "ratio" in line and "again" not in line:
                    times[line["name"]] = line["ms"]
                elif line["name"].startswith("errors of "):
                    errors[line["name"][len("errors of "):]] = line["h_added"]
    variants = {name: (graph, session) for name, graph, session in SETTINGS}
    right = [name for name in variants if name in times and errors.get(name, 1) < 0.05]
    name = min(right, key=times.get, default="ort")
    return name, *variants[name]


def stage_forward(bench):
    import bench_ort
    import bench_torch
    torch = bench.torch
    started = time.perf_counter()
    model = bench_torch.load(bench.snapshot, bench.device, bench.dtype)
    bench.synchronize()
    blocks = list(model.transformer_blocks)
    bench.report("forward", "torch loaded", seconds=round(time.perf_counter() - started, 1), blocks=len(blocks), **bench.memory())
    compile_blocks = compiled(bench, blocks)
    variant, graph, session = best_variant(bench)
    for grid in dict.fromkeys(map(tuple, (bench.arguments.image, bench.arguments.second))):
        image, text = grid[0] * grid[1], bench.arguments.text
        size = f"{image}+{text}"
        inputs = bench.inputs(model, grid)
        latents, embeds, timestep, rope = inputs
        residual = bench.random(1, image, model.img_in.out_features) * 0.1

        def whole(through):
            """A forward whose blocks run through an engine."""
            h, e, temb = model.begin(latents, embeds, timestep)
            return model.proj_out(model.norm_out(through(h, e, temb), temb))

        def eager(these):
            def through(h, e, temb):
                for block in these:
                    e, h = block(h, e, temb, rope)
                return h
            return through

        def hit(first_block):
            """The first block, the distance of its residual from the last one, and that one added: as DBCache's F1B0."""
            def through(h, e, temb):
                after = first_block(h, e, temb)
                distance = ((residual - (after - h)).abs().mean() / residual.abs().mean()).item()
                return after + residual if distance >= 0 else after
            return lambda: whole(through)

        engines = {EAGER: lambda: whole(eager(blocks)), COMPILED: lambda: whole(eager(compile_blocks))}
        hits = {EAGER: hit(lambda h, e, temb: blocks[0](h, e, temb, rope)[1]),
                COMPILED: hit(lambda h, e, temb: compile_blocks[0](h, e, temb, rope)[1])}

        ends = Ends(bench, model, latents, timestep)
        text_stream = model.begin(latents, embeds, timestep)[1][0].contiguous()
        for name, (of_graph, of_session) in {"ort": ({}, {}), variant: (graph, session)}.items():
            ort = bench.attempt("forward", name, lambda: ort_blocks(bench, model, blocks, inputs, grid, of_graph, of_session))
            if not ort:
                continue
            engines[name] = lambda ort=ort: ends.forward(ort, text_stream)
            hits[name] = lambda ort=ort: ends.hit(ort, text_stream, residual[0])
        expected = exact(model, inputs)
        for name in list(engines):
            result = bench.attempt("forward", f"{name} {size}", engines[name])
            if result is None:
                del engines[name], hits[name]
            else:
                bench.report("forward", f"errors of {name}", size=size, sample=bench.difference(result.reshape(expected.shape), expected))
        first = grid == tuple(bench.arguments.image)
        if first:
            bench.attempt("forward", "expected velocity", lambda: write_expected(bench, model, inputs))
        bench.alternate("forward", engines, rounds=7 if first else 3, repeats=1, size=size)
        bench.alternate("hit", hits, rounds=7 if first else 3, repeats=5, size=size)
        bench.report("forward", "memory", size=size, **bench.memory())


class Ends:
    """What lies around the blocks, on ONNX Runtime: `image_in` and `image_out` as exported."""

    def __init__(self, bench, model, latents, timestep):
        import bench_ort
        torch = bench.torch
        self.into = bench_ort.Session(bench.graphs / "image_in.onnx", bench.device)
        self.out = bench_ort.Session(bench.graphs / "image_out.onnx", bench.device)
        self.latents = latents[0].float().contiguous()
        temb = model.time_text_embed(timestep.to(bench.dtype), bench.dtype)
        modulation = model.norm_out.linear(torch.nn.functional.silu(temb))[0]
        modulation[:modulation.shape[0] // 2] += 1
        self.modulation = modulation.contiguous()
        self.sample = torch.full((latents.shape[1], model.proj_out.out_features), float("nan"), device=bench.device)
        self.bound = {}

    def bindings(self, ort):
        """For these blocks' streams: into the first, out of the last, out of the first block's."""
        if ort not in self.bound:
            (first, _), last, (after, _) = ort.streams[0], ort.result(len(ort.bindings))[0], ort.result(1)
            leave = lambda h: self.out.bind({"h": h, "modulation_out": self.modulation}, {"sample": self.sample})
            self.bound[ort] = self.into.bind({"hidden_states": self.latents}, {"h": first}), leave(last), leave(after)
        return self.bound[ort]

    def forward(self, ort, text):
        into, out, _ = self.bindings(ort)
        ort.streams[0][1].copy_(text)
        self.into.run(into)
        ort.run()
        self.out.run(out)
        return self.sample

    def hit(self, ort, text, residual):
        into, _, out = self.bindings(ort)
        ort.streams[0][1].copy_(text)
        self.into.run(into)
        ort.run(0, 1)
        before, after = ort.streams[0][0], ort.result(1)[0]
        distance = ((residual - (after - before)).abs().mean() / residual.abs().mean()).item()
        if distance >= 0:
            after.add_(residual)
        self.out.run(out)
        return self.sample


def exact(model, inputs, throughout=False):
    """The forward in float32, block by block, on the same weights.

    What goes into the blocks is the engines' own, in bf16, unless it is to be float32 throughout. (diffusers rounds the
    time embedding's frequencies to bf16.)
    """
    latents, embeds, timestep, rope = inputs
    if throughout:
        ends = {name: copy.deepcopy(getattr(model, name)).float() for name in ("img_in", "txt_norm", "txt_in", "time_text_embed")}
        h, e = ends["img_in"](latents.float()), ends["txt_in"](ends["txt_norm"](embeds.float()))
        temb = ends["time_text_embed"](timestep.float(), h.dtype)
    else:
        h, e, temb = (x.float() for x in model.begin(latents, embeds, timestep))
    for block in model.transformer_blocks:
        e, h = copy.deepcopy(block).float()(h, e, temb, rope)
    return copy.deepcopy(model.proj_out).float()(copy.deepcopy(model.norm_out).float()(h, temb))


def write_expected(bench, model, inputs):
    """A forward's inputs and velocity as files beside the snapshot, for `inkstream bench device --inputs`."""
    from safetensors.torch import save_file
    latents, embeds, timestep, _ = inputs
    folder = bench.snapshot.parent
    given = {"latents": latents[0], "embeds": embeds[0], "timestep": timestep}
    save_file({name: tensor.float().cpu().contiguous() for name, tensor in given.items()}, str(folder / "inputs.safetensors"))
    exact(model, inputs, throughout=True)[0].cpu().numpy().tofile(folder / "velocity.f32")


def link_weights(snapshot, graphs):
    """Gives each weights file a second name beside the graphs, where it has none yet."""
    for part in ("transformer", "text_encoder", "vae"):
        for file in (snapshot / part).glob("*.safetensors"):
            target = graphs / part / file.name
            if target.parent.exists() and not target.exists():
                os.link(file, target)


def table(results):
    """The figures that count, from the file of results."""
    lines = [json.loads(line) for line in results.read_text().splitlines()]
    print("\n| stage | size | engine | ms | ratio |\n|---|---|---|---|---|")
    for line in lines:
        if "ratio" in line:
            print(f"| {line['stage']} | {line.get('size', '')} | {line['name']} | {line['ms']} | {line['ratio']} |")
    for line in lines:
        if line["name"].startswith(("errors", "kernels", "memory", "rate")) or "error" in line:
            line.pop("kernels", None)
            print(json.dumps(line))
    project(lines)


def project(lines):
    """A picture of 50 steps with classifier-free guidance, from the measured forwards; cached: half of them hits."""
    forwards = {(line["size"], line["name"]): line["ms"] for line in lines if line["stage"] == "forward" and "ratio" in line}
    hits = {(line["size"], line["name"]): line["ms"] for line in lines if line["stage"] == "hit" and "ratio" in line}
    count = STEPS * CFG
    for (size, name), milliseconds in forwards.items():
        cached = (milliseconds + hits.get((size, name), milliseconds)) / 2
        eager = forwards.get((size, EAGER), milliseconds)
        print(f"{size} {name}: {count} forwards {count * milliseconds / 1e3:.2f} s ({milliseconds / eager:.3f} of eager), "
              f"half hits {count * cached / 1e3:.2f} s ({milliseconds / cached:.2f}x faster)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("graphs", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--image", type=int, nargs=2, default=[64, 64], help="rows and columns of image tokens")
    parser.add_argument("--second", type=int, nargs=2, default=[83, 83], help="those of a second size")
    parser.add_argument("--text", type=int, default=64)
    parser.add_argument("--stages", default=",".join(STAGES))
    parser.add_argument("--budget", type=float, default=900, help="seconds after which no stage goes on")
    parser.add_argument("--stage", choices=STAGES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.stage:
        import torch
        bench = Bench(arguments)
        bench.report(arguments.stage, "machine", **bench.machine())
        with torch.inference_mode():
            globals()[f"stage_{arguments.stage}"](bench)
        sys.stdout.flush()
        os._exit(0)  # bench_ort.ALIVE says why
    link_weights(arguments.snapshot, arguments.graphs)
    results, end = arguments.out / "results.jsonl", time.perf_counter() + arguments.budget
    for stage in arguments.stages.split(","):
        started = time.perf_counter()
        with open(arguments.out / f"{stage}.log", "wb") as log:
            try:
                code = subprocess.run([sys.executable, __file__, *sys.argv[1:], "--stage", stage], stdout=log, stderr=log,
                                      timeout=min(STAGES[stage], max(1, end - started))).returncode
            except subprocess.TimeoutExpired:
                code = "timeout"
        took = round(time.perf_counter() - started, 1)
        with open(results, "a") as file:
            file.write(json.dumps({"stage": stage, "name": "stage", "code": code, "seconds": took}) + "\n")
        print(f"{stage}: {code}, {took} s", flush=True)
        if code:
            print((arguments.out / f"{stage}.log").read_text(errors="replace")[-1500:], flush=True)
    table(results)


if __name__ == "__main__":
    main()
