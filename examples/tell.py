"""What the staff of the example told, through the verbs that the pages use: live.py calls them in their month."""

from __future__ import annotations

import hashlib
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from making.incidents import incidents
from making.told import Voice, estimates, levels, month_back

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from charter.domain.frontline.observations import ObservationKind
from charter.domain.vocabulary.permissions import VISITOR, Actor
from charter.services.charters.versions import history
from charter.services.frontline.estimates import Sender, give_estimate
from charter.services.frontline.incidents import Support, Written, support, write_incident
from charter.services.frontline.moderation import accept, answer, set_aside
from charter.services.frontline.observations import Told, send_observation
from charter.services.frontline.symmetry import give_level

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


def meet(last: date, back: int) -> None:
    """The incivility of a month, written down on the next day, and the support that followed."""
    year, month = month_back(last, back)
    for number, met in enumerate(incidents(back)):
        day = date(year, month, met.day)
        at = datetime.combine(day, time(9), PARIS) + timedelta(days=1)
        written = Written(met.unit, day, met.kind, met.touchpoint, "", "fr")
        mark = keyed(f"incident {back} {number}")
        kept = write_incident(VISITOR, at, written, sender=mark, form=mark)
        if met.after is not None:
            given = day + timedelta(days=met.after)
            support(READER, at + timedelta(days=met.after), kept, Support(given, met.support))


def think(last: date) -> int:
    """What staff think customers would say, in the last month; how many answers."""
    thoughts = list(estimates())
    for unit, key, colleague, thought in thoughts:
        when = datetime(last.year, last.month, 10 + colleague, 11, tzinfo=PARIS)
        browser = f"{unit}{colleague}"
        place = {"unit": unit, "commitment": key, "browser": browser, "sender": keyed(browser)}
        give_estimate(VISITOR, when, answer=str(thought), keyed=keyed, **place)
    tree = history().on(last).tree
    agencies = [one.key for one, _ in tree.walk(tree.root.key) if one.kind == "agency"]
    for unit, colleague, level in levels(agencies):
        when = datetime(last.year, last.month, 12 + colleague, 15, tzinfo=PARIS)
        browser = f"{unit}{colleague}"
        give_level(VISITOR, when, unit=unit, answer=str(level), by=Sender(browser, keyed(f"l{browser}"), keyed))
    return len(thoughts)
