"""Free texts before they are counted: each once, without what they quote, what a form says, and names."""

from __future__ import annotations

from charter.domain.frontline.lemmas import sentences_of
from charter.domain.frontline.texts import Text, drawn_by_lot, expressions_in, once_each, ready, without_forms


def test_a_text_that_was_sent_twice_counts_once() -> None:
    found = once_each(
        [Text("Ma facture est fausse !", "2026-10", "nice"), Text("ma facture  est fausse", "2026-09", "nice"),
         Text("   ", "2026-10", "nice")]
    )  # fmt: skip
    assert [(one.words, one.month) for one in found] == [("ma facture  est fausse", "2026-09")]


def test_what_is_quoted_and_what_follows_is_left_out() -> None:
    mail = "Toujours rien.\n> votre message\n-- \nEnvoyé de mon téléphone"
    answer = "Merci.\nLe 3 octobre 2026, le service a écrit :\nMa facture est fausse"
    found = without_forms([Text(mail, "2026-10", "nice"), Text(answer, "2026-10", "nice")])
    assert [one.words for one in found] == ["Toujours rien.", "Merci."]


def test_sentences_of_a_form_are_cut_out_and_what_people_say_alike_stays() -> None:
    form = "Ce message vous est envoyé par le formulaire de contact de notre site."
    texts = [Text(f"Plainte {'abcdefghij'[at]}. {form} Personne ne rappelle.", "2026-10", "nice") for at in range(5)]
    texts += [Text(f"Autre chose {'klmnopqrst'[at % 10]}{at}.", "2026-10", "nice") for at in range(45)]
    found = without_forms(texts)
    assert "formulaire" not in " ".join(one.words for one in found)
    assert " ".join(found[0].words.split()) == "Plainte a. Personne ne rappelle."


def test_names_are_taken_out_of_what_is_shown_and_interrupt_expressions() -> None:
    texts = [Text("Hier Julien a perdu mon dossier", "2026-10", "nice"), Text("et Julien encore", "2026-10", "nice")]
    made = ready(texts, frozenset())
    assert [one.words for one in made.texts] == ["Hier […] a perdu mon dossier", "et […] encore"]
    assert ("hier", "perdre") not in expressions_in(made.sentences[0])
    left = ready([Text("la box plante", "2026-10", "nice")], frozenset(), frozenset({"box"}))
    assert left.texts[0].words == "la […] plante"


def test_expressions_are_of_one_to_three_words_that_say_something() -> None:
    text = "Je n’ai jamais été rappelé pour mon prélèvement en double"
    found = expressions_in(sentences_of(text, "fr"))
    assert {("rappeler",), ("prélèvement", "double"), ("jamais", "rappeler")} <= set(found)
    assert ("jamais",) not in found
    assert ("en",) not in found
    start, end = found["prélèvement", "double"]
    assert text[start:end] == "prélèvement en double"
    assert max(map(len, found)) <= 3


def test_the_same_draw_comes_again_and_another_month_draws_others() -> None:
    texts = [Text(f"texte {at}", "2026-10", "nice") for at in range(200)]
    drawn = drawn_by_lot(range(200), texts, "letters 2026-10", 5)
    assert drawn == drawn_by_lot(range(200), texts, "letters 2026-10", 5)
    assert drawn != drawn_by_lot(range(200), texts, "letters 2026-11", 5)
    backwards = drawn_by_lot(range(200), texts[::-1], "letters 2026-10", 5)
    assert [texts[at].words for at in drawn] == [texts[::-1][at].words for at in backwards], "whatever their order"
