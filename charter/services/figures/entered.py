"""Figures of people and programs as pages and programs print them: asked for, waited for, entered."""

from __future__ import annotations

from typing import TypedDict

from charter.domain.overview.model import Words

Numbers = dict[str, float | int | None]
"""The numbers of a figure by their names."""


class IndicatorLine(TypedDict):
    """An indicator of the charter in force, with the numbers that a figure of it needs."""

    key: str
    commitment: str
    title: Words
    kind: str
    period: str
    source: str | None
    takes_figures: bool
    numbers: list[str]
    has_channel: bool
    has_segment: bool


class Waiting(TypedDict):
    """An ended period that waits for figures: so many units of so many have entered theirs."""

    indicator: str
    title: Words
    period: str
    state: str
    due_at: str
    entered: int
    of: int


class EnteredFigure(TypedDict):
    """A figure as it was entered or measured."""

    unit: str
    name: str
    is_known: bool
    channel: str
    segment: str
    kind: str
    numbers: Numbers
    is_correction: bool
    reason: str | None
    by: str
    at: str


class GivenFigure(EnteredFigure):
    """A figure that somebody gave, of which indicator and period, and what it replaces; `may_open`: whether the reader
    may enter or correct figures there."""

    title: Words
    indicator: str
    period: str
    replaces: Numbers | None
    may_open: bool


class UnitChoice(TypedDict):
    """A unit to choose, as deep as it stands in the tree."""

    key: str
    name: str
    depth: int


class FigurePlace(TypedDict):
    """What a page needs to enter or correct the figures of one indicator and period."""

    indicator: str
    commitment: str
    title: Words
    kind: str
    period: str
    is_by_hand: bool
    numbers: list[str]
    has_channel: bool
    has_segment: bool
    units: list[UnitChoice]
    figures: list[EnteredFigure]
