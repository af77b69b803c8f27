"""analyse spc, effect, kano, penalty-reward and class: for people who only have a file."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from charter.cli.shared import print_json, progress, refusing
from charter.domain.actions.effect import Effect
from charter.domain.alerts.evidence import SINGLE, TOGETHER, Counted
from charter.domain.analyses.control_chart import analyse as analyse_chart
from charter.domain.analyses.control_chart import analyse_fitted
from charter.domain.analyses.effect import Action, analyse_effect, placebo, series_of
from charter.domain.analyses.kano import analyse_kano
from charter.domain.classes.classification import suggest_class
from charter.domain.figures.file_rows import Row
from charter.domain.frontline.signals import Told, rise_in
from charter.domain.statistics.misses import still_missing
from charter.domain.statistics.units import Part, funnel_of, funnel_view, mix_of
from charter.domain.surveys.answer_files import PAIR_FIELDS, field_of
from charter.domain.surveys.mark_files import read_marks
from charter.domain.surveys.marks import Coding, Sheet, marks_written, not_a_mark, number_written, scale_written
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.terms import Basis, Direction, Kind, Status
from charter.sources.readers.uploaded_files import rows_of_file
from charter.words.actions import effect_sentence
from charter.words.classes import sentence

a_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
# These commands print JSON in any case; --json is taken so that every command takes it.
json_too = click.option("--json", "as_json", is_flag=True, hidden=True)
in_language = click.option("--lang", "language", type=click.Choice(["fr", "en"]), default="en", show_default=True)
MOST_ROWS = 500_000
DIRECTIONS = ["increase", "decrease", "neutral"]


@click.group("analyse")
def analyse() -> None:
    """Analyse a file; nothing is stored."""


def rows_of(file: Path, required: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a CSV file that has these columns. Raises Invalid."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            _require_columns(file, reader.fieldnames or [], required)
            return list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid("%(file)s is not a CSV file in UTF-8: %(fault)s.", file=file, fault=str(error)) from error


def _require_columns(file: Path, names: Collection[str], required: Sequence[str]) -> None:
    for column in required:
        if column not in names:
            raise Invalid(
                "%(file)s has no column %(column)s: it needs %(columns)s.",
                column,
                file=file,
                column=column,
                columns=required,
            )


@analyse.command()
@a_file
@click.option("--direction", type=click.Choice(DIRECTIONS), required=True, help="What is an improvement.")
@click.option("--target", type=float)
@click.option("--rebase", multiple=True, metavar="DATE", help="A period from which limits start anew; may be repeated.")
@click.option("--fix-after", type=click.IntRange(min=12), help="Limits from the first N points only.")
@click.option("--no-screen", is_flag=True, help="Keep very large moving ranges in the limits.")
@click.option(
    "--fitted",
    type=click.Choice([kind.value for kind in Kind]),
    metavar="KIND",
    help="The chart that pages draw of such an indicator, with numerator and denominator where the file has them.",
)
@json_too
@refusing
def spc(file: Path, direction: Any, target: float | None, rebase: tuple[str, ...], **options: Any) -> None:
    """The control chart of FILE, a CSV with the columns period and value."""
    if options["fitted"]:
        better = Direction.LOWER if direction == "decrease" else Direction.HIGHER
        table = rows_of(file, ("period", "value"))
        print_json(analyse_fitted(table, better, Kind(options["fitted"]), target=target, rebase=rebase))
        return
    rows = [(row["period"], row["value"]) for row in rows_of(file, ("period", "value"))]
    fix_after, screen = options["fix_after"], not options["no_screen"]
    print_json(analyse_chart(rows, direction, target=target, rebase=rebase, fix_after=fix_after, screen=screen))


@analyse.command()
@a_file
@click.option("--done", metavar="P", help="The period in which the action was done.")
@click.option("--begun", metavar="P", help="The period in which it began; default: the same.")
@click.option("--triggered", multiple=True, metavar="P", help="A period whose figure led to it; may be repeated.")
@click.option("--direction", type=click.Choice(["higher", "lower"]), default="higher", show_default=True)
@click.option("--placebo", is_flag=True, help="Also: how often the rule finds an effect where nobody acted.")
@in_language
@json_too
@refusing
def effect(file: Path, done: str | None, direction: str, language: str, **options: Any) -> None:
    """Whether an action worked, from FILE: a CSV with period and value, or period, numerator and denominator."""
    if done is None and not options["placebo"]:
        raise Invalid("Say when the action was done, as --done 2026-10; or ask for --placebo.", "done")
    rows = rows_of(file, ("period",))
    _require_columns(file, rows[0] if rows else (), ("value",) if not rows or "numerator" not in rows[0] else SHARE)
    series, better = series_of(rows), Direction(direction)
    told: dict[str, Any] = {}
    if done is not None:
        action = Action(done, options["begun"], options["triggered"])
        told = _effect_facts(analyse_effect(series, action, better), language, is_share=series.is_share)
    print_json(told | (asdict(placebo(series, better)) if options["placebo"] else {}))


SHARE = ("numerator", "denominator")


def _effect_facts(found: Effect, language: str, *, is_share: bool) -> dict[str, Any]:
    kind = Kind.SHARE if is_share else Kind.MEAN
    return {
        "verdict": found.verdict,
        "before": found.before.value,
        "after": found.after.value,
        "difference": found.difference,
        "interval": found.interval,
        "method": found.method,
        "because": effect_sentence(asdict(found) | {"kind": kind}, language),
        "periods": {"before": found.before.periods, "after": found.after.periods},
    }


@analyse.command()
@a_file
@click.option("--table", type=click.Choice(["classic", "pouliot"]), default="classic", show_default=True)
@in_language
@json_too
@refusing
def kano(file: Path, table: Any, language: str, as_json: bool) -> None:
    """The Kano answers of FILE, CSV or XLSX with the columns attribute, functional, dysfunctional (1 to 5).

    A column wave keeps askings apart, wording (or functional_text and dysfunctional_text) says in which words the
    answers were offered, respondent lets one person count once, importance is a mark from 1 to 9.
    """
    names, rows = answer_rows(file)
    fields = {name: field_of(name) for name in names}
    _require_columns(file, fields.values(), PAIR_FIELDS[:3])
    found = analyse_kano([{fields[name]: cell for name, cell in row.items()} for _, row in rows], table)
    say_warnings([*found["attributes"]], language)
    for refused in found["comparisons"]:
        refused["sentence"] = sentence([refused], language)
    print_json(found)


@analyse.command("penalty-reward")
@a_file
@click.option("--overall", required=True, metavar="COLUMN", help="The column of the overall mark.")
@click.option("--scale", default="", metavar="FROM-TO", help="The ends of the overall mark, like 0-10.")
@click.option("--missing", multiple=True, metavar="CODE", help="A code that means no answer; may be repeated.")
@click.option("--low", default="1,2", show_default=True, help="The marks that count as low.")
@click.option("--high", default="4,5", show_default=True, help="The marks that count as high.")
@click.option("--not-applicable", metavar="MARK", help="The mark that says “not applicable”.")
@click.option("--bootstrap", default=1000, show_default=True, help="How often people are drawn again.")
@click.option("--seed", type=int, help="Where chance begins; the same seed gives the same intervals.")
@click.option("--leave-out", multiple=True, metavar="COLUMN", help="A column that is no mark; may be repeated.")
@in_language
@json_too
@refusing
def penalty_reward(file: Path, overall: str, language: str, **options: Any) -> None:
    """What low marks cost and high marks earn, from FILE: one row per person, one column of marks per attribute."""
    from charter.domain.analyses import penalty_reward as survey  # noqa: PLC0415 heavy

    coding = coding_of(options["low"], options["high"], options["not_applicable"], options["scale"])
    answers = read_marks(*answer_rows(file), overall, coding, options["leave_out"], options["missing"])
    for refused in answers.refused:
        raise Invalid("%(file)s, line %(line)s: %(why)s", file=file, line=refused.line, why=refused.error.sentence)
    people = [one for one in answers.marked if one.overall is not None]
    sheet = Sheet(
        answers.attributes, [list(one.marks.values()) for one in people], [one.overall or 0.0 for one in people]
    )
    seed = survey.SEED if options["seed"] is None else options["seed"]
    found = survey.analyse_marks(
        sheet, coding, draws=options["bootstrap"], seed=seed, progress=lambda done, of: progress(done, of, "draws")
    )
    if len(people) < len(answers.marked):
        found["warnings"].append({"code": "marks-no-overall", "count": len(answers.marked) - len(people)})
    found["warnings"] += [
        {"code": f"marks-{why}", "attribute": name, "count": count}
        for name, odd in answers.missing.items()
        for why, count in odd.items()
    ]
    say_warnings([found, *found["attributes"]], language)
    del found["spread"]  # for comparing waves that are kept
    print_json(found)


def coding_of(low: str, high: str, not_applicable: str | None, scale: str = "") -> Coding:
    """The grouping of marks as it is written on the command line. Raises Invalid."""
    try:
        aside = None if not_applicable is None else number_written(not_applicable)
    except ValueError:
        raise not_a_mark(not_applicable) from None
    return Coding(marks_written(low, "low"), marks_written(high, "high"), aside, scale_written(scale))


def answer_rows(file: Path) -> tuple[list[str], list[Row]]:
    """The columns and rows of a CSV, packed CSV or XLSX file, whatever its separator and encoding. Raises Invalid."""
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return rows_of_file(content, file.name, most=MOST_ROWS)


def say_warnings(lines: Iterable[Mapping[str, Any]], language: str) -> None:
    """Each warning's code, and beside it the sentence for people."""
    for line in lines:
        for warning in line["warnings"]:
            warning["sentence"] = sentence([warning], language)


@analyse.command("class")
@a_file
@click.option("--lang", "language", type=click.Choice(["fr", "en"]), default="en")
@json_too
@refusing
def class_(file: Path, language: str, as_json: bool) -> None:
    """The class that the evidence in FILE (JSON) suggests."""
    try:
        evidence = json.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Invalid("%(file)s is not JSON: %(fault)s.", file=file, fault=str(error)) from error
    if not isinstance(evidence, dict):
        raise Invalid("%(file)s holds no JSON object: write %(example)s.", file=file, example='{"law": "none", …}')
    found = suggest_class(evidence).as_json()
    print_json(found | {"because": sentence(found["because"], language), "reasons": found["because"]})


def counts_written(text: str, field: str) -> tuple[int, int]:
    """Two counts written as `43/50`. Raises Invalid."""
    first, _, second = text.partition("/")
    if not (first.isdecimal() and second.isdecimal()):
        raise Invalid("“%(text)s” is not two counts: write 43/50.", field, text=text[:20])
    return int(first), int(second)


def cases_written(text: str, field: str) -> Counted:
    """Cases of cases, at least one, and no more kept than there are. Raises Invalid."""
    events, of = counts_written(text, field)
    if not 0 <= events <= of or of == 0:
        raise Invalid("%(events)s of %(of)s cases cannot be.", field, events=events, of=of)
    return Counted(events, of)


@analyse.command()
@click.argument("counts")
@click.option("--target", type=click.FloatRange(0, 1), required=True, help="The level, as 0.9.")
@click.option("--before", metavar="N/M", help="The counts of the period before.")
@click.option("--direction", type=click.Choice(["higher", "lower"]), default="higher", show_default=True)
@json_too
@refusing
def chance(counts: str, target: float, before: str | None, direction: str, **_: Any) -> None:
    """Whether chance explains a miss: COUNTS as 43/50, the chance of as bad a count at the level, alone and together.

    An alert leaves at once where the first is at most 0.05, or both are short of it and together at most 0.1.
    """
    better, now = Direction(direction), cases_written(counts, "counts")
    alone = now.chance(better, target)
    found: dict[str, Any] = {"chance": alone, "together": None, "leaves_at_once": alone <= SINGLE}
    if before is not None:
        then = cases_written(before, "before")
        found["together"] = now.with_(then).chance(better, target)
        both = now.is_short(better, target) and then.is_short(better, target)
        found["leaves_at_once"] |= both and found["together"] <= TOGETHER
    print_json(found)


@analyse.command()
@click.argument("months", nargs=-1, required=True)
@click.option("--cells", type=click.IntRange(min=1), default=1, show_default=True, help="Units times promises.")
@json_too
@refusing
def rise(months: tuple[str, ...], cells: int, **_: Any) -> None:
    """Whether reports rise: MONTHS as 2/31 3/30, days with a report of days, oldest first; of the last two."""
    line = [Told(*counts_written(text, "months")) for text in months]
    found = rise_in(line, cells)
    print_json({"rise": None if found is None else asdict(found)})


def parts_in(file: Path, rows: Sequence[Mapping[str, str]], names: tuple[str, str]) -> list[Part]:
    """The units of a file with their events and cases. Raises Invalid."""
    try:
        return [Part(row["unit"], float(row[names[0]]), float(row[names[1]])) for row in rows]
    except ValueError as error:
        raise Invalid("%(file)s holds what is no number: %(fault)s.", file=file, fault=str(error)) from error


@analyse.command()
@a_file
@click.option("--rate", is_flag=True, help="Events of a volume, not cases kept of cases.")
@json_too
@refusing
def units(file: Path, *, rate: bool, **_: Any) -> None:
    """Which units leave the funnel, from FILE: a CSV with unit, numerator and denominator."""
    parts = parts_in(file, rows_of(file, ("unit", *SHARE)), SHARE)
    found = funnel_of(parts, is_rate=rate)
    told = None if found is None else funnel_view(found, parts, {part.unit: part.unit for part in parts})
    print_json({"outside": {} if found is None else dict(found.outside), "funnel": told})


BEFORE = ("numerator_before", "denominator_before")


@analyse.command()
@a_file
@json_too
@refusing
def mix(file: Path, **_: Any) -> None:
    """What units changed themselves, and what cases that moved did; FILE also has both counts of the period before."""
    rows = rows_of(file, ("unit", *BEFORE, *SHARE))
    found = mix_of(parts_in(file, rows, BEFORE), parts_in(file, rows, SHARE))
    print_json({"rate": None, "mix": None} if found is None else asdict(found))


@analyse.command()
@click.argument("counts")
@click.option("--target", type=float, required=True, help="The level, as 0.9.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), default="share", show_default=True)
@click.option("--direction", type=click.Choice(["higher", "lower"]), default="higher", show_default=True)
@click.option("--per", type=click.IntRange(min=1), help="A rate: per so many of its volume.")
@json_too
@refusing
def missing(counts: str, **said: Any) -> None:
    """How many cases fewer (or more) would have reached the level: COUNTS as 43/50, or 12/8000 of a rate."""
    events, of = counts_written(counts, "counts")
    view = {**said, "numerator": events, "denominator": of, "status": Status.MISSED, "basis": Basis.CENSUS}
    print_json({"missing": still_missing(view)})


COMMANDS = (analyse,)
