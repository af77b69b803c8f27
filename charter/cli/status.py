"""status: what a month says. Asked often, so it loads what it reads and nothing that seals or prints."""

from __future__ import annotations

from typing import Any

import click

from charter.cli.shared import as_json, at_instant, instant, print_json, refusing
from charter.domain.overview.model import Overview
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.month.overview import overview
from charter.words.doubts import doubt_sentences
from charter.words.formats import format_count, format_period, format_value, text_in
from charter.words.overview import trust_sentence, verdict_sentence
from charter.words.statuses import class_word, reason_word, status_word


@click.command()
@click.option("--period", metavar="P", help="As 2026, 2026-Q4, 2026-10 or 2026-W41; default: the last ended month.")
@click.option("--unit", metavar="KEY", help="A unit of the tree; default: the whole.")
@click.option("--lang", "language", type=click.Choice(["fr", "en"]), default="en")
@as_json
@at_instant
@refusing
def status(period: str | None, unit: str | None, language: str, as_json: bool, now_text: str | None) -> None:
    """The overview of a month: what is kept, whether the floor holds, what could not be judged."""
    found = overview(COMMAND_LINE, instant(now_text), unit=unit, period=period)
    if as_json:
        print_json(_plain(found))
    else:
        for line in _lines(found, language):
            click.echo(line)


def _plain(found: Overview) -> dict[str, Any]:
    """The month as JSON: that of one period, without the series behind each figure."""
    commitments = [
        dict(view) | {"indicators": [{k: v for k, v in one.items() if k != "series"} for one in view["indicators"]]}
        for view in found["commitments"]
    ]
    return dict(found) | {"commitments": commitments}


def _lines(found: Overview, language: str) -> list[str]:
    lines = [f"{found['organisation']} · {format_period(found['period'], language)} · {found['unit_name']}"]
    lines += [verdict_sentence(found, language), trust_sentence(found, language)]
    for view in found["commitments"]:
        title = text_in(view["title"], language)
        verdict = status_word(view["status"], language)
        lines.append(f"{view['number']:>2} {title} — {class_word(view['class'], language)} — {verdict}")
        for indicator in view["indicators"]:
            value = format_value(indicator["value"], indicator["kind"], language, indicator)
            cases = indicator["denominator"]
            n = "" if cases is None else f" (n = {format_count(cases, language)})"
            why = f" · {reason_word(indicator['reason'], language)}" if indicator["reason"] else ""
            lines += [
                f"     {text_in(indicator['title'], language)}: {value}{n}, "
                f"{format_period(indicator['period'], language)} — {status_word(indicator['status'], language)}{why}",
                *(f"       {said}" for said in doubt_sentences(indicator, language)),
            ]
    return lines


COMMANDS = (status,)
