"""The documents: each link leads to a page and a heading that are there, each command that they name is one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from charter.cli.listing import LISTING

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"flask charter ([a-z][a-z-]*)")
COMMANDS = {name for commands in LISTING.values() for name in commands}


def pages(project: Path) -> list[Path]:
    return sorted([*project.glob("*.md"), *(project / "docs").rglob("*.md"), *(project / "tests").glob("*/*.md")])


def prose(text: str) -> str:
    """The text without its examples, whose brackets are no links."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def headings(text: str) -> set[str]:
    """The anchors of a page: its headings in small letters, without signs, blanks as hyphens."""
    plain = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    found = re.findall(r"^#+ +(.+?)\s*$", plain, re.MULTILINE)
    given = set(re.findall(r"\{#([a-z-]+)", " ".join(found)))
    return given | {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in found}


def broken(page: Path, text: str) -> Iterator[str]:
    """Links of a page that lead nowhere; what lies on the web is not asked for."""
    for target in LINK.findall(prose(text)):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        there = page if not path else page.parent / path
        is_page = bool(anchor) and there.exists() and there.suffix == ".md"
        if not there.exists() or (is_page and anchor not in headings(there.read_text(encoding="utf-8"))):
            yield f"{page.name}: {target}"


def test_each_link_leads_somewhere(project: Path) -> None:
    found = pages(project)
    assert len(found) > 8
    assert [one for page in found for one in broken(page, page.read_text(encoding="utf-8"))] == []


def test_each_command_that_is_named_is_one(project: Path) -> None:
    named = {(page.name, name) for page in pages(project) for name in COMMAND.findall(page.read_text(encoding="utf-8"))}
    assert len(named) > 20
    assert sorted((page, name) for page, name in named if name not in COMMANDS) == []


def built(project: Path, site: Path, docs: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The documents as a site, as `make docs` builds it; of another folder where one is given."""
    settings = project / "mkdocs.yml"
    if docs is not None:
        settings = docs.parent / "mkdocs.yml"
        said = (project / "mkdocs.yml").read_text(encoding="utf-8")
        settings.write_text(said.replace("docs_dir: docs", f"docs_dir: {docs}"), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(settings), "-d", str(site)]
    known = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=known, timeout=300)


def test_the_site_is_built_and_asks_nobody_else_for_anything(project: Path, tmp_path: Path) -> None:
    done = built(project, tmp_path / "site")
    assert done.returncode == 0, done.stderr
    site, docs = tmp_path / "site", project / "docs"
    written = {page.relative_to(site).with_suffix("") for page in site.rglob("*.html")}
    assert {page.relative_to(docs).with_suffix("") for page in docs.rglob("*.md")} <= written
    search = (tmp_path / "site" / "search" / "search_index.js").read_text(encoding="utf-8")
    assert "confiance normative" in search
    loaded = re.compile(r"<(?:script|img|iframe)[^>]* src=\"https?:|<link[^>]* rel=\"stylesheet\"[^>]* href=\"https?:")
    assert [page.name for page in site.rglob("*.html") if loaded.search(page.read_text("utf-8"))] == []


def test_the_site_is_not_built_with_a_link_that_leads_nowhere(project: Path, tmp_path: Path) -> None:
    shutil.copytree(project / "docs", tmp_path / "docs")
    with (tmp_path / "docs" / "index.md").open("a", encoding="utf-8") as page:
        page.write("\n[a](nowhere.md)\n")
    done = built(project, tmp_path / "site", tmp_path / "docs")
    assert done.returncode != 0
    assert "nowhere.md" in done.stderr


@pytest.mark.parametrize("link", ["[a](nowhere.md)", "[a](README.md#nowhere)", "[a](#nowhere)"])
def test_planted_links_are_found(project: Path, link: str) -> None:
    assert len(list(broken(project / "README.md", f"# A page\n{link} and [b](#a-page) `[c](nowhere.md)`"))) >= 1
