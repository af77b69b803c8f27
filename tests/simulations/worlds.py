"""Worlds that are known: series of which it is known what happened in them, drawn with a fixed seed.

Each rule that promises an error rate is tried on them (methods.md C); docs/methods.md has the rates that came out.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence

Series = list[float]
World = Callable[[random.Random, int], Series]


def drawn(world: World, length: int, times: int, seed: int) -> Iterator[Series]:
    """So many series of a world."""
    chance = random.Random(seed)
    for _ in range(times):
        yield world(chance, length)


def stable(chance: random.Random, length: int) -> Series:
    """A share of 92 % with a spread of one point from month to month."""
    return [chance.gauss(0.92, 0.01) for _ in range(length)]


def remembering(memory: float) -> World:
    """Each month keeps a part of the one before."""

    def world(chance: random.Random, length: int) -> Series:
        at = chance.gauss(0, 1) / math.sqrt(1 - memory * memory)
        found = []
        for _ in range(length):
            at = memory * at + chance.gauss(0, 1)
            found.append(0.92 + at / 100)
        return found

    return world


def seasonal(chance: random.Random, length: int) -> Series:
    """Four points up in summer, four down in winter, half a point by chance."""
    return [0.92 + 0.04 * math.sin(math.tau * at / 12) + chance.gauss(0, 0.005) for at in range(length)]


def binomial(share: float, cases: int) -> World:
    """Cases kept by chance alone, drawn by the normal law that so many cases follow."""

    def world(chance: random.Random, length: int) -> Series:
        spread = math.sqrt(share * (1 - share) / cases)
        return [min(1.0, max(0.0, round(chance.gauss(share, spread) * cases) / cases)) for _ in range(length)]

    return world


def shifted(world: World, after: int, by: float) -> World:
    """The same world, higher from the month after a place on."""

    def moved(chance: random.Random, length: int) -> Series:
        return [value + by * (at > after) for at, value in enumerate(world(chance, length))]

    return moved


def poisson(mean: float) -> World:
    """Events that come by themselves, one after the other."""

    def world(chance: random.Random, length: int) -> Series:
        return [float(arrivals(chance, mean)) for _ in range(length)]

    return world


def arrivals(chance: random.Random, mean: float) -> int:
    """How many arrive within one period."""
    waited, count = chance.expovariate(mean), 0
    while waited < 1:
        waited, count = waited + chance.expovariate(mean), count + 1
    return count


def cases_kept(share: float, sizes: Sequence[float]) -> World:
    """So many cases a month, each kept by chance."""

    def world(chance: random.Random, length: int) -> Series:
        return [sum(chance.random() < share for _ in range(int(size))) / size for size in sizes[:length]]

    return world


def kept_of(chance: random.Random, share: float, cases: int) -> int:
    """How many of so many cases are kept by chance."""
    return sum(chance.random() < share for _ in range(cases))
