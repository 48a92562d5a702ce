#!/usr/bin/env python3
"""Tables and plots of what `inkstream bench cache` has measured.

usage: report.py FOLDER

Reads FOLDER's run.json, results.csv and pictures; writes likeness.csv (PSNR and SSIM of every picture to the one in full;
what it holds already is not compared again, so the pictures may go afterwards), RESULTS.md, frontier.svg and, of a run with
`--forecast`, share.svg. A "note" that somebody has added to run.json stands before the tables. Needs perf/requirements.txt.
"""
import argparse
import csv
import json
import pathlib
from statistics import mean, median

import frontier
import likeness

KEY = ("engine", "family", "setting", "steps", "prompt", "seed")
FAMILIES = {"cache": "block cache (cache-dit's settings)", "forecast": "velocity forecast", "fewer": "fewer steps"}
BARS = [(50, "both-ends 0.34", 52, 2.7), (50, "both-ends 0.50", 60, 1.9), (20, "both-ends 0.50", 43.5, 1.9)]

ENGINES = """\
# Reusing blocks between steps: what it saves, what it costs

Each figure stands for the same prompts, seeds and settings in both engines. A picture with a cache is compared with \
its neighbour in the run: the same picture of the same engine without.

- **Steps, speed-up**: processor seconds of the denoising steps without a cache, divided by those with it; the \
median over the prompts. This is what a cache acts on.
- **Picture, speed-up**: the same of the whole picture, with text encoding and decoding, which no cache shortens.
- **CPU s**: processor seconds of a whole cached picture, the median. The clock is processor seconds of the engine's \
process with one thread, on a shared machine: seconds of two runs are not to be compared, the ratios within one are.
- **Reused**: forwards whose middle blocks did not run, of all forwards of a picture, the mean.
- **PSNR** (dB, over RGB; equal pictures count as 100) and **SSIM** (luma; Gaussian window 11×11, σ = 1.5): means.

![Speed-up of the steps against PSNR](frontier.svg)
"""

CONTENDERS = """\
# Forecasting the velocity, reusing blocks, drawing fewer steps

Every picture is compared with the picture of the same prompt, seed and number of steps whose every step was \
computed, drawn in the same run. Three families:

- **block cache**: DBCache with cache-dit's settings, run by this engine (decisions and pictures are tested to be \
cache-dit's own);
- **velocity forecast**: some steps in full, the others not at all;
- **fewer steps**: a plain solver with as many steps as the others compute. It aims at the same flow, not at the \
same discretisation, so this measure is somewhat unkind to it.

Columns: **computed**, the share of the blocks of all steps that ran; **steps, wall** and **steps, CPU**, how many \
times as fast the denoising was, by the clock on the wall and in processor seconds (the machine was shared: CPU is \
the steadier one), medians; **picture**, CPU of the whole picture with text and decoding, median; **PSNR** (dB, RGB) \
and **SSIM** (luma), means; **worst**, the lowest PSNR of a picture.

![Speed-up of the steps against PSNR](frontier.svg)

The same against the share of computed blocks, which no machine changes: [share.svg](share.svg).
"""


def rows(path):
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def trials(folder):
    """The lines of results.csv as numbers, with `psnr_db` and `ssim`."""
    known = {tuple(row[k] for k in KEY): row for row in rows(folder / "likeness.csv")}
    results = rows(folder / "results.csv")
    for row in results:
        key = tuple(row[k] for k in KEY)
        if key not in known:
            pictures = [likeness.read(folder / row[column]) for column in ("picture", "full_picture")]
            known[key] = dict(zip(KEY, key), psnr_db=f"{likeness.psnr(*pictures):.3f}", ssim=f"{likeness.ssim(*pictures):.5f}")
        row.update(known[key])
    with open(folder / "likeness.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, KEY + ("psnr_db", "ssim"), lineterminator="\n")
        writer.writeheader()
        writer.writerows(known[tuple(row[k] for k in KEY)] for row in results)
    texts = {"engine", "family", "setting", "prompt", "picture", "full_picture"}
    return [{k: v if k in texts else number(v) for k, v in row.items()} for row in results]


def number(text):
    return float(text) if text else None


def ratio(column):
    """How many times as much the picture in full took."""
    return lambda trial: trial["full_" + column] / trial[column]


def points(results, series):
    """The trials of one series, one number of steps and one setting, over all scenes."""
    found = {}
    for trial in sorted(results, key=lambda trial: trial["steps"]):
        found.setdefault((trial[series], int(trial["steps"]), trial["setting"]), []).append(trial)
    return found


def summary(statistic, value, own):
    return statistic(value(trial) for trial in own)


def of(column):
    return lambda trial: trial[column]


def table(title, columns, lines):
    head = "| " + " | ".join([title, *columns]) + " |\n|---|" + "---:|" * len(columns) + "\n"
    return head + "".join("| " + " | ".join(line) + " |\n" for line in lines)


def engines(results):
    """Sections for each number of steps: a row for each setting, a column for each figure and engine."""
    columns = [
        ("Reused", "{:.1f}", mean, of("skipped_forwards"), 0), ("Steps, speed-up", "{:.2f}×", median, ratio("steps_cpu_s"), 1),
        ("Picture, speed-up", "{:.2f}×", median, ratio("cpu_s"), 1), ("CPU s", "{:.2f}", median, of("cpu_s"), None),
        ("PSNR", "{:.2f}", mean, of("psnr_db"), likeness.SAME), ("SSIM", "{:.4f}", mean, of("ssim"), 1)]
    found = points(results, "engine")
    names = list(dict.fromkeys(trial["engine"] for trial in results))
    for steps in sorted({key[1] for key in found}):
        settings = list(dict.fromkeys(key[2] for key in found if key[1] == steps))
        first = {name: found[name, steps, settings[0]] for name in names}
        none = [form.format(summary(median, of("full_cpu_s"), first[name]) if same is None else same)
                for _, form, _, _, same in columns for name in names]
        lines = [["none", *none]]
        for setting in settings:
            lines.append([setting] + [form.format(summary(statistic, value, found[name, steps, setting]))
                                      for _, form, statistic, value, _ in columns for name in names])
        titles = [f"{title}, {name}" for title, *_ in columns for name in names]
        prompts = min(len(own) for key, own in found.items() if key[1] == steps)
        yield f"\n## {steps} steps (prompts: {prompts})\n\n" + table("Setting", titles, lines)


def contenders(results):
    """The bars, then sections for each number of steps: a table for each family."""
    found = points(results, "family")
    bars = []
    for steps, setting, psnr, speedup in BARS:
        if own := found.get(("forecast", steps, setting)):
            measured = (summary(mean, of("psnr_db"), own), summary(median, ratio("steps_wall_s"), own),
                        summary(median, ratio("steps_cpu_s"), own))
            bars.append([f"{steps} steps, {setting}", f"{psnr} dB, {speedup:.2f}×",
                         "{:.2f} dB, {:.2f}× wall, {:.2f}× CPU".format(*measured)])
    yield "\n## Bars\n\n" + table("", ["bar", "measured"], bars)
    columns = [
        ("computed", "{:.3f}", mean, of("computed_share")), ("steps, wall", "{:.2f}×", median, ratio("steps_wall_s")),
        ("steps, CPU", "{:.2f}×", median, ratio("steps_cpu_s")), ("picture", "{:.2f}×", median, ratio("cpu_s")),
        ("PSNR", "{:.2f}", mean, of("psnr_db")), ("worst", "{:.1f}", min, of("psnr_db")), ("SSIM", "{:.4f}", mean, of("ssim"))]
    for steps in sorted({key[1] for key in found}):
        pictures = min(len(own) for key, own in found.items() if key[1] == steps)
        yield f"\n## {steps} steps (pictures: {pictures})\n"
        for family, title in FAMILIES.items():
            lines = [[setting, *(form.format(summary(statistic, value, own)) for _, form, statistic, value in columns)]
                     for (name, count, setting), own in found.items() if (name, count) == (family, steps)]
            yield "\n" + table(title, [column[0] for column in columns], lines)


def facts(run, drawn):
    size = run["size"]
    lines = [f"Model: {run['model']}, {run['element']}",
             f"Pictures of {size}×{size} pixels, true CFG scale {run['true_cfg_scale']:g}, "
             f"negative prompt \"{run['negative_prompt']}\"",
             f"Inkstream: {', '.join(run['versions'])}, {run['threads']} thread(s), {run.get('device', 'cpu')}"]
    if reference := run.get("reference"):
        lines.append("The reference, in the same run: " + ", ".join(f"{k} {v}" for k, v in reference.items()))
    text = "".join(f"- {line}\n" for line in lines) + f"\nMade by:\n\n    {run['command']}\n    perf/cache/report.py\n"
    text += f"\n{run['note']}\n" if "note" in run else ""
    unfinished = drawn < run["scenes"]
    return text + (f"\n**Not finished: {drawn} of {run['scenes']} scenes so far.**\n" if unfinished else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    results = trials(folder)
    if not results:
        parser.error(f"{folder}/results.csv has no trials")
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    compared = len({trial["family"] for trial in results}) > 1
    scenes = list(dict.fromkeys((trial["prompt"], int(trial["seed"]), trial["steps"]) for trial in results))
    text = [CONTENDERS if compared else ENGINES, "\n", facts(run, len(scenes))]
    text += (contenders if compared else engines)(results)
    text += ["\n## Scenes\n\n", *dict.fromkeys(f"- `{prompt}`, seed {seed}\n" for prompt, seed, _ in scenes)]
    (folder / "RESULTS.md").write_text("".join(text), encoding="utf-8")

    def plotted(value, statistic):
        found = points(results, "family" if compared else "engine")
        return [(FAMILIES.get(name, name), steps, setting, summary(statistic, value, own), summary(mean, of("psnr_db"), own))
                for (name, steps, setting), own in found.items()
                if max(trial["psnr_db"] for trial in own) < likeness.SAME]

    if compared:
        frontier.plot(plotted(ratio("steps_wall_s"), median), "speed-up of the steps (by the clock on the wall)", folder / "frontier.svg")
        shares = [(*p[:3], 1 / p[3], p[4]) for p in plotted(of("computed_share"), mean)]
        frontier.plot(shares, "1 / share of the blocks that ran", folder / "share.svg")
    else:
        frontier.plot(plotted(ratio("steps_cpu_s"), median), "speed-up of the steps (CPU time)", folder / "frontier.svg")


if __name__ == "__main__":
    main()
