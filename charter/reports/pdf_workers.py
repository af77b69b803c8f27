"""Many PDFs at once: a few processes, each warm after its first page, fed as they get free.

One of them is this module run as a program:

    python -m charter.reports.pdf_workers
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

from charter.domain.vocabulary.errors import CharterError
from charter.domain.vocabulary.sentences import restored, stored
from charter.reports.pdf import TIME_OUT, Attached, render_here, spare_collections

MOST = 4
_SIZE = 8


@dataclass(frozen=True)
class Sheet:
    """One report to print: its page and what is attached to it. `name` comes back with the bytes."""

    name: str
    html: str
    language: str
    attachments: Sequence[Attached] = ()


def hands() -> int:
    """How many processes print at once: one for each processor, four at most."""
    return max(1, min(MOST, os.cpu_count() or 1))


def print_all(sheets: Iterable[Sheet], *, workers: int | None = None) -> Iterator[tuple[str, bytes]]:
    """Each report's name and PDF as it is ready, in any order; sheets are taken from the iterable as they are needed.

    Raises CharterError with the first refusal; processes are ended when the iteration ends, however it ends.
    """
    press = _Press(iter(sheets), workers or hands())
    try:
        yield from press.results()
    finally:
        press.stop()


class _Press:
    def __init__(self, sheets: Iterator[Sheet], workers: int) -> None:
        self.sheets = sheets
        self.lock = threading.Lock()
        self.done: SimpleQueue[tuple[str, bytes] | BaseException | None] = SimpleQueue()
        self.children: list[subprocess.Popen[bytes]] = []
        self.threads = [threading.Thread(target=self._feed, daemon=True) for _ in range(workers)]

    def results(self) -> Iterator[tuple[str, bytes]]:
        for thread in self.threads:
            thread.start()
        running = len(self.threads)
        while running:
            found = self.done.get()
            if found is None:
                running -= 1
            elif isinstance(found, BaseException):
                raise found
            else:
                yield found

    def stop(self) -> None:
        """No more sheets; every process ends."""
        with self.lock:
            self.sheets = iter(())
            children = list(self.children)
        for child in children:
            child.kill()
            child.wait()
        self._join()
        for child in children:
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):
                        pipe.close()

    def _join(self) -> None:
        for thread in self.threads:
            if thread.ident is not None:
                thread.join()

    def _next(self) -> Sheet | None:
        with self.lock:
            return next(self.sheets, None)

    def _feed(self) -> None:
        """One process and its sheets; it is started for the first one."""
        try:
            sheet = self._next()
            if sheet is not None:
                child = self._start()
                while sheet is not None:
                    self.done.put((sheet.name, _printed(child, sheet)))
                    sheet = self._next()
                assert child.stdin is not None
                child.stdin.close()
        except BaseException as error:
            self.done.put(error)
        finally:
            self.done.put(None)

    def _start(self) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, "-m", "charter.reports.pdf_workers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).resolve().parents[2],
        )
        with self.lock:
            self.children.append(child)
        return child


def _printed(child: subprocess.Popen[bytes], sheet: Sheet) -> bytes:
    """Send a sheet, wait for its PDF; a process that takes too long is ended. Raises CharterError."""
    assert child.stdin is not None
    assert child.stdout is not None
    watch = threading.Timer(TIME_OUT, child.kill)
    watch.start()
    try:
        _send(child.stdin, _packed(sheet))
        answer = _receive(child.stdout)
    except (BrokenPipeError, EOFError) as error:
        raise CharterError("The PDF process ended before %(sheet)s was ready; try again.", sheet=sheet.name) from error
    finally:
        watch.cancel()
    if answer[:1] != b"+":
        refusal = restored(json.loads(answer[1:]))
        raise CharterError(refusal)
    return answer[1:]


def _packed(sheet: Sheet) -> bytes:
    files = [
        {
            "name": one.name,
            "content": base64.b64encode(one.content).decode(),
            "description": one.description,
            "at": one.at.isoformat(),
        }
        for one in sheet.attachments
    ]
    return json.dumps({"html": sheet.html, "language": sheet.language, "attachments": files}).encode()


def _send(stream: Any, content: bytes) -> None:
    stream.write(len(content).to_bytes(_SIZE, "big") + content)
    stream.flush()


def _receive(stream: Any) -> bytes:
    """One message. Raises EOFError where the other side has ended."""
    head = stream.read(_SIZE)
    size = int.from_bytes(head, "big")
    content: bytes = stream.read(size) if len(head) == _SIZE else b""
    if len(head) < _SIZE or len(content) < size:
        raise EOFError
    return content


def main(given: BinaryIO, told: BinaryIO) -> None:
    """Print one sheet after the other until there are no more; a refusal is told, and the next one is taken."""
    spare_collections()
    while True:
        try:
            request = json.loads(_receive(given))
        except EOFError:
            return
        files = [
            Attached(a["name"], base64.b64decode(a["content"]), a["description"], datetime.fromisoformat(a["at"]))
            for a in request["attachments"]
        ]
        try:
            _send(told, b"+" + render_here(request["html"], attachments=files, language=request["language"]))
        except CharterError as error:
            _send(told, b"-" + json.dumps(stored(error.sentence)).encode())


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
