"""How the house is to live in: `python -m bench.house` counts modules, folders, circles, and the files a flow runs.

The flows run on a copy of the demo's database and data (`make demo` first; DEMO_FOLDER names another), each for the
second time, so that what a process does once is not counted. A file counts when one of its functions runs.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
HOUSE = PROJECT / "charter"
DEMO = Path(os.environ.get("DEMO_FOLDER", PROJECT / "var" / "demo"))


def modules() -> list[Path]:
    return sorted(path for path in HOUSE.rglob("*.py") if path.name != "__init__.py")


def name_of(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def arrows() -> dict[str, set[str]]:
    """Each module, and the modules of ours that it imports: at its top, in functions and under TYPE_CHECKING alike."""
    paths = {name_of(path): path for path in HOUSE.rglob("*.py")}
    return {name: set(_imported(path, paths)) - {name} for name, path in paths.items()}


def _imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from charter.services import desk` names a module; `from charter.services.desk import f` a thing in one.
            for one in node.names:
                whole = f"{node.module}.{one.name}"
                if whole in known or node.module in known:
                    yield whole if whole in known else node.module


def circles(found: dict[str, set[str]]) -> list[list[str]]:
    """The groups of modules that import each other, by any way round (Tarjan)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

    def visit(name: str) -> None:
        order[name] = low[name] = len(order)
        stack.append(name)
        for other in found[name]:
            if other not in order:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], order[other])
        if low[name] == order[name]:
            at = stack.index(name)
            groups.append(stack[at:])
            del stack[at:]

    for name in found:
        if name not in order:
            visit(name)
    return [group for group in groups if len(group) > 1]


def files_run(work: Callable[[], object]) -> set[str]:
    """Our files of which a function runs while `work` does; what runs when a module is loaded is not counted."""
    seen: set[str] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_name != "<module>":
            seen.add(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return {name for name in seen if name.startswith(f"{HOUSE}{os.sep}")}


def flows(folder: Path) -> dict[str, set[str]]:
    """The three flows that issue and documents speak of, on a copy of the demo in `folder`."""
    shutil.copy(DEMO / "key", folder / "key")
    with (
        closing(sqlite3.connect(DEMO / "promesse.sqlite3")) as kept,
        closing(sqlite3.connect(folder / "promesse.sqlite3")) as copy,
    ):
        kept.backup(copy)  # with what still stands in the log beside it
    os.environ.update(VAR_FOLDER=str(folder), DATABASE_URL=f"sqlite:///{folder}/promesse.sqlite3",
                      DATA_FOLDERS=str(DEMO / "data"), SECRET_KEY_FILE=str(folder / "key"),
                      SESSION_COOKIE_SECURE="off", LOG_LEVEL="ERROR")  # fmt: skip
    from flask_migrate import upgrade  # noqa: PLC0415 heavy

    from app import app  # noqa: PLC0415 heavy

    with app.app_context():
        upgrade()  # the demo may be of an older version

    month = (DEMO / "made-from").read_text(encoding="utf-8").split()[0]
    year, number = map(int, month.split("-"))
    later = f"{year + (number + 2) // 13}-{(number + 1) % 12 + 1:02}-05T12:00"
    command = app.test_cli_runner()

    def command_of(*words: str) -> Callable[[], object]:
        return lambda: _done(command.invoke(args=["charter", *words]))

    client = _signed_in(app.test_client())

    def desk() -> object:
        return client.get("/desk").get_data()

    desk()
    command_of("status", "--json")()
    return {
        "GET /desk": files_run(desk),
        "a check": files_run(command_of("run-due", "--now", later)),
        "freeze": files_run(command_of("freeze", _before(month))),
    }


def _signed_in(client: Any) -> Any:
    """The client, as the demo's director."""
    page = client.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    given = {
        "email": "director@demo.example",
        "password": (DEMO / "password").read_text(encoding="utf-8").strip(),
        "csrf_token": token[1] if token else "",
    }
    if client.post("/sign-in", data=given).status_code != 303:
        raise RuntimeError("The demo's director could not sign in: make the demo again.")
    return client


def _before(month: str) -> str:
    year, number = map(int, month.split("-"))
    return f"{year - (number == 1)}-{number - 1 or 12:02}"


def _done(result: Any) -> None:
    if result.exit_code:
        raise RuntimeError(result.output) from result.exception


def untested() -> list[str]:
    """Modules of services that define a public function and have no tests/services/<noun>/test_<module>.py."""
    found = (path for path in modules() if path.is_relative_to(HOUSE / "services"))
    return [name_of(path) for path in found if _has_rule(path) and not _test_of(path).exists()]


def _has_rule(path: Path) -> bool:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return any(isinstance(node, ast.FunctionDef) and not node.name.startswith("_") for node in body)


def _test_of(path: Path) -> Path:
    return PROJECT / "tests" / path.relative_to(HOUSE).with_name(f"test_{path.name}")


CALLERS = ("app.py", "config.py", "charter", "templates", "bench", "migrations", "examples")
PLAIN = {"property", "cached_property", "staticmethod", "classmethod", "lru_cache", "cache", "contextmanager"}
"""Decorators that register nothing: a function with another one may be called by what it is registered with."""


def only_tested() -> list[str]:
    """Functions of charter/ that neither code nor template names: at most their tests call them.

    What a library calls by its name (of a class with a base that is not ours) is left out.
    """
    paths = [path for root in CALLERS for path in ([PROJECT / root] if "." in root else (PROJECT / root).rglob("*"))]
    named = {name for path in paths if path.suffix == ".py" for name in _names(path)}
    for path in paths:
        if path.suffix in (".html", ".txt", ".svg", ".xml", ".css"):
            named |= set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return sorted(
        f"{name_of(path)} {name}" for path in HOUSE.rglob("*.py") for name in _functions(path) if name not in named
    )


def _names(path: Path) -> Iterator[str]:
    """What code names: variables, attributes, and words in strings; not what it imports, defines or documents."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            yield node.value


def _functions(path: Path) -> Iterator[str]:
    """Functions and methods that nothing registers."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {id(one) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.bases for one in node.body}
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef) or id(node) in called or re.fullmatch("__.*__", node.name):
            continue
        if {ast.unparse(one).split("(")[0] for one in node.decorator_list} <= PLAIN:
            yield node.name


def main() -> int:
    found = modules()
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in HOUSE.rglob("*.py"))
    folder, most = Counter(path.parent for path in found).most_common(1)[0]
    round_about = circles(arrows())
    print(f"{len(found):7,}  modules in charter/, without __init__")
    print(f"{lines:7,}  lines in charter/")
    print(f"{most:7,}  modules in {folder.relative_to(PROJECT)}, the fullest folder")
    print(f"{len(round_about):7,}  import circles {' '.join(f'of {len(group)} files' for group in round_about)}")
    print(f"{len(untested()):7,}  modules of services without a test file of their name")
    if not (DEMO / "made-from").exists():
        print("The flows need the demo's data: make demo DEMO_SERVE=0 first.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as temporary:
        for name, files in flows(Path(temporary)).items():
            print(f"{len(files):7,}  files run by: {name}")
            if "-v" in sys.argv:
                print(*(f"         {Path(one).relative_to(PROJECT)}" for one in sorted(files)), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
