"""Whether what a server holds grows: the slope of each figure over the last third of a soak."""

import itertools
import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Bound:
    """What a figure may rise by in an hour. A rise of less than `noise` over what was looked at is none: there is no telling."""

    per_hour: float
    noise: float


BOUNDS = {
    "resident": Bound(60, 3),
    "heap after a collection": Bound(20, 2),
    "native: ": Bound(20, 2),
    "threads": Bound(20, 4),
    "open files": Bound(40, 8),
    "open tensors": Bound(0, 0),
}
# The heap's own size follows from what lives in it and what was asked for at once.
NOT_BOUND = ("native: java heap",)


@dataclass(frozen=True)
class Line:
    """A figure, from the first third to the last."""

    name: str
    first: float
    last: float
    highest: float
    slope: float
    bound: Bound | None

    def is_too_steep(self, hours):
        return self.bound is not None and self.slope > self.bound.per_hour and self.slope * hours > self.bound.noise


def lines(samples):
    """A line for each figure that the samples have, and the hours that their last third took."""
    names = dict.fromkeys(name for sample in samples for name in sample if name != "seconds")
    begin = samples[0]["seconds"] + (samples[-1]["seconds"] - samples[0]["seconds"]) * 2 / 3
    hours = (samples[-1]["seconds"] - begin) / 3600
    return [line(name, samples, begin) for name in names], hours


def line(name, samples, begin):
    points = [(sample["seconds"] / 3600, sample[name]) for sample in samples if name in sample]
    late = [point for point in points if point[0] * 3600 >= begin]
    values = [value for _, value in points]
    early = values[: max(1, len(values) // 3)]
    bound = next((bound for prefix, bound in BOUNDS.items() if name.startswith(prefix) and name not in NOT_BOUND), None)
    return Line(name, statistics.median(early), statistics.median(v for _, v in late), max(values), slope(late), bound)


def slope(points):
    """Theil's and Sen's: the median of all slopes between two points, which single peaks do not move."""
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.combinations(points, 2) if b[0] > a[0]]
    return statistics.median(slopes) if slopes else 0.0
