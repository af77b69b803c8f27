"""From columns that a person chose, and a promise in their words, to the parts of a charter that count it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from charter.domain.file_profile.guesses import plain_name
from charter.domain.file_profile.known_parts import CALENDAR
from charter.domain.vocabulary.errors import Invalid, Sentence

Plain = dict[str, Any]
SOURCE, INDICATOR = "cases", "in-time"
LONGEST_TITLE = 90
CAUGHT_UP = "400 days"
"""A first file tells of a year: its months are still measured when they are over."""


@dataclass(frozen=True)
class Chosen:
    """What was chosen: the columns by what they are for, the delay, the promise by language, the level (0..1).

    A case is kept where it stopped within the delay after its start; or, where `met` names a column, where that says
    yes (or no, where `keeps` is False), or a mark of `least` or more; of figures of months `met` is how many were kept
    (or were not) of `whole`. `start` tells the month either way.

    Of a file of events `ends` says the states in which a case starts and stops. `besides`: what is known of the file's
    kind and was kept, for the indicator (pauses, rows left out); `open`: hours of the week in which the clock runs.
    """

    start: str
    promise: Mapping[str, str]
    owner: str
    level: Decimal
    stop: str = ""
    within: str = ""
    met: str = ""
    keeps: bool = True
    whole: str = ""
    unit: str = ""
    case: str = ""
    least: float | None = None
    ends: Mapping[str, Any] = field(default_factory=dict)
    besides: Mapping[str, Any] = field(default_factory=dict)
    open: Mapping[str, Any] = field(default_factory=dict)

    @property
    def measure(self) -> Plain:
        """What an indicator counts by it."""
        if self.whole:
            kept: Any = self.met if self.keeps else {"plus": [self.whole], "minus": [self.met]}
            return {"kind": "share", "date": self.start, "numerator": kept, "denominator": self.whole}
        if self.met and self.least is not None:
            asked = {"nature": "perceived", "basis": "sample"}
            return {"kind": "share", **asked, "date": self.start, "success": {self.met: {"at_least": self.least}}}
        if self.met:
            return {"kind": "share", "date": self.start, "success": {self.met: self.keeps}}
        ends = self.ends or {"start": self.start, "stop": self.stop}
        return {"kind": "share-within", **ends, "within": self.within}


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
    for fault in faults_of(chosen):
        raise fault
    new = deepcopy(plain)
    titles = {language: _title(words) for language, words in chosen.promise.items()}
    indicator = {
        "key": INDICATOR,
        "title": titles,
        "source": SOURCE,
        **chosen.measure,
        **({"unit": chosen.unit} if chosen.unit else {}),
        **({"distinct": chosen.case} if chosen.case and not chosen.ends else {}),
        **chosen.besides,
        "targets": [{"from": from_, "target": chosen.level}],
        "check": {"lapses_after": CAUGHT_UP},
    }
    key = key_of(next(iter(titles.values())))
    commitment = {"key": key, "title": titles, "promise": dict(chosen.promise), "owner": chosen.owner}
    new["sources"] = {**new.get("sources", {}), SOURCE: source}
    new["commitments"] = [{**commitment, "indicators": [indicator]}]
    new["charter"]["valid_from"] = from_
    if chosen.open:
        head = new["charter"]
        new["calendars"] = {**new.get("calendars", {}), CALENDAR: {"country": head["calendar"], "open": chosen.open}}
        head["calendar"] = CALENDAR
    return new


def faults_of(chosen: Chosen) -> list[Invalid]:
    """Everything that is not said, each with the field it is asked in."""
    needed = {"start": chosen.start or chosen.ends, "stop": chosen.stop or chosen.met or chosen.ends}
    needed |= {"owner": chosen.owner}
    needed |= {f"promise.{language}": words for language, words in chosen.promise.items()}
    found = [Invalid("Fill this in.", place) for place, said in needed.items() if not said]
    if chosen.start and chosen.start == chosen.stop and not chosen.ends:
        found.append(Invalid("The case begins and ends in the same column: choose two.", "stop"))
    if chosen.whole and chosen.whole == chosen.met:
        found.append(Invalid("A part and its whole stand in two columns: choose two.", "whole"))
    return found


def _title(words: str) -> str:
    """The first line of a promise without its full stop, cut at a word."""
    line = words.strip().splitlines()[0].rstrip(" .")
    return line if len(line) <= LONGEST_TITLE else f"{line[:LONGEST_TITLE].rpartition(' ')[0] or line[:LONGEST_TITLE]}…"


def without_keys(error: Sentence) -> Sentence:
    """What hinders a count, in words of the form: nobody has named an indicator or a source yet."""
    if error.template.startswith("The indicator “%(indicator)s” counts hours"):
        return Sentence(
            "“%(column)s” holds days without an hour: promise days, or choose a column with hours.",
            column=error.values["column"],
        )
    return error
