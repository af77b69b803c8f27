"""The lines of the log: for people, or one JSON object each for programs that read them (LOG_FORMAT)."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from charter.services.marks import Marks
from config import Settings


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

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "marks", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up_logs(settings: Settings) -> None:
    """Lines go to standard error, in the form and from the level that the settings ask for."""
    lines = logging.StreamHandler()
    lines.setFormatter(Json() if settings.log_format == "json" else Plain())
    lines.addFilter(Marks())
    root = logging.getLogger()
    root.handlers[:] = [lines]
    root.setLevel(settings.log_level)
    # A look that is skipped because the one before still works is as it should be, every two seconds.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
