"""Names: words of the vocabulary, none that say nothing; and what docs/rules.md names is there."""

import ast
import re
from pathlib import Path

import pytest

from tests.project.code import Source, parse, sources

# Of the words that design rules out, `data` is also in the vocabulary: a status is no-data.
EMPTY_WORDS = {
    "manager",
    "helper",
    "helpers",
    "util",
    "utils",
    "common",
    "misc",
    "handler",
    "processor",
    "info",
}
GIVEN = {"result_processor"}
"""What another library calls a method that we write for it."""
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def words(name: str) -> set[str]:
    """`load_info` and `LoadInfo` both hold `info`."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def defined(found: list[Source]) -> set[str]:
    return {node.name for source in found for node in ast.walk(source.tree) if isinstance(node, DEFINITIONS)}


def empty_names(source: Source) -> list[str]:
    names = [source.path.stem, *sorted(defined([source]))]
    return [f"{source.path} {name}" for name in names if name not in GIVEN and words(name) & EMPTY_WORDS]


def unknown_in(table: str, functions: set[str], tests: set[str]) -> list[str]:
    """Names in the table `rule | function | test` that nothing in the code bears."""
    found = []
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 3 and "`" in line:
            for cell, there in zip(cells[1:], (functions, tests), strict=True):
                quoted = re.findall(r"`([^`]+)`", cell)
                last = [re.split(r"::|\.", re.sub(r"\.py$|\(.*\)$", "", name).split("/")[-1])[-1] for name in quoted]
                found += [name for name, end in zip(quoted, last, strict=True) if end not in there]
                found += [line.strip()] if not quoted else []
    return found


def test_names_say_something() -> None:
    assert [name for source in sources() for name in empty_names(source)] == []


def test_rules_name_functions_and_tests_that_exist(project: Path) -> None:
    table = (project / "docs" / "rules.md").read_text(encoding="utf-8")
    product, tests = sources("charter"), sources("tests")
    assert len(re.findall(r"^\|?[^|]*\|[^|]*`[^|]*\|[^|]*`", table, re.MULTILINE)) > 10
    functions = defined(product) | {source.path.stem for source in product}
    assert unknown_in(table, functions, defined(tests) | {source.path.stem for source in tests}) == []


def lost_places(text: str, project: Path) -> list[str]:
    """Files and folders that a document names, and that are not there: from the top, or from the package."""
    named = set(re.findall(r"`([\w./-]+(?:\.py|/)[\w./-]*)`", text))
    return sorted(name for name in named if not any((project / top / name).exists() for top in ("", "charter")))


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_documents_name_places_that_are_there(project: Path, document: str) -> None:
    text = (project / document).read_text(encoding="utf-8")
    short = {"deadlines.py", "kinds.py", "measure.py", "test_order.py", "test_sizes.py", "text/", "consistency/"}
    assert [name for name in lost_places(text, project) if name not in short] == []
    assert lost_places("see `charter/nowhere.py` and `web/`", project) == ["charter/nowhere.py"]


@pytest.mark.parametrize(
    ("path", "text"), [("charter/web/helpers.py", ""), ("charter/web/a.py", "class PageManager: 1")]
)
def test_planted_empty_name_is_found(path: str, text: str) -> None:
    assert len(empty_names(parse(text, path))) == 1
    assert empty_names(parse("def validate(): 1", "charter/web/database.py")) == []


def test_planted_unknown_name_is_found() -> None:
    table = (
        "| rule | function | test |\n|---|---|---|\n| kept | `status.evaluate` | `tests/a.py::test_kept`, `test_gone` |"
    )
    assert unknown_in(table, {"evaluate"}, {"test_kept"}) == ["test_gone"]
    assert unknown_in(table, set(), {"test_kept", "test_gone"}) == ["status.evaluate"]
    assert unknown_in("| kept | evaluate | `test_kept` |", {"evaluate"}, {"test_kept"}) != []
