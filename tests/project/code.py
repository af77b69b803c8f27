"""Reads the project's own Python files: what they import, what they call, how long they are."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PRODUCT = ("app.py", "config.py", "charter", "bench", "examples")


@dataclass(frozen=True)
class Import:
    """One imported module. `at_start`: carried out when the file is loaded, not inside a function nor for types."""

    module: str
    line: int
    at_start: bool


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the project's folder, and its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def module(self) -> str:
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def length(self) -> int:
        return len(self.text.splitlines())

    def imports(self) -> list[Import]:
        return list(_imports(self.tree.body, self._package, at_start=True))

    @property
    def _package(self) -> str:
        return self.module if self.path.name == "__init__.py" else self.module.rpartition(".")[0]

    def functions(self) -> Iterator[tuple[str, int]]:
        """Each function's name, and how many lines it takes from `def` to its end."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1

    def dotted_names(self) -> Iterator[tuple[str, int]]:
        """What is reached through a dot, whole: `os.environ`, `datetime.datetime.now`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute):
                yield ast.unparse(node), node.lineno

    def calls(self) -> Iterator[tuple[str, int]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node.lineno


def _imports(body: list[ast.stmt], package: str, *, at_start: bool) -> Iterator[Import]:
    for node in body:
        if isinstance(node, ast.Import):
            for name in node.names:
                yield Import(name.name, node.lineno, at_start)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*above, *filter(None, [node.module])])
            # `from charter import web` may name a module: both readings are kept, the longer one last.
            yield Import(module, node.lineno, at_start)
            yield from (Import(f"{module}.{name.name}", node.lineno, at_start) for name in node.names)
        else:
            delayed = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or _is_for_types(node)
            for inner in _blocks(node):
                yield from _imports(inner, package, at_start=at_start and not delayed)


def _is_for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        yield getattr(node, name, [])
    for handler in (*getattr(node, "handlers", []), *getattr(node, "cases", [])):
        yield handler.body


@cache
def parse(text: str, path: str) -> Source:
    return Source(Path(path), text, ast.parse(text))


def files(*roots: str, suffix: str = ".py") -> list[Path]:
    """Files below the roots, by their path from the project's folder."""
    found: list[Path] = []
    for root in roots:
        top = PROJECT / root
        found += [top] if top.is_file() else sorted(top.rglob(f"*{suffix}"))
    return [path.relative_to(PROJECT) for path in found]


def sources(*roots: str) -> list[Source]:
    return [parse((PROJECT / path).read_text(encoding="utf-8"), str(path)) for path in files(*(roots or PRODUCT))]
