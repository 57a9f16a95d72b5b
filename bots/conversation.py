"""Hear one message: find who speaks, decide what it means, do it, promise the reply. One transaction.

This file knows no shop: every noun announces in `bots.visit` what it can do, and `bots.meaning` decides
which of them was meant.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import update

from bots import buttons, meaning
from bots.dialogue import Heard, Screen
from bots.talk import Talk, begun, open_question
from bots.visit import FOLLOWERS, OUTSIDE, SILENCE, Begin, InView, Outcome, Place, Respoken, Visit
from storefront import outbox, people
from storefront.database import Writer
from storefront.models import Conversation, Person
from storefront.phrases import Voice, marked
from storefront.reading.noise import calls_herself_bunda
from storefront.refusals import AlreadyDone, NotYours, Refusal


def hear(db: Writer, place: Place, heard: Heard, now: datetime) -> None:
    """Take one message from what was heard to what is promised. Raises `Refusal`, to be spoken by `refuse`."""
    if heard.kind in OUTSIDE:
        OUTSIDE[heard.kind](db, place, heard, now)
        return
    met, visit, talk = welcomed(db, place, heard, now)
    reply = shown(db, visit, talk, meaning.understood(db, visit, talk, heard))
    promise(db, replace(visit, shop_id=talk.shop_id), heard, reply)
    remember(db, met.talk, talk, now)


def refuse(db: Writer, place: Place, heard: Heard, no: Refusal, now: datetime) -> None:
    """Speak an expected no. Nothing of the try that led to it is left; an open question is asked again."""
    if heard.kind in OUTSIDE:
        answer(db, heard, Voice(spoken_language(heard), place.zone)(no.sentence, **no.facts), now)
        return
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


def welcomed(db: Writer, place: Place, heard: Heard, now: datetime) -> tuple[people.Met, Visit, Talk]:
    """Find the person, lock her conversation, and put what we remember on the counter."""
    language = spoken_language(heard)
    met = people.meet(db, heard.channel, heard.address, heard.external_id, heard.name, language, now)
    is_bunda = met.person.is_bunda
    if not is_bunda and heard.kind == "text" and calls_herself_bunda(heard.text):
        people.change(db, met.person.id, is_bunda=True)
        is_bunda = True
    runs_the_hub = keeps_the_hub(db, place, heard, met.person)
    voice = Voice(met.person.language, place.zone, is_bunda)
    row = met.talk
    talk = Talk(row.shop_id, row.script, dict(row.args), row.asked, dict(row.answers), dict(row.drafts))
    visit = Visit(met.person.id, met.name, voice, heard.channel, row.shop_id, place, now, is_operator=runs_the_hub)
    return met, visit, talk


def spoken_language(heard: Heard) -> str:
    """The language of her phone, as far as it is one of ours."""
    return "en" if (heard.language or "").startswith("en") else "id"


def keeps_the_hub(db: Writer, place: Place, heard: Heard, person: Person) -> bool:
    """Whether she runs the hub: by the settings of today, by this or another address of hers, or by its first link."""
    named = set(place.operators)
    is_one = people.named(heard.channel, heard.address) in named
    if is_one == person.is_operator:
        return is_one
    if not is_one and person.keeps_hub_since is not None:
        return True
    if not is_one:
        is_one = any(people.named(*way) in named for way in people.ways_to(db, person.id))
    if is_one != person.is_operator:
        people.change(db, person.id, is_operator=is_one)
    return is_one


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


def shown(db: Writer, visit: Visit, talk: Talk, outcome: Outcome) -> Screen | None:
    """Follow an outcome to what is shown: begin what is to be begun, do what is intended."""
    for _ in range(8):
        if isinstance(outcome, Screen):
            return outcome
        if outcome is None or outcome is SILENCE:
            return None
        if isinstance(outcome, InView):
            talk.shop_id = outcome.shop_id
            return outcome.screen
        if isinstance(outcome, Respoken):
            return respoken(db, visit, talk, outcome)
        if isinstance(outcome, Begin):
            begin, outcome = outcome, begun(db, visit, talk, outcome)
            if begin.is_quiet and isinstance(outcome, Screen):
                return None
        else:
            outcome = FOLLOWERS[type(outcome)](db, visit, outcome)
    raise AssertionError("scripts that begin each other for ever")


def respoken(db: Writer, visit: Visit, talk: Talk, outcome: Respoken) -> Screen:
    """Say it in the new voice, and what was asked as well."""
    question = open_question(db, replace(visit, t=outcome.voice), talk)
    return question.screen_again().after(outcome.screen.text) if question else outcome.screen


def promise(db: Writer, visit: Visit, heard: Heard, reply: Screen | None) -> None:
    """Promise the reply. On Telegram the answer to a tap edits the message that was tapped."""
    about = {"shop_id": visit.shop_id}
    common = {"person_id": visit.person_id, "channel": heard.channel, "address": heard.address, **about}
    rows: list[dict[str, Any]] = []
    if heard.callback:
        toast = str(reply.text) if reply and reply.toast else ""
        rows.append({**common, "kind": "answer", "screen": {"text": toast}, "replaces": heard.callback})
    if reply and not (reply.toast and heard.callback):
        screen = buttons.signed(reply, visit.person_id, db.vault).as_json()
        is_new = reply.picture is not None or reply.stays
        edited = None if is_new or not heard.callback else heard.shown
        rows.append({**common, "kind": "edit" if edited else "say", "screen": screen, "replaces": edited})
    outbox.promise(db, rows, visit.now)


def answer(db: Writer, heard: Heard, words: Markup, now: datetime, url: str = "") -> None:
    """Answer a tap where others look on: a word for her alone, or a door to her own chat."""
    if heard.callback is None:
        return
    doors = [["", "", url]] if url else []
    row = {"channel": heard.channel, "address": heard.address, "kind": "answer", "replaces": heard.callback}
    outbox.promise(db, [{**row, "screen": {"text": str(words), "choices": doors}}], now)
