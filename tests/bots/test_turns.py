"""The engine: a script is run again over named answers, and comes out right whatever happened in between."""

from typing import Any

import pytest
from markupsafe import Markup

from bots.dialogue import Answer, Look, Screen, Unclear, ask, choose, look
from bots.turns import Turn, take_turn


def screen(text: str) -> Screen:
    return Screen(Markup("{}").format(text))


def a_number(answer: Answer) -> int:
    if not answer.text.isdigit():
        raise Unclear("A number, please.")
    return int(answer.text)


async def where_to() -> str:
    return await ask("street", screen("Which street?"), lambda answer: answer.text)


async def checkout(price: int = 5) -> str:
    many = await ask("many", screen("How many?"), a_number)
    how = await choose("how", screen("How?"), {"bring": "Bring it", "pick": "I pick it up"})
    place = await where_to() if how == "bring" else "here"
    kind = await look(lambda number: number * price, many)
    return f"{kind} {place}"


def turn(answers: dict[str, Answer], script: Any = checkout) -> Turn:
    def see(step: Look[Any]) -> Any:
        return step.at(*step.args)

    return take_turn(script, answers, see)


def said(**answers: str) -> dict[str, Answer]:
    return {name: Answer(text) for name, text in answers.items()}


def asked(outcome: Turn) -> str | None:
    return outcome.question.key if outcome.question else None


@pytest.mark.parametrize(
    ("answers", "question"),
    [
        (said(), "many"),
        (said(many="2"), "how"),
        (said(many="2", how="Bring it"), "street"),
        (said(many="2", how="bring it!"), "street"),
        (said(many="two"), "many"),
    ],
)
def test_it_stops_at_the_first_open_question(answers: dict[str, Answer], question: str) -> None:
    assert asked(turn(answers)) == question


def test_its_return_value_is_the_outcome() -> None:
    assert turn(said(many="2", how="I pick it up")).outcome == "10 here"


def test_an_unclear_answer_says_what_would_be_clear() -> None:
    unclear = turn(said(many="two")).unclear

    assert unclear is not None
    assert unclear.sentence == "A number, please."


def test_an_earlier_answer_that_changes_changes_what_follows() -> None:
    answers = said(many="2", how="bring", street="Mill Lane")
    assert turn(answers).outcome == "10 Mill Lane"

    assert turn({**answers, "how": Answer(choice="pick")}).outcome == "10 here"


def test_a_release_that_adds_or_drops_a_question_finds_people_in_the_middle() -> None:
    async def newer() -> str:
        await ask("phone", screen("Phone?"), lambda answer: answer.text)
        return await checkout()

    assert asked(turn(said(many="2", how="pick"), newer)) == "phone"
    assert turn(said(many="2", how="pick", gone="x")).outcome == "10 here"


def test_one_key_for_two_questions_is_a_mistake_of_ours() -> None:
    async def muddled() -> None:
        await where_to()
        await where_to()

    with pytest.raises(AssertionError, match="asked twice"):
        turn(said(street="x"), muddled)
