"""The text of a charter file as plain values, with the line of each: YAML 1.2, without tags or surprises.

`yes`, `no`, `on`, `off` are words; dates stay text; numbers are exact. What YAML allows and a charter does not need
(tags, several documents, aliases without end) is refused.

What YAML's own errors mean, in one sentence with line and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from charter.domain.charter_file.findings import CharterFileError, Finding, Path, Said, Severity
from charter.domain.vocabulary.errors import Sentence

_SENTENCES: Mapping[str, Said] = {
    "mapping values are not allowed": Said(
        Sentence("a ':' is written where no key is expected"),
        Sentence("put text that holds ': ' in quotes, and align keys of one level"),
    ),
    "could not find expected ':'": Said(
        Sentence("a line has no ':' after its key"),
        Sentence("write key: value, aligned with the lines around"),
    ),
    "character '\\t'": Said(Sentence("a tab is written where only spaces may"), Sentence("indent with spaces")),
    "expected <block end>": Said(
        Sentence("the indentation differs from the lines above"),
        Sentence("align it with the lines of the same level"),
    ),
    "end of stream": Said(Sentence("a quote is opened and never closed"), Sentence("close it")),
    "expected ',' or": Said(
        Sentence("a bracket is opened and not closed"),
        Sentence("close it, and put a comma between values"),
    ),
    "cannot start any token": Said(
        Sentence("a text starts with a character that means something in YAML"),
        Sentence("put the text in quotes"),
    ),
    "unknown escape character": Said(
        Sentence("a backslash in double quotes starts an unknown escape"),
        Sentence("write \\\\ for a backslash, or use single quotes"),
    ),
    "single document": Said(
        Sentence("a second document starts here"),
        Sentence("one file is one charter: remove the '---'"),
    ),
    "duplicate anchor": Said(Sentence("the same anchor is written twice"), Sentence("rename one of them")),
}
"""By what the reader of YAML says."""
_OTHER = Said(Sentence("the YAML cannot be read here"), Sentence("compare with the lines around"))


def plain_syntax(text: str, error: MarkedYAMLError) -> tuple[int, Said]:
    """Line (1-based) of a YAML syntax error; its sentence with the column, and the remedy."""
    problem = str(error.problem or error.context or "")
    mark = error.problem_mark or error.context_mark
    if "end of stream" in problem or "<stream end>" in problem:
        mark = error.context_mark or mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    said, remedy = next((said for known, said in _SENTENCES.items() if known in problem), _OTHER)
    message = Sentence("%(said)s (column %(column)s)", said=said, column=column)
    return min(line, text.count("\n") + 1), Said(message, remedy)


MAX_BYTES = 2_000_000
MAX_DEPTH = 24
MAX_ALIASED = 20_000

_INT = re.compile(r"[-+]?[0-9]{1,30}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,30}|[0-9]{1,30}(\.[0-9]{0,30})?)([eE][-+]?[0-9]{1,3})?")
_CONSTANTS: dict[str, bool | None] = {"": None, "~": None}
_CONSTANTS |= dict.fromkeys(("null", "Null", "NULL"), None)
_CONSTANTS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Problem(NamedTuple):
    """What is wrong with the way that a value is written, on its line."""

    path: Path
    line: int
    said: Said


@dataclass
class Document:
    """The file as plain values. `written` keeps the very letters of plain scalars that are not text."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class _Node:
    value: Any
    line: int
    size: int = 1
    written: str | None = None
    key_lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def note(self, message: Sentence, remedy: Sentence, *, key: str = "", line: int = 0) -> None:
        """One problem of the value itself, or of what stands under a key of it."""
        self.problems.append(Problem((key,) if key else (), line or self.line, Said(message, remedy)))


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
        remedy = Sentence("keep long lists of units in a file of their own: {file: units.csv}")
        raise _refused(1, Sentence("the file is larger than 2 MB"), remedy)
    try:
        root = _Composer(YAML(typ="safe", pure=True).parse(text.removeprefix("\ufeff"))).document()
    except MarkedYAMLError as error:
        line, said = plain_syntax(text, error)
        raise _refused(line, *said) from error
    except (YAMLError, ValueError, OverflowError) as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        message = Sentence("the file holds a character that YAML does not allow")
        raise _refused(line, message, Sentence("save it as plain UTF-8 text")) from error
    document = Document()
    if root is not None:
        document.lines[()] = 1
        document.data = _flatten(root, (), document)
    return document


def _refused(line: int, message: Sentence, remedy: Sentence | None) -> CharterFileError:
    return CharterFileError([Finding(line, "", Severity.ERROR, message, remedy)])


def _flatten(node: _Node, path: Path, document: Document) -> Any:
    """The node's plain value; its lines and problems go into the document."""
    document.problems += [one._replace(path=(*path, *one.path)) for one in node.problems]
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
            remedy = Sentence("one file is one charter: remove the '---'")
            raise _refused(_line(after), Sentence("a second document starts here"), remedy)
        return root

    def node(self, event: Any, depth: int) -> _Node:
        if depth > MAX_DEPTH:
            said = Sentence("values are nested deeper than %(most)s levels", most=MAX_DEPTH)
            raise _refused(_line(event), said, Sentence("a charter needs no such depth"))
        if isinstance(event, events.AliasEvent):
            return self.alias(event)
        if isinstance(event, events.ScalarEvent):
            node = _scalar(event)
        elif isinstance(event, events.SequenceStartEvent):
            node = self.sequence(event, depth)
        else:
            node = self.mapping(event, depth)
        if event.tag not in (None, "tag:yaml.org,2002:str"):
            said = Sentence("the tag %(tag)s is not used in a charter file", tag=str(event.tag))
            node.note(said, Sentence("remove it"))
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def alias(self, event: Any) -> _Node:
        target = self.anchors.get(event.anchor)
        if target is None:
            name = str(event.anchor)
            said = Sentence("*%(name)s repeats a value that is not written before", name=name)
            remedy = Sentence("write the value itself, or put &%(name)s before the one to repeat", name=name)
            raise _refused(_line(event), said, remedy)
        self.aliased += target.size
        if self.aliased > MAX_ALIASED:
            said = Sentence("aliases repeat too many values")
            raise _refused(_line(event), said, Sentence("write the values themselves"))
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
                raise _refused(_line(event), Sentence("a key must be plain text"), Sentence("write key: value"))
            key, line = event.value, _line(event)
            child = self.node(next(self.parsed), depth + 1)
            node.size += child.size
            if key in node.value:
                first = node.key_lines[key]
                said = Sentence("'%(key)s' is written twice, first on line %(line)s", key=key, line=first)
                node.note(said, Sentence("keep one of them"), key=key, line=line)
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
        node.note(Sentence("the text holds a character that cannot be printed"), Sentence("remove it"))
    return node


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
