"""What is found wrong in a charter file: where, what, and how to mend it, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from charter.domain.vocabulary.errors import CharterError, Sentence
from charter.domain.vocabulary.sentences import restored, stored

Path = tuple[str | int, ...]
"""Where a value stands in the file: ("commitments", 2, "indicators", 0, "within")."""


class Severity(StrEnum):
    """An error refuses the file; a warning weakens a promise; an advice improves it."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Said(NamedTuple):
    """What is wrong, and how to mend it where that can be said."""

    message: Sentence
    remedy: Sentence | None = None


def missing(name: str) -> Sentence:
    """What is said of anything that must be written and is not."""
    return Sentence("'%(name)s' is missing", name=name)


def at_place(place: str, message: Sentence) -> Sentence:
    """The message where nothing beside it shows of what it speaks."""
    return Sentence("%(place)s: %(message)s", place=place, message=message)


@dataclass(frozen=True)
class Finding:
    """One thing to mend. `about` is the key of the commitment, `file` is empty for the charter file itself."""

    line: int
    field: str
    severity: Severity
    message: Sentence
    remedy: Sentence | None = None
    about: str = ""
    file: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether something is only not written yet."""
        return self.message.template == missing("").template

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.file else f"line {self.line}"
        about = f" ({self.about})" if self.about else ""
        where = f"{place}: {self.field}{about}: " if self.field else f"{place}: "
        remedy = f" → {self.remedy}" if self.remedy else ""
        weight = "" if self.severity is Severity.ERROR else f"{self.severity}: "
        return f"{where}{weight}{self.message}{remedy}"


def finding_plain(one: Finding) -> dict[str, Any]:
    """A finding as JSON takes it; `finding_of` reads it again."""
    return vars(one) | {"message": stored(one.message), "remedy": stored(one.remedy)}


def finding_of(told: Mapping[str, Any]) -> Finding:
    """The finding that `finding_plain` wrote."""
    said = {name: restored(told[name]) for name in ("message", "remedy")}
    return Finding(**{**told, **said, "severity": Severity(told["severity"])})


class CharterFileError(CharterError):
    """The charter file cannot be taken; `findings` holds every error, in the order of the file.

    Its sentence is one for a page that shows no findings; programs and logs read a line for each.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = list(findings)
        said = [at_place(one.field, one.message) if one.field else one.message for one in self.findings]
        super().__init__(Sentence("The charter cannot be taken: %(findings)s.", findings=said))

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings))


def path_words(path: Path) -> str:
    """`commitments[2].indicators[0].within` (the first of a list is 0)."""
    words = ""
    for step in path:
        words += f"[{step}]" if isinstance(step, int) else f".{step}" if words else step
    return words


def line_at(lines: Mapping[Path, int], path: Path) -> int:
    """The line of the value at a path, or of the nearest thing around it that is written; 1 for the file."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


@dataclass
class Notes:
    """The findings so far, each placed on its line. `data` is the file as plain values, `written` its very letters."""

    lines: Mapping[Path, int]
    data: Any
    written: Mapping[Path, str] = field(default_factory=dict)
    units_file: str = ""
    units_lines: Mapping[int, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def error(self, path: Path, message: Sentence, remedy: Sentence | None = None, *, line: int = 0) -> None:
        """`line` only where the value stands elsewhere than its path says (a key written twice)."""
        self._add(path, Severity.ERROR, Said(message, remedy), line)

    def warning(self, path: Path, message: Sentence, remedy: Sentence | None = None) -> None:
        self._add(path, Severity.WARNING, Said(message, remedy))

    def advice(self, path: Path, message: Sentence, remedy: Sentence | None = None) -> None:
        self._add(path, Severity.ADVICE, Said(message, remedy))

    def in_order(self) -> list[Finding]:
        """Charter file first, then the units file; by line, then in the order of finding."""
        return sorted(dict.fromkeys(self.findings), key=lambda finding: (finding.file, finding.line))

    @property
    def has_errors(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def _add(self, path: Path, severity: Severity, said: Said, line: int = 0) -> None:
        line, file = line or line_at(self.lines, path), ""
        if self.units_file and len(path) > 1 and path[0] == "units" and isinstance(path[1], int):
            line, file = self.units_lines.get(path[1], 1), self.units_file
        self.findings.append(Finding(line, path_words(path), severity, *said, self._about(path), file))

    def _about(self, path: Path) -> str:
        if len(path) < 2 or path[0] != "commitments":
            return ""
        key = value_at(self.data, (*path[:2], "key"))
        return key if isinstance(key, str) else ""


def value_at(data: Any, path: Path) -> Any:
    """The plain value at a path, or None where there is none."""
    for step in path:
        if isinstance(data, dict) and isinstance(step, str):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data
