"""From columns that a person chose, and a promise in their words, to the parts of a charter that count it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from charter.domain.file_profile.guesses import plain_name
from charter.domain.vocabulary.errors import Invalid

Plain = dict[str, Any]
SOURCE, INDICATOR = "cases", "in-time"
LONGEST_TITLE = 90
CAUGHT_UP = "400 days"
"""A first file tells of a year: its months are still measured when they are over."""


@dataclass(frozen=True)
class Chosen:
    """What was chosen: the columns by what they are for, the delay, the promise by language, the level (0..1)."""

    start: str
    stop: str
    within: str
    promise: Mapping[str, str]
    owner: str
    level: Decimal
    unit: str = ""
    case: str = ""


def key_of(words: str) -> str:
    """A lasting short name made of words: nobody is asked for one.

    >>> key_of("À toute réclamation, une réponse !")
    'a-toute-reclamation-une-reponse'
    """
    return "-".join(plain_name(words).split())[:60].strip("-") or "promise"


def counted_by(plain: Plain, source: Plain, chosen: Chosen, from_: str) -> Plain:
    """The charter with this source and, as its only commitment, the promise counted by these columns from a day on.

    Raises Invalid for what is not said.
    """
    _refuse(chosen)
    new = deepcopy(plain)
    titles = {language: _title(words) for language, words in chosen.promise.items()}
    indicator = {
        "key": INDICATOR,
        "title": titles,
        "source": SOURCE,
        "kind": "share-within",
        "start": chosen.start,
        "stop": chosen.stop,
        "within": chosen.within,
        **({"unit": chosen.unit} if chosen.unit else {}),
        **({"distinct": chosen.case} if chosen.case else {}),
        "targets": [{"from": from_, "target": chosen.level}],
        "check": {"lapses_after": CAUGHT_UP},
    }
    key = key_of(next(iter(titles.values())))
    commitment = {"key": key, "title": titles, "promise": dict(chosen.promise), "owner": chosen.owner}
    new["sources"] = {**new.get("sources", {}), SOURCE: source}
    new["commitments"] = [{**commitment, "indicators": [indicator]}]
    new["charter"]["valid_from"] = from_
    return new


def _refuse(chosen: Chosen) -> None:
    for field, said in (("start", chosen.start), ("stop", chosen.stop), ("owner", chosen.owner)):
        if not said:
            raise Invalid("Fill this in.", field)
    for language, words in chosen.promise.items():
        if not words:
            raise Invalid("Fill this in.", f"promise.{language}")
    if chosen.start == chosen.stop:
        raise Invalid("The case begins and ends in the same column: choose two.", "stop")


def _title(words: str) -> str:
    """The first line of a promise without its full stop, cut at a word."""
    line = words.strip().splitlines()[0].rstrip(" .")
    return line if len(line) <= LONGEST_TITLE else f"{line[:LONGEST_TITLE].rpartition(' ')[0] or line[:LONGEST_TITLE]}…"
