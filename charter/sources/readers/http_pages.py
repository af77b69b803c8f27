"""The pages of an answer over HTTP: followed to the last, never taken for all where there are more, never for ever."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from charter.domain.charter_file.sources import HttpJsonSource, Pages
from charter.domain.vocabulary.errors import Sentence, SourceError
from charter.sources.readers.http_answers import Answer, Asking
from charter.sources.readers.http_json import Row, parsed, rows_in

_AROUND = re.compile(
    r"_?links?|meta(data)?|_?pag(e|es|ing|ination|inator|e_?info)|info|result|response|data|d|_meta", re.I
)
_NEXT = re.compile(
    r"(@?odata\.|__)?next([-_]?(page|records|results))?([-_]?(ur[il]|link|href|token|cursor|offset|page))?"
    r"|continuation([-_]?token)?",
    re.I,
)
_MORE = re.compile(r"(has|is)?[-_]?(more|truncated)([-_]?(items|results|records|pages|data))?|has[-_]?next([-_]?page)?"
                   r"|exceededtransferlimit|incomplete([-_]?results)?", re.I)  # fmt: skip
_TOTAL = re.compile(
    r"total([-_]?(count|results?|items?|elements|records|rows|hits|size))?|records?[-_]?total|n?hits|num[-_]?found"
    r"|number[-_]?matched|(result|record|row|item)[-_]?count|matched|@?odata\.count|__count",
    re.I,
)
_COUNT = re.compile(r"counts?", re.I)
_LAST = re.compile(r"total[-_]?pages|(page|pages)[-_]?(count|total)|last[-_]?page|num[-_]?pages|pages", re.I)
NUMBERED = "pages: {page: page, size: per_page, of: 100}"
_NOTHING: tuple[Any, ...] = (None, "", False, "0", "null", "false", [], {})
_LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[\w*!#$&+.^`|~-]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s;,\"]*))?)*)")
_RELATION = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.I)


@dataclass(frozen=True)
class Page:
    """One answer, read: the whole of it, and the rows in it. Numbers are texts, as they were written."""

    answer: Answer
    whole: Any
    rows: list[Row]


@dataclass(frozen=True)
class Sign:
    """What shows that there are more pages, and what to write to have them read."""

    seen: str
    write: str


class PageWalk:
    """The pages of a source, from the first to the last: iterate, once. `fingerprint` is that of all answers read."""

    def __init__(self, source: HttpJsonSource, asking: Asking) -> None:
        self._source, self._asking = source, asking
        self._key, self._way = asking.key, source.pages
        self._pages, self._rows, self._bytes = 0, 0, 0
        self._full = 0
        self._asked: set[str] = set()
        self._hash = hashlib.sha256()

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the answers read so far."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[list[Row]]:
        """The rows of each page. Raises SourceError, also after the last, where rows are missing."""
        url: str | None = self._address(0)
        last: Page | None = None
        while url is not None:
            page = self._read(url, last)
            if page is None:
                break
            yield page.rows
            last = page
            url = self._onward(page)
        if last is not None:
            self._refuse_missing_rows(last)

    def _read(self, url: str, before: Page | None) -> Page | None:
        """The next page; None where there is none after a last one that showed no more."""
        self._asked.add(url)
        is_numbered = self._way is not None and self._way.page is not None
        may_end = is_numbered and before is not None and self._sign(before) is None
        answer = self._asking.answer(url, may_be_missing=may_end)
        if answer is None:
            return None
        self._count_bytes(answer.body)
        whole = parsed(self._key, answer.body)
        rows = rows_in(self._key, whole, self._source.rows)
        if is_numbered and rows and before is not None and rows == before.rows:
            raise self._refused(Sentence("it gives the same page twice"))
        self._pages, self._rows = self._pages + 1, self._rows + len(rows)
        return Page(answer, whole, rows)

    def _count_bytes(self, body: bytes) -> None:
        limits = self._asking.limits
        self._bytes += len(body)
        self._hash.update(body if not self._pages else b"\0" + body)
        if self._bytes > limits.together:
            raise self._refused(Sentence("it gives more than the %(most)s MB allowed", most=limits.together // 1024**2))
        if self._pages >= limits.most_pages:
            raise self._refused(Sentence("it gives more than %(most)s pages", most=limits.most_pages))

    def _address(self, nth: int) -> str:
        """The address of the first page, or of the nth after it where pages are numbered."""
        way, url = self._way, self._asking.url
        if way is None or way.page is None:
            return url
        ours = {way.page: str(way.first + nth)} | ({way.size: str(way.of)} if way.size else {})
        parts = urlsplit(url)
        theirs = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in ours]
        return parts._replace(query=urlencode([*theirs, *ours.items()]), fragment="").geturl()

    def _onward(self, page: Page) -> str | None:
        """The address of the page after this one; None after the last."""
        way = self._way
        if way is None:
            return None
        if way.page is not None:
            return None if self._is_last(page, way) else self._address(self._pages)
        written = next_link(page.answer) if way.link else self._written_next(page, way.next or "")
        if written is None:
            return None
        url = urljoin(page.answer.url, written)
        if not self._asking.is_home(url, page.answer.url):
            raise self._refused(Sentence("its next page is at another host, which is not asked"))
        if urlsplit(page.answer.url).scheme == "https" and urlsplit(url).scheme == "http":
            raise self._refused(Sentence("it leads from https to http"))
        if url in self._asked:
            raise self._refused(Sentence("its next page is one that was read already"))
        return url

    def _written_next(self, page: Page, path: str) -> str | None:
        found = value_at(page.whole, path)
        if isinstance(found, dict):
            found = found.get("href") or found.get("url")
        if found in _NOTHING:
            return None
        if not isinstance(found, str) or not re.match(r"https?://|[/?]|[\w./-]+\?", found):
            said = Sentence(
                "what stands at “%(path)s” is no address: where it is a number, write pages: {page: page}", path=path
            )
            raise self._refused(said)
        return found

    def _is_last(self, page: Page, way: Pages) -> bool:
        """Numbered pages end where the total is reached, or at an empty page, or at one shorter than the first.

        A first page shorter than was asked for may be all there is, or the most that the server gives: only the second
        tells, unless the answer does.
        """
        total = self._total(page)
        if total is not None:
            return self._rows >= total
        if not page.rows or (self._sign(page) is None and len(page.rows) < self._full):
            return True
        self._full = self._full or len(page.rows)
        return len(page.rows) < (way.of or 0) and says_last(page, self._source.rows, self._rows)

    def _total(self, page: Page) -> int | None:
        """How many rows the answer says there are, where the source says where. Raises SourceError for no number."""
        path = self._source.total_at
        if path is None:
            return None
        found = value_at(page.whole, path)
        total = _number(page.answer.headers.get(path.lower()) if found is None else found)
        if total is None:
            raise self._refused(Sentence("there is no number at “%(path)s”, where total: says it is", path=path))
        return total

    def _sign(self, page: Page) -> Sign | None:
        if self._source.total_at is not None:
            return None
        return sign_of_more(page, self._source.rows, self._rows, self._pages, is_followed=self._way is not None)

    def _refuse_missing_rows(self, last: Page) -> None:
        total, sign = self._total(last), self._sign(last)
        if total is not None and total > self._rows and self._way is None:
            sign = Sign(f"{self._source.total_at}: {total}", NUMBERED)
        elif total is not None and total != self._rows:
            said = Sentence("it says that there are %(total)s rows, and gives %(rows)s", total=total, rows=self._rows)
            raise self._refused(said)
        if sign is None:
            return
        if self._way is None:
            raise SourceError(
                "The source “%(source)s” answers one page and shows that there are more (%(sign)s): write %(pages)s in "
                "the source, as docs/charter-file.md says.",
                source=self._key,
                sign=sign.seen,
                pages=sign.write,
            )
        said = Sentence("after the last page that was found it still shows more (%(sign)s)", sign=sign.seen)
        raise self._refused(said)

    def _refused(self, why: Sentence) -> SourceError:
        return self._asking.failed(None, why)


def value_at(whole: Any, path: str) -> Any:
    """What stands at a dotted path, or under a name that holds dots itself; None where nothing does."""
    if not isinstance(whole, dict):
        return None
    if path in whole:
        return whole[path]
    names = path.split(".")
    for length in range(len(names) - 1, 0, -1):
        head = ".".join(names[:length])
        if head in whole:
            return value_at(whole[head], ".".join(names[length:]))
    return None


def next_link(answer: Answer) -> str | None:
    """The address in the header Link with rel="next" (RFC 8288)."""
    for found in _LINK.finditer(answer.headers.get("link", "")):
        relation = _RELATION.search(found[2])
        if relation and "next" in (relation[1] or relation[2] or "").lower().split():
            return found[1]
    return None


def sign_of_more(page: Page, rows: str | None, read: int, pages: int, *, is_followed: bool = False) -> Sign | None:
    """What in an answer, at usual names, shows rows beyond those `read` on so many pages; None where nothing does.

    Where pages are followed, a plain count is no sign: it is often that of one page.
    """
    if next_link(page.answer) is not None:
        return Sign('Link: rel="next"', "pages: {link: true}")
    found = [*_around_rows(page.whole, rows), *_in_headers(page.answer)]
    for path, name, value in found:
        if (sign := _next_sign(path, name, value)) is not None:
            return sign
    for path, name, value in found:
        number = _number(value)
        is_total = _TOTAL.fullmatch(name) or (_COUNT.fullmatch(name) and not is_followed)
        if number is not None and ((is_total and number > read) or (_LAST.fullmatch(name) and number > pages)):
            return Sign(f"{path}: {number}", NUMBERED)
        if value is True and _MORE.fullmatch(name):
            return Sign(f"{path}: true", NUMBERED)
    return None


def says_last(page: Page, rows: str | None, read: int) -> bool:
    """Whether an answer speaks of a next page and says that there is none, or of a total, and it is reached."""
    return any(
        (_NEXT.fullmatch(name) and value in _NOTHING) or (_TOTAL.fullmatch(name) and _number(value) == read)
        for _, name, value in [*_around_rows(page.whole, rows), *_in_headers(page.answer)]
    )


def _next_sign(path: str, name: str, value: Any) -> Sign | None:
    if not _NEXT.fullmatch(name) or value in _NOTHING or isinstance(value, list):
        return None
    href = (value.get("href") or value.get("url")) if isinstance(value, dict) else value
    if not isinstance(href, str):
        return None
    is_address = re.match(r"https?://|[/?]", href) is not None
    return Sign(path, f"pages: {{next: {path}}}" if is_address else NUMBERED)


class Around(NamedTuple):
    """What stands around the rows of an answer: where, by which name, and what it says."""

    path: str
    name: str
    value: Any


def _around_rows(whole: Any, rows: str | None) -> Iterator[Around]:
    """Path, name and value of what stands around the rows, and in the usual groups there."""
    group, steps = whole, rows.split(".") if rows else []
    for depth in range(len(steps) + 1):
        if not isinstance(group, dict):
            return
        yield from _named(group, ".".join(steps[:depth]), 2, steps[depth] if depth < len(steps) else None)
        group = group.get(steps[depth]) if depth < len(steps) else None


def _named(group: Mapping[str, Any], at: str, deep: int, skip: str | None = None) -> Iterator[Around]:
    for name, value in group.items():
        path = f"{at}.{name}" if at else name
        if name == skip:
            continue
        yield Around(path, name, value)
        if isinstance(value, dict) and deep and _AROUND.fullmatch(name):
            yield from _named(value, path, deep - 1)
        if isinstance(value, list) and re.fullmatch(r"_?links?", name, re.I):
            for one in value:
                if isinstance(one, dict) and "next" in (one.get("rel"), one.get("relation")):
                    yield Around(path, "next", one.get("href") or one.get("url"))


def _in_headers(answer: Answer) -> Iterator[Around]:
    for name, value in answer.headers.items():
        if name.startswith("x-"):
            yield Around(name, re.sub("^x-(pagination-)?", "", name), value)
    whole = re.fullmatch(r"(?:\w+ )?[0-9]+-[0-9]+/([0-9]+)", answer.headers.get("content-range", ""))
    if whole:
        yield Around("content-range", "total", whole[1])


def _number(value: Any) -> int | None:
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}", value.strip()) else None
