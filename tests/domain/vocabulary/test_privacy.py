"""What of a row is shown: numbers of cases cut, persons masked, everything else as it is."""

from __future__ import annotations

import pytest

from charter.domain.vocabulary.privacy import LONGEST, MASK, find_personal, is_personal, masked, without_personal


@pytest.mark.parametrize(
    "column",
    ["name", "Nom", "prénom", "client_nom", "e-mail", "Email", "customer_email", "phone", "téléphone", "IBAN", "tel",
     "birth_date", "date_naissance", "adresse", "advisor", "agent", "customerName", "lastName", "full name",
     "agence.agent.nom", "nom du client de l'agence", "agency manager name", "site contact name", "office e-mail",
     "service.user.name", "nom responsable agence", "nom et agence du client", "name.agency.holder"],
)  # fmt: skip
def test_columns_that_speak_of_a_person_are_masked_whole(column: str) -> None:
    assert is_personal(column)
    assert masked(column, "whatever") == MASK


@pytest.mark.parametrize(
    "column",
    ["day", "agency", "channel", "number", "nombre", "unit_kind", "hotel", "normal", "motif", "agence.nom",
     "nom_agence", "agency name", "AgencyName", "office.name", "Nom de l’agence", "nom du site", "team name",
     "Libellé du service", "region_name", "Nom de la ville", "store.name"],
)  # fmt: skip
def test_other_columns_are_not(column: str) -> None:
    assert not is_personal(column)
    assert masked(column, "open") == "open"


@pytest.mark.parametrize("value", ["ann@example.org", "write to ann@example.org", "06 12 34 56 78", "+33612345678",
                                   "FR76 3000 6000 0112 3456 7890 189"])  # fmt: skip
def test_values_by_which_a_person_is_reached_are_masked_in_any_column(value: str) -> None:
    assert masked("remark", value) == MASK


@pytest.mark.parametrize("value", ["2026-10-01", "2026-09-01 08:04:48+02", "64.51", "12345", "remote"])
def test_dates_and_figures_are_shown(value: str) -> None:
    assert masked("remark", value) == value


def test_the_number_of_a_case_keeps_two_signs() -> None:
    assert masked("id", "C-20491", names_a_case=True) == "•••91"
    assert masked("id", "91", names_a_case=True) == MASK


def test_missing_is_empty_and_long_is_cut() -> None:
    assert masked("remark", None) == masked("remark", " ") == ""
    assert len(masked("remark", "x" * 500)) == LONGEST


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mme Durand-Lévy et M. de La Tour", "[…] et […]"),
        (
            "madame martin ne rappelle jamais, monsieur le directeur",
            "madame […] ne rappelle jamais, monsieur le directeur",
        ),
        ("Madame, Monsieur, je vous écris", "Madame, Monsieur, je vous écris"),
        ("je m'appelle karim benali et ma facture", "je m'appelle […] et ma facture"),
        ("Je m’appelle Karim Benali, client n° 48213077", "Je m’appelle […], client n° […]"),
        ("my name is John Smith", "my name is […]"),
        ("contrat n° A-2291-77, réf. client : FR4471B", "contrat n° […], réf. client : […]"),
        ("my customer number is 4471882 and order 77812", "my customer number is […] and order […]"),
        ("PDL 09123456789012, invoice INV-2026-00412", "PDL […], invoice […]"),
        ("au 12 bis rue de la République, 69002 Lyon", "au […], […]"),
        ("at 14 Elm Park Road, SW1A 1AA", "at […], […]"),
        ("ma voiture AB-123-CD, avant 1234 AB 75, the van AB12 CDE", "ma voiture […], avant […], the van […]"),
        ("FR76 3000 6000 0112 3456 7890 189 ou fr7630006000011234567890189", "[…] ou […]"),
        ("jean.dupont@mail.fr ou jean.dupont (at) mail.fr", "[…] ou […]"),
        ("04.72.11.22.33, +33 6 12 34 56 78, 07700 900123", "[…], […], […]"),
        ("Jean Dupont m'a appelé", "[…] m'a appelé"),
        ("Bonjour Julien, merci", "Bonjour […], merci"),
        ("Merci.\nCordialement,\nSophie Martin", "Merci.\nCordialement,\n[…]"),
        ("Best regards, john smith", "Best regards, […]"),
        ("Agent called Susan was rude", "Agent called […] was rude"),
    ],
)
def test_what_is_personal_in_a_text_that_nobody_has_read_is_masked(text: str, shown: str) -> None:
    assert without_personal(text, strictly=True) == shown


@pytest.mark.parametrize(
    "text",
    [
        "j'attends depuis 45 minutes, 3 factures de 120,50 € en 2026",
        "facturé 1 250,00 € au lieu de 125 €, facture 2026",
        "The meter was read twice on 2026-10-03 and 10/11/2026",
        "I called twice and was called back after 3 days",
        "Compte rendu, no 3 calls",
        "JE SUIS TRES EN COLERE",
        "Le Service Client de Petite Énergie",
    ],
)
def test_amounts_dates_shouting_and_words_of_the_charter_stay(text: str) -> None:
    known = {"service", "client", "petite", "énergie"}
    assert without_personal(text, strictly=True, known=known) == text
    assert without_personal(text) == text


def test_a_person_who_writes_is_shown_addresses_plates_and_numbers_before_sending() -> None:
    found = find_personal("Contrat n° A-2291-77, 12 rue des Lilas, voiture AB-123-CD.")
    assert [one.what for one in found] == ["reference", "address", "plate"]
