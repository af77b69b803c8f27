"""Where a request comes from, as a keyed hash that is forgotten within the hour: enough to slow down a search."""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app, request


def sender_hash() -> str:
    """The address of the request under this installation's key; the address itself is not kept."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, (request.remote_addr or "").encode(), hashlib.sha256).hexdigest()
