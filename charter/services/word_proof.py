"""Proof that words were not rewritten: comments, actions and charts set anew against what the audit log keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypedDict

from sqlalchemy import select

from charter.domain.errors import Sentence
from charter.models.base import db
from charter.models.remedies import Action, ActionStep, Comment, Rebase
from charter.services.actions import action_record, step_record
from charter.services.comments import comment_record
from charter.services.rebases import rebase_record

VERBS = ("comment:write", "action:plan", "action:close", "action:reopen", "action:change", "chart:rebase", "chart:lift")


class Counted(TypedDict):
    """How many of each were looked at."""

    audit_entries: int
    runs: int
    snapshots: int
    files: int
    observations: int
    estimates: int
    words: int
    editions: int


def broken_words(vouched: dict[str, dict[str, Any]], counts: Counted) -> Iterator[Sentence]:
    """A sentence for each row that is not what was written, or that is not there any more.

    `vouched`: what the audit log says of VERBS, by subject.
    """
    for subject, facts in _held():
        counts["words"] += 1
        if vouched.pop(subject, None) != facts:
            yield Sentence("The words of %(subject)s are not what was written.", subject=named(subject))
    for subject in vouched:
        yield Sentence("The words of %(subject)s are not there any more.", subject=named(subject))


def named(subject: str) -> Sentence | str:
    """What words belong to, by the subject that the log knows it by: `comment 3`, `action 2 step 5`."""
    match subject.split():
        case ["comment", number]:
            return Sentence("comment %(number)s", number=number)
        case ["action", number]:
            return Sentence("action %(number)s", number=number)
        case ["action", number, "step", step]:
            return Sentence("action %(number)s step %(step)s", number=number, step=step)
        case ["rebase", number]:
            return Sentence("rebase %(number)s", number=number)
        case ["observation", number]:
            return Sentence("observation %(number)s", number=number)
        case ["answer", number]:
            return Sentence("answer %(number)s", number=number)
    return subject


def _held() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for comment in db.session.execute(select(Comment).order_by(Comment.id)).scalars():
        yield f"comment {comment.id}", comment_record(comment)
    for action in db.session.execute(select(Action).order_by(Action.id)).scalars():
        yield f"action {action.id}", action_record(action)
    for step in db.session.execute(select(ActionStep).order_by(ActionStep.id)).scalars():
        yield f"action {step.action_id} step {step.id}", step_record(step)
    for rebase in db.session.execute(select(Rebase).order_by(Rebase.id)).scalars():
        yield f"rebase {rebase.id}", rebase_record(rebase)
