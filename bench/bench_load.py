"""Two hundred connections on the whole product, pages and posts mixed, while checks run; on SQLite and on PostgreSQL.

Each line is a ratio: the 99th percentile of the answers' times beside their median; the memory of the web processes
after all requests beside that after the first tenth; a page's time while workbooks of empty rows are sent beside its
usual time; the desk beside a bare Flask route of the same bytes. An answer that is an error ends the bench.
BENCH_LOAD_REQUESTS sets how many requests a load has.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from statistics import median, quantiles
from urllib.parse import urlencode

from bench.bench_pages import _served
from bench.comparison import Comparison
from bench.installation import PASSWORD, PEOPLE, Installation
from tests.sources.test_damage import empty_rows

CONNECTIONS = 200
REQUESTS = int(os.environ.get("BENCH_LOAD_REQUESTS", "2000"))
DAYS, FEW_DAYS = 365, 30
PAGES = ("/", "/desk", "/desk", "/commitments/c0", "/checks", "/reports", "/api/v1/status", "/alerts")
POST_SHARE = 0.1
WORKBOOKS, EMPTY_ROWS = 8, 7_000_000
TAIL, GROWTH, BESIDE_WORKBOOKS = 8.0, 1.15, 2.0


def comparisons() -> Iterator[Comparison]:
    """Both engines; then what is sent, and the desk."""
    for engine in ("sqlite", "postgres"):
        yield Measured(f"{CONNECTIONS} connections while checks run, {engine}: p99 beside p50", engine, TAIL)
        yield Grown(f"{REQUESTS} requests, {engine}: memory of the web processes after beside before", engine, GROWTH)
    yield BesideWorkbooks("pages while 8 workbooks of 7 million empty rows are sent, beside their usual time")
    yield Bare("desk: beside a bare route of the same bytes")


@dataclass(frozen=True)
class Load:
    """What a load came to: seconds of each answer, and the bytes of the web processes early and late."""

    seconds: list[float]
    early: int
    late: int
    took: float


class Measured(Comparison):
    """The tail of a load; it is run once, however many rounds are asked for."""

    def __init__(self, name: str, engine: str, at_most: float) -> None:
        super().__init__(name, lambda: None, lambda: None, at_most)
        object.__setattr__(self, "engine", engine)

    def ratio(self, rounds: int) -> float:
        load = _load_of(self.engine)  # type: ignore[attr-defined]
        cuts = quantiles(load.seconds, n=100)
        print(
            f"           {len(load.seconds) / load.took:.0f} requests a second, p50 {1000 * median(load.seconds):.0f},"
            f" p99 {1000 * cuts[98]:.0f}, slowest {1000 * max(load.seconds):.0f} ms",
            flush=True,
        )
        return cuts[98] / median(load.seconds)


class Grown(Measured):
    """The memory of the same load."""

    def ratio(self, rounds: int) -> float:
        load = _load_of(self.engine)  # type: ignore[attr-defined]
        print(f"           {load.early / 1024**2:.0f} MB, then {load.late / 1024**2:.0f} MB", flush=True)
        return load.late / load.early


class Visitor:
    """One connection: asks, waits for the answer, asks again; keeps its cookies as a browser does."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, dict[str, str]()
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, path: str, form: dict[str, str] | None = None, body: bytes = b"", kind: str = "") -> bytes:
        """The body of the answer. Raises RuntimeError for one that is an error."""
        data = urlencode(form).encode() if form is not None else body
        lines = [f"{'POST' if data else 'GET'} {path} HTTP/1.1", "Host: bench", "Accept-Language: en"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if data:
            lines += [f"Content-Type: {kind or 'application/x-www-form-urlencoded'}", f"Content-Length: {len(data)}"]
        question = ("\r\n".join([*lines, "", ""])).encode() + data
        for last in (False, True):
            try:
                if self.writer is None:
                    self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
                self.writer.write(question)
                return await self._answer()
            except (asyncio.IncompleteReadError, ConnectionError):
                # The server let a kept connection go: take another, as a browser does.
                self.writer = None
                if last:
                    raise
        raise AssertionError

    async def _answer(self) -> bytes:
        assert self.reader is not None
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, length = int(head.split(" ", 2)[1]), 0
        for line in head.split("\r\n")[1:]:
            name, _, value = line.partition(": ")
            if name.lower() == "content-length":
                length = int(value)
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        body = await self.reader.readexactly(length)
        if "connection: close" in head.lower():
            self.writer = None
        if status >= 400 and status not in self.expected:
            raise RuntimeError(f"{status}: {body[:300].decode(errors='replace')}")
        self.status = status
        return body

    expected: frozenset[int] = frozenset()
    status = 0

    async def sign_in(self, number: int) -> None:
        token = token_of(await self.ask("/sign-in"))
        form = {"email": f"person{number}@example.org", "password": PASSWORD, "csrf_token": token}
        await self.ask("/sign-in", form)
        if self.status != 303:
            raise RuntimeError("nobody is let in")


def token_of(page: bytes) -> str:
    found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1].decode()


async def one_of_many(visitor: Visitor, token: str, left: list[int], load: list[float], luck: random.Random) -> None:
    while left[0] > 0:
        left[0] -= 1
        is_post = luck.random() < POST_SHARE
        path = "/account" if is_post else luck.choice(PAGES)
        form = {"language": luck.choice(("fr", "en")), "csrf_token": token} if is_post else None
        begun = time.perf_counter()
        await visitor.ask(path, form)
        load.append(time.perf_counter() - begun)


async def crowd(port: int, count: int, people: list[Visitor]) -> list[float]:
    """So many requests by all connections, each as one of the people."""
    luck, left, load = random.Random(11), [count], list[float]()
    tokens = [token_of(await person.ask("/account")) for person in people]
    visitors = []
    for number in range(CONNECTIONS):
        visitor = Visitor(port)
        visitor.cookies = dict(people[number % len(people)].cookies)
        visitors.append(one_of_many(visitor, tokens[number % len(people)], left, load, luck))
    await asyncio.gather(*visitors)
    return load


async def people_of(port: int) -> list[Visitor]:
    people = [Visitor(port) for _ in range(PEOPLE)]
    for number, person in enumerate(people):
        await person.sign_in(number)
    return people


@cache
def _load_of(engine: str) -> Load:
    """The first tenth warms; checks run from the beginning to the end of the backlog."""
    return asyncio.run(_load(Installation(engine, DAYS)))


async def _load(here: Installation) -> Load:
    people = await people_of(here.port)
    await crowd(here.port, max(REQUESTS // 10, CONNECTIONS), people)
    early, checks, begun = here.memory(), here.run_checks(), time.perf_counter()
    load = await crowd(here.port, REQUESTS, people)
    took, late = time.perf_counter() - begun, here.memory()
    checks.terminate()
    checks.wait()
    here.stop()
    return Load(load, early, late, took)


class BesideWorkbooks(Comparison):
    """The median time of pages with and without the workbooks."""

    def __init__(self, name: str) -> None:
        super().__init__(name, lambda: None, lambda: None, BESIDE_WORKBOOKS)

    def ratio(self, rounds: int) -> float:
        return asyncio.run(self._ratio())

    async def _ratio(self) -> float:
        here = Installation("sqlite", FEW_DAYS)
        person, *senders = await people_of(here.port)
        here.run_checks().wait()
        content = await asyncio.to_thread(empty_rows, EMPTY_ROWS)
        usual = await _pages(person, 40)
        sending = asyncio.gather(*(_send(one, content) for one in [*senders, person_again(person)][:WORKBOOKS]))
        beside = list[float]()
        while not sending.done():
            beside += await _pages(person, 5)
        told = await sending
        here.stop()
        print(
            f"           {1000 * median(usual):.0f} ms, beside them {1000 * median(beside):.0f} ms; "
            f"answers {sorted(told)}",
            flush=True,
        )
        return median(beside) / median(usual)


def person_again(person: Visitor) -> Visitor:
    """The same person on another connection."""
    other = Visitor(person.port)
    other.cookies = dict(person.cookies)
    return other


async def _pages(person: Visitor, count: int) -> list[float]:
    found = []
    for turn in range(count):
        begun = time.perf_counter()
        await person.ask(PAGES[turn % len(PAGES)])
        found.append(time.perf_counter() - begun)
    return found


async def _send(person: Visitor, content: bytes) -> int:
    """A workbook to the page that takes answers of customers: read, refused or put in the queue, never a fault."""
    person.expected = frozenset({303, 400})
    token, mark = token_of(await person.ask("/surveys/import")), "xxxxboundaryxxxx"
    fields = {"csrf_token": token, "kind": "kano", "name": "w", "asked_on": "2026-01-01"}
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="x.xlsx"\r\n\r\n')
    body = "".join(parts).encode() + content + f"\r\n--{mark}--\r\n".encode()
    await person.ask("/surveys/import", None, body, f"multipart/form-data; boundary={mark}")
    return person.status


class Bare(Comparison):
    """Requests of the desk by one process of four threads, beside as many of a bare route that says the same bytes."""

    def __init__(self, name: str) -> None:
        super().__init__(name, lambda: None, lambda: None)

    def ratio(self, rounds: int) -> float:
        here = Installation("sqlite", FEW_DAYS)
        here.run_checks().wait()
        person, page = asyncio.run(self._desk(here.port))
        (here.folder / "body").write_bytes(page)
        (here.folder / "headers").write_text('ETag: "desk"', encoding="utf-8")
        bare, _ = _served("bench.bare_route:app", {"BARE_FOLDER": str(here.folder)})
        ratios = []
        for _ in range(rounds):
            desk = _a_second(here.port, "/desk", person.cookies) / 2  # two processes
            ratios.append(_a_second(bare, "/", {}) / desk)
        here.stop()
        print(f"           {len(page)} bytes; the desk {desk:.0f} requests a second and process", flush=True)
        return median(ratios)

    async def _desk(self, port: int) -> tuple[Visitor, bytes]:
        person = Visitor(port)
        await person.sign_in(0)
        return person, await person.ask("/desk")


def _a_second(port: int, path: str, cookies: dict[str, str], count: int = 400) -> float:
    """Requests a second over eight connections."""

    async def all_of() -> float:
        left, begun = [count], time.perf_counter()

        async def one() -> None:
            visitor = Visitor(port)
            visitor.cookies = dict(cookies)
            while left[0] > 0:
                left[0] -= 1
                await visitor.ask(path)

        await asyncio.gather(*(one() for _ in range(8)))
        return count / (time.perf_counter() - begun)

    return asyncio.run(all_of())
