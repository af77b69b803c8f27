"""What makes a figure doubtful: no target, no denominator, too few cases, open cases left out."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from charter.domain.charter_file.charter import Charter, country_of
from charter.domain.charter_file.columns_read import named_by
from charter.domain.charter_file.entered_sources import ENTERED
from charter.domain.charter_file.findings import Notes, Path
from charter.domain.charter_file.indicators import IndicatorBase, PlainShare, ShareWithin
from charter.domain.charter_file.values import Test
from charter.domain.checks.deadlines import delays_of, unit_of_delay
from charter.domain.readings.status import has_interval
from charter.domain.readings.values import reckoned_as, steps_of
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.periods import first_from
from charter.domain.vocabulary.sentences import in_quotes
from charter.domain.vocabulary.terms import Basis, Kind, PeriodKind
from charter.domain.vocabulary.working_days import country_year, is_known_calendar

FEW = 10
OF_CASES = (
    Kind.SHARE_WITHIN,
    Kind.SHARE,
    Kind.MEAN,
    Kind.NPS,
    Kind.EFFORT,
    Kind.COUNT,
    Kind.SUM,
    Kind.RATE,
    Kind.PERCENTILE,
)
"""The kinds whose rows may be cases."""
CLOSED = (
    "closed",
    "clos",
    "close",
    "closed out",
    "done",
    "resolved",
    "solved",
    "finished",
    "fermé",
    "fermée",
    "résolu",
    "terminé",
    "traité",
    "clôturé",
)


def check_indicator(charter: Charter, indicator: IndicatorBase, path: Path, notes: Notes) -> None:
    """The traps of one indicator."""
    kind = _kind(indicator)
    _check_targets(charter, indicator, path, notes)
    if kind is Kind.MONEY and indicator.mandatory:
        said = Sentence("money paid never makes a status, and this indicator is mandatory")
        notes.advice(path, said, Sentence("write mandatory: false"))
    if kind in (Kind.COUNT, Kind.SUM) and any(target.target != 0 for target in indicator.targets):
        said = Sentence("a count grows with activity, and has no denominator")
        notes.advice((*path, "kind"), said, Sentence("use the kind rate with a volume, or share"))
    if indicator.basis is Basis.SAMPLE and kind.has_minimum and indicator.minimum < FEW:
        said = Sentence("a sample of %(count)s cases proves nothing", count=indicator.minimum)
        notes.warning((*path, "minimum"), said, Sentence("write at least %(few)s; 30 is usual", few=FEW))
    if kind is Kind.PERCENTILE and _is_entered(charter, indicator):
        said = Sentence("a percentile is made of its cases at each level, and these are not entered")
        remedy = Sentence("read its cases from a source, or promise a share within the delay")
        notes.warning((*path, "kind"), said, remedy)
    if indicator.basis is Basis.SAMPLE and not has_interval(reckoned_as(indicator)):
        said = Sentence("a %(kind)s of a sample has no interval: it stays unproven, whatever its value", kind=kind)
        remedy = Sentence(
            "write basis: census, or measure a share, a mean, a percentile, a rate or a net promoter score"
        )
        notes.warning((*path, "basis"), said, remedy)
    if indicator.case_key is None and kind in OF_CASES and _reads_several_files(charter, indicator):
        said = Sentence("its source reads several files, and a case that appears in two of them counts twice")
        notes.warning((*path, "source"), said, Sentence("add distinct: the column that names a case"))
    if isinstance(indicator, ShareWithin):
        _check_open_cases(indicator, path, notes)
    if isinstance(indicator, PlainShare):
        _check_amounts(indicator, path, notes)
    _check_hours(charter, indicator, path, notes)
    if (
        len(charter.units) > 1
        and indicator.unit is None
        and kind is not Kind.COMPOSITE
        and not _is_entered(charter, indicator)
    ):
        said = Sentence("the figure cannot be read for one unit")
        notes.advice(path, said, Sentence("add unit: the column of the unit's key"))


AMOUNTS = re.compile(
    r"(?<![a-z0-9])(?<![0-9][ _-])"
    r"(min(ute)?s?|sec(ond(e)?)?s?|hours?|heures?|h|days?|jours?|eur(o)?s?|€|amounts?|montants?|cents|[kmg]wh|km|m3"
    r"|litres?|tonnes?|kg)(?![a-z])",
    re.IGNORECASE,
)
"""Words in names of columns that speak of time, money or quantities; not those of a delay, as in “within 28 days”."""


def _check_amounts(indicator: PlainShare, path: Path, notes: Notes) -> None:
    """Columns of minutes or euros, of which a share is no share of cases."""
    if indicator.in_ is not None and indicator.denominator is None:
        said_of_rows = Sentence("in names amounts, and rows are counted")
        notes.warning((*path, "in"), said_of_rows, Sentence("write numerator and denominator, or case: instead of in:"))
    said = [name for given in (indicator.numerator, indicator.denominator) for name in named_by(given)]
    names = [name for name in said if AMOUNTS.search(name)]
    if names and indicator.in_ is None:
        said_of_it = Sentence("the column %(column)s speaks of amounts, not of cases", column=in_quotes(names[:1]))
        remedy = Sentence("write in: the word for its unit, so that nothing is reckoned as if one were a case")
        notes.warning((*path, "denominator"), said_of_it, remedy)


def _check_hours(charter: Charter, indicator: IndicatorBase, path: Path, notes: Notes) -> None:
    """Working hours by a calendar that says no hours: a working day is then 24 of them."""
    units = {delay.unit: "within" for delay in delays_of(indicator)} | {unit_of_delay(indicator): "in"}
    fields = [field for unit, field in units.items() if unit in ("working hours", "working minutes")]
    names = [charter.charter.calendar, *(unit.calendar for unit in charter.units if unit.calendar)]
    without = [
        name for name in dict.fromkeys(names) if name not in charter.calendars or not charter.calendars[name].week
    ]
    if fields and without:
        said = Sentence(
            "the calendar '%(calendar)s' has no opening hours: a working day is 24 hours", calendar=without[0]
        )
        remedy = Sentence('write them under calendars: {centre: {open: {mon-fri: ["09:00-18:00"]}}}')
        notes.warning((*path, fields[0]), said, remedy)


def check_calendars(charter: Charter, notes: Notes) -> None:
    """A public holiday that is opened is perhaps a slip; a calendar that nobody keeps is one."""
    names = {charter.charter.calendar, *(unit.calendar for unit in charter.units)}
    for name, own in charter.calendars.items():
        path: Path = ("calendars", name)
        if name not in names:
            said = Sentence("no unit keeps the calendar '%(calendar)s'", calendar=name)
            notes.warning(path, said, Sentence("name it under calendar: of the charter or of a unit, or remove it"))
        country = country_of(name, charter.charter, charter.calendars)
        for day in own.open_days:
            on = date.fromisoformat(day)
            if is_known_calendar(country) and (holiday := country_year(country, on.year).holidays.get(on)):
                said = Sentence("%(day)s is opened and is a public holiday: %(holiday)s", day=on, holiday=holiday)
                notes.advice((*path, "open_days", day), said, Sentence("keep it if it is meant"))


def _kind(indicator: IndicatorBase) -> Kind:
    return Kind(getattr(indicator, "kind", Kind.COUNT))


def _is_entered(charter: Charter, indicator: IndicatorBase) -> bool:
    source = charter.sources.get(indicator.source or "")
    return source is None or source.kind in ENTERED


def _reads_several_files(charter: Charter, indicator: IndicatorBase) -> bool:
    path = getattr(charter.sources.get(indicator.source or ""), "path", "")
    return any(sign in path for sign in "*?[")


def check_first_periods(charter: Charter, notes: Notes) -> None:
    """A version or a level that begins inside a period judges the next one first, or cases by their own start."""
    day, kinds = charter.charter.valid_from, set[PeriodKind]()
    for at, commitment in enumerate(charter.commitments):
        for nth, indicator in enumerate(commitment.indicators):
            if indicator.judged_by == "period":
                kinds.add(indicator.period)
            for index, target in enumerate(indicator.targets):
                first = first_from(indicator.period, target.from_)
                if target.from_ > day and first.start != target.from_:
                    said = Sentence("the first period assessed by this level is %(first)s", first=first)
                    remedy = Sentence("let it begin on the first day of a period")
                    notes.advice(("commitments", at, "indicators", nth, "targets", index, "from"), said, remedy)
    inside = [first for kind in PeriodKind if kind in kinds and (first := first_from(kind, day)).start != day]
    if inside:
        said = Sentence(
            "this version begins inside a period: the first periods that it assesses are %(firsts)s", firsts=inside
        )
        remedy = Sentence(
            "begin on the first day of a period, or write judged_by: start to assess each case by its own"
        )
        notes.advice(("charter", "valid_from"), said, remedy)


def _check_targets(charter: Charter, indicator: IndicatorBase, path: Path, notes: Notes) -> None:
    kind = _kind(indicator)
    if not indicator.targets:
        if kind is not Kind.MONEY and not indicator.is_context and not steps_of(indicator):
            note = notes.warning if indicator.mandatory else notes.advice
            said = Sentence("no level is required of it: its status will be not-applicable")
            note(path, said, Sentence("add targets: [{from: …, target: …}], or mandatory: false"))
        return
    first = min(target.from_ for target in indicator.targets)
    if first > charter.charter.valid_from:
        said = Sentence(
            "no level is required before %(first)s, and the charter holds from %(start)s",
            first=first,
            start=charter.charter.valid_from,
        )
        remedy = Sentence("add a target from the first day, unless nothing was promised before")
        notes.advice((*path, "targets"), said, remedy)
    for index, target in enumerate(indicator.targets):
        if target.unacceptable is None and kind not in (Kind.YES_NO, Kind.MONEY):
            said = Sentence("no threshold says when a miss calls for immediate action")
            notes.advice((*path, "targets", index), said, Sentence("add unacceptable:"))


def _check_open_cases(indicator: ShareWithin, path: Path, notes: Notes) -> None:
    """A case past its delay and still open is a failure: leaving open cases out makes the share flatter itself."""
    left_out = Sentence("open cases are left out of the share")
    remedy = Sentence("remove this condition: a case past its delay and still open is a failure")
    for column, said in (indicator.where or {}).items():
        if column == indicator.stop and isinstance(said, Test) and (said.missing is False or said.missing is None):
            notes.warning((*path, "where", column), left_out, remedy)
        elif _only_closed(said):
            notes.warning((*path, "where", column), Sentence("only closed cases seem to count"), remedy)
    for index, one in enumerate(indicator.exclude):
        test = one.where.get(indicator.stop) if isinstance(indicator.stop, str) else None
        if isinstance(test, Test) and test.missing:
            notes.warning((*path, "exclude", index), left_out, remedy)


def _only_closed(said: Any) -> bool:
    values = said if isinstance(said, list) else [said]
    return all(isinstance(value, str) and value.strip().lower() in CLOSED for value in values)


def check_weights(charter: Charter, notes: Notes) -> None:
    """Samples are weighted by unit only where units have weights: one without weighs nothing beside those that do."""
    samples = [i for one in charter.commitments for i in one.indicators if i.basis is Basis.SAMPLE]
    weighted = {unit.parent for unit in charter.units if unit.weight is not None}
    for index, unit in enumerate(charter.units if samples else []):
        if unit.weight is None and unit.parent in weighted:
            said = Sentence(
                "'%(unit)s' has no weight beside units that have one: its answers weigh nothing above it", unit=unit.key
            )
            notes.warning(("units", index), said, Sentence("add weight: how many customers it stands for"))
