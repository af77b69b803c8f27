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
    """What was chosen: the columns by what they are for, the delay, the promise by language, the level (0..1).

    A case is kept where it stopped within the delay after its start; or, where `met` names a column, where that says
    yes (or no, where `keeps` is False). `start` tells the month either way.
    """

    start: str
    promise: Mapping[str, str]
    owner: str
    level: Decimal
    stop: str = ""
    within: str = ""
    met: str = ""
    keeps: bool = True
    unit: str = ""
    case: str = ""

    @property
    def measure(self) -> Plain:
        """What an indicator counts by it."""
        if self.met:
            return {"kind": "share", "date": self.start, "success": {self.met: self.keeps}}
        return {"kind": "share-within", "start": self.start, "stop": self.stop, "within": self.within}


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
        **chosen.measure,
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
    needed = {"start": chosen.start, "stop": chosen.stop or chosen.met, "owner": chosen.owner}
    needed |= {f"promise.{language}": words for language, words in chosen.promise.items()}
    for field, said in needed.items():
        if not said:
            raise Invalid("Fill this in.", field)
    if chosen.start == chosen.stop:
        raise Invalid("The case begins and ends in the same column: choose two.", "stop")


def _title(words: str) -> str:
    """The first line of a promise without its full stop, cut at a word."""
    line = words.strip().splitlines()[0].rstrip(" .")
    return line if len(line) <= LONGEST_TITLE else f"{line[:LONGEST_TITLE].rpartition(' ')[0] or line[:LONGEST_TITLE]}…"
