"""The register of the sector: who else publicly promises it, where, and when it was read; entries are only added."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from charter.domain.evidence.law_sector_experts import standing_on
from charter.domain.vocabulary.errors import Conflict, Invalid, Sentence
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.classes import SectorEntry
from charter.services.charters.versions import find_commitment, history
from charter.services.classes.known_evidence import mark_of
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

PROMISED = {"yes": True, "no": False, "gone": None}
LONGEST = {"company": 200, "source": 1000}
WANTED = {
    "company": Sentence("Name the company that was compared."),
    "source": Sentence("Say where its promise stands: an address, or a document with its page."),
}


def record_promise(
    actor: Actor, now: datetime, *, commitment: str, company: str, promised: str, source: str, seen_on: str
) -> None:
    """Add what a comparable company promises (`yes`, `no`, or `gone`: no longer compared), with its source and date.

    It counts from today on. Raises NotAllowed, NotFound, Invalid (each field), Conflict (it stands so already).
    """
    require(actor, Permission.RECORD_EVIDENCE)
    version = history().current
    find_commitment(version, commitment)
    today = now.astimezone(ZoneInfo(version.charter.charter.timezone)).date()
    if not promised:
        raise Invalid("Nothing is no answer: write yes, no or gone.", "promised")
    if promised not in PROMISED:
        raise Invalid("%(given)s is no answer: write yes, no or gone.", "promised", given=promised)
    entry = SectorEntry(
        commitment_key=commitment,
        company=_text(company, "company"),
        promised=PROMISED[promised],
        source=_text(source, "source"),
        seen_on=_seen(seen_on, today),
        known_on=today,
        recorded_at=now,
        recorded_by=actor.name,
    )
    if entry.company.casefold() == " ".join(version.charter.charter.organisation.split()).casefold():
        raise Invalid(
            "%(company)s is your own company: the register compares it with others.", "company", company=entry.company
        )
    with transaction():
        audit_log.hold()
        _refuse_again(entry)
        db.session.add(entry)
        facts = {"company": entry.company, "promised": promised, "source": entry.source, "seen_on": seen_on.strip()}
        audit_log.record(actor, now, "sector:record", commitment, after=facts)


def _refuse_again(entry: SectorEntry) -> None:
    """The same entry sent twice is one entry."""
    query = select(SectorEntry).where(SectorEntry.commitment_key == entry.commitment_key).order_by(SectorEntry.id)
    entries = [mark_of(row) for row in db.session.execute(query).scalars()]
    new = mark_of(entry)
    same = next((one for one in standing_on(entries, None) if one.name == new.name), None)
    if same and (same.promised, same.source, same.seen_on) == (new.promised, new.source, new.seen_on):
        raise Conflict(
            "%(company)s: this entry is in the register already; nothing was written.", company=entry.company
        )
    if new.promised is None and not any(one.name == new.name for one in entries):
        raise Invalid(
            "%(company)s is not in the register on this page: there is nothing to take out.",
            "company",
            company=entry.company,
        )


def _text(text: str, field: str) -> str:
    found, sentence = " ".join(text.split()), WANTED[field]
    if not found:
        raise Invalid(sentence, field)
    if len(found) > LONGEST[field]:
        raise Invalid("This text is too long: at most %(most)s characters.", field, most=LONGEST[field])
    return found


def _seen(text: str, today: date) -> date:
    given = text.strip()
    if not given:
        raise Invalid("Nothing is not a date: write it like 2026-10-05.", "seen_on")
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise Invalid("%(given)s is not a date: write it like 2026-10-05.", "seen_on", given=given) from None
    if day > today:
        raise Invalid("%(day)s is still to come: give the day on which the promise was read.", "seen_on", day=day)
    return day
