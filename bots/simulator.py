"""The room where people first meet the hub: two phones on a page, on their own machine, with nobody else listening.

Everything works as plain forms; the script beside it only saves the reloading. What is typed here goes through the
same phones that stories use, so what is shown was really sent. Only this machine may look: the phones read everybody's
chats, so a foreign host, a foreign origin or a form that is not ours gets nothing.
"""

from __future__ import annotations

import hmac
import html
import io
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bots.phones import CHANNELS, Address, Bubble, Button, PhoneError
from bots.phones.bubbles import addresses_in
from bots.play import OURS
from storefront import pictures, qris
from storefront.web.pages import shown

if TYPE_CHECKING:
    from bots.hub import Simulated

simulator = Blueprint(
    "simulator",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/simulator/static",
)

CAST = ("rina", "dewi", "sari")
FIRST = {"telegram": "rina", "whatsapp": "sari"}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
PROXIED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
LARGEST_POST = 12 * 1024 * 1024
SHOWN = 80
LINKS = 6
LONGEST_LINK = 56
DAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")

TOKEN = secrets.token_urlsafe(24)  # lives as long as the process: a form from an earlier one is stale
NAME = re.compile(r"[^\W_][\w-]{0,23}")
ANCHOR = re.compile(r"""<a\b[^>]*\shref=(?:"([^"]*)"|'([^']*)')""")
KINDS = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"), (b"RIFF", "image/webp"))


def the_hub() -> Simulated:
    return cast("Simulated", current_app.extensions["getok.hub"])


# -- who may look --------------------------------------------------------------------------------------


@simulator.before_request
def only_this_machine() -> None:
    """404 for anybody else, as if there were no such page; a name that merely resolves to us is somebody else."""
    if not (is_loopback(request.remote_addr) and is_our_host(request.host)):
        abort(404)
    if any(header in request.headers for header in PROXIED):
        abort(404)
    if request.method == "POST":
        request.max_content_length = LARGEST_POST
        refuse_foreign_form()


def is_loopback(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


def is_our_host(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK
    except ValueError:
        return False


def refuse_foreign_form() -> None:
    for header in ("Origin", "Referer"):
        said = request.headers.get(header)
        if said is not None and urlsplit(said).netloc != request.host:
            abort(403)
    if not hmac.compare_digest(request.form.get("token", "").encode(), TOKEN.encode()):
        abort(403)


@simulator.after_request
def same_origin(answer: Response) -> Response:
    """With no referrer at all a browser calls the origin of its own forms "null"."""
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


# -- what a phone shows --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A stretch of text, or an address in it; ``leads_here`` opens a chat of this hub."""

    text: str
    address: str = ""
    leads_here: bool = False

    @property
    def shown(self) -> str:
        is_long = self.address and len(self.text) > LONGEST_LINK
        return f"{self.text[:LONGEST_LINK]}…" if is_long else self.text


@dataclass(frozen=True)
class Row:
    """One line of a message; ``choice`` is the button the line stands for, if it does."""

    pieces: list[Piece]
    choice: int | None = None


@dataclass(frozen=True)
class Message:
    bubble: Bubble
    rows: list[Row]
    further: list[Piece]
    keys: list[list[tuple[int, Button, bool]]]


@dataclass(frozen=True)
class Phone:
    """One channel's phone in one person's hand."""

    who: Address
    messages: list[Message]
    people: list[tuple[str, int]]
    toast: str
    is_new: bool


@simulator.get("/simulator")
def page() -> str:
    hub = the_hub()
    with hub.busy:
        held = {channel: phone(hub, Address(chosen(channel), channel)) for channel in CHANNELS}
        return shown(
            "simulator.html",
            phones=held,
            links=going_round(hub),
            lived=any(piece.text.startswith("/r/") for piece in going_round(hub)),
            now=hub.now(),
            token=TOKEN,
            note=request.args.get("note", ""),
            lang=request.args.get("lang", ""),
            caption=sample_caption(hub.now().astimezone(hub.zone)),
        )


def chosen(channel: str) -> str:
    """Whose phone this is: asked for in the address, else whoever usually holds it."""
    asked = request.values.get(f"new_{channel}") or request.values.get(channel) or ""
    return a_name(asked) or FIRST[channel]


def a_name(written: str) -> str:
    found = NAME.fullmatch(written.strip().lower())
    return found.group() if found else ""


def phone(hub: Simulated, who: Address) -> Phone:
    there = known(hub, who)
    bubbles = hub.phones.bubbles(*who) if there else []
    return Phone(
        who,
        [message(hub, who, bubble) for bubble in bubbles[-SHOWN:]],
        people(hub, who),
        newest_toast(hub, who, bubbles) if there else "",
        not bubbles,
    )


def known(hub: Simulated, who: Address) -> bool:
    """Asked before looking: a look must not bring a person into the world."""
    return who.name in hub.phones.on(who.channel).people


def people(hub: Simulated, who: Address) -> list[tuple[str, int]]:
    """Everybody who can hold this phone, with the number of the last thing they were told."""
    names = dict.fromkeys([*CAST, *hub.phones.on(who.channel).people, who.name])
    return [(name, last_told(hub, Address(name, who.channel))) for name in names]


def last_told(hub: Simulated, who: Address) -> int:
    if not known(hub, who):
        return 0
    return max((bubble.seq for bubble in hub.phones.bubbles(*who) if not bubble.mine), default=0)


def going_round(hub: Simulated) -> list[Piece]:
    """The newest links of ours that anybody was sent: a neighbour passes them on, anybody may open them."""
    told = [bubble for who in hub.phones.everybody() for bubble in hub.phones.bubbles(*who) if not bubble.mine]
    told.sort(key=lambda bubble: -bubble.seq)
    home = hub.public_url.rstrip("/")
    found = dict.fromkeys(link for bubble in told for link in bubble.links if is_page(hub, link))
    return [Piece(link.removeprefix(home), link, leads_here=True) for link in list(found)[:LINKS]]


def newest_toast(hub: Simulated, who: Address, bubbles: list[Bubble]) -> str:
    """The last pop-up, until a new message has come after it."""
    toasts = hub.phones.toasts(*who)
    latest = max((bubble.seq for bubble in bubbles if not bubble.edited_at), default=0)
    return toasts[-1][1] if toasts and toasts[-1][0] > latest else ""


def message(hub: Simulated, who: Address, bubble: Bubble) -> Message:
    rows, spoken = rows_of(hub, who.channel, bubble)
    # What stands behind a word of the text has no words of its own to tap on.
    hidden = [Piece(link, link, is_ours(hub, link)) for link in bubble.links if link not in bubble.text]
    count = iter(range(len(bubble.buttons)))
    keys = [[(next(count), button, is_ours(hub, button.url or "")) for button in row] for row in bubble.rows]
    left = [[key for key in row if key[0] not in spoken] for row in keys]
    return Message(bubble, rows, [piece for piece in hidden if is_web(piece.address)], [row for row in left if row])


def rows_of(hub: Simulated, channel: str, bubble: Bubble) -> tuple[list[Row], set[int]]:
    """The lines of a message, and which of its buttons are lines already: WhatsApp's choices are."""
    rows: list[Row] = []
    spoken: set[int] = set()
    for line in bubble.text.splitlines():
        choice = choice_of(line, bubble.buttons, spoken) if channel == "whatsapp" else None
        spoken |= {choice} if choice is not None else set()
        rows.append(Row(pieces_of(hub, line), choice))
    return rows, spoken


def choice_of(line: str, buttons: list[Button], spoken: set[int]) -> int | None:
    bare = line.strip()
    for place, button in enumerate(buttons):
        starts = not button.data or bare.startswith(button.data)
        if place not in spoken and starts and bare.endswith(button.label):
            return place
    return None


def pieces_of(hub: Simulated, line: str) -> list[Piece]:
    found = sorted(addresses_in(line), key=len, reverse=True)
    if not found:
        return [Piece(line)]
    parts = re.split(f"({'|'.join(map(re.escape, found))})", line)
    return [Piece(part, part, is_ours(hub, part)) if part in found else Piece(part) for part in parts if part]


def is_web(address: str) -> bool:
    return address.startswith(("http://", "https://"))


# -- pictures ------------------------------------------------------------------------------------------


@simulator.get("/simulator/picture/<channel>/<name>/<number>")
def picture(channel: str, name: str, number: str) -> Response:
    hub = the_hub()
    bubble = find_bubble(hub, channel, name, number)
    return drawn((bubble.picture if bubble else None) or b"")


@simulator.get("/simulator/sample/<name>")
def sample(name: str) -> Response:
    make = SAMPLES.get(name)
    return drawn(make() if make else b"")


def drawn(content: bytes) -> Response:
    kind = next((kind for start, kind in KINDS if content.startswith(start)), None)
    if kind is None:
        abort(404)
    return Response(content, mimetype=kind)


def find_bubble(hub: Simulated, channel: str, name: str, number: str) -> Bubble | None:
    if channel not in CHANNELS or not known(hub, Address(name, channel)):
        return None
    return next((bubble for bubble in hub.phones.bubbles(name, channel) if bubble.id == number), None)


@cache
def sticker() -> bytes:
    """Rina's QRIS sticker, of a merchant who does not exist."""
    return pictures.qr_png(qris.build_static("DAPUR RINA", "DEPOK"))


@cache
def cake() -> bytes:
    """A pandan brownie on a plate, painted rather than photographed."""
    from PIL import Image, ImageDraw, ImageFilter

    canvas = Image.new("RGB", (960, 720), "#ecd9bf")
    brush = ImageDraw.Draw(canvas)
    for stripe in range(0, 960, 80):
        brush.rectangle((stripe, 0, stripe + 38, 720), fill="#e6cfb0")
    shade = Image.new("L", canvas.size, 0)
    ImageDraw.Draw(shade).ellipse((130, 400, 850, 670), fill=110)
    canvas.paste("#8a6a4c", mask=shade.filter(ImageFilter.GaussianBlur(22)))
    brush.ellipse((110, 340, 850, 630), fill="#f4f1ea", outline="#d8d0c2", width=6)
    brush.ellipse((190, 385, 770, 590), fill="#fbfaf6")
    layers = ((470, "#3f2417"), (415, "#6f9a3c"), (360, "#3f2417"), (305, "#7fae48"))
    for top, colour in layers:
        brush.rectangle((250, top, 710, top + 40), fill=colour)
        brush.ellipse((250, top, 710, top + 95), fill=colour)
    brush.ellipse((250, 255, 710, 355), fill="#93c159", outline="#7fae48", width=4)
    for step in range(26):  # grated cheese
        left, top = 310 + (step * 97) % 320, 278 + (step * 41) % 50
        brush.line((left, top, left + 26, top + (step % 3 - 1) * 8), fill="#f7d774", width=6)
    brush.polygon(((480, 285), (440, 170), (505, 235)), fill="#3f8a3a")
    brush.polygon(((480, 285), (560, 175), (500, 250)), fill="#2f7431")
    written = io.BytesIO()
    canvas.filter(ImageFilter.SMOOTH).save(written, "JPEG", quality=88)
    return written.getvalue()


SAMPLES: dict[str, Callable[[], bytes]] = {"sticker": sticker, "cake": cake}


def sample_caption(now: datetime) -> str:
    """What a seller writes under her photo, with days that are still to come."""
    closing, sending = (DAYS[(now + timedelta(days=days)).weekday()] for days in (2, 4))
    told = "brownies kukus pandan 65rb/loyang, topping keju +10rb."
    return f"{told} PO tutup {closing} jam 8 mlm, kirim {sending} pagi, max 20"


# -- what people do ------------------------------------------------------------------------------------


@simulator.post("/simulator/write")
def write() -> AnyResponse:
    """Send words, a picture, or a picture with words under it; a ready word and a sample come as a button's value."""
    hub, who = the_hub(), holder()
    text = (request.form.get("word") or request.form.get("text") or "").replace("\r\n", "\n").strip()
    try:
        content = carried()
        if not (text or content):
            return back("empty")
        if request.form.get("sample") == "cake":
            text = text or sample_caption(hub.now().astimezone(hub.zone))
    except (pictures.NotAPicture, pictures.PictureTooLarge):
        return back("picture")
    at = hub.phones.on(who.channel)
    if content:
        return done(lambda: at.sends_photo(who.name, content, text or None))
    return done(lambda: at.says(who.name, text))


def carried() -> bytes:
    make = SAMPLES.get(request.form.get("sample", ""))
    if make:
        return make()
    file = request.files.get("photo")
    content = file.read() if file else b""
    # Messengers shrink what is sent through them and keep nothing but the picture; so do these.
    return pictures.tidy(content) if content else b""


@simulator.post("/simulator/start")
def start() -> AnyResponse:
    hub, who = the_hub(), holder()
    return done(lambda: hub.phones.telegram.starts(who.name))


@simulator.post("/simulator/tap")
def tap() -> AnyResponse:
    hub, who = the_hub(), holder()
    bubble = find_bubble(hub, who.channel, who.name, request.form.get("bubble", ""))
    place = request.form.get("button", "")
    if bubble is None or not place.isdecimal() or int(place) >= len(bubble.buttons):
        return back("gone")
    button = bubble.buttons[int(place)]
    return done(lambda: hub.phones.taps(*who, bubble, button))


@simulator.post("/simulator/open")
def follow() -> AnyResponse:
    """Open a link in the person's own hands: the chat it leads to, with Start pressed or the words sent."""
    hub, who = the_hub(), holder()
    address = request.form.get("address", "")
    if not is_ours(hub, address):
        return back("nowhere")
    with hub.busy:
        try:
            entered = opened(hub, who, address)
            hub.settle()
        except PhoneError:
            return back("refused")
    return back("", entered) if entered else back("nowhere")


@simulator.post("/simulator/clock")
def clock() -> AnyResponse:
    hub = the_hub()
    moment = moved(hub.now().astimezone(hub.zone), request.form.get("by", ""))
    if moment is None:
        return back("gone")
    with hub.busy:
        hub.move_to(moment)
    return back()


def moved(now: datetime, by: str) -> datetime | None:
    """Later by two hours, by a day, or next Monday at nine, on the shop's own clock."""
    if by == "2h":
        return now + timedelta(hours=2)
    if by == "1d":
        return now + timedelta(days=1)
    if by != "monday":
        return None
    monday = (now + timedelta(days=-now.weekday() % 7)).replace(hour=9, minute=0, second=0, microsecond=0)
    return monday if monday > now else monday + timedelta(days=7)


def holder() -> Address:
    channel = request.form.get("channel", "")
    if channel not in CHANNELS:
        abort(400)
    return Address(chosen(channel), channel)


def done(act: Callable[[], object]) -> AnyResponse:
    hub = the_hub()
    with hub.busy:
        try:
            act()
            hub.settle()
        except PhoneError:
            return back("refused")
    return back()


def back(note: str = "", entered: Address | None = None) -> AnyResponse:
    """The same two phones again; ``entered`` is the one a link led into."""
    held = {channel: chosen(channel) for channel in CHANNELS}
    if entered:
        held[entered.channel] = entered.name
    lang = request.form.get("lang", "")
    extra = ({"lang": lang} if lang else {}) | ({"note": note} if note else {})
    return redirect(f"{url_for('simulator.page')}?{urlencode(held | extra)}", 303)


# -- where links lead ----------------------------------------------------------------------------------


def is_ours(hub: Simulated, address: str) -> bool:
    return is_page(hub, address) or door(hub, address) is not None


def is_page(hub: Simulated, address: str) -> bool:
    """Whether it is a page with our two doors on it."""
    home = hub.public_url.rstrip("/")
    return address.startswith(tuple(home + path for path in OURS))


def opened(hub: Simulated, who: Address, address: str) -> Address | None:
    """Go through a link; of a page's two doors the phone in the hand takes its own."""
    found = [door(hub, address)] if door(hub, address) else [door(hub, link) for link in links(hub.page(address))]
    doors = {entry[0]: entry[1] for entry in reversed(found) if entry}
    if not doors:
        return None
    channel = who.channel if who.channel in doors else next(iter(doors))
    if channel == "telegram":
        hub.phones.telegram.starts(who.name, doors[channel])
    else:
        hub.phones.whatsapp.says(who.name, doors[channel])
    return Address(who.name, channel)


def door(hub: Simulated, address: str) -> tuple[str, str] | None:
    """The channel an address opens and what it brings along; None when it leads elsewhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    path, asked = parts.path.strip("/"), parse_qs(parts.query, keep_blank_values=True)
    if parts.netloc == "t.me" and path.lower() == hub.phones.telegram.username.lower():
        return "telegram", asked.get("start", [""])[0]
    text = asked.get("text", [""])[0].strip()
    if parts.netloc == "wa.me" and text and path == re.sub(r"\D", "", hub.phones.whatsapp.number):
        return "whatsapp", text
    return None


def links(page_of_ours: str) -> list[str]:
    return [html.unescape(double or single) for double, single in ANCHOR.findall(page_of_ours)]
