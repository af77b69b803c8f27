"""Why customers answered as they did, in their own words: kept apart from their answers, read before it is shown.

While a survey is open the words lie in its boxes, heaped by promise. When it closes they are written at once, in an
order and with an instant that tell nothing of when they came, for those who read what is told; with the answers' months
over they are erased.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from charter.domain.frontline.observations import ObservationKind, answer_of, facts_of, subject_of
from charter.domain.surveys.privacy import Remark
from charter.domain.surveys.questionnaire import Filled
from charter.domain.vocabulary.periods import period_at
from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.privacy import without_personal
from charter.domain.vocabulary.terms import PeriodKind
from charter.models.base import db
from charter.models.frontline import Moderation, Observation
from charter.models.surveys import SurveyStep, SurveyWave
from charter.services.charters.versions import history
from charter.services.records import audit_log
from charter.services.records.audit_log import Done
from charter.services.records.erasable_texts import add_text, keep_text, remove_text, texts_of
from charter.services.surveys.responses import local_day, steps_of

CUSTOMERS = Actor(name="customers, no name asked", role=None)
"""Who stands in the audit log for what customers write in a survey: nobody."""
STEP = "remarks"


def asks_why(wave: SurveyWave) -> bool:
    """Whether customers may write why."""
    return bool(wave.choices.get("asks_why"))


def remarks_of(wave: SurveyWave, filled: Filled, language: str) -> tuple[Remark, ...]:
    """What a form says in words, with what looks personal taken out before anything is kept."""
    if not asks_why(wave):
        return ()
    return tuple(
        Remark(without_personal(text), key, language) for key, text in filled.whys.items() if key in wave.commitments
    )


def keep_remarks(now: datetime, wave: SurveyWave, remarks: Sequence[Remark]) -> int:
    """Hand what was written to those who read what is told, within the transaction that closes the survey.

    Each waits to be read as an observation of the whole organisation; the survey remembers which are its own, to erase
    them with its answers.
    """
    if not remarks:
        return 0
    day, root = local_day(now), history().current.tree.root.key
    month = period_at(PeriodKind.MONTH, day).key
    kept = [(one, *keep_text(one.text)) for one in remarks]
    rows = [
        Observation(
            kind=ObservationKind.WHY.value,
            unit_key=root,
            commitment_key=one.commitment,
            language=one.language,
            month=month,
            sent_at=now,
            form_hash=secrets.token_hex(32),
            text_sha256=sha256,
        )
        for one, _, sha256 in kept
    ]
    db.session.add_all(rows)
    db.session.flush()
    for row, (one, salt, _) in zip(rows, kept, strict=True):
        add_text(subject_of(row.id), salt, one.text)
    numbers = json.dumps([row.id for row in rows])
    db.session.add(SurveyStep(wave_id=wave.id, step=STEP, reason=numbers, on=day, at=now, by=CUSTOMERS.name))
    done = [Done("observation:send", subject_of(row.id), facts_of(row)) for row in rows]
    audit_log.record_all(CUSTOMERS, now, [*done[1:], replace(done[0], rows=audit_log.rows_written())])
    return len(rows)


def numbers_of(wave: int) -> list[int]:
    """The observations that a survey's customers wrote."""
    step = steps_of(wave).get(STEP)
    found: list[int] = json.loads(step.reason or "[]") if step else []
    return found


def erase_remarks(actor: Actor, now: datetime, wave: SurveyWave, *, because: str) -> int:
    """Erase what customers wrote in a survey, and the answers to it, within the caller's transaction; how many texts.

    Their hashes stay, and the log says why. `erasable_texts.sweep` afterwards.
    """
    numbers = numbers_of(wave.id)
    steps = db.session.execute(select(Moderation.id).where(Moderation.observation_id.in_(numbers))).scalars()
    subjects = [*map(subject_of, numbers), *map(answer_of, steps)]
    there = sorted(texts_of(subjects))
    for subject in there:
        remove_text(subject)
    if there:
        after = {"texts": there, "because": because}
        audit_log.record(actor, now, "text:erase", f"survey {wave.id} {wave.name}", after=after)
    return len(there)
