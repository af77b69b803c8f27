"""A Kano survey from its raw answers, as `analyse kano` prints it: one line per attribute and wave.

Waves, and answer wordings, are never mixed or compared: the words offered move the result as much as years might.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import fsum
from typing import Any, get_args

from charter.domain.analyses.answer_counts import careless_note, is_careless
from charter.domain.charter_file.charter import OURS
from charter.domain.classes.classification import decide
from charter.domain.evidence.votes import Note, note
from charter.domain.file_profile.columns import said_in
from charter.domain.surveys import kano
from charter.domain.surveys.kano import (
    CATEGORIES,
    DYSFUNCTIONAL_SCORES,
    FUNCTIONAL_SCORES,
    KanoCounts,
    Table,
    category_of,
)
from charter.domain.vocabulary.errors import Invalid

Row = Mapping[str, Any]


@dataclass
class _Heard:
    """The answers on one attribute in one wave."""

    pairs: list[tuple[int, int]] = field(default_factory=list)
    importance: list[float] = field(default_factory=list)
    wordings: set[str] = field(default_factory=set)
    texts: dict[int, set[str]] = field(default_factory=dict)
    respondents: set[str] = field(default_factory=set)
    by: list[str | None] = field(default_factory=list)
    half_answered: int = 0
    repeated: int = 0

    @property
    def offered(self) -> frozenset[str]:
        """The wording that was written down, else the words of the answers that were given, by their code."""
        spoken = {f"{code}: {text}" for code, found in self.texts.items() for text in found}
        return frozenset(self.wordings or spoken)


def analyse_kano(rows: Sequence[Row], table: Table = "classic") -> dict[str, Any]:
    """Counts, Better and Worse with 95 % intervals, tests and class of every attribute and wave, in order of the rows.

    Rows hold attribute, functional and dysfunctional (1 to 5) and may hold wave, wording and importance. A pair with
    one answer is missing, and counted as half-answered; of a respondent who answers twice on the same, the first
    counts. Waves are compared by nobody where the words offered differ: `comparisons` says which and why. Raises
    Invalid, naming the line, for anything else.
    """
    if table not in get_args(Table):
        raise Invalid("table is classic or pouliot, not %(table)s", "table", table=repr(table))
    if not rows:
        raise Invalid("the file holds no answer; give columns attribute, functional and dysfunctional", "attribute")
    heard: dict[tuple[str, str | None], _Heard] = {}
    for line, row in enumerate(rows, 2):
        _hear(heard, row, line)
    careless = careless_people(heard, table)
    found = [_attribute(key, answers, table, _is_worded_otherwise(heard, key)) for key, answers in heard.items()]
    for one in found:
        names = {who for wave, who in careless if wave == one["wave"]}
        one["warnings"] += _careless(heard[one["attribute"], one["wave"]], names, table)
    return {"attributes": found, "comparisons": refused_comparisons({key: one.offered for key, one in heard.items()})}


Careless = set[tuple[str | None, str]]


def careless_people(heard: Mapping[tuple[str, str | None], _Heard], table: Table) -> Careless:
    """Wave and name of the respondents who answered without looking; of rows without a name nobody knows."""
    pairs: dict[tuple[str | None, str], list[tuple[int, int]]] = {}
    for (_, wave), answers in heard.items():
        for who, pair in zip(answers.by, answers.pairs, strict=True):
            if who is not None:
                pairs.setdefault((wave, who), []).append(pair)
    return {place for place, given in pairs.items() if is_careless(given, table)}


def _careless(answers: _Heard, names: Collection[str], table: Table) -> list[dict[str, Any]]:
    careful = [pair for who, pair in zip(answers.by, answers.pairs, strict=True) if who not in names]
    apart = len(answers.pairs) - len(careful)
    both = (count_answers(answers.pairs, table), count_answers(careful, table))
    return [dict(careless_note(apart, *both))] if apart else []


def refused_comparisons(offered: Mapping[tuple[str, str | None], frozenset[str]]) -> list[dict[str, Any]]:
    """Every two waves of one attribute that may not be compared: other words, or words that are not written down.

    Words that nobody chose in one wave are not known: two waves differ where the same answer stands in other words.
    """
    found = []
    for (attribute, first), (other, second) in combinations(offered, 2):
        if attribute != other:
            continue
        a, b = _by_code(offered[attribute, first]), _by_code(offered[attribute, second])
        place = {"attribute": attribute, "first": first or "–", "second": second or "–"}
        words = [(a[code], b[code]) for code in sorted(a.keys() & b.keys()) if a[code] != b[code]]
        if words:
            found.append(dict(note("comparison-refused", **place, one=words[0][0], other=words[0][1])))
        elif not a.keys() & b.keys():
            found.append(dict(note("comparison-unknown", **place)))
    return found


def _by_code(offered: frozenset[str]) -> dict[str, str]:
    """A text per answer's code; a written wording stands as a whole."""
    parts = [one.split(": ", 1) if one[:2] in ("1:", "2:", "3:", "4:", "5:") else ["", one] for one in sorted(offered)]
    found: dict[str, str] = {}
    for code, text in parts:
        found[code] = f"{found[code]} / {text}" if code in found else text
    return found


def _hear(heard: dict[tuple[str, str | None], _Heard], row: Row, line: int) -> None:
    attribute = _text(row, "attribute")
    if attribute is None:
        raise Invalid(
            "line %(line)s: attribute is missing; name what the two questions were about", "attribute", line=line
        )
    answers = heard.setdefault((attribute, _text(row, "wave")), _Heard())
    functional, dysfunctional = _answer(row, "functional", line), _answer(row, "dysfunctional", line)
    if (who := _text(row, "respondent")) is not None:
        if who in answers.respondents:
            answers.repeated += 1
            return
        answers.respondents.add(who)
    if functional is None or dysfunctional is None:
        answers.half_answered += functional is not None or dysfunctional is not None
        return
    answers.pairs.append((functional, dysfunctional))
    answers.by.append(who)
    if (wording := _text(row, "wording")) is not None:
        answers.wordings.add(wording)
    for code, column in ((functional, "functional_text"), (dysfunctional, "dysfunctional_text")):
        if (text := _text(row, column)) is not None:
            answers.texts.setdefault(code, set()).add(text)
    if (importance := _text(row, "importance")) is not None:
        answers.importance.append(_importance(importance, line))


def _text(row: Row, column: str) -> str | None:
    """The text of a column; None where it is empty or absent."""
    return (str(row[column]).strip() or None) if row.get(column) is not None else None


def _answer(row: Row, column: str, line: int) -> int | None:
    if column not in row:
        raise Invalid("line %(line)s: column %(column)s is missing", column, line=line, column=column)
    text = said_in(_text(row, column) or "")
    if not text:
        return None
    if text not in ("1", "2", "3", "4", "5"):
        raise Invalid(
            "line %(line)s: %(column)s is %(written)s; answers are 1 (like) to 5 (dislike), or empty",
            column,
            line=line,
            column=column,
            written=repr(text),
        )
    return int(text)


def _importance(text: str, line: int) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not 1 <= number <= 9:
        raise Invalid(
            "line %(line)s: importance is %(written)s; it is a mark from 1 to 9, or empty",
            "importance",
            line=line,
            written=repr(text),
        )
    return number


def _is_worded_otherwise(heard: Mapping[tuple[str, str | None], _Heard], key: tuple[str, str | None]) -> bool:
    """Whether another wave of the same attribute offered its answers in other words."""
    same = {one: answers.offered for one, answers in heard.items() if one[0] == key[0]}
    refused = [one for one in refused_comparisons(same) if one["code"] == "comparison-refused"]
    return any((key[1] or "–") in (one["first"], one["second"]) for one in refused)


def count_answers(pairs: Sequence[tuple[int, int]], table: Table = "classic") -> KanoCounts:
    """How many pairs of answers fall in each category."""
    found = [category_of(functional, dysfunctional, table) for functional, dysfunctional in pairs]
    return KanoCounts(**{category.lower(): found.count(category) for category in CATEGORIES})


def _attribute(key: tuple[str, str | None], heard: _Heard, table: Table, is_other: bool) -> dict[str, Any]:
    attribute, wave = key
    counts = count_answers(heard.pairs, table)
    return {
        "attribute": attribute,
        "wave": wave,
        "n": counts.answered,
        "counts": counts.by_category,
        **_measures(counts),
        "importance": _mean(heard.importance),
        "dumouchel": {
            "functional": _mean([FUNCTIONAL_SCORES[pair[0] - 1] for pair in heard.pairs]),
            "dysfunctional": _mean([DYSFUNCTIONAL_SCORES[pair[1] - 1] for pair in heard.pairs]),
        },
        "warnings": [dict(one) for one in [*kano.gates(counts), *_cautions(heard, is_other)]],
    }


def _measures(counts: KanoCounts) -> dict[str, Any]:
    """What the contract prints of one set of counts; None, never 0, where nobody answered."""
    better, better_interval = kano.better(counts) or (None, None)
    worse, worse_interval = kano.worse(counts) or (None, None)
    d, d_se = kano.difference(counts) or (None, None)
    limit, significant = kano.fong(counts) or (None, None)
    return {
        "mode": kano.mode(counts),
        "berger": kano.berger(counts),
        "class": decide([kano.kano_vote(counts)]).class_.value,
        "better": better,
        "better_interval": None if better_interval is None else list(better_interval),
        "worse": worse,
        "worse_interval": None if worse_interval is None else list(worse_interval),
        "d": d,
        "d_se": d_se,
        "fong": {"limit": limit, "significant": significant},
        "exact_p": kano.exact_p(counts),
        "category_strength": kano.category_strength(counts),
        "total_strength": kano.total_strength(counts),
    }


def _cautions(heard: _Heard, is_other: bool) -> list[Note]:
    found: list[Note] = []
    if heard.half_answered:
        found.append(note("half-answered", count=heard.half_answered))
    if len(heard.wordings) > 1:
        found.append(note("mixed-wordings", wordings=sorted(heard.wordings)))
    if heard.repeated:
        found.append(note("respondent-twice", count=heard.repeated))
    if len(heard.pairs) >= OURS.kano_minimum and len(set(heard.pairs)) == 1:
        found.append(note("answers-all-alike", count=len(heard.pairs)))
    if is_other:
        found.append(note("waves-not-comparable"))
    return found


def _mean(values: Sequence[float]) -> float | None:
    return fsum(values) / len(values) if values else None
