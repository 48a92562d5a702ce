"""Captioned synthetic scenes: Noto emoji and short lettering on plain, striped, checkered or fading backgrounds.

`Composer(emoji_zip, font_dir).sample(rng, size)` returns (caption, RGB uint8 array [H, W, 3]). What a caption says is always
true of its picture; what it leaves out has one fixed meaning (a white background, black letters), so that there is
something to learn from it.
"""
import io, json, re, string, zipfile
import numpy as np
from PIL import Image, ImageDraw, ImageFont

COLORS = {"red": (220, 50, 47), "orange": (245, 140, 40), "yellow": (250, 215, 70), "green": (70, 165, 75),
          "blue": (60, 110, 215), "light blue": (150, 205, 245), "purple": (135, 75, 185), "pink": (245, 150, 190),
          "brown": (130, 85, 50), "black": (20, 20, 24), "gray": (140, 140, 145), "white": (255, 255, 255)}
NUMBERS = {2: "two", 3: "three", 4: "four"}
LEADS = ["", "", "", "a picture of ", "a photo of ", "an illustration of ", "a drawing of ", "a sticker of ", "an emoji of ", "a cute "]
WORDS = ("SGL Diffusion Hello World OPEN Java Quarkus Welcome Coffee Happy Birthday Love Sale STOP GO Yes No Cat Dog Music "
         "Party Summer Winter Moon Star Pizza News Game Code Cache Image Qwen Stream Fast Home Exit Peace Dream Tea Book Menu "
         "Hi Thanks Sorry Wow Cool Best Free New Hot Top Win Big Small Red Blue Green Gold Run Play Jump Fly Swim Sing").split()
BOLD, OTHER_FONTS = "DejaVuSans-Bold.ttf", ["DejaVuSans.ttf", "DejaVuSerif-Bold.ttf", "DejaVuSansMono-Bold.ttf"]
# Shares of the scenes, by the method that makes them: small canvases (128 pixels and less) have room for one thing only.
SHARES = {"object": .36, "pair": .24, "count": .08, "sign": .27, "object_with_text": .05}
SMALL_SHARES = {"object": .85, "sign": .15}
# Where the first thing of a pair stands on the unit square, where the second, and how one says so.
SIDES = [((0, .1, .5, .9), (.5, .1, 1, .9), ["{a} to the left of {b}", "{b} to the right of {a}", "{a} next to {b}", "{a} and {b}"])]
STACKED = [((0, 0, 1, .5), (0, .5, 1, 1), ["{a} above {b}", "{b} below {a}", "{a} on top of {b}"])]
DIAGONAL = [((.5, 0, 1, .5), (0, .5, .5, 1), ["{a} above and to the right of {b}", "{b} below and to the left of {a}"]),
            ((0, 0, .5, .5), (.5, .5, 1, 1), ["{a} above and to the left of {b}", "{b} below and to the right of {a}"])]
GRIDS = {2: [(0, .1, .5, .9), (.5, .1, 1, .9)], 3: [(.25, 0, .75, .5), (0, .5, .5, 1), (.5, .5, 1, 1)],
         4: [(0, 0, .5, .5), (.5, 0, 1, .5), (0, .5, .5, 1), (.5, .5, 1, 1)]}


def article(name):
    return ("an " if name[0] in "aeiou" else "a ") + name


def bare(caption):
    """A caption without what may stand before and behind its content."""
    leads = "|".join(sorted({l for l in LEADS if l}, key=len, reverse=True))
    return re.sub(f"^({leads})?(an? )?", "", caption.lower().rstrip("."))


def pick(r, shares):
    return r.choices(list(shares), list(shares.values()))[0]


def luminance(color):
    return (.299 * color[0] + .587 * color[1] + .114 * color[2]) / 255


def true_color(emoji):
    """The colour word that most of an emoji's pixels have, or None if no word holds for six tenths of them."""
    p = np.asarray(emoji.resize((32, 32), Image.BOX)).reshape(-1, 4)
    p = p[p[:, 3] > 200, :3].astype(np.float32)
    if not len(p): return None
    nearest = ((p[:, None] - np.array(list(COLORS.values()), np.float32)) ** 2).sum(-1).argmin(1)
    count = np.bincount(nearest, minlength=len(COLORS))
    return list(COLORS)[count.argmax()] if count.max() >= .6 * len(p) else None


class Composer:
    """@param pieces: the tokenizer's pieces of letters, so that the spelling of each is learnt
    @param held: prompts that judge the model, [{"prompt", "word" or not}]: their words are not written, their scenes not drawn"""

    def __init__(self, path, font_dir, pieces=(), held=()):
        z = zipfile.ZipFile(path)
        self.items = json.loads(z.read("items.json"))
        self.emoji = [Image.open(io.BytesIO(z.read(f"{i}.png"))).convert("RGBA") for i in range(len(self.items))]
        self.emoji = [e.crop(e.getbbox()) for e in self.emoji]
        named = re.compile("|".join(COLORS))
        self.colors = [None if named.search(it["name"]) else true_color(e) for it, e in zip(self.items, self.emoji)]
        self.english = json.loads(z.read("words.json"))
        self.pieces = list(pieces)
        self.held_words = {e["word"].lower() for e in held if "word" in e}
        self.held_scenes = {bare(e["prompt"]) for e in held if "word" not in e and e.get("suite") != "sheet"}
        self.fonts, self.font_dir = {}, font_dir

    # ---- parts ----
    def name(self, r, i):
        it = self.items[i]
        if it["aliases"] and r.random() < .25: return r.choice(it["aliases"])
        return f"{self.colors[i]} {it['name']}" if self.colors[i] and r.random() < .12 else it["name"]

    def background(self, r, h, w):
        """-> (phrase, image, colours): a third of the scenes leave the background unsaid, and it is white."""
        k = r.random()
        if k < .33:
            return "", Image.new("RGB", (w, h), "white"), ["white"]
        (n1, c1), (n2, c2) = r.sample(list(COLORS.items()), 2)
        if k < .78:
            return f" on a {n1} background", Image.new("RGB", (w, h), c1), [n1]
        im = Image.new("RGB", (w, h), c1)
        d = ImageDraw.Draw(im)
        s = 32
        if k < .86:
            for x in range(0, w, 2 * s):
                d.rectangle([x, 0, x + s - 1, h], fill=c2)
            return f" on a {n2} and {n1} striped background", im, [n1, n2]
        if k < .93:
            for y in range(0, h, s):
                for x in range(0, w, s):
                    if (x // s + y // s) % 2 == 0:
                        d.rectangle([x, y, x + s - 1, y + s - 1], fill=c2)
            return f" on a {n2} and {n1} checkered background", im, [n1, n2]
        a, b = np.array(c1, np.float32), np.array(c2, np.float32)
        g = np.linspace(0, 1, h, dtype=np.float32)[:, None, None]
        row = (a * (1 - g) + b * g).round().astype(np.uint8)
        return f" on a background fading from {n1} to {n2}", Image.fromarray(np.repeat(row, w, 1)), [n1, n2]

    def paste(self, r, im, i, box, fill=.86):
        """Draws emoji i inside box, a part of the unit square, centred with a little jitter."""
        x0, x1, y0, y1 = box[0] * im.width, box[2] * im.width, box[1] * im.height, box[3] * im.height
        e = self.emoji[i]
        f = fill * r.uniform(.94, 1.04)
        s = min((x1 - x0) / e.width, (y1 - y0) / e.height) * f
        e = e.resize((max(1, round(e.width * s)), max(1, round(e.height * s))), Image.LANCZOS if s < 1 else Image.BICUBIC)
        jx = r.uniform(-.02, .02) * (x1 - x0)
        jy = r.uniform(-.02, .02) * (y1 - y0)
        im.paste(e, (round((x0 + x1 - e.width) / 2 + jx), round((y0 + y1 - e.height) / 2 + jy)), e)

    def font(self, file, size):
        if (file, size) not in self.fonts: self.fonts[file, size] = ImageFont.truetype(f"{self.font_dir}/{file}", size)
        return self.fonts[file, size]

    def lettering(self, r, im, text, box, color):
        """Writes text, a line for each word, as large as the box allows."""
        x0, x1, y0, y1 = box[0] * im.width, box[2] * im.width, box[1] * im.height, box[3] * im.height
        lines = text.split(" ")
        f = BOLD if r.random() < .85 else r.choice(OTHER_FONTS)
        size = 96
        while True:
            font = self.font(f, size)
            ws = [font.getbbox(t)[2] for t in lines]
            lh = int(size * 1.12)
            if (max(ws) <= (x1 - x0) * .9 and lh * len(lines) <= (y1 - y0) * .9) or size <= 14:
                break
            size -= 6
        d = ImageDraw.Draw(im)
        y = (y0 + y1 - lh * len(lines)) / 2
        for t, wd in zip(lines, ws):
            d.text(((x0 + x1 - wd) / 2, y), t, font=font, fill=color)
            y += lh

    def letters(self, r):
        """A word of lower-case letters: English, the tokenizer's pieces, or none at all with every letter as likely."""
        k = r.random()
        if k < .45: return r.choice(self.english)
        if k < .7 and self.pieces: return "".join(r.choice(self.pieces) for _ in range(r.randint(1, 3)))[:8]
        if k < .9:
            first = r.random() < .7
            return "".join(r.choice("bcdfghjklmnpqrstvwxyz" if (j % 2 == 0) == first else "aeiou") for j in range(r.randint(2, 7)))
        return "".join(r.choice(string.ascii_lowercase) for _ in range(r.randint(2, 6)))

    def word(self, r):
        while True:
            w = r.choice(WORDS) if r.random() < .15 else self.letters(r)
            k = r.random()
            w = w.upper() if k < .36 else w.capitalize() if k < .7 else w.lower() if k < .9 else w if k < .95 else "".join(r.choice([c.upper(), c.lower()]) for c in w)
            if w.lower() not in self.held_words: return w

    def text(self, r):
        if r.random() < .04: return "SGL Diffusion"
        return self.word(r) + " " + self.word(r) if r.random() < .15 else self.word(r)

    def ink(self, r, grounds):
        """A colour that can be read on the background, and its name; None where black or white goes without saying."""
        readable = [c for c in COLORS if all(abs(luminance(COLORS[c]) - luminance(COLORS[g])) > .2 for g in grounds)]
        plain = next((c for c in ("black", "white") if c in readable), None)
        if plain and r.random() < .3: return plain, None
        name = r.choice(readable or [c for c in COLORS if c not in grounds])
        return name, name

    # ---- scenes ----
    def sample(self, r, size):
        h, w = size
        caption = None
        while caption is None or bare(caption) in self.held_scenes:
            phrase, im, grounds = self.background(r, h, w)
            kind = pick(r, SMALL_SHARES if max(h, w) <= 128 else SHARES)
            caption = getattr(self, kind)(r, im, grounds) + phrase
        k = r.random()
        if k < .08: caption = caption[0].upper() + caption[1:]
        if k > .96: caption += "."
        return caption, np.asarray(im)

    def object(self, r, im, grounds):
        i = r.randrange(len(self.items))
        name = self.name(r, i)
        if r.random() < .1 and im.width > 128:
            self.paste(r, im, i, (.28, .28, .72, .72))
            return f"a small {name}"
        self.paste(r, im, i, (0, 0, 1, 1))
        lead = r.choice(LEADS)
        return lead + (name if lead.endswith("cute ") else article(name)) if r.random() < .75 else name

    def pair(self, r, im, grounds):
        i, j = r.sample(range(len(self.items)), 2)
        k, square = r.random(), im.width == im.height
        places = DIAGONAL if square and k < .15 else STACKED if (im.height > im.width if not square else k < .5) else SIDES
        first, second, phrases = r.choice(places)
        self.paste(r, im, i, first)
        self.paste(r, im, j, second)
        return r.choice(phrases).format(a=article(self.name(r, i)), b=article(self.name(r, j)))

    def count(self, r, im, grounds):
        c, i = r.choice([2, 3, 4]), r.randrange(len(self.items))
        for box in GRIDS[c]: self.paste(r, im, i, box)
        return f"{NUMBERS[c]} {self.items[i]['name']}s"

    def sign_caption(self, r, t, said):
        tail = f" in {said}" if said else ""
        forms = [f'a sign that says "{t}"{tail}', f'the word "{t}" in {said} letters' if said else f'the word "{t}"', f'the text "{t}"{tail}',
                 f'a logo with bold large text: "{t}"{tail}', f'a logo with bold large text: {t}{tail}', f'A logo With Bold Large text: {t}{tail}']
        return r.choice(forms)

    def sign(self, r, im, grounds):
        t, (color, said) = self.text(r), self.ink(r, grounds)
        self.lettering(r, im, t, (0, 0, 1, 1), COLORS[color])
        return self.sign_caption(r, t, said)

    def object_with_text(self, r, im, grounds):
        t, i, (color, said) = self.text(r), r.randrange(len(self.items)), self.ink(r, grounds)
        self.paste(r, im, i, (.15, 0, .85, .68))
        self.lettering(r, im, t, (0, .68, 1, 1), COLORS[color])
        return f'{article(self.name(r, i))} with the text "{t}" below' + (f" in {said}" if said else "")
