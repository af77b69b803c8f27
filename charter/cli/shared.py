"""What the commands have in common: the instant they speak of, refusals, JSON, progress."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import with_appcontext

from charter.domain.vocabulary.errors import CharterError
from charter.models.base import db
from charter.services.records.audit_log import use_key
from charter.services.records.installation import on_fit_database, require_fit_database
from charter.services.records.sealing import use_secret
from charter.services.records.transactions import as_refusal, is_empty_database, wants_tables
from charter.words.records.links import use_address
from config import Settings, SettingsError

if TYPE_CHECKING:
    from charter.services.records.access import Access

Command = TypeVar("Command", bound=Callable[..., Any])

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
at_instant = click.option("--now", "now_text", metavar="ISO", help="Act as if it were this instant (default: now).")


class Refusal(click.ClickException):
    """One clear sentence on standard error, exit code 1."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        """To the person at the terminal, or as a line of the log where programs read it."""
        if is_read_by_programs():
            logging.getLogger(__name__).critical(self.message)
        else:
            click.echo(self.message, err=True)


def is_read_by_programs() -> bool:
    """Whether each line of standard error is one JSON object (LOG_FORMAT=json, in the processes that keep running)."""
    return any(getattr(lines.formatter, "is_for_programs", False) for lines in logging.getLogger().handlers)


def _use_targets(settings: Settings) -> None:
    """Programs are told of what a command brings about, too."""
    if settings.webhooks is None:
        return
    from charter.post.settings import targets_in  # noqa: PLC0415 few commands tell programs
    from charter.services.post.outbox import use_targets  # noqa: PLC0415 as above

    try:
        use_targets(targets_in(settings))
    except SettingsError as error:
        raise Refusal(str(error)) from error


def refusing(command: Command) -> Command:
    """Run within the application, on an empty database after making its tables; what the services refuse becomes a
    sentence and exit code 1."""

    @with_appcontext
    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        if "sqlalchemy" not in current_app.extensions:
            db.init_app(current_app._get_current_object())  # type: ignore[attr-defined]  # it is kept by the app itself
            use_key(settings().audit_key)
            use_secret(settings().secret_key)
            _use_targets(settings())
            use_address(settings().public_address if settings().knows_its_address else None)
        home = None if command.__name__ in FOR_ANY_DATABASE else settings().var_folder
        try:
            with on_fit_database(home) if home is not None else nullcontext():
                return _with_tables(command, *args, **kwargs)
        except CharterError as error:
            raise Refusal(str(error)) from error
        except click.ClickException:
            raise
        except OSError as error:
            what = f"{error.filename}: " if error.filename else ""
            raise Refusal(f"{what}{error.strerror or error}.") from error
        except Exception as error:
            refusal = as_refusal(error)
            if refusal is None:
                raise
            raise Refusal(str(refusal)) from error

    return run  # type: ignore[return-value]


FOR_ANY_DATABASE = ("version",)
"""What a report of a fault begins with: said of a database that does not fit, too."""


def _with_tables(command: Command, *args: Any, **kwargs: Any) -> Any:
    """Nothing is written before the first query fails, so that the command may begin again."""
    try:
        return command(*args, **kwargs)
    except Exception as error:
        if not wants_tables(error):
            raise
    make_tables()
    return command(*args, **kwargs)


def make_tables(*, thoroughly: bool = False, tell: Callable[[str], object] | None = None) -> None:
    """Make the tables of an empty database; one that is damaged, emptied, older or newer is refused."""
    require_fit_database(settings().var_folder, thoroughly=thoroughly)
    if is_empty_database():
        from charter.cli.tables import bring_up_to_date  # noqa: PLC0415 heavy

        bring_up_to_date()
        (tell or say)("The database was empty: its tables are made.")


def settings() -> Settings:
    """The settings that the application was built with."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def access() -> Access:
    """What this installation lets runs reach."""
    from charter.services.records.access import access_of  # noqa: PLC0415 heavy

    return access_of(settings())


def instant(text: str | None) -> datetime:
    """The instant written as ISO; a naive one is in the charter's zone; none is now."""
    if text is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            from charter.services.charters.versions import history_or_none  # noqa: PLC0415 heavy

            known = history_or_none()
            found = found.replace(tzinfo=ZoneInfo(known.current.charter.charter.timezone) if known else UTC)
        return found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(f"{text} is not an instant: write it like 2026-11-05T06:00Z.") from error


def print_json(value: Any) -> None:
    """One JSON value on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def say(message: str) -> None:
    """A message for the person at the terminal."""
    click.echo(message, err=True)


def progress(done: int, total: int, label: str) -> None:
    """One line that moves on a terminal; silent elsewhere, so that logs stay short."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        click.echo(f"\r\033[K{done}/{total} {label}"[:110] + end, err=True, nl=False)
