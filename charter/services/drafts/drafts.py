"""The draft of the next version of the charter, a whole valid charter: begun, changed a thing at a time, published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.editing import Edit, Plain, changed
from charter.domain.charter_file.findings import Finding
from charter.domain.charter_file.plan import Change, Plan, changes_between, plan_change
from charter.domain.charter_file.reading import read_plain
from charter.domain.charter_file.text.canonical import canonical, from_canonical, plain_charter, write_charter
from charter.domain.charter_file.text.yaml_writer import one_line
from charter.domain.lint.promises import lint_charter
from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.drafts import CharterDraft
from charter.services.charters.versions import Version, history_or_none
from charter.services.drafts.applying import apply_charter, check_reason
from charter.services.drafts.source_columns import look_at_columns
from charter.services.records import audit_log
from charter.services.records.access import Access, folder_of_next
from charter.services.records.transactions import transaction
from charter.sources.apart import LONG, Patience
from charter.sources.readers.source_names import Reach
from charter.sources.readers.uploaded_files import charter_of

OPEN, PUBLISHED, DISCARDED = "open", "published", "discarded"
MOST_FACTS = 40
"""Changes that one audit entry names; a larger change says how many more there are."""


@dataclass(frozen=True)
class Draft:
    """The open draft, read: the charter it says, what it changes, and what weakens it."""

    row: CharterDraft
    charter: Charter
    plain: Plain
    current: Version | None

    @property
    def folder_in_force(self) -> str | None:
        """Where the sources of the version in force are looked for."""
        return self.current.folder if self.current else None

    @property
    def plain_in_force(self) -> Plain:
        """The plain values of the version in force; of none an empty charter's."""
        return plain_charter(self.current.charter) if self.current else {"units": [], "commitments": []}

    @property
    def is_behind(self) -> bool:
        """Whether another version came into force since the draft was begun."""
        return self.row.base_version != (self.current.number if self.current else None)

    @property
    def plan(self) -> Plan:
        """What publishing would change. Raises Conflict where it may not follow the version in force."""
        return plan_change(self.current.charter if self.current else None, self.charter)

    @property
    def advice(self) -> list[Finding]:
        """What is vague or weak in it, as `lint` says of a file."""
        read = read_plain(self.plain)
        return [*read.findings, *lint_charter(read)]


def draft_or_none(actor: Actor) -> Draft | None:
    """The open draft, for those who may publish one."""
    require(actor, Permission.APPLY_CHARTER)
    row = _open_row()
    return None if row is None else _read(row)


def open_draft(actor: Actor) -> Draft:
    """The open draft. Raises NotFound where there is none."""
    if (found := draft_or_none(actor)) is None:
        raise NotFound("There is no draft: start one, or somebody has published or discarded it.")
    return found


def _read(row: CharterDraft) -> Draft:
    charter, found = from_canonical(row.document), history_or_none()
    return Draft(row, charter, plain_charter(charter), found.current if found else None)


def _open_row() -> CharterDraft | None:
    return db.session.execute(select(CharterDraft).where(CharterDraft.state == OPEN)).scalar_one_or_none()


def start_draft(actor: Actor, now: datetime, *, text: str | None = None, patience: Patience = LONG) -> None:
    """Begin a draft from the version in force, or from the text of a charter file. Raises Conflict (there is a draft),
    Invalid (no charter to begin from), CharterFileError (the text)."""
    require(actor, Permission.APPLY_CHARTER)
    charter = charter_of(text, patience) if text is not None else None
    with transaction():
        audit_log.hold()
        if (row := _open_row()) is not None:
            if charter is not None and (row.started_by, row.document) == (actor.name, canonical(charter)):
                return  # by the same work, which was broken off after this
            who = row.started_by
            raise Conflict("There is a draft already, begun by %(who)s: go on with it, or discard it first.", who=who)
        if (found := history_or_none()) is None and charter is None:
            raise Invalid("There is no charter yet: begin with the text of a charter file.", "text")
        base = found.current if found else None
        document = canonical(charter if charter is not None else base.charter)  # type: ignore[union-attr]
        row = CharterDraft(
            base_version=base.number if base else None, document=document, revision=1, state=OPEN,
            started_at=now, started_by=actor.name, changed_at=now, changed_by=actor.name,
        )  # fmt: skip
        if base is not None:
            plan_change(base.charter, from_canonical(document))
        db.session.add(row)
        db.session.flush()
        audit_log.record(actor, now, "draft:start", f"draft {row.id}", after={"base_version": row.base_version})


def edit_draft(actor: Actor, now: datetime, revision: int, edit: Edit) -> None:
    """Change the draft. Raises CharterFileError (nothing is changed), Conflict (somebody changed it meanwhile)."""
    require(actor, Permission.APPLY_CHARTER)
    with transaction():
        audit_log.hold()
        row = _own(revision)
        _keep(actor, now, row, read_plain(edit(plain_charter(from_canonical(row.document)))).charter)


def rewrite_draft(actor: Actor, now: datetime, revision: int, text: str, patience: Patience = LONG) -> None:
    """Let the draft say what a charter file says. Raises CharterFileError, Conflict; TooMuch where somebody waits."""
    require(actor, Permission.APPLY_CHARTER)
    new = charter_of(text, patience)
    with transaction():
        audit_log.hold()
        if (row := _open_row()) is not None and row.document == canonical(new):
            return
        _keep(actor, now, _own(revision), new)


def _own(revision: int) -> CharterDraft:
    """The open draft as it was seen."""
    row = _open_row()
    if row is None:
        raise NotFound("There is no draft: somebody has published or discarded it.")
    if row.revision != revision:
        raise Conflict(
            "%(who)s has changed the draft since you opened this page: nothing of yours is written yet. "
            "Look at what it says now, then save again.",
            who=row.changed_by,
        )
    return row


def _keep(actor: Actor, now: datetime, row: CharterDraft, new: Charter) -> None:
    old = from_canonical(row.document)
    document = canonical(new)
    if document == row.document:
        return
    found = history_or_none()
    if found is not None:
        plan_change(found.current.charter, new)
    before, after = _facts(list(changes_between(old, new)))
    row.document, row.revision, row.changed_at, row.changed_by = document, row.revision + 1, now, actor.name
    audit_log.record(actor, now, "draft:change", f"draft {row.id}", before=before, after=after)


def _facts(changes: list[Change]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What changed, field by field, before and after, in short."""
    before, after = dict[str, Any](), dict[str, Any]()
    for one in changes[:MOST_FACTS]:
        name = " ".join(part for part in (one.thing, one.key, one.field, one.since) if part)
        if one.action != "add":
            before[name] = _short(one.before) if one.field else "there"
        if one.action != "remove":
            after[name] = _short(one.after) if one.field else "there"
    if len(changes) > MOST_FACTS:
        after["more changes"] = len(changes) - MOST_FACTS
    return before, after


def _short(value: Any) -> Any:
    text = value if isinstance(value, str) else one_line(value)
    return text if len(text) <= 200 else f"{text[:199]}…"


def bring_up_to_date(actor: Actor, now: datetime, revision: int) -> None:
    """Keep the draft as it is, to follow the version now in force: its plan is then against that one."""
    require(actor, Permission.APPLY_CHARTER)
    with transaction():
        audit_log.hold()
        row, found = _own(revision), history_or_none()
        before, row.base_version = row.base_version, found.current.number if found else None
        row.revision += 1
        facts = {"before": {"base_version": before}, "after": {"base_version": row.base_version}}
        audit_log.record(actor, now, "draft:follow", f"draft {row.id}", **facts)


def discard_draft(actor: Actor, now: datetime, revision: int) -> None:
    """Give the draft up; the charter in force stays as it is."""
    require(actor, Permission.APPLY_CHARTER)
    with transaction():
        audit_log.hold()
        row = _own(revision)
        row.state, row.settled_at, row.settled_by = DISCARDED, now, actor.name
        audit_log.record(actor, now, "draft:discard", f"draft {row.id}")


@dataclass(frozen=True)
class Publication:
    """With what a draft is published: why, from which day on, and what its sources may reach."""

    reason: str
    valid_from: date
    access: Access


def publish_draft(actor: Actor, now: datetime, revision: int, how: Publication) -> Plan:
    """Put the draft in force. Raises Invalid (reason), CharterFileError, Conflict (behind, changed, no such column)."""
    require(actor, Permission.APPLY_CHARTER)
    reason = check_reason(how.reason)
    _refuse_columns_not_there(open_draft(actor), how.access)
    with transaction():
        audit_log.hold()
        draft = _read(row := _own(revision))
        if draft.is_behind:
            raise Conflict("Another version came into force since this draft was begun: look at it first.")
        dated = changed(draft.plain, ("charter",), {("valid_from",): how.valid_from.isoformat()})
        if plan_change(draft.current.charter if draft.current else None, charter := read_plain(dated).charter).is_empty:
            raise Conflict("The draft says what is in force already: change something, or discard it.")
        folder = folder_of_next(draft.folder_in_force, how.access)
        row.document, row.state, row.settled_at, row.settled_by = canonical(charter), PUBLISHED, now, actor.name
        return apply_charter(actor, now, charter=charter, folder=folder, reason=reason)


def columns_not_there(draft: Draft, access: Access) -> list[Finding]:
    """The columns that the draft reads and its data do not have, as far as a page may look."""
    where = folder_of_next(draft.folder_in_force, access)
    return look_at_columns(draft.charter, where, access, reach=Reach.PAGE).not_there


def _refuse_columns_not_there(draft: Draft, access: Access) -> None:
    if missing := columns_not_there(draft, access):
        raise Conflict(
            "The draft reads columns that its data do not have: %(columns)s. Correct the draft, or the data.",
            columns=[one.message for one in missing[:MOST_FACTS]],
        )


def draft_text(draft: Draft) -> str:
    """The draft as a charter file."""
    return write_charter(draft.charter)
