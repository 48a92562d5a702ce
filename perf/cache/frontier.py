"""Speed-up against PSNR as a plot: a colour for each number of steps, a marker for each series, a number for each setting."""
import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "inkstream"  # the same numbers give the same file
matplotlib.rcParams["svg.fonttype"] = "none"

import matplotlib.pyplot as pyplot
from matplotlib.lines import Line2D

COLOURS = ["#1b6ca8", "#c8553d", "#3a7d44", "#7b4ea3"]
STYLES = [("o", True, "-"), ("o", False, "--"), ("s", False, ":")]


def plot(points, measure, *paths):
    """points: (series, steps, setting, speed-up, PSNR); those that left a picture as it was are not among them."""
    series = unique(p[0] for p in points)
    steps = sorted({p[1] for p in points})
    settings = unique(p[2] for p in points)
    figure, axes = pyplot.subplots(figsize=(11, max(6.2, 0.26 * (len(settings) + len(series) + len(steps) + 5))))
    for index, name in reversed(list(enumerate(series))):
        for count in steps:
            own = [p for p in points if p[:2] == (name, count)]
            draw(axes, own, settings, COLOURS[steps.index(count) % len(COLOURS)], *STYLES[min(index, 2)])
    axes.set_title("How fast, how faithful: up and to the right is better", loc="left")
    axes.set_xlabel(measure)
    axes.set_ylabel("PSNR, dB")
    axes.grid(color="#e3e3e3")
    axes.set_axisbelow(True)
    legend(figure, axes, series, steps, settings)
    for path in paths:
        figure.savefig(path, bbox_inches="tight", metadata={"Date": None} if str(path).endswith("svg") else None)
    pyplot.close(figure)


def draw(axes, points, settings, colour, marker, filled, dashes):
    frontier = sorted(p[3:] for p in points if not any(q[3] > p[3] and q[4] > p[4] for q in points))
    if frontier:
        axes.plot(*zip(*frontier), color=colour, linestyle=dashes, linewidth=1.6, alpha=0.7)
    for _, _, setting, speedup, psnr in points:
        face = colour if filled else "white"
        axes.plot(speedup, psnr, marker, markersize=13, markeredgewidth=1.6, color=colour, markerfacecolor=face)
        axes.text(speedup, psnr, settings.index(setting) + 1, color="white" if filled else colour, fontsize=8,
                  ha="center", va="center")


def legend(figure, axes, series, steps, settings):
    lines = [Line2D([], [], color=COLOURS[i % len(COLOURS)], linewidth=6) for i in range(len(steps))]
    names = [f"{count} steps" for count in steps]
    for index, name in enumerate(series):
        marker, filled, dashes = STYLES[min(index, 2)]
        lines.append(Line2D([], [], color="#555", marker=marker, markersize=9, linestyle=dashes,
                            markerfacecolor="#555" if filled else "white"))
        names.append(name)
    lines += [Line2D([], [], linestyle="none")] * len(settings)
    names += [f"{i}  {setting}" for i, setting in enumerate(settings, 1)]
    axes.legend(lines, names, loc="upper left", bbox_to_anchor=(1.02, 1), frameon=False, fontsize=9)


def unique(values):
    return list(dict.fromkeys(values))
