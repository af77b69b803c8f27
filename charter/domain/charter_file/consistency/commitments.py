"""Commitments: keys, the expectations they answer, their components and evidence.

Sources and indicators fit together: every source that is named exists, every source is used.

What must agree between the parts of a charter file: keys, references, numbers on the right side of one another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from charter.domain.charter_file.calendars.pauses import State
from charter.domain.charter_file.consistency.compensation import check_compensation
from charter.domain.charter_file.consistency.grids import check_grids, check_serves
from charter.domain.charter_file.consistency.head import (
    KEEP_ONE,
    check_head,
    check_one_line,
    check_unique,
)
from charter.domain.charter_file.consistency.incidents import check_incidents
from charter.domain.charter_file.consistency.indicators import check_indicators, check_targets
from charter.domain.charter_file.consistency.parts import check_composites
from charter.domain.charter_file.consistency.providers import check_provider
from charter.domain.charter_file.consistency.stages import check_stages
from charter.domain.charter_file.consistency.units import check_units
from charter.domain.charter_file.consistency.words import check_words
from charter.domain.charter_file.entered_sources import ENTERED
from charter.domain.charter_file.evidence import Evidence, Sector
from charter.domain.charter_file.findings import Notes, Path, missing, value_at
from charter.domain.charter_file.messages import did_you_mean
from charter.domain.charter_file.parts import Parts, PlacedCommitment, PlacedIndicator
from charter.domain.charter_file.values import UnitsOfKind
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.terms import Kind


def check_commitments(parts: Parts, notes: Notes) -> None:
    """Keys of commitments and of indicators are unique over the charter; what a commitment refers to exists."""
    check_unique((((*one.path, "key"), one.key) for one in parts.commitments), Sentence("the commitment key"), notes)
    check_unique((((*one.path, "key"), one.key) for one in parts.indicators), Sentence("the indicator key"), notes)
    expected = _expectations(parts)
    for commitment in parts.commitments:
        _check_answers(commitment, expected, notes)
        components = commitment.field("components") or []
        listed = [((*commitment.path, "components", index), one.value) for index, one in enumerate(components)]
        remedy = Sentence("keep one of them; the first is the main one")
        check_unique(listed, Sentence("the component"), notes, remedy)
        check_serves(commitment, parts, notes)
        _check_evidence(commitment, commitment.field("evidence"), notes)
        check_compensation(commitment, parts, notes)
        check_provider(commitment, parts, notes)
        for name in ("title", "owner"):
            check_one_line((*commitment.path, name), commitment.written(name), notes)
    for indicator in parts.indicators:
        check_one_line((*indicator.path, "title"), indicator.written("title"), notes)


def _expectations(parts: Parts) -> list[str]:
    written = value_at(parts.head.raw, ("origin", "expectations"))
    keys = [one.get("key") for one in written if isinstance(one, dict)] if isinstance(written, list) else []
    return [key for key in keys if isinstance(key, str)]


def _check_answers(commitment: PlacedCommitment, expected: list[str], notes: Notes) -> None:
    answers: Any = commitment.written("answers", [])
    if not isinstance(answers, list):
        return
    path = (*commitment.path, "answers")
    listed = [((*path, index), key) for index, key in enumerate(answers)]
    check_unique(listed, Sentence("the expectation"), notes, KEEP_ONE)
    for where, key in listed:
        if isinstance(key, str) and key not in expected:
            near = did_you_mean(key, expected, Sentence("expectations: %(words)s", words=expected))
            remedy = near if expected else Sentence("write it under charter.origin.expectations")
            notes.error(where, Sentence("the expectation '%(key)s' does not exist", key=key), remedy)


def _check_evidence(commitment: PlacedCommitment, evidence: Evidence | None, notes: Notes) -> None:
    if evidence is None:
        return
    path = (*commitment.path, "evidence")
    if evidence.sector is not None:
        _check_sector(evidence.sector, (*path, "sector"), notes)
    names = [((*path, "experts", index), expert.name) for index, expert in enumerate(evidence.experts)]
    check_unique(names, Sentence("the expert"), notes, Sentence("each expert answers once"))
    measured = evidence.law.minimum_indicator if evidence.law else None
    keys = [one.key for one in commitment.indicators if one.key]
    if measured is not None and measured not in keys:
        said = Sentence("the indicator '%(key)s' is none of this commitment", key=measured)
        near = did_you_mean(measured, keys, Sentence("its indicators: %(words)s", words=keys))
        remedy = near if keys else Sentence("add the indicator, or remove this line")
        notes.error((*path, "law", "minimum_indicator"), said, remedy)


def _check_sector(sector: Sector, path: Path, notes: Notes) -> None:
    if sector.promised_by is not None and sector.compared is not None and sector.promised_by > sector.compared:
        said = Sentence(
            "%(promised)s promise it, but only %(compared)s were compared",
            promised=sector.promised_by,
            compared=sector.compared,
        )
        notes.error((*path, "promised_by"), said, Sentence("correct one of the two"))
    listed = [
        ((*path, "companies", index), Sentence("%(company)s on %(day)s", company=one.company, day=one.date))
        for index, one in enumerate(sector.companies)
    ]
    check_unique(listed, Sentence("the company"), notes, Sentence("keep one entry per company and date"))


def check_sources(parts: Parts, notes: Notes) -> None:
    """An indicator names an existing source; a composite has none; a yes-no entered by hand needs none."""
    used = {str(placed.field("source")) for placed in parts.words.values()}
    for indicator in parts.indicators:
        source, volume = indicator.written("source"), indicator.written("volume")
        if isinstance(volume, dict) and isinstance(volume.get("source"), str):
            _check_known(volume["source"], (*indicator.path, "volume", "source"), parts, notes)
            _check_read(volume["source"], indicator, parts, notes)
            used.add(volume["source"])
        pauses = indicator.written("pauses")
        if isinstance(pauses, dict) and isinstance(pauses.get("source"), str):
            _check_known(pauses["source"], (*indicator.path, "pauses", "source"), parts, notes)
            used.add(pauses["source"])
        _check_states(indicator, parts, notes)
        if isinstance(source, str):
            _check_known(source, (*indicator.path, "source"), parts, notes)
            used.add(source)
        elif source is None and _needs_source(indicator):
            keys = Sentence("add source: one of %(keys)s", keys=list(parts.sources))
            none = Sentence("add source: one of the keys under sources")
            notes.error((*indicator.path, "source"), missing("source"), keys if parts.sources else none)
    for key, placed in parts.sources.items():
        if key not in used:
            said = Sentence("no indicator reads the source '%(key)s'", key=key)
            notes.warning(placed.path, said, Sentence("remove it, or name it in an indicator"))


def _check_states(indicator: PlacedIndicator, parts: Parts, notes: Notes) -> None:
    """States are those of an event log: the source says which of its columns tell case, instant and state."""
    start, stop = indicator.field("start"), indicator.field("stop")
    if isinstance(start, State) and isinstance(stop, State) and (both := set(start.state) & set(stop.state)):
        said = Sentence("the state '%(state)s' both starts and stops the case", state=min(both))
        notes.error((*indicator.path, "stop", "state"), said, Sentence("name it in one of them"))
    placed = parts.sources.get(str(indicator.written("source")))
    if placed is None or not isinstance(placed.raw, dict) or "events" in placed.raw:
        return
    for name in ("start", "stop", "pauses"):
        written = indicator.written(name)
        if isinstance(written, dict) and "state" in written:
            said = Sentence("the source '%(key)s' is no event log, so it shows no states", key=placed.path[-1])
            remedy = Sentence("add events: {case: …, at: …, state: …} to the source, or name a column")
            notes.error((*indicator.path, name), said, remedy)


def _needs_source(indicator: PlacedIndicator) -> bool:
    if not isinstance(indicator.raw, dict) or indicator.written("kind") == Kind.COMPOSITE:
        return False
    return not (indicator.written("kind") == Kind.YES_NO and indicator.written("success") == "manual")


def _check_read(key: str, indicator: PlacedIndicator, parts: Parts, notes: Notes) -> None:
    """A volume that is entered by hand comes with the figure itself, not from a source of its own."""
    if _is_entered(key, parts) and not _is_entered(indicator.written("source"), parts):
        said = Sentence("the figures of the source '%(key)s' are entered, so no volume can be read from it", key=key)
        remedy = Sentence("name a source that is read, or enter the whole rate by hand")
        notes.error((*indicator.path, "volume", "source"), said, remedy)


def _is_entered(key: object, parts: Parts) -> bool:
    placed = parts.sources.get(key) if isinstance(key, str) else None
    return placed is not None and isinstance(placed.raw, dict) and placed.raw.get("kind") in ENTERED


def _check_known(key: str, path: Path, parts: Parts, notes: Notes) -> None:
    if key not in parts.sources:
        keys = list(parts.sources)
        near = did_you_mean(key, keys, Sentence("sources: %(words)s", words=keys))
        remedy = near if keys else Sentence("write it under sources:")
        notes.error(path, Sentence("the source '%(key)s' does not exist", key=key), remedy)


def check_parts(parts: Parts, notes: Notes, is_calendar: Callable[[str], bool]) -> None:
    """Note everything that does not agree; parts that are invalid are judged as far as written."""
    check_head(parts, notes, is_calendar)
    check_units(parts, notes, is_calendar)
    check_sources(parts, notes)
    check_grids(parts, notes)
    check_words(parts, notes)
    check_incidents(parts, notes)
    check_commitments(parts, notes)
    for indicator in parts.indicators:
        check_indicators(indicator, notes)
        check_targets(indicator, notes)
        _check_whose(indicator, parts, notes)
        check_stages(indicator, parts, notes)
        _check_judged_by(indicator, notes)
    check_composites(parts, notes)


def _check_whose(indicator: PlacedIndicator, parts: Parts, notes: Notes) -> None:
    """The units and kinds that a level names are those of the tree."""
    units = [one.value for one in parts.units if one.value is not None]
    keys, kinds = ([getattr(one, name) for one in units] for name in ("key", "kind"))
    for placed in indicator.targets if units else []:
        held = placed.value.units if placed.value is not None else None
        if isinstance(held, UnitsOfKind) and held.kind not in kinds:
            said = Sentence("no unit is of the kind '%(kind)s'", kind=held.kind)
            words = sorted(set(kinds))
            remedy = did_you_mean(held.kind, words, Sentence("kinds of units: %(words)s", words=words))
            notes.error((*placed.path, "units", "kind"), said, remedy)
        for index, key in enumerate(held if isinstance(held, list) else []):
            if key not in keys:
                remedy = did_you_mean(key, keys, Sentence("units: %(words)s", words=keys))
                notes.error(
                    (*placed.path, "units", index), Sentence("the unit '%(key)s' does not exist", key=key), remedy
                )


def _check_judged_by(indicator: PlacedIndicator, notes: Notes) -> None:
    """Only counts that add can be put together from before and after a change."""
    kind = indicator.written("kind")
    if indicator.field("judged_by") == "start" and kind in list(Kind) and not Kind(kind).adds_up:
        said = Sentence(
            "a %(kind)s is made of all the cases of a period: they cannot be assessed apart", kind=Kind(kind)
        )
        notes.error((*indicator.path, "judged_by"), said, Sentence("remove judged_by"))
