"""The form of an indicator: the fields of its kind, its rows, its levels and its check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from charter.domain.charter_file.consistency.indicators import VOLUMES
from charter.domain.vocabulary.terms import Basis, Direction, Kind, Nature, PeriodKind, Proves
from charter.web.charters.form.delays import DELAY_WORDS, PAUSES, SECONDS, STAGES, STARTS, STOPS
from charter.web.charters.form.effort import effort_fields
from charter.web.charters.form_fields import Field
from charter.web.charters.forms import case_words, key_section, texts

_LIKE = {"simple": "channel: phone", "list": "status: [open, late]", "limit": "age: {at_least: 18}"}
CONDITION_HELP = _("One condition per line, %(simple)s. Lists and limits too, %(list)s or %(limit)s.", **_LIKE)
SUM_HELP = _("A column, or a sum of columns, %(sum)s.", sum="{plus: [a, b], minus: [c]}")
VOLUME_HELP = _(
    "A column, one of another source, %(other)s, or rows of the same source, %(rows)s.",
    other="{source: calls, column: n}",
    rows="{rows: {where: {type: journey}}}",
)
DISTINCT_HELP = _(
    "One row per case counts. Empty: rows are cases. Where a case stands in several rows, say which counts: "
    "%(latest)s or %(file)s.",
    latest="{key: id, latest: updated_at}",
    file="{key: id, latest: $file}",
)
UNITS_HELP = _("Empty: all. Or whole, %(kind)s, or %(keys)s.", kind="{kind: region}", keys="[lille, metz]")
COLUMN = _("The name of a column of the source.")
KINDS: dict[str, tuple[Any, Any]] = {
    Kind.SHARE_WITHIN: (
        _("Share within a time limit"),
        _("Of all cases, how many were done within the promised delay."),
    ),
    Kind.SHARE: (_("Share that meets a condition"), _("Of all cases, how many meet a condition.")),
    Kind.MEAN: (_("Mean"), _("The mean of a mark, an amount or a delay.")),
    Kind.NPS: (_("NPS"), _("Promoters less detractors, from answers of 0 to 10.")),
    Kind.EFFORT: (
        _("Customer effort"),
        _("The share of easy answers to one question, with all its answers and the hard ones."),
    ),
    Kind.COUNT: (_("Count"), _("How many rows; the required level is often 0.")),
    Kind.SUM: (_("Sum"), _("The sum of a column: hours, cubic metres, days lost.")),
    Kind.RATE: (_("Rate per volume"), _("How many rows for so many of a volume: complaints per 10,000 calls.")),
    Kind.AVAILABILITY: (_("Availability"), _("Time up, of the total time.")),
    Kind.PERCENTILE: (_("Percentile"), _("The delay or value below which so many of 100 cases lie.")),
    Kind.YES_NO: (_("Yes or no"), _("Done or not, of those asked.")),
    Kind.COMPOSITE: (_("Composite"), _("The weighted mean of other indicators.")),
    Kind.MONEY: (_("Compensation paid"), _("Compensation paid to customers; apart from status.")),
}


def _date() -> Field:
    return Field("date", _("Date column"), "column", help=_("It puts a row in its period."))


def _delay_of() -> list[Field]:
    units = [(unit, DELAY_WORDS[unit]) for unit in SECONDS]
    return [
        _date(),
        Field("value", _("Value column"), "column", _("Leave it empty to measure a delay instead.")),
        STARTS,
        STOPS,
        Field("in", _("Delay counted in"), "select", options=units),
        PAUSES,
        STAGES,
    ]


def _own_fields(kind: str, others: Sequence[tuple[str, Any]]) -> list[Field]:
    """What this kind counts."""
    if kind == Kind.SHARE_WITHIN:
        tiers = (Field("within", _("Within"), "delay"), Field("target", _("Required level in %"), "share"))
        return [
            STARTS,
            STOPS,
            Field("within", _("Promised delay"), "delay", _("Leave it empty for a promise in steps.")),
            Field("tiers", _("Steps"), "rows", columns=tiers),
            Field("ceiling.beyond", _("Tail: beyond this delay"), "delay"),
            Field("ceiling.at_most", _("at most this share, in %"), "share"),
            Field("paused", _("Pause column"), "column", _("Minutes that do not count.")),
            PAUSES,
            STAGES,
        ]
    if kind == Kind.SHARE:
        return [
            _date(),
            Field("success", _("Cases that count as kept"), "notation", CONDITION_HELP),
            Field("numerator", _("or: column of cases kept"), "notation", SUM_HELP),
            Field("denominator", _("and column of all cases"), "notation", SUM_HELP),
            *texts("in", _("Their unit where they hold no cases, in French"), _("Their unit, in English")),
        ]
    if kind == Kind.EFFORT:
        return [_date(), *effort_fields()]
    if kind == Kind.COMPOSITE:
        parts = (Field("indicator", _("Indicator"), "select", options=others), Field("weight", _("Weight"), "number"))
        return [Field("of", _("Parts"), "rows", columns=parts)]
    if kind in (Kind.MEAN, Kind.PERCENTILE):
        of = Field("percentile", _("Percentile"), "number", _("85: the value below which 85 of 100 cases lie."))
        return [*_delay_of(), *([of] if kind == Kind.PERCENTILE else [])]
    if kind == Kind.SUM:
        return [
            _date(),
            Field("value", _("Column of the values"), "column"),
            *texts("in", _("Its unit, in French"), _("Its unit, in English")),
        ]
    return [_date(), *_SIMPLE.get(kind, ())]


_SIMPLE: dict[str, tuple[Field, ...]] = {
    Kind.NPS: (Field("value", _("Column of the answers from 0 to 10"), "column"),),
    Kind.MONEY: (
        Field("value", _("Column of the amounts"), "column"),
        Field("currency", _("Currency"), help=_("Like EUR.")),
    ),
    Kind.RATE: (
        Field("volume", _("Volume"), "notation", VOLUME_HELP),
        Field("per", _("For so many of the volume"), "whole", _("Like 10000.")),
    ),
    Kind.AVAILABILITY: (
        Field("up", _("Column of time up"), "column"),
        Field("total", _("Column of total time"), "column"),
    ),
    Kind.YES_NO: (Field("success", _("Column that says whether it was done"), "column", COLUMN),),
}


def _level(kind: str) -> str:
    return "share" if Kind(kind).is_share else "number"


def _targets(kind: str) -> Field:
    level = _level(kind)
    unit = " (%)" if level == "share" else ""
    columns = (
        Field("from", _("From"), "day"),
        Field("target", _("Required level%(unit)s", unit=unit), level),
        Field("tolerance", _("Tolerance%(unit)s", unit=unit), level),
        Field("unacceptable", _("Unacceptable%(unit)s", unit=unit), level),
        Field("exceeds", _("Earns trust from%(unit)s", unit=unit), level),
        Field("units", _("Units"), "notation", UNITS_HELP),
        Field("season", _("Season"), help=_("Month-day..month-day, like 07-01..10-31; empty for all the year.")),
    )
    return Field("targets", _("Levels"), "rows", _("Each from its day on; older months keep theirs."), columns=columns)


def _words_of(terms: Any, words: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(one.value, words[one.value]) for one in terms]


NATURES = {"delivered": _("counted by the company"), "perceived": _("said by customers")}
PROVES = {
    "result": _("what customers got: a result"),
    "means": _("what was done for it: a means"),
    "context": _("nothing: a volume beside the promise"),
}
PROVES_HELP = _("A commitment that is measured by means alone earns no trust. A volume has no level and no status.")
BASES = {"census": _("all cases"), "sample": _("a sample")}
DIRECTIONS = {"higher": _("a higher value is better"), "lower": _("a lower value is better")}
PERIODS = {"day": _("day"), "week": _("week"), "month": _("month"), "quarter": _("quarter"), "year": _("year")}


JUDGED_BY = [("period", _("the first day of the period")), ("start", _("each case's own start"))]


def indicator_form(
    plain: dict[str, Any], kind: str, *, is_new: bool, key: str = ""
) -> list[tuple[Any, Sequence[Field]]]:
    """One indicator, in sections; `plain` is the whole draft, for its sources and the other indicators."""
    sources = [(one, one) for one in plain.get("sources", {})]
    others = [
        (one["key"], one["key"])
        for commitment in plain["commitments"]
        for one in commitment.get("indicators", [])
        if one["key"] != key
    ]
    rows = {one.name: one for one in _rows_fields(sources)}
    own = _own_fields(kind, others)
    counted = [*(rows[name] for name in ("source", "unit")), *(one for one in own if one.name not in SELDOM)]
    left_out = [rows["exclude"], *(one for one in own if one.name in PAUSED)]
    return [
        (_("Unit of count"), [*texts("title", _("Title in French"), _("Title in English"), needed=True),
                                *(counted if kind != Kind.COMPOSITE else own)]),
        (_("Requirement"), [_targets(kind)]),
        *([] if kind == Kind.COMPOSITE else [
            (_("Which rows"), [rows["where"], rows["distinct"]]),
            (_("Cases that do not count"), left_out),
            (_("Told apart by channel and segment"), [rows["channel"], rows["segment"]]),
        ]),
        *_seldom(own),
        (_("How it is assessed"), _judged(kind)),
        (_("Proof value"), _proven(kind)),
        (_("When it is checked"), _check()),
        *key_section(is_new),
    ]  # fmt: skip


def _seldom(own: Sequence[Field]) -> list[tuple[Any, Sequence[Field]]]:
    """What few indicators of a kind say, by its purpose; none where the kind has nothing of it."""
    named = ((_("Counts that the file has added up"), ADDED), (_("Steps"), STEPPED))
    found = [(title, [one for one in own if one.name in names]) for title, names in named]
    return [(title, some) for title, some in found if some]


PAUSED, STEPPED = frozenset({"paused", "pauses"}), frozenset({"tiers", "ceiling.beyond", "ceiling.at_most", "stages"})
ADDED = frozenset({"numerator", "denominator"})
SELDOM = PAUSED | STEPPED | ADDED


def _proves(kind: str) -> list[tuple[str, Any]]:
    """A volume is a count or a sum."""
    return [one for one in _words_of(Proves, PROVES) if one[0] != Proves.CONTEXT or kind in VOLUMES]


def _rows_fields(sources: Sequence[tuple[str, Any]]) -> list[Field]:
    exclusions = (Field("where", _("Rows that do not count"), "notation"), Field("reason", _("Why")))
    where = _("Several columns with commas between.")
    return [
        Field("source", _("Source"), "select", options=sources),
        Field("where", _("Only rows where"), "notation", CONDITION_HELP),
        Field("distinct", _("Column that names a case"), "notation", DISTINCT_HELP),
        Field("exclude", _("Exclusions"), "rows", columns=exclusions),
        Field("unit", _("Unit column"), "columns", where),
        Field("channel", _("Channel column"), "columns", where),
        Field("segment", _("Segment column"), "columns", where),
    ]


def _judged(kind: str) -> list[Field]:
    directions = _words_of(Direction, DIRECTIONS)
    return [
        Field("period", _("Assessed by"), "select", options=_words_of(PeriodKind, PERIODS), default="month"),
        Field("judged_by", _("Assessed by the promise of"), "select", options=JUDGED_BY, default="period"),
        Field("direction", _("Direction"), "select", options=directions, default="higher"),
        Field("minimum", _("Fewest cases"), "whole", _("Below, the figure is not proven."), default=30),
        Field("basis", _("Counted on"), "select", options=_words_of(Basis, BASES), default="census"),
    ]


def _proven(kind: str) -> list[Field]:
    usual = Nature.PERCEIVED if kind == Kind.EFFORT else Nature.DELIVERED
    return [
        Field("nature", _("Delivered or perceived"), "select", options=_words_of(Nature, NATURES), default=usual.value),
        Field("proves", _("Proof value"), "select", PROVES_HELP, options=_proves(kind), default="result"),
        Field("mandatory", _("The commitment's status depends on it"), "check", default=True),
        *case_words(),
    ]


def _check() -> list[Field]:
    return [
        Field("check.due", _("Due after the period can be assessed"), "delay", default="3 days"),
        Field("check.at", _("At what time"), help=_("Local time, like 06:00."), default="06:00"),
        Field("check.late_after", _("Late after"), "delay", default="1 day"),
        Field("check.lapses_after", _("Given up after"), "delay", default="60 days"),
    ]
