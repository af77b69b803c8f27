"""Imports go downstairs only, and a library stays in its home: the plan of the house, checked on the code itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.code import Source, parse, sources

# The floor of each room; the longest name that fits wins. Rooms on one floor do not know each other.
FLOORS = {
    "app": 10,
    "charter.pages": 9,
    "charter.factory": 8,
    "charter.application": 7,
    "charter.web": 6,
    "charter.api": 6,
    "charter.cli": 6,
    "charter.scheduler": 6,
    "charter.log": 5,
    "charter.services": 4,
    "charter.models": 3,
    "charter.sources": 3,
    "charter.reports": 3,
    "charter.post": 3,
    "charter.charts": 2,
    "charter.words": 1,
    "charter.outgoing": 1,
    "charter.stopping": 0,
    "charter.watchdog": 0,
    "charter.domain": 0,
    "config": 0,
    "charter.settings_values": -1,
    "charter": -1,
}
# `serve` and `scheduler` are commands that start the alarm clock and the pages.
NEIGHBOURS = {("charter.cli", "charter.scheduler"), ("charter.cli", "charter.pages")}

PAGES = ("charter.web", "charter.api", "charter.cli", "charter.application", "charter.factory", "app")
HOMES: dict[str, tuple[str, ...]] = {
    "flask": (*PAGES, "charter.scheduler", "charter.pages"),
    "werkzeug": PAGES,
    "click": ("charter.cli",),
    "wtforms": ("charter.web",),
    "flask_bootstrap": ("charter.web", "charter.factory"),
    "flask_login": ("charter.web", "charter.api", "charter.factory"),
    "flask_migrate": ("charter.factory", "charter.cli"),
    "flask_sqlalchemy": ("charter.models.base",),
    "flask_wtf": ("charter.web", "charter.factory"),
    "flask_babel": (*PAGES, "charter.words", "charter.reports", "charter.post"),
    "babel": ("charter.words", "charter.charts", "charter.reports", "charter.post"),
    "jinja2": (*PAGES, "charter.words", "charter.charts", "charter.reports", "charter.post"),
    "markdown": ("charter.words.help.pages",),
    "markupsafe": (*PAGES, "charter.words", "charter.charts", "charter.reports", "charter.post"),
    "sqlalchemy": ("charter.models", "charter.services"),
    "ibis": ("charter.sources",),
    "duckdb": ("charter.sources",),
    "pyarrow": ("charter.sources",),
    "pyspark": ("charter.sources.readers.databases",),
    "weasyprint": ("charter.reports.pdf",),
    "numpy": ("charter.domain.surveys", "charter.domain.analyses"),
    "scipy": ("charter.domain.surveys", "charter.domain.analyses"),
    "statsmodels": ("charter.domain.surveys", "charter.domain.analyses"),
    "holidays": ("charter.domain.vocabulary.working_days",),
    "ruamel": ("charter.domain.charter_file",),
    "pydantic": ("charter.domain.charter_file", "charter.api"),
    "pydantic_core": ("charter.domain.charter_file", "charter.api"),
    "openpyxl": ("charter.sources", "charter.reports.spreadsheet"),
    "segno": ("charter.reports.poster",),
    "simplemma": ("charter.domain.frontline.lemmas",),
    "argon2": ("charter.services",),
    "itsdangerous": ("charter.post.links",),
    "zxcvbn": ("charter.domain.vocabulary.passwords",),
    "authlib": ("charter.web.people.openid",),
    "joserfc": ("charter.web.people.openid",),
    "requests": ("charter.web.people.openid",),
    "prometheus_client": ("charter.web",),
    "apscheduler": ("charter.scheduler",),
    "gunicorn": ("charter.pages", "charter.log"),
}
HEAVY = ("ibis", "duckdb", "pyarrow", "pandas", "numpy", "scipy", "statsmodels", "weasyprint", "openpyxl", "simplemma")
# Modules of these rooms may load their library at their top: whoever calls them loads them on use.
HEAVY_HOMES = ("charter.sources", "charter.domain.surveys", "charter.domain.analyses", "charter.reports.spreadsheet")

ENVIRONMENT = ("os.environ", "os.getenv", "os.environb", "os.putenv")
CLOCKS = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.localtime")
DOORS = ("charter.web", "charter.api", "charter.cli", "charter.scheduler")
# The rules are pure: they neither read nor write nor ask the time.
OUTSIDE_WORLD = ("os", "pathlib", "shutil", "tempfile", "socket", "ssl", "subprocess", "urllib", "http", "smtplib",
                 "sqlite3", "time", "threading", "asyncio", "random", "secrets", "logging")  # fmt: skip


def within(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(room + ".") for room in rooms)


def room_of(module: str) -> str:
    """The room a module stands in; '' for what is not ours."""
    return max((room for room in FLOORS if within(module, (room,))), key=len, default="")


def arrows_up(source: Source) -> list[str]:
    here = room_of(source.module)
    found = []
    for arrow in source.imports():
        there = room_of(arrow.module)
        if there in ("", here, "charter") or (here, there) in NEIGHBOURS:
            continue
        if FLOORS[there] >= FLOORS[here]:
            found.append(f"{source.path}:{arrow.line} {here} imports {arrow.module}")
    return found


def strangers(source: Source) -> list[str]:
    """Libraries outside their home, and libraries that have none."""
    found = []
    for arrow in source.imports():
        library = arrow.module.partition(".")[0]
        if library in sys.stdlib_module_names or room_of(arrow.module) or library in ("", "__future__"):
            continue
        if not within(source.module, HOMES.get(library, ())):
            home = " or ".join(HOMES.get(library, ())) or "none: give it one in this test and in design"
            found.append(f"{source.path}:{arrow.line} {library}, whose home is {home}")
    return sorted(set(found))


def heavy_at_start(found: list[Source]) -> dict[str, str]:
    """Modules that load a heavy library when they are loaded, themselves or through another; and by which import."""
    arrows = {source.module: [arrow for arrow in source.imports() if arrow.at_start] for source in found}
    heavy: dict[str, str] = {}
    while True:
        more = {
            module: f"{module.replace('.', '/')}:{arrow.line} {arrow.module}"
            for module, going in arrows.items()
            for arrow in going
            if module not in heavy and (arrow.module in heavy or within(arrow.module, HEAVY))
        }
        if not more:
            return heavy
        heavy |= more


def heavy_outside_home(found: list[Source]) -> list[str]:
    return [what for module, what in heavy_at_start(found).items() if not within(module, HEAVY_HOMES)]


def readers_of(source: Source, names: tuple[str, ...], homes: tuple[str, ...]) -> list[str]:
    """Where something is reached outside its homes: through a dot, or imported by name."""
    if within(source.module, homes):
        return []
    dotted = [(name, line) for name, line in source.dotted_names() if name.endswith(names)]
    imported = [(arrow.module, arrow.line) for arrow in source.imports() if arrow.module in names]
    return [f"{source.path}:{line} {name}" for name, line in dotted + imported]


def impurities(source: Source) -> list[str]:
    if room_of(source.module) != "charter.domain":
        return []
    imported = [(a.module, a.line) for a in source.imports() if a.module.partition(".")[0] in OUTSIDE_WORLD]
    called = [(name, line) for name, line in source.calls() if name in ("open", "print", "input")]
    return [f"{source.path}:{line} {name}" for name, line in imported + called]


def everywhere(check: object, *arguments: object) -> list[str]:
    assert callable(check)
    return [line for source in sources("app.py", "config.py", "charter") for line in check(source, *arguments)]


def test_imports_go_downstairs_only() -> None:
    assert everywhere(arrows_up) == []


def test_each_module_stands_on_a_floor() -> None:
    rooms = {source.module: room_of(source.module) for source in sources("charter")}
    assert [module for module, room in rooms.items() if room == "charter" and module != "charter"] == []


def test_libraries_stay_in_their_homes() -> None:
    assert everywhere(strangers) == []


def test_heavy_libraries_are_loaded_on_use() -> None:
    assert heavy_outside_home(sources("app.py", "config.py", "charter")) == []


def test_environment_is_read_in_config_only() -> None:
    assert everywhere(readers_of, ENVIRONMENT, ("config",)) == []


def test_clock_is_read_at_the_doors_only() -> None:
    assert everywhere(readers_of, CLOCKS, DOORS) == []


def test_rules_are_pure() -> None:
    assert everywhere(impurities) == []


def test_application_starts_without_heavy_libraries(tmp_path: Path, project: Path) -> None:
    lines = (
        "import sys, app",
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)))",
    )
    environment = {"PATH": "", "VAR_FOLDER": str(tmp_path), "PYTHONPATH": str(project)}
    command = [sys.executable, "-c", "\n".join(lines)]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Each check must be able to fail: the same functions on planted samples.


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("charter/domain/readings/status.py", "from charter.services import checks"),
        ("charter/domain/readings/status.py", "from charter import models"),
        ("charter/models/people.py", "import charter.services.people"),
        ("charter/services/records/audit_log.py", "def f():\n    from charter.web import pages"),
        ("charter/services/records/audit_log.py", "from ...web import pages"),
        ("charter/sources/counting/measure.py", "from charter.models.base import db"),
        ("charter/web/overview/desk.py", "from charter.api import figures"),
        ("config.py", "from charter.domain import errors"),
    ],
)
def test_arrow_up_is_found(path: str, text: str) -> None:
    assert len(arrows_up(parse(text, path))) >= 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "charter/services/checks/running.py",
            "from charter.models.base import db\nfrom charter import models, sources",
        ),
        ("charter/web/overview/desk.py", "from charter.services.overview import overview\nfrom .shell import page"),
        ("charter/factory.py", "from charter import cli, web\nfrom config import Settings"),
        ("charter/cli/serve.py", "from charter.scheduler import start"),
    ],
)
def test_arrow_down_is_left_alone(path: str, text: str) -> None:
    assert arrows_up(parse(text, path)) == []


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (strangers, "charter/web/overview/desk.py", "from sqlalchemy import select"),
        (strangers, "charter/domain/readings/status.py", "import flask"),
        (strangers, "charter/reports/pages.py", "import weasyprint"),
        (strangers, "charter/services/post.py", "import requests"),
        (strangers, "charter/sources/readers/connect.py", "import psycopg"),
        (impurities, "charter/domain/readings/status.py", "from pathlib import Path"),
        (impurities, "charter/domain/readings/status.py", "text = open('x').read()"),
    ],
)
def test_planted_fault_is_found(check: object, path: str, text: str) -> None:
    assert callable(check)
    assert len(check(parse(text, path))) >= 1


def test_heaviness_spreads_through_imports_at_start() -> None:
    home = parse("import ibis.expr", "charter/sources/counting/measure.py")
    through = parse(
        "try:\n    from charter.sources.counting import measure\nexcept ImportError:\n    pass",
        "charter/services/checks/running.py",
    )
    page = parse("from charter.services.checks.running import run", "charter/web/checks.py")
    assert len(heavy_outside_home([home, through, page])) == 2
    assert heavy_outside_home([home]) == []


@pytest.mark.parametrize("line", ["def f():\n    {}", "if TYPE_CHECKING:\n    {}"])
@pytest.mark.parametrize("text", ["import ibis", "from charter.sources.counting.measure import measure"])
def test_library_loaded_on_use_is_left_alone(line: str, text: str) -> None:
    home = parse("import ibis", "charter/sources/counting/measure.py")
    assert heavy_outside_home([home, parse(line.format(text), "charter/services/checks/running.py")]) == []


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (ENVIRONMENT, "import os\nkey = os.environ['KEY']"),
        (ENVIRONMENT, "from os import environ"),
        (CLOCKS, "import datetime\nnow = datetime.datetime.now(tz)"),
        (CLOCKS, "from datetime import date\nday = date.today()"),
    ],
)
def test_reader_outside_its_home_is_found(names: tuple[str, ...], text: str) -> None:
    source = parse(text, "charter/services/records/audit_log.py")
    assert len(readers_of(source, names, ("config",))) == 1
    assert readers_of(parse(text, "config.py"), names, ("config",)) == []
