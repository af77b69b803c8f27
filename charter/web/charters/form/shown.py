"""A form as it is shown, with what is refused beside its fields and on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from charter.domain.charter_file.editing import each_below
from charter.domain.charter_file.findings import Finding, Path, Said, at_place
from charter.domain.vocabulary.errors import Sentence
from charter.web.charters.form.columns import Sections
from charter.web.charters.form_fields import Field, named


@dataclass
class Shown:
    """A form as it is shown: its sections, what stands in it, what is refused and where.

    What is refused elsewhere in the draft stands on top, the first under the name ''.
    """

    sections: Sections
    given: Mapping[str, str]
    errors: dict[str, Sentence] = field(default_factory=dict)
    remedies: dict[str, Sentence | None] = field(default_factory=dict)
    elsewhere: list[Said] = field(default_factory=list)
    focus: str = ""
    """The input where the keyboard goes on: the first of a line that was just added."""

    @property
    def fields(self) -> list[Field]:
        return [one for _, fields in self.sections for one in fields]

    def label(self, name: str) -> str:
        """The words beside the input of this name; of a line in a table, with its number."""
        for one in self.fields:
            if one.name == name:
                return str(one.label)
            for column in one.columns:
                start, _dot, rest = name.removeprefix(f"{one.name}.").partition(".")
                if name.startswith(f"{one.name}.") and rest == column.name and start.isdigit():
                    return f"{column.label}, {int(start) + 1}"
        return ""

    def refuse(self, findings: Sequence[Finding], place: Path) -> None:
        """Put each refusal beside the field it speaks of; what stands elsewhere in the draft goes on top."""
        for one in findings:
            below = each_below(place, one.field)
            name = named(self.fields, below) if below else ""
            said = one.message if name or below is not None else at_place(one.field, one.message)
            if self.label(name) and one.is_missing:
                self.errors[name] = Sentence("Fill this in.")
            elif name == "" and "" in self.errors:
                self.elsewhere.append(Said(said, one.remedy))
            else:
                self.errors.setdefault(name, said)
                self.remedies.setdefault(name, one.remedy)
