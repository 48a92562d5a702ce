"""Writes prompts.json: every prompt the judge draws, with its seed and what the picture must show.

    python perf/pocket/make_prompts.py EMOJI_ZIP

The same file every time: all choices come from fixed seeds. Each entry has `id`, `suite`, `prompt`, `seed`, and
what its suite needs: `word` and `group`; `object` and `group`; `first`, `second` and `relation`.
"""
import json
import random
import sys
import zipfile
from pathlib import Path

from prompts import CASES, RELATIONS
from scenes_v1 import COLORS, LEADS, WORDS, article

PROMPTS = Path(__file__).with_name("prompts.json")
HELD = ("day ink art mix gym kid law zip jet bay rug den city math jazz quiz wild echo kind hint plan deal vibe mint blog tale "
        "table river brave quick grand pixel ideal laugh trend chalk craft robin silver branch friend simple forest travel "
        "energy garage modern winner gallery history weather quality program village science company library blanket network "
        "freedom").split()
PHRASINGS = ['a sign that says "{t}" in {c}', 'the word "{t}" in {c} letters', 'a logo with bold large text: "{t}" in {c}',
             'the text "{t}" in {c}', "A logo With Bold Large text: {t}"]
SHEET = ["a red apple", "a dog face on a blue background", "a cat to the left of a pizza", 'a sign that says "HELLO" in red',
         "three rockets on a yellow background", "an octopus on a pink background", "a butterfly above a cactus",
         'a logo with bold large text: "SGL Diffusion" in blue', "a cute panda", "a hamburger on a green background",
         "a rainbow and a umbrella", 'a cat with the text "MEOW" below in purple', "a guitar on a red and yellow striped background",
         "a tiger on a background fading from orange to purple", "a soccer ball next to a trophy on a light blue background",
         "A logo With Bold Large text: SGL Diffusion",
         "a sunflower", "a sailboat on a light blue background", "a castle on a pink and purple striped background",
         "a snowman on a blue and white checkered background", "a small key on a yellow background", "an illustration of a fox",
         "a robot on a background fading from black to blue", "a sticker of a strawberry on a white background",
         "two bananas", "four stars on a black background", "two frogs on a pink background", "three cupcakes",
         "a car to the right of a tree", "a crown above a frog", "a balloon above and to the right of a gift",
         "a bird below a cloud on a light blue background", "a lion and a mouse on a green background",
         "a fish above and to the right of a crab on a yellow background",
         'the word "Quark" in green letters', 'the text "java" in orange on a black background', 'a sign that says "OPEN" in white on a green background',
         'the word "Jazz" in purple letters on a yellow background', 'a sign that says "Library" in blue', 'the text "mint" in red',
         'a rocket with the text "GO" below in black', 'a bee with the text "Honey" below in brown on a yellow background',
         'A logo With Bold Large text: Inkstream', 'a sign that says "Good Day" in pink', 'the word "PIXEL" in red letters on a gray background',
         "a photo of a whale", "a grinning face on a purple background", "a hot dog on an orange and white checkered background"]


def readable(one, two):
    """Whether letters of one colour can be told from a background of the other."""
    return sum((a - b) ** 2 for a, b in zip(COLORS[one], COLORS[two])) ** 0.5 > 110


def words(r):
    """Half on white, half on plain colours; a third in each case; each phrasing a fifth."""
    order = r.sample(HELD, len(HELD))
    for i, word in enumerate(order):
        case = list(CASES)[i % 3]
        text, phrasing = CASES[case](word), PHRASINGS[i % 5]
        background = r.choice([c for c in COLORS if c != "white"]) if (i // 15) % 2 else "white"
        color = r.choice([c for c in COLORS if readable(c, background)])
        prompt = phrasing.format(t=text, c=color) + (f" on a {background} background" if background != "white" else "")
        yield {"prompt": prompt, "word": text, "group": case}


def background(r, kind):
    one, two = r.sample(list(COLORS), 2)
    return {"plain": f" on a {one} background", "striped": f" on a {one} and {two} striped background",
            "checkered": f" on a {one} and {two} checkered background", "fading": f" on a background fading from {one} to {two}"}[kind]


def objects(r, names):
    """200 different emoji, 50 on each kind of background."""
    for i, name in enumerate(r.sample(names, 200)):
        lead, kind = r.choice(LEADS), ("plain", "striped", "checkered", "fading")[i % 4]
        subject = lead + (name if lead.endswith("cute ") else article(name))
        yield {"prompt": subject + background(r, kind), "object": name, "group": kind}


def pairs(r, names):
    """15 left, 15 right, 10 above, 5 below, 15 above right; two in three on a background that is said."""
    relations = [k for k, n in {"left": 15, "right": 15, "above": 10, "below": 5, "above right": 15}.items() for _ in range(n)]
    for i, relation in enumerate(relations):
        one, two = r.sample(names, 2)
        place = "" if i % 3 == 0 else background(r, "plain") if i % 3 == 1 else background(r, r.choice(["striped", "checkered", "fading"]))
        yield {"prompt": f"{article(one)} {RELATIONS[relation]} {article(two)}{place}", "first": one, "second": two, "relation": relation, "group": relation}


def sheet(r):
    yield from ({"prompt": p} for p in SHEET)


def main(emoji):
    items = json.loads(zipfile.ZipFile(emoji).read("items.json"))
    taken = {w.lower() for w in WORDS} | {w for i in items for n in [i["name"], *i["aliases"]] for w in n.replace("-", " ").split()}
    assert len(set(HELD)) == 60 and not taken & set(HELD), (len(set(HELD)), taken & set(HELD))
    names = sorted({i["name"] for i in items})
    suites = {"words": words, "objects": lambda r: objects(r, names), "pairs": lambda r: pairs(r, names), "sheet": sheet}
    out = []
    for number, (suite, make) in enumerate(suites.items()):
        for i, entry in enumerate(make(random.Random(f"inkstream pocket judge {suite}"))):
            out.append({"id": f"{suite}-{i:03d}", "suite": suite, "seed": 10_000 * (number + 1) + i, **entry})
    PROMPTS.write_text("[\n" + ",\n".join(json.dumps(o) for o in out) + "\n]\n")
    print({s: sum(o["suite"] == s for o in out) for s in suites})


if __name__ == "__main__":
    main(sys.argv[1])
