"""Trains the text encoder and the transformer of the pocket model together, by flow matching, on scenes drawn on the way.

    torchrun --nproc-per-node GPUS train.py EMOJI_ZIP TOKENIZER_JSON OUT --vae FOLDER [--resume FOLDER] [--seconds 1000]

FOLDER is a training form (checkpoint.py); train_vae.py makes the VAE's. OUT has the newest averaged weights (every minute
or two), sheet.png and log.txt. `--smoke` runs a minute on a CPU.
"""
import argparse, copy, json, os, random, time
from pathlib import Path
import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as F
from PIL import Image
import checkpoint
from captions import SKIP, TEXT, Captions
from data import Scenes
from models import pack, rope_angles
from muon import Muon
from sampling import draw

PROMPTS = ["a red apple", "a dog face on a blue background", "a cat to the left of a pizza", 'a sign that says "HELLO" in red', "three rockets on a yellow background",
           "an octopus on a pink background", "a butterfly above a cactus", 'a logo with bold large text: "SGL Diffusion" in blue', "a cute panda", "a hamburger on a green background",
           "a rainbow and a umbrella", 'a cat with the text "MEOW" below in purple', "a guitar on a red and yellow striped background", "a tiger on a background fading from orange to purple",
           "a soccer ball next to a trophy on a light blue background", "A logo With Bold Large text: SGL Diffusion"]
BATCH = {(128, 128): 1024, (256, 256): 320, (192, 256): 424, (256, 192): 424}   # of one GPU
RING = {(128, 128): 4_000, (256, 256): 60_000, (192, 256): 8_000, (256, 192): 8_000}
SHARE = {(128, 128): .03, (256, 256): .77, (192, 256): .1, (256, 192): .1}
FIRST = (128, 128)   # a model from nothing learns on small pictures until FIRST_UNTIL of the schedule
FIRST_UNTIL = .3
VALIDATION, VALIDATION_SEED = 1_000, 987_654_321


def arguments():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("emoji"); ap.add_argument("tokenizer"); ap.add_argument("out")
    ap.add_argument("--vae", required=True, help="training form with the VAE to use")
    ap.add_argument("--resume", help="training form to go on from")
    ap.add_argument("--held", help="perf/pocket/prompts.json: what judges the model and is kept out of its scenes")
    ap.add_argument("--seconds", type=float, default=1000)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--decay", type=float, default=.5, help="last share of the time, in which the learning rate falls to zero")
    ap.add_argument("--ema", type=float, default=.9997)
    ap.add_argument("--optimizer", choices=["muon", "adamw"], default="muon")
    ap.add_argument("--processes", type=int, default=max(1, (os.cpu_count() or 2) - 2), help="that draw scenes, on this machine")
    ap.add_argument("--refresh", type=int, default=8, help="steps between chunks of new scenes")
    ap.add_argument("--smoke", action="store_true")
    return ap.parse_args()


def trained(*modules): return [p for m in modules for p in m.parameters() if p.requires_grad]


class Update:
    """What follows the gradients: Muon for the matrices inside of the networks, AdamW for everything else, the running average.

    The gradients are views of one flat tensor, which processes average in one go.
    """

    def __init__(self, text, dit, averages, a, device):
        self.params, self.averages = trained(text, dit), averages
        self.flat = torch.zeros(sum(p.numel() for p in self.params), device=device)
        for p, g in zip(self.params, self.flat.split([p.numel() for p in self.params])): p.grad = g.view_as(p)
        self.lr, self.share = torch.tensor(0., device=device), torch.tensor(0., device=device)   # of the newest weights in the average
        inner = {p for p in trained(text.layers, dit.transformer_blocks) if p.ndim == 2} if a.optimizer == "muon" else set()
        self.rest = [p for p in self.params if p not in inner]
        groups = [{"params": [p for p in self.rest if p.ndim > 1], "weight_decay": .02}, {"params": [p for p in self.rest if p.ndim <= 1], "weight_decay": 0.}]
        cuda = device.type == "cuda"
        self.all = [torch.optim.AdamW(groups, self.lr, (.9, .98), fused=cuda, capturable=cuda)]
        if inner: self.all.append(Muon([p for p in self.params if p in inner], self.lr))

    def __call__(self):
        torch.nn.utils.clip_grad_norm_(self.rest, 1.)
        for o in self.all: o.step()
        with torch.no_grad():
            moved = torch._foreach_sub(self.params, self.averages)
            torch._foreach_mul_(moved, self.share)
            torch._foreach_add_(self.averages, moved)


class Captured:
    """A function of static tensors as a CUDA graph: its thousands of small kernels take the host longer to launch than the GPU to run."""

    def __init__(self, function):
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3): function()
        torch.cuda.current_stream().wait_stream(side)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph, capture_error_mode="thread_local"): self.result = function()   # NCCL's own thread may ask for events

    def __call__(self):
        self.graph.replay()
        return self.result


class Trainer:
    def __init__(self, a):
        self.a, self.t0 = a, time.time()
        self.rank, self.world = int(os.environ.get("LOCAL_RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        self.device = torch.device("cuda", self.rank) if torch.cuda.is_available() else torch.device("cpu")
        os.makedirs(a.out, exist_ok=True)
        self.captions = Captions(a.tokenizer)
        held = json.loads(Path(a.held).read_text()) if a.held else []
        ring = {s: max(20, n // 1000) for s, n in RING.items()} if a.smoke else RING
        self.scenes = Scenes(a.emoji, a.tokenizer, held, ring, max(1, a.processes // self.world), self.rank, 10 if a.smoke else 125)
        validation = Scenes(a.emoji, a.tokenizer, held, {(256, 256): 20 if a.smoke else VALIDATION}, 2, VALIDATION_SEED, 10 if a.smoke else 125)
        if self.device.type == "cuda":
            torch.cuda.set_device(self.device)
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        if self.world > 1: dist.init_process_group("nccl", device_id=self.device)
        torch.manual_seed(1 + self.rank)
        self.vae, self.mean, self.std = checkpoint.load_vae(a.vae, self.device)
        self.vae.to(memory_format=torch.channels_last)
        self.scenes.fill(self.vae, self.device)
        validation.fill(self.vae, self.device); validation.close()
        self.validation = [next(iter(d.values())) for d in (validation.latents, validation.ids, validation.lengths)]
        self.log("scenes", {s: len(z) for s, z in self.scenes.latents.items()})
        self.text, self.dit = checkpoint.load_networks(a.resume, self.captions.vocabulary, self.device) if a.resume else checkpoint.new_networks(self.captions.vocabulary, self.device)
        last = self.dit.transformer_blocks[-1]   # its text stream leads nowhere
        for unused in (last.attn.to_add_out, last.txt_mlp): unused.requires_grad_(False)
        if self.world > 1:
            for p in trained(self.text, self.dit): dist.broadcast(p.data, 0)
        self.averaged = copy.deepcopy(self.text), copy.deepcopy(self.dit)
        self.update = Update(self.text, self.dit, trained(*self.averaged), a, self.device)
        self.rope = {s: self.tables(s) for s in RING}
        ids, lengths = self.captions.batch(["", " "])
        self.empty = [(torch.from_numpy(i).to(self.device).int(), int(n)) for i, n in zip(ids, lengths)]
        self.inputs, self.steps, self.apply = {}, {}, self.update
        if not a.smoke: self.capture()

    def capture(self):
        torch._dynamo.config.automatic_dynamic_shapes = False
        torch._dynamo.config.recompile_limit = 64
        # Block by block: one small graph per canvas, shared by all blocks.
        for b in [*self.dit.transformer_blocks, *self.text.layers]: b.compile(dynamic=False)
        for size in RING:
            self.prepare(size)
            self.steps[size] = Captured(lambda: self.gradients(size))
            self.log("captured", size)
        self.apply = Captured(self.update)   # its rehearsals move nothing: the learning rate and the average's share are zero

    def log(self, *words):
        if self.rank: return
        line = " ".join([f"[{time.time() - self.t0:7.1f}]", *map(str, words)])
        print(line, flush=True)
        with open(f"{self.a.out}/log.txt", "a") as f: f.write(line + "\n")

    def tables(self, size):
        image, words = rope_angles(size[0] // 16, size[1] // 16, TEXT, self.dit.axes)
        angles = torch.cat([words, image])[:, None].to(self.device)
        return angles.cos(), angles.sin()

    def loss(self, nets, z, ids, lengths, sigma, noise, size):
        text, dit = nets
        with torch.autocast(self.device.type, torch.bfloat16):
            e = text(ids)[:, SKIP:]
            keys = torch.cat([torch.arange(TEXT, device=z.device) < lengths[:, None], torch.ones(z.shape[:2], dtype=torch.bool, device=z.device)], 1)
            s = sigma[:, None, None]
            v = dit((1 - s) * z + s * noise, e, keys, sigma, *self.rope[size])
        return F.mse_loss(v.float(), noise - z)

    def latents(self, z): return pack((z.float() - self.mean) / self.std)

    def times(self, n, size, generator=None):
        """Logit-normal, shifted as the schedule that draws is: by 1.65 at 256 image tokens."""
        u, shift = torch.sigmoid(torch.randn(n, device=self.device, generator=generator)), 1.3 if size == (128, 128) else 1.65
        return shift * u / (1 + (shift - 1) * u)

    def prepare(self, size):
        """Draws a batch into the static inputs of a step of this size."""
        z, ids, lengths = self.scenes.sample(size, 4 if self.a.smoke else BATCH[size])
        drop = torch.rand(len(z), device=self.device)
        for low, (e, n) in zip((0, .05), self.empty):   # a tenth of the captions is empty, for guidance
            m = (drop >= low) & (drop < low + .05)
            ids = torch.where(m[:, None], e, ids); lengths = torch.where(m, n, lengths)
        z = self.latents(z)
        batch = z, ids, lengths, self.times(len(z), size), torch.randn_like(z)
        if size not in self.inputs: self.inputs[size] = [t.clone() for t in batch]
        for static, t in zip(self.inputs[size], batch): static.copy_(t)

    def gradients(self, size):
        self.update.flat.zero_()
        loss = self.loss((self.text, self.dit), *self.inputs[size], size)
        loss.backward()
        return loss.detach()

    def step(self, size, lr, ema):
        self.prepare(size)
        loss = self.steps.get(size, lambda: self.gradients(size))().clone()
        if self.world > 1: dist.all_reduce(self.update.flat, dist.ReduceOp.AVG)
        self.update.lr.fill_(lr); self.update.share.fill_(1 - ema)
        self.apply()
        return loss

    @torch.no_grad()
    def validate(self):
        z, ids, lengths = self.validation
        g = torch.Generator(self.device).manual_seed(5)
        z, size, n, losses = self.latents(z), (256, 256), 4 if self.a.smoke else 250, []
        sigma, noise = self.times(len(z), size, g), torch.randn(z.shape, device=self.device, generator=g)
        for i in range(0, len(z), n): losses.append(self.loss(self.averaged, z[i:i + n], ids[i:i + n], lengths[i:i + n], sigma[i:i + n], noise[i:i + n], size))
        return torch.stack(losses).mean().item()

    def progress(self, started):
        f = torch.tensor((time.time() - started) / self.a.seconds, device=self.device)
        if self.world > 1: dist.broadcast(f, 0)
        return f.item()

    def train(self):
        a, sizes, acc, step, seen = self.a, random.Random(3), [], 0, 0
        started = saved = time.time(); f = 0.
        while f < 1:
            size = FIRST if not a.resume and f < FIRST_UNTIL else sizes.choices(list(SHARE), list(SHARE.values()))[0]
            lr = a.lr * min(1, (step + 1) / 200) * min(1, (1 - f) / a.decay) + 1e-6
            acc.append(self.step(size, lr, min(a.ema, (1 + step) / (10 + step)))); step += 1; seen += BATCH[size] * self.world
            if step % a.refresh == 0: self.scenes.refresh()
            if step % 10 == 0: f = self.progress(started)
            if step % (20 if a.smoke else 500) == 0 or step in (20, 100):
                self.log(f"step {step} f {f:.3f} seen {seen} drawn {self.scenes.seen * self.world} lr {lr:.2e} loss {torch.stack(acc).mean().item():.4f}"); acc = []
            if self.rank == 0 and time.time() - saved > 90:
                self.save(); self.log("validation", round(self.validate(), 4)); saved = time.time()
        self.scenes.close()
        if self.rank == 0: self.save(); self.log(f"step {step} seen {seen} validation", round(self.validate(), 4)); self.sheet(); self.log("done")
        if self.world > 1: dist.barrier(); dist.destroy_process_group()

    def save(self): checkpoint.save(self.a.out, *self.averaged, self.vae, self.mean, self.std)

    def sheet(self):
        nets = (*(m.eval() for m in self.averaged), self.vae, self.mean, self.std)
        prompts = PROMPTS[:8] if self.a.smoke else PROMPTS
        rows = draw(nets, self.captions, prompts, range(len(prompts)), steps=1 if self.a.smoke else 20)
        Image.fromarray(np.concatenate([np.concatenate(rows[i:i + 8], 1) for i in range(0, len(rows), 8)])).save(f"{self.a.out}/sheet.png")


if __name__ == "__main__":
    Trainer(arguments()).train()
