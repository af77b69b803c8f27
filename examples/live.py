"""Lives the year of the example month by month, through the verbs that the pages use, each at its own instant:
checks run, a month is frozen, misses are explained, actions planned and done, the month is approved and printed; one is
corrected by an erratum. Run within the demo, once the charter is in force:

    python examples/live.py --until 2026-10 --data var/demo/data --password-file var/demo/password
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from making import year
from making.months import month_of, months_until
from making.told import month_back, read_voices
from making.year import DEEDS, DIRECTOR, PEOPLE, Deed, Somebody

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask import Flask
from tell import PARIS, meet, tell, think

from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.factory import create_app
from charter.services.actions.actions import Planned, close_action, plan_action
from charter.services.actions.comments import explain_miss
from charter.services.checks.running import run_due
from charter.services.figures.write import correct_figure
from charter.services.frontline.word_pins import pin
from charter.services.frontline.word_reading import read_words
from charter.services.frontline.words import words_page
from charter.services.people import accounts
from charter.services.people.reach import set_reach
from charter.services.readings.chart_resets import rebase_chart
from charter.services.records.access import access_of
from charter.services.reports.editions import approve_month, publish_erratum
from charter.services.reports.files import make_editions
from charter.services.reports.snapshots import freeze_month
from charter.services.reports.view import month_page
from config import Settings

UNSEALED = 2
"""The first months have no month before them to be compared with: they are measured, not reported."""
ERRATUM_BACK = REBASED_BACK = 3
WORDS_BACK = 1
"""Free texts are read of so many months before the last."""
REPORTED = 18
"""`report: day` of the example's charter."""


class Year:
    """The year as it goes on: who there is, what was planned, what was said already."""

    def __init__(self, app: Flask, last: date, folder: Path, password: str, *, prints: bool) -> None:
        self.app, self.last, self.folder, self.prints = app, last, folder, prints
        self.first = months_until(last)[0].first
        self.now = datetime.now(UTC)
        self.who = {one.name: self._account(one, password) for one in PEOPLE}
        self.said: dict[str, int] = {}
        self.planned: list[tuple[int, Deed]] = []

    def _account(self, one: Somebody, password: str) -> Actor:
        at = self.at(self.first.replace(day=1), 9)
        given = {"email": one.email, "name": one.name, "password": password, "units": one.units}
        number = accounts.create_account(COMMAND_LINE, at, role=Role(one.role), **given)
        if one.answers_for:
            set_reach(COMMAND_LINE, at, number, answers_for=[one.answers_for], language="fr")
        found = accounts.person(number)
        assert found is not None
        return found

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """An instant of that day where the example lives; never one to come."""
        return min(datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS), self.now)

    def month(self, back: int) -> str:
        """The month so many before the last, like 2026-10."""
        return "{:04}-{:02}".format(*month_back(self.last, back))

    def told_on(self, back: int, day: int = REPORTED) -> date:
        """A day of the month after it; without one that on which it is reported."""
        return date(*month_back(self.last, back - 1), day)

    def survey(self, kind: str, file: str, name: str, day: date, *more: str) -> None:
        """A wave of answers, by the command that reads them."""
        path = str(self.folder / "answers" / file)
        words = ["charter", "survey", kind, path, "--name", name, "--date", day.isoformat()]
        done = self.app.test_cli_runner().invoke(args=[*words, "--now", f"{day}T09:00", *more])
        if done.exit_code:
            raise SystemExit(f"{file}: {done.output}")

    def report(self, back: int) -> None:
        """One month: measured, frozen, explained, acted upon, approved."""
        period, day = self.month(back), self.told_on(back)
        run_due(COMMAND_LINE, self.at(day, 7), access_of(Settings.from_environment()), retry_now=True)
        if back > 13 - UNSEALED:
            return
        if back <= WORDS_BACK:
            self.read(period, back)
        freeze_month(COMMAND_LINE, self.at(day, 8), period=period, workers=2)
        self.act(back)
        if back:
            self.explain(period, self.at(day, 15))
            director = self.who[DIRECTOR.name]
            approve_month(director, self.at(day + timedelta(days=2), 10), period=period, reason=year.REASON)
            self.printed(period, self.at(day + timedelta(days=2), 10, 5))

    def read(self, period: str, back: int) -> None:
        """What people wrote in the month; of the last, what rises is pinned to the promise it is about."""
        at, access = self.at(self.told_on(back), 7, 30), access_of(Settings.from_environment())
        for key in ("complaints", "team"):
            read_words(COMMAND_LINE, at, access, key=key, period=period)
        if back == 0:
            director = self.who[DIRECTOR.name]
            line = words_page(director, at, period=period)["free"][0]["rising"][0]
            about = {"commitment": "refund-15-days", "unit": "ambrelune", "period": period}
            pin(director, at, of="complaints", expression=line["key"], **about)

    def explain(self, period: str, at: datetime) -> None:
        """Every miss of the month, in the words of who answers for it."""
        owners = {one.answers_for: self.who[one.name] for one in PEOPLE if one.answers_for}
        for miss in month_page(COMMAND_LINE, at, period)["misses"]:
            told = self.said.get(miss["key"], 0)
            texts = year.WORDS.get(miss["key"], ("L’analyse est en cours avec les sites.",))
            owner = owners.get(miss["owner"], self.who[DIRECTOR.name])
            explain_miss(owner, at, commitment=miss["key"], period=period, text=texts[told % len(texts)])
            self.said[miss["key"]] = told + 1

    def act(self, back: int) -> None:
        """What is planned on this month's report, and what of before is done by now."""
        for number, deed in self.planned:
            if deed.done and deed.back - deed.due_after == back:
                at = self.at(self.told_on(back, REPORTED + 1), 16)
                close_action(self.who[deed.by.name], at, number=number, text=deed.done)
        for deed in (one for one in DEEDS if one.back == back):
            due = self.told_on(back - deed.due_after, REPORTED + 2)
            words = Planned(deed.commitment, self.month(back), deed.what, deed.expected, deed.by.name, due)
            at = self.at(self.told_on(back, REPORTED + 1), 11)
            self.planned.append((plan_action(self.who[deed.by.name], at, words), deed))

    def correct(self, back: int) -> None:
        """A figure of a published month turns out to be wrong: it is corrected, and an erratum is published."""
        period, at = self.month(back), self.at(self.told_on(back, 25), 10)
        for unit in ("nantes", "rennes", "lille", "lyon", "strasbourg"):
            wrong = Figure("mediation", period, unit, {"n": 4}, reason=year.CORRECTED)
            try:
                correct_figure(COMMAND_LINE, at, wrong)
            except NotFound:
                continue
            publish_erratum(self.who[DIRECTOR.name], at + timedelta(hours=1), period=period, reason=year.ERRATUM)
            self.printed(period, at + timedelta(hours=1))
            return
        raise SystemExit("The example has no figure of the mediator that could be corrected.")

    def printed(self, period: str, at: datetime) -> None:
        """The PDFs of the newest edition, where this machine can write them."""
        if self.prints:
            make_editions(COMMAND_LINE, at, period=period)


def live(made: Year) -> None:
    """From the first month to the last, in the order in which things happen."""
    voices = list(enumerate(read_voices(Path(__file__).parent / "energie" / "told.csv")))
    first, last = made.first.replace(day=15), made.last.replace(day=1)
    wording = "Cela me plairait; c’est normal; cela m’est égal; je m’en accommoderais; cela me déplairait"
    made.survey(
        "import-kano", "kano-before.csv", "Ce que valent nos promesses, première vague", first, "--wording", wording
    )
    for back in range(12, -1, -1):
        for number, voice in voices:
            if voice.back == back:
                tell(made.last, number, voice)
        meet(made.last, back)
        if back == 0:
            think(made.last)
        made.report(back)
        if back == 1:
            name = "Ce que valent nos promesses, seconde vague"
            made.survey("import-kano", "kano.csv", name, last, "--wording", wording)
            made.survey("import-marks", "marks.csv", "Notes et satisfaction", last, "--overall", "note globale")
        if back == ERRATUM_BACK:
            made.correct(back)
        if back == REBASED_BACK:
            at, place = made.at(made.told_on(back, 26), 9), {"indicator": "callbacks-on-time"}
            rebase_chart(COMMAND_LINE, at, period=made.month(back), reason=year.REBASED, **place)


def main(arguments: list[str] | None = None) -> int:
    """Reads the last month, lives the year."""
    parser = argparse.ArgumentParser(description="Live the year of the example.")
    parser.add_argument("--until", required=True, help="the last month, like 2026-10")
    parser.add_argument("--data", required=True, type=Path, help="the folder of the data")
    parser.add_argument("--password-file", required=True, type=Path, help="the password of all its accounts")
    parser.add_argument("--no-pdf", action="store_true", help="this machine writes no PDF")
    asked = parser.parse_args(arguments)
    app = create_app(Settings.from_environment())
    with app.app_context():
        password = asked.password_file.read_text(encoding="utf-8").strip()
        live(Year(app, month_of(asked.until), asked.data, password, prints=not asked.no_pdf))
    return 0


if __name__ == "__main__":
    sys.exit(main())
