"""What a form gives: texts and days, with a sentence where one is not what it should be."""

from __future__ import annotations

from datetime import date

from flask import request

from charter.domain.errors import Invalid


def text(name: str) -> str:
    """What was written in a field."""
    return request.form.get(name, "")


def day(name: str) -> date | None:
    """The day chosen in a field, None where it is empty. Raises Invalid."""
    written = text(name).strip()
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        raise Invalid("%(written)s is not a day: write it as 2026-12-15.", name, written=written[:40]) from error


def needed_day(name: str) -> date:
    """As `day`, but one must be chosen."""
    found = day(name)
    if found is None:
        raise Invalid("Choose a day: until when will it be done?", name)
    return found
