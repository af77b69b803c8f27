"""From columns that a person chose, and a promise in their words, to the parts of a charter that count it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from charter.domain.file_profile.guesses import plain_name
from charter.domain.file_profile.headers import no_cases_in
from charter.domain.file_profile.known_parts import CALENDAR
from charter.domain.vocabulary.errors import Invalid, Sentence

Plain = dict[str, Any]
SOURCE, INDICATOR = "cases", "in-time"
LONGEST_TITLE = 90
CAUGHT_UP = "400 days"
"""A first file tells of a year: its months are still measured when they are over."""
UNITS_OF_TIME = ("working days", "working hours", "days", "hours", "minutes", "seconds")
LONGEST_DELAY = 100_000
DELAY, ANSWER, MARK, STATES, FIGURES, WORDS, LIMIT = "delay", "answer", "mark", "states", "figures", "words", "limit"
"""How a file tells whether a case was kept: two dates, yes or no, a mark, states, figures of months, words, a limit."""
JUDGED = {ANSWER: "met", MARK: "mark", DELAY: "stop", FIGURES: "done", WORDS: "word", LIMIT: "number"}
"""The field that names the column by which a case is judged."""
IS_KEPT, IS_NOT_KEPT, IS_LEFT_OUT = "kept", "missed", "left"
"""What a word says of its case."""
KEPT = {"pauses": ("paused", "pauses"), "exclude": ("exclude",), "open": ("open",)}
"""By the name of a choice, what it keeps of a file's kind."""


@dataclass(frozen=True)
class Chosen:
    """What was chosen: the columns by what they are for, the delay, the promise by language, the level (0..1).

    A case is kept where it stopped within the delay after its start; or, where `met` names a column, where that says
    yes (or no, where `keeps` is False), one of the `words`, a mark of `least` or more, a number of `most` or less; of
    figures of months `met` is how many were kept (or were not) of `whole`. `start` tells the month either way.
    `is_asked`: customers said it, and not all of them do.

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
    most: float | None = None
    words: tuple[str, ...] = ()
    is_asked: bool = False
    ends: Mapping[str, Any] = field(default_factory=dict)
    besides: Mapping[str, Any] = field(default_factory=dict)
    open: Mapping[str, Any] = field(default_factory=dict)

    @property
    def measure(self) -> Plain:
        """What an indicator counts by it."""
        if self.whole:
            kept: Any = self.met if self.keeps else {"plus": [self.whole], "minus": [self.met]}
            return {"kind": "share", "date": self.start, "numerator": kept, "denominator": self.whole}
        if self.met:
            asked = {"nature": "perceived", "basis": "sample"} if self.is_asked else {}
            return {"kind": "share", **asked, "date": self.start, "success": {self.met: self._good}}
        ends = self.ends or {"start": self.start, "stop": self.stop}
        return {"kind": "share-within", **ends, "within": self.within}

    @property
    def _good(self) -> Any:
        """What the column says of a case that was kept."""
        if self.words:
            return list(self.words)
        if self.least is not None:
            return {"at_least": self.least}
        return self.keeps if self.most is None else {"at_most": self.most}


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


class Form:
    """What the form of columns says, read field by field: what cannot be read is among the `faults`."""

    def __init__(self, given: Mapping[str, str], seen: Mapping[str, Any]) -> None:
        self.given, self.known, self.faults = given, dict(seen.get("known") or {}), list[Invalid]()
        self.known["exclude"], self.words = seen["left_out"], seen.get("words", [])

    def chosen(self, spoken: Sequence[str]) -> Chosen:
        """All of it; nothing in the place of a fault."""
        given, is_timed = self.given, self.given.get("how") not in (ANSWER, MARK, FIGURES, WORDS, LIMIT)
        level = self._level()
        kept = {part: self.known.get(part) for name in KEPT for part in KEPT[name] if f"keep.{name}" in given}
        besides = {name: said for name, said in kept.items() if said and name != "open"}
        if out := self._left_out():
            besides["exclude"] = [*besides.get("exclude", ()), *out]
        return Chosen(
            **self._measure(),
            open=(kept.get("open") or {}) if is_timed else {},
            besides={name: said for name, said in besides.items() if is_timed or name == "exclude"},
            start=given.get("start", ""),
            unit=given.get("unit", ""),
            case="" if given.get("how") == FIGURES else given.get("case", ""),
            owner=given.get("owner", "").strip(),
            promise={code: given.get(f"promise.{code}", "").strip() for code in spoken},
            level=level,
        )

    def _level(self) -> Decimal:
        level = _number(self.given.get("level", "").strip(" %\u00a0\u202f"))
        if level is None or not 0 < level <= 100:
            self.faults.append(Invalid("Write a number from 1 to 100.", "level"))
            return Decimal(1)
        return level / 100

    def _measure(self) -> Plain:
        """By two dates or states and a delay, or by what one column says."""
        given, how = self.given, self.given.get("how") or DELAY
        by_column = {MARK: self._mark, FIGURES: self._figures, WORDS: self._words, LIMIT: self._limit}
        if how in by_column:
            return by_column[how]()
        if how == ANSWER:
            if not given.get("met"):
                self.faults.append(Invalid("Choose the column that says yes or no.", "met"))
            keeps = given.get("keeps") != "no"
            return {"met": given.get("met") or "?", "keeps": keeps, "is_asked": "asked" in given}
        count, of = given.get("count", "").strip(), given.get("of", "")
        if not (is_good := count.isascii() and count.isdigit() and int(count) <= LONGEST_DELAY and of in UNITS_OF_TIME):
            self.faults.append(Invalid("Write the delay as a whole number.", "count"))
        words = of.removesuffix("s") if is_good and int(count) == 1 else of
        ends = self.known.get("ends", {}) if how == STATES else {}
        return {"stop": given.get("stop", "").strip(), "within": f"{count} {words}", "ends": ends}

    def _figures(self) -> Plain:
        """So many of so many, month by month: rows are no cases, and none is told apart."""
        given = self.given
        for name in ("done", "whole"):
            if not given.get(name):
                self.faults.append(Invalid("Choose the column that holds the number.", name))
        return {
            "met": given.get("done") or "?",
            "whole": given.get("whole") or "-",
            "keeps": given.get("parts") != "no",
        }

    def _mark(self) -> Plain:
        least = _number(self.given.get("least", ""))
        if not self.given.get("mark"):
            self.faults.append(Invalid("Choose the column that holds the marks.", "mark"))
        if least is None:
            self.faults.append(Invalid("Write the mark as a number.", "least"))
            least = Decimal(0)
        return {"met": self.given.get("mark") or "?", "least": _plain(least), "is_asked": True}

    def _limit(self) -> Plain:
        most = _number(self.given.get("most", ""))
        if not self.given.get("number"):
            self.faults.append(Invalid("Choose the column that holds the number.", "number"))
        if most is None:
            self.faults.append(Invalid("Write the limit as a number.", "most"))
        return {"met": self.given.get("number") or "?", "most": _plain(most or Decimal(0))}

    def _words(self) -> Plain:
        column, words = self.given.get("word", ""), self._said(IS_KEPT)
        if not column:
            self.faults.append(Invalid("Choose the column that says it.", "word"))
        elif not words:
            self.faults.append(Invalid("Say of one word at least that the promise is kept by it.", "word"))
        return {"met": column or "?", "words": words, "is_asked": "asked" in self.given}

    def _said(self, meaning: str) -> tuple[str, ...]:
        """The words of the chosen column that have a meaning."""
        return tuple(
            word
            for column in self.words
            if column["name"] == self.given.get("word")
            for at, word in enumerate(column["words"])
            if self.given.get(f"says.{column['at']}.{at}", IS_NOT_KEPT) == meaning
        )

    def _left_out(self) -> list[Plain]:
        """What a person says is left out: words of the column that tells what was kept, and rows that are no case."""
        column = self.given.get("word", "") if self.given.get("how") == WORDS else ""
        said = [{"where": {column: word}, "reason": f"{column}: {word}"} for word in self._said(IS_LEFT_OUT) if column]
        none = no_cases_in(self.words) if "keep.no-cases" in self.given else []
        return said + [one for one in none if column not in one["where"]]


def _plain(number: Decimal) -> float:
    return int(number) if number == number.to_integral_value() else float(number)


def _number(text: str) -> Decimal | None:
    """A number as people write it; None for what is none."""
    try:
        found = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def without_keys(error: Sentence) -> Sentence:
    """What hinders a count, in words of the form: nobody has named an indicator or a source yet."""
    if error.template.startswith("The indicator “%(indicator)s” counts hours"):
        return Sentence(
            "“%(column)s” holds days without an hour: promise days, or choose a column with hours.",
            column=error.values["column"],
        )
    return error
