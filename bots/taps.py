"""Buttons, and what stands for them: a number under a numbered message, the words of a button, a bare yes.

What a channel carries back comes from the person's own device, so a button counts only if it is an
address anybody may look at, an answer to a question of ours, or a deed we signed for this person.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bots import buttons
from bots.dialogue import Answer, Choice, Heard, Screen, from_json, is_number, same_words
from bots.talk import Talk, again, open_question, turned
from bots.visit import ACTIONS, RESTARTING, SCREENS, SCRIPTS, Outcome, Visit, takes
from storefront import outbox, people
from storefront.database import Writer
from storefront.models import OutboxMessage
from storefront.reading import words
from storefront.reading.noise import plain
from storefront.refusals import AlreadyDone, NotYours

NUMBERED_WITHIN = 8


def tapped(db: Writer, visit: Visit, talk: Talk, data: str) -> Outcome:
    """A button: a place to look at, an answer, or a deed signed for this person."""
    if data.startswith("s:"):
        name, *args = data.split(":")[1:]
        if name in SCREENS and takes(SCREENS[name], db, visit, *args):
            return SCREENS[name](db, visit, *args)
    if data.startswith("a:"):
        return picked(db, visit, talk, data)
    deed = buttons.opened(data, visit.person_id, db.vault) or deed_of_before(db, visit, data)
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


def deed_of_before(db: Writer, visit: Visit, data: str) -> str | None:
    """A button that was signed for who she was before her two chats were joined."""
    if not data.startswith("d:"):
        return None
    former = people.former(db, visit.person_id)
    return next((deed for one in former if (deed := buttons.opened(data, one, db.vault))), None)


def picked(db: Writer, visit: Visit, talk: Talk, data: str) -> Outcome:
    """An answer by button, ``a:script:subject:key=value``; one of a script that is over begins it again."""
    where, _, value = data.removeprefix("a:").rpartition("=")
    script, _, rest = where.partition(":")
    subject, _, key = rest.rpartition(":")
    if script not in SCRIPTS or not takes(SCRIPTS[script], visit, **subject_of(subject)):
        return again(db, visit, talk, visit.t("That button is from an earlier version. Here is where we are."))
    args = subject_of(subject)
    if (talk.script != script or talk.args != args) and script not in RESTARTING:
        raise AlreadyDone
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
    return {name: int(value) for name, _, value in pairs if is_number(value)}


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


def tapped_choice(db: Writer, heard: Heard) -> str | None:
    """What a tapped button of the channel's own stands for: the choice at its place on the message it was on."""
    if heard.chosen is None or heard.shown is None:
        return None
    for message in offered(db, heard):
        tappable = [choice for choice in from_json(message.screen or {}).choices if not choice.url]
        return tappable[heard.chosen - 1].data if 0 < heard.chosen <= len(tappable) else None
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


def newest_choice(db: Writer, visit: Visit, talk: Talk, heard: Heard) -> Outcome | None:
    """The words of a button on the newest message that has any, written out: where buttons are lines, that is a tap."""
    newest = next(iter(offered(db, heard)), None)
    choices = from_json(newest.screen or {}).choices if newest else ()
    said = same_words(heard.text)
    found = next((choice for choice in choices if not choice.url and same_words(choice.label) == said), None)
    return tapped(db, visit, talk, found.data) if found and said else None


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
