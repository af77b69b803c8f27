"""What the words of a promise say in numbers, levels and delays, beside what is required and measured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from charter.domain.charter_file.charter import Commitment
from charter.domain.charter_file.indicators import IndicatorBase, ShareWithin
from charter.domain.charter_file.values import Delay
from charter.domain.vocabulary.errors import Sentence

LANGUAGES = ("en", "fr")
_WORDS = {
    "en": {
        "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
        "eleven": 11, "twelve": 12, "fifteen": 15, "nineteen": 19, "twenty": 20, "thirty": 30, "forty-eight": 48,
        "fifty": 50, "sixty": 60, "seventy": 70, "seventy-five": 75, "eighty": 80, "eighty-five": 85, "ninety": 90,
        "ninety-five": 95, "ninety-six": 96, "ninety-eight": 98, "ninety-nine": 99, "a hundred": 100, "hundred": 100,
    },
    "fr": {
        "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
        "dix": 10, "onze": 11, "douze": 12, "quinze": 15, "dix-neuf": 19, "vingt": 20, "trente": 30,
        "quarante-huit": 48, "cinquante": 50, "soixante": 60, "soixante-dix": 70, "soixante-quinze": 75,
        "quatre-vingts": 80, "quatre-vingt": 80, "quatre-vingt-cinq": 85, "quatre-vingt-dix": 90,
        "quatre-vingt-quinze": 95, "quatre-vingt-seize": 96, "quatre-vingt-dix-huit": 98,
        "quatre-vingt-dix-neuf": 99, "cent": 100,
    },
}  # fmt: skip
_NUMBER = {
    language: r"(?<![\w.,/-])([0-9]+(?:[.,][0-9]+)?|"
    + "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    + ")"
    for language, words in _WORDS.items()
}
_PER_CENT = {"en": r"\s*(?:%|per\s?cent\b)", "fr": r"\s*(?:%|pour\s+cent\b|p\.\s?100)"}
_OUT_OF = {
    "en": r"\s+(?:[a-z]+\s+)?(?:out\s+of|of|in)(?:\s+every)?\s+",
    "fr": r"\s+(?:[\w’'-]+\s+){0,2}sur\s+",
}
_WHOLES = (3, 4, 5, 8, 10, 20, 25, 50, 100, 1000)
_PAID = re.compile(
    r"refund|rebate|discount|compensat|\bprice|\bfee\b|\boff\b|rembours|remise|réduction|rabais|dédommag|\bprix\b|\btarif",
    re.IGNORECASE,
)
_NEARBY = 30
"""So many letters around a share say whether it is one of money, not of cases."""


def levels_named(words: str, language: str) -> set[Decimal]:
    """The shares that a promise names: 96 %, 96 cas sur 100, nine out of ten; not those of a price.

    >>> sorted(levels_named("In 9 of 10 cases, and 99.5 % of the calls", "en"))
    [Decimal('0.9'), Decimal('0.995')]
    """
    number = _NUMBER[language]
    found = set()
    for match in re.finditer(number + _PER_CENT[language], words, re.IGNORECASE):
        found.add((match, _value(match[1], language) / 100))
    for match in re.finditer(number + _OUT_OF[language] + number, words, re.IGNORECASE):
        part, whole = _value(match[1], language), _value(match[2], language)
        if whole in _WHOLES and part < whole:
            found.add((match, part / whole))
    return {share for match, share in found if share <= 1 and not _PAID.search(_around(words, match))}


def _around(words: str, match: re.Match[str]) -> str:
    return words[max(0, match.start() - _NEARBY) : match.end() + _NEARBY]


def _value(written: str, language: str) -> Decimal:
    word = _WORDS[language].get(written.lower())
    return Decimal(word if word is not None else written.replace(",", "."))


_UNITS = {
    "en": {
        r"(?:working|business)\s+days?": "working days", r"working\s+hours?": "working hours", r"weeks?": "weeks",
        r"seconds?": "seconds", r"minutes?|min": "minutes", r"hours?|h": "hours", r"(?:calendar\s+)?days?": "days",
        r"months?": "months", r"years?": "years",
    },
    "fr": {
        r"jours?\s+(?:ouvr\w+|travaill\w+)": "working days", r"heures?\s+(?:ouvr\w+|d'ouverture)": "working hours",
        r"semaines?": "weeks", r"secondes?": "seconds", r"minutes?|min": "minutes", r"heures?|h": "hours",
        r"jours?": "days", r"mois": "months", r"ans?|années?": "years",
    },
}  # fmt: skip
_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800}
_OTHERS = {
    "working days": ("working days", 1),
    "working hours": ("working minutes", 60),
    "working minutes": ("working minutes", 1),
    "months": ("months", 1),
    "years": ("months", 12),
}


@dataclass(frozen=True)
class Length:
    """A length of time: so many of `what`, seconds, working days, working minutes or months."""

    what: str
    amount: Decimal


def delays_named(words: str, language: str) -> list[frozenset[Length]]:
    """The delays that a promise names with their unit, each with the lengths that it may mean.

    A week is seven days or five working days; thirty days are a month.
    """
    found = []
    for form, unit in _UNITS[language].items():
        for match in re.finditer(rf"{_NUMBER[language]}[\s-]*(?:{form})(?!\w)", words, re.IGNORECASE):
            found.append((match.start(), match.end(), frozenset(_meant(_value(match[1], language), unit))))
    # `10 working days` is not also `days`: the longest reading from one place holds.
    longest = {start: max(end for at, end, _ in found if at == start) for start, _, _ in found}
    return [lengths for start, end, lengths in sorted(found, key=lambda one: one[:2]) if end == longest[start]]


def _meant(count: Decimal, unit: str) -> Iterator[Length]:
    what, factor = _OTHERS.get(unit, ("seconds", _SECONDS.get(unit, 0)))
    yield Length(what, count * factor)
    if unit == "weeks":
        yield Length("working days", count * 5)
    if what == "months":
        yield Length("seconds", count * factor * 30 * _SECONDS["days"])


def is_named(delay: Delay, named: list[frozenset[Length]]) -> bool:
    """Whether a delay is one of those that a promise names; its days may be meant as working days."""
    lengths = set(_meant(Decimal(delay.count), delay.unit))
    if delay.unit == "working days":
        lengths |= set(_meant(Decimal(delay.count), "days"))
    return any(lengths & one for one in named)


def shares_required(commitment: Commitment) -> list[Decimal]:
    """The shares that mandatory indicators require of all cases, in any step, at any time; as one that is lower is
    better, also what is left of it."""
    found: list[Decimal] = []
    for indicator in commitment.indicators:
        if indicator.mandatory and indicator.kind.is_share:
            found += [level for one in _levels(indicator) for level in (one, 1 - one)[: 1 + _is_turned(indicator)]]
    return list(dict.fromkeys(found))


def _levels(indicator: IndicatorBase) -> Iterator[Decimal]:
    yield from (target.target for target in indicator.targets)
    if isinstance(indicator, ShareWithin):
        yield from (tier.target for tier in indicator.tiers)
        if indicator.ceiling is not None:
            yield from (indicator.ceiling.at_most, 1 - indicator.ceiling.at_most)


def _is_turned(indicator: IndicatorBase) -> bool:
    return indicator.direction.value == "lower"


def levels_in(commitment: Commitment) -> dict[str, set[Decimal]]:
    """The shares that the promise names, by the language of its words ('' where both are one text)."""
    promise: Any = commitment.promise
    if promise.fr == promise.en:
        return {"": set().union(*(levels_named(promise.fr or "", one) for one in LANGUAGES))}
    return {one: levels_named(words, one) for one in LANGUAGES if (words := getattr(promise, one))}


def per_cent(shares: list[Decimal]) -> Sentence | str:
    """Shares as they are said: 96 %, 99.5 %."""
    said = [f"{(share * 100).normalize():f} %" for share in sorted(shares)]
    return ", ".join(said)
