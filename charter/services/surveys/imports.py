"""Answers of a file kept for good: a wave for each asking, its pairs counted at once, its marks analysed apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select

from charter.domain.analyses.answer_counts import UNIT, WEIGHT
from charter.domain.analyses.groups import weighs_nothing
from charter.domain.surveys.answer_files import plain
from charter.domain.surveys.answers import Marked
from charter.domain.surveys.marks import require_both_ends
from charter.domain.surveys.privacy import masked
from charter.domain.surveys.questionnaire import clean_name
from charter.domain.vocabulary.errors import Conflict, Invalid, Sentence
from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.sentences import stored
from charter.models.base import db
from charter.models.surveys import SurveyResponse, SurveyWave
from charter.services.charters.versions import history
from charter.services.records import audit_log
from charter.services.records.transactions import transaction
from charter.services.surveys.columns import to_keep, units_by_name
from charter.services.surveys.names import AS_CONTROL, LEFT_OUT
from charter.services.surveys.responses import add_pairs_result, find_wave
from charter.services.surveys.uploads import Preview, own_upload, preview_answers
from charter.services.surveys.waves import require_new_name


def import_answers(
    actor: Actor, now: datetime, number: int, *, mapping: Mapping[str, str], leave_refused: bool = False
) -> list[int]:
    """Save the answers for good and return the numbers of the waves they make; pairs are counted at once.

    Raises Conflict (settled, name taken), Invalid (a name without a promise, rows refused that nobody agreed to leave
    out, words mixed in one wave, an overall mark with fewer than 5 levels).
    """
    with transaction():
        audit_log.hold()
        seen = preview_answers(actor, now, number, mapping)
        upload = own_upload(actor, number)
        if not seen.is_open:
            raise Conflict(
                "The file %(file)s was applied, discarded or left too long: send it again.", file=upload.name
            )
        _require_settled(seen, leave_refused=leave_refused)
        made = _import_pairs(actor, now, seen) if upload.kind == "kano" else _import_marks(actor, now, seen)
        upload.state, upload.settled_at, upload.content = "applied", now, b""
    return made


def kept_before(actor: Actor, number: int) -> list[int]:
    """The waves that a file has become already, where the work that kept it broke off afterwards; else none."""
    upload = own_upload(actor, number)
    same = (SurveyWave.opened_at == upload.settled_at) & (SurveyWave.opened_by == actor.name)
    query = select(SurveyWave.id).where(SurveyWave.origin == "import", same).order_by(SurveyWave.id)
    return list(db.session.execute(query).scalars()) if upload.state == "applied" else []


def _require_settled(seen: Preview, *, leave_refused: bool) -> None:
    if seen.read.error is not None:
        raise seen.read.error
    if seen.unknown:
        raise Invalid(
            "No promise of the charter is called %(names)s: say which one each stands for, or leave it out.",
            "mapping",
            names=[Sentence("“%(name)s”", name=masked(name)) for name in seen.unknown[:8]],
        )
    if seen.refused and not leave_refused:
        raise Invalid(
            "%(count)s rows are refused: fix the file, or say that they are left out.",
            "refused",
            count=len(seen.refused),
        )
    if not seen.people:
        raise Invalid("Nothing is left of the file: no answer stands for a promise.", "mapping")


def _import_pairs(actor: Actor, now: datetime, seen: Preview) -> list[int]:
    made = []
    for group in seen.groups:
        group.require_one_wording()
        group.require_weights()
        wave = _add_wave(actor, now, seen, group.name, {"table": seen.asked.table}, _in_order(group.commitments))
        wave.segment, wave.wording, wave.asked_on = group.segment, group.wording, group.asked_on
        db.session.flush()
        units = units_by_name()
        rows = _in_no_order(_response(wave.id, group.asked_on, _with_unit(one, units)) for one in group.people)
        db.session.execute(insert(SurveyResponse), rows)
        result = add_pairs_result(actor, now, wave, {"people": len(rows)})
        _record(actor, now, wave, seen, len(rows), result.answers_sha256)
        made.append(wave.id)
    return made


def _with_unit(answers: Mapping[str, Any], units: Mapping[str, str]) -> dict[str, Any]:
    """A person's answers with the key of the unit, where the charter has it."""
    unit = units.get(plain(answers.get(UNIT, "")), "")
    return {name: said for name, said in answers.items() if name != UNIT} | ({UNIT: unit} if unit else {})


def _import_marks(actor: Actor, now: datetime, seen: Preview) -> list[int]:
    """A wave for each segment that the file names, or one."""
    people: dict[str, list[Marked]] = {}
    for one in seen.read.found.marked:
        if one.overall is not None:
            people.setdefault(one.segment, []).append(one)
    for marked in people.values():
        require_both_ends([one.overall for one in marked if one.overall is not None])
        if any(one.weight is not None for one in marked) and not any(one.weight for one in marked):
            raise weighs_nothing(seen.asked.name)
    return [_import_marked(actor, now, seen, segment, marked) for segment, marked in people.items()]


def _import_marked(actor: Actor, now: datetime, seen: Preview, segment: str, people: Sequence[Marked]) -> int:
    names = {name: (name if to == AS_CONTROL else to) for name, to in seen.attributes.items() if to != LEFT_OUT}
    coding = seen.asked.coding
    choices: dict[str, Any] = {
        "low": list(coding.low),
        "high": list(coding.high),
        "not_applicable": coding.not_applicable,
        "scale": None if coding.scale is None else list(coding.scale),
    }
    choices |= {"attributes": list(names.values()), "overall": seen.asked.overall, "draws": seen.asked.draws}
    commitments = _in_order(to for to in seen.attributes.values() if to not in (LEFT_OUT, AS_CONTROL))
    name = " · ".join(filter(None, (clean_name(seen.asked.name, "name"), segment)))[:120]
    wave = _add_wave(actor, now, seen, name, choices, commitments)
    wave.segment = segment or wave.segment
    db.session.flush()
    units = units_by_name()
    rows = _in_no_order(
        _response(wave.id, seen.asked.asked_on, _with_unit(_marks_of(one, names), units), one.overall) for one in people
    )
    db.session.execute(insert(SurveyResponse), rows)
    _record(actor, now, wave, seen, len(rows), None)
    return wave.id


def _marks_of(one: Marked, names: Mapping[str, str]) -> dict[str, Any]:
    """A person's marks by what they stand for, with weight and unit beside."""
    marks: dict[str, Any] = {to: one.marks[name] for name, to in names.items()}
    beside = {} if one.weight is None else {WEIGHT: one.weight}
    return marks | beside | ({UNIT: one.unit} if one.unit else {})


def _in_order(keys: Iterable[str]) -> list[str]:
    """As the charter lists them; expectations of customers, which may be asked about too, after the commitments."""
    wanted, charter = set(keys), history().current.charter
    listed = [*(c.key for c in charter.commitments), *(e.key for e in charter.charter.origin.expectations)]
    return [key for key in dict.fromkeys(listed) if key in wanted]


def _add_wave(
    actor: Actor, now: datetime, seen: Preview, name: str, choices: dict[str, Any], commitments: list[str]
) -> SurveyWave:
    require_new_name(name)
    promised = {plain(one): to for one, to in seen.attributes.items() if to not in (LEFT_OUT, AS_CONTROL, "")}
    choices |= {"months_kept": seen.asked.months_kept, "mapping": promised}
    choices |= to_keep(seen.read, seen.asked, seen.attributes)
    lines = [{"line": one.line, "why": stored(one.error.sentence)} for one in seen.refused[:200]]
    wave = SurveyWave(
        name=name,
        kind=seen.asked.kind,
        origin="import",
        segment=seen.asked.segment,
        wording=seen.asked.wording,
        words={},
        commitments=commitments,
        languages=[],
        choices=choices,
        counts={
            "rows": seen.rows,
            "refused": len(seen.refused),
            "lines": lines,
            "missing": {masked(name): dict(odd) for name, odd in seen.missing.items()},
            "respondents": seen.has_respondents,
            "unknown_units": seen.unknown_units,
        },
        asked_on=seen.asked.asked_on,
        closes_on=None,
        invited=0,
        opened_at=now,
        opened_by=actor.name,
    )
    db.session.add(wave)
    return wave


def _response(wave: int, day: date, answers: Mapping[str, Any], overall: float | None = None) -> dict[str, Any]:
    return {"wave_id": wave, "answered_on": day, "language": "", "answers": dict(answers), "overall": overall}


def _in_no_order(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """In the order of what they say: the file's own order, which somebody else may hold beside names, is not kept."""
    return sorted(rows, key=lambda row: json.dumps([row["answers"], row["overall"]], sort_keys=True))


def _record(actor: Actor, now: datetime, wave: SurveyWave, seen: Preview, answers: int, sha256: str | None) -> None:
    after = {"file": seen.name, "answers": answers, "rows": seen.rows, "refused": len(seen.refused)}
    audit_log.record(
        actor, now, "survey:import", f"survey {wave.id} {wave.name}", after=after | {"answers_sha256": sha256}
    )


def is_of_marks(number: int) -> bool:
    """Whether a wave holds marks, which are analysed apart, or pairs, which are counted at once."""
    return find_wave(number).kind == "marks"
