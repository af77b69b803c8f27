"""Pages that are the same for everybody, kept rendered in the process for a few seconds."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

KEPT_SECONDS = 15.0
KEPT_PAGES = 1000


class PageCache:
    """The last rendered pages by key, each for a short life; the oldest goes first."""

    def __init__(self, seconds: float = KEPT_SECONDS, pages: int = KEPT_PAGES) -> None:
        self._seconds, self._most = seconds, pages
        self._pages: OrderedDict[Hashable, tuple[float, str]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, render: Callable[[], str], clock: Callable[[], float] = time.monotonic) -> str:
        """The page of that key, rendered anew when its life is over. What `render` raises is not kept."""
        instant = clock()
        with self._lock:
            kept = self._pages.get(key)
        if kept is not None and instant < kept[0]:
            return kept[1]
        page = render()
        with self._lock:
            self._pages[key] = (instant + self._seconds, page)
            self._pages.move_to_end(key)
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)
        return page

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._pages.clear()
