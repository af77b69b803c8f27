"""Where the pages of this installation are, for paper that leaves something to them."""

from __future__ import annotations

_addresses: list[str] = []


def use_address(address: str | None) -> None:
    """From now on reports that leave definitions to pages say where these are; None where nobody has said it."""
    _addresses[:] = [address.rstrip("/")] if address else []


def pages_address() -> str:
    """PUBLIC_ADDRESS without a slash at its end; nothing where it is not set: a machine's own name is no address."""
    return _addresses[0] if _addresses else ""
