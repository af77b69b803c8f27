"""The story of a quarter, with a real mail server: who got what, when, with which figure.

Each mail that arrives is held to what `status --json` says at that instant, to what its reader may read then, and to
their quiet hours; then the whole quarter is read as one table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, update

from charter.domain.alerts.mail_hours import is_quiet
from charter.domain.figures.entries import Figure
from charter.domain.overview.model import IndicatorView
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER, may
from charter.domain.vocabulary.terms import Permission, Role
from charter.models.base import db
from charter.models.people import Person
from charter.services.alerts.telling import tell_and_send
from charter.services.checks.running import run_due
from charter.services.figures.write import correct_figure, enter_figures
from charter.services.month.overview import overview
from charter.services.people import accounts, mail_hours
from charter.services.people.owners import hours_of
from charter.services.people.reach import set_reach
from charter.services.records.access import Access
from charter.services.reports.snapshots import seal_due_months
from charter.words.formats import format_value, text_in
from tests.post.servers import Inbox, mail_server
from tests.services.alerts.test_alerts import spaced
from tests.services.people.test_accounts import open_account
from tests.services.post.test_outbox import office
from tests.services.world import ANSWER, BILL, HEAD, Month, apply, write_cases

PARIS = ZoneInfo("Europe/Paris")
CALLS = """
  - key: calls
    title: {fr: Un appel décroché, en: A call that is answered}
    promise: {fr: Nous décrochons., en: We pick up.}
    owner: Service clients
    class: {decided: trust, by: Comité, because: On nous le dit, date: 2026-06-01}
    indicators:
      - key: picked
        title: {fr: Appels décrochés, en: Calls picked up}
        source: hand
        kind: share
        period: week
        minimum: 10
        targets: [{from: 2026-01-01, target: 0.85, tolerance: 0.02, unacceptable: 0.50}]
        check: {due: 0 days, at: "06:00", late_after: 1 day, lapses_after: 60 days}
"""
HAND = HEAD.replace("sources:\n", "sources:\n  hand: {kind: manual}\n")
TEXT = HAND + ANSWER + CALLS
MORNING, AROUND = time(8, 5), (time(6, 35), time(21, 40))
EVENTFUL = (
    (date(2026, 9, 5), date(2026, 9, 8)),
    (date(2026, 9, 13), date(2026, 9, 15)),
    (date(2026, 9, 20), date(2026, 9, 23)),
    (date(2026, 10, 3), date(2026, 10, 6)),
)
"""The days on which something opens, people move, the server is away: the clock ticks early and late there too."""
MONTHS: Mapping[str, Month] = {
    "2026-07": {"vannes": (40, 38, 39), "brest": (40, 36, 39), "nice": (40, 38, 39)},
    "2026-08": {"vannes": (40, 22, 39), "brest": (40, 15, 39), "nice": (40, 37, 39)},
    "2026-09": {"vannes": (40, 21, 39), "brest": (40, 24, 39), "nice": (40, 37, 24)},
    "2026-10": {"vannes": (40, 38, 39), "brest": (40, 37, 39), "nice": (40, 37, 39)},
    "2026-11": {"vannes": (4, 4, 4)},
}


@dataclass
class Mail:
    """One mail that arrived: when, whose, and what it says, with the lines of a flowed text joined again."""

    at: datetime
    to: str
    message: EmailMessage
    text: str = field(init=False)

    def __post_init__(self) -> None:
        part = self.message.get_body(("plain",))
        assert part is not None
        self.text = spaced(part.get_content().replace("\r\n", "\n")).replace("-- \n", "--\n").replace(" \n", " ")

    @property
    def subject(self) -> str:
        return spaced(self.message["Subject"])

    @property
    def row(self) -> str:
        return f"{self.at.astimezone(PARIS):%d/%m %H:%M} {self.to.partition('@')[0]}: {self.subject}"


@dataclass
class Quarter:
    """An installation whose clock ticks in the morning, on eventful days early and late too; its mail server may be
    away. `calls`: by week and unit, those of so many that were picked up, entered when the week is over."""

    folder: Path
    inbox: Inbox
    port: int
    now: datetime = datetime(2026, 8, 1, 8, 5, tzinfo=PARIS)
    mails: list[Mail] = field(default_factory=list)
    calls: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    compared: Counter[str] = field(default_factory=Counter)

    def until(self, day: int, month: int, *, is_away: bool = False) -> None:
        """Every tick up to noon of that day."""
        end = datetime(2026, month, day, 12, tzinfo=PARIS)
        for instant in _ticks(self.now, end):
            self.tick(instant, is_away=is_away)
        self.now = end

    def tick(self, now: datetime, *, is_away: bool = False) -> None:
        now = now.astimezone(UTC)
        self.enter(now)
        run_due(SCHEDULER, now, Access())
        seal_due_months(SCHEDULER, now)
        tell_and_send(SCHEDULER, lambda: now, office(1 if is_away else self.port))
        for to, message in self.inbox.messages:
            self.mails.append(Mail(now, to, message))
            self.compared += hold_to_account(self.mails[-1])
        self.inbox.messages.clear()

    def enter(self, now: datetime) -> None:
        """The calls of the week that is over."""
        week = f"{now - timedelta(weeks=1):%G-W%V}"
        if week in self.calls:
            enter_calls(now, week, self.calls.pop(week))


def enter_calls(now: datetime, week: str, calls: Mapping[str, tuple[int, int]]) -> None:
    figures = [
        Figure("picked", week, unit, {"numerator": picked, "denominator": of}) for unit, (picked, of) in calls.items()
    ]
    enter_figures(COMMAND_LINE, now, figures)


def _ticks(after: datetime, end: datetime) -> Iterator[datetime]:
    days = ((after + timedelta(days=ahead)).date() for ahead in range((end - after).days + 2))
    instants = (datetime.combine(day, hour, PARIS) for day in days for hour in _hours_of(day))
    yield from (one for one in instants if after < one <= end)


def _hours_of(day: date) -> Sequence[time]:
    """None on days on which nothing can become due: no week or month ends, none is sealed, nobody is waited for."""
    if any(first <= day <= last for first, last in EVENTFUL):
        return sorted((MORNING, *AROUND))
    is_waited_for = day.month >= 9 and day.day <= 13
    return (MORNING,) if is_waited_for or day.weekday() == 0 or day.day == 12 else ()


GREETED = r"(?:\n(?:Hello|Bonjour)[^\n]*\n\n)?"
FIGURE = r"  (?P<name>[^\n:]+?) ?: (?P<value>[\d,.]+ ?%)(?: → (?P<after>[\d,.]+ ?%))?"
ALERT = re.compile(r"^(?:\* )?(?P<said>[^\n]*?)\n" + GREETED + FIGURE + r"(?P<rest>[^\n]*)", re.M)
WORST = re.compile(r"(?:Lowest|Unacceptable|Au plus bas|Inacceptable) ?: (?P<place>[^(:]+?) \((?P<value>[\d,.]+ ?%)\)")
BEFORE = re.compile(r"(?:after|après) (?P<value>[\d,.]+ ?%) (?:in|en) (?P<month>\S+ 20\d\d)")
KEPT = re.compile(
    r"The week(?: at (?P<place>[^:]+))?: (?:All (?P<all>\d+) c|(?P<kept>\d+) of (?P<of>\d+) c|(?P<few>\d+) kept)"
)
FLOOR = re.compile(r"The floor (?:is )?(holds|does not hold|unproven)")
MONTHS_SAID = {"July 2026": "2026-07", "August 2026": "2026-08", "September 2026": "2026-09", "juillet 2026": "2026-07",
               "août 2026": "2026-08", "septembre 2026": "2026-09"}  # fmt: skip
PLACES = {
    "Agence de Vannes": "vannes",
    "Agence de Brest": "brest",
    "Agence de Nice": "nice",
    "Région Ouest": "west",
    "Région Sud": "south",
}


def hold_to_account(mail: Mail) -> Counter[str]:
    """What it says is what `status --json` says now, of places that its reader may read, at an hour they like.

    Returns how many figures of each kind were compared.
    """
    person = db.session.execute(select(Person).where(Person.email == mail.to)).scalar_one()
    assert person.is_active, mail.row
    assert not is_quiet(hours_of(person), mail.at), mail.row
    actor, language = accounts.actor_of(person), person.language or "fr"
    for name, unit in PLACES.items():
        assert name not in mail.text + mail.subject or may(actor, Permission.READ_DESK, unit), mail.row
    compared, is_week = Counter[str](), KEPT.match(mail.subject)
    if is_week:
        _hold_week(mail, is_week)
        compared["headline"] += 1
    for found in ALERT.finditer(mail.text):
        if found["said"].startswith(("No longer promised", "Ce n’est plus promis")):
            continue
        unit = next((key for name, key in PLACES.items() if f"({name})" in found["said"]), None)
        asked = _Asked(found["name"].strip(), language, f"{mail.at.astimezone(PARIS):%Y-%m}")
        assert (found["after"] or found["value"]) == _said(mail, unit, asked), (mail.row, found[0])
        compared["week" if is_week else "alert"] += 1
        for worst in WORST.finditer(found["rest"]):
            assert worst["value"] == _said(mail, PLACES[worst["place"]], asked), (mail.row, found[0])
            compared["worst"] += 1
        for before in BEFORE.finditer(found["rest"]):
            assert before["value"] == _said(mail, unit, replace(asked, month=MONTHS_SAID[before["month"]])), found[0]
            compared["before"] += 1
    return compared


def _hold_week(mail: Mail, week: re.Match[str]) -> None:
    """The headline of a week's mail is that of `status --json` at that instant."""
    headline = overview(COMMAND_LINE, mail.at, unit=PLACES.get(week["place"] or ""))["headline"]
    assert int(week["all"] or week["kept"] or week["few"]) == headline["kept"], mail.row
    assert week["few"] or int(week["all"] or week["of"]) == headline["of"], mail.row
    (floor,) = FLOOR.findall(mail.subject)
    assert {"holds": "held", "does not hold": "broken"}.get(floor, floor) == headline["floor"]["state"], mail.row


@dataclass(frozen=True)
class _Asked:
    """A figure by its name, in a language, as it stands at the end of a month."""

    name: str
    language: str
    month: str


def _said(mail: Mail, unit: str | None, asked: _Asked) -> str:
    figure = _figure(mail.at, unit, asked)
    return spaced(format_value(figure["value"], figure["kind"], asked.language, figure))


def _figure(at: datetime, unit: str | None, asked: _Asked) -> IndicatorView:
    """The figure of that name in what `status --json` says."""
    name, language, month = asked.name, asked.language, asked.month
    for view in overview(COMMAND_LINE, at, unit=unit, period=month)["commitments"]:
        for one in view["indicators"]:
            if text_in(one["title"], language) == name:
                return one
    raise AssertionError(f"{name} is nowhere on {unit}")


def flapping_calls() -> Iterator[tuple[str, dict[str, tuple[int, int]]]]:
    """Calls that flap through August, week by week, and hold from September."""
    for week in range(18):
        day = date(2026, 6, 29) + timedelta(weeks=week)
        met = 250 if day.month == 8 and week % 2 else 285
        yield f"{day:%G-W%V}", {"vannes": (met, 300), "nice": (47, 50)}


@pytest.fixture
def quarter(empty: Flask, tmp_path: Path) -> Iterator[Quarter]:
    with mail_server() as (inbox, port):
        yield Quarter(tmp_path, inbox, port)


def hired(name: str, role: Role, *owners: str, units: Sequence[str] = (), after: int = 0, language: str = "en") -> int:
    made = open_account(name, role, tuple(units))
    then = datetime(2026, 7, 1, tzinfo=UTC)
    set_reach(COMMAND_LINE, then, made, answers_for=owners, next_id=after or None, language=language)
    db.session.execute(update(Person).where(Person.id == made).values(created_at=then))
    db.session.commit()
    return made


def chooses(number: int, **given: str) -> None:
    actor = accounts.person(number)
    assert actor is not None
    mail_hours.choose_mail_hours(actor, datetime(2026, 7, 1, tzinfo=UTC), {"digest_at": "08:00", **given})


STARTS = datetime(2026, 8, 1, 6, tzinfo=UTC)
COMPARED = Counter(alert=25, week=27, headline=23, worst=46, before=46)
"""How many figures of the table were held to `status --json`: of alerts and weeks, worst places, periods before."""

TABLE = """
03/08 08:05 dora: The week: 1 kept, 2 without figures. The floor is unproven.
10/08 08:05 dora: The week: All 3 commitments are kept. The floor holds.
12/08 08:05 dora: July 2026 waits for your approval
17/08 08:05 dora: The week: All 3 commitments are kept. The floor holds.
24/08 08:05 dora: The week: All 3 commitments are kept. The floor holds.
31/08 08:05 dora: The week: All 3 commitments are kept. The floor holds.
06/09 08:05 ana: L’engagement « Une réponse en 5 jours » (toute l’organisation) n’est pas tenu en août 2026
06/09 08:05 boris: “An answer in 5 days” (Région Ouest) is at an unacceptable level in August 2026
07/09 08:05 dora: The week: 2 of 3 commitments kept. The floor does not hold because of “An answer in 5 days”.
07/09 08:05 rita: The week at Région Ouest: 2 of 3 commitments kept. The floor does not hold because of “An answer in 5 days”.
08/09 08:05 mia: Without an answer so far: “An answer in 5 days” (whole organisation) is missed in August 2026
08/09 08:05 ana: C’est désormais à vous d’y répondre : l’engagement « Une réponse en 5 jours » (Région Ouest) est à un niveau inacceptable en août 2026
10/09 08:05 dora: Without an answer so far: “An answer in 5 days” (whole organisation) is missed in August 2026
10/09 08:05 mia: Without an answer so far: “An answer in 5 days” (Région Ouest) is at an unacceptable level in August 2026
12/09 08:05 dora: August 2026 waits for your approval
14/09 08:05 dora: The week: 2 of 3 commitments kept. The floor does not hold because of “An answer in 5 days”.
14/09 08:05 rita: The week at Région Ouest: 2 of 3 commitments kept. The floor does not hold because of “An answer in 5 days”.
14/09 21:40 dora: The figure of “An answer in 5 days” (whole organisation) was corrected, in August 2026; its status stays: missed; and 1 more
14/09 21:40 mia: The figure of “An answer in 5 days” (whole organisation) was corrected, in August 2026; its status stays: missed; and 1 more
15/09 08:05 ana: Le chiffre de l’engagement « Une réponse en 5 jours » (toute l’organisation) a été corrigé, en août 2026 ; son statut reste : non tenu ; et 1 autre
22/09 21:40 dora: The week: 2 of 3 commitments kept. The floor does not hold because of “An answer in 5 days”.
22/09 21:40 rita: The week at Région Ouest: 2 of 3 commitments kept. The floor does not hold because of “An answer in 5 days”.
28/09 08:05 dora: The week: 2 of 3 commitments kept. The floor does not hold because of “An answer in 5 days”.
28/09 08:05 rita: The week at Région Ouest: 2 of 3 commitments kept. The floor does not hold because of “An answer in 5 days”.
04/10 08:05 mia: “A right bill” (whole organisation) is missed in September 2026
04/10 08:05 adam: Mail does not reach nora@example.org
05/10 08:05 mia: Without an answer so far: “A right bill” (Région Sud) is missed in September 2026
05/10 08:05 dora: The week: 1 of 3 commitments kept. The floor does not hold because of “An answer in 5 days”. For 1 of 3, by an earlier period.
05/10 08:05 boris: The week at Région Sud: 2 of 3 commitments kept. The floor holds. For 1 of 3, by an earlier period.
05/10 08:05 rita: The week at Région Ouest: 2 of 3 commitments kept. The floor does not hold because of “An answer in 5 days”. For 1 of 3, by an earlier period.
08/10 08:05 mia: Nobody has answered, and nobody is left to be asked: “A right bill” (Région Sud) is missed in September 2026
11/10 08:05 mia: No longer promised there, so this alert is closed: “A right bill” (whole organisation) is missed in September 2026; and 1 more
12/10 08:05 dora: September 2026 waits for your approval
12/10 08:05 dora: The week: 1 of 3 commitments kept. The floor does not hold because of “An answer in 5 days”.
12/10 08:05 boris: The week at Région Sud: 2 of 3 commitments kept. The floor holds.
12/10 08:05 rita: The week at Région Ouest: 2 of 3 commitments kept. The floor does not hold because of “An answer in 5 days”.
19/10 08:05 dora: The week: 1 of 3 commitments kept. The floor does not hold because of “An answer in 5 days”.
19/10 08:05 rita: The week at Région Ouest: 2 of 3 commitments kept. The floor does not hold because of “An answer in 5 days”.
26/10 08:05 dora: The week: 1 of 3 commitments kept. The floor does not hold because of “An answer in 5 days”.
26/10 08:05 rita: The week at Région Ouest: 2 of 3 commitments kept. The floor does not hold because of “An answer in 5 days”.
"""  # noqa: E501


def test_a_quarter(quarter: Quarter) -> None:
    write_cases(quarter.folder, MONTHS, is_clean=True)
    apply(TEXT + BILL, quarter.folder, datetime(2026, 7, 1, 8, tzinfo=UTC))
    for week, figures in list(flapping_calls())[1:4]:
        enter_calls(STARTS, week, figures)
    quarter.calls = dict(list(flapping_calls())[4:])
    hired("Dora", Role.DIRECTOR)
    mia = hired("Mia", Role.MANAGER)
    ana = hired("Ana", Role.CONTRIBUTOR, "Service clients", after=mia, language="fr")
    boris = hired("Boris", Role.CONTRIBUTOR, "Service clients", units=["west"], after=ana)
    hired("Nora", Role.CONTRIBUTOR, "Facturation", units=["south"])
    hired("Clara", Role.FRONTLINE, units=["vannes"])
    hired("Adam", Role.ADMIN)
    hired("Rita", Role.MANAGER, units=["west"])
    chooses(ana, quiet_from="20:00", quiet_until="07:00")
    chooses(boris, at_once="all", quiet_from="19:00", quiet_until="08:00")
    quarter.inbox.refuse["nora@example.org"] = "550 5.1.1 no such user"
    quarter.until(7, 9)
    # Boris moves to the south: what is open in the west goes to who is in charge there now.
    accounts.change_account(
        COMMAND_LINE, quarter.now, boris, name="Boris", role=Role.CONTRIBUTOR, units=["south"], is_active=True
    )
    quarter.until(14, 9)
    slip = Figure("answered", "2026-08", "brest", {"numerator": 15, "denominator": 20}, "Counted twice", "phone")
    correct_figure(COMMAND_LINE, quarter.now.astimezone(UTC), slip)
    quarter.until(20, 9)
    quarter.until(22, 9, is_away=True)
    quarter.until(8, 10)
    apply(TEXT.replace("valid_from: 2026-07-01", "valid_from: 2026-10-01"), quarter.folder, quarter.now.astimezone(UTC))
    quarter.until(31, 10)
    assert [mail.row for mail in quarter.mails] == TABLE.strip().split("\n")
    weeks = Counter((mail.to, mail.at.isocalendar()[1]) for mail in quarter.mails)
    assert max(weeks.values()) <= 3, "everybody, in every week of the story"
    assert quarter.compared == COMPARED


def test_a_flapping_year_writes_a_fifth_of_the_mails(quarter: Quarter) -> None:
    apply(HAND + CALLS, quarter.folder, datetime(2026, 7, 1, 8, tzinfo=UTC))
    hired("Ana", Role.CONTRIBUTOR, "Service clients")
    chooses(1, at_once="all")
    mondays = [date(2026, 7, 6) + timedelta(weeks=week) for week in range(52)]
    quarter.calls = {f"{day:%G-W%V}": {"vannes": (24 if week % 2 else 38, 40)} for week, day in enumerate(mondays)}
    for day in mondays:
        quarter.tick(datetime.combine(day + timedelta(days=8), MORNING, PARIS))
    breaches = 26
    told = [mail for mail in quarter.mails if "A call that is answered" in mail.text.partition("STILL OPEN")[0]]
    assert 1 <= len(told) <= breaches / 5
    assert quarter.calls == {}, "every week was entered"
    weeks = Counter((mail.to, *mail.at.isocalendar()[:2]) for mail in quarter.mails)
    assert max(weeks.values()) <= 3
