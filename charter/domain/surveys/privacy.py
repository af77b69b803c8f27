"""What keeps an answer apart from who gave it: closed boxes while a survey is open, groups of people when it is told.

An answer waits in a box that only the installation's key opens. Once the survey is closed, all answers are written
at once in the order of what they say, with days and languages that at least five people share.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

LEAST_SHOWN = 5
"""Answers of fewer people than this are never shown, nor kept with a day or a language of their own."""

NONCE = 32
_TAG = 32
_STEP = 4096
"""A box grows in steps of so many bytes: how long an answer is, it does not tell."""


@dataclass(frozen=True)
class Kept:
    """What is kept of one person's answers: by promise the two answers, the day, the language; nothing else."""

    day: date
    language: str
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class Remark:
    """What is kept of the words that one person wrote on a promise: apart from their answers, and from their words on
    other promises."""

    text: str
    commitment: str
    language: str


@dataclass(frozen=True)
class Room:
    """Bytes that a box keeps free for words, by person and once: whether anybody wrote, and how much, it does not
    tell."""

    person: int = 0
    once: int = 0


@dataclass(frozen=True)
class Box:
    """What a box holds: answers in no order of time, and the marks of forms that were taken or turned away.

    A form's mark stands beside the answers, never with one of them; neither do words.
    """

    answers: tuple[Kept, ...] = ()
    taken: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    remarks: tuple[Remark, ...] = ()
    room: Room = Room()


def sealed(box: Box, key: bytes, nonce: bytes) -> bytes:
    """A box closed with the key: other bytes each time, whatever was added. `nonce`: 32 bytes, never used before.

    The text is hidden by the stream of SHAKE-256 over key and nonce, and vouched for by HMAC-SHA-256.
    """
    bare, plain = _written(_plain(box)), _written(_plain(box) | _words(box))
    size = len(bare) + -len(bare) % _STEP + box.room.once + len(box.answers) * box.room.person
    plain += b" " * (size - len(plain) if size >= len(plain) else -len(plain) % _STEP)
    body = nonce + _hidden(plain, key, nonce)
    return hmac.new(_derived(key, b"tag"), body, hashlib.sha256).digest() + body


def opened(content: bytes, key: bytes) -> Box:
    """The box again; a new one is empty. Raises ValueError where another key closed it, or it was changed."""
    if not content:
        return Box()
    tag, body = content[:_TAG], content[_TAG:]
    if not hmac.compare_digest(tag, hmac.new(_derived(key, b"tag"), body, hashlib.sha256).digest()):
        raise ValueError("closed with another key")
    found: dict[str, Any] = json.loads(_hidden(body[NONCE:], key, body[:NONCE]))
    answers = tuple(Kept(date.fromisoformat(day), *more) for day, *more in found["answers"])
    words = tuple(
        Remark(text, key, language)
        for key, by_language in found.get("words", {}).items()
        for language, texts in by_language.items()
        for text in texts
    )
    room = Room(*found.get("room", ()))
    return Box(answers, frozenset(found["taken"]), frozenset(found["refused"]), words, room)


def _plain(box: Box) -> dict[str, Any]:
    answers = [[one.day.isoformat(), one.language, dict(one.answers)] for one in in_no_order(box.answers)]
    room = {"room": [box.room.person, box.room.once]} if box.room != Room() else {}
    return {"answers": answers, "taken": sorted(box.taken), "refused": sorted(box.refused)} | room


def _words(box: Box) -> dict[str, Any]:
    """The words by promise and language, each heap in the order of what it says: those of one person are not together
    any more."""
    heaps: dict[str, dict[str, list[str]]] = {}
    for one in sorted(box.remarks, key=lambda one: (one.commitment, one.language, one.text)):
        heaps.setdefault(one.commitment, {}).setdefault(one.language, []).append(one.text)
    return {"words": heaps} if heaps else {}


def _written(facts: Mapping[str, Any]) -> bytes:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()


def room_for(promises: int, most: int) -> Room:
    """Room for the words of a form on so many promises, of `most` characters in all, whatever they are."""
    return Room(_BYTES * most + _BETWEEN * promises, _HEAP * promises + len('"words":{},'))


_BYTES, _BETWEEN, _HEAP = 4, len('"",'), 120
"""The most bytes of a character as it is written; what stands between two texts; the names around a heap of them."""


def _derived(key: bytes, use: bytes) -> bytes:
    return hmac.new(key, b"promesse survey box " + use, hashlib.sha256).digest()


def _hidden(text: bytes, key: bytes, nonce: bytes) -> bytes:
    stream = hashlib.shake_256(_derived(key, b"stream") + nonce).digest(len(text))
    return (int.from_bytes(text, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(text), "big")


def in_no_order(answers: Sequence[Kept]) -> list[Kept]:
    """In the order of what they say: who came first or last is not told."""
    return sorted(answers, key=lambda one: json.dumps([one.answers, one.language], sort_keys=True))


def to_write(answers: Sequence[Kept]) -> list[Kept]:
    """The answers of a closed survey as they are stored: days and languages shared by five people at least.

    Days are joined until five people share one, and carry the last of them; a language that fewer speak is left out.
    Fewer than five answers are not stored at all.
    """
    if len(answers) < LEAST_SHOWN:
        return []
    spoken = Counter(one.language for one in answers)
    days = shared_days([one.day for one in answers])
    return in_no_order(
        [
            replace(one, day=days[one.day], language=one.language if spoken[one.language] >= LEAST_SHOWN else "")
            for one in answers
        ]
    )


def remarks_to_write(remarks: Sequence[Remark], answers: Sequence[Kept]) -> list[Remark]:
    """The words of a closed survey as they are stored, in no order of time: those on promises on which five people at
    least answered; the language only where five people at least answered in it."""
    on = Counter(key for one in answers for key in one.answers)
    spoken = Counter(one.language for one in answers)
    kept = [one for one in remarks if on[one.commitment] >= LEAST_SHOWN]
    return [
        one if spoken[one.language] >= LEAST_SHOWN else replace(one, language="")
        for one in sorted(kept, key=lambda one: hashlib.sha256(one.text.encode()).digest())
    ]


def shared_days(days: Sequence[date]) -> dict[date, date]:
    """By day the last day of its group: as few days as make five people, the rest with the group before."""
    counts = sorted(Counter(days).items())
    groups: list[list[date]] = []
    people, group = 0, list[date]()
    for day, count in counts:
        people, group = people + count, [*group, day]
        if people >= LEAST_SHOWN:
            groups.append(group)
            people, group = 0, []
    if group and groups:
        groups[-1] += group
    elif group:
        groups.append(group)
    return {day: one[-1] for one in groups for day in one}


_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
_NUMBER = re.compile(r"\+?\d(?:[ .\-/()]{0,2}\d){8,}")


def masked(text: str) -> str:
    """A name of a file as it may be printed: what looks like an address, a telephone or a number of a person is
    hidden."""
    return _NUMBER.sub("…", _ADDRESS.sub("…@…", text))
