"""What a message means, decided once.

In this order: a safety word, a stop word, a button, a link that was opened, a valid answer to the open
question, an aside (answered, then the question again), a picture on its own, unclear. A question that
takes any words (a name) lets what is certain go first.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bots import albums, taps
from bots.dialogue import Answer, Heard, Question, Screen, Unclear
from bots.talk import Talk, again, answered, open_question
from bots.visit import ASIDES, COMMANDS, ENTRANCES, Begin, InView, Outcome, Visit
from storefront.database import Writer
from storefront.phrases import marked
from storefront.reading import words

CERTAIN = 50  # asides below this are unmistakable: they go before a question that takes any words

STARTS = {
    "i": "invitation",
    "p": "product",
    "s": "shop",
    "t": "staff",
    "x": "reseller",
    "c": "contact",
    "l": "report",
    "n": "seller",
    "q": "plus_one",
    "j": "join",
    "v": "poll",
    "u": "gift",
}

UNHEARD = {
    "voice": marked("I cannot listen to voice notes yet. Could you write it, please?"),
    "sticker": marked("A nice one! Could you write it, please?"),
    "contact": marked("That is not your own number, so I do not use it. Could you write what you mean, please?"),
    "document": marked("I cannot open files. A photo or a few words, please?"),
    "other": marked("I can read words and photos. Could you write it, please?"),
}


def understood(db: Writer, visit: Visit, talk: Talk, heard: Heard) -> Outcome:
    """What this message means, decided once."""
    if heard.picture_problem:
        return again(db, visit, talk, visit.t(heard.picture_problem))
    pressed = heard.button or taps.tapped_choice(db, heard) or taps.numbered_choice(db, talk, visit, heard)
    if pressed:
        return taps.tapped(db, visit, talk, pressed)
    for meaning in meanings(db, visit, talk, heard):
        if meaning is not None:
            return meaning
    return unclear(db, visit, talk)


def meanings(db: Writer, visit: Visit, talk: Talk, heard: Heard) -> Iterator[Outcome | None]:
    """Every way to understand a message that is no button, the first that holds wins."""
    said = words.command(heard.text) if heard.text else None
    yield from whatever_is_asked(db, visit, talk, heard, said)
    question = open_question(db, visit, talk)
    if question and question.lets is not None:
        yield in_a_talk(db, visit, talk, heard, question, said)
    yield entered(db, visit, talk, heard, question)
    yield unheard(db, visit, talk, heard)
    if question is None or question.takes_anything:
        yield aside(db, visit, talk, heard, said, question, certain=True)
    answer = answered(db, visit, talk, heard, question) if question else None
    if not isinstance(answer, Unclear):
        yield answer
    yield aside(db, visit, talk, heard, said, question, certain=False)
    if question and isinstance(answer, Unclear):
        yield question.screen_again().after(visit.t(answer.sentence, **answer.facts))
    if heard.kind == "photo":
        yield COMMANDS["photo"](db, visit, heard)


def whatever_is_asked(db: Writer, visit: Visit, talk: Talk, heard: Heard, said: str | None) -> Iterator[Outcome | None]:
    """What goes before any question: harm, a stop, a cart, an album's further photos, a reply to what somebody said."""
    if heard.text and words.safety(heard.text):
        yield COMMANDS["unsafe"](db, visit, heard)
    if said in {"stop"}:
        yield COMMANDS[said](db, visit, heard)
    if heard.kind == "cart":
        yield COMMANDS["cart"](db, visit, heard)
    if heard.album:
        yield albums.another(db, visit, talk, heard)
    if heard.shown:
        yield COMMANDS["replied"](db, visit, heard)


def in_a_talk(
    db: Writer, visit: Visit, talk: Talk, heard: Heard, question: Question[Any], said: str | None
) -> Outcome | None:
    """Where whatever is said is meant for somebody else: a link that was opened, a few commands, and all the rest."""
    is_link = heard.start is not None or words.reference(heard.text) or words.referral_code(heard.text)
    if is_link or heard.kind not in {"text", "photo", "location"}:
        return None
    if said in (question.lets or ()):
        return left(db, visit, talk) if said == "cancel" else COMMANDS[said or ""](db, visit, heard)
    chosen = taps.newest_choice(db, visit, talk, heard) if heard.text else None
    if chosen is not None:
        return chosen
    answer = answered(db, visit, talk, heard, question)
    return (
        question.screen_again().after(visit.t(answer.sentence, **answer.facts))
        if isinstance(answer, Unclear)
        else answer
    )


def entered(db: Writer, visit: Visit, talk: Talk, heard: Heard, question: Question[Any] | None) -> Outcome | None:
    """A link was opened: ``/start payload`` on Telegram, words with a reference on WhatsApp; or a code was said.

    A word that only looks like a code belongs to an open question that takes any words.
    """
    start = "" if heard.text.strip() == "/start" else heard.start
    if start == "menu":
        start = ""
    if start is not None:
        return enter(db, visit, talk, question, *opened_by(start))
    reference = words.reference(heard.text)
    if reference:
        outcome = enter(db, visit, talk, question, *reference)
        return with_cart(db, visit, heard, outcome) if isinstance(outcome, InView) else outcome
    code = words.referral_code(heard.text) or words.word_after_code(heard.text)
    if code is None or (question and "(" not in heard.text and belongs_to(question, heard.text)):
        return None
    return enter(db, visit, talk, question, "code" if "(" in heard.text else "said_code", code)


def with_cart(db: Writer, visit: Visit, heard: Heard, outcome: InView) -> Outcome:
    """A shop's link may bring an order along, on the lines below it."""
    _, _, wanted = heard.text.partition("\n")
    if not wanted.strip():
        return outcome
    here = replace(visit, shop_id=outcome.shop_id)
    found = (means(db, here, replace(heard, text=wanted)) for _, means in ASIDES)
    return next((one for one in found if isinstance(one, Begin)), outcome)


def belongs_to(question: Question[Any], text: str) -> bool:
    """Whether a word that looks like a code is an answer all the same."""
    if question.takes_anything:
        return True
    if words.word_after_code(text):
        return False
    try:
        question.read(Answer(text=text))
    except Unclear:
        return False
    return True


def opened_by(start: str) -> tuple[str, str]:
    """What a start payload opens: ``i_...``, ``p_...``, ``s_...``, ``t_...``, ``x_...``, or a creator's code."""
    kind, _, value = start.partition("_")
    if kind in STARTS and value:
        return STARTS[kind], value
    return ("code", start) if start else ("start", "")


def enter(
    db: Writer, visit: Visit, talk: Talk, question: Question[Any] | None, kind: str, value: str
) -> Outcome | None:
    """Go in by a link; an open question is put away, not thrown away. A door that does not open leaves it open."""
    outcome = ENTRANCES[kind](db, visit, value)
    if isinstance(outcome, Begin) or kind == "start":
        talk.leave(keep_draft=True)
        return outcome
    return with_question(outcome, question, talk) if question else outcome


def unheard(db: Writer, visit: Visit, talk: Talk, heard: Heard) -> Outcome | None:
    """What we cannot understand at all, we say so, each in its own way."""
    if heard.kind == "contact" and heard.text:
        said = COMMANDS["own_contact"](db, visit, heard)
        return again(db, visit, talk, said.text)
    return again(db, visit, talk, visit.t(UNHEARD[heard.kind])) if heard.kind in UNHEARD else None


def aside(
    db: Writer,
    visit: Visit,
    talk: Talk,
    heard: Heard,
    said: str | None,
    question: Question[Any] | None,
    *,
    certain: bool,
) -> Outcome | None:
    """Something the person says whatever was asked: answered, and then the open question again."""
    outcome = taps.labelled_choice(db, visit, talk, heard) if heard.text and not certain else None
    if outcome is None and said in COMMANDS:
        outcome = left(db, visit, talk) if said == "cancel" and question else COMMANDS[said](db, visit, heard)
    here = replace(visit, is_asked=question is not None)
    for priority, means in ASIDES:
        if outcome is None and (priority < CERTAIN or not certain):
            outcome = means(db, here, heard)
    return outcome if question is None else with_question(outcome, question, talk)


def with_question(outcome: Outcome | None, question: Question[Any], talk: Talk) -> Outcome | None:
    """An aside without ways on of its own is followed by the question that is still open."""
    if isinstance(outcome, Begin):
        talk.leave(keep_draft=True)
        return outcome
    has_ways = isinstance(outcome, Screen) and (outcome.choices or outcome.picture or outcome.wants)
    if isinstance(outcome, Screen) and not has_ways and talk.script:
        return question.screen_again().after(outcome.text)
    return outcome


def left(db: Writer, visit: Visit, talk: Talk) -> Outcome:
    """*batal* leaves the question; with an order open it asks about that order, question or not."""
    talk.leave()
    return COMMANDS["dropped"](db, visit, Heard(visit.channel, "", "text", text="batal"))


def unclear(db: Writer, visit: Visit, talk: Talk) -> Outcome:
    question = open_question(db, visit, talk)
    if question is None:
        return COMMANDS["lost"](db, visit, Heard(visit.channel, "", "text"))
    return question.screen_again().after(visit.t("Sorry, I did not get that."))
