"""A first look at a source: whether its columns can be read, and how they are written, so that reading is exact."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import ibis

from charter.domain.file_profile.columns import AFTER_ZERO, FALSE, PLACEHOLDERS, TRUE, Counted, judge_column
from charter.domain.file_profile.remarks import read_as_hours, read_as_hundredths, taken_as_empty
from charter.domain.vocabulary.errors import Sentence, SourceError
from charter.domain.vocabulary.terms import ColumnKind
from charter.sources.cells.amounts import DECIMALS, MOST_DECIMALS, Digits, is_finite, is_plain_decimal
from charter.sources.cells.columns import Reader, is_embedded
from charter.sources.cells.moments import FRACTION, ZONE_AT_END, Written, is_moment
from charter.sources.cells.queries import answer
from charter.sources.cells.reach import rows_near
from charter.sources.cells.written_dates import (
    DateStyle,
    date_style,
    plain_date,
    question_of_plain_dates,
    questions_of_dates,
    with_plain_dates,
)
from charter.sources.cells.written_text import (
    DURATION,
    HOURS,
    ISO_MOMENT,
    PLAIN_MOMENT,
    PLAIN_NUMBER,
    NumberStyle,
    fits,
    number_style,
    plain_number,
    questions_of_numbers,
    without_percent,
)

EXPECTED = {
    "date": Sentence("a date like 2026-10-05 or 05/10/2026, or an instant like 2026-10-05T14:30:00+02:00"),
    "number": Sentence("a number like 12, 12.5 or 12,5, or a duration like 00:03:20"),
}
TEXT, GAPS = "text", "missing"
"""Uses of a column that need no date and no number: its words, or what of it is missing."""
_FIRST_LETTERS = sorted({word[0] for word in PLACEHOLDERS})
_ORDERS: tuple[DateStyle, ...] = ("day-first", "month-first")
_NUMBERS: tuple[NumberStyle, ...] = ("spaced", "comma", "commas")
# Sums of squares must stay below 38 digits in every engine: 18 digits of a scaled value and ten for the rows.
_MOST_DIGITS = 14
_FLOAT_DECIMALS = 6
_LENGTH_OF_DAY = len("2026-10-05")
_MIDNIGHT = ("", "00:00", "00:00:00")

Use = tuple[str, str]


def look_at(reader: Reader, uses: Iterable[tuple[str, str]]) -> None:
    """Tells the reader of each (column, "date" or "number"); raises SourceError when no value can be read as such.

    What text does not write as engines read it is looked at once more: spreadsheets write 05/10/2026 and 1 234,5.
    Only in the embedded engine, where files are read: the tables of others have types for dates and numbers, and are
    looked at in the rows near the periods alone, where a typed date says which these are. Columns read as "text", and
    those asked for what is "missing", are looked at for words like NA alone.
    """
    every = sorted(set(uses))
    if is_embedded(reader.given):
        reader.spell_out(name for name, _ in every)
    told = _plain_dates(reader, every)
    asked = [use for use in every if use not in told and (is_embedded(reader.given) or use[1] != TEXT)]
    told |= _asked(reader, {use: _questions(reader, *use) for use in asked})
    told |= _without_stand_ins(reader, told)
    wanted = [use for use in every if use[1] in EXPECTED]
    told |= _asked_of_all(reader, [use for use in wanted if told[use].get("written") and not told[use]["read"]])
    odd = [use for use in wanted if told[use].get("written", 0) > (told[use].get("read") or 0)]
    ways = _ways(reader, odd) if odd and is_embedded(reader.given) else {}
    styles = {use: _style_of(reader, *use, asked) for use, asked in ways.items()}
    other = {use: style for use, style in styles.items() if style not in ("iso", "plain") or _is_otherwise(ways[use])}
    for use in other:
        told[use] |= {key: (told[use][key] or 0) + (ways[use][key] or 0) for key in ways[use] if key in told[use]}
        told[use]["read"] = (told[use]["read"] or 0) + (ways[use].get("slashed") or 0) + (ways[use].get("others") or 0)
    numbers = {(name, role): style for (name, role), style in other.items() if role == "number"}
    told |= _asked(reader, {use: _questions(reader, *use, style) for use, style in numbers.items()})
    for (name, role), answers in ((use, told[use]) for use in wanted):
        _refuse_unreadable(reader, name, role, answers)
        way = ways.get((name, role), {})
        if role == "number":
            digits = _digits(reader.column(name).type(), answers, has_percents=bool(way.get("percents")))
            reader.digits[name] = replace(digits, style=other.get((name, role), "plain"))
        elif answers:
            timed, zoned, fractions, hours = (bool(answers[key]) for key in ("timed", "zoned", "fractions", "hours"))
            style, otherwise = other.get((name, role), "iso"), _is_otherwise(way)
            is_clean = answers["clean"] == answers["written"]
            reader.written[name] = Written(timed, zoned, fractions, style, hours, otherwise, is_clean)
            reader.seen[name] = answers
    reader.told += [said for (name, _), way in ways.items() for said in _ways_told(reader, name, way)]
    reader.spell_out([])


def _plain_dates(reader: Reader, uses: Iterable[Use]) -> dict[Use, dict[str, Any]]:
    """The answers of columns all of whose dates are written as engines read them: these need not be looked at one by
    one."""
    found = {}
    if is_embedded(reader.given):
        for name, _ in (use for use in uses if use[1] == "date" and reader.column(use[0]).type().is_string()):
            (told,) = answer(question_of_plain_dates(reader.table, reader.text(name)), reader.source, reader.known)
            # Days long past may stand for none: these are looked at one by one.
            if told["written"] and not told["odd_days"] and not told["odd"] and told["least"] > AFTER_ZERO:
                none = {"words": 0, "example": None, "zoned": 0, "fractions": 0}
                found[name, "date"] = told | none | {"read": told["written"], "clean": told["written"]}
    return found


def _is_otherwise(way: Mapping[str, Any]) -> bool:
    """Whether dates name a month, begin with the year and slashes, or halve the day; numbers carry a per cent sign."""
    return bool(way.get("others") or way.get("halves") or way.get("percents"))


def _ways_told(reader: Reader, name: str, way: Mapping[str, Any]) -> Iterator[Sentence]:
    """How cells were read that might be read in another way."""
    if reader.digits.get(name, Digits()).style == "h:m" and way.get("short") and reader.writing.durations is None:
        yield read_as_hours(name)
    if way.get("percents"):
        yield read_as_hundredths(name, way["a_percent"])


def _without_stand_ins(reader: Reader, told: Mapping[Use, dict[str, Any]]) -> dict[Use, dict[str, Any]]:
    """Has words like NA taken as missing where they stand in a column of dates, numbers, durations or yes and no; asks
    again of these columns. A column of text keeps them, unless the source says otherwise."""
    if reader.writing.missing is not None:
        return {}
    asked = {name: role for (name, role), answers in told.items() if answers.get("words")}
    sure = {name for (name, role), answers in told.items() if answers.get("words") and role in EXPECTED}
    for name in asked:
        if name in sure or _kind_of(reader, name) is not ColumnKind.TEXT:
            reader.stand_ins.add(name)
            reader.told += _stand_ins_told(reader, name)
    if reader.stand_ins and is_embedded(reader.given):
        reader.spell_out(name for name, _ in told)
    return _asked(reader, {use: _questions(reader, *use) for use in told if use[0] in reader.stand_ins})


def _kind_of(reader: Reader, name: str) -> ColumnKind:
    """What a column of text is, as a look at the file judges it."""
    table = reader.table.select(given=reader.text(name).strip())
    table = with_plain_dates(table, {"said": table["given"]})
    written, plain = table["given"], table["said"]
    known = written.isin(PLACEHOLDERS).fill_null(False)
    number = reduce(
        operator.or_, [fits(plain_number(without_percent(written), each), PLAIN_NUMBER) for each in _NUMBERS]
    )
    dates = [fits(plain_date(plain, each), ISO_MOMENT) for each in _ORDERS]
    asked = {
        "filled": written.count(),
        "distinct": written.nunique(),
        "words": known.sum(),
        "dates": (dates[0] & ~known).sum(),
        "others": (dates[1] & ~known).sum(),
        "numbers": number.sum(),
        "durations": fits(written, DURATION).sum(),
        "truths": fits(written.lower(), f"^({'|'.join([*TRUE, *FALSE])})$").sum(),
    }
    (found,) = answer(table.aggregate(**asked), reader.source, reader.known)
    told = {key: int(value or 0) for key, value in found.items()}
    dates_read = max(told["dates"], told["others"])
    stand_ins = {"": told["words"]}
    counted = Counted(
        name,
        told["filled"],
        told["distinct"],
        stand_ins,
        dates_read,
        0,
        told["numbers"],
        told["durations"],
        told["truths"],
    )
    return judge_column(counted, told["filled"]).kind


def _stand_ins_told(reader: Reader, name: str) -> list[Sentence]:
    """The words that were taken as missing, with their cells."""
    words = _looked_at(reader).select(word=reader.column(name).strip())
    words = words.filter(words["word"].isin(PLACEHOLDERS))
    cells = words.group_by("word").aggregate(cells=words.count()).order_by("word")
    found = answer(cells, reader.source, reader.known)
    return [taken_as_empty(row["word"], int(row["cells"]), [name]) for row in found]


def _asked(reader: Reader, asked: Mapping[Use, dict[str, Any]], table: Any = None) -> dict[Use, dict[str, Any]]:
    """The answers to the questions of each use, in one look."""
    sums = {f"{at}_{key}": value for at, each in enumerate(asked.values()) for key, value in each.items()}
    if not sums:
        return {use: {} for use in asked}
    rows = _looked_at(reader) if table is None else table
    told = answer(rows.aggregate(**sums), reader.source, reader.known)[0]
    return {use: {key: told[f"{at}_{key}"] for key in each} for at, (use, each) in enumerate(asked.items())}


def _looked_at(reader: Reader) -> Any:
    """All rows of files; in servers of companies those near the periods."""
    return reader.table if is_embedded(reader.given) else rows_near(reader)


def _asked_of_all(reader: Reader, uses: Sequence[Use]) -> dict[Use, dict[str, Any]]:
    """A column of which nothing can be read near the periods is refused only where that is so of all its rows."""
    if not uses or reader.whole is None:
        return {}
    table = reader.whole()
    everything = replace(reader, table=table, known=None, texts={})
    return _asked(everything, {use: _questions(everything, *use) for use in uses}, table)


def _ways(reader: Reader, uses: Sequence[Use]) -> dict[Use, dict[str, Any]]:
    """What tells how columns are written that engines do not read as they are."""
    texts = {f"promesse_given_{at}": reader.text(name).strip() for at, (name, _) in enumerate(uses)}
    table = reader.table.mutate(**texts)
    said = {f"promesse_said_{at}": table[f"promesse_given_{at}"] for at, (_, role) in enumerate(uses) if role == "date"}
    table = with_plain_dates(table, said)
    asked = {
        use: questions_of_dates(table[f"promesse_given_{at}"], table[f"promesse_said_{at}"])
        if use[1] == "date"
        else questions_of_numbers(table[f"promesse_given_{at}"])
        for at, use in enumerate(uses)
    }
    return _asked(reader, asked, table)


def _style_of(reader: Reader, name: str, role: str, told: Mapping[str, Any]) -> Any:
    style_of = date_style if role == "date" else number_style
    return style_of(told, reader.writing, reader.source, name)


def _questions(reader: Reader, name: str, role: str, style: Any = None) -> dict[str, Any]:
    kind = reader.column(name).type()
    if role not in EXPECTED:
        return {"words": _words(reader.text(name))} if kind.is_string() else {}
    if role == "date":
        return {} if is_moment(kind) else _questions_of_dates(reader.text(name))
    if kind.is_floating():
        return _questions_of_floats(reader.column(name).cast("float64"))
    if kind.is_integer() or is_plain_decimal(kind):
        return {"largest": reader.column(name).cast("float64").abs().max()}
    text = reader.text(name)
    return _questions_of_numbers(text if style is None else plain_number(without_percent(text.strip()), style))


def _words(text: Any) -> Any:
    """How many cells hold a word like NA. By its first letter most cannot; blanks around are looked for only there."""
    bare = text.strip().isin(PLACEHOLDERS)
    said = ibis.cases(
        (text.left(1).isin(_FIRST_LETTERS), text.isin(PLACEHOLDERS) | (text.right(1) < "!").ifelse(bare, False)),
        (text < "!", bare),
        else_=False,
    )
    return said.fill_null(False).sum()


def _questions_of_dates(text: Any) -> dict[str, Any]:
    # Most columns have neither zones, nor fractions, nor blanks around: these are looked for where one may be.
    plainly = text.re_search(PLAIN_MOMENT).fill_null(False)
    written = plainly.ifelse(text, text.strip())
    good = plainly.ifelse(True, written.re_search(ISO_MOMENT).fill_null(False))
    more = good & ~plainly
    dated = good.ifelse(written, ibis.null("string"))
    has_hours = plainly.ifelse(~written.substr(_LENGTH_OF_DAY + 1).isin(_MIDNIGHT), fits(written, HOURS))
    return {
        "rows": text.isnull().count(),
        "written": text.count(),
        "read": good.sum(),
        "words": (plainly & (text > AFTER_ZERO)).ifelse(False, written.isin(PLACEHOLDERS)).fill_null(False).sum(),
        "clean": (good & (written == text)).sum(),
        "example": good.ifelse(ibis.null("string"), text).min(),
        "least": dated.min(),
        "most": dated.max(),
        "timed": (good & (written.length() > _LENGTH_OF_DAY)).sum(),
        "hours": (good & has_hours).sum(),
        "zoned": more.ifelse(written.re_search(ZONE_AT_END), False).fill_null(False).sum(),
        "fractions": more.ifelse(written.re_search(FRACTION), False).fill_null(False).sum(),
    }


def _questions_of_numbers(text: Any) -> dict[str, Any]:
    written = text.strip()
    good = written.re_search(PLAIN_NUMBER).fill_null(False)
    number = good.ifelse(written, ibis.null("string"))
    decimals = good.ifelse(written.re_extract(DECIMALS, 1), "").fill_null("")
    return {
        "written": text.count(),
        "read": good.sum(),
        "words": _words(written),
        "example": (~good).ifelse(text, ibis.null("string")).min(),
        "scale": decimals.length().max(),
        "powers": number.lower().contains("e").sum(),
        "largest": number.try_cast("float64").abs().max(),
    }


def _questions_of_floats(column: Any) -> dict[str, Any]:
    small = is_finite(column) & (column.abs() <= ibis.literal(10**15).cast("float64"))
    # Not null: engines may cast what stands below it, and NaN is no decimal number.
    value = small.ifelse(column, ibis.literal(0).cast("float64"))
    rounded = value.cast(f"decimal(38, {_FLOAT_DECIMALS})").cast("float64")
    whole = value.cast("decimal(38, 0)").cast("float64")
    return {
        "finite": is_finite(column).sum(),
        "small": (small & (rounded == value)).sum(),
        "whole": (small & (whole == value)).sum(),
        "largest": value.abs().max(),
    }


def _refuse_unreadable(reader: Reader, name: str, role: str, told: dict[str, Any]) -> None:
    if told.get("written") and not told["read"]:
        raise SourceError(
            "The source “%(source)s” has nothing readable in its column “%(column)s”: “%(example)s” is not "
            "%(expected)s.",
            source=reader.source,
            column=name,
            example=told["example"][:80],
            expected=EXPECTED[role],
        )


def _digits(kind: Any, told: dict[str, Any], *, has_percents: bool) -> Digits:
    """The digits of a column of numbers; what carries a per cent sign is hundredths, two digits longer."""
    if kind.is_floating():
        few = told["finite"] == told["small"]
        found = Digits(0 if told["finite"] == told["whole"] else _FLOAT_DECIMALS, exact=bool(few))
    elif kind.is_integer():
        found = Digits()
    elif is_plain_decimal(kind):
        found = Digits(kind.scale)
    else:
        scale = told["scale"] or 0
        found = Digits(min(scale, MOST_DECIMALS), exact=scale <= MOST_DECIMALS and not told["powers"])
    digits = len(f"{int(told['largest'] or 0)}") + found.scale
    if has_percents:
        return replace(found, scale=min(found.scale + 2, MOST_DECIMALS), squares=False, percent=True)
    return replace(found, squares=found.exact and digits <= _MOST_DIGITS)
