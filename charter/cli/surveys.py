"""survey …: answers of customers from files, questionnaires and their links, for whoever works at the machine."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from charter.cli.analyse import a_file, coding_of
from charter.cli.shared import as_json, at_instant, instant, print_json, progress, refusing, say
from charter.domain.figures.file_rows import RowRefused
from charter.domain.surveys.answer_files import plain
from charter.domain.surveys.columns import words_in
from charter.domain.surveys.privacy import masked
from charter.domain.surveys.questionnaire import MONTHS_KEPT, WavePlan
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.surveys import answers, imports, privacy, responses, results_view, telling, waves
from charter.services.surveys import uploads as survey_uploads
from charter.services.surveys.columns import Asked
from charter.services.surveys.names import AS_CONTROL, LEFT_OUT

a_name = click.option("--name", required=True, help="What the survey is called.")
a_segment = click.option("--segment", default="", help="Whom it asked, when it was not all customers.")
a_day = click.option(
    "--date", "day", required=True, metavar="DAY", help="The last day of asking; evidence ages from it."
)
mapped = click.option(
    "--map", "pairs", multiple=True, metavar="NAME=KEY", help="A name of the file and its commitment."
)
left_out = click.option("--leave-out", multiple=True, metavar="NAME", help="A name of the file that is left out.")
codes = click.option("--missing", multiple=True, metavar="CODE", help="A code that means no answer; may be repeated.")
kept_for = click.option("--keep", "months", type=int, default=MONTHS_KEPT, show_default=True, metavar="MONTHS")
worded = click.option("--wording", default="", help="The questions and answers as customers read them.")
columned = click.option(
    "--column", "columns", multiple=True, metavar="NAME=PART",
    help="What a column is: kept:KEY, not-kept:KEY, weight, segment, unit, day, respondent or -.",
)  # fmt: skip
answered = click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="WORDS=LEVEL",
    help="The level of words; without one: no answer.",
)
dated = click.option("--dates", type=click.Choice(["day-first", "month-first"]), help="How the file writes days.")
refused_too = click.option("--leave-refused", is_flag=True, help="Leave refused rows out instead of stopping.")
looked_at = click.option("--dry-run", is_flag=True, help="Only look: nothing is kept.")


@click.group("survey")
def survey() -> None:
    """Surveys of customers: what decides classes before the sector and experts."""


@survey.command("import-kano")
@a_file
@a_name
@a_day
@a_segment
@worded
@codes
@kept_for
@click.option("--table", type=click.Choice(["classic", "pouliot"]), default="classic", show_default=True)
@mapped
@columned
@answered
@dated
@left_out
@refused_too
@looked_at
@as_json
@at_instant
@refusing
def import_kano(file: Path, name: str, day: str, segment: str, **options: Any) -> None:
    """Keep the pairs in FILE: columns attribute, functional, dysfunctional [, respondent, wave, wording, date, weight,
    unit]; or an export of LimeSurvey, Google Forms, Qualtrics, Sphinx or SurveyMonkey, one row a person."""
    asked = Asked("kano", name, _day(day), segment, options["wording"], options["table"], **_kept(options))
    _import(file, asked, dict(map(_mapping, options["pairs"])), options)


@survey.command("import-marks")
@a_file
@a_name
@a_day
@a_segment
@worded
@codes
@kept_for
@click.option("--overall", required=True, metavar="COLUMN", help="The column of the overall mark.")
@click.option("--scale", default="", metavar="FROM-TO", help="The ends of the overall mark, like 0-10.")
@click.option("--low", default="1,2", show_default=True)
@click.option("--high", default="4,5", show_default=True)
@click.option("--not-applicable", metavar="MARK")
@click.option("--bootstrap", default=1000, show_default=True, help="How often people are drawn again.")
@mapped
@columned
@answered
@dated
@click.option("--control", multiple=True, metavar="NAME", help="A column kept in the analysis without a commitment.")
@left_out
@refused_too
@looked_at
@as_json
@at_instant
@refusing
def import_marks(file: Path, name: str, day: str, segment: str, **options: Any) -> None:
    """Keep the marks in FILE, one row per person and one column per commitment, and analyse them."""
    coding = coding_of(options["low"], options["high"], options["not_applicable"], options["scale"])
    asked = Asked(
        "marks",
        name,
        _day(day),
        segment,
        options["wording"],
        overall=options["overall"],
        coding=coding,
        draws=options["bootstrap"],
        **_kept(options),
    )
    mapping = dict(map(_mapping, options["pairs"])) | dict.fromkeys(options["control"], AS_CONTROL)
    _import(file, asked, mapping, options)


def _kept(options: dict[str, Any]) -> dict[str, Any]:
    return {
        "missing": tuple(options["missing"]),
        "months_kept": options["months"],
        "columns": {plain(name): part for name, part in map(_mapping, options["columns"])},
        "answers": {words_in(words): level for words, level in map(_mapping, options["answers"])},
        "dates": options["dates"] or "",
    }


def _import(file: Path, asked: Asked, mapping: dict[str, str], options: dict[str, Any]) -> None:
    now = instant(options["now_text"])
    mapping |= dict.fromkeys(options["leave_out"], LEFT_OUT)
    number = survey_uploads.send_answers(COMMAND_LINE, now, file.read_bytes(), file.name, asked, options["leave_out"])
    seen = survey_uploads.preview_answers(COMMAND_LINE, now, number, mapping)
    shown = {
        "rows": seen.rows,
        "refused": [{"line": one.line, "why": str(one.error)} for one in seen.refused],
        "unknown": [masked(name) for name in seen.unknown],
        "missing": {masked(name): odd for name, odd in seen.missing.items()},
        "people": seen.people,
        "columns_not_read": [masked(name) for name in seen.ignored],
        **_columns(seen),
    }
    made: list[int] = []
    error = seen.read.error
    if options["dry_run"] and error is not None:
        say(str(error))
    try:
        if not options["dry_run"]:
            made = imports.import_answers(
                COMMAND_LINE, now, number, mapping=mapping, leave_refused=options["leave_refused"]
            )
    finally:
        if not made:
            survey_uploads.discard_answers(COMMAND_LINE, now, number)
            _say_refused(seen.refused)
    if asked.kind == "marks":
        for wave in made:
            responses.analyse_wave(COMMAND_LINE, now, wave, progress=lambda done, of: progress(done, of, "draws"))
    if options["as_json"]:
        print_json(shown | {"surveys": made})
    else:
        say(f"{seen.rows} rows read, {len(seen.refused)} refused; surveys made: {', '.join(map(str, made)) or 'none'}.")


def _columns(seen: survey_uploads.Preview) -> dict[str, Any]:
    """What each column of a survey tool's file is taken for, and the answers that are no level yet."""
    if not seen.asked.tool:
        return {}
    parts = {masked(one.label): f"{one.part}:{one.promise}" if one.promise else one.part for one in seen.read.columns}
    words = {masked(one.text): one.people for one in seen.read.words}
    return {"tool": seen.asked.tool, "columns": parts, "answers_unknown": words, "units_unknown": seen.unknown_units}


def _say_refused(refused: Sequence[RowRefused]) -> None:
    for one in refused[:20]:
        say(f"Line {one.line}: {one.error}")


def _mapping(text: str) -> tuple[str, str]:
    name, mark, key = text.rpartition("=")
    if not mark:
        raise Invalid(
            "%(written)s is not NAME=KEY: write the name in the file, =, and what it stands for.",
            "map",
            written=text,
        )
    return name, key


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("%(written)s is not a day: write it like 2026-10-31.", "date", written=text) from None


@survey.command("open")
@a_name
@click.option("--commitment", "commitments", multiple=True, required=True, metavar="KEY", help="May be repeated.")
@click.option("--language", "languages", multiple=True, type=click.Choice(["fr", "en"]), default=["fr"])
@a_segment
@click.option("--closes", required=True, metavar="DAY", help="The last day to answer.")
@click.option("--invitations", type=int, required=True, help="How many customers are asked: one link each.")
@click.option("--purpose", default="", help="Why customers are asked; a plain sentence unless written.")
@click.option("--asked-by", default="", help="Who asks, unless it is the organisation.")
@click.option("--contact", default="", help="Whom customers may write to.")
@click.option("--keep", "months", type=int, default=MONTHS_KEPT, show_default=True, metavar="MONTHS")
@click.option(
    "--why", is_flag=True, help="Customers may write why, on each promise; somebody reads it before it is shown."
)
@click.option("--open-link", is_flag=True, help="An open link besides: a survey of its own, counted apart.")
@click.option("--address", default="http://127.0.0.1:8000", show_default=True, help="Where customers reach this site.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The list of links.")
@at_instant
@refusing
def open_survey(name: str, commitments: tuple[str, ...], now_text: str | None, **options: Any) -> None:
    """Open a questionnaire and write its links to a file, this once."""
    now, out = instant(now_text), options["out"]
    if out.exists():
        raise Invalid("%(file)s is there already: links are written to a new file.", "out", file=out)
    plan = WavePlan(
        name,
        commitments,
        tuple(options["languages"]),
        _day(options["closes"]),
        options["invitations"],
        options["segment"],
        purpose=dict.fromkeys(options["languages"], options["purpose"]),
        asked_by=options["asked_by"],
        contact=options["contact"],
        months_kept=options["months"],
        has_open_link=options["open_link"],
        asks_why=options["why"],
    )
    number = waves.open_wave(COMMAND_LINE, now, plan)
    tokens = answers.issue_links(COMMAND_LINE, now, number)
    with out.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["number", "link"])
        lines.writerows((n, f"{options['address'].rstrip('/')}/answer/{token}") for n, token in enumerate(tokens, 1))
    say(f"Survey {number} is open until {plan.closes_on}: {len(tokens)} links in {out}.")
    if plan.has_open_link:
        (token,) = answers.issue_links(COMMAND_LINE, now, waves.open_survey_of(number))
        say(f"The open link: {options['address'].rstrip('/')}/answer/{token}")


@survey.command("close")
@click.argument("number", type=int)
@at_instant
@refusing
def close(number: int, now_text: str | None) -> None:
    """Close questionnaire NUMBER: its answers are counted and sealed."""
    waves.close_wave(COMMAND_LINE, instant(now_text), number)
    say(f"Survey {number} is closed.")


@survey.command("withdraw")
@click.argument("number", type=int)
@click.option("--reason", required=True)
@at_instant
@refusing
def withdraw(number: int, reason: str, now_text: str | None) -> None:
    """Set survey NUMBER aside from today on: it speaks for no class any more."""
    waves.withdraw_wave(COMMAND_LINE, instant(now_text), number, reason=reason)
    say(f"Survey {number} is withdrawn.")


@survey.command("prefer")
@click.argument("number", type=int)
@click.option("--reason", required=True)
@at_instant
@refusing
def prefer(number: int, reason: str, now_text: str | None) -> None:
    """Let survey NUMBER speak from today on, although fewer people answered it than the one before."""
    waves.prefer_wave(COMMAND_LINE, instant(now_text), number, reason=reason)
    say(f"Survey {number} speaks from today on.")


@survey.command("tell")
@click.argument("number", type=int)
@click.option("--fr", default="", help="What you do about it, in French.")
@click.option("--en", default="", help="The same in English.")
@click.option("--close", "is_closing", is_flag=True, help="Close the page instead.")
@at_instant
@refusing
def tell(number: int, fr: str, en: str, is_closing: bool, now_text: str | None) -> None:
    """Open the public page of survey NUMBER: what was asked, what was answered, what you do."""
    if is_closing:
        telling.untell_customers(COMMAND_LINE, instant(now_text), number)
        say(f"The page of survey {number} is closed.")
    else:
        telling.tell_customers(COMMAND_LINE, instant(now_text), number, texts={"fr": fr, "en": en})
        say(f"Survey {number} is told at /told/{number}.")


@survey.command("erase")
@click.argument("number", type=int)
@click.option("--reason", required=True)
@at_instant
@refusing
def erase(number: int, reason: str, now_text: str | None) -> None:
    """Delete the answers of survey NUMBER for good: what they came to stays, with the hash that vouched for them."""
    count = privacy.erase_answers(COMMAND_LINE, instant(now_text), number, reason=reason)
    say(f"{count} answers of survey {number} are deleted.")


@survey.command("clean")
@click.argument("number", type=int)
@at_instant
@refusing
def clean(number: int, now_text: str | None) -> None:
    """Delete what is stored of the refused lines of survey NUMBER's file; the audit log says so."""
    say(f"{privacy.clean_lines(COMMAND_LINE, instant(now_text), number)} lines are deleted.")


@survey.command("list")
@as_json
@at_instant
@refusing
def list_surveys(as_json: bool, now_text: str | None) -> None:
    """Every survey, newest first."""
    found = results_view.waves(COMMAND_LINE, instant(now_text))
    if as_json:
        print_json(found)
        return
    for one in found:
        say("  ".join(str(one[name]) for name in ("number", "name", "kind", "asked_on", "answers", "state")))


COMMANDS = (survey,)
