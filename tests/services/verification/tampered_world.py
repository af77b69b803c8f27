"""An installation in which everything that the audit log vouches for has happened once, to be tampered with."""

from __future__ import annotations

import hashlib
from datetime import date

from charter.domain.figures.entries import Figure
from charter.domain.frontline.observations import ObservationKind
from charter.domain.surveys.questionnaire import Filled, WavePlan
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import COMMAND_LINE, VISITOR, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.alerts import Alert
from charter.models.base import db
from charter.models.figures import FigureUpload, Push
from charter.models.frontline import PosterFile, WordPin, WordReading
from charter.models.people import KnownAs
from charter.models.records import ReportFile
from charter.models.reports import EditionFile
from charter.services.actions.actions import Planned, close_action, plan_action
from charter.services.actions.comments import explain_miss
from charter.services.actions.replies import reply
from charter.services.alerts.alerts import acknowledge
from charter.services.charters.versions import history
from charter.services.checks.feed import renew_feed
from charter.services.checks.waiving import waive_check
from charter.services.classes.changes import tell_changes
from charter.services.classes.deciding import decide_class
from charter.services.classes.experts import answer as answer_expert
from charter.services.classes.experts import ask_experts
from charter.services.classes.register import record_promise
from charter.services.drafts.drafts import start_draft
from charter.services.figures.write import correct_figure
from charter.services.frontline.estimates import give_estimate
from charter.services.frontline.moderation import accept, answer, erase
from charter.services.frontline.observations import Told, send_observation
from charter.services.jobs.queue import ask
from charter.services.people.accounts import create_account
from charter.services.people.reach import set_reach
from charter.services.people.tokens import create_token
from charter.services.readings.chart_resets import rebase_chart
from charter.services.records import audit_log
from charter.services.records.transactions import transaction
from charter.services.reports.editions import approve_month, publish_erratum
from charter.services.reports.posters import poster_name
from charter.services.reports.snapshots import freeze_month
from charter.services.schedule.due import write_due
from charter.services.surveys.answers import answer as answer_survey
from charter.services.surveys.answers import issue_links
from charter.services.surveys.waves import close_wave, open_wave
from tests.services.world import NOW, measured

CONTENT = b"%PDF-1.7 kept"
MIA = Actor(name="Mia", role=Role.MANAGER)


def happened() -> None:
    """Four months measured; one figure corrected; months sealed, approved, corrected; people, classes, words, files."""
    measured()
    _people()
    _classes()
    _words()
    _free_texts()
    freeze_month(COMMAND_LINE, NOW, period="2026-09")
    freeze_month(COMMAND_LINE, NOW, period="2026-10")
    without = {"answer": "Deux guichets fermés."}
    approve_month(COMMAND_LINE, NOW, period="2026-10", reason="Relu.", without_comment=without)
    figure = Figure("billed", "2026-10", "vannes", {"numerator": 10, "denominator": 20}, "Recompté.")
    correct_figure(COMMAND_LINE, NOW, figure)
    publish_erratum(COMMAND_LINE, NOW, period="2026-10", reason="Factures recomptées.")
    _files()
    _surveys()
    with transaction():
        current = history().current
        write_due(current, current.indicators["billed"][1], parse_period("2026-11"))
    waive_check(COMMAND_LINE, NOW, indicator="billed", period="2026-11", reason="Fermé.")
    _sent()
    alert = db.session.query(Alert).filter(Alert.closed_at.is_(None)).order_by(Alert.id).first()
    assert alert is not None
    acknowledge(COMMAND_LINE, NOW, alert.id, note="On y est.")


def _sent() -> None:
    """A file of figures that was applied."""
    row = {"person_id": None, "sent_by": COMMAND_LINE.name, "name": "a.csv", "sha256": "a" * 64, "state": "applied"}
    row |= {"sent_at": NOW, "expires_at": NOW, "settled_at": NOW, "content": b"rows"}
    facts = {"name": "a.csv", "sha256": "a" * 64, "rows": hashlib.sha256(b"rows").hexdigest(), "runs": []}
    with transaction():
        db.session.add(FigureUpload(**row))
        audit_log.record(COMMAND_LINE, NOW, "upload:apply", "upload 1", after=facts)


def _people() -> None:
    number = create_account(
        COMMAND_LINE, NOW, email="ana@example.org", name="Ana", password="a long sentence of hers", role=Role.DIRECTOR
    )
    set_reach(COMMAND_LINE, NOW, number, answers_for=["Facturation"], is_next_given=False)
    with transaction():
        at = "https://login.example.org"
        db.session.add(KnownAs(person_id=number, issuer=at, subject="ana", made_at=NOW))
        audit_log.record(COMMAND_LINE, NOW, "account:identity", "ana@example.org", after={"issuer": at})
    renew_feed(Actor(name="Ana", role=Role.DIRECTOR, user_id=number), NOW)
    create_token(COMMAND_LINE, NOW, name="till", units=("vannes",))
    with transaction():
        db.session.add(Push(token_id=1, key="k1", body_sha256="b" * 64, answer={"entered": 1}, at=NOW))
        audit_log.record(COMMAND_LINE, NOW, "figure:push", "push 1")
    start_draft(COMMAND_LINE, NOW)
    ask(COMMAND_LINE, NOW, kind="verify", arguments={})


def _classes() -> None:
    decide_class(COMMAND_LINE, NOW, commitment="answer", decided="confidence", because="La loi le doit.")
    record_promise(
        COMMAND_LINE, NOW, commitment="bill", company="Autre", promised="yes", source="p. 3", seen_on="2026-10-01"
    )
    invited = ask_experts(COMMAND_LINE, NOW, commitment="care", names=("Zoé", "Yves"), closes_on="2026-11-20")
    given = {"floor": "yes", "earns": "no", "because": "Cela va de soi."}
    answer_expert(VISITOR, NOW, secret=invited[0].secret, given=given)
    tell_changes(COMMAND_LINE, NOW)


def _words() -> None:
    explain_miss(COMMAND_LINE, NOW, commitment="answer", period="2026-10", text="Deux guichets fermés.")
    reply(COMMAND_LINE, NOW, commitment="answer", period="2026-10", text="Jusqu'à quand ?")
    planned = Planned("answer", "2026-10", "Rouvrir", "Plus de réponses", "Service clients", date(2026, 12, 1))
    number = plan_action(COMMAND_LINE, NOW, planned)
    close_action(COMMAND_LINE, NOW, number=number, text="Rouvert.")
    rebase_chart(COMMAND_LINE, NOW, indicator="billed", period="2026-09", reason="Nouvel outil.")
    for form in ("f1", "f2"):
        told = Told(ObservationKind.OBSTACLE, "vannes", "answer", "La borne est en panne.", "fr")
        send_observation(VISITOR, NOW, told, sender="s1", form=form)
    accept(MIA, NOW, 1)
    answer(MIA, NOW, 1, text="Elle est réparée.")
    erase(COMMAND_LINE, NOW, 2, because="Demandé.")
    give_estimate(
        VISITOR, NOW, unit="vannes", commitment="answer", answer="80", browser="b", sender="s",
        keyed=lambda said: hashlib.sha256(said.encode()).hexdigest(),
    )  # fmt: skip


def _free_texts() -> None:
    with transaction():
        db.session.add(
            WordReading(words_key="letters", period_key="2026-10", document={"texts": [], "units": {}}, at=NOW)
        )
        audit_log.record(COMMAND_LINE, NOW, "words:read", "words letters 2026-10")
        db.session.add(
            WordPin(
                words_key="letters",
                expression="fr guichet fermer",
                written="guichet fermé",
                commitment_key="answer",
                unit_key="company",
                is_lifted=False,
                at=NOW,
                by="Ana",
            )
        )
        audit_log.record(COMMAND_LINE, NOW, "words:pin", "word pin 1")


def _files() -> None:
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    facts = {"content": CONTENT, "size": len(CONTENT), "sha256": sha256, "versions": {}, "rendered_at": NOW}
    place = {"unit_key": "company", "language": "fr"}
    with transaction():
        rows = (
            ("report:archive", "2026-10 company fr", ReportFile(snapshot_id=2, **place, **facts)),
            ("edition:archive", "2026-10 edition 1 company fr", EditionFile(edition_id=1, **place, **facts)),
            (
                "poster:archive",
                poster_name("2026-10", "company", "fr", "a4"),
                PosterFile(snapshot_id=2, paper="a4", **place, **facts),
            ),
        )
        for action, subject, row in rows:
            db.session.add(row)
            audit_log.record(COMMAND_LINE, NOW, action, subject, after={"sha256": sha256, "size": len(CONTENT)})


def _surveys() -> None:
    number = open_wave(COMMAND_LINE, NOW, WavePlan("Autumn", ("care", "bill"), ("fr", "en"), date(2026, 11, 20), 40))
    tokens = issue_links(COMMAND_LINE, NOW, number)
    for token in tokens[:5]:
        answer_survey(token, NOW, Filled({"care": (2, 5), "bill": (1, None)}), language="en", sender="s")
    close_wave(COMMAND_LINE, NOW, number)
