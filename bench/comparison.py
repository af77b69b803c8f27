"""One comparison: how much dearer a piece of work is than a baseline timed in the same run, on the same machine."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Work = Callable[[], object]


@dataclass(frozen=True)
class Comparison:
    """`work` against `baseline`; a ratio above `at_most`, where one is given, is a fault.

    A baseline of which only a part is run counts so many times.
    """

    name: str
    work: Work
    baseline: Work
    at_most: float | None = None
    baseline_counts: float = 1

    def ratio(self, rounds: int) -> float:
        """Median of the ratios of each round; the two take turns, so that a busy machine slows both alike."""
        return median(seconds(self.work) / (self.baseline_counts * seconds(self.baseline)) for _ in range(rounds))

    def is_within(self, ratio: float) -> bool:
        return self.at_most is None or ratio <= self.at_most


def seconds(work: Work) -> float:
    begin = perf_counter()
    work()
    return perf_counter() - begin
