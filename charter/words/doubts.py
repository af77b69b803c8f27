"""What is doubted of a figure, in plain words: `Figures end on 10 March`, and what that could make of the verdict.

What was left out of it, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charter.domain.readings.values import bounds_with_left_out
from charter.domain.vocabulary.terms import DoubtCode
from charter.words.formats import format_count, format_date, format_value, french
from charter.words.statuses import Pairs

NAMES: Pairs = {
    DoubtCode.UNDATED: ("no date", "sans date"),
    DoubtCode.UNREADABLE: ("unreadable", "illisible"),
    DoubtCode.CONTRADICTORY: ("told in several ways", "donné de plusieurs façons"),
    DoubtCode.SOURCE_SHORT: ("figures end early", "chiffres arrêtés trop tôt"),
    DoubtCode.LATE_START: ("figures begin late", "chiffres commencés trop tard"),
    DoubtCode.VOLUME: ("unusual number of cases", "nombre de cas inhabituel"),
    DoubtCode.UNKNOWN_UNIT: ("unknown unit", "entité inconnue"),
    DoubtCode.NOT_RECORDING: ("does not record", "n'enregistre pas"),
    DoubtCode.NO_HOUR: ("no hour", "sans heure"),
}
DOUBTS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    DoubtCode.SOURCE_SHORT: (
        (
            "figures end on {day}: {n} day of the period is missing",
            "figures end on {day}: {n} days of the period are missing",
        ),
        (
            "les chiffres s'arrêtent au {day} : il manque {n} jour de la période",
            "les chiffres s'arrêtent au {day} : il manque {n} jours de la période",
        ),
    ),
    DoubtCode.LATE_START: (
        (
            "figures begin on {day}: {n} day of the period is missing",
            "figures begin on {day}: {n} days of the period are missing",
        ),
        (
            "les chiffres commencent au {day} : il manque {n} jour de la période",
            "les chiffres commencent au {day} : il manque {n} jours de la période",
        ),
    ),
    DoubtCode.UNDATED: (
        (
            "{n} case of the source has no date that can be read, and counts in no period",
            "{n} cases of the source have no date that can be read, and count in no period",
        ),
        (
            "{n} cas de la source n'a pas de date lisible et ne compte dans aucune période",
            "{n} cas de la source n'ont pas de date lisible et ne comptent dans aucune période",
        ),
    ),
    DoubtCode.UNREADABLE: (
        ("{n} case cannot be read and is left out ({share})", "{n} cases cannot be read and are left out ({share})"),
        ("{n} cas est illisible et laissé de côté ({share})", "{n} cas sont illisibles et laissés de côté ({share})"),
    ),
    DoubtCode.CONTRADICTORY: (
        ("{n} case is told in several ways ({share})", "{n} cases are told in several ways ({share})"),
        ("{n} cas est donné de plusieurs façons ({share})", "{n} cas sont donnés de plusieurs façons ({share})"),
    ),
    DoubtCode.NO_HOUR: (
        (
            "{n} case has no hour and cannot be assessed ({share})",
            "{n} cases have no hour and cannot be assessed ({share})",
        ),
        (
            "{n} cas n'a pas d'heure et ne peut être évalué ({share})",
            "{n} cas n'ont pas d'heure et ne peuvent être évalués ({share})",
        ),
    ),
    DoubtCode.VOLUME: (
        ("{n} case, where a usual period has {median}", "{n} cases, where a usual period has {median}"),
        ("{n} cas, quand une période habituelle en a {median}", "{n} cas, quand une période habituelle en a {median}"),
    ),
    DoubtCode.UNKNOWN_UNIT: (
        (
            "{n} case is of units that the charter does not know ({share}): {units}",
            "{n} cases are of units that the charter does not know ({share}): {units}",
        ),
        (
            "{n} cas est d'entités que la charte ne connaît pas ({share}) : {units}",
            "{n} cas sont d'entités que la charte ne connaît pas ({share}) : {units}",
        ),
    ),
    DoubtCode.NOT_RECORDING: (
        (
            "{n} case is of units that do not record their answers ({share}): {units}",
            "{n} cases are of units that do not record their answers ({share}): {units}",
        ),
        (
            "{n} cas est d'entités qui n'enregistrent pas leurs réponses ({share}) : {units}",
            "{n} cas sont d'entités qui n'enregistrent pas leurs réponses ({share}) : {units}",
        ),
    ),
}
"""code -> (English for one, for several), (French for one, for several)"""
_HOLE = (
    "no row lies between {day} and {until}: {n} days of the period are missing",
    "aucune ligne entre le {day} et le {until} : il manque {n} jours de la période",
)

WITH_ENDS = (DoubtCode.UNDATED, DoubtCode.UNREADABLE, DoubtCode.CONTRADICTORY, DoubtCode.NO_HOUR)
_WITHOUT = ("; {value} without them", " ; {value} sans eux")
_BETWEEN = ("; with what is missing, between {low} and {high}", " ; avec ce qui manque, entre {low} et {high}")
_TURNS = (": the verdict could be another", " : le verdict pourrait être autre")
UNITS_NAMED = 5


def doubt_sentences(view: Mapping[str, Any], language: str) -> list[str]:
    """What is doubted of a figure, one sentence each: `Les chiffres s'arrêtent au 10 mars : …`; none where none is."""
    return [doubt_sentence(one, view, language) for one in view.get("doubts") or ()]


SLIGHT = 0.01
"""A doubt of fewer than so many of the cases that changes no verdict is counted where there is little room."""
OF_CASES = frozenset({*WITH_ENDS, DoubtCode.UNKNOWN_UNIT, DoubtCode.NOT_RECORDING})
_SLIGHT = (
    ("one slight doubt, of under 1% of the cases", "{n} slight doubts, each of under 1% of the cases"),
    ("un doute léger, sur moins de 1 % des cas", "{n} doutes légers, chacun sur moins de 1 % des cas"),
)


def doubts_in_brief(view: Mapping[str, Any], language: str) -> list[str]:
    """As `doubt_sentences`, where many figures stand: what weighs in full, what is slight as one line."""
    return [*weighing_doubts(view, language), *slight_doubts(view, language)]


def weighing_doubts(view: Mapping[str, Any], language: str) -> list[str]:
    """The doubts that are not slight, each in full."""
    doubts = view.get("doubts") or ()
    return [doubt_sentence(one, view, language) for one in doubts if not _is_slight(one, view)]


def slight_doubts(view: Mapping[str, Any], language: str) -> list[str]:
    """How many doubts are slight, as one line; none where none is."""
    at, slight = int(language == "fr"), sum(_is_slight(one, view) for one in view.get("doubts") or ())
    if not slight:
        return []
    line = _SLIGHT[at][slight > 1].format(n=format_count(slight, language))
    return [french(f"{line[:1].upper()}{line[1:]}.") if at else f"{line[:1].upper()}{line[1:]}."]


def _is_slight(doubt: Mapping[str, Any], view: Mapping[str, Any]) -> bool:
    if doubt.get("changes") or doubt["code"] not in OF_CASES:
        return False
    share, cases = doubt.get("share"), view.get("denominator") or view.get("cases") or 0
    if share is None:
        share = doubt["count"] / cases if cases else None
    return share is not None and share < SLIGHT


def doubt_sentence(doubt: Mapping[str, Any], view: Mapping[str, Any], language: str) -> str:
    """One doubt in words, with what it could make of the figure."""
    at = int(language == "fr")
    said = _doubt(doubt, view, at)
    said = said[:1].upper() + said[1:] + "."
    return french(said) if at else said


def _doubt(doubt: Mapping[str, Any], view: Mapping[str, Any], at: int) -> str:
    language, count = ("en", "fr")[at], doubt["count"]

    def figure(value: float, beside: float | None) -> str:
        """Told apart from the figure that it stands beside."""
        return format_value(value, view["kind"], language, [view, beside])

    share = doubt["share"]
    parts = {
        "n": format_count(count, language),
        "share": "" if share is None else format_value(share, "share", language),
        "day": format_date(doubt.get("on"), language),
        "until": format_date(doubt.get("until"), language),
        "median": format_count(doubt.get("median"), language),
        "units": _units_named(doubt, language),
    }
    is_one = abs(count) < 2 if at else count == 1
    said = (_HOLE[at] if doubt.get("until") else DOUBTS[doubt["code"]][at][not is_one]).format(**parts)
    if doubt.get("without") is not None:
        said += _WITHOUT[at].format(value=figure(doubt["without"], None))
    if (doubt["code"] in WITH_ENDS or doubt.get("until")) and doubt["low"] != doubt["high"]:
        low, high = doubt["low"], doubt["high"]
        said += _BETWEEN[at].format(low=figure(low, high), high=figure(high, low))
        said += _TURNS[at] if doubt["changes"] else ""
    return said


def _units_named(doubt: Mapping[str, Any], language: str) -> str:
    """The heaviest by name, with their cases: `Agence de Lorient (2)`; as the source writes them where the charter does
    not know them."""
    units, names = doubt.get("units") or {}, doubt.get("names") or {}
    heavy = sorted(units, key=lambda unit: -units[unit])
    nameless = ("no name", "sans nom")[language == "fr"]
    shown = {unit: names.get(unit, unit) or nameless for unit in heavy[:UNITS_NAMED]}
    named = [f"{name} ({format_count(units[unit], language)})" for unit, name in shown.items()]
    return ", ".join([*named, *["…"][: len(heavy) > UNITS_NAMED]])


COUNTS_CASES = ("share-within", "share", "mean", "nps", "effort", "yes-no", "percentile")


def left_out_sentence(view: Mapping[str, Any], language: str) -> str:
    """How much of what was seen is left out and, of a share, where it would lie with it; nothing where none is."""
    total = sum(view["excluded"].values())
    if not total or view["denominator"] is None or view["kind"] not in COUNTS_CASES or "amounts" in view:
        return ""
    share = format_value(total / (total + view["denominator"] + view["pending"]), "share", language)
    bounds = bounds_with_left_out(view)
    if bounds is None:
        if language == "fr":
            return french(f"Soit {share} des cas vus ; comptés ni comme tenus, ni comme non tenus.")
        return f"That is {share} of the cases seen, counted neither as kept nor as missed."
    value, low, high = (format_value(one, "share", language, view) for one in (view["value"], *bounds))
    if language == "fr":
        return french(
            f"Soit {share} des cas vus, comptés ni comme tenus, ni comme non tenus : {value} sans eux ; "
            f"avec eux, entre {low} (tous non tenus) et {high} (tous tenus)."
        )
    return (
        f"That is {share} of the cases seen, counted neither as kept nor as missed: {value} without them; "
        f"with them, between {low} (all missed) and {high} (all kept)."
    )
