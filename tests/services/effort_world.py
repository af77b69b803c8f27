"""A small survey of effort at two sites, by hand: 40 answers at A, 6 at B, 3 of them by letter; words beside some."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from charter.domain.vocabulary.permissions import VISITOR, Actor
from charter.services.frontline.estimates import Sender
from charter.services.frontline.symmetry import give_level

START, NOW = datetime(2026, 10, 1, 8, tzinfo=UTC), datetime(2026, 11, 10, 9, tzinfo=UTC)
QUESTION = "{fr: Est-ce que c’était facile ?, en: Was it easy?}"
CHARTER = """
charter:
  key: effort
  organisation: Régie
  title: {fr: Nos promesses, en: Our promises}
  timezone: Europe/Paris
  calendar: FR
  valid_from: 2026-10-01
  chain: [phone, counter]
  staff_question: {fr: Ai-je ce qu’il faut ?, en: Do I have what it takes?}
units:
  - {key: company, name: Régie, kind: company}
  - {key: a, name: Agence A, parent: company, kind: agency}
  - {key: b, name: Agence B, parent: company, kind: agency}
sources:
  survey: {kind: csv, path: survey.csv}
commitments:
  - key: one
    title: {fr: Une réponse simple, en: A simple answer}
    promise: {fr: Nous vous simplifions tout., en: We make it simple.}
    owner: Direction
    touchpoint: phone
    indicators:
      - {key: ces, title: {fr: Effort, en: Effort}, source: survey, kind: effort, date: day, value: mark,
         question: QUESTION, scale: {from: 1, to: 7, hard: low}, words: why, unit: agency, channel: channel,
         basis: sample, targets: [{from: 2026-01-01, target: 0.5}], check: {due: 0 days, at: "06:00"}}
"""
ANSWERS = {"a": {7: 20, 6: 8, 5: 2, 4: 2, 3: 2, 2: 4, 1: 2}, "b": {7: 3, 1: 3}}
"""By site how many gave each answer: 30 of 40 easy and 8 hard at A."""


def charter(**said: str) -> str:
    """The charter, with other words where some are given: question=…, scale=…"""
    text = CHARTER.replace("QUESTION", said.pop("question", QUESTION))
    if "scale" in said:
        text = text.replace("scale: {from: 1, to: 7, hard: low}", f"scale: {said.pop('scale')}")
    if "since" in said:
        text = text.replace("valid_from: 2026-10-01", f"valid_from: {said.pop('since')}")
    assert not said
    return text


def rows(answers: dict[str, dict[int, int]], month: str) -> Iterator[list[str]]:
    number = 0
    for unit, given in answers.items():
        for mark, count in given.items():
            for _ in range(count):
                number += 1
                channel = "letter" if unit == "b" and mark == 1 else "phone"
                words = f"{number}: écrire à moi@example.org, Mme Martin" if mark <= 3 and unit == "a" else ""
                yield [f"{month}-05", str(mark), words, unit, channel]


def write_answers(
    folder: Path, answers: dict[str, dict[int, int]] | None = None, months: tuple[str, ...] = ("2026-10",)
) -> None:
    """The survey as a file, with an answer that is none of the scale."""
    with (folder / "survey.csv").open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(["day", "mark", "why", "agency", "channel"])
        for month in months:
            lines.writerows(rows(answers or ANSWERS, month))
            lines.writerow([f"{month}-06", "9", "", "a", "phone"])


IN_OCTOBER = datetime.fromisoformat("2026-10-20T09:00:00+00:00")

STAFF = """
  - key: meetings
    title: {fr: Un point par semaine, en: A meeting each week}
    promise: {fr: Chaque équipe a son point., en: Each team has its meeting.}
    owner: Direction
    promisee: staff
    indicators:
      - {key: held, title: {fr: Points tenus, en: Meetings held}, source: survey, kind: share, date: day,
         success: {mark: [6, 7]}, unit: agency, minimum: 5, targets: [{from: 2026-01-01, target: 0.5}],
         check: {due: 0 days, at: "06:00"}}
"""


def keyed(text: str) -> str:
    return hashlib.sha256(f"key|{text}".encode()).hexdigest()


def by(browser: str) -> Sender:
    return Sender(browser, keyed(browser), keyed)


def give(
    answer: int | str = 75, unit: str = "a", browser: str = "b1", now: datetime = IN_OCTOBER, actor: Actor = VISITOR
) -> str:
    return give_level(actor, now, unit=unit, answer=str(answer), by=by(browser))
