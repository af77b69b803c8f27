"""Templates keep to the strict content policy: no script, style or event handler written into a page."""

import re
from pathlib import Path

import pytest

from tests.project.code import files

INLINE = {
    "style attribute": re.compile(r"\bstyle\s*=\s*[\"']"),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "script in the page": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "address of a script": re.compile(r"javascript:", re.IGNORECASE),
    "style in the page": re.compile(r"<style\b", re.IGNORECASE),
    "address elsewhere": re.compile(
        r"<(script|link|img|iframe)\b[^>]*(src|href)\s*=\s*[\"'](https?:)?//", re.IGNORECASE
    ),
}


def inline(text: str, name: str) -> list[str]:
    """What the content policy would refuse. The PDF is no page: its style may stand in it and its charts."""
    is_printed = name.startswith("templates/report/")
    text = text.replace("{% if css %}<style>{{ css }}</style>{% endif %}", "")
    found = []
    for what, pattern in INLINE.items():
        if not (is_printed and what == "style in the page"):
            found += [f"{name}:{text.count(chr(10), 0, hit.start()) + 1} {what}" for hit in pattern.finditer(text)]
    return found


def test_templates_hold_no_inline_script_or_style(project: Path) -> None:
    paths = [path for path in files("templates", suffix="") if (project / path).is_file()]
    # What set-up has compiled of them stands beside, as of the code.
    paths = [path for path in paths if "__pycache__" not in str(path)]
    assert paths != []
    assert [line for path in paths for line in inline((project / path).read_text(encoding="utf-8"), str(path))] == []


FILTERED = {"templates/audit/audit.html", "templates/alerts/one.html"}
"""Fields that only narrow what is shown; a part of a page that has the summary."""


def test_the_keyboard_stands_at_every_summary_of_faults(project: Path) -> None:
    """After a refusal focus goes to the summary, whose links lead to the fields."""
    paths = [path for path in files("templates", suffix=".html") if (project / path).is_file()]
    found = [
        (str(path), line.strip())
        for path in paths
        for line in (project / path).read_text(encoding="utf-8").splitlines()
        if "error-summary" in line
    ]
    assert len(found) > 16
    assert [one for one in found if 'tabindex="-1" autofocus' not in one[1]] == []
    texts = {str(path): (project / path).read_text(encoding="utf-8") for path in paths}
    told = {path: text for path, text in texts.items() if re.search(r'id="[^"]*-error"', text) and "<form" in text}
    without = [path for path, text in told.items() if not re.search(r"error-summary|(?:summary|refused)\(", text)]
    assert set(without) <= FILTERED, "a form whose fields tell faults has their summary"
    assert [path for path, text in texts.items() if 'class="error" role="alert"' in text] == []


CUT = re.compile(r"(?:\bin |files\([\w.]+, |=|list\()\(?([A-Za-z_][\w.]*)\[:(\d+)\](?:\s*%}|\||,)")
TOLD_ELSEWHERE = {
    ("templates/desk/desk.html", "touched"): "the two worst lead the page; the table beneath holds every promise",
}


def cut_in_silence(text: str) -> list[str]:
    """The lists of a template of which only the first are shown, with no word on how many more there are."""
    found = [(hit[1], int(hit[2])) for hit in CUT.finditer(text)]
    told = ("{name}|length > {most}", "{name}|length <= {most}", "{name}[{most}:]")
    return [
        name for name, most in found if most > 1 and not any(form.format(name=name, most=most) in text for form in told)
    ]


def test_a_list_that_is_cut_says_how_many_more(project: Path) -> None:
    paths = [path for path in files("templates", suffix="") if (project / path).is_file() and path.suffix != ".pyc"]
    texts = {
        str(path): (project / path).read_text(encoding="utf-8") for path in paths if "__pycache__" not in str(path)
    }
    assert sum(len(CUT.findall(text)) for text in texts.values()) > 20
    silent = [(path, name) for path, text in texts.items() for name in cut_in_silence(text)]
    assert [one for one in silent if one not in TOLD_ELSEWHERE] == []


def test_a_list_cut_in_silence_is_found() -> None:
    assert cut_in_silence("{% for row in month.actions[:40] %}{{ row }}{% endfor %}") == ["month.actions"]
    assert cut_in_silence("{{ _('Named: %(names)s.', names=near[:20]|listed) }}") == ["near"]
    assert cut_in_silence("{% for row in rows[:5] %}{% endfor %}{% if rows|length > 5 %}more{% endif %}") == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('<p style="color: red">', "style attribute"),
        ("{{ form.name(style='width: 3em') }}", "style attribute"),
        ('<a href="/" onclick="go()">', "event handler"),
        ("<script>go()</script>", "script in the page"),
        ('<a href="javascript:go()">', "address of a script"),
        ("<style>p { color: red }</style>", "style in the page"),
        ('<script src="https://cdn.example/x.js"></script>', "address elsewhere"),
    ],
)
def test_planted_fault_is_found(text: str, what: str) -> None:
    assert inline("\n" + text, "templates/a.html") == [f"templates/a.html:2 {what}"]


def test_honest_markup_is_left_alone() -> None:
    honest = "<script src=\"{{ url_for('static', filename='a.js') }}\" defer></script>\n<p class=\"style\">on = 1</p>"
    assert inline(honest, "templates/a.html") == []
    assert inline("<style>p { color: red }</style>", "templates/report/a.html") == []


LABEL = re.compile(r"<button[^>]*>\s*\{\{ _\('([^']+)'\)")
POINTING = re.compile(r"^\w+ (it|them)( again| up| off| now)?$")
"""A verb and a pronoun alone: read by itself, as a list of buttons is heard, it does not say what happens to what."""


def test_a_button_says_what_happens_to_what(project: Path) -> None:
    paths = [path for path in files("templates", suffix=".html") if (project / path).is_file()]
    labels = [label for path in paths for label in LABEL.findall((project / path).read_text(encoding="utf-8"))]
    assert len(labels) > 80
    assert [label for label in labels if POINTING.match(label)] == []
    assert POINTING.match("Withdraw it")
    assert not POINTING.match("Withdraw the survey")


def test_a_page_calls_languages_by_its_own_words(project: Path) -> None:
    """`PDF in English` is `PDF en anglais`: a language by its own name stands where that language is chosen alone."""
    paths = [path for path in files("templates", suffix=".html") if (project / path).is_file()]
    found = [str(path) for path in paths if "'en': 'English'" in (project / path).read_text(encoding="utf-8")]
    assert found == []
