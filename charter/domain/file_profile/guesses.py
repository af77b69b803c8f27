"""What the columns of a file of cases may be for, and why: the case, its start and stop, its unit, its channel."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from charter.domain.file_profile.columns import Column
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.privacy import is_personal
from charter.domain.vocabulary.terms import ColumnKind, ColumnRole

MOST_UNITS = 2000
_MOST_CHANNELS = 20
_IN_ORDER = 0.95
_SURE, _LEAST = 0.5, 0.2

_STARTS = r"open|creat|recei|recu|start|begin|debut|ouver|submit|request|demand|depot|arriv|report|logged|entered|saisi"
_STOPS = r"clos|resol|answer|repon|repl|stop|end|fin|clotur|ferm|complet|done|trait|solv|deliver|livr|paid|treat|sent"
_NEITHER = r"updat|modif|maj|chang|export|extract|birth|naiss|due|plan|echeance|target"
_CASE = ("id", "key", "number", "no", "nr", "num", "numero", "n", "ref", "reference", "case", "ticket", "dossier",
         "incident", "request", "cle")  # fmt: skip
_UNIT = (
    r"agenc|office|site|unit|branch|account|provider|store|magasin|team|equipe|org|gare|station|centre|center|entit|depot",
    r"region|department|departement|group|service|district|bureau|lieu|location|city|ville|borough|council|area|zone|place",
)
_CHANNEL = r"channel|canal|contact_?type|media|medium|moyen|via|origin"
_CHANNEL_WORDS = re.compile(
    r".*(phone|call|mail|web|online|chat|letter|counter|visit|app|portal|sms|fax|telephone|tel|appel|courriel|courrier|"
    r"guichet|internet|en ligne|accueil|visite|in person|form|formulaire|walk-?in|social).*"
)


@dataclass(frozen=True)
class Guess:
    """A column that may have a role, and why. `is_sure`: it is taken unless somebody says otherwise."""

    column: str
    because: Sentence
    is_sure: bool


Guesses = Mapping[ColumnRole, Sequence[Guess]]


class Scored(NamedTuple):
    """A column that a place may be read from: how well it fits, and why."""

    score: float
    column: Column
    because: Sentence


@dataclass(frozen=True)
class Order:
    """Of the rows that have both dates of a pair: how many have the first before the second, on it, after it."""

    before: int
    same: int
    after: int

    @property
    def is_kept(self) -> bool:
        """The first is hardly ever after the second, and sometimes before."""
        whole = self.before + self.same + self.after
        return self.before > 0 and self.before + self.same >= _IN_ORDER * whole


Orders = Mapping[tuple[str, str], Order]


def taken(guesses: Guesses, role: ColumnRole) -> str | None:
    """The column that is taken for a role, if one is."""
    best = next(iter(guesses.get(role, ())), None)
    return best.column if best is not None and best.is_sure else None


def guess_roles(columns: Sequence[Column], rows: int, orders: Orders) -> dict[ColumnRole, list[Guess]]:
    """For each role the columns that may have it, the likeliest first."""
    columns = [one for one in columns if not one.is_nested]
    start = _ranked(_starts(columns, rows, orders))
    first = start[0].column if start else None
    stop = _ranked(_stops(columns, rows, orders, first)) if first else []
    case = _ranked(_cases(columns, rows))
    channel = _ranked(_channels(columns))
    used = {guesses[0].column for guesses in (start, stop, case, channel) if guesses and guesses[0].is_sure}
    unit = _ranked(_units([one for one in columns if one.name not in used], rows))
    return {
        ColumnRole.CASE: case,
        ColumnRole.START: start,
        ColumnRole.STOP: stop,
        ColumnRole.UNIT: unit,
        ColumnRole.CHANNEL: channel,
    }


def _ranked(scored: Sequence[Scored]) -> list[Guess]:
    ordered = sorted((one for one in scored if one.score >= _LEAST), key=lambda one: -one.score)
    return [Guess(column.name, because, score >= _SURE) for score, column, because in ordered]


def plain_name(name: str) -> str:
    """A name in small letters without accents, its words parted by blanks.

    >>> plain_name("dateRéception_2")
    'date reception 2'
    """
    parted = re.sub(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Þ])|’", " ", name)
    ascii_only = unicodedata.normalize("NFKD", parted).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", ascii_only).strip()


def _hints(name: str, pattern: str) -> bool:
    return re.search(pattern, plain_name(name).replace(" ", "_")) is not None


def _starts(columns: Sequence[Column], rows: int, orders: Orders) -> list[Scored]:
    dates = [one for one in columns if one.kind.is_moment and one.read(rows)]
    if len(dates) == 1:
        return [Scored(1.0, dates[0], Sentence("It is the only column of dates."))]
    return [_as_start(one, dates, rows, orders) for one in dates]


def _as_start(column: Column, dates: Sequence[Column], rows: int, orders: Orders) -> Scored:
    pairs = [orders[column.name, other.name] for other in dates if (column.name, other.name) in orders]
    first = sum(1 for one in pairs if one.is_kept) / len(pairs) if pairs else 0.0
    filled = column.read(rows) / rows
    said = _hints(column.name, _STARTS)
    score = filled + first + 0.5 * said - 0.8 * _hints(column.name, _STOPS) - 0.5 * _hints(column.name, _NEITHER)
    if said:
        return Scored(
            score,
            column,
            Sentence("Its name says so, and %(share)s of its cells hold a date.", share=_share(filled)),
        )
    if pairs and first == 1:
        why = Sentence("The earliest date; %(share)s of its cells hold one.", share=_share(filled))
        return Scored(score, column, why)
    return Scored(score, column, Sentence("%(share)s of its cells hold a date.", share=_share(filled)))


def _stops(columns: Sequence[Column], rows: int, orders: Orders, start: str) -> list[Scored]:
    """Of two dates the later one is the stop, whatever it is called, unless its name says otherwise."""
    found, is_only_pair = [], sum(1 for one in columns if one.kind.is_moment and one.read(rows)) == 2
    for one in columns:
        order = orders.get((start, one.name))
        if not one.kind.is_moment or order is None or not one.read(rows):
            continue
        said, is_open = _hints(one.name, _STOPS), one.missing > 0
        score = (
            (0.5 if is_only_pair else 0.4) * order.is_kept
            + 0.7 * said
            + 0.2 * is_open
            - 0.6 * _hints(one.name, _NEITHER)
        )
        found.append(Scored(score, one, _why_stop(said=said, is_open=is_open)))
    return found


def _why_stop(*, said: bool, is_open: bool) -> Sentence:
    if said and is_open:
        return Sentence("Its name says so; it is empty while a case is open.")
    if said:
        return Sentence("Its name says so.")
    if is_open:
        return Sentence("A later date; it is empty while a case is open.")
    return Sentence("A later date.")


def _cases(columns: Sequence[Column], rows: int) -> list[Scored]:
    found = []
    for one in columns:
        said = bool(set(plain_name(one.name).split()) & set(_CASE))
        if one.kind not in (ColumnKind.TEXT, ColumnKind.NUMBER) or not one.read(rows) or is_personal(one.name):
            continue
        if not said and (one.kind is ColumnKind.NUMBER or not _has_digits(one)):
            continue
        unlike = one.distinct / one.read(rows)
        if said or unlike > _IN_ORDER:
            found.append(Scored(_case_score(one, unlike, rows, said=said), one, _why_case(one, rows)))
    return found


def _case_score(column: Column, unlike: float, rows: int, *, said: bool) -> float:
    """A name that says so is enough where values are many; else they must be nearly all different."""
    return (0.45 * said + unlike) * (column.read(rows) / rows) if unlike > 0.05 else 0.0


def _has_digits(column: Column) -> bool:
    return bool(column.top) and all(any(sign.isdigit() for sign in value) for value in column.top)


def _why_case(column: Column, rows: int) -> Sentence:
    again = column.read(rows) - column.distinct
    if again:
        return Sentence(
            "Different values: %(count)s; rows that repeat one: %(again)s.", count=column.distinct, again=again
        )
    return Sentence("Different values: %(count)s, none twice.", count=column.distinct)


def _units(columns: Sequence[Column], rows: int) -> list[Scored]:
    found = []
    for one in columns:
        strong, weak = (_hints(one.name, pattern) for pattern in _UNIT)
        most = one.read(rows) if strong else one.read(rows) / 2
        if one.kind is not ColumnKind.TEXT or not 2 <= one.distinct <= min(MOST_UNITS, most):
            continue
        if is_personal(one.name) and not strong:
            continue
        filled = one.read(rows) / rows
        score = filled * (1.0 if strong else 0.7 if weak else 0.3)
        found.append(Scored(score, one, _why_words(one, said=strong or weak)))
    return found


def _why_words(column: Column, *, said: bool) -> Sentence:
    if said:
        return Sentence("Its name says so; different values: %(count)s.", count=column.distinct)
    return Sentence("Words that come again; different values: %(count)s.", count=column.distinct)


def _channels(columns: Sequence[Column]) -> list[Scored]:
    found = []
    for one in columns:
        if one.kind is not ColumnKind.TEXT or not 1 <= one.distinct <= _MOST_CHANNELS:
            continue
        said = _hints(one.name, _CHANNEL)
        known = sum(1 for value in one.top if _CHANNEL_WORDS.fullmatch(plain_name(value)))
        if said or 2 * known > len(one.top):
            score = 0.6 * said + known / max(len(one.top), 1)
            found.append(Scored(score, one, _why_words(one, said=said)))
    return found


def _share(value: float) -> str:
    """99 % is not rounded up to all."""
    return f"{int(value * 100)} %"
