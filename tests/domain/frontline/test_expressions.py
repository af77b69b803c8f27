"""What is written more often: found where it is, hardly ever where it is not, and never of fewer than five texts."""

from __future__ import annotations

import random
from collections.abc import Sequence

from charter.domain.frontline.expressions import Found, rising
from charter.domain.frontline.texts import Text

MONTHS = [f"{2024 + (at + 8) // 12}-{(at + 8) % 12 + 1:02}" for at in range(26)]
NOW = MONTHS[-1]


def vocabulary() -> list[str]:
    draw = random.Random(1)
    made = {"".join(draw.choice("bcdfglmnprstv") + draw.choice("aeiou") for _ in range(3)) for _ in range(2500)}
    return sorted(made)


WORDS = vocabulary()
WEIGHTS = [1 / (at + 3) for at in range(len(WORDS))]


def corpus(seed: int, more: Sequence[str] = (), before: float = 0.0, lately: float = 0.0, each: int = 80) -> list[Text]:
    """Texts of eighteen words drawn like those of a language, few of them often and most of them rarely."""
    draw, made = random.Random(seed), []
    for nth, month in enumerate(MONTHS):
        for at in range(each):
            drawn = draw.choices(WORDS, WEIGHTS, k=18)
            said = f"{' '.join(drawn[:9])}. {' '.join(drawn[9:])}"
            if more and draw.random() < (before if nth < len(MONTHS) - 2 else lately):
                said += f". {draw.choice(more)} {drawn[0]}"
            made.append(Text(said, month, "north" if at % 2 else "south"))
    return made


def found_in(texts: Sequence[Text], asked: Sequence[str] = ()) -> Found:
    return rising(texts, MONTHS, lambda unit: [unit, "company"], seed=f"letters {NOW}", asked=asked)


def test_chance_alone_brings_at_most_six_expressions_a_year() -> None:
    """Eight months in which nothing rises, thousands of expressions looked at in each; 0.6 a month is allowed."""
    signals, cells = 0, 0
    for seed in range(8):
        found = found_in(corpus(seed))
        signals += sum(map(len, found.rising.values()))
        cells += found.cells
    assert cells > 8 * 2000
    assert signals <= 8 * 0.5


def test_what_rises_threefold_is_found_and_said_in_its_longest_form() -> None:
    more = ["un prélèvement en double", "des prélèvements en double", "mon prélèvement en double"]
    found = found_in(corpus(5, more, before=0.02, lately=0.12, each=100))
    (one,) = found.rising["company"]
    assert (one.key, one.shown) == ("fr prélèvement double", "prélèvement en double")
    assert one.window_of == 200
    assert one.count >= 15
    assert one.earlier_of == 2400
    text = found.texts[one.places[0].text].words
    assert text[one.places[0].start : one.places[0].end].lower() in ("prélèvement en double", "prélèvements en double")


def test_four_texts_are_of_too_few_people() -> None:
    texts = corpus(7, each=60)
    told = [Text(f"Votre borne clignote {WORDS[at]} {WORDS[at + 9]}", NOW, "north") for at in range(4)]
    assert all("borne" not in one.key for lines in found_in([*texts, *told]).rising.values() for one in lines)
    fifth = [*told, Text("La borne clignote toujours", NOW, "north"), Text("Encore la borne clignote", NOW, "north")]
    assert [one.key for one in found_in([*texts, *fifth]).rising["company"]] == ["fr borne clignoter"]


def test_the_same_text_sent_many_times_is_one() -> None:
    again = [Text("La borne clignote depuis lundi", NOW, "north")] * 40
    assert found_in([*corpus(8, each=60), *again]).rising["company"] == []


def test_a_form_that_all_texts_have_from_now_on_does_not_rise() -> None:
    form = "Message transmis depuis la nouvelle application mobile du groupe"
    texts = [
        Text(f"{one.words}. {form}.", one.month, one.unit) if one.month in MONTHS[-2:] else one
        for one in corpus(9, each=60)
    ]
    assert found_in(texts).rising["company"] == []


def test_too_few_texts_say_nothing_and_none_is_drawn() -> None:
    few = [Text(f"La borne clignote {WORDS[at]}", NOW, "north") for at in range(12)]
    found = found_in([*few, *(Text(f"Rien {word}", MONTHS[at % 24], "north") for at, word in enumerate(WORDS[:300]))])
    assert found.rising["company"] == []
    assert found.of_window["company"] == 12
    assert found.drawn == {}


def test_languages_are_counted_apart() -> None:
    """That more write in English makes no English word rise: it is held against the English texts."""
    french = corpus(10, each=60)
    english = [
        Text(f"The {draw} of my account is wrong {word}", month, "north")
        for nth, month in enumerate(MONTHS)
        for draw, word in zip(["letter", "number"] * (4 if nth < 24 else 30), WORDS[nth * 60 :], strict=False)
    ]
    found = found_in([*french, *english])
    assert [one.key for one in found.rising["company"] if one.key.startswith("en account")] == []


def test_what_is_asked_for_is_counted_whether_it_rises_or_not() -> None:
    texts = corpus(11, ["un compteur cassé", "le compteur cassé"], before=0.1, lately=0.1, each=60)
    found = found_in(texts, asked=["fr compteur cassé", "fr rien dire"])
    (one,) = found.asked["company"]
    assert one.key == "fr compteur cassé"
    assert one.rise is None
    assert one.now > 0


def test_five_texts_are_drawn_from_all_texts_of_a_unit_and_those_above() -> None:
    found = found_in(corpus(12, each=80))
    assert {unit: len(drawn) for unit, drawn in found.drawn.items()} == {"north": 5, "south": 5, "company": 5}
    assert {found.texts[at].month for drawn in found.drawn.values() for at in drawn} == {NOW}
    assert set(found.drawn["company"]) <= {*found.drawn["north"], *found.drawn["south"]}
