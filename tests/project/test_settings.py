"""Settings: read from the environment once, with a sentence for what cannot be taken, and written down for IT."""

import re
import stat
from dataclasses import fields
from pathlib import Path

import pytest

from config import SIGN_ON, Environment, Settings, SettingsError

WHOLE = "give an address that begins with http:// or https://."
HOST_ALONE = "a host's name or address alone, such as promesse.example.org, 127.0.0.1 or ::1"
ODD_HOSTS = ("a b", "256.1.1.1", "http://127.0.0.1", "127.0.0.1:9000", "[::1]", "a..b")


def settings(tmp_path: Path, **variables: str) -> Settings:
    return Settings.from_environment({"VAR_FOLDER": str(tmp_path / "var"), **variables})


def test_settings_have_defaults_for_one_machine(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found.database_url == f"sqlite:///{tmp_path}/var/promesse.sqlite3"
    assert (found.host, found.port, found.workers, found.threads) == ("127.0.0.1", 8000, 2, 4)
    assert (found.public_pages, found.session_cookie_secure) == (True, False)
    assert (found.max_upload_mb, found.scheduler_tick_seconds) == (50, 60)
    assert (found.default_language, found.log_level) == ("fr", "INFO")
    assert (found.frame_ancestors, found.data_folders) == (("'none'",), ())
    assert (found.smtp_host, found.webhook_url, found.public_address) == (None, None, "http://127.0.0.1:8000")


def test_settings_read_each_variable(tmp_path: Path) -> None:
    found = settings(
        tmp_path, SECRET_KEY="k" * 32, HOST="0.0.0.0", PORT="80", WORKERS="3", THREADS="5", PUBLIC_PAGES="Off",
        SESSION_COOKIE_SECURE="off", MAX_UPLOAD_MB="7", SCHEDULER_TICK_SECONDS="9", DEFAULT_LANGUAGE="en",
        LOG_LEVEL="debug", FRAME_ANCESTORS="https://a.example https://b.example", DATA_FOLDERS=f"{tmp_path}:{tmp_path}",
        CRM_URL="postgresql://crm", SMTP_HOST="mail", SMTP_TLS="tls", SMTP_USER="us", SMTP_PASSWORD="hidden",
        MAIL_SENDER="Promesse  <p@example.org>", PUBLIC_ADDRESS="https://promesse.example.org/",
        WEBHOOK_URL="https://hooks.example.org/x?key=hidden", WEBHOOK_SECRET="hidden" * 3, WEBHOOKS_ALLOW="Crm:8080, b",
    )  # fmt: skip
    assert (found.smtp_host, found.smtp_port, found.smtp_tls, found.smtp_user) == ("mail", 465, "tls", "us")
    assert (found.smtp_password, found.webhook_secret) == ("hidden", "hidden" * 3)
    assert found.webhooks_allow == ("crm:8080", "b")
    assert (found.mail_sender, found.public_address) == ("Promesse <p@example.org>", "https://promesse.example.org")
    assert found.webhook_url == "https://hooks.example.org/x?key=hidden"
    assert "hidden" not in repr(found)
    assert (found.secret_key, found.host, found.port, found.workers, found.threads) == ("k" * 32, "0.0.0.0", 80, 3, 5)
    assert (found.public_pages, found.session_cookie_secure) == (False, False)
    assert (found.max_upload_mb, found.scheduler_tick_seconds) == (7, 9)
    assert (found.default_language, found.log_level) == ("en", "DEBUG")
    assert found.frame_ancestors == ("https://a.example", "https://b.example")
    assert found.data_folders == (tmp_path, tmp_path)
    assert found.environment["CRM_URL"] == "postgresql://crm"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PUBLIC_PAGES", "maybe", "PUBLIC_PAGES=maybe cannot be taken: give on or off."),
        ("PORT", "http", "PORT=http cannot be taken: give a whole number from 1 to 65535."),
        ("PORT", "0", "PORT=0 cannot be taken: give a whole number from 1 to 65535."),
        ("WORKERS", "2.5", "WORKERS=2.5 cannot be taken: give a whole number from 1 to 64."),
        ("LOG_LEVEL", "loud", "LOG_LEVEL=loud cannot be taken: give one of DEBUG, INFO, WARNING, ERROR, CRITICAL."),
        ("DEFAULT_LANGUAGE", "de", "DEFAULT_LANGUAGE=de cannot be taken: give one of fr, en."),
        (
            "DATA_FOLDERS",
            "/nowhere",
            "DATA_FOLDERS names /nowhere, which is not a folder; separate folders by ':'.",
        ),
        ("SMTP_HOST", "mail", "SMTP_HOST is given without MAIL_SENDER: give both."),
        ("SMTP_USER", "us", "SMTP_USER is given without SMTP_PASSWORD: give both."),
        ("SMTP_PASSWORD", "us", "SMTP_PASSWORD is given without SMTP_USER: give both."),
        ("WEBHOOK_URL", "https://h", "WEBHOOK_URL is given without WEBHOOK_SECRET: give both."),
        (
            "WEBHOOK_URL",
            "ftp://h?hidden",
            "WEBHOOK_URL cannot be taken: give an address that begins with http:// or https://.",
        ),
        *(("HOST", odd, f"HOST={odd} cannot be taken: give {HOST_ALONE}.") for odd in ODD_HOSTS),
        *(("SMTP_HOST", odd, f"SMTP_HOST={odd} cannot be taken: give {HOST_ALONE}.") for odd in ODD_HOSTS),
        *(
            ("PUBLIC_ADDRESS", f"https://{odd}", f"PUBLIC_ADDRESS=https://{odd} cannot be taken: {WHOLE}")
            for odd in ("a..b", "256.1.1.1", "-a.example")
        ),
        *(
            (
                "HTTP_SOURCES_ALLOW",
                odd,
                f"HTTP_SOURCES_ALLOW={odd} cannot be taken: give hosts as host or host:port, separated by commas.",
            )
            for odd in ("*", "crm:abc", "crm:99999", "crm:0", "a b", "http://crm")
        ),
        (
            "WEBHOOKS_ALLOW",
            "a/b",
            "WEBHOOKS_ALLOW=a/b cannot be taken: give hosts as host or host:port, separated by commas.",
        ),
        (
            "MAIL_SENDER",
            "us",
            "MAIL_SENDER=us cannot be taken: give an address, such as Promesse <p@example.org>.",
        ),
        (
            "PUBLIC_ADDRESS",
            "here",
            "PUBLIC_ADDRESS=here cannot be taken: give an address that begins with http:// or https://.",
        ),
        ("PUBLIC_ADDRESS", "http://[::1", f"PUBLIC_ADDRESS=http://[::1 cannot be taken: {WHOLE}"),
        ("PUBLIC_ADDRESS", "https://h:port", f"PUBLIC_ADDRESS=https://h:port cannot be taken: {WHOLE}"),
        (
            "AUDIT_KEY",
            "short",
            "AUDIT_KEY is too short: give 32 random signs at least, such as what "
            "`python -c 'import secrets; print(secrets.token_hex(32))'` prints.",
        ),
        (
            "PROMESSE_PORT",
            "80",
            "PROMESSE_PORT is not a setting: names have no prefix, see docs/settings.md.",
        ),
    ],
)
def test_settings_refuse_in_one_sentence(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        settings(tmp_path, **{name: value})
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "host", ["localhost", "::", "::1", "0.0.0.0", "web_1", "promesse.example.org.", "münchen.example"]
)
def test_settings_take_the_names_of_hosts(tmp_path: Path, host: str) -> None:
    found = settings(tmp_path, HOST=host, SECRET_KEY="k" * 32, HTTP_SOURCES_ALLOW=f"{host},[::1]:80,crm:443")
    assert (found.host, found.http_sources_allow) == (host, (host, "[::1]:80", "crm:443"))


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("sqlite:////srv/promesse.db", "sqlite:////srv/promesse.db"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql+psycopg://u:p@h/d?sslmode=require", "postgresql+psycopg://u:p@h/d?sslmode=require"),
    ],
)
def test_settings_normalise_the_database(tmp_path: Path, given: str, read: str) -> None:
    assert settings(tmp_path, DATABASE_URL=given).database_url == read


def test_settings_take_a_relative_sqlite_path_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings(tmp_path, DATABASE_URL="sqlite:///a.db").database_url == f"sqlite:///{tmp_path}/a.db"


def test_settings_refuse_a_database_without_repeating_its_password(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refusal:
        settings(tmp_path, DATABASE_URL="mysql://u:hidden@h/d")
    assert "'mysql'" in str(refusal.value)
    assert "hidden" not in str(refusal.value)


@pytest.mark.parametrize("odd", ["u:hid@den@h/d", "u:hid/den@h/d", "u:hid#den@h/d", "u:hid?den@h/d", "u:hid%zen@h/d"])
def test_settings_refuse_an_odd_sign_in_a_password_without_repeating_it(tmp_path: Path, odd: str) -> None:
    with pytest.raises(SettingsError, match=r"in its user and password write the signs @ : .*\(@ as %40") as refusal:
        settings(tmp_path, DATABASE_URL=f"postgresql://{odd}")
    assert not any(part in str(refusal.value) for part in ("hid", "den", "h/d"))
    kept = settings(tmp_path, DATABASE_URL="postgresql://u:p%40ss@/d?host=/tmp/run&application_name=a@b")
    assert kept.database_url == "postgresql+psycopg://u:p%40ss@/d?host=/tmp/run&application_name=a@b"


def test_settings_do_not_print_secrets(tmp_path: Path) -> None:
    found = settings(tmp_path, SECRET_KEY="hidden" * 6, DATABASE_URL="postgresql://u:hidden@h/d")
    assert "hidden" not in repr(found)
    assert "hidden" not in repr(found.environment)


def test_secret_key_is_made_once_for_this_machine(tmp_path: Path) -> None:
    first, second = settings(tmp_path), settings(tmp_path)
    assert len(first.secret_key) == 64
    assert first.secret_key == second.secret_key
    kept = list((tmp_path / "var").iterdir())
    assert [path.name for path in kept] == ["secret_key"]
    assert stat.S_IMODE(kept[0].stat().st_mode) == 0o600


def test_secret_key_is_required_beyond_this_machine(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^SECRET_KEY is missing: serving beyond this machine \(HOST=0\.0\.0\.0\)"):
        settings(tmp_path, HOST="0.0.0.0")
    assert settings(tmp_path, HOST="0.0.0.0", SECRET_KEY="k" * 32).session_cookie_secure is True
    assert settings(tmp_path, PUBLIC_ADDRESS="https://promesse.example").session_cookie_secure is True
    assert settings(tmp_path, PROXIES="1").session_cookie_secure is True
    assert settings(tmp_path, PROXIES="1", SESSION_COOKIE_SECURE="off").session_cookie_secure is False
    with pytest.raises(SettingsError, match=r"^SECRET_KEY is too short: give 32 random signs") as refusal:
        settings(tmp_path, SECRET_KEY="hush" * 7)
    assert "hush" not in str(refusal.value)


def test_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    kept = "from a file, long enough to sign with"
    (tmp_path / "key").write_text(f"{kept}\n", encoding="utf-8")
    assert settings(tmp_path, SECRET_KEY_FILE=str(tmp_path / "key")).secret_key == kept
    environment = Environment({"CRM_URL_FILE": str(tmp_path / "key")})
    assert environment["CRM_URL"] == kept
    assert environment.get("OTHER") is None
    with pytest.raises(SettingsError, match=r"^CRM_URL_FILE=/nowhere cannot be read"):
        Environment({"CRM_URL_FILE": "/nowhere"})["CRM_URL"]


def test_a_variable_that_is_set_to_nothing_is_not_set() -> None:
    environment = Environment({"MAKEFLAGS": "", "HOME": "/root", "CRM_URL_FILE": ""})
    assert {**environment} == {"HOME": "/root"}
    assert len(environment) == len(list(environment)) == 1
    assert "MAKEFLAGS" not in environment
    assert "CRM_URL" not in environment


def undocumented(names: set[str], text: str) -> set[str]:
    return {name for name in names if not re.search(rf"`{name}`", text)}


def test_each_setting_is_documented(project: Path) -> None:
    derived = {"ENVIRONMENT", "KNOWS_ITS_ADDRESS"}
    names = {field.name.upper() for field in fields(Settings)} - derived - {"SIGN_ON"} | {*SIGN_ON}
    assert undocumented(names, (project / "docs" / "settings.md").read_text(encoding="utf-8")) == set()
    assert undocumented({"PORT", "HOST"}, "| `HOST` |") == {"PORT"}
