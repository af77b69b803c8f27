"""The text of a charter file as plain values, with the line of each: YAML 1.2, without tags or surprises.

`yes`, `no`, `on`, `off` are words; dates stay text; numbers are exact. What YAML allows and a charter does not need
(tags, several documents, aliases without end) is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from charter.domain.charter_file.findings import CharterFileError, Finding, Path, Severity
from charter.domain.charter_file.syntax import plain_syntax

MAX_BYTES = 2_000_000
MAX_DEPTH = 24
MAX_ALIASED = 20_000

_INT = re.compile(r"[-+]?[0-9]{1,30}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,30}|[0-9]{1,30}(\.[0-9]{0,30})?)([eE][-+]?[0-9]{1,3})?")
_CONSTANTS: dict[str, bool | None] = {"": None, "~": None}
_CONSTANTS |= dict.fromkeys(("null", "Null", "NULL"), None)
_CONSTANTS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass
class Document:
    """The file as plain values. `written` keeps the very letters of plain scalars that are not text."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)
    problems: list[tuple[Path, int, str, str]] = field(default_factory=list)


@dataclass
class _Node:
    value: Any
    line: int
    size: int = 1
    written: str | None = None
    key_lines: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, int, str, str]] = field(default_factory=list)


def plain_value(text: str) -> Any:
    """What an unquoted YAML 1.2 scalar means here: null, true, false, an exact number, else the text itself."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INT.fullmatch(text):
        return int(text)
    return Decimal(text) if _FLOAT.fullmatch(text) else text


def parse_document(text: str) -> Document:
    """The plain values of a YAML text. Raises CharterFileError with one sentence where it is not YAML."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise _refused(
            1, "the file is larger than 2 MB", "keep long lists of units in a file of their own: {file: units.csv}"
        )
    try:
        root = _Composer(YAML(typ="safe", pure=True).parse(text.removeprefix("\ufeff"))).document()
    except MarkedYAMLError as error:
        raise _refused(*plain_syntax(text, error)) from error
    except (YAMLError, ValueError, OverflowError) as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        raise _refused(
            line, "the file holds a character that YAML does not allow", "save it as plain UTF-8 text"
        ) from error
    document = Document()
    if root is not None:
        document.lines[()] = 1
        document.data = _flatten(root, (), document)
    return document


def _refused(line: int, message: str, remedy: str) -> CharterFileError:
    return CharterFileError([Finding(line, "", Severity.ERROR, message, remedy)])


def _flatten(node: _Node, path: Path, document: Document) -> Any:
    """The node's plain value; its lines and problems go into the document."""
    document.problems += [((*path, key) if key else path, line, *rest) for key, line, *rest in node.problems]  # type: ignore[misc]
    if node.written is not None:
        document.written[path] = node.written
    if isinstance(node.value, dict):
        document.lines |= {(*path, key): line for key, line in node.key_lines.items()}
        return {key: _flatten(child, (*path, key), document) for key, child in node.value.items()}
    if isinstance(node.value, list):
        document.lines |= {(*path, index): child.line for index, child in enumerate(node.value)}
        return [_flatten(child, (*path, index), document) for index, child in enumerate(node.value)]
    return node.value


class _Composer:
    """Nodes out of the parser's events; stops as soon as the file is too deep or its aliases too many."""

    def __init__(self, parsed: Iterator[Any]) -> None:
        self.parsed = parsed
        self.anchors: dict[str, _Node] = {}
        self.aliased = 0

    def document(self) -> _Node | None:
        next(self.parsed)
        if isinstance(next(self.parsed), events.StreamEndEvent):
            return None
        root = self.node(next(self.parsed), 0)
        next(self.parsed)
        after = next(self.parsed)
        if isinstance(after, events.DocumentStartEvent):
            raise _refused(_line(after), "a second document starts here", "one file is one charter: remove the '---'")
        return root

    def node(self, event: Any, depth: int) -> _Node:
        if depth > MAX_DEPTH:
            raise _refused(
                _line(event), f"values are nested deeper than {MAX_DEPTH} levels", "a charter needs no such depth"
            )
        if isinstance(event, events.AliasEvent):
            return self.alias(event)
        if isinstance(event, events.ScalarEvent):
            node = _scalar(event)
        elif isinstance(event, events.SequenceStartEvent):
            node = self.sequence(event, depth)
        else:
            node = self.mapping(event, depth)
        if event.tag not in (None, "tag:yaml.org,2002:str"):
            node.problems.append(("", _line(event), f"the tag {event.tag} is not used in a charter file", "remove it"))
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def alias(self, event: Any) -> _Node:
        target = self.anchors.get(event.anchor)
        if target is None:
            remedy = f"write the value itself, or put &{event.anchor} before the one to repeat"
            raise _refused(_line(event), f"*{event.anchor} repeats a value that is not written before", remedy)
        self.aliased += target.size
        if self.aliased > MAX_ALIASED:
            raise _refused(_line(event), "aliases repeat too many values", "write the values themselves")
        return target

    def sequence(self, event: Any, depth: int) -> _Node:
        node = _Node([], _line(event))
        while not isinstance(event := next(self.parsed), events.SequenceEndEvent):
            child = self.node(event, depth + 1)
            node.value.append(child)
            node.size += child.size
        return node

    def mapping(self, event: Any, depth: int) -> _Node:
        node = _Node({}, _line(event))
        while not isinstance(event := next(self.parsed), events.MappingEndEvent):
            if not isinstance(event, events.ScalarEvent):
                raise _refused(_line(event), "a key must be plain text", "write key: value")
            key, line = event.value, _line(event)
            child = self.node(next(self.parsed), depth + 1)
            node.size += child.size
            if key in node.value:
                message = f"'{key}' is written twice, first on line {node.key_lines[key]}"
                node.problems.append((key, line, message, "keep one of them"))
            else:
                node.value[key], node.key_lines[key] = child, line
        return node


def _scalar(event: Any) -> _Node:
    line, text = _line(event), event.value
    is_plain = event.style is None and event.tag is None
    value = plain_value(text) if is_plain else text
    node = _Node(value, line, written=None if isinstance(value, str) else text)
    if _UNPRINTABLE.search(text):
        node.value = _UNPRINTABLE.sub("\ufffd", text)
        node.problems.append(("", line, "the text holds a character that cannot be printed", "remove it"))
    return node


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
