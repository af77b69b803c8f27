"""The files of deploy/: each setting, command and figure that they name is one; their own linters where those are.

nginx is tried for what it is: before the pages, over TLS, at the root of a host and below a path.
"""

from __future__ import annotations

import json
import re
import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from ruamel.yaml import YAML

from charter.cli.listing import LISTING
from charter.web.metrics import GAUGES
from tests.cli.test_processes import free_port
from tests.conftest import which
from tests.serving import serve
from tests.web.test_metrics import TOKEN, watched  # noqa: F401  (a fixture)
from tests.web.world import make_empty_app

COMMANDS = {name for commands in LISTING.values() for name in commands}
NEVER_OURS = frozenset({"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"})


@pytest.fixture(scope="module")
def deploy(project: Path) -> Path:
    return project / "deploy"


def settings_named(deploy: Path) -> Iterator[tuple[str, str]]:
    """File and name of each setting that a file gives."""
    container = (deploy / "Containerfile").read_text(encoding="utf-8")
    told = " ".join(re.findall(r"^ENV (.+(?:\\\n.+)*)", container, re.MULTILINE))
    yield from (("Containerfile", name) for name in re.findall(r"(\w+)=", told))
    compose = YAML(typ="safe").load((deploy / "compose.yaml").read_text(encoding="utf-8"))
    yield from (("compose.yaml", name) for name in compose["x-promesse"]["environment"])
    for line in (deploy / "settings.example").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield "settings.example", line.partition("=")[0]
    for unit in deploy.glob("*.service"):
        given = re.findall(r"^Environment=(.+)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
        yield from ((unit.name, name) for name in re.findall(r"(\w+)=", " ".join(given)))


def test_each_setting_is_one(deploy: Path, project: Path) -> None:
    documented = set(re.findall(r"`([A-Z_]+)`", (project / "docs/settings.md").read_text(encoding="utf-8")))
    named = set(settings_named(deploy))
    assert len(named) > 25
    assert {(file, name) for file, name in named if name.removesuffix("_FILE") not in documented | NEVER_OURS} == set()


def test_each_command_is_one(deploy: Path) -> None:
    texts = {file.name: file.read_text(encoding="utf-8") for file in deploy.iterdir() if file.is_file()}
    said = {(name, found) for name, text in texts.items() for found in re.findall(r"flask\W+charter\W+([a-z-]+)", text)}
    assert {command for _, command in said} >= {"serve", "scheduler"}
    assert {(name, command) for name, command in said if command not in COMMANDS} == set()


def test_each_figure_is_one(deploy: Path, watched: Any) -> None:  # noqa: F811
    client = watched.test_client()
    client.get("/sign-in")
    shown = client.get("/metrics", headers=TOKEN).text
    families = {f"promesse_{name}" for name, _ in GAUGES} | set(
        re.findall(r"^(?:# TYPE )?(promesse_\w+)", shown, re.MULTILINE)
    )
    for file in ("grafana-dashboard.json", "prometheus-rules.yml"):
        named = set(re.findall(r"promesse_\w+", (deploy / file).read_text(encoding="utf-8")))
        assert len(named) > 5
        assert named - families == set(), file


def test_the_dashboard_is_whole(deploy: Path) -> None:
    board = json.loads((deploy / "grafana-dashboard.json").read_text(encoding="utf-8"))
    panels = board["panels"]
    assert len({one["id"] for one in panels}) == len(panels)
    assert all(one["targets"] and one["gridPos"]["x"] + one["gridPos"]["w"] <= 24 for one in panels)
    assert any("promesse_commitment_status" in str(one["targets"]) for one in panels)


def test_containers_are_shut_in(deploy: Path) -> None:
    compose = YAML(typ="safe").load((deploy / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    assert set(services) == {"web", "scheduler", "database"}
    for name in ("web", "scheduler"):
        one = services[name]
        assert (one["read_only"], one["cap_drop"], one["user"]) == (True, ["ALL"], "10001:10001")
        assert set(one["secrets"]) <= set(compose["secrets"])
    container = (deploy / "Containerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER 10001:10001$", container, re.MULTILINE), "by number: a host need not know its name"
    assert "HEALTHCHECK" in container
    assert "--require-hashes" in container
    assert services["database"]["healthcheck"]["test"][1] == "pg_isready"
    ports = services["web"]["ports"]
    assert all(one.startswith("127.0.0.1:") for one in ports), ports


def test_an_image_is_set_up_as_a_folder_is(deploy: Path, project: Path) -> None:
    """What set-up compiles and writes, an image has too: nothing can be written there later."""
    wanted = r"\.venv/bin/(?:python (?:-m (compileall)|bin/(\w+))|(pybabel))"
    steps = {"".join(found) for found in re.findall(wanted, (project / "bin/setup").read_text(encoding="utf-8"))}
    assert steps == {"compileall", "letters", "templates", "pybabel"}
    container = (deploy / "Containerfile").read_text(encoding="utf-8")
    assert steps - {"".join(found) for found in re.findall(wanted, container)} == set()


def test_an_image_holds_no_secret_of_the_folder(deploy: Path, project: Path) -> None:
    """`COPY . .` takes what is there: a database, a key, the environment of another machine."""
    left_out = {
        line for line in (project / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] != "#"
    }
    compose = YAML(typ="safe").load((deploy / "compose.yaml").read_text(encoding="utf-8"))
    secret = {f"deploy/{one['file']}".rpartition("/")[0] for one in compose["secrets"].values()}
    mounted = {f"deploy/{one.removeprefix('./').partition(':')[0]}" for one in compose["x-promesse"]["volumes"][1:]}
    assert {".git", ".venv", "var", *secret, *mounted} <= left_out
    kept = (project / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {f"/{one}/" for one in secret | mounted} <= set(kept)


def test_units_are_hardened(deploy: Path) -> None:
    for unit in deploy.glob("*.service"):
        parser = ConfigParser(strict=False, interpolation=None, delimiters="=")
        parser.optionxform = str  # type: ignore[assignment, method-assign]  # names keep their capitals
        parser.read_string(unit.read_text(encoding="utf-8"))
        service = parser["Service"]
        assert (service["ProtectSystem"], service["NoNewPrivileges"], service["User"]) == ("strict", "yes", "promesse")
        assert service["Restart"] == "on-failure"


def systemd_analyze(deploy: Path, folder: Path) -> str:
    """The units as they stand, but for the program: it is not in /opt here."""
    told = []
    for unit in deploy.glob("*.service"):
        text = unit.read_text(encoding="utf-8").replace("/opt/promesse/.venv/bin/flask", "/bin/true")
        (folder / unit.name).write_text(text, encoding="utf-8")
        command = ["systemd-analyze", "verify", "--man=no", str(folder / unit.name)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        told += [line for line in done.stderr.splitlines() if unit.name in line]
    return "\n".join(told)


def promtool(deploy: Path, folder: Path) -> str:
    told = ""
    for command in (["check", "rules", "prometheus-rules.yml"], ["check", "config", "--syntax-only", "prometheus.yml"]):
        done = subprocess.run(["promtool", *command], cwd=deploy, capture_output=True, text=True, check=False)
        told += done.stderr if done.returncode else ""
    return told


def caddy(deploy: Path, folder: Path) -> str:
    command = ["caddy", "adapt", "--config", "Caddyfile", "--adapter", "caddyfile"]
    done = subprocess.run(command, cwd=deploy, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def hadolint(deploy: Path, folder: Path) -> str:
    done = subprocess.run(
        [str(which("hadolint")), "Containerfile"], cwd=deploy, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def check_jsonschema(deploy: Path, folder: Path) -> str:
    """By the published schema of the Compose specification, of which the program holds a copy."""
    command = [str(which("check-jsonschema")), "--builtin-schema", "vendor.compose-spec", "compose.yaml"]
    done = subprocess.run(command, cwd=deploy, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


LINTERS: dict[str, Callable[[Path, Path], str]] = {
    "systemd-analyze": systemd_analyze, "promtool": promtool, "caddy": caddy, "hadolint": hadolint,
    "check-jsonschema": check_jsonschema,
}  # fmt: skip


@pytest.mark.parametrize("program", [pytest.param(one, marks=pytest.mark.program(one)) for one in LINTERS])
def test_the_linters_find_nothing(deploy: Path, tmp_path: Path, program: str) -> None:
    assert LINTERS[program](deploy, tmp_path) == ""


@pytest.mark.parametrize(
    ("program", "file", "was", "wrong"),
    [
        pytest.param(*planted, marks=pytest.mark.program(planted[0]))
        for planted in (
            ("promtool", "prometheus-rules.yml", "expr: ", "expr: )"),
            ("caddy", "Caddyfile", "reverse_proxy", "reverse_prxy"),
            ("hadolint", "Containerfile", "WORKDIR /opt/promesse", "RUN cd /opt"),
            ("check-jsonschema", "compose.yaml", "restart:", "restrat:"),
        )
    ],
)
def test_planted_faults_are_found_by_the_linters(
    deploy: Path, tmp_path: Path, program: str, file: str, was: str, wrong: str
) -> None:
    planted = tmp_path / "deploy"
    shutil.copytree(deploy, planted)
    text = (planted / file).read_text(encoding="utf-8")
    assert was in text
    (planted / file).write_text(text.replace(was, wrong), encoding="utf-8")
    assert LINTERS[program](planted, tmp_path) != ""


def certificate(folder: Path) -> ssl.SSLContext:
    """A certificate for promesse.example.org, made here; what trusts it and nothing else."""
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=promesse"]
    command += ["-addext", "subjectAltName=DNS:localhost,DNS:promesse.example.org"]
    command += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(command, capture_output=True, check=True)
    return ssl.create_default_context(cafile=str(folder / "fullchain.pem"))


def nginx_before(deploy: Path, folder: Path, port: int, behind: str) -> list[str]:
    """The command of an nginx with our sample, at other ports, that writes nowhere but in that folder."""
    sample = (deploy / "nginx.conf").read_text(encoding="utf-8")
    for was, here in (
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;"),
        ("http://127.0.0.1:8000", behind),
        ("/etc/ssl/promesse", str(folder)),
    ):
        assert was in sample
        sample = sample.replace(was, here)
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = (
        f"daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors;\n"
        f"events {{}}\nhttp {{\naccess_log {folder}/asked;\n{temporary}{sample}}}\n"
    )
    (folder / "nginx.conf").write_text(whole, encoding="utf-8")
    return ["nginx", "-p", str(folder), "-e", f"{folder}/errors", "-c", f"{folder}/nginx.conf"]


def places_of_secrets(app: Flask) -> list[str]:
    """The addresses behind which a secret stands: `/answer/` and others."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.arguments & {"secret", "token"}]
    found = sorted({rule.rule.partition("<")[0] for rule in rules})
    assert len(found) > 6
    return found


def test_each_place_of_secrets_is_named_to_whoever_runs_a_proxy(deploy: Path, project: Path, tmp_path: Path) -> None:
    places = places_of_secrets(make_empty_app(tmp_path))
    for file in (deploy / "Caddyfile", project / "docs/how-to/proxy.md"):
        text = file.read_text(encoding="utf-8")
        assert [place for place in places if place not in text] == [], file.name


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def asked(trust: ssl.SSLContext, address: str, **headers: str) -> tuple[int, dict[str, str], str]:
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=trust), NoRedirect)
    request = urllib.request.Request(address, headers={"Host": "promesse.example.org"} | headers)
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, dict(answer.headers), answer.read().decode()


@pytest.mark.proxy
@pytest.mark.parametrize("path", ["", "/charter"])
def test_behind_a_real_nginx_over_tls(deploy: Path, tmp_path: Path, path: str) -> None:
    app = make_empty_app(tmp_path, proxies=1, session_cookie_secure=True, metrics_token="a long token")
    trust, port = certificate(tmp_path), free_port()
    with (
        ExitStack() as pages,
        subprocess.Popen(nginx_before(deploy, tmp_path, port, pages.enter_context(serve(app)))) as nginx,
    ):
        try:
            site = f"https://localhost:{port}{path}"
            code, headers, page = wait_for(trust, f"{site}/sign-in")
            assert code == 200
            links = re.findall(r'(?:href|src|action)="(/[^"]*)"', page)
            assert links
            assert all(one.startswith(f"{path}/") for one in links)
            cookies = headers["Set-Cookie"]
            assert f"Path={path or '/'};" in f"{cookies};"
            assert "Secure" in cookies
            assert headers["Strict-Transport-Security"]
            css = next(one for one in links if one.endswith("css") or ".css?" in one)
            assert asked(trust, f"https://localhost:{port}{css}")[0] == 200
            code, headers, _ = asked(trust, f"{site}/desk?unit=a")
            assert (code, headers["Location"]) == (302, f"{path}/sign-in?next={path}/desk?unit%3Da")
            assert asked(trust, f"{site}/metrics", **TOKEN)[0] == 404
            assert asked(trust, f"{site}/health/ready")[0] == 200
            elsewhere = asked(trust, f"{site}/sign-in", **{"X-Forwarded-Prefix": "/evil"})[2]
            assert "/evil" not in elsewhere
            code, _, page = asked(trust, f"{site}/answer/a-secret-of-a-customer")
            assert code == 404
            assert f'href="{path}/assets' in page
            places = places_of_secrets(app)
            codes = {asked(trust, f"{site}{place}a-secret")[0] for place in places}
            assert codes <= {200, 403, 404, 410}, codes
            pages.close()
            assert {asked(trust, f"{site}{place}a-secret")[0] for place in ("/desk?", *places)} == {502}
        finally:
            nginx.terminate()
    for name in ("asked", "errors"):
        log = (tmp_path / name).read_text(encoding="utf-8")
        assert f"GET {path}/" in log
        assert re.findall(r"GET \S+/a-secret", log) == []


def wait_for(trust: ssl.SSLContext, address: str) -> tuple[int, dict[str, str], str]:
    for _ in range(100):
        try:
            return asked(trust, address)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError(f"{address} does not answer")
