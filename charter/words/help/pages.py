"""The pages of help: what `/help` shows is what the documents show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

DOCUMENTS = Path(__file__).resolve().parents[3] / "docs"
FOLDERS: Mapping[str, str] = {"en": "help", "fr": "aide"}
"""The folder of each language; a page has the same name in both."""

INDEX, TERMS = "index", "terms"
_LINK = re.compile(r"\]\(([a-z-]+)\.md((?:#[a-z-]+)?)\)")


@dataclass(frozen=True)
class HelpPage:
    """A page of help: its name in addresses, its title, and all of it as Markdown below the title."""

    name: str
    title: str
    text: str

    @property
    def plain(self) -> str:
        """Its words without marks, as a search reads them."""
        without = re.sub(r"\{#[^}]*\}|\]\([^)]*\)", " ", self.text)
        return " ".join(re.sub(r"[#*|\[\]`]+|---+", " ", without).split())


@lru_cache(maxsize=len(FOLDERS))
def help_pages(language: str) -> Mapping[str, HelpPage]:
    """All pages of help in that language, by name."""
    found = {}
    for path in sorted((DOCUMENTS / FOLDERS.get(language, FOLDERS["en"])).glob("*.md")):
        first, _, rest = path.read_text(encoding="utf-8").partition("\n")
        found[path.stem] = HelpPage(path.stem, first.removeprefix("# ").strip(), rest.strip())
    return found


@lru_cache(maxsize=128)
def rendered(name: str, language: str) -> Markup:
    """A page below its title as HTML. Tags written into the Markdown are shown, never obeyed; links stay in help."""
    from markdown import Markdown  # noqa: PLC0415 heavy

    page = help_pages(language)[name]
    writer = Markdown(extensions=["attr_list", "tables", "toc"], output_format="html")
    writer.preprocessors.deregister("html_block")
    writer.inlinePatterns.deregister("html")
    return Markup(writer.convert(_LINK.sub(r"](\1\2)", page.text)))
