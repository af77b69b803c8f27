"""The pages under gunicorn, in the process that `serve` gives them."""

from __future__ import annotations

import errno
import socket
from contextlib import closing
from multiprocessing.connection import Connection
from typing import Any, NoReturn

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # it tells no types

from charter.cli import set_aside
from charter.log import ACCESS_LOG, JsonServerLog, PlainServerLog
from config import Settings, SettingsError, authority

WITHOUT_EFFECT = frozenset({"config", "daemon", "check_config", "print_config", "chdir", "pythonpath", "paste"})
"""What the command `gunicorn` does before it serves, and we do not."""


def _refuse(message: str) -> NoReturn:
    raise ValueError(message)


def require_free(host: str, port: int, *, is_shared: bool = False) -> None:
    """Raises SystemExit with a sentence where the pages could not be served there: gunicorn would try for five seconds,
    then end in its own words. `is_shared`: others may hold the same door (`--reuse-port`)."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind)) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if is_shared:
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            door.bind(place)
    except (OSError, UnicodeError) as error:
        raise SystemExit(_why_closed(host, port, error)) from None


def _why_closed(host: str, port: int, error: Exception) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return f"PORT={port} cannot be served: another program holds it on {host}. End that one, or give another port."
    if number == errno.EACCES:
        return f"PORT={port} cannot be served: this user may not open it. Give a port from 1024 on."
    what = "it is no address of this machine" if number == errno.EADDRNOTAVAIL else "no address is known by that name"
    return f"HOST={host} cannot be served: {what}. Give one, such as 127.0.0.1, or 0.0.0.0 for all of them."


class Pages(BaseApplication):  # type: ignore[misc]  # its base tells no types
    """The whole application, loaded once and shared by the web processes. Its door is opened when `word` has come,
    and then says so by the same way."""

    def __init__(self, settings: Settings, word: Connection) -> None:
        self._settings, self._word = settings, word
        super().__init__()

    def do_load_config(self) -> None:
        """As gunicorn does; what it cannot take is one sentence."""
        try:
            self.load_default_config()
            self.load_config()
        except (ValueError, TypeError, RuntimeError, OSError, ImportError) as error:
            told = str(error).partition("\n")[0].rstrip(" .:")
            raise SystemExit(f"GUNICORN_CMD_ARGS cannot be taken: {told}.") from None

    def load_config(self) -> None:
        """As the settings say; what GUNICORN_CMD_ARGS says beside them holds, or is refused."""
        parser = self.cfg.parser()
        parser.error = _refuse
        told = vars(parser.parse_args(self.cfg.get_cmd_args_from_env()))
        told = {name: value for name, value in told.items() if name in self.cfg.settings and value is not None}
        if idle := sorted(told.keys() & WITHOUT_EFFECT):
            raise ValueError(f"{idle[0]} has no effect here")
        for name, value in (self._config() | told).items():
            self.cfg.set(name, value)
        _ = self.cfg.worker_class  # loaded now, so that a wrong name is refused like the rest

    def _config(self) -> dict[str, Any]:
        found = self._settings
        return {
            "bind": authority(found.host, found.port),
            "workers": found.workers,
            "threads": found.threads,
            "worker_class": "gthread",
            "preload_app": True,
            "control_socket_disable": True,
            "logger_class": JsonServerLog if found.log_format == "json" else PlainServerLog,
            "loglevel": found.log_level.lower(),
            "accesslog": "-",
            "access_log_format": ACCESS_LOG,
            "when_ready": self._ready,
        }

    def load(self) -> Flask:
        """The application, once the database is known to fit. What is loaded stays: it is no garbage to look for."""
        for place in self.cfg.address:
            if isinstance(place, tuple):
                require_free(*place, is_shared=self.cfg.reuse_port)
        try:
            with set_aside():
                from charter.factory import create_app  # noqa: PLC0415 heavy

                app = create_app(self._settings)
            self._word.recv()
        except SettingsError as error:
            raise SystemExit(str(error)) from None
        except EOFError:  # the database does not fit
            raise SystemExit(1) from None
        return app

    def _ready(self, server: Any) -> None:
        self._word.send([str(door) for door in server.LISTENERS])
        self._word.close()
