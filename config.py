"""What an installation may set, read once from the environment: `Settings.from_environment()`.

Every setting has a default that suits one machine; docs/settings.md lists them. A value that cannot be taken stops
the start with one sentence. A secret NAME may also be given as NAME_FILE, the path of a file that holds it.
"""

import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from charter.settings_values import address, host_alone, hosts, one_of, sender, sites, switch, token, whole, zone

PROJECT = Path(__file__).resolve().parent
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOG_FORMATS, LANGUAGES = ("text", "json"), ("fr", "en")
SHORTEST_KEY, SHORTEST_TOKEN, TICK_SECONDS, LONGEST = 32, 16, 60, 600
SMTP_PORTS = {"starttls": 587, "tls": 465, "off": 25}
SECRETS = ("DATABASE_URL", "SECRET_KEY", "AUDIT_KEY", "SMTP_PASSWORD", "WEBHOOK_URL", "WEBHOOK_SECRET", "METRICS_TOKEN")
SIGN_ON = ("SIGN_ON_HEADER", "SIGN_ON_PROXIES", "SIGN_ON_RULES", "SIGN_ON_SIGN_OUT")
T = TypeVar("T")


class SettingsError(Exception):
    """A setting that cannot be taken, as a sentence: which one, what it holds, what it may hold. Of a long value its
    beginning is repeated, and signs that would break the line are not."""

    def __init__(self, sentence: str) -> None:
        line = "".join(sign if sign.isprintable() else "?" for sign in sentence)
        line = re.sub(r"(\S{60})\S{20,}", r"\1…", line)
        super().__init__(line if len(line) <= LONGEST else f"{line[: LONGEST // 2]} … {line[-LONGEST // 2 :]}")


class Environment(Mapping[str, str]):
    """The environment, where the secret NAME may also stand in the file that NAME_FILE points to.
    A variable that is set to nothing is not set, neither when it is read nor when all are listed."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = {name: value for name, value in variables.items() if value}

    def __getitem__(self, name: str) -> str:
        if name in self._variables:
            return self._variables[name]
        if not (path := self._variables.get(f"{name}_FILE")):
            raise KeyError(name)
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise _unread(f"{name}_FILE", path, error) from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)

    def __repr__(self) -> str:
        """Names only: an environment holds secrets, and a traceback may print it."""
        return f"Environment({sorted(self._variables)})"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one installation. `environment` is for sources whose address is written `env:NAME`."""

    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    audit_key: str | None = field(default=None, repr=False)
    var_folder: Path = PROJECT / "var"
    data_folders: tuple[Path, ...] = ()
    http_sources_allow: tuple[str, ...] = ()
    public_pages: bool = True
    proxies: int = 0
    frame_ancestors: tuple[str, ...] = ("'none'",)
    max_upload_mb: int = 50
    scheduler_tick_seconds: int = TICK_SECONDS
    session_cookie_secure: bool = False
    default_language: str = "fr"
    lease_seconds: int = 1800
    tick_processes: int = 3
    log_level: str = "INFO"
    log_format: str = "text"
    sign_on: Mapping[str, str] = field(default_factory=dict, repr=False)
    password_sign_in: bool = True
    metrics_token: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 4
    public_address: str = "http://127.0.0.1:8000"
    knows_its_address: bool = False
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_tls: str = "starttls"
    smtp_user: str | None = None
    smtp_password: str | None = field(default=None, repr=False)
    mail_sender: str = ""
    mail_reply_to: str = ""
    webhook_url: str | None = field(default=None, repr=False)
    webhook_secret: str | None = field(default=None, repr=False)
    webhooks: str | None = field(default=None, repr=False)
    webhooks_allow: tuple[str, ...] = ()
    escalate_after_hours: int = 48
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """The settings that the environment asks for. Raises SettingsError with one sentence."""
        env = Environment(os.environ if environ is None else environ)
        _refuse_prefixed(env)
        _read(env, "TZ", zone, default="")
        host = _read(env, "HOST", host_alone, default=cls.host)
        var_folder = _folder("VAR_FOLDER", env.get("VAR_FOLDER", str(cls.var_folder)))
        return cls(
            database_url=_database_url(env.get("DATABASE_URL", f"sqlite:///{var_folder}/promesse.sqlite3")),
            secret_key=_long_enough(env.get("SECRET_KEY", "")) or _own_key(var_folder, host),
            audit_key=_long_enough(env.get("AUDIT_KEY", ""), "AUDIT_KEY") or None,
            var_folder=var_folder,
            data_folders=tuple(_existing(path) for path in env.get("DATA_FOLDERS", "").split(os.pathsep) if path),
            http_sources_allow=_read(env, "HTTP_SOURCES_ALLOW", hosts, default=cls.http_sources_allow),
            public_pages=_read(env, "PUBLIC_PAGES", switch, default=cls.public_pages),
            proxies=_read(env, "PROXIES", whole(0, 5), default=cls.proxies),
            frame_ancestors=_read(env, "FRAME_ANCESTORS", sites, default=cls.frame_ancestors),
            max_upload_mb=_read(env, "MAX_UPLOAD_MB", whole(1, 10_000), default=cls.max_upload_mb),
            scheduler_tick_seconds=_read(env, "SCHEDULER_TICK_SECONDS", whole(1, 3600), default=TICK_SECONDS),
            session_cookie_secure=_read(env, "SESSION_COOKIE_SECURE", switch, default=_is_over_https(env, host)),
            default_language=_read(env, "DEFAULT_LANGUAGE", one_of(LANGUAGES), default=cls.default_language),
            lease_seconds=_read(env, "LEASE_SECONDS", whole(10, 43_200), default=cls.lease_seconds),
            tick_processes=_read(env, "TICK_PROCESSES", whole(1, 16), default=cls.tick_processes),
            log_level=_read(env, "LOG_LEVEL", one_of(LOG_LEVELS), default=cls.log_level),
            log_format=_read(env, "LOG_FORMAT", one_of(LOG_FORMATS), default=cls.log_format),
            sign_on=_sign_on(env),
            password_sign_in=_read(env, "PASSWORD_SIGN_IN", switch, default=True),
            metrics_token=_read(env, "METRICS_TOKEN", token(SHORTEST_TOKEN), default="", secret=True) or None,
            host=host,
            port=_read(env, "PORT", whole(1, 65_535), default=cls.port),
            workers=_read(env, "WORKERS", whole(1, 64), default=cls.workers),
            threads=_read(env, "THREADS", whole(1, 64), default=cls.threads),
            **_post(env),
            environment=env,
        )


def _sign_on(env: Environment) -> dict[str, str]:
    """What is set of the house's sign-on, with the text of its rules; whoever lets people in understands it."""
    said = {name: text for name in SIGN_ON if (text := env.get(name, "").strip())}
    return said if (rules := _content(env, "SIGN_ON_RULES")) is None else said | {"SIGN_ON_RULES": rules}


def _content(env: Environment, name: str) -> str | None:
    """The text of the file that a setting names."""
    if not (path := env.get(name, "").strip()):
        return None
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unread(name, path, error) from error


def _unread(name: str, path: str, error: OSError | UnicodeDecodeError) -> SettingsError:
    why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
    return SettingsError(f"{name}={path} cannot be read ({why}); give the path of a text file.")


def _refuse_prefixed(env: Environment) -> None:
    """Settings have plain names: a prefixed one would be silently without effect."""
    if prefixed := sorted(name for name in env if name.startswith("PROMESSE_")):
        raise SettingsError(f"{prefixed[0]} is not a setting: names have no prefix, see docs/settings.md.")


def _read(env: Environment, name: str, parse: Callable[[str], T], *, default: T, secret: bool = False) -> T:
    if not (text := env.get(name, "").strip()):
        return default
    try:
        return parse(text)
    except ValueError as error:
        shown = name if secret else f"{name}={text}"
        raise SettingsError(f"{shown} cannot be taken: give {error}.") from error


def _folder(name: str, text: str) -> Path:
    try:
        folder = Path(text).expanduser().resolve()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError, RuntimeError) as error:  # ValueError: a zero in it; RuntimeError: nobody's home
        why = getattr(error, "strerror", None) or error
        raise SettingsError(f"{name}={text} cannot be made ({why}); give a folder to write in.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(f"{name}={text} cannot be written in by this user; give a folder to write in.")
    return folder


def _post(env: Environment) -> dict[str, Any]:
    """How mail and webhooks leave; without SMTP_HOST no mail does, without WEBHOOK_URL nothing is told to a program."""
    host, port = env.get("HOST", Settings.host), _read(env, "PORT", whole(1, 65_535), default=Settings.port)
    tls = _read(env, "SMTP_TLS", one_of(tuple(SMTP_PORTS)), default=Settings.smtp_tls)
    given: dict[str, Any] = {
        "knows_its_address": bool(env.get("PUBLIC_ADDRESS", "").strip()),
        "public_address": _read(env, "PUBLIC_ADDRESS", address, default=f"http://{authority(host, port)}"),
        "smtp_host": _read(env, "SMTP_HOST", host_alone, default="") or None,
        "smtp_port": _read(env, "SMTP_PORT", whole(1, 65_535), default=SMTP_PORTS[tls]),
        "smtp_tls": tls,
        "smtp_user": env.get("SMTP_USER") or None,
        "smtp_password": env.get("SMTP_PASSWORD") or None,
        "mail_sender": _read(env, "MAIL_SENDER", sender, default=""),
        "mail_reply_to": _read(env, "MAIL_REPLY_TO", sender, default=""),
        "webhook_url": _read(env, "WEBHOOK_URL", address, default="", secret=True) or None,
        "webhook_secret": _read(env, "WEBHOOK_SECRET", token(SHORTEST_TOKEN), default="", secret=True) or None,
        "webhooks": _content(env, "WEBHOOKS"),
        "webhooks_allow": _read(env, "WEBHOOKS_ALLOW", hosts, default=Settings.webhooks_allow),
        "escalate_after_hours": _read(env, "ESCALATE_AFTER_HOURS", whole(1, 8760), default=48),
    }
    for name, needs in (
        ("smtp_host", "mail_sender"),
        ("smtp_user", "smtp_password"),
        ("smtp_password", "smtp_user"),
        ("webhook_url", "webhook_secret"),
    ):
        if given[name] and not given[needs]:
            raise SettingsError(f"{name.upper()} is given without {needs.upper()}: give both.")
    if given["smtp_password"] and tls == "off" and given["smtp_host"] not in LOOPBACK:
        raise SettingsError("SMTP_PASSWORD with SMTP_TLS=off would travel readable: give SMTP_TLS=starttls or tls.")
    return given


def authority(host: str, port: int) -> str:
    """Host and port as addresses name them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _existing(text: str) -> Path:
    with suppress(OSError, ValueError, RuntimeError):  # a name too long, a zero in it, nobody's home
        folder = Path(text).expanduser().resolve()
        if folder.is_dir():
            return folder
    raise SettingsError(f"DATA_FOLDERS names {text}, which is not a folder; separate folders by '{os.pathsep}'.")


def _database_url(text: str) -> str:
    """SQLite files by their whole path, PostgreSQL through psycopg 3; other databases are refused."""
    scheme, separator, rest = text.partition("://")
    if separator and scheme == "sqlite":
        path = rest.removeprefix("/")
        return text if path in ("", ":memory:") else f"sqlite:///{Path(path).expanduser().resolve()}"
    if separator and scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        _refuse_odd_signs(rest)
        return f"postgresql+psycopg://{rest}"
    # The address may hold a password: only its kind is repeated.
    raise SettingsError(
        f"DATABASE_URL of kind '{scheme if separator else ''}' cannot be taken: "
        "give sqlite:///path/to/file or postgresql://user:password@host/name."
    )


def _refuse_odd_signs(rest: str) -> None:
    """A sign of the address within the password cuts it elsewhere than was meant; nothing of it is repeated."""
    head = rest.partition("?")[0] if "@" in rest.partition("?")[0] else rest
    before, _, after = head.rpartition("@")
    with suppress(ValueError):
        if not re.search(r"[@/?#\[\]\s]|%(?![0-9A-Fa-f]{2})", before) and urlsplit(f"//{after}").port != 0:
            return
    raise SettingsError(
        "DATABASE_URL cannot be read: in its user and password write the signs @ : / ? # % and blanks as codes "
        "(@ as %40, : as %3A, / as %2F, ? as %3F, # as %23, % as %25)."
    )


def _is_over_https(env: Environment, host: str) -> bool:
    """Whether pages are meant to be read over HTTPS: from other machines, behind a proxy, or by their address."""
    is_far = host not in LOOPBACK or env.get("PROXIES", "0").strip() not in ("", "0")
    return is_far or env.get("PUBLIC_ADDRESS", "").strip().startswith("https://")


def _long_enough(key: str, name: str = "SECRET_KEY") -> str:
    """What signs sessions and entries must not be guessed."""
    if key and len(key) < SHORTEST_KEY:
        raise SettingsError(
            f"{name} is too short: give {SHORTEST_KEY} random signs at least, such as what "
            "`python -c 'import secrets; print(secrets.token_hex(32))'` prints."
        )
    return key


def _own_key(var_folder: Path, host: str) -> str:
    """A random key made once and kept for this machine's own use; others must be given one."""
    if host not in LOOPBACK:
        raise SettingsError(
            f"SECRET_KEY is missing: serving beyond this machine (HOST={host}) needs one; "
            "give SECRET_KEY, or SECRET_KEY_FILE with the path of a file that holds it."
        )
    path, draft = var_folder / "secret_key", var_folder / f"secret_key.{secrets.token_hex(4)}"
    try:
        if not path.exists():
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
            with suppress(FileExistsError):  # another process started at the same moment: its key is ours
                os.link(draft, path)
            draft.unlink()
        path.chmod(path.stat().st_mode & 0o700)  # whoever copied it there
        return _long_enough(path.read_text(encoding="ascii", errors="replace").strip() or "-")
    except OSError as error:
        raise SettingsError(f"{path} cannot be kept ({error.strerror}); give SECRET_KEY.") from error
