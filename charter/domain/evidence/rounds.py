"""A round of experts: at least two people asked the same question, blind to each other until both have answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

MINIMUM = 2
RoundState = Literal["open", "told", "void"]
"""Asked and waited for; answered and told to everybody; closed with fewer than two answers, which nobody reads."""


@dataclass(frozen=True)
class Answered:
    """What one expert answered: floor and earns are yes, no or unknown."""

    floor: str
    earns: str
    because: str
    on: date


@dataclass(frozen=True)
class Seat:
    """One expert asked; by account or by invitation."""

    id: int
    name: str
    answered: Answered | None
    is_account: bool = False


@dataclass(frozen=True)
class Round:
    """One question to several experts, open through `closes_on`."""

    id: int
    opened_on: date
    closes_on: date
    note: str | None
    seats: Sequence[Seat]

    @property
    def told_on(self) -> date | None:
        """The day from which answers are read: when all have answered, else the day after it closed if at least two
        have; never with fewer."""
        days = [seat.answered.on for seat in self.seats if seat.answered]
        if len(days) < MINIMUM:
            return None
        return max(days) if len(days) == len(self.seats) else self.closes_on + timedelta(days=1)

    def state_on(self, day: date) -> RoundState:
        """Where the round stands on that day."""
        told = self.told_on
        if told is not None and told <= day:
            return "told"
        return "open" if day <= self.closes_on else "void"


def opinions_on(rounds: Iterable[Round], written: Iterable[dict[str, Any]], on: date) -> list[dict[str, Any]]:
    """The newest opinion of each expert that may be read on that day, those of the charter file included."""
    given = [*written]
    for one in rounds:
        if one.state_on(on) == "told":
            given += [
                {"name": seat.name, "floor": a.floor, "earns": a.earns, "because": a.because, "date": a.on.isoformat()}
                for seat in one.seats
                if (a := seat.answered) is not None
            ]
    known = sorted((one for one in given if one["date"] <= on.isoformat()), key=lambda one: str(one["date"]))
    newest = {" ".join(str(one["name"]).casefold().split()): one for one in known}
    return list(newest.values())
