"""Pages that are the same for everybody, kept rendered and compressed in the process for a few seconds."""

from __future__ import annotations

import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

KEPT_SECONDS = 10.0
KEPT_PAGES = 1000
RENEWAL_SECONDS = 5.0
T = TypeVar("T")


class Kept(Generic[T]):
    """The last values by key, each for a short life; the oldest goes first."""

    def __init__(
        self,
        seconds: float = KEPT_SECONDS,
        most: int = KEPT_PAGES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds, self._most, self._clock = seconds, most, clock
        self._values: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> T | None:
        """The value of that key while it lives. The first who finds it over is told so, and makes it anew; meanwhile
        the old one holds for the others, so that a page is never made by all threads at once."""
        kept = self._values.get(key)
        if kept is None or self._clock() < kept[0]:
            return kept[1] if kept is not None else None
        with self._lock:
            now, kept = self._clock(), self._values.get(key)
            if kept is not None and now >= kept[0]:
                self._values[key] = (now + RENEWAL_SECONDS, kept[1])
                return None
        return kept[1] if kept is not None else None

    def keep(self, key: Hashable, value: T) -> None:
        """Keep a value from now on."""
        with self._lock:
            self._values[key] = (self._clock() + self._seconds, value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()


@dataclass(frozen=True)
class Page:
    """A rendered page, as it goes over the wire with compression and without."""

    plain: bytes
    packed: bytes
    mark: str

    @classmethod
    def of(cls, text: str) -> Page:
        plain = text.encode()
        return cls(plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:24])


class PageCache(Kept[Page]):
    """The pages themselves."""

    def get(self, key: Hashable, render: Callable[[], str]) -> Page:
        """The page of that key, rendered anew when its life is over. What `render` raises is not kept."""
        found = self.find(key)
        if found is None:
            found = Page.of(render())
            self.keep(key, found)
        return found
