"""What can go wrong, as sentences for people: what is wrong, where, how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from charter.domain.vocabulary.terms import Permission


@dataclass(frozen=True, init=False)
class Sentence:
    """A sentence before it has a language: `Sentence("%(key)s is measured by %(unit)s.", key=…, unit=…)`.

    It is translated where it is printed; `str` of it is the English of logs and programs. A value is a text, a
    number, a day, a period, a code of the vocabulary (a StrEnum: its word is found in the reader's language), another
    sentence, or a list of these. A per cent sign is written `%%`.
    """

    template: str
    values: Mapping[str, Any]

    def __init__(self, template: str, /, **values: Any) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", values)

    def __str__(self) -> str:
        return filled(self.template, {name: in_english(value) for name, value in self.values.items()})

    def __hash__(self) -> int:
        return hash(str(self))


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its values; one without values may hold a per cent sign of its own."""
    return template % values if values else template.replace("%%", "%")


def in_english(value: object) -> str:
    """A value as programs and logs read it."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(in_english, value))
    if isinstance(value, Permission):
        return value.deed  # it stands in a sentence as what somebody does
    return str(value)


class CharterError(Exception):
    """A refusal that a person can read: `Conflict("%(period)s has not ended yet.", period=period)`.

    The doors print its sentence in the reader's language, and its line in a file where it has one; `str(error)` is the
    English of logs and programs. A finished sentence may be given in place of a template.
    """

    line: int | None = None

    def __init__(self, template: str | Sentence, /, **values: Any) -> None:
        self.sentence = template if isinstance(template, Sentence) else Sentence(template, **values)
        super().__init__(self.sentence)

    def __str__(self) -> str:
        return str(self.sentence)


class NotFound(CharterError):
    """Something was named that does not exist."""


class NotAllowed(CharterError):
    """The actor may not do this, or not on this unit."""


class Conflict(CharterError):
    """The state of things changed meanwhile, or forbids this."""


class Busy(Conflict):
    """Too much of the same is under way, or who must answer does not: it may be asked again in a moment."""


class Invalid(CharterError):
    """Input that cannot be taken. `field` names where it stands; `others` are refused of the same form, with it."""

    def __init__(self, template: str | Sentence, field: str = "", /, **values: Any) -> None:
        super().__init__(template, **values)
        self.field = field
        self.others: tuple[Invalid, ...] = ()

    @property
    def by_field(self) -> dict[str, CharterError]:
        """All that is refused of the form, by the field where it stands."""
        return {one.field: one for one in (self, *self.others)}


def refuse_together(*checks: Callable[[], object]) -> None:
    """Look at every field of a form before any is refused. Raises Invalid: the first fault, with the others."""
    found = list[Invalid]()
    for check in checks:
        try:
            check()
        except Invalid as fault:
            found.append(fault)
    if found:
        found[0].others = tuple(found[1:])
        raise found[0]


class SourceError(CharterError):
    """A source could not be read, or is not what its indicator says: the run fails with this sentence."""
