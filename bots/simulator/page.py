"""Everything on one page, and what has changed on it since somebody last looked."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from bots.phones import Address
from bots.simulator import books, clock, coach, glass, hands, links, samples, stage
from bots.simulator.door import TOKEN, preference, simulator
from storefront.phrases import Voice

KINDS = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"), (b"RIFF", "image/webp"))
PARTS = ("clock", "coach", "ledger", "outbox", "script", "note")
PHONE_PARTS = ("head", "below", "hidden")
KEPT_S = 3600


@simulator.get("/simulator")
def whole() -> str:
    hub = hands.the_hub()
    with hub.busy:
        facts = facts_of(hands.held(), hands.side(), request.args.get("note", ""))
        return render_template("simulator/page.html", **facts)


@simulator.get("/simulator/since")
def since() -> AnyResponse:
    return changes(hands.held(), hands.side(), "")


def changes(held: dict[str, Address], on: str, note: str) -> AnyResponse:
    """What is new since the state ``v`` and the message ``n``; nothing at all when nothing is."""
    hub = hands.the_hub()
    with hub.busy:
        version = pulse(held)
        if request.method == "GET" and request.args.get("v") == version:
            return Response(status=204)
        facts = facts_of(held, on, note)
        return jsonify(
            v=version,
            on=on,
            held={place: str(who) for place, who in held.items()},
            show="story" if hands.shown_stage() else "",
            address=hands.address_of(held, on),
            parts=parts_of(facts),
            chats={place: chat_of(facts, phone) for place, phone in facts["phones"].items()},
            told={str(person.who): person.told for person in facts["people"]},
            story=told_of(facts["stage"]),
        )


def pulse(held: dict[str, Address]) -> str:
    """A word that is another one as soon as anything shown is: messages, pop-ups, the books, the minute."""
    hub, playing = hands.the_hub(), hands.shown_stage()
    bubbles = [bubble.seq for who in hub.phones.everybody() for bubble in hub.phones.bubbles(*who)]
    toasts = sum(len(hub.phones.toasts(*who)) for who in hub.phones.everybody())
    with hub.database.read() as db:
        written = books.stamp(db)
    shown = [f"{hub.now():%d%H%M}", max(bubbles, default=0), len(bubbles), toasts, *written]
    shown += [playing.number, playing.at, playing.trouble != ""] if playing else ["own"]
    return ".".join(map(str, [*shown, *held.values(), voice().language]))


def voice() -> Voice:
    return Voice(preference("lang") or "id", hands.the_hub().zone)


def facts_of(held: dict[str, Address], on: str, note: str) -> dict[str, Any]:
    """Everything the page shows."""
    hub, t, playing = hands.the_hub(), voice(), hands.shown_stage()
    now = hub.now()
    return {
        "t": t,
        "now": now,
        "local": now.astimezone(hub.zone),
        "coming": clock.coming(hub),
        "token": TOKEN,
        "theme": preference("theme"),
        "held": held,
        "on": on,
        "show": "story" if playing else "",
        "stamp": playing.number if playing else TOKEN[:6],
        "phones": {place: glass.phone(hub, place, who) for place, who in held.items()},
        "people": glass.people(hub, held),
        "round": links.going_round(hub),
        "books": books.opened(hub, t),
        "way": books.way(hub),
        "step": None if playing else coach.next_step(hub, t, held),
        "stage": playing,
        "titles": stage.titles(),
        "note": note,
        "caption": samples.sample_caption(now.astimezone(hub.zone)),
        "see": lambda on=on, **more: hands.address_of(held, on, **more),
        "hands": hands,
    }


def parts_of(facts: dict[str, Any]) -> dict[str, str]:
    parts = {name: render_template(f"simulator/{name}.html", **facts) for name in PARTS}
    for place, phone in facts["phones"].items():
        for name in PHONE_PARTS:
            parts[f"{place}-{name}"] = render_template(f"simulator/{name}.html", **facts, phone=phone)
    return parts


def chat_of(facts: dict[str, Any], phone: glass.Phone) -> dict[str, Any]:
    """One chat: the order of what stands in it, and the drawing of what is newer than the asker has."""
    newest = request.values.get("n", "")
    after = int(newest) if newest.isdecimal() and len(newest) < 12 else 0
    keys, fresh = [], {}
    day = ""
    for message in phone.messages:
        today = f"{message.bubble.at.astimezone(facts['t'].zone):%Y-%m-%d}"
        if today != day:
            keys.append(f"day-{today}")
            fresh[keys[-1]] = [0, render_template("simulator/day.html", **facts, message=message)]
            day = today
        keys.append(message.key)
        if message.bubble.seq > after:
            drawn = render_template("simulator/message.html", **facts, phone=phone, message=message)
            fresh[message.key] = [message.bubble.seq, drawn]
    return {"who": str(phone.who), "keys": keys, "fresh": fresh, "newest": phone.newest, "toast": phone.toast}


def staged(playing: stage.Stage | None) -> AnyResponse:
    """The page with a story on it, its people on the phones; or one's own hub again."""
    form = request.form
    held = hands.filled(playing.hands if playing else {})
    on = next_on(playing, held)
    if form.get("live"):
        with_story = {"story": told_of(playing), "held": {place: str(who) for place, who in held.items()}, "on": on}
        return jsonify(**with_story, show="story" if playing else "")
    query = hands.address_of(held, on).replace("&show=story", "")
    return redirect(query + ("&show=story" if playing else ""), 303)


def next_on(playing: stage.Stage | None, held: dict[str, Address]) -> str:
    """The phone of whoever comes next."""
    who = getattr(playing.next_line, "who", None) if playing else None
    return next((place for place, other in held.items() if other == who), "one")


def told_of(playing: stage.Stage | None) -> dict[str, Any] | None:
    """What the script needs to play on: the line that comes, whose it is, and what is typed."""
    if playing is None:
        return None
    line = playing.next_line
    verb, _, words = line.source.partition(":") if line else ("", "", "")
    who = getattr(line, "who", None)
    return {
        "number": playing.number,
        "at": playing.at,
        "over": playing.is_over,
        "broken": bool(playing.trouble),
        "who": str(who) if who else "",
        "kind": type(line).__name__ if line else "",
        "verb": verb.rpartition(" ")[2],
        "words": words.strip(),
    }


# -- pictures ----------------------------------------------------------------------------------------


@simulator.get("/simulator/picture/<channel>/<name>/<number>")
def picture(channel: str, name: str, number: str) -> Response:
    bubble = glass.find_bubble(hands.the_hub(), Address(name, channel), number)
    return drawn((bubble.picture if bubble else None) or b"")


@simulator.get("/simulator/sample/<name>")
def sample(name: str) -> Response:
    make = samples.PICTURES.get(name)
    return drawn(make() if make else b"")


def drawn(content: bytes) -> Response:
    kind = next((kind for start, kind in KINDS if content.startswith(start)), None)
    if kind is None:
        abort(404)
    answer = Response(content, mimetype=kind)
    if request.args.get("v"):  # its address changes with it
        answer.headers["Cache-Control"] = f"private, max-age={KEPT_S}"
    return answer
