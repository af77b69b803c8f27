"""Figures of whole months in the place of cases: whether a file holds such, and which of its numbers are promised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from charter.domain.file_profile.columns import Column
from charter.domain.file_profile.guesses import plain_name
from charter.domain.file_profile.profile import Profile
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.terms import ColumnKind, ColumnRole

_WHOLE = r"total|all|tous|toutes|ensemble|volume|recu|recei|demand|request|nombre|number|denomin"
_KEPT = r"ok|met|kept|within|dans|time|respect|tenu|conform|numer|decroch|answer|repond|satisf|good|reussi"
_MISSED = r"late|retard|hors|over|miss|perdu|lost|abandon|fail|echec|non|not|ko"


@dataclass(frozen=True)
class Parts:
    """Of so many, `whole`, so many were `done`; which is what was kept, or what was missed."""

    done: str
    whole: str
    keeps: bool = True


def are_figures(profile: Profile) -> bool:
    """One row a month, for each unit at most, only numbers beside it, and none of them the number of a case."""
    others = {one.name for one in profile.columns if one.kind is not ColumnKind.EMPTY}
    others -= {*_numbers(profile), profile.dated}
    is_by_unit = others <= {profile.taken(ColumnRole.UNIT), profile.taken(ColumnRole.CHANNEL)}
    days = profile.days
    rows_of_month = prod(one.distinct for one in profile.columns if one.name in others)
    is_by_month = len(days) > 1 and all(day.day == 1 for day in days) and max(days.values()) <= rows_of_month
    return bool(_numbers(profile)) and is_by_unit and is_by_month and profile.taken(ColumnRole.CASE) is None


def parts_in(profile: Profile) -> Parts | None:
    """Which two numbers of such a file are a promise: the larger one is what was kept out of; None without two.

    A guess: by their names, else by their size as far as the few that were seen tell it. Percentages are no counts.
    """
    counts = [one for one in profile.columns if one.kind is ColumnKind.NUMBER and not _is_rate(one)]
    if len(counts) < 2 or not are_figures(profile):
        return None
    silent = [one for one in counts if not (_says(one, _KEPT) or _says(one, _MISSED))]
    said = [one for one in counts if _says(one, _WHOLE)]
    whole = silent[0] if len(silent) == 1 else max(said or silent or counts, key=_size)
    others = [one for one in counts if one is not whole]
    kept, missed = ([one for one in others if _says(one, said)] for said in (_KEPT, _MISSED))
    kept = [one for one in kept if one not in missed]
    done = next(iter(kept or missed or others))
    return Parts(done.name, whole.name, keeps=bool(kept) or not missed)


def on_figures(profile: Profile) -> Sequence[Sentence]:
    """What is to be known of such a file."""
    if not are_figures(profile):
        return ()
    if (parts := parts_in(profile)) is not None:
        said = Sentence(
            "The rows seem to be figures of whole months, not cases: “%(done)s” is read as a part of “%(whole)s”. "
            "Choose other columns if that is not so.",
            done=parts.done,
            whole=parts.whole,
        )
        return (said,)
    return (
        Sentence(
            "The rows seem to be figures of whole months with one number each, which nothing can be a part of. Send "
            "two numbers for each month, how many cases there were and how many of them were kept; or the cases "
            "themselves. A percentage alone cannot be added up."
        ),
    )


def _numbers(profile: Profile) -> list[str]:
    return [one.name for one in profile.columns if one.kind is ColumnKind.NUMBER]


def _says(column: Column, pattern: str) -> bool:
    return re.search(pattern, plain_name(column.name)) is not None


def _is_rate(column: Column) -> bool:
    return any("%" in value for value in column.top)


def _size(column: Column) -> float:
    """How large its numbers are, by those that were seen."""
    digits = (re.sub(r"[,.](?=\d{3}\b)|[^0-9,.]", "", value).replace(",", ".") for value in column.top)
    numbers = [float(one) for one in digits if re.fullmatch(r"\d+(\.\d+)?", one)]
    return sum(numbers) / len(numbers) if numbers else 0.0
