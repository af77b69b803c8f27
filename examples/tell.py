"""Tells in the example what its staff told, through the verbs that the pages use. Run within the demo, before a month
is sealed:

    python examples/tell.py --until 2026-10
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from making.months import month_of
from making.told import Voice, estimates, month_back, read_voices

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from charter.domain.frontline.observations import ObservationKind
from charter.domain.vocabulary.permissions import VISITOR, Actor
from charter.factory import create_app
from charter.services.frontline.estimates import give_estimate
from charter.services.frontline.moderation import accept, answer, set_aside
from charter.services.frontline.observations import Told, send_observation
from config import Settings

PARIS = ZoneInfo("Europe/Paris")
READER = Actor(name="Responsable qualité (exemple)", role=None, is_operator=True)


def keyed(text: str) -> str:
    """The browsers of the example are invented: any hash will do."""
    return hashlib.sha256(f"example|{text}".encode()).hexdigest()


def tell(last: date, number: int, voice: Voice) -> None:
    """One text, and what became of it."""
    year, month = month_back(last, voice.back)
    sent_at = datetime(year, month, voice.day, 10, number % 60, tzinfo=PARIS)
    told = Told(ObservationKind(voice.kind), voice.unit, voice.commitment, voice.text, "fr")
    kept = send_observation(VISITOR, sent_at, told, sender=keyed(f"s{number}"), form=keyed(f"f{number}"))
    read_at = sent_at + timedelta(hours=5)
    if voice.aside:
        set_aside(READER, read_at, kept, reason=voice.aside)
    elif not voice.is_waiting:
        accept(READER, read_at, kept, is_printed=voice.is_printed)
        if voice.answer:
            answer(READER, read_at + timedelta(days=1), kept, text=voice.answer)


def main(arguments: list[str] | None = None) -> int:
    """Reads the last month, tells everything, says how much."""
    parser = argparse.ArgumentParser(description="Tell in the example what its staff told.")
    parser.add_argument("--until", required=True, help="the last month, like 2026-10")
    last = month_of(parser.parse_args(arguments).until)
    voices, thoughts = read_voices(Path(__file__).parent / "energie" / "told.csv"), list(estimates())
    with create_app(Settings.from_environment()).app_context():
        for number, voice in enumerate(voices):
            tell(last, number, voice)
        for unit, key, colleague, thought in thoughts:
            when = datetime(last.year, last.month, 10 + colleague, 11, tzinfo=PARIS)
            browser = f"{unit}{colleague}"
            place = {"unit": unit, "commitment": key, "browser": browser, "sender": keyed(browser)}
            give_estimate(VISITOR, when, answer=str(thought), keyed=keyed, **place)
    sys.stderr.write(f"{len(voices)} texts and {len(thoughts)} estimates told\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
