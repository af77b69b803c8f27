"""What programs ask and bring, as JSON under /api/v1: figures pushed with a token, status, indicators, the description."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Give the application its programs' door."""
