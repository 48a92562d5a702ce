"""Judges a folder of pictures of the judge's prompts: words, objects, pairs.

    python perf/pocket/judge.py EMOJI_ZIP PICTURES [PICTURES ...] [--json OUT.json] [--suite words]

PICTURES holds ID.png for the entries of prompts.json, drawn by draw.py, draw_torch.py or compose.py; what is missing is not judged.
Prints a table with a column for each folder; the JSON has every single verdict.
"""
import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch

import backdrop
import reading
from prompts import BOXES, CASES, entries, picture
from recognizer import Recognizer

BARS = {"words, exact": 0.7, "objects, top-5": 0.9, "pairs, both in top-5": 0.8}


def judge_words(chosen, pictures):
    read = reading.words(pictures, [e["prompt"] for e in chosen])
    return [{**e, "read": r, "exact": r == e["word"], "any case": r.lower() == e["word"].lower(), "errors": reading.errors(r, e["word"]),
             "errors any case": reading.errors(r.lower(), e["word"].lower())} for e, r in zip(chosen, read)]


def region(image, box):
    h, w = image.shape[:2]
    return image[round(box[1] * h):round(box[3] * h), round(box[0] * w):round(box[2] * w)]


def distances(recognizer, looks):
    """looks: (entry, picture, box) -> how far each emoji is from what the picture shows in that box, [looks, emoji]."""
    tensor = lambda parts: torch.from_numpy(np.stack(parts)).float().permute(0, 3, 1, 2) / 255
    shapes, out = defaultdict(list), torch.zeros(len(looks), len(recognizer.names))
    for i, (_, image, box) in enumerate(looks):
        shapes[region(image, box).shape].append(i)
    for group in shapes.values():
        parts = [region(looks[i][1], looks[i][2]) for i in group]
        backs = [region(backdrop.behind(looks[i][1], looks[i][0]["prompt"]), looks[i][2]) for i in group]
        out[group] = recognizer.distances(tensor(parts), tensor(backs))
    return out


def judge_objects(recognizer, chosen, pictures):
    found = distances(recognizer, [(e, p, (0, 0, 1, 1)) for e, p in zip(chosen, pictures)])
    rows = []
    for e, p, d in zip(chosen, pictures, found):
        rank = recognizer.rank(d, e["object"])
        rows.append({**e, "rank": rank, "seen": recognizer.nearest(d), "top-1": rank < 1, "top-5": rank < 5,
                     "background": backdrop.names(p, e["prompt"]) == backdrop.said(e["prompt"])[1]})
    return rows


def judge_pairs(recognizer, chosen, pictures):
    found = distances(recognizer, [(e, p, box) for e, p in zip(chosen, pictures) for box in BOXES[e["relation"]]])
    rows = []
    for e, here, there in zip(chosen, found[::2], found[1::2]):
        said = [recognizer.rank(here, e["first"]), recognizer.rank(there, e["second"])]
        turned = [recognizer.rank(there, e["first"]), recognizer.rank(here, e["second"])]
        rows.append({**e, "ranks": said, "seen": [recognizer.nearest(here), recognizer.nearest(there)], "both top-1": max(said) < 1,
                     "both top-5": max(said) < 5, "swapped": max(turned) < 5 <= max(said)})
    return rows


def share(rows, key):
    return float(np.mean([r[key] for r in rows]))


def summary(words, objects, pairs):
    """-> {line of the table: figure between 0 and 1}"""
    out = {}
    if words:
        letters = lambda rows: sum(len(r["word"]) for r in rows)
        out |= {"words, exact": share(words, "exact"), "words, any case": share(words, "any case"),
                "words, character error rate": sum(r["errors"] for r in words) / letters(words),
                "words, character error rate in any case": sum(r["errors any case"] for r in words) / letters(words)}
        out |= {f"words, exact: {g}": share(rows, "exact") for g in CASES if (rows := [r for r in words if r["group"] == g])}
        out |= {f"words, exact: {a} to {b} letters": share(rows, "exact") for a, b in ((3, 4), (5, 7)) if (rows := [r for r in words if a <= len(r["word"]) <= b])}
    if objects:
        out |= {"objects, top-5": share(objects, "top-5"), "objects, top-1": share(objects, "top-1")}
        out |= {f"objects, top-5: {g}": share([r for r in objects if r["group"] == g], "top-5") for g in dict.fromkeys(r["group"] for r in objects)}
        out |= {"background's colours as said": share(objects, "background")}
    if pairs:
        out |= {"pairs, both in top-5": share(pairs, "both top-5"), "pairs, both top-1": share(pairs, "both top-1"), "pairs, swapped": share(pairs, "swapped")}
        out |= {f"pairs, both in top-5: {g}": share([r for r in pairs if r["group"] == g], "both top-5") for g in dict.fromkeys(r["group"] for r in pairs)}
        out |= {"pairs, both in top-5: all but above right": share([r for r in pairs if r["group"] != "above right"], "both top-5")}
    return out


def judge(recognizer, folder, suite=None):
    drawn = lambda name: [e for e in entries(name) if suite in (None, name) and (Path(folder) / f"{e['id']}.png").exists()]
    load = lambda chosen: (chosen, [picture(folder, e) for e in chosen])
    words, objects, pairs = drawn("words"), drawn("objects"), drawn("pairs")
    rows = {"words": judge_words(*load(words)) if words else [], "objects": judge_objects(recognizer, *load(objects)) if objects else [],
            "pairs": judge_pairs(recognizer, *load(pairs)) if pairs else []}
    return {"folder": Path(folder).name, "summary": summary(**rows), **rows}


def table(results):
    lines = list(dict.fromkeys(k for r in results for k in r["summary"]))
    yield "| | bar | " + " | ".join(r["folder"] for r in results) + " |"
    yield "|---|---|" + "---|" * len(results)
    for line in lines:
        cells = [f"{100 * r['summary'][line]:.1f} %" if line in r["summary"] else "" for r in results]
        yield f"| {line} | {f'{100 * BARS[line]:.0f} %' if line in BARS else ''} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("emoji")
    parser.add_argument("pictures", nargs="+")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--suite")
    arguments = parser.parse_args()
    known = Recognizer(arguments.emoji)
    results = [judge(known, folder, arguments.suite) for folder in arguments.pictures]
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n")
    print("\n".join(table(results)))
