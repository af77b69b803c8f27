"""Composites: parts that exist, are named once and never lead back; a composite reads no rows of its own."""

from __future__ import annotations

from typing import Any

from charter.domain.charter_file.consistency.head import check_unique
from charter.domain.charter_file.findings import Notes
from charter.domain.charter_file.messages import did_you_mean
from charter.domain.charter_file.parts import Parts, PlacedIndicator, first_by_key
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.terms import Kind, PeriodKind

ROW_KEYS = ("source", "where", "distinct", "exclude", "unit", "channel", "segment")


def check_composites(parts: Parts, notes: Notes) -> None:
    """Every part is another indicator of the charter, of the same period; no composite is a part of itself."""
    by_key = first_by_key(parts.indicators)
    composites = [one for one in parts.indicators if one.written("kind") == Kind.COMPOSITE]
    for composite in composites:
        for name in ROW_KEYS:
            if composite.written(name):
                said = Sentence("a composite has no '%(name)s': it is computed from its parts", name=name)
                notes.error((*composite.path, name), said, Sentence("remove it"))
        _check_parts(composite, by_key, notes)
    _check_circles(composites, by_key, notes)


def _part_keys(composite: PlacedIndicator) -> list[tuple[int, str]]:
    parts = composite.written("of")
    listed = enumerate(parts) if isinstance(parts, list) else ()
    return [
        (index, part["indicator"])
        for index, part in listed
        if isinstance(part, dict) and isinstance(part.get("indicator"), str)
    ]


def _check_parts(composite: PlacedIndicator, by_key: dict[str, PlacedIndicator], notes: Notes) -> None:
    keys = _part_keys(composite)
    path = (*composite.path, "of")
    listed = [((*path, index, "indicator"), key) for index, key in keys]
    check_unique(listed, Sentence("the part"), notes, Sentence("name each part once, with its weight"))
    for where, key in listed:
        if key not in by_key:
            others = [other for other in by_key if other != composite.key]
            remedy = did_you_mean(key, others, Sentence("indicators: %(words)s", words=others))
            notes.error(where, Sentence("the indicator '%(key)s' does not exist", key=key), remedy)
            continue
        period, own = _period(by_key[key]), _period(composite)
        if period != own:
            said = Sentence(
                "'%(key)s' is assessed by %(period)s, this composite by %(own)s", key=key, period=period, own=own
            )
            notes.error(where, said, Sentence("give both the same period"))


def _period(indicator: PlacedIndicator) -> str:
    """By what an indicator is judged; what is no period stays as it is written."""
    written: Any = indicator.written("period", PeriodKind.MONTH)
    return PeriodKind(written) if written in list(PeriodKind) else str(written)


def _check_circles(composites: list[PlacedIndicator], by_key: dict[str, PlacedIndicator], notes: Notes) -> None:
    done: set[str] = set()
    for composite in composites:
        walk = _circle_from(composite.key, by_key, [], done) if composite.key is not None else None
        if walk:
            said = Sentence("the parts lead back: %(circle)s", circle=" → ".join(walk))
            notes.error((*by_key[walk[0]].path, "of"), said, Sentence("remove one of these parts"))


def _circle_from(key: str, by_key: dict[str, PlacedIndicator], walk: list[str], done: set[str]) -> list[str] | None:
    """The first circle reached from an indicator; each indicator is walked through once."""
    if key in walk:
        return [*walk[walk.index(key) :], key]
    if key in done or key not in by_key or by_key[key].written("kind") != Kind.COMPOSITE:
        return None
    circle = None
    for _, part in _part_keys(by_key[key]):
        circle = circle or _circle_from(part, by_key, [*walk, key], done)
    done.add(key)
    return circle
