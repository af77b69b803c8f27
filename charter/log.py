"""The lines of the log, the web server's too: for people, or one JSON object each for programs (LOG_FORMAT)."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # it tells no types

from charter.services.records.access_log import WithoutSecrets, place_of
from charter.services.records.audit_log import ContextFilter
from config import Settings

NUMBER = "promesse.request"
"""Where the pages note the number of a request."""


class Plain(logging.Formatter):
    """`2026-11-05 06:00:01,123 INFO charter.services.checks check done [tick=1f2e run=87]`"""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s%(tail)s")

    def format(self, record: logging.LogRecord) -> str:
        marks = getattr(record, "marks", {})
        told = " ".join(f"{name}={value}" for name, value in marks.items())
        record.tail = f" [{told}]" if told else ""
        return super().format(record)


class Json(logging.Formatter):
    """One object a line: at, level, logger, message, then what the line belongs to."""

    is_for_programs = True

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "marks", {}),
        }
        if record.exc_info or record.exc_text:
            line["exception"] = record.exc_text or self.formatException(record.exc_info or (None, None, None))
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up_logs(settings: Settings) -> None:
    """Lines go to standard error, in the form and from the level that the settings ask for."""
    _use(Json() if settings.log_format == "json" else Plain(), settings.log_level)


def _use(form: logging.Formatter, level: str | int) -> None:
    lines = logging.StreamHandler()
    lines.setFormatter(form)
    lines.addFilter(ContextFilter())
    root = logging.getLogger()
    root.handlers = [lines]
    root.setLevel(level)
    logging.captureWarnings(True)
    # A look that is skipped because the one before still works is as it should be, every two seconds.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # The tables of an empty database are one sentence of ours, not the forty of each change that they went through.
    logging.getLogger("alembic").setLevel(logging.WARNING)


ACCESS_LOG = '%(t)s "%(r)s" %(s)s %(b)s %(M)sms %(N)s'
"""Without the address of who asks: staff report here without a name; `r` is without secrets and queries, and `N` is the
number of the request."""


class PlainServerLog(Logger):  # type: ignore[misc]  # its base tells no types
    """The log of gunicorn, whose lines name places without their secrets."""

    form: logging.Formatter = Plain()

    def setup(self, cfg: Any) -> None:
        """As gunicorn does; what it says of errors passes the same filter, and what pages say has the same form."""
        super().setup(cfg)
        self.error_log.addFilter(WithoutSecrets())
        _use(self.form, self.error_log.level)

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        """What a line may name. Neither the address asked for nor the one before it is told whole."""
        told: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        place = place_of(str(environ.get("RAW_URI", "")))
        told["r"] = f"{environ.get('REQUEST_METHOD')} {place} {environ.get('SERVER_PROTOCOL')}"
        return told | {"U": place, "q": "", "f": "-", "N": environ.get(NUMBER, "-")}


class JsonServerLog(PlainServerLog):
    """The same, one JSON object a line."""

    form = Json()

    def setup(self, cfg: Any) -> None:
        """Both logs of gunicorn in this form."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for lines in log.handlers:
                lines.setFormatter(self.form)

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """One line for a request, its parts by name."""
        told = self.atoms(resp, req, environ, request_time)
        facts = {"method": told["m"], "path": told["U"], "status": int(told["s"]), "bytes": int(resp.sent or 0)}
        facts["milliseconds"] = round(request_time.total_seconds() * 1000, 1)
        facts["request"] = told["N"]
        self.access_log.info("%s %s", told["r"], told["s"], extra={"marks": facts})
