"""Servers that each test has for itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.post.servers import Inbox, mail_server, program


@pytest.fixture
def server() -> Iterator[tuple[Inbox, int]]:
    """An inbox and the port of its mail server."""
    with mail_server() as found:
        yield found


@pytest.fixture
def listener() -> Iterator[str]:
    """The host and port of a program that is told."""
    with program() as found:
        yield found
