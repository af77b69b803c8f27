"""What every page has: who is signed in, what they may open, and helpers that only print.

In which language a page speaks: asked in the address, remembered, the person's own, the browser's, else French.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, current_app, g, has_request_context, request, session, url_for
from flask_babel import force_locale, get_locale, get_translations
from flask_babel import lazy_gettext as _
from flask_login import current_user
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from charter.domain.overview.groups import told_of
from charter.domain.overview.model import CommitmentView, IndicatorView, Overview, in_place, main_indicator
from charter.domain.vocabulary.permissions import Actor, may_somewhere
from charter.domain.vocabulary.terms import Permission, Role
from charter.services.alerts.worklist import Worklist, worklist
from charter.services.charters.versions import history
from charter.web.frame.access import current_actor, now
from charter.web.frame.extensions import babel
from charter.web.frame.pickers import FITS, period_options, unit_options
from charter.web.frame.proxies import this_address
from charter.words import classes
from charter.words.filters import register_filters
from config import LANGUAGES, PROJECT, Settings

KEY = "language"


def choose_language() -> str:
    """`?lang=` → session → the signed-in person → Accept-Language → the installation's default."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    remembered = session.get(KEY)
    if remembered in LANGUAGES:
        return str(remembered)
    if current_user and current_user.is_authenticated and current_user.actor.language in LANGUAGES:
        return str(current_user.actor.language)
    return request.accept_languages.best_match(LANGUAGES) or str(current_app.config["BABEL_DEFAULT_LOCALE"])


_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)
"""The language of the answer under way, once it is known: a page asks a thousand times."""

_catalogues: dict[str, Any] = {}


def current_language() -> str:
    """The language of the answer under way."""
    spoken = _spoken.get()
    if spoken is None:
        locale = get_locale()
        spoken = locale.language if locale else str(current_app.config["BABEL_DEFAULT_LOCALE"])
        if has_request_context():
            _spoken.set(spoken)
    return spoken


def _forget_language(_error: BaseException | None = None) -> None:
    _spoken.set(None)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within the block answers are written in this language, whatever their reader chose."""
    before = _spoken.get()
    with force_locale(language):
        _spoken.set(language)
        try:
            yield
        finally:
            _spoken.set(before)


def _catalogue() -> Any:
    language = current_language()
    if language not in _catalogues:
        _catalogues[language] = get_translations()
    return _catalogues[language]


def _remember_language() -> None:
    asked = request.args.get("lang")
    if asked in LANGUAGES and session.get(KEY) != asked:
        session[KEY] = asked


def language_links() -> list[dict[str, str | bool]]:
    """The same page in each language. What was asked stays text: a name in it means nothing to whoever makes links."""
    is_page = request.endpoint is not None and request.method == "GET"
    path = request.script_root + quote(request.path) if is_page else url_for("intranet.page")
    same = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"] if is_page else []
    names = {"fr": "Français", "en": "English"}
    return [
        {
            "code": code,
            "name": names[code],
            "href": f"{path}?{urlencode([*same, ('lang', code)])}",
            "is_current": code == current_language(),
        }
        for code in LANGUAGES
    ]


def register_language(app: Flask, settings: Settings) -> None:
    """Bind the choice of language to gettext, to our filters and to the links that change it."""
    app.config["BABEL_DEFAULT_LOCALE"] = settings.default_language
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=choose_language)  # type: ignore[no-untyped-call]
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _catalogue().ugettext(text),
        lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, count: _catalogue().unpgettext(context, one, many, count),
    )
    app.before_request(_forget_language)
    app.teardown_request(_forget_language)
    register_filters(app.jinja_env, current_language)
    app.before_request(_remember_language)
    app.context_processor(lambda: {"language": current_language(), "language_links": language_links})


COMPILED = PROJECT / "templates" / "__pycache__"


class Compiled(FileSystemBytecodeCache):
    """Templates as set-up has compiled them (bin/templates); one changed since, or damaged, is compiled here."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """A file that cannot be read is as good as none: a full disk or a power cut has left half of it."""
        try:
            super().load_bytecode(bucket)
        except Exception:
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Nothing is written while pages are served."""


MENU = (
    ("desk.page", _("Desk"), Permission.READ_DESK),
    ("commitments.index", _("Commitments"), Permission.READ_DESK),
    ("actions.index", _("Actions"), Permission.READ_DESK),
    ("checks.page", _("Checks"), Permission.READ_DESK),
    ("alerts.page", _("Alerts"), Permission.READ_DESK),
    ("figures.page", _("Figures"), Permission.ENTER_FIGURE),
    ("observations.page", _("Observations"), Permission.MODERATE_OBSERVATION),
    ("classification.page", _("Classes"), Permission.READ_DESK),
    ("parties.page", _("Mutual promises"), Permission.READ_CARDS),
    ("charter.page", _("Charter"), Permission.READ_DESK),
    ("surveys.page", _("Surveys"), Permission.READ_SURVEYS),
    ("words.page", _("Free texts"), Permission.READ_SURVEYS),
    ("reports.page", _("Reports"), Permission.READ_DESK),
    ("posting.page", _("Post"), Permission.READ_AUDIT),
    ("accounts.page", _("Accounts"), Permission.MANAGE_ACCOUNTS),
    ("audit.page", _("Audit"), Permission.READ_AUDIT),
)

FIRST: Mapping[Role, tuple[str, ...]] = {
    Role.DIRECTOR: ("desk", "commitments", "actions", "classification", "reports"),
    Role.MANAGER: ("desk", "commitments", "checks", "charter", "reports"),
    Role.CONTRIBUTOR: ("desk", "commitments", "actions", "figures", "alerts"),
    Role.AUDITOR: ("desk", "commitments", "charter", "reports", "audit"),
    Role.ADMIN: ("desk", "accounts", "posting", "audit"),
    Role.FOUNDER: ("desk", "commitments", "charter", "checks", "reports", "accounts"),
}
"""What each role comes for; the other pages it may open stand behind one entry."""


def menu(actor: Actor) -> list[tuple[str, str]]:
    """The pages that this actor may open, in the order of the header."""
    return [(endpoint, str(name)) for endpoint, name, permission in MENU if may_somewhere(actor, permission)]


def is_first(actor: Actor, endpoint: str) -> bool:
    """Whether the entry stands in the header itself."""
    return actor.is_provider or (actor.role is not None and endpoint.partition(".")[0] in FIRST.get(actor.role, ()))


def current_worklist(*, with_alarm: bool = False) -> Worklist:
    """What needs whoever asks, read once for the page and its navigation; nothing for visitors."""
    if "worklist" not in g:
        g.worklist = worklist(current_actor(), now(), with_alarm=with_alarm)
    found: Worklist = g.worklist
    return found


def menu_count(endpoint: str) -> int:
    """How many things ask for the person on a page of the navigation."""
    return current_worklist().counts.get(endpoint.partition(".")[0], 0)


def menu_counts(entries: Iterable[tuple[str, str]]) -> int:
    """The same of several pages together."""
    return sum(menu_count(endpoint) for endpoint, _name in entries)


def delta(view: IndicatorView) -> float | None:
    """The change since the period before, where both were measured."""
    if view["value"] is None or view["previous"] is None:
        return None
    return view["value"] - view["previous"]


def commitment_link(overview: Overview) -> Callable[[CommitmentView], str]:
    """Where a stone of the house leads: its commitment, for the same month and unit."""
    return lambda view: url_for("commitments.page", key=view["key"], unit=overview["unit"], period=overview["period"])


def class_sentence(view: CommitmentView) -> str:
    """Why a commitment has its class, in one sentence."""
    return classes.sentence(view["because"], current_language())


def unit_names(keys: Iterable[str]) -> list[str]:
    """The names of units, for whoever reads: a key is for files and addresses."""
    by_key = history().current.tree.by_key
    return [by_key[key].name if key in by_key else key for key in keys]


def register_page(app: Flask) -> None:
    """Put these in reach of the templates."""
    app.jinja_env.globals.update(
        main_indicator=main_indicator,
        in_place=in_place,
        told_of=told_of,
        delta=delta,
        commitment_link=commitment_link,
        pledge_link=lambda view: f"#title-{view['key']}",
        class_sentence=class_sentence,
        period_options=period_options,
        unit_options=unit_options,
        picker_fits=FITS,
        this_address=this_address,
        menu_count=menu_count,
        menu_counts=menu_counts,
        unit_names=unit_names,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = Compiled(str(COMPILED))

    @app.context_processor
    def _who() -> dict[str, object]:
        actor = current_actor()
        pages = menu(actor)
        more = [page for page in pages if not is_first(actor, page[0])]
        inside = next((name for endpoint, name in more if endpoint.partition(".")[0] == request.blueprint), None)
        first = [page for page in pages if page not in more]
        return {"actor": actor, "menu": pages, "menu_first": first, "menu_more": more, "menu_inside": inside}
