"""An application served on this machine for as long as a test asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from flask import Flask


class _Server(ThreadingMixIn, WSGIServer):
    """A thread per request; Flask's own server leaves a file open when a browser hangs up."""

    daemon_threads = True  # browsers open connections that they never use


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: what the pages print is looked at, not the server's log."""


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """The address where ``app`` answers."""
    with make_server("127.0.0.1", 0, app, server_class=_Server, handler_class=_Quiet) as server:
        # Links that leave Promesse name the address that it is told to have, never the one that a request names.
        address = f"http://127.0.0.1:{server.server_port}"
        if "settings" in app.extensions:
            app.extensions["settings"] = replace(app.extensions["settings"], public_address=address)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield address
        finally:
            server.shutdown()
            thread.join()
