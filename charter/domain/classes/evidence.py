"""Evidence as it is written by people, in the words of `analyse class`: checked, then turned into votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import isfinite
from typing import Any

from charter.domain.charter_file.charter import OURS, Choices
from charter.domain.evidence.law_sector_experts import Opinion, experts_vote, law_vote, sector_vote
from charter.domain.evidence.votes import Answer, Level, Vote, first_day, is_expired, last_day, note, silent, validity
from charter.domain.statistics.intervals import Interval
from charter.domain.surveys.kano import KanoCounts, kano_vote
from charter.domain.surveys.penalty_reward import Contrast, penalty_reward_vote
from charter.domain.vocabulary.errors import Invalid

KINDS = ("law", "kano", "penalty_reward", "sector", "experts")
CONTRAST = ("penalty", "penalty_interval", "reward", "reward_interval", "delta", "n_low", "n_high", "outcome_levels")


def votes_of(evidence: Mapping[str, Any], *, on: date | None = None, choices: Choices | None = None) -> list[Vote]:
    """The votes of everything that is given, strongest level first; what has expired on that day is set aside.

    Dates (`date`, a day, month or year) are optional. Raises Invalid, naming the field, for what cannot be read.
    """
    if not isinstance(evidence, Mapping):
        raise Invalid("evidence is written as an object, like %(example)s", "evidence", example='{"law": "full"}')
    for key in evidence:
        if key not in KINDS:
            raise Invalid("%(kind)s: unknown kind of evidence; write %(kinds)s", str(key), kind=str(key), kinds=KINDS)
    readers = (_law, _kano, _contrast, _sector)
    votes = [reader(evidence, on, choices) for reader in readers] + [_experts(evidence, on, choices)]
    return [vote for vote in votes if vote is not None]


def _law(evidence: Mapping[str, Any], on: date | None, choices: Choices | None) -> Vote | None:
    given = evidence.get("law")
    if given is None:
        return None
    owed = given.get("owed") if isinstance(given, Mapping) else given
    if owed not in ("full", "part", "none"):
        raise Invalid("law: %(owed)s is not what a law owes; write full, part or none", "law", owed=repr(owed))
    facts = given if isinstance(given, Mapping) else {}
    begins, ends = _day(facts.get("date"), "law.date"), facts.get("until")
    if on is not None and begins is not None and on < begins:
        return silent("law", "law", note("law-not-yet", date=begins.isoformat()))
    if on is not None and ends is not None and on > _last_day(ends, "law.until"):
        return silent("law", "law", note("law-repealed", date=_last_day(ends, "law.until").isoformat()))
    return law_vote(owed, reference=facts.get("reference"), is_split=bool(facts.get("minimum")))


def _kano(evidence: Mapping[str, Any], on: date | None, choices: Choices | None) -> Vote | None:
    given = _object(evidence, "kano")
    if given is None:
        return None
    known = {"A", "O", "M", "I", "R", "Q", "date", "aside"}
    if unknown := sorted(set(given) - known):
        raise Invalid("kano: unknown %(names)s; write counts of A, O, M, I, R and Q", "kano", names=unknown)
    counts = KanoCounts(**{key.lower(): _count(given, key) for key in given if key not in ("date", "aside")})
    dated = _day(given.get("date"), "kano.date")
    vote = _expired("kano", "customers", dated, on, choices)
    return _with_aside(vote or kano_vote(counts, dated=dated, choices=choices or OURS), given)


def _count(given: Mapping[str, Any], key: str) -> float:
    """A count of answers; of weighted ones, a part of the effective number of people."""
    number = given.get(key)
    if isinstance(number, float) and number >= 0 and isfinite(number):
        return number
    return _whole(given, key, "kano")


def _with_aside(vote: Vote, given: Mapping[str, Any]) -> Vote:
    """The vote of the survey that speaks, with what is said of newer ones that do not."""
    return replace(vote, warnings=(*vote.warnings, *given.get("aside", ())))


def _contrast(evidence: Mapping[str, Any], on: date | None, choices: Choices | None) -> Vote | None:
    given = _object(evidence, "penalty_reward")
    if given is None:
        return None
    if missing := [key for key in CONTRAST if key not in given]:
        raise Invalid("penalty_reward: %(names)s is missing", "penalty_reward", names=missing)
    dated = _day(given.get("date"), "penalty_reward.date")
    contrast = Contrast(
        penalty=_real(given, "penalty"),
        penalty_interval=_interval(given, "penalty_interval"),
        reward=_real(given, "reward"),
        reward_interval=_interval(given, "reward_interval"),
        delta=_real(given, "delta"),
        n_low=_whole(given, "n_low", "penalty_reward"),
        n_high=_whole(given, "n_high", "penalty_reward"),
        outcome_levels=_whole(given, "outcome_levels", "penalty_reward"),
        is_stable=given.get("stable", True) is True,
    )
    expired = _expired("penalty-reward", "customers", dated, on, choices)
    return _with_aside(expired or penalty_reward_vote(contrast, dated=dated, choices=choices or OURS), given)


def _sector(evidence: Mapping[str, Any], on: date | None, choices: Choices | None) -> Vote | None:
    given = _object(evidence, "sector")
    if given is None:
        return None
    k, n = _whole(given, "k", "sector"), _whole(given, "n", "sector")
    if k > n:
        raise Invalid(
            "sector: %(k)s of %(n)s companies cannot be; k is how many of the n compared promise it", "sector", k=k, n=n
        )
    dated = _day(given.get("date"), "sector.date")
    vote = _expired("sector", "sector", dated, on, choices) or sector_vote(k, n, dated=dated, choices=choices or OURS)
    gone = [note("sector-entries-expired", count=given["gone"])] if given.get("gone") else []
    return replace(vote, warnings=(*vote.warnings, *gone))


def _experts(evidence: Mapping[str, Any], on: date | None, choices: Choices | None) -> Vote | None:
    given = evidence.get("experts")
    if given is None:
        return None
    if not isinstance(given, Sequence) or not all(isinstance(one, Mapping) for one in given):
        example = '[{"floor": "yes", "earns": "no"}]'
        raise Invalid("experts: write a list, like %(example)s", "experts", example=example)
    opinions = [
        Opinion(_answer(one, "floor"), _answer(one, "earns"), _day(one.get("date"), "experts.date")) for one in given
    ]
    return experts_vote(opinions, on=on, valid=validity("experts", choices))


def _expired(source: str, level: Level, dated: date | None, on: date | None, choices: Choices | None) -> Vote | None:
    """A vote that says only why it is none: not known yet on that day, or past its term."""
    if dated is not None and on is not None and on < dated:
        return silent(source, level, note("not-yet-known", source=source, date=dated.isoformat()))
    if dated is None or not is_expired(dated, on, validity(level, choices)):
        return None
    return silent(source, level, note("expired", source=source, date=dated.isoformat()))


def _object(evidence: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    given = evidence.get(key)
    if given is not None and not isinstance(given, Mapping):
        raise Invalid("%(field)s: write an object, not %(given)s", key, field=key, given=repr(given))
    return given


def _whole(given: Mapping[str, Any], key: str, field: str) -> int:
    number = given.get(key)
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise Invalid(
            "%(field)s: %(key)s is a whole number of 0 or more, not %(given)s",
            f"{field}.{key}",
            field=field,
            key=key,
            given=repr(number),
        )
    return number


def _real(given: Mapping[str, Any], key: str) -> float:
    number = given.get(key)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise Invalid(
            "penalty_reward: %(key)s is a number, not %(given)s", f"penalty_reward.{key}", key=key, given=repr(number)
        )
    return float(number)


def _interval(given: Mapping[str, Any], key: str) -> Interval:
    ends = given.get(key)
    if not isinstance(ends, Sequence) or isinstance(ends, str) or len(ends) != 2:
        raise Invalid("penalty_reward: %(key)s is written [low, high]", f"penalty_reward.{key}", key=key)
    low, high = (_real({key: end}, key) for end in ends)
    return (low, high)


def _answer(given: Mapping[str, Any], key: str) -> Answer | None:
    answers: dict[Any, Answer | None] = {"yes": "yes", "no": "no", "unknown": None, None: None}
    try:
        return answers[given.get(key)]
    except (KeyError, TypeError):
        raise Invalid(
            "experts: %(key)s is yes, no or unknown, not %(given)s",
            f"experts.{key}",
            key=key,
            given=repr(given.get(key)),
        ) from None


def _day(given: Any, field: str) -> date | None:
    """The first day of what is written: a day, a month or a year."""
    try:
        return first_day(given)
    except ValueError:
        raise _not_a_date(given, field) from None


def _last_day(given: Any, field: str) -> date:
    """The last day of what is written: a day, a month or a year."""
    try:
        return last_day(str(given))
    except ValueError:
        raise _not_a_date(given, field) from None


def _not_a_date(given: Any, field: str) -> Invalid:
    return Invalid(
        "%(field)s: %(given)s is not a date; write 2026, 2026-10 or 2026-10-05", field, field=field, given=repr(given)
    )
