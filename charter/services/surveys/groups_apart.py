"""Who answered unlike the others: segments, units of a file, the first half and the rest, side by side on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, TypedDict

from sqlalchemy import select

from charter.domain.analyses.groups_apart import Beside, Counted, Groups, MarkCounts, PairCounts, side_by_side
from charter.domain.charter_file.charter import Choices
from charter.models.base import db
from charter.models.surveys import SurveyResult, SurveyStep, SurveyWave
from charter.services.charters.versions import history
from charter.services.surveys.responses import result_of
from charter.services.surveys.summaries import counts_in


class BesideLine(TypedDict):
    """A group on one promise: two shares of 100 with how many answered, and whether it answers unlike the others; all
    None where too few answered, or they may not be used. `unhappy` and `happy`: of pairs those annoyed without it and
    those pleased to have it, of marks the low and the high ones."""

    group: str
    n: int | None
    unhappy: int | None
    happy: int | None
    p: float | None
    differs: bool


class BesideTable(TypedDict):
    """Segments, units or halves side by side, by promise."""

    kind: str
    lines: dict[str, list[BesideLine]]


def beside_of(found: SurveyWave, result: SurveyResult | None, choices: Choices) -> list[BesideTable]:
    """The segments that were asked beside this one, who answered early and who late, and the units that a file names;
    none where there is one alone."""
    if result is None:
        return []
    document, tree = result.document, history().current.tree
    units, halves = document.get("units", {}), document.get("halves", {})
    names = {unit.key: unit.name for unit, _ in tree.walk()}
    groups: dict[str, Groups] = {
        "segment": _asked_beside(found),
        "half": {half: _counts(counted, found) for half, counted in halves.items()},
        "unit": {names.get(unit, unit): _counts(counted, found) for unit, counted in units.items()},
    }
    # The page prints what everybody answered: the units shown must not tell of the few who are in none of them.
    # Weighted counts do not add up, and are found by no subtraction.
    whole = None if _is_weighted(document) else _whole(document, found)
    return [
        BesideTable(kind=kind, lines=_lines(side_by_side(asked, choices, whole=whole if kind == "unit" else None)))
        for kind, asked in groups.items()
        if len(asked) > 1
    ]


def _is_weighted(document: Mapping[str, Any]) -> bool:
    return any("weighted" in one for one in document.get("commitments", {}).values())


def _whole(document: Mapping[str, Any], wave: SurveyWave) -> dict[str, Counted]:
    return _counts(document.get("marked" if wave.kind == "marks" else "commitments", {}), wave)


def _counts(counted: Mapping[str, Any], wave: SurveyWave) -> dict[str, Counted]:
    if wave.kind == "marks":
        return {key: MarkCounts(*parts) for key, parts in counted.items()}
    return {key: PairCounts(one) for key, one in counts_in(counted, wave).items()}


ASKED_TOGETHER = timedelta(days=31)


def _asked_beside(found: SurveyWave) -> Groups:
    """This segment and those of the same file, or asked in the same words within a month; never all customers."""
    if not found.segment:
        return {}
    withdrawn = select(SurveyStep.wave_id).where(SurveyStep.step == "withdrawn")
    query = select(SurveyWave).where(
        SurveyWave.kind == found.kind,
        SurveyWave.segment != "",
        SurveyWave.id.not_in(withdrawn) | (SurveyWave.id == found.id),
        SurveyWave.asked_on.between(found.asked_on - ASKED_TOGETHER, found.asked_on + ASKED_TOGETHER),
    )
    rows = {wave.segment: wave for wave in db.session.execute(query.order_by(SurveyWave.id)).scalars()}
    rows[found.segment] = found
    asked = [(wave, result_of(wave.id)) for wave in rows.values() if _is_alike(wave, found)]
    return {wave.segment: _whole(told.document, wave) for wave, told in asked if told}


def _is_alike(wave: SurveyWave, found: SurveyWave) -> bool:
    """Of the same file; or the same words, and the same table or the same marks called low and high."""
    if wave.id == found.id or (wave.origin == "import" and wave.opened_at == found.opened_at):
        return True
    if [wave.choices.get(name) for name in CODED] != [found.choices.get(name) for name in CODED]:
        return False
    tables = [one.choices.get("table", "classic") for one in (wave, found)]
    return bool(wave.wording) and (wave.wording, wave.words) == (found.wording, found.words) and len(set(tables)) == 1


CODED = ("low", "high", "not_applicable")


def _lines(found: Sequence[Beside]) -> dict[str, list[BesideLine]]:
    lines: dict[str, list[BesideLine]] = {}
    for one in found:
        counts = one.counts
        lines.setdefault(one.commitment, []).append(
            BesideLine(
                group=one.group,
                n=None if counts is None else round(counts.n),
                unhappy=None if counts is None else round(100 * counts.unhappy / counts.n),
                happy=None if counts is None else round(100 * counts.happy / counts.n),
                p=one.p,
                differs=one.differs,
            )
        )
    return lines
