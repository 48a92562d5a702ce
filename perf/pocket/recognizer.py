"""Says which of the 974 emoji a part of a picture shows: the nearest of all emoji, laid over the picture's own background.

Every emoji is tried in a few sizes and places around those that scenes have. The distance is the mean squared
difference of all pixels, so nothing is trained: ||P - (E + (1 - A) B)||^2 with picture P, background B, and an emoji's
premultiplied colours E and coverage A. Spelt out, it is four matrix products, and quick.
"""
import io
import json
import zipfile

import torch
import torch.nn.functional as F
from PIL import Image

SIDE = 40
SCALES = (0.76, 0.82, 0.88, 0.94)
SHIFTS = (-0.04, 0.0, 0.04)


class Recognizer:
    def __init__(self, path):
        z = zipfile.ZipFile(path)
        self.names = [i["name"] for i in json.loads(z.read("items.json"))]
        emoji = (Image.open(io.BytesIO(z.read(f"{i}.png"))).convert("RGBA") for i in range(len(self.names)))
        self.emoji = [e.crop(e.getbbox()).convert("RGBa") for e in emoji]

    def drawn(self, h, w, scale):
        """-> all emoji, premultiplied [classes, 4, h, w], centred and as large as scenes draw them in such a box."""
        out = torch.zeros(len(self.emoji), 4, h, w)
        for o, e in zip(out, self.emoji):
            s = min(w / e.width, h / e.height) * scale
            size = max(1, round(e.width * s)), max(1, round(e.height * s))
            x, y = round((w - size[0]) / 2), round((h - size[1]) / 2)
            pixels = torch.frombuffer(bytearray(e.resize(size, Image.BOX if s < 0.5 else Image.BICUBIC, reducing_gap=2.0).tobytes()), dtype=torch.uint8)
            o[:, y:y + size[1], x:x + size[0]] = pixels.view(size[1], size[0], 4).permute(2, 0, 1) / 255
        return out

    def distances(self, pictures, backs):
        """pictures and their backgrounds, [N, 3, H, W] in 0..1, all of one shape -> mean squared differences [N, classes]."""
        h, w = pictures.shape[2:]
        size = round(SIDE * (h / w) ** 0.5), round(SIDE * (w / h) ** 0.5)
        p, b = (F.interpolate(t, size, mode="area") for t in (pictures, backs))
        d, best = p - b, None
        dots = [d.flatten(1), (d * b).sum(1).flatten(1), b.flatten(1), (b * b).sum(1).flatten(1)]
        for scale in SCALES:
            large = self.drawn(2 * size[0], 2 * size[1], scale)
            for dy in SHIFTS:
                for dx in SHIFTS:
                    moved = torch.roll(large, (round(2 * dy * size[0]), round(2 * dx * size[1])), (2, 3))
                    e, a = F.avg_pool2d(moved, 2).split([3, 1], 1)
                    cost = (e * e).sum((1, 2, 3)) - 2 * (dots[0] @ e.flatten(1).T - dots[1] @ a.flatten(1).T)
                    cost += dots[3] @ (a * a).flatten(1).T - 2 * dots[2] @ (e * a).flatten(1).T
                    best = cost if best is None else torch.minimum(best, cost)
        return ((d * d).sum((1, 2, 3))[:, None] + best) / d[0].numel()

    def rank(self, distances, name):
        """-> how many emoji are nearer than the named one."""
        return int((distances < distances[self.names.index(name)]).sum())

    def nearest(self, distances, many=3):
        return [self.names[i] for i in distances.argsort()[:many]]
