"""Plain values as YAML text: one key per line, short groups on one line, texts in as few quotes as possible."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from charter.domain.charter_file.text.yaml_reader import plain_value

NEWLINE = "\n"
WIDTH = 118
BLOCKS = ("charter", "units", "sources", "commitments", "indicators", "expectations", "origin", "evidence")
"""Keys whose contents stand on lines of their own, however short."""

_PLAIN = re.compile(r"[\w«“‘’][^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff#]*", re.DOTALL)
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_LOOKS_LIKE_TIME = re.compile(r"[0-9][0-9_]*:[0-9:.]+")


def emit(data: dict[str, Any]) -> str:
    """The YAML text of a mapping, ended by a newline."""
    return NEWLINE.join(_mapping(data, 0)) + NEWLINE if data else "{}" + NEWLINE


def _mapping(data: dict[str, Any], indent: int) -> Iterator[str]:
    pad = " " * indent
    for key, value in data.items():
        name = f"{pad}{scalar(key, in_flow=True)}:"
        if isinstance(value, str) and _needs_lines(value):
            yield f"{name} {'|' if value.endswith(NEWLINE) else '|-'}"
            yield from (f"{pad}  {line}" if line else "" for line in value.removesuffix(NEWLINE).split(NEWLINE))
        elif not isinstance(value, (dict, list)) or not value or (key not in BLOCKS and _fits(value, len(name) + 1)):
            yield f"{name} {_flow(value)}"
        elif isinstance(value, dict):
            yield name
            yield from _mapping(value, indent + 2)
        else:
            yield name
            yield from _sequence(value, indent + 2, as_blocks=key in ("commitments", "indicators"))


def _sequence(items: list[Any], indent: int, *, as_blocks: bool) -> Iterator[str]:
    for item in items:
        if not isinstance(item, dict) or not item or (not as_blocks and _fits(item, indent + 2)):
            yield f"{' ' * indent}- {_flow(item)}"
            continue
        lines = list(_mapping(item, indent + 2))
        yield f"{' ' * indent}- {lines[0][indent + 2 :]}"
        yield from lines[1:]


def _fits(value: Any, before: int) -> bool:
    """Whether a group reads well on one line, after what stands before it there."""
    return not _has_lines(value) and before + len(_flow(value)) <= WIDTH


def _has_lines(value: Any) -> bool:
    if isinstance(value, (dict, list)):
        return any(_has_lines(one) for one in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, str) and _needs_lines(value)


def _flow(value: Any) -> str:
    """The value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key, in_flow=True)}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return scalar(value, in_flow=True)


def one_line(value: Any) -> str:
    """Any plain value on one line, for people."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {one_line(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(one_line(one) for one in value) + "]"
    return scalar(value)


def scalar(value: Any, *, in_flow: bool = False) -> str:
    """One value as YAML: plain where it is read back as the same text, in double quotes where not."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, (int, float, Decimal)):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    text = str(value)
    return text if _is_plain(text, in_flow) else _quoted(text)


def _is_plain(text: str, in_flow: bool) -> bool:
    if (
        not _PLAIN.fullmatch(text)
        or plain_value(text) is not text
        or text != text.strip()
        or _LOOKS_LIKE_TIME.fullmatch(text)
    ):
        return False
    if text.startswith(("---", "...")) or re.search(r":(\s|$)", text):
        return False
    return not (in_flow and re.search(r"[,\[\]{}?]|:[\"']", text))


def _quoted(text: str) -> str:
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def _needs_lines(text: str) -> bool:
    """Whether a text of several lines stands as it is in a literal block; else it is quoted."""
    lines = text.split(NEWLINE)
    return bool(
        len(lines) > 1
        and lines[0].strip()
        and not lines[0].startswith((" ", "\t"))
        and text.removesuffix(NEWLINE) == text.rstrip()
        and not any(line != "" and not line.strip() for line in lines)
        and not re.search("[\x00-\x09\x0b-\x1f]", text)
        and not _ESCAPED.search(text)
    )
