"""Hear one message: decide once what it means, do it, promise the reply. One transaction.

What a message means is decided in this order: a safety word, a stop word, a button, a link that was
opened, a valid answer to the open question, an aside (answered, then the question again), a picture on
its own, unclear. A question that takes any words lets what is certain go first. This file knows no shop:
every noun announces in `bots.visit` what it can do.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import select, update

from bots import buttons
from bots.dialogue import (
    Answer,
    Choice,
    Heard,
    Question,
    Screen,
    Unclear,
    answer_from_json,
    answer_to,
    from_json,
    same_words,
)
from bots.turns import take_turn
from bots.visit import (
    ACTIONS,
    ASIDES,
    COMMANDS,
    ENTRANCES,
    FOLLOWERS,
    SCREENS,
    SCRIPTS,
    SILENCE,
    Begin,
    Outcome,
    Place,
    Respoken,
    Visit,
    see,
)
from storefront import media, outbox, people
from storefront.database import Writer
from storefront.models import Conversation, OutboxMessage
from storefront.phrases import Voice, marked
from storefront.reading import words
from storefront.reading.noise import calls_herself_bunda, plain
from storefront.refusals import AlreadyDone, NotYours, Refusal

CERTAIN = 50  # asides below this are so unmistakable that they go before a question that takes any words
NUMBERED_WITHIN = 8


@dataclass
class Talk:
    """What we remember between two messages, while it changes."""

    shop_id: int | None
    script: str | None
    args: dict[str, Any]
    asked: str | None
    answers: dict[str, Any]
    drafts: dict[str, Any] = field(default_factory=dict)

    def given(self) -> dict[str, Answer]:
        return {name: answer_from_json(answer) for name, answer in self.answers.items()}

    def leave(self, *, keep_draft: bool = False) -> None:
        """Put the open script away; what was answered may be found again when it is begun again."""
        if self.script:
            self.drafts.pop(self.script, None)
            if keep_draft and self.answers:
                self.drafts[self.script] = {"args": self.args, "answers": self.answers}
        self.script, self.args, self.asked, self.answers = None, {}, None, {}


def hear(db: Writer, place: Place, heard: Heard, now: datetime) -> None:
    """Take one message from what was heard to what is promised. Raises `Refusal`, to be spoken by `refuse`."""
    met, visit, talk = welcomed(db, place, heard, now)
    reply = shown(db, visit, talk, understood(db, visit, talk, heard))
    promise(db, visit, heard, reply)
    remember(db, met.talk, talk, now)


def refuse(db: Writer, place: Place, heard: Heard, no: Refusal, now: datetime) -> None:
    """Speak an expected no. Nothing of the try that led to it is left; an open question is asked again."""
    met, visit, talk = welcomed(db, place, heard, now)
    sentence = visit.t(no.sentence, **no.facts)
    if no.ends_the_talk:
        talk.leave()
    question = open_question(db, visit, talk)
    remember(db, met.talk, talk, now)
    if question and question.key == no.asked_as:
        promise(db, visit, heard, question.screen)
    elif question and not isinstance(no, AlreadyDone | NotYours):
        promise(db, visit, heard, question.screen_again().after(sentence))
    else:
        promise(db, visit, heard, Screen(sentence, toast=True))


def apologise(db: Writer, place: Place, heard: Heard, incident: str, now: datetime) -> None:
    """Something of ours went wrong: say so calmly, with a number to quote."""
    _, visit, _ = welcomed(db, place, heard, now)
    sentence = marked(
        "Sorry, something went wrong on our side ({incident}). Nothing is lost; please try again in a moment."
    )
    promise(db, visit, heard, Screen(visit.t(sentence, incident=incident)))


# -- who is here -------------------------------------------------------------------------------------


def welcomed(db: Writer, place: Place, heard: Heard, now: datetime) -> tuple[people.Met, Visit, Talk]:
    """Find the person, lock her conversation, and put what we remember on the counter."""
    language = "en" if (heard.language or "").startswith("en") else "id"
    met = people.meet(db, heard.channel, heard.address, heard.external_id, heard.name, language, now)
    is_bunda = met.person.is_bunda
    if not is_bunda and heard.kind == "text" and calls_herself_bunda(heard.text):
        people.change(db, met.person.id, is_bunda=True)
        is_bunda = True
    voice = Voice(met.person.language, place.zone, is_bunda)
    row = met.talk
    talk = Talk(row.shop_id, row.script, dict(row.args), row.asked, dict(row.answers), dict(row.drafts))
    visit = Visit(met.person.id, met.name, voice, heard.channel, row.shop_id, place, now)
    return met, visit, talk


def remember(db: Writer, row: Conversation, talk: Talk, now: datetime) -> None:
    """Keep the talk, if anything in it changed."""
    before = (row.shop_id, row.script, row.args, row.asked, row.answers, row.drafts)
    if before == (talk.shop_id, talk.script, talk.args, talk.asked, talk.answers, talk.drafts):
        return
    kept = update(Conversation).where(Conversation.identity_id == row.identity_id)
    db.execute(
        kept.values(
            shop_id=talk.shop_id,
            script=talk.script,
            args=talk.args,
            asked=talk.asked,
            answers=talk.answers,
            drafts=talk.drafts,
            changed_at=now,
        )
    )


# -- what it means -----------------------------------------------------------------------------------


def understood(db: Writer, visit: Visit, talk: Talk, heard: Heard) -> Outcome:
    """What this message means, decided once."""
    if heard.picture_problem:
        return again(db, visit, talk, visit.t(heard.picture_problem))
    pressed = heard.button or numbered_choice(db, talk, visit, heard)
    if pressed:
        return tapped(db, visit, talk, pressed)
    for meaning in meanings(db, visit, talk, heard):
        if meaning is not None:
            return meaning
    return unclear(db, visit, talk)


def meanings(db: Writer, visit: Visit, talk: Talk, heard: Heard) -> Iterator[Outcome | None]:
    """Every way to understand a message that is no button, the first that holds wins."""
    said = words.command(heard.text) if heard.text else None
    if heard.text and words.safety(heard.text):
        yield COMMANDS["unsafe"](db, visit, heard)
    if said in {"stop"}:
        yield COMMANDS[said](db, visit, heard)
    question = open_question(db, visit, talk)
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


def entered(db: Writer, visit: Visit, talk: Talk, heard: Heard, question: Question[Any] | None) -> Outcome | None:
    """A link was opened: ``/start payload`` on Telegram, words with a reference on WhatsApp; or a code was said.

    A word that only looks like a code belongs to an open question that takes any words.
    """
    start = "" if heard.text.strip() == "/start" else heard.start
    if start is not None:
        return enter(db, visit, talk, question, *opened_by(start))
    reference = words.reference(heard.text)
    if reference:
        return enter(db, visit, talk, question, *reference)
    code = words.referral_code(heard.text) or words.word_after_code(heard.text)
    if code is None or (question and question.takes_anything and "(" not in heard.text):
        return None
    return enter(db, visit, talk, question, "code" if "(" in heard.text else "said_code", code)


def opened_by(start: str) -> tuple[str, str]:
    """What a start payload opens: ``i_...``, ``p_...``, ``s_...``, or a creator's code."""
    kind, _, value = start.partition("_")
    if kind in {"i", "p", "s"} and value:
        return {"i": "invitation", "p": "product", "s": "shop"}[kind], value
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


UNHEARD = {
    "voice": marked("I cannot listen to voice notes yet. Could you write it, please?"),
    "sticker": marked("A nice one! Could you write it, please?"),
    "contact": marked("I cannot use contact cards. Could you write it, please?"),
    "document": marked("I cannot open files. A photo or a few words, please?"),
    "other": marked("I can read words and photos. Could you write it, please?"),
}


def unheard(db: Writer, visit: Visit, talk: Talk, heard: Heard) -> Outcome | None:
    """What we cannot understand at all, we say so, each in its own way."""
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
    outcome = labelled_choice(db, visit, talk, heard) if heard.text and not certain else None
    if outcome is None and said in COMMANDS:
        outcome = left(db, visit, talk) if said == "cancel" and question else COMMANDS[said](db, visit, heard)
    for priority, means in ASIDES:
        if outcome is None and (priority < CERTAIN or not certain):
            outcome = means(db, visit, heard)
    return outcome if question is None else with_question(outcome, question, talk)


def with_question(outcome: Outcome | None, question: Question[Any], talk: Talk) -> Outcome | None:
    """An aside without ways on of its own is followed by the question that is still open."""
    if isinstance(outcome, Begin):
        talk.leave(keep_draft=True)
        return outcome
    if isinstance(outcome, Screen) and not outcome.choices and outcome.picture is None and talk.script:
        return question.screen_again().after(outcome.text)
    return outcome


def left(db: Writer, visit: Visit, talk: Talk) -> Outcome:
    """*batal* leaves the question; with an order open it asks about that order, question or not."""
    talk.leave()
    return COMMANDS["cancel"](db, visit, Heard(visit.channel, "", "text", text="batal"))


def again(db: Writer, visit: Visit, talk: Talk, sentence: Markup) -> Screen:
    """Say something, and ask the open question again."""
    question = open_question(db, visit, talk)
    return question.screen_again().after(sentence) if question else Screen(sentence)


def unclear(db: Writer, visit: Visit, talk: Talk) -> Outcome:
    question = open_question(db, visit, talk)
    if question is None:
        return COMMANDS["lost"](db, visit, Heard(visit.channel, "", "text"))
    return question.screen_again().after(visit.t("Sorry, I did not get that."))


# -- buttons -----------------------------------------------------------------------------------------


def tapped(db: Writer, visit: Visit, talk: Talk, data: str) -> Outcome:
    """A button: a place to look at, an answer, or a deed signed for this person."""
    if data.startswith("s:"):
        name, *args = data.split(":")[1:]
        if name in SCREENS:
            return SCREENS[name](db, visit, *args)
    if data.startswith("a:"):
        return picked(db, visit, talk, data)
    deed = buttons.opened(data, visit.person_id, db.vault)
    if deed:
        name, *numbers = deed.split(":")[1:]
        if name in ACTIONS:
            if not buttons.use(db, data, visit.person_id, visit.now):
                raise AlreadyDone
            return ACTIONS[name](db, visit, *numbers)
        return again(db, visit, talk, visit.t("That button is from an earlier version. Here is where we are."))
    if data.startswith("d:"):
        raise NotYours
    return again(db, visit, talk, visit.t("That button is from an earlier version. Here is where we are."))


def picked(db: Writer, visit: Visit, talk: Talk, data: str) -> Outcome:
    """An answer by button, ``a:script:subject:key=value``; one of a script that is over begins it again."""
    where, _, value = data.removeprefix("a:").rpartition("=")
    script, _, rest = where.partition(":")
    subject, _, key = rest.rpartition(":")
    if script not in SCRIPTS:
        return again(db, visit, talk, visit.t("That button is from an earlier version. Here is where we are."))
    args = subject_of(subject)
    if talk.script != script or talk.args != args:
        talk.leave(keep_draft=True)
        talk.script, talk.args = script, args
        return turned(db, visit, talk)  # a button of a talk that is over asks again; it decides nothing by itself
    if key == asked_next(db, visit, talk) or key in talk.answers:
        talk.answers[key] = Answer(choice=value).as_json()
    return turned(db, visit, talk)


def asked_next(db: Writer, visit: Visit, talk: Talk) -> str | None:
    question = open_question(db, visit, talk)
    return question.key if question else None


def subject_of(text: str) -> dict[str, Any]:
    """The plain numbers a script is about, as its buttons carry them."""
    pairs = (part.partition(".") for part in text.split(",") if part)
    return {name: int(value) for name, _, value in pairs if value.isdigit() and len(value) < 19}


def numbered_choice(db: Writer, talk: Talk, visit: Visit, heard: Heard) -> str | None:
    """On WhatsApp a number under a numbered message, or in reply to one, is a tap.

    Without a reply it means the newest message that offers anything; while a question is open that
    takes a number, it is that question's answer.
    """
    said = heard.text.strip().rstrip(".)").removeprefix("*").removesuffix("*")
    if heard.channel == "telegram" or heard.kind != "text" or not said.isdecimal() or len(said) > 2:
        return None
    for message in offered(db, heard):
        screen = from_json(message.screen or {})
        if not screen.numbered:
            return None
        if heard.shown is None and talk.script and not is_question(screen):
            question = open_question(db, visit, talk)
            if question and not question.screen.numbered:
                return None
        tappable = [choice for choice in screen.choices if not choice.url]
        return tappable[int(said) - 1].data if 0 < int(said) <= len(tappable) else None
    return None


def is_question(screen: Screen) -> bool:
    return any(choice.data.startswith("a:") for choice in screen.choices)


def offered(db: Writer, heard: Heard) -> list[OutboxMessage]:
    """What this chat was offered lately, the newest first; a reply means the message replied to."""
    if heard.shown:
        named = (OutboxMessage.provider_id == heard.shown, OutboxMessage.channel == heard.channel)
        found = db.scalars(select(OutboxMessage).where(*named, OutboxMessage.address == heard.address)).all()
    else:
        found = list(outbox.shown(db, heard.channel, heard.address, NUMBERED_WITHIN))
    return [message for message in found if message.screen and message.screen["choices"]]


def labelled_choice(db: Writer, visit: Visit, talk: Talk, heard: Heard) -> Outcome | None:
    """The words of a button, typed. If several messages offer it for different things, ask which."""
    found = list(spoken_choices(db, heard))
    done = buttons.done_since(db, visit.person_id, {subject(choice) for _, _, choice in found})
    fresh = {
        subject(choice): (about, choice)
        for shown_at, about, choice in reversed(found)
        if subject(choice) not in done or done[subject(choice)] < shown_at
    }
    if len(fresh) > 1 and not heard.shown:
        ways = tuple(Choice(f"{about} · {choice.label}", subject(choice)) for about, choice in fresh.values())
        return Screen(visit.t("Which one do you mean?"), choices=ways)
    if fresh:
        return tapped(db, visit, talk, next(iter(fresh.values()))[1].data)
    return agreed(db, visit, talk, heard)


def spoken_choices(db: Writer, heard: Heard) -> Iterator[tuple[datetime, str, Choice]]:
    """The buttons these words may mean, the newest first: when they were shown, what about, and the button."""
    for age, message in enumerate(offered(db, heard)):
        screen = from_json(message.screen or {})
        for choice in screen.choices:
            is_stale_answer = age > 0 and choice.data.startswith("a:")
            if says(heard.text, choice.label) and not choice.url and not is_stale_answer:
                yield message.sent_at or message.created_at, screen.about, choice


def says(text: str, label: str) -> bool:
    """Whether these words are this button: all of them, or its first ones (*enak banget* without the stars)."""
    said, words_ = same_words(plain(text)) or same_words(text), same_words(label)
    return same_words(text) == words_ or said == words_ or (len(said) > 4 and words_.startswith(f"{said} "))


def agreed(db: Writer, visit: Visit, talk: Talk, heard: Heard) -> Outcome | None:
    """A bare yes or no answers the newest message, if just one of its buttons begins with one."""
    meant = words.yes if words.yes(heard.text) else words.no if words.no(heard.text) else None
    newest = next(iter(offered(db, heard)), None)
    if meant is None or newest is None or not newest.screen:
        return None
    fits = [c for c in from_json(newest.screen).choices if meant(c.label.split(",")[0]) and "," in c.label]
    return tapped(db, visit, talk, fits[0].data) if len(fits) == 1 else None


def subject(choice: Choice) -> str:
    """What a button is about, without its nonce."""
    return choice.data.rsplit(":", 1)[0] if choice.data.startswith("d:") else choice.data


# -- scripts -----------------------------------------------------------------------------------------


def open_question(db: Writer, visit: Visit, talk: Talk) -> Question[Any] | None:
    """The question still open in this talk, with its buttons ready; None outside of a script."""
    if talk.script not in SCRIPTS:
        return None
    begin = SCRIPTS[talk.script]
    turn = take_turn(lambda: begin(visit, **talk.args), talk.given(), lambda step: see(db, visit, step.at, step.args))
    return named(turn.question, talk) if turn.question else None


def named(question: Question[Any], talk: Talk) -> Question[Any]:
    """The question with its buttons saying which script and subject they answer."""
    own = f"a:{question.key}="
    choices = tuple(
        answer_to(talk.script or "", talk.args, c) if c.data.startswith(own) else c for c in question.screen.choices
    )
    return replace(question, screen=replace(question.screen, choices=choices))


def answered(db: Writer, visit: Visit, talk: Talk, heard: Heard, question: Question[Any]) -> Outcome | Unclear | None:
    """Read the message as an answer; what is unclear as one may still be an aside."""
    answer = as_answer(db, visit, heard, question)
    if answer is None:
        return None
    try:
        question.read(answer)
    except Unclear as problem:
        return problem
    talk.answers[question.key] = answer.as_json()
    return turned(db, visit, talk)


def as_answer(db: Writer, visit: Visit, heard: Heard, question: Question[Any]) -> Answer | None:
    """A message as an answer: its words, its pin, or its picture where a picture is wanted."""
    if heard.kind == "photo" and heard.picture:
        if not question.wants_picture:
            return None
        kept = media.keep(db, visit.person_id, heard.picture, visit.now)
        return Answer(text=heard.text, media=kept, codes=heard.codes)
    if heard.kind in {"text", "location"} and heard.text:
        return Answer(text=heard.text)
    return None


def turned(db: Writer, visit: Visit, talk: Talk) -> Outcome:
    """Run the open script over its answers: the next question, or what it ends in."""
    assert talk.script, "a script is open"
    begin = SCRIPTS[talk.script]
    turn = take_turn(lambda: begin(visit, **talk.args), talk.given(), lambda step: see(db, visit, step.at, step.args))
    if turn.question:
        if turn.unclear:
            talk.answers.pop(turn.question.key, None)
        question = named(turn.question, talk)
        talk.asked = question.key
        said = visit.t(turn.unclear.sentence, **turn.unclear.facts) if turn.unclear else None
        return question.screen_again().after(said) if said else question.screen
    talk.leave()
    return turn.outcome


def begun(db: Writer, visit: Visit, talk: Talk, begin: Begin) -> Outcome:
    """Begin a script; answers given to the same one before are still there."""
    draft = talk.drafts.pop(begin.script, None)
    if talk.script:
        talk.leave(keep_draft=True)
    talk.script, talk.args = begin.script, begin.args
    talk.answers = dict(draft["answers"]) if draft and draft["args"] == begin.args else {}
    talk.shop_id = begin.shop_id or talk.shop_id
    for key, text in (begin.answers or {}).items():
        talk.answers[key] = Answer(text=text).as_json()
    if begin.first:
        question = open_question(db, visit, talk)
        assert question, "a script that is begun with an answer asks something"
        answer = as_answer(db, visit, begin.first, question)
        if answer:
            talk.answers[question.key] = answer.as_json()
    return turned(db, visit, talk)


# -- the reply ---------------------------------------------------------------------------------------


def shown(db: Writer, visit: Visit, talk: Talk, outcome: Outcome) -> Screen | None:
    """Follow an outcome to what is shown: begin what is to be begun, do what is intended."""
    for _ in range(8):
        if isinstance(outcome, Screen):
            return outcome
        if outcome is None or outcome is SILENCE:
            return None
        if isinstance(outcome, Respoken):
            return respoken(db, visit, talk, outcome)
        if isinstance(outcome, Begin):
            outcome = begun(db, visit, talk, outcome)
        else:
            outcome = FOLLOWERS[type(outcome)](db, visit, outcome)
    raise AssertionError("scripts that begin each other for ever")


def respoken(db: Writer, visit: Visit, talk: Talk, outcome: Respoken) -> Screen:
    """Say it in the new voice, and what was asked as well."""
    question = open_question(db, replace(visit, t=outcome.voice), talk)
    return question.screen_again().after(outcome.screen.text) if question else outcome.screen


def promise(db: Writer, visit: Visit, heard: Heard, reply: Screen | None) -> None:
    """Promise the reply. On Telegram the answer to a tap edits the message that was tapped."""
    common = {"person_id": visit.person_id, "channel": heard.channel, "address": heard.address}
    rows: list[dict[str, Any]] = []
    if heard.callback:
        toast = str(reply.text) if reply and reply.toast else ""
        rows.append({**common, "kind": "answer", "screen": {"text": toast}, "replaces": heard.callback})
    if reply and not (reply.toast and heard.callback):
        screen = buttons.signed(reply, visit.person_id, db.vault).as_json()
        edited = heard.shown if heard.callback and reply.picture is None else None
        rows.append({**common, "kind": "edit" if edited else "say", "screen": screen, "replaces": edited})
    outbox.promise(db, rows, visit.now)
