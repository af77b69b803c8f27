"""Proof that words were not rewritten: comments, actions and charts set anew against what the audit log keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from charter.models.base import db
from charter.models.remedies import Action, ActionStep, Comment, Rebase
from charter.services.actions import action_record, step_record
from charter.services.comments import comment_record
from charter.services.rebases import rebase_record

VERBS = ("comment:write", "action:plan", "action:close", "action:reopen", "action:change", "chart:rebase", "chart:lift")


def broken_words(vouched: dict[str, dict[str, Any]], counts: dict[str, int]) -> Iterator[str]:
    """A sentence for each row that is not what was written, or that is not there any more.

    `vouched`: what the audit log says of VERBS, by subject.
    """
    for subject, facts in _held():
        counts["words"] += 1
        if vouched.pop(subject, None) != facts:
            yield f"The words of {subject} are not what was written."
    for subject in vouched:
        yield f"The words of {subject} are not there any more."


def _held() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for comment in db.session.execute(select(Comment).order_by(Comment.id)).scalars():
        yield f"comment {comment.id}", comment_record(comment)
    for action in db.session.execute(select(Action).order_by(Action.id)).scalars():
        yield f"action {action.id}", action_record(action)
    for step in db.session.execute(select(ActionStep).order_by(ActionStep.id)).scalars():
        yield f"action {step.action_id} step {step.id}", step_record(step)
    for rebase in db.session.execute(select(Rebase).order_by(Rebase.id)).scalars():
        yield f"rebase {rebase.id}", rebase_record(rebase)
