"""Connections to other machines: only to where they may go, to the very address that was looked at, never for ever."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import SplitResult

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[..., list[Any]]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class PrivateAddress(Exception):
    """A name leads into this house, where nothing said that it may."""

    def __init__(self, host: str, port: int, address: Address) -> None:
        super().__init__(f"{host} is at a private address ({address})")
        self.host, self.port, self.address = host, port, address


def connected(
    parts: SplitResult, *, allowed: Collection[str], patience: float, resolve: Resolve = socket.getaddrinfo
) -> http.client.HTTPConnection:
    """A connection to the very address that was checked: a name that is asked twice may answer differently.

    `allowed`: hosts of this house, as host or host:port. Raises PrivateAddress for any other that is not public.
    """
    host, port = parts.hostname or "", port_of(parts)
    found = resolve(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(one[4][0].partition("%")[0]) for one in found]
    shown = f"[{host}]" if ":" in host else host
    if not {shown, f"{shown}:{port}"} & {one.lower() for one in allowed}:
        for address in addresses:
            if not is_public(address):
                raise PrivateAddress(shown, port, address)
    stream = _reached(addresses, port, patience)
    connection = http.client.HTTPConnection(host, port, timeout=patience)
    try:
        connection.sock = secure().wrap_socket(stream, server_hostname=host) if parts.scheme == "https" else stream
    except BaseException:
        stream.close()
        raise
    return connection


def port_of(parts: SplitResult) -> int:
    """The port of an address, by its scheme where it names none."""
    return parts.port or (443 if parts.scheme == "https" else 80)


def _reached(addresses: list[Address], port: int, patience: float) -> socket.socket:
    """A connection to the first of the checked addresses that answers."""
    for address in addresses[:-1]:
        try:
            return socket.create_connection((str(address), port), timeout=patience)
        except OSError:
            continue
    return socket.create_connection((str(addresses[-1]), port), timeout=patience)


def is_public(address: Address) -> bool:
    """True for an address of the open internet, seen through the forms that carry an IPv4 address inside."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(inside)
    return address.is_global and not address.is_multicast


def secure() -> ssl.SSLContext:
    """Certificates are verified, and the name that they are for."""
    return ssl.create_default_context()


@contextmanager
def cut_off_after(seconds: float, stream: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Close the stream when the block takes longer: a server that gives a byte now and then would hold us for ever."""

    def cut() -> None:
        found = stream()
        if found is not None:
            with suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
