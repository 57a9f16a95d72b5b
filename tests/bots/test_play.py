"""Stories: what can be read, who is taken at which word, and when a line holds."""

import html
import io
import itertools
import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import qrcode

from bots.phones import Address, Phones, TelegramPhones, WhatsAppPhones
from bots.play import (
    AddsBot,
    AsksInline,
    Clock,
    DoesNotSee,
    DoesNotSeeIn,
    Keeps,
    Only,
    Opens,
    Player,
    Says,
    SaysIn,
    Scans,
    Sees,
    SeesIn,
    SendsAlbum,
    SendsLocation,
    SendsPhoto,
    SendsVoice,
    Shares,
    SharesContact,
    Taps,
    TapsIn,
    Unreadable,
    only,
    parse,
)

HOME = "https://getok.example"
SID = "AC" + "1" * 32
RINA = Address("rina", "telegram")
PAGE = (
    '<a href="/how">how</a><a href="https://t.me/getok_bot?start=DEWI7-1&amp;x=1">Telegram</a>'
    '<a href="https://wa.me/620000?text=Mau%20Brownies%20(kode%20DEWI7-1)">WhatsApp</a>'
)


class Echo:
    """A hub of a few sentences: it repeats what it hears, and has one page, one button, one picture, one chore."""

    public_url = HOME
    zone = ZoneInfo("Asia/Jakarta")

    def __init__(self):
        self.time = datetime(2020, 1, 1, tzinfo=self.zone)
        self.heard = []
        self.chores = []
        self.phones = self.connect()

    def connect(self):
        seq = itertools.count(1)
        whatsapp = WhatsAppPhones(SID, "t", "+620000", self.post, HOME, fetch=self.fetch, now=self.now, seq=seq)
        return Phones(TelegramPhones("1:t", "getok_bot", self.now, seq), whatsapp)

    def now(self):
        return self.time

    def post(self, path, form, headers):
        assert path == "/whatsapp/webhook"
        assert headers["X-Twilio-Signature"]
        self.heard.append((form["From"], form["Body"]))
        return 200

    def fetch(self, url):
        out = io.BytesIO()
        qrcode.make(url).get_image().convert("RGB").save(out, "PNG")
        return 200, "image/png", out.getvalue()

    def page(self, url):
        return PAGE if url == f"{HOME}/r/DEWI7-1" else "<p>tidak ada"

    def move_to(self, moment):
        self.time = moment
        due, self.chores = [at for at in self.chores if at <= moment], [at for at in self.chores if at > moment]
        for _ in due:
            self.tell(7001, "PO ditutup")

    def settle(self):
        self.phones.whatsapp.flush_statuses()
        for who, text in self.heard:
            self.write(who, f"*Dengar* {text}\n1. Antar\n2. Ambil")
        self.heard.clear()
        for update in self.bot("getUpdates"):
            self.bot("getUpdates", offset=update["update_id"] + 1)
            self.answer(update)

    def answer(self, update):
        if "inline_query" in update:
            self.offer(update["inline_query"])
        elif "my_chat_member" in update:
            if update["my_chat_member"]["new_chat_member"]["status"] == "member":
                self.tell(update["my_chat_member"]["chat"]["id"], "Halo semua", "+1", "Intip")
        elif "callback_query" in update:
            query = update["callback_query"]
            if query["data"] == "Intip":
                url = "https://t.me/getok_bot?start=peek"
                self.bot("answerCallbackQuery", callback_query_id=query["id"], text="Ke sini ya", url=url)
                return
            if "inline_message_id" in query:
                self.bot("answerCallbackQuery", callback_query_id=query["id"], text="Dicatat ya")
                self.bot("editMessageText", text="Tercatat!", inline_message_id=query["inline_message_id"])
                return
            message = query["message"]
            self.bot("answerCallbackQuery", callback_query_id=query["id"], text="Dicatat ya")
            where = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
            self.bot("editMessageText", text="Tayang!", **where)
        elif (text := update["message"].get("text")) == "gambar":
            self.picture(update["message"]["chat"]["id"])
        else:
            self.tell(update["message"]["chat"]["id"], f"<b>Dengar</b>\n{html.escape(text or 'media')}", "Tayangkan")

    def offer(self, query):
        rows = {"inline_keyboard": [[{"text": "Mau", "callback_data": "mau"}]]}
        results = [
            {
                "type": "article",
                "id": name,
                "title": name,
                "description": f"PO {query['query']}",
                "input_message_content": {"message_text": f"{name} 65.000"},
                "reply_markup": rows,
            }
            for name in ("Brownies", "Bolu Pandan")
        ]
        self.bot("answerInlineQuery", inline_query_id=query["id"], results=results)

    def picture(self, chat):
        upload = {"photo": ("a.png", self.fetch(f"{HOME}/r/DEWI7-1")[2], "image/png")}
        self.phones.telegram.handle("/bot1:t/sendPhoto", {"chat_id": chat}, upload)

    def tell(self, chat, text, *labels):
        rows = [[{"text": label, "callback_data": label}] for label in labels]
        markup = {"reply_markup": {"inline_keyboard": rows}} if rows else {}
        self.bot("sendMessage", chat_id=chat, text=text, parse_mode="HTML", **markup)

    def bot(self, method, **fields):
        status, told = self.phones.telegram.handle(f"/bot1:t/{method}", fields, {})
        assert status == 200, told
        return told["result"]

    def write(self, to, body):
        form = {"From": "whatsapp:+620000", "To": to, "Body": body}
        path = f"/2010-04-01/Accounts/{SID}/Messages.json"
        status, _, answer = self.phones.whatsapp.handle("POST", path, form, (SID, "t"))
        assert status == 201, json.loads(answer)


@pytest.fixture
def hub():
    return Echo()


def played(hub, story, folder=None, channel=None):
    out = io.StringIO()
    player = Player(hub, hub.phones, folder, channel, out)
    return player.play(parse(story)), out.getvalue(), player


def holds(hub, story, **how):
    held, transcript, _ = played(hub, story, **how)
    assert held, transcript
    return transcript


def breaks(hub, story, **how):
    held, transcript, _ = played(hub, story, **how)
    assert not held, transcript
    return transcript


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("clock: 2026-06-16 09:00", lambda *at: Clock(*at, "2026-06-16 09:00")),
        ("clock: +30m", lambda *at: Clock(*at, "+30m")),
        ("rina@telegram says: a: b # c", lambda *at: Says(*at, RINA, "a: b # c")),
        ("rina@telegram sends photo: a b.png | 65rb | x", lambda *at: SendsPhoto(*at, RINA, "a b.png", "65rb | x")),
        ("rina@telegram sends photo: a.png", lambda *at: SendsPhoto(*at, RINA, "a.png", None)),
        ("rina@telegram sends voice", lambda *at: SendsVoice(*at, RINA)),
        ("rina@telegram sends location: -6.4,106.7", lambda *at: SendsLocation(*at, RINA, "-6.4,106.7")),
        ("Rina@telegram taps: Boleh, 10%", lambda *at: Taps(*at, RINA, "Boleh, 10%")),
        ("rina@telegram keeps $link: (https?://\\S+)", lambda *at: Keeps(*at, RINA, "link", "(https?://\\S+)")),
        ("rina@telegram opens: $link", lambda *at: Opens(*at, RINA, "$link")),
        ("rina@telegram scans: picture", lambda *at: Scans(*at, RINA)),
        ("rina@telegram sees: Rp144.983", lambda *at: Sees(*at, RINA, "Rp144.983")),
        ("rina@telegram does not see: Rp0", lambda *at: DoesNotSee(*at, RINA, "Rp0")),
        ("rina@telegram adds bot to RT04: $link", lambda *at: AddsBot(*at, RINA, "RT04", "$link")),
        ("rina@telegram says in RT 04: a: b", lambda *at: SaysIn(*at, RINA, "RT 04", "a: b")),
        ("rina@telegram taps in RT04: +1", lambda *at: TapsIn(*at, RINA, "RT04", "+1")),
        ("rina@telegram sees in RT04: Budi", lambda *at: SeesIn(*at, RINA, "Budi", "RT04")),
        ("rina@telegram does not see in RT04: x", lambda *at: DoesNotSeeIn(*at, RINA, "x", "RT04")),
        ("rina@telegram asks inline: brownies", lambda *at: AsksInline(*at, RINA, "brownies")),
        ("rina@telegram shares to budi: Brownies", lambda *at: Shares(*at, RINA, "budi", "Brownies")),
        ("rina@telegram sends album: a.jpg, b.jpg | c", lambda *at: SendsAlbum(*at, RINA, ("a.jpg", "b.jpg"), "c")),
        ("rina@telegram sends album: a.jpg,b.jpg", lambda *at: SendsAlbum(*at, RINA, ("a.jpg", "b.jpg"), None)),
        ("rina@telegram shares contact", lambda *at: SharesContact(*at, RINA)),
        ("only: telegram", lambda *at: Only(*at, "telegram")),
    ],
)
def test_a_line_is_read(source, line):
    assert parse(f"# a story\n\n{source}\n") == [line(3, source)]


@pytest.mark.parametrize(
    "source",
    [
        "rina says: halo",
        "rina@signal says: halo",
        "rina@telegram shouts: halo",
        "rina@telegram says:",
        "rina@telegram says",
        "rina@telegram sends voice: a.ogg",
        "rina@telegram sends photo: | caption",
        "rina@telegram sends location: here",
        "rina@telegram scans: the sky",
        "rina@telegram keeps $x: (",
        "rina@telegram keeps link: x",
        "clock: noon",
        "clock: +1w",
        "clock: 2026-13-01 09:00",
        "only: signal",
        "only:",
        "rina@telegram says in: halo",
        "rina@telegram says in RT04",
        "rina@telegram adds bot: $link",
        "rina@telegram sends album: a.jpg,",
        "rina@telegram sends album: | caption",
        "rina@telegram shares contact: 0800",
        "rina@telegram asks inline:",
        "rina@whatsapp says in RT04: halo",
        "rina@whatsapp shares contact",
        "rina@whatsapp sees in RT04: halo",
        "rina@whatsapp asks inline: brownies",
    ],
)
def test_a_line_that_cannot_be_read_is_named(source):
    with pytest.raises(Unreadable) as problem:
        parse(f"# a story\n{source}")
    assert (problem.value.line_no, problem.value.text) == (2, source)


def test_seeing_ignores_case_markup_and_white_space(hub):
    holds(hub, "rina@telegram says: a  <b\nrina@telegram sees: *DENGAR*   a <b\nrina@telegram sees: tayangkan")


def test_seeing_looks_back_to_the_own_last_act(hub):
    transcript = breaks(hub, "rina@telegram says: satu\nrina@telegram says: dua\nrina@telegram sees: satu")
    assert "line 3: rina@telegram sees: satu" in transcript
    assert "| Dengar\n    | dua" in transcript
    holds(hub, "rina@telegram says: satu\nsari@whatsapp says: dua\nrina@telegram sees: satu")


def test_not_seeing_fails_on_what_is_there(hub):
    assert "does see: dua" in breaks(hub, "rina@telegram says: dua\nrina@telegram does not see: dua")
    holds(hub, "rina@telegram says: dua\nrina@telegram does not see: tiga")


def test_the_clock_closes_the_window_and_opens_one_for_its_own_chores(hub):
    hub.chores = [datetime(2026, 6, 18, 20, 0, tzinfo=hub.zone)]
    holds(
        hub,
        "rina@telegram says: satu\nclock: +2d\nrina@telegram does not see: satu\nrina@telegram does not see: PO\n"
        "clock: 2026-06-18 20:00\nrina@telegram sees: PO ditutup\nsari@whatsapp says: x\nrina@telegram sees: PO",
    )
    assert hub.now() == datetime(2026, 6, 18, 20, 0, tzinfo=hub.zone)


def test_the_clock_starts_where_the_story_says(hub):
    holds(hub, "rina@telegram says: a")
    assert hub.now() == datetime(2026, 6, 16, 9, 0, tzinfo=hub.zone)
    holds(hub, "clock: 2026-01-02 08:30\nclock: +90m")
    assert hub.now() == datetime(2026, 1, 2, 10, 0, tzinfo=hub.zone)
    assert "cannot go back" in breaks(hub, "clock: +2h\nclock: 2026-06-16 09:30")


def test_taps_edit_the_message_and_pop_up(hub):
    transcript = holds(
        hub,
        "rina@telegram says: a\nrina@telegram taps: tayang\nrina@telegram sees: Tayang!\nrina@telegram sees: dicatat",
    )
    assert "Rina taps [Tayangkan]" in transcript
    assert "→ Rina: (edited) Tayang!" in transcript
    assert "→ Rina: (pop-up) Dicatat ya" in transcript
    assert transcript.splitlines()[-1].split() == ["Rina", "2", "1"]
    assert "no message shows [Tayangkan]" in breaks(
        hub, "budi@telegram says: a\nbudi@telegram taps: Tayangkan\nbudi@telegram taps: Tayangkan"
    )


def test_numbered_lines_are_tapped_by_their_words(hub):
    transcript = holds(hub, "sari@whatsapp says: a\nsari@whatsapp taps: ambil\nsari@whatsapp sees: Dengar 2")
    assert "2. [Ambil]" in transcript


@pytest.mark.parametrize(
    ("channel", "seen"), [("telegram", "/start DEWI7-1"), ("whatsapp", "Mau Brownies (kode DEWI7-1)")]
)
def test_a_page_leads_to_ones_own_channel(hub, channel, seen):
    story = (
        f"rina@telegram says: {HOME}/r/DEWI7-1\nrina@telegram keeps $link: (https?://\\S+/r/\\S+)\n"
        f"sari@{channel} opens: $link\nsari@{channel} sees: {seen}"
    )
    held, transcript, player = played(hub, story)
    assert held, transcript
    assert player.acts == {"rina": 1, "sari": 1}
    assert player.bot_messages == {"rina": 1, "sari": 1}


@pytest.mark.parametrize(
    ("who", "address", "leads"),
    [
        ("sari@telegram", "https://t.me/getok_bot?start=i_x", True),
        ("sari@telegram", "t.me/getok_bot", True),
        ("sari@telegram", "https://t.me/other_bot?start=x", False),
        ("sari@telegram", "https://wa.me/620000?text=halo", False),
        ("sari@whatsapp", "https://wa.me/620000?text=halo%20kak", True),
        ("sari@whatsapp", "https://wa.me/620000", False),
        ("sari@whatsapp", "https://wa.me/?text=halo", False),
        ("sari@whatsapp", f"{HOME}/r/NOBODY", False),
        ("sari@whatsapp", "/r/DEWI7-1", True),
        ("sari@whatsapp", "https://elsewhere.example/r/DEWI7-1", False),
    ],
)
def test_where_an_address_leads(hub, who, address, leads):
    (holds if leads else breaks)(hub, f"{who} opens: {address}")


def test_a_picture_is_scanned_by_somebody_else(hub):
    transcript = holds(
        hub,
        "rina@telegram says: gambar\nrina@telegram sees: /r/DEWI7-1\nsari@whatsapp scans: picture\n"
        "sari@whatsapp sees: kode DEWI7-1",
    )
    assert f"(picture: QR {HOME}/r/DEWI7-1)" in transcript
    assert "nobody was shown a picture" in breaks(Echo(), "sari@whatsapp scans: picture")


def test_what_was_kept_works_everywhere_and_only_then(hub):
    holds(
        hub,
        "rina@telegram says: DR-0001 a.b\nrina@telegram keeps $no: [A-Z]{2}-\\d+\nrina@telegram keeps $dot: a.b$\n"
        "rina@telegram says: cek $no harga $5\nrina@telegram sees: cek DR-0001 harga $5\n"
        "rina@telegram keeps $again: cek ($no)\nrina@telegram says: aXb a.b\n"
        "rina@telegram keeps $plain: ($dot)\nrina@telegram says: $plain!\nrina@telegram sees: a.b!",
    )
    assert "nobody kept $yes" in breaks(hub, "rina@telegram says: $yes")
    assert "no message to rina matches" in breaks(hub, "rina@telegram says: a\nrina@telegram keeps $x: z+")


def test_photos_lie_beside_the_story(hub, tmp_path):
    (tmp_path / "a.png").write_bytes(hub.fetch("anything")[2])
    transcript = holds(hub, "rina@telegram sends photo: a.png | brownies", folder=tmp_path)
    assert "Rina sends a photo: a.png | brownies" in transcript
    assert "there is no picture b.png" in breaks(hub, "rina@telegram sends photo: b.png", folder=tmp_path)


def test_everything_else_a_person_sends(hub):
    transcript = holds(
        hub,
        "rina@telegram sends voice\nrina@telegram sends sticker\nrina@telegram sends contact: 0800-0000-1234\n"
        "rina@telegram sends location: -6.4025,106.7942\nrina@telegram sees: media",
    )
    assert "Rina sends a contact: 0800-0000-1234" in transcript
    kinds = [bubble.kind for bubble in hub.phones.bubbles("rina", "telegram") if bubble.mine]
    assert kinds == ["voice", "sticker", "contact", "location"]


def test_one_channel_can_be_asked_of_everybody(hub):
    holds(hub, "rina@telegram says: a\nrina@telegram sees: Dengar a", channel="whatsapp")
    assert list(hub.phones.everybody()) == [Address("rina", "whatsapp")]


# What only Telegram can do.


GROUP = "rina@telegram adds bot to RT04: https://t.me/getok_bot?startgroup=po_1\n"


def test_a_story_says_on_which_channel_alone_it_can_be_told(hub):
    lines = parse("# a story\n\nonly: telegram\nrina@telegram says: a\nrina@telegram sees: a")
    assert (only(lines), only(lines[1:])) == ("telegram", None)
    holds(hub, "only: telegram\nclock: 2026-01-02 08:30\nrina@telegram says: a\nrina@telegram sees: Dengar a")
    assert hub.now() == datetime(2026, 1, 2, 8, 30, tzinfo=hub.zone)
    with pytest.raises(Unreadable) as problem:
        parse("rina@telegram says: a\nonly: telegram")
    assert problem.value.line_no == 2


def test_what_another_channel_cannot_do_does_not_hold_there(hub):
    for line in ("shares contact", "says in RT04: a", "sees in RT04: a"):
        assert "there is no such thing on whatsapp" in breaks(hub, f"rina@telegram {line}", channel="whatsapp")


def test_the_bot_comes_to_a_group_by_its_link(hub):
    held, transcript, player = played(
        hub, GROUP + "rina@telegram sees in RT04: halo semua\nrina@telegram sees in RT04: /start@getok_bot po_1"
    )
    assert held, transcript
    assert "Rina adds the bot to RT04" in transcript
    assert "  → RT04: Halo semua\n      [+1]\n      [Intip]" in transcript
    assert (player.acts, player.bot_messages) == ({"rina": 1}, {"rina": 0})
    assert hub.phones.everybody() == [RINA]
    assert "adds the bot to no group" in breaks(hub, "rina@telegram adds bot to RT04: https://t.me/getok_bot?start=a")
    assert "adds the bot to no group" in breaks(hub, "rina@telegram adds bot to RT04: https://t.me/b_bot?startgroup=a")


def test_a_groups_link_is_no_start(hub):
    assert "leads to no chat" in breaks(hub, "rina@telegram opens: https://t.me/getok_bot?startgroup=po_1")


def test_what_is_said_in_a_group_is_seen_by_the_others_since_they_last_acted(hub):
    transcript = holds(
        hub,
        GROUP + "budi@telegram says in RT04: aku ikut\nrina@telegram sees in RT04: aku ikut\n"
        "budi@telegram does not see in RT04: aku ikut\nrina@telegram does not see: aku ikut\n"
        "dewi@telegram says in RT04: /po\nbudi@telegram sees in RT04: Dengar /po\n"
        "budi@telegram says in RT04: oke\nbudi@telegram does not see in RT04: Dengar /po\n"
        "rina@telegram sees in RT04: Dengar /po\nclock: +1h\nrina@telegram does not see in RT04: Dengar /po",
    )
    assert "Budi in RT04: aku ikut" in transcript
    assert "  → RT04: Dengar\n      /po" in transcript
    failed = breaks(Echo(), GROUP + "rina@telegram sees in RT04: bolu")
    assert "rina does not see: bolu" in failed
    assert "| Halo semua" in failed
    assert "does see: halo" in breaks(Echo(), GROUP + "rina@telegram does not see in RT04: halo semua")
    nowhere = breaks(Echo(), "rina@telegram sees in RT09: a")
    assert "there is no group RT09" in nowhere
    assert "seen was nothing" in nowhere


def test_a_tap_in_a_group_pops_up_for_whoever_taps(hub):
    transcript = holds(
        hub,
        GROUP + "budi@telegram taps in RT04: +1\nbudi@telegram sees in RT04: Tayang!\nbudi@telegram sees: dicatat\n"
        "rina@telegram does not see: dicatat\nrina@telegram sees in RT04: Tayang!",
    )
    assert "Budi taps [+1] in RT04" in transcript
    assert "  → RT04: (edited) Tayang!" in transcript
    assert "no message shows [+1]" in breaks(hub, "budi@telegram taps in RT04: +1")
    assert "there is no group RT09" in breaks(hub, "budi@telegram taps in RT09: +1")


def test_what_a_tap_in_a_group_opens_is_part_of_the_tap(hub):
    held, transcript, player = played(
        hub, GROUP + "budi@telegram taps in RT04: Intip\nbudi@telegram sees: /start peek\nbudi@telegram sees: ke sini"
    )
    assert held, transcript
    assert player.acts == {"rina": 1, "budi": 1}
    assert transcript.index("Budi taps [Intip] in RT04") < transcript.index("Budi presses Start")
    assert player.bot_messages["budi"] == 1


def test_an_address_on_a_groups_button_is_followed_too(hub):
    holds(hub, GROUP)
    rows = {"inline_keyboard": [[{"text": "Pesan", "url": "https://t.me/getok_bot?start=o_1"}]]}
    hub.bot("sendMessage", chat_id=hub.phones.group_named("rt04").chat_id, text="PO", reply_markup=rows)
    held, transcript, player = played(hub, "budi@telegram taps in RT04: pesan\nbudi@telegram sees: /start o_1")
    assert held, transcript
    assert player.acts == {"budi": 1}


def test_a_result_is_asked_for_seen_and_shared(hub):
    held, transcript, player = played(
        hub,
        "dewi@telegram asks inline: jumat\ndewi@telegram sees: PO jumat\ndewi@telegram sees: bolu pandan 65.000\n"
        "budi@telegram does not see: 65.000\ndewi@telegram shares to budi: pandan\n"
        "budi@telegram sees: Bolu Pandan 65.000\nbudi@telegram does not see: Brownies\n"
        "dewi@telegram does not see: 65.000\nbudi@telegram taps: Mau\nbudi@telegram sees: Tercatat!\n"
        "budi@telegram sees: dicatat",
    )
    assert held, transcript
    assert "Dewi asks inline: jumat\n  → Dewi: (inline) Brownies\n      PO jumat" in transcript
    assert transcript.index("(inline) Brownies") < transcript.index("(inline) Bolu Pandan")
    assert "Dewi shares to Budi: Bolu Pandan\n  → Budi: Bolu Pandan 65.000\n      [Mau]" in transcript
    assert (player.acts, player.bot_messages) == ({"dewi": 2, "budi": 1}, {"dewi": 0, "budi": 0})
    missing = breaks(hub, "dewi@telegram asks inline: x\ndewi@telegram shares to budi: Klepon")
    assert "no result is called Klepon; shown were: Brownies, Bolu Pandan" in missing


def test_a_group_that_is_there_is_meant_before_a_person(hub):
    transcript = holds(
        hub,
        "rina@telegram says in RT04: halo\ndewi@telegram asks inline: x\ndewi@telegram shares to rt04: Brownies\n"
        "rina@telegram sees in RT04: Brownies 65.000\nbudi@telegram taps in RT04: Mau\n"
        "rina@telegram sees in RT04: Tercatat!",
    )
    assert "Dewi shares to RT04: Brownies" in transcript
    assert "rt04" not in hub.phones.telegram.people


def test_pictures_are_sent_together(hub, tmp_path):
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(hub.fetch(name)[2])
    held, transcript, player = played(hub, "rina@telegram sends album: a.png, b.png | Menu", folder=tmp_path)
    assert held, transcript
    assert "Rina sends an album: a.png, b.png | Menu" in transcript
    sent = [bubble for bubble in hub.phones.bubbles("rina", "telegram") if bubble.mine]
    assert ([bubble.kind for bubble in sent], [bubble.text for bubble in sent]) == (["photo"] * 2, ["Menu", ""])
    assert player.acts == {"rina": 1}
    missing = breaks(hub, "rina@telegram sends album: a.png, c.png", folder=tmp_path)
    assert "there is no picture c.png" in missing
    assert "2 to 10" in breaks(hub, "rina@telegram sends album: a.png", folder=tmp_path)


def test_ones_own_number_is_shared(hub):
    assert "Rina shares her contact" in holds(hub, "rina@telegram shares contact\nrina@telegram sees: media")
    (sent,) = [bubble for bubble in hub.phones.bubbles("rina", "telegram") if bubble.mine]
    assert (sent.kind, sent.text) == ("contact", "+6280000007001")
