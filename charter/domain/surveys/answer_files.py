"""A file of customers' answers, row by row: which columns say what, in French or English, and why a row is refused.

Respondents are only told apart: what names them is replaced by a number on reading and goes no further.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from charter.domain.figures.file_rows import Row, RowRefused, no_column, two_columns, unprintable
from charter.domain.file_profile.columns import said_in
from charter.domain.surveys.answers import Answers, Pair
from charter.domain.surveys.privacy import masked
from charter.domain.vocabulary.errors import Invalid, Sentence

NAMES: Mapping[str, str] = {
    "attribut": "attribute", "engagement": "attribute", "commitment": "attribute", "critere": "attribute",
    "fonctionnel": "functional", "fonctionnelle": "functional", "si_tenu": "functional", "if_kept": "functional",
    "dysfonctionnel": "dysfunctional", "dysfonctionnelle": "dysfunctional", "si_non_tenu": "dysfunctional",
    "if_not_kept": "dysfunctional",
    "vague": "wave", "formulation": "wording", "date": "day", "jour": "day",
    "repondant": "respondent", "id_repondant": "respondent", "respondent_id": "respondent", "client": "respondent",
    "customer": "respondent", "id": "respondent", "identifiant": "respondent",
    "poids": "weight", "ponderation": "weight", "unite": "unit", "agence": "unit",
    "note_globale": "overall", "satisfaction_globale": "overall", "globale": "overall", "global": "overall",
}  # fmt: skip
"""What else columns are called; the plain English names are those of the fields."""

PAIR_FIELDS = (
    "attribute",
    "functional",
    "dysfunctional",
    "importance",
    "wave",
    "segment",
    "wording",
    "day",
    "respondent",
    "weight",
    "unit",
)
QUESTIONS = ("functional", "dysfunctional")
LONGEST = 300
MOST_ATTRIBUTES = 200
MOST_WEIGHT = 1_000_000
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")


def plain(name: str) -> str:
    """A name without accents, capitals and spaces."""
    letters = unicodedata.normalize("NFKD", name.strip().lower())
    return re.sub(r"[\s_\-]+", "_", "".join(sign for sign in letters if not unicodedata.combining(sign)))


def field_of(name: str) -> str:
    """The field that a column stands for, or its plain name."""
    return NAMES.get(plain(name), plain(name))


def read_pairs(
    names: Sequence[str],
    rows: Iterable[Row],
    left_out: Sequence[str] = (),
    missing: Sequence[str] = (),
    is_day_first: bool | None = None,
    level: Callable[[str], str | None] = lambda text: text,
) -> Answers:
    """The pairs of answers of a Kano survey; columns left out are never read, `missing` are codes of no answer.

    `is_day_first`: how days are written, where somebody said it; `level`: the number that an answer in words is.
    Raises Invalid when a column that is needed is missing or stands twice, or days can be read both ways.
    """
    aside = {plain(name) for name in left_out}
    columns = _pair_columns([name for name in names if plain(name) not in aside])
    found = Answers(ignored=[name for name in names if name not in columns.values()])
    people: dict[str, int] = {}
    seen: dict[tuple[object, ...], int] = {}
    found.has_respondents = "respondent" in columns
    rows = list(rows)
    if is_day_first is None:
        is_day_first = is_first_the_day([row.get(columns["day"], "") for _, row in rows]) if "day" in columns else True
    for line, row in rows:
        cells = {name: _cell(name, row.get(column, ""), missing) for name, column in columns.items()}
        cells |= {name: said for name in QUESTIONS if (said := level(cells[name])) is not None}
        try:
            pair = _pair(line, cells, people, is_day_first=is_day_first)
            require_once(seen, (pair.who, pair.wave, pair.segment, plain(pair.attribute)), pair.who, line)
            found.pairs.append(pair)
        except Invalid as error:
            found.refused.append(RowRefused(line, error))
    found.attributes = tuple(dict.fromkeys(pair.attribute for pair in found.pairs))
    _require_few(found.attributes)
    return found


def _require_few(attributes: Sequence[str]) -> None:
    """Raises Invalid where the column of promises names so many that it is another column."""
    if len(attributes) > MOST_ATTRIBUTES:
        raise Invalid(
            "The column attribute names %(count)s different things, over %(most)s: it should name the promise that was "
            "asked about.",
            "attribute",
            count=len(attributes),
            most=MOST_ATTRIBUTES,
        )


def _pair_columns(names: Sequence[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for name in names:
        known = field_of(name)
        if known not in PAIR_FIELDS:
            continue
        if known in columns:
            raise two_columns(known, masked(name))
        columns[known] = name
    for needed in PAIR_FIELDS[:3]:
        if needed not in columns:
            raise no_column(needed, [masked(name) for name in names])
    return columns


def _pair(line: int, cells: Mapping[str, str], people: dict[str, int], *, is_day_first: bool) -> Pair:
    for name, text in cells.items():
        if len(text) > LONGEST or not " ".join(text.split()).isprintable():
            raise unprintable(name, LONGEST)
    if not cells["attribute"]:
        raise Invalid("The row names no attribute: what were the two questions about?", "attribute")
    return Pair(
        line,
        cells["attribute"],
        _whole(cells["functional"], "functional", 5),
        _whole(cells["dysfunctional"], "dysfunctional", 5),
        _whole(cells.get("importance", ""), "importance", 9),
        cells.get("wave", ""),
        cells.get("segment", ""),
        cells.get("wording", ""),
        day_written(cells.get("day", ""), is_day_first=is_day_first),
        number_of(cells.get("respondent", ""), people),
        weight_written(cells["weight"]) if "weight" in cells else None,
        cells.get("unit", ""),
    )


def weight_written(text: str) -> float:
    """How many customers a person stands for. Raises Invalid: nothing written, no number, below 0."""
    try:
        weight = float(text.strip().replace(",", "."))
    except ValueError:
        weight = -1.0
    if not 0 <= weight <= MOST_WEIGHT:
        raise Invalid("weight: write a number from 0 to %(most)s, like 1.25.", "weight", most=MOST_WEIGHT)
    return round(weight, 4)


def _cell(name: str, text: str, missing: Sequence[str]) -> str:
    """What a cell says: a word like NA is no answer, but may be a name."""
    if name in ("attribute", "segment", "unit"):
        return text.strip()
    return "" if name in QUESTIONS and is_missing(text, missing) else said_in(text)


def is_missing(text: str, codes: Sequence[str]) -> bool:
    """Whether a cell holds a code that means no answer; 99 and 99.0 are one."""
    return re.sub(r"[.,]0+$", "", text.strip()) in codes


def _whole(text: str, name: str, most: int) -> int | None:
    """An answer; spreadsheets write 3 as 3.0 or 3,0."""
    if not text:
        return None
    shown = re.sub(r"[.,]0+$", "", text)
    if shown not in [str(one) for one in range(1, most + 1)]:
        ends = Sentence("1 (like) to 5 (dislike)") if most == 5 else Sentence("1 to %(most)s", most=most)
        raise Invalid(
            "%(field)s: no answer that is known; write %(ends)s, or nothing. "
            "Name codes that mean “no answer”, like 99, when you send the file.",
            name,
            field=name,
            ends=ends,
        )
    return int(shown)


def is_first_the_day(cells: Sequence[str]) -> bool:
    """Whether a column writes 25/10/2026 or 10/25/2026, as one of its cells shows; it is never guessed.

    Raises Invalid where every day can be read both ways.
    """
    written = [found for cell in cells if (found := _SLASHED.match(cell.strip()))]
    first, second = (any(int(found[at]) > 12 for found in written) for at in (1, 2))
    if written and not first and not second:
        raise Invalid(
            "Every day of the file can be read day first or month first: say which, write days like 2026-10-05, or "
            "leave the column out.",
            "dates",
        )
    return first or not second


def day_written(text: str, *, is_day_first: bool) -> date | None:
    """A day of a file; None where nothing is written. Raises Invalid."""
    if not text:
        return None
    if turned := _SLASHED.match(text):
        day, month = (turned[1], turned[2]) if is_day_first else (turned[2], turned[1])
        text = f"{turned[3]}-{int(month):02}-{int(day):02}"
    try:
        return date.fromisoformat(text[:10].replace("/", "-"))
    except ValueError:
        raise Invalid("day: not a date, like 2026-10-05.", "day") from None


def number_of(text: str, people: dict[str, int]) -> int | None:
    """The same number for the same respondent; nothing else is kept of who it was."""
    return people.setdefault(text, len(people) + 1) if text else None


def require_once(seen: dict[tuple[object, ...], int], place: tuple[object, ...], who: int | None, line: int) -> None:
    """Raises Invalid where the same person stands at the same place in an earlier line."""
    if who is None:
        return
    if place in seen:
        raise Invalid(
            "The same respondent answered this in line %(line)s: one person counts once.",
            "respondent",
            line=seen[place],
        )
    seen[place] = line
