"""Plain values as YAML text: one key per line, short groups on one line, texts in as few quotes as possible."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from charter.domain.charter_file.document import plain_value

WIDTH = 118
BLOCKS = ("charter", "units", "sources", "commitments", "indicators", "expectations", "origin", "evidence")
"""Keys whose contents stand on lines of their own, however short."""

_PLAIN = re.compile(r"[\w«“‘’][^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff#]*", re.DOTALL)
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_LOOKS_LIKE_TIME = re.compile(r"[0-9][0-9_]*:[0-9:.]+")


def emit(data: dict[str, Any]) -> str:
    """The YAML text of a mapping, ended by a newline."""
    return "\n".join(_mapping(data, 0)) + "\n"


def _mapping(data: dict[str, Any], indent: int) -> Iterator[str]:
    pad = " " * indent
    for key, value in data.items():
        name = f"{pad}{scalar(key, in_flow=True)}:"
        flow = None if key in BLOCKS and value else _flow(value)
        if isinstance(value, str) and "\n" in value and _fits_literal(value):
            yield f"{name} {_literal_head(value)}"
            yield from (f"{pad}  {line}" if line else "" for line in value.rstrip("\n").split("\n"))
        elif flow is not None and (len(name) + 1 + len(flow) <= WIDTH or not isinstance(value, (dict, list))):
            yield f"{name} {flow}"
        elif isinstance(value, dict):
            yield name
            yield from _mapping(value, indent + 2)
        else:
            yield name
            yield from _sequence(value, indent + 2, as_blocks=key in ("commitments", "indicators"))


def _sequence(items: list[Any], indent: int, *, as_blocks: bool = False) -> Iterator[str]:
    for item in items:
        flow = _flow(item)
        if not (isinstance(item, dict) and item) or (
            not as_blocks and flow is not None and indent + 2 + len(flow) <= WIDTH
        ):
            yield f"{' ' * indent}- {flow}"
            continue
        lines = list(_mapping(item, indent + 2))
        yield f"{' ' * indent}- {lines[0][indent + 2 :]}"
        yield from lines[1:]


def _flow(value: Any) -> str | None:
    """The value on one line; None where a text in it needs lines of its own."""
    if isinstance(value, dict):
        parts = [(scalar(key, in_flow=True), _flow(one)) for key, one in value.items()]
        return (
            None
            if any(part is None for _, part in parts)
            else "{" + ", ".join(f"{key}: {part}" for key, part in parts) + "}"
        )
    if isinstance(value, list):
        items = [_flow(one) for one in value]
        return None if any(item is None for item in items) else "[" + ", ".join(str(item) for item in items) + "]"
    if isinstance(value, str) and "\n" in value and _fits_literal(value):
        return None
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


def _fits_literal(text: str) -> bool:
    """Whether a text of several lines stands as it is in a literal block."""
    lines = text.split("\n")
    return bool(
        lines[0].strip()
        and not lines[0].startswith((" ", "\t"))
        and text.removesuffix("\n") == text.rstrip()
        and not any(line != "" and not line.strip() for line in lines)
        and not re.search("[\x00-\x09\x0b-\x1f]", text)
        and not _ESCAPED.search(text)
    )


def _literal_head(text: str) -> str:
    """`|` keeps one newline at the end, `|-` none; more are kept by quoting."""
    return "|" if text.endswith("\n") else "|-"
