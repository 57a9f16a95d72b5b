"""What a channel does on a bad day, as it happens to people: nothing is lost, nothing is said twice, the seller knows.

Telegram is blocked, moves a group, refuses; WhatsApp closes its window, is blocked, is busy, takes no buttons, hides a
number; one person has both.
"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bots.hub import Simulated
from storefront.models import GroupPost, Identity, Order, OutboxMessage, Person, Recipient
from storefront.settings import Prices
from tests.conftest import JAKARTA, OPEN_SHOP, tell

ORDERED = """
sari@whatsapp opens: $link
sari@whatsapp says: 1, antar griya asri C2/5, Sari, qris
sari@whatsapp taps: Sudah bayar
rina@telegram taps: Uang masuk
"""
SENT = "rina@telegram taps: Dikirim\n"


def then(hub: Simulated, story: str) -> None:
    """Go on from where the clock stands; the shop's link is at hand."""
    moment = hub.clock().astimezone(JAKARTA)
    tell(hub, f"clock: {moment:%Y-%m-%d %H:%M}\n{story}", link=f"{hub.public_url}/p/DR1")


def shown(hub: Simulated, who: str, channel: str) -> list[str]:
    """What the bot has written to somebody, the newest last."""
    return [bubble.text for bubble in hub.phones.bubbles(who, channel) if not bubble.mine]


def states(hub: Simulated, channel: str = "whatsapp") -> dict[str, int]:
    with hub.database.read() as db:
        counted = select(OutboxMessage.state, func.count()).where(OutboxMessage.channel == channel)
        return dict(db.execute(counted.group_by(OutboxMessage.state)).all())


def without_templates(hub: Simulated) -> None:
    hub.channels["whatsapp"].templates = {}  # type: ignore[attr-defined]


# -- WhatsApp's window -------------------------------------------------------------------------------


def test_what_cannot_arrive_waits_for_her_and_the_seller_is_told(hub: Simulated) -> None:
    without_templates(hub)
    tell(hub, OPEN_SHOP + ORDERED + "clock: +2d\n")
    before = hub.phones.whatsapp.sent_to("sari")

    then(hub, SENT + "rina@telegram sees: Kabar DR-0001 menunggu Sari")
    assert hub.phones.whatsapp.sent_to("sari") == before
    assert states(hub)["held"] == 1

    then(hub, "sari@whatsapp says: halo")
    said = shown(hub, "sari", "whatsapp")[-2:]
    assert "Pesanan DR-0001 berangkat" in said[0], "what waited comes before the answer"
    assert states(hub).get("held", 0) == 0
    then(hub, "sari@whatsapp taps: Sudah diterima")
    assert hub.verdict() == []


def test_a_seller_hears_of_it_once_a_day_and_what_is_a_week_old_is_not_said(hub: Simulated) -> None:
    without_templates(hub)
    tell(hub, OPEN_SHOP + ORDERED + "clock: +2d\n" + SENT + "clock: +3h\n")
    told = [text for text in shown(hub, "rina", "telegram") if "menunggu Sari" in text]
    assert len(told) == 1

    then(hub, "clock: +9d\nsari@whatsapp says: halo\nsari@whatsapp does not see: berangkat")


def test_words_of_a_talk_that_wait_are_told_to_their_writer(hub: Simulated) -> None:
    without_templates(hub)
    tell(hub, OPEN_SHOP + ORDERED + "sari@whatsapp says: chat penjual\nsari@whatsapp says: halo bu\nclock: +2d\n")
    then(hub, "rina@telegram taps: Balas\nrina@telegram says: maaf baru baca ya")
    assert any("Sari belum menulis ke WhatsApp kita" in text for text in shown(hub, "rina", "telegram"))
    assert "maaf baru baca" not in "\n".join(shown(hub, "sari", "whatsapp"))

    then(hub, "sari@whatsapp says: menu\nsari@whatsapp sees: Dapur Rina: maaf baru baca ya")


def test_with_a_template_it_arrives(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + ORDERED + "clock: +2d\n" + SENT + "sari@whatsapp sees: Pesanan DR-0001 berangkat")


def test_a_window_that_closed_while_it_was_under_way_is_found_out_later(hub: Simulated) -> None:
    """Twilio says yes first and 63016 afterwards: the same message by a template, once."""
    tell(hub, OPEN_SHOP + ORDERED)
    hub.phones.whatsapp.drops_next(63016)

    then(hub, "clock: +4d\nsari@whatsapp says: halo\n" + SENT)
    then(hub, "clock: +1m")
    assert sum("berangkat" in text for text in shown(hub, "sari", "whatsapp")) == 1


# -- somebody is gone --------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["at once", "later"])
def test_who_blocked_us_is_left_alone_until_she_writes(how: str, hub: Simulated) -> None:
    phones = hub.phones.whatsapp
    tell(hub, OPEN_SHOP + ORDERED)
    if how == "at once":
        phones.fails_next(400, 21610)
    else:
        phones.blocks("sari")
    calls = len(phones.calls)

    then(hub, "clock: +30m\n" + SENT + "rina@telegram sees: Kabar DR-0001 tidak sampai ke Sari")
    then(hub, "rina@telegram says: pesanan\nclock: +1h")
    assert len([one for one, _ in phones.calls[calls:] if "Messages" in one]) == 1, "asked once, and no more"

    if how == "later":
        phones.unblocks("sari")
    then(hub, "sari@whatsapp says: cek 0001\nsari@whatsapp sees: DR-0001")


def test_who_blocks_the_bot_is_known_at_once_and_start_opens_it_again(hub: Simulated) -> None:
    tell(hub, (OPEN_SHOP + ORDERED).replace("whatsapp", "telegram"))
    hub.phones.telegram.blocks("sari")
    hub.settle()
    with hub.database.read() as db:
        reached = select(Identity.unreachable_at).join(Person, Person.id == Identity.person_id)
        assert db.scalar(reached.where(Identity.address == str(hub.phones.telegram.person("sari").chat_id)))

    hub.phones.telegram.unblocks("sari")
    then(hub, "sari@telegram says: /start\nsari@telegram sees: Pesanan DR-0001")


# -- a channel is busy -------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "code"), [(429, 20429), (429, 63018), (503, 20503), (500, 20500)])
def test_a_busy_channel_is_waited_for(status: int, code: int, hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + ORDERED)
    hub.phones.whatsapp.fails_next(status, code, count=2)

    then(hub, SENT + "clock: +10m\nclock: +10m")
    assert sum("berangkat" in text for text in shown(hub, "sari", "whatsapp")) == 1


@pytest.mark.parametrize("code", [63018, 63012])
def test_busy_may_also_be_said_afterwards(code: int, hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + ORDERED)
    hub.phones.whatsapp.drops_next(code)

    then(hub, SENT + "clock: +10m")
    assert sum("berangkat" in text for text in shown(hub, "sari", "whatsapp")) == 1


def test_news_that_meta_holds_back_are_not_pressed(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + ORDERED)
    hub.phones.whatsapp.drops_next(63049)
    calls = len(hub.phones.whatsapp.calls)

    then(hub, SENT + "clock: +2h")
    posts = [one for one, _ in hub.phones.whatsapp.calls[calls:] if one.startswith("POST") and "Messages" in one]
    assert len(posts) == 1
    with hub.database.read() as db:
        assert db.scalar(select(OutboxMessage.dead_reason).where(OutboxMessage.dead_reason == "error 63049"))


def test_statuses_in_any_order_end_in_the_last(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + ORDERED)
    newest = select(OutboxMessage.delivery_status).where(OutboxMessage.channel == "whatsapp")
    newest = newest.order_by(OutboxMessage.id.desc()).limit(1)
    hub.phones.whatsapp.says("sari", "cek 0001")
    settle_without_statuses(hub)
    with hub.database.read() as db:
        assert db.scalar(newest) is None, "or there is nothing to come in the wrong order"

    hub.phones.whatsapp.flush_statuses("reversed")

    with hub.database.read() as db:
        assert db.scalar(newest) == "delivered"


def settle_without_statuses(hub: Simulated) -> None:
    while hub.bot.poll(hub.database, hub.clock()) + hub.work():
        pass


# -- buttons -----------------------------------------------------------------------------------------


def test_an_account_without_contents_is_spoken_to_in_lines(hub: Simulated) -> None:
    hub.phones.whatsapp.content_off = True
    tell(hub, OPEN_SHOP + "sari@whatsapp opens: $link\nsari@whatsapp says: 1, ambil, Sari\nsari@whatsapp says: menu")
    assert "1. QRIS\n2. COD" in "\n".join(shown(hub, "sari", "whatsapp"))
    asked = [one for one, _ in hub.phones.whatsapp.calls if one == "POST /v1/Content"]
    assert len(asked) == 1, "a refusal is remembered for a while"


@pytest.mark.parametrize("code", [63013, 63021])
def test_buttons_that_are_refused_later_are_said_as_lines(code: int, hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + ORDERED)
    hub.phones.whatsapp.drops_next(code)

    then(hub, SENT + "clock: +1m\nsari@whatsapp taps: Sudah diterima\nsari@whatsapp sees: Gimana, Kak?")
    assert "1. Sudah diterima" in "\n".join(shown(hub, "sari", "whatsapp"))


@pytest.mark.parametrize("style", ["list", "button", "data"])
def test_a_row_of_a_list_is_understood_under_each_of_its_names(style: Any, hub: Simulated) -> None:
    hub.phones.whatsapp.list_style = style
    tell(hub, OPEN_SHOP.replace("telegram", "whatsapp") + "rina@whatsapp says: menu\nrina@whatsapp taps: Jualan")
    then(hub, "rina@whatsapp says: menu\nrina@whatsapp taps: Lainnya\nrina@whatsapp taps: Jam dan tempat")


def test_an_old_button_means_what_it_meant(hub: Simulated) -> None:
    """A tap says which message it was on, so two orders may both offer *QRIS*."""
    tell(hub, OPEN_SHOP + "sari@whatsapp opens: $link\nsari@whatsapp says: 1, ambil, Sari")
    first = next(one for one in hub.phones.bubbles("sari", "whatsapp") if "DR-0001" in one.text)
    then(hub, "sari@whatsapp says: menu")

    hub.phones.whatsapp.taps("sari", first, "QRIS")
    hub.settle()

    assert "DR-0001 · " in shown(hub, "sari", "whatsapp")[-1]


# -- who she is --------------------------------------------------------------------------------------


def test_a_buyer_who_hides_her_number_is_the_same_buyer(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + "sari@whatsapp opens: $link\nsari@whatsapp says: 1, antar griya asri C2/5, Sari")
    hub.phones.whatsapp.hides_number("sari")

    then(hub, "sari@whatsapp says: qris\nsari@whatsapp says: sudah\nrina@telegram sees: Kak Sari bilang sudah bayar")
    then(hub, "rina@telegram taps: Uang masuk\nsari@whatsapp sees: LUNAS")
    hub.phones.whatsapp.changes_number("sari")
    then(hub, "sari@whatsapp says: cek 0001\nsari@whatsapp sees: DR-0001")
    with hub.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Identity).where(Identity.channel == "whatsapp")) == 1


def test_a_buyer_who_never_showed_a_number_can_buy(hub: Simulated) -> None:
    hub.phones.whatsapp.hides_number("sari")
    tell(hub, OPEN_SHOP + ORDERED + "sari@whatsapp sees: LUNAS")


# -- one person on both ------------------------------------------------------------------------------


def test_two_chats_become_one_person(hub: Simulated) -> None:
    """Ordered on WhatsApp, asked about on Telegram; news go where she answered last, or where it is open and free."""
    without_templates(hub)
    story = (
        ORDERED
        + """
    sari@telegram says: halo
    sari@telegram says: sambungkan chat
    sari@telegram keeps $word: sambung ([A-Z0-9]{8})
    sari@telegram keeps $door: (https?://wa.me/\\S+)
    sari@whatsapp opens: $door
    sari@whatsapp sees: Sambungkan chat ini dengan Sari di Telegram?
    sari@whatsapp taps: Ya, punya saya
    sari@whatsapp sees: Tersambung.
    sari@telegram sees: Chat Kakak di WhatsApp dan yang ini sekarang satu
    sari@telegram says: cek 0001
    sari@telegram sees: DR-0001
    budi@whatsapp says: sambung $word
    budi@whatsapp sees: Kode itu sudah tidak berlaku
    clock: +2d
    rina@telegram taps: Dikirim
    sari@telegram sees: Pesanan DR-0001 berangkat
    sari@whatsapp does not see: berangkat
    sari@telegram taps: Sudah diterima
    """
    )
    tell(hub, OPEN_SHOP + story)
    with hub.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Person).where(Person.joined_to.is_not(None))) == 1
        buyer = db.scalars(select(Order.buyer_id)).one()
        assert set(db.scalars(select(Identity.channel).where(Identity.person_id == buyer))) == {"telegram", "whatsapp"}
    assert hub.verdict() == []


def test_a_button_from_before_still_works_after(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + "sari@whatsapp opens: $link\nsari@whatsapp says: 1, ambil, Sari")
    join(hub, "telegram", "whatsapp")
    then(hub, "sari@whatsapp taps: QRIS\nsari@whatsapp sees: DR-0001")


def test_a_seller_joins_from_her_own_side_and_no_link_takes_her_shop(hub: Simulated) -> None:
    """Whoever sends a seller such a link gets nothing by her tap: it has to begin in her own chat."""
    tell(hub, OPEN_SHOP)
    trap = """
    mallory@whatsapp says: sambungkan chat
    mallory@whatsapp keeps $door: (https?://t.me/\\S+)
    rina@telegram opens: $door
    rina@telegram sees: Chat ini punya toko atau komisi, Kak, jadi mulainya dari sini
    rina@telegram does not see: Ya, punya saya
    mallory@whatsapp says: jualanku
    mallory@whatsapp does not see: Brownies
    """
    then(hub, trap)
    join(hub, "telegram", "whatsapp", "rina")
    then(hub, "rina@whatsapp says: jualanku\nrina@whatsapp sees: Brownies")
    then(hub, "rina@telegram says: jualanku\nrina@telegram sees: Brownies")


def test_two_with_books_of_their_own_are_not_joined(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + OPEN_SHOP.replace("telegram", "whatsapp").replace("Dapur Rina", "Warung Rina"))
    story = """
    rina@telegram says: sambungkan chat
    rina@telegram keeps $door: (https?://wa.me/\\S+)
    rina@whatsapp opens: $door
    rina@whatsapp sees: Chat ini punya toko atau komisi
    """
    then(hub, story)


def test_who_earned_by_her_own_order_and_who_shares_an_app_are_not_joined(hub: Simulated) -> None:
    story = """
    rina@telegram taps: Boleh, 10%
    rina@telegram keeps $invitation: (https?://\\S+/i/\\S+)
    dewi@telegram opens: $invitation
    dewi@telegram taps: Setuju
    dewi@telegram taps: Tidak
    dewi@telegram keeps $code: (https?://\\S+/r/\\S+)
    dewi@whatsapp opens: $code
    dewi@whatsapp says: 1, ambil, Dewi
    dewi@telegram says: sambungkan chat
    dewi@telegram keeps $word: sambung ([A-Z0-9]{8})
    dewi@whatsapp says: sambung $word
    dewi@whatsapp sees: Dua akun ini tidak bisa disatukan
    sari@telegram says: sambungkan chat
    sari@telegram keeps $other: sambung ([A-Z0-9]{8})
    budi@telegram says: sambung $other
    budi@telegram sees: Dua akun ini tidak bisa disatukan
    """
    tell(hub, OPEN_SHOP + story)


def test_an_erased_person_who_was_two_leaves_nothing(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + "sari@whatsapp opens: $link\nsari@whatsapp says: 1, antar griya asri C2/5, Kenanga Sari")
    join(hub, "telegram", "whatsapp")
    then(hub, "sari@telegram says: batal\nsari@telegram taps: Ya, batalkan\nsari@telegram says: hapus data saya")
    then(hub, "sari@telegram taps: Ya, hapus\nclock: +2h")
    with hub.database.read() as db:
        assert db.scalars(select(Recipient.name)).all() == []
        assert db.scalar(select(func.count()).select_from(Identity).where(Identity.channel == "whatsapp")) == 0


def test_a_word_is_good_for_ten_minutes_and_a_no_is_a_no(hub: Simulated) -> None:
    story = """
    sari@telegram says: sambungkan chat
    sari@telegram keeps $word: sambung ([A-Z0-9]{8})
    sari@whatsapp says: sambung $word
    sari@whatsapp taps: Tidak
    sari@whatsapp sees: Tidak ada yang disambungkan
    clock: +11m
    sari@whatsapp says: sambung $word
    sari@whatsapp sees: Kode itu sudah tidak berlaku
    sari@whatsapp says: sambung AAAA3AAA
    sari@whatsapp sees: Kode itu sudah tidak berlaku
    """
    tell(hub, story)


def join(hub: Simulated, first: str, second: str, who: str = "sari") -> None:
    door = "wa.me" if second == "whatsapp" else "t.me"
    story = f"""
    {who}@{first} says: sambungkan chat
    {who}@{first} keeps $door: (https?://{door}/\\S+)
    {who}@{second} opens: $door
    {who}@{second} taps: Ya, punya saya
    {who}@{second} sees: Tersambung.
    """
    then(hub, story)


# -- groups ------------------------------------------------------------------------------------------

POSTED = """
rina@telegram says: jualanku
rina@telegram taps: Brownies
rina@telegram keeps $group: (https?://t.me/\\S+startgroup=\\S+)
rina@telegram adds bot to RT04: $group
"""


def test_a_group_that_moves_takes_its_post_along(hub: Simulated) -> None:
    hub.phones.telegram.group("rt04", plain=True)
    tell(hub, OPEN_SHOP + POSTED)
    hub.phones.telegram.migrates(hub.phones.telegram.group("rt04"))
    hub.settle()

    then(hub, "clock: +1m\nsari@telegram opens: $link\nsari@telegram says: 1, ambil, Sari\nclock: +1m")
    with hub.database.read() as db:
        assert db.scalar(select(GroupPost.chat)) == str(hub.phones.telegram.group("rt04").chat_id)
    assert "1/20" in [bubble.text for bubble in hub.phones.telegram.group("rt04").bubbles if not bubble.mine][-1]


def test_a_group_that_puts_us_out_hears_no_more_and_orders_go_on(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + POSTED)
    hub.phones.telegram.removes_bot("rina", hub.phones.telegram.group("rt04"))
    calls = len(hub.phones.telegram.calls)

    then(hub, "clock: +1m\nsari@telegram opens: $link\nsari@telegram says: 1, ambil, Sari\nclock: +5m")
    group = hub.phones.telegram.group("rt04").chat_id
    assert [one for one in hub.phones.telegram.calls[calls:] if one[1] == group] == []


def test_however_many_order_a_post_is_drawn_at_a_polite_pace(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + POSTED)
    edits = count_edits(hub)
    for who in "abcdefghijkl":
        then(hub, f"bu-{who}@telegram opens: $link\nbu-{who}@telegram says: 1, ambil, Budi")
        hub.movable.set(hub.clock() + timedelta(seconds=1))
    then(hub, "clock: +1m")
    assert count_edits(hub) - edits <= 3
    assert "12/20" in [bubble.text for bubble in hub.phones.telegram.group("rt04").bubbles if not bubble.mine][-1]


def count_edits(hub: Simulated) -> int:
    group = hub.phones.telegram.group("rt04").chat_id
    return sum(one == ("editMessageText", group) for one in hub.phones.telegram.calls)


# -- what it costs -----------------------------------------------------------------------------------


def with_prices(hub: Simulated, prices: Prices) -> None:
    from dataclasses import replace

    hub.place = replace(hub.place, prices=prices)


def test_who_runs_the_hub_sees_what_each_shop_costs(hub: Simulated) -> None:
    with_prices(hub, Prices(message=80, template=400))
    tell(hub, OPEN_SHOP + ORDERED)
    sent = hub.phones.whatsapp.sent_to("sari")

    then(
        hub,
        f"operator@telegram says: biaya\noperator@telegram sees: Dapur Rina · {sent} pesan, 0 lewat template · "
        f"Rp{sent * 80}",
    )
    then(hub, "rina@telegram says: biaya\nrina@telegram does not see: template")


def test_a_days_limit_keeps_news_for_tomorrow_and_answers_a_while_longer(hub: Simulated) -> None:
    tell(hub, "operator@telegram says: halo")
    then(hub, OPEN_SHOP + ORDERED)
    sent = hub.phones.whatsapp.sent_to("sari")
    with_prices(hub, Prices(message=100, limit=sent * 100 + 50))

    then(hub, SENT)
    assert "berangkat" not in "\n".join(shown(hub, "sari", "whatsapp"))
    then(hub, "sari@whatsapp says: cek 0001\nsari@whatsapp sees: DR-0001")
    then(hub, "operator@telegram says: biaya\noperator@telegram sees: dari Rp")
    assert any("menunggu besok" in text for text in shown(hub, "operator", "telegram"))

    then(hub, "clock: +1d\nsari@whatsapp sees: berangkat")
