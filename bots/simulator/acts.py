"""What people do on the simulator's phones: write, tap, open, turn the clock, put a story on stage."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, redirect, request
from werkzeug.wrappers import Response

from bots.phones import Address, Bubble, PhoneError
from bots.simulator import clock as clocks
from bots.simulator import glass, hands, links, page, samples, stage
from bots.simulator.door import simulator
from storefront import pictures

SMALL = ("voice", "smile", "location", "contact")


@simulator.post("/simulator/write")
def write() -> Response:
    """Send words, a picture, or a picture with words under it; a ready word and a sample come as a button's value."""
    hub, who = hands.the_hub(), hands.actor()
    wanted = request.form.get("sample", "")
    if wanted in SMALL:
        return done(lambda: small(who, wanted))
    text = (request.form.get("word") or request.form.get("text") or "").replace("\r\n", "\n").strip()
    try:
        content = carried()
    except (pictures.NotAPicture, pictures.PictureTooLarge):
        return back("picture")
    if not (text or content):
        return back("empty")
    if wanted == "cake":
        text = text or samples.sample_caption(hub.now().astimezone(hub.zone))
    at, earlier = hub.phones.on(who.channel), replied(who)
    if content:
        return done(lambda: at.sends_photo(who.name, content, text or None))
    return done(lambda: at.says(who.name, text, reply_to=earlier))


def replied(who: Address) -> Bubble | None:
    number = request.form.get("reply", "")
    return glass.find_bubble(hands.the_hub(), who, number) if number else None


def carried() -> bytes:
    make = samples.PICTURES.get(request.form.get("sample", ""))
    if make:
        return make()
    file = request.files.get("photo")
    content = file.read() if file else b""
    # Messengers shrink what is sent through them and keep nothing but the picture; so do these.
    return pictures.tidy(content) if content else b""


def small(who: Address, wanted: str) -> None:
    """Something else than words or a picture, from the paper clip."""
    at = hands.the_hub().phones.on(who.channel)
    if wanted == "voice":
        at.sends_voice(who.name)
    elif wanted == "smile":
        at.sends_sticker(who.name)
    elif wanted == "location":
        at.sends_location(who.name, *samples.HOME_PIN)
    else:
        at.sends_contact(who.name, samples.OWN_NUMBER)


@simulator.post("/simulator/start")
def start() -> Response:
    hub, who = hands.the_hub(), hands.actor()
    return done(lambda: hub.phones.telegram.starts(who.name))


@simulator.post("/simulator/tap")
def tap() -> Response:
    hub, who = hands.the_hub(), hands.actor()
    bubble = glass.find_bubble(hub, who, request.form.get("bubble", ""))
    place = request.form.get("button", "")
    if bubble is None or not place.isdecimal() or int(place) >= len(bubble.buttons):
        return back("gone")
    button = bubble.buttons[int(place)]
    return done(lambda: hub.phones.taps(*who, bubble, button))


@simulator.post("/simulator/open")
def follow() -> Response:
    """Open a link in the person's own hands: the chat it leads to, with Start pressed or the words sent."""
    hub, who = hands.the_hub(), hands.actor()
    address = request.form.get("address", "")
    if not links.is_ours(hub, address):
        return back("nowhere")
    with hub.busy:
        try:
            entered = links.opened(hub, who, address)
            hub.settle()
        except PhoneError:
            return back("refused")
    return back("", entered) if entered else back("nowhere")


@simulator.post("/simulator/clock")
def clock() -> Response:
    """Turn the clock on; to the next thing that happens, or by what the form says."""
    hub = hands.the_hub()
    by = request.form.get("at") or request.form.get("by") or ""
    with hub.busy:
        thing = clocks.coming(hub) if by == "next" else None
        moment = thing.at if thing else clocks.moved(hub.now().astimezone(hub.zone), by)
        if moment is None:
            return back("moment")
        hub.move_to(max(moment, hub.now()))
    return back()


@simulator.post("/simulator/story")
def story() -> Response:
    """Put a story on stage, play its next line or all that is left, or go back to one's own hub."""
    wanted, kept = request.form.get("do", ""), current_app.extensions
    if wanted == "begin":
        fresh = stage.begin(kept, request.form.get("story", ""))
        return page.staged(fresh) if fresh else back("gone")
    if wanted == "end":
        stage.end(kept)
        return page.staged(None)
    playing = hands.shown_stage()
    if playing is None:
        return page.staged(None)
    at = request.form.get("at", "")
    playing.step(int(at) if at.isdecimal() else None)
    while wanted == "rest" and not playing.is_over:
        playing.step()
    return page.staged(playing)


def done(act: Callable[[], object]) -> Response:
    hub = hands.the_hub()
    with hub.busy:
        try:
            act()
            hub.settle()
        except PhoneError:
            return back("refused")
    return back()


def back(note: str = "", entered: Address | None = None) -> Response:
    """The same phones again: what changed, for the script, else the whole page. ``entered``: where a link led."""
    held, on = hands.held(), hands.side()
    if entered:
        on = hands.placed(held, entered)
    if request.form.get("live"):
        return page.changes(held, on, note)
    return redirect(hands.address_of(held, on, **({"note": note} if note else {})), 303)
