"""Tests reach nothing but this machine: what leaves it is refused before it is sent."""

import socket
import sys

import pytest


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("socket.getaddrinfo", ("promesse.invalid", 443, 0, 0, 0)),
        ("socket.connect", (None, ("192.0.2.1", 443))),
        ("socket.connect", (None, ("2001:db8::1", 443, 0, 0))),
        ("socket.sendto", (None, ("192.0.2.1", 53))),
    ],
)
def test_network_is_refused(event: str, arguments: tuple[object, ...]) -> None:
    with pytest.raises(ConnectionRefusedError, match="Tests use no network"):
        sys.audit(event, *arguments)


def test_name_elsewhere_is_refused_before_it_is_asked() -> None:
    with pytest.raises(ConnectionRefusedError, match="Tests use no network"):
        socket.getaddrinfo("promesse.invalid", 443)


def test_loopback_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
