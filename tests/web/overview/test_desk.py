"""The words of the desk and the other pages, from figures measured in a file to the sentence a person reads."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from charter.web.checks import tally
from charter.web.frame.page_cache import PageCache


def words(html: str) -> str:
    """The text of a page's main part, drawings and what explains terms left out."""
    main = html.partition("<main")[2].partition("</main>")[0]
    text = re.sub(r"<svg.*?</svg>", "", main, flags=re.DOTALL)
    text = re.sub(r' ?<span class="tip".*?</a></span></span>|<span class="term">|</?button[^>]*popover[^>]*>', "", text)
    text = re.sub(r"(?<=[a-zé])</button>(?=\s|[.,)])", "", text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text).replace("\u202f", " ").replace("\xa0", " "))


@pytest.fixture
def desk(ana: FlaskClient) -> str:
    return words(ana.get("/desk?lang=fr").text)


def test_the_first_line_is_the_sentence(desk: str) -> None:
    counts = "2 tenus, 1 non tenu, 1 avec trop peu de cas pour le dire, 1 sans chiffre."
    assert f"{counts} Le socle ne tient pas, à cause de « Une facture juste »." in desk
    before = "En septembre : 3 tenus sur 5, 2 non établis ou sans chiffre, le socle n’était pas établi."
    assert before in desk
    assert "En octobre, n° 2 : 217 non conformes sur 1 240 cas." in desk


def test_what_changed_who_acts_and_what_was_not_measured_are_said(desk: str) -> None:
    assert "n° 2 : tenu → non tenu" in desk
    assert "n° 2 : Facturation, Relever chaque compteur" in desk
    assert "en retard depuis le 31 août 2026" in desk
    assert "n° 3, Mesure called : 1 240 cas seulement (minimum 5 000)" in desk
    assert "n° 4 : sans preuve : rien ne le mesure" in desk
    assert "Mesure felt, octobre 2026 : en échec" in desk
    assert "4 contrôles prévus, 3 réalisés, 1 en échec." in desk


def test_a_figure_of_another_month_carries_its_label(desk: str) -> None:
    assert "Septembre 2026 ; octobre pourra être évalué à partir du 4 décembre" in desk


def test_a_line_says_status_value_level_cases_and_change(desk: str) -> None:
    lacking = "93 cas non tenus de moins par mois pour atteindre 90 %."
    assert f"2 Une facture juste socle · Service bill {lacking} Non tenu 82,5 % exigé 90 % 1 240 −17,5" in desk


def test_a_promise_without_indicator_says_so(desk: str) -> None:
    assert "Sans donnée sans preuve : rien ne le mesure" in desk
    assert "Aucun indicateur ne mesure cette promesse." in desk


def test_a_unit_s_desk_is_the_unit_s(ana: FlaskClient) -> None:
    south = words(ana.get("/desk?unit=south&lang=en").text)
    assert "Région Sud · October 2026" in south
    assert "3 kept, 1 too few cases to say, 1 without figures." in south


def test_the_intranet_page_greets_the_site(client: FlaskClient) -> None:
    page = words(client.get("/?unit=vannes&lang=fr").text)
    assert "Agence de Vannes, octobre" in page
    assert "Ce que cela veut dire pour moi Je réponds ; je rappelle." in page
    assert "2. Une facture juste Non tenu « " in page
    assert "Toute l’entreprise : Non tenu" in page
    assert "Service bill" not in page


def test_the_commitment_page_tells_where_a_miss_comes_from(ana: FlaskClient) -> None:
    page = words(ana.get("/commitments/bill?lang=fr").text)
    assert "Cas non conformes 217" in page
    assert page.index("Région Ouest") < page.index("Région Sud")
    assert "Par canal" in page
    assert "Promis par 8 des 9 entreprises comparées" in page


def test_the_history_of_a_promise_speaks_plain_words(ana: FlaskClient) -> None:
    page = words(ana.get("/commitments/bill/history?lang=fr").text)
    assert "Version 1, en vigueur depuis le 1er juillet 2026" in page
    assert "Commentaire : Un relevé sur quatre était estimé." in page
    assert "Action 1 · juillet 2026 · Agence de Nice Action prévue : Relever chaque compteur" in page
    assert "Pour quand : 31 août 2026" in page
    assert not re.search(r"due_on|2026-08-31|vannes ·|: close", page)


def test_the_checks_page_puts_what_failed_first(ana: FlaskClient) -> None:
    page = words(ana.get("/checks?lang=fr").text)
    assert page.index("En échec") < page.index("Fait")
    assert "absent.csv" in page


def test_the_classification_page_shows_what_nobody_answers(ana: FlaskClient) -> None:
    page = words(ana.get("/classification?lang=fr").text)
    assert "Me répondre vite : y répondent : n° 1" in page
    assert "Me dire la vérité : aucun engagement n’y répond" in page
    assert "Honnêteté aucun engagement" in page
    assert "Comité, 1er février 2026" in page


def test_the_audit_page_lists_what_was_done(ana: FlaskClient) -> None:
    page = words(ana.get("/audit?lang=en").text)
    assert "charter:apply" in page
    assert "account:create" in page


@pytest.mark.parametrize(
    "address", ["/", "/embed", "/desk", "/commitments", "/checks", "/classification", "/reports", "/matrix"]
)
def test_an_example_is_marked_wherever_it_shows(ana: FlaskClient, address: str) -> None:
    assert "Example: a fictional company and generated figures." in ana.get(f"{address}?lang=en").text


def test_checks_are_tallied_by_state() -> None:
    rows = [{"state": "done"}, {"state": "done"}, {"state": "late"}, {"state": "due"}]
    assert tally(rows) == {"due": 4, "done": 2, "late": 1, "failed": 0, "lapsed": 0, "waived": 0}


def test_a_kept_page_lives_its_seconds_and_no_more() -> None:
    clock, made = [0.0], []
    cache = PageCache(seconds=10, most=2, clock=lambda: clock[0])

    def render() -> str:
        made.append(len(made))
        return f"page {len(made)}"

    def page(key: str) -> bytes:
        return cache.get(key, render).plain

    assert [page("a"), page("a")] == [b"page 1", b"page 1"]
    clock[0] = 10.0
    assert page("a") == b"page 2"
    page("b")
    page("c")
    assert page("a") == b"page 5", "the oldest of more than two pages went"
    cache.clear()
    assert page("a") == b"page 6"
