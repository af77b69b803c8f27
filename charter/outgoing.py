"""Connections to other machines: only to where they may go, to the very address that was looked at, never for ever."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import SplitResult

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[..., list[Any]]
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")
"""Translated inside one network (RFC 8215): where an address leads is known there only."""
_ENDS_IN_IPV4 = [ipaddress.ip_network(one) for one in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")]
"""Compatible (RFC 4291), mapped, translated (RFC 2765, 6052) addresses end in one of IPv4."""
_ISATAP = 0x00005EFE
_PRIVATE = ipaddress.IPv4Address("10.0.0.0")


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
    found = _resolved(resolve, host, port, patience)
    addresses = [ipaddress.ip_address(one[4][0].partition("%")[0]) for one in found]
    shown = f"[{host}]" if ":" in host else host
    if not {shown, f"{shown}:{port}"} & {one.lower() for one in allowed}:
        for address in addresses:
            if not is_public(address):
                raise PrivateAddress(shown, port, address)
    stream = _reached(addresses, port, patience)
    stream.settimeout(patience)
    connection = http.client.HTTPConnection(host, port, timeout=patience)
    try:
        connection.sock = _secured(stream, host, patience) if parts.scheme == "https" else stream
    except BaseException:
        stream.close()
        raise
    return connection


def _resolved(resolve: Resolve, host: str, port: int, patience: float) -> list[Any]:
    """What the name leads to, asked by a thread that may be left behind: a resolver keeps no deadline of its own."""
    found: list[Any] = []
    failed: list[Exception] = []

    def ask() -> None:
        try:
            found.extend(resolve(host, port, type=socket.SOCK_STREAM))
        except Exception as error:
            failed.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(patience)
    if failed:
        raise failed[0]
    if not found:
        raise TimeoutError
    return found


def _secured(stream: socket.socket, host: str, patience: float) -> ssl.SSLSocket:
    """The stream under TLS; a handshake that drips is cut off."""
    made = secure().wrap_socket(stream, server_hostname=host, do_handshake_on_connect=False)
    with cut_off_after(patience, lambda: made):
        try:
            made.do_handshake()
        except BaseException:
            made.close()
            raise
    return made


def port_of(parts: SplitResult) -> int:
    """The port of an address, by its scheme where it names none."""
    return parts.port or (443 if parts.scheme == "https" else 80)


def _reached(addresses: list[Address], port: int, patience: float) -> socket.socket:
    """A connection to the first of the checked addresses that answers, all of them within the patience."""
    until = time.monotonic() + patience
    for address in addresses[:-1]:
        try:
            return socket.create_connection((str(address), port), timeout=max(0.1, until - time.monotonic()))
        except OSError:
            continue
    return socket.create_connection((str(addresses[-1]), port), timeout=max(0.1, until - time.monotonic()))


def is_public(address: Address) -> bool:
    """True for an address of the open internet, seen through the forms that carry an IPv4 address inside."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = _inside(address)
        if inside is not None:
            return all(map(is_public, inside))
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast


def _inside(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address] | None:
    """The IPv4 addresses that an IPv6 address carries: mapped, translated, compatible, 6to4, Teredo, NAT64, ISATAP."""
    bits = int(address)
    if address in _LOCAL_NAT64:
        return [_PRIVATE]
    if any(address in one for one in _ENDS_IN_IPV4) and bits > 1:
        return [ipaddress.IPv4Address(bits & 0xFFFFFFFF)]
    if address.sixtofour is not None:
        return [address.sixtofour]
    if address.teredo is not None:
        return list(address.teredo)
    if (bits >> 32) & 0xFDFFFFFF == _ISATAP:
        return [ipaddress.IPv4Address(bits & 0xFFFFFFFF)]
    return None


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
