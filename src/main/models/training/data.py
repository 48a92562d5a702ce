"""Scenes as latents on the GPU: a pool of processes draws new ones all the time, the VAE encodes them in between the steps."""
import random
import matplotlib
import numpy as np
import torch
import torch.multiprocessing as mp
from captions import SKIP, TEXT, Captions
from scenes import Composer


def draw(emoji, tokenizer, held, seed, wanted, drawn, chunk):
    """A process: draws chunks of scenes of the sizes that are wanted, until None is."""
    torch.set_num_threads(1)
    captions = Captions(tokenizer)
    composer = Composer(emoji, matplotlib.get_data_path() + "/fonts/ttf", captions.pieces(), held)
    r = random.Random(seed)
    while (size := wanted.get()) is not None:
        texts, images = zip(*(composer.sample(r, size) for _ in range(chunk)))
        ids, lengths = captions.batch(texts)
        drawn.put((size, torch.from_numpy(np.stack(images)), torch.from_numpy(ids), torch.from_numpy(lengths)))


class Scenes:
    """Per size a ring of latents [n,16,h,w] with their captions' ids [n,74] and lengths [n]; the oldest make room for new ones.

    Start it before CUDA is touched: the processes are forked.
    """

    def __init__(self, emoji, tokenizer, held, plan, processes, seed, chunk=125):
        context = mp.get_context("fork")
        self.plan, self.chunk = plan, chunk
        self.wanted, self.drawn = context.Queue(), context.Queue(2 * processes)
        self.processes = [context.Process(target=draw, daemon=True, args=(emoji, tokenizer, held, seed * 1000 + i, self.wanted, self.drawn, chunk)) for i in range(processes)]
        for p in self.processes: p.start()
        for size, n in plan.items():
            for _ in range(n // chunk): self.wanted.put(size)

    def fill(self, vae, device):
        """Waits for the first scenes of every size."""
        self.vae, self.device, self.next, self.seen = vae, device, dict.fromkeys(self.plan, 0), 0
        self.latents = {(h, w): torch.empty(n // self.chunk * self.chunk, 16, h // 8, w // 8, device=device, dtype=torch.bfloat16) for (h, w), n in self.plan.items()}
        self.ids = {s: torch.empty(len(z), SKIP + TEXT, device=device, dtype=torch.int32) for s, z in self.latents.items()}
        self.lengths = {s: torch.empty(len(z), device=device, dtype=torch.int32) for s, z in self.latents.items()}
        for _ in range(sum(len(z) for z in self.latents.values()) // self.chunk): self.take(self.drawn.get())
        sizes, shares = list(self.plan), list(self.plan.values())
        for _ in range(2 * len(self.processes)): self.wanted.put(random.choices(sizes, shares)[0])

    @torch.no_grad()
    def take(self, drawn):
        size, images, ids, lengths = drawn
        x = images.to(self.device, non_blocking=True).permute(0, 3, 1, 2).float().div_(127.5).sub_(1).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16): mean, _ = self.vae.encode(x)
        at = self.next[size]
        self.latents[size][at:at + self.chunk] = mean.to(torch.bfloat16)
        self.ids[size][at:at + self.chunk] = ids.to(self.device)
        self.lengths[size][at:at + self.chunk] = lengths.to(self.device)
        self.next[size] = (at + self.chunk) % len(self.latents[size])
        self.seen += self.chunk

    def refresh(self):
        """Takes one drawn chunk, if there is one, and asks for another."""
        if not self.drawn.empty():
            self.take(self.drawn.get())
            self.wanted.put(random.choices(list(self.plan), list(self.plan.values()))[0])

    def sample(self, size, n):
        k = torch.randint(len(self.latents[size]), (n,), device=self.device)
        return self.latents[size][k].float(), self.ids[size][k], self.lengths[size][k]

    def close(self):
        for p in self.processes: p.terminate()
