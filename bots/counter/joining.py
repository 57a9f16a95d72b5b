"""One person, two channels: the word she carries from one to the other. And her own number, for the courier."""

from bots.dialogue import Heard, Screen, do, go, link
from bots.visit import Outcome, Visit, action, command, entrance, screen
from referral import links
from storefront import joining, people
from storefront.database import Writer
from storefront.refusals import NoSuchWord

CALLED = {"telegram": "Telegram", "whatsapp": "WhatsApp"}


@command("join_chats")
def join_chats(db: Writer, visit: Visit, heard: Heard) -> Screen:
    """*sambungkan chat*: a word for the other channel, as a link that says it there."""
    there = [channel for channel in CALLED if channel != visit.channel and is_here(visit, channel)]
    if not there:
        return Screen(visit.t("This hub speaks on one channel only, so there is nothing to connect."))
    word = joining.begin(db, visit.person_id, visit.now)
    text = visit.t(
        "Open this on your other phone or app within 10 minutes, {kak}, and both chats are yours: orders, commissions "
        "and news in one place. Or write there: <b>connect {word}</b>. Give it to nobody else.",
        word=word,
    )
    return Screen(text, choices=tuple(link(CALLED[channel], door(visit, channel, word)) for channel in there))


def is_here(visit: Visit, channel: str) -> bool:
    return bool(visit.place.bot if channel == "telegram" else visit.place.whatsapp)


def door(visit: Visit, channel: str, word: str) -> str:
    if channel == "telegram":
        return links.telegram(visit.place.bot, f"j_{word}")
    return links.whatsapp(visit.place.whatsapp, visit.t("connect {word}", word=word).unescape())


@entrance("join")
def opened(db: Writer, visit: Visit, word: str) -> Screen:
    """The word was opened here: whose it is, and is that the same person? A word somebody else sent her is a trap."""
    other = joining.asked(db, word, visit.person_id, visit.now)
    where = ", ".join(CALLED[channel] for channel in other.channels) or visit.t("the web")
    text = visit.t(
        "Connect this chat with <b>{name}</b> on {where}? Whoever holds that phone then sees your orders, and you "
        "theirs. Only if both are yours.",
        name=other.name or "-",
        where=where,
    )
    return Screen(text, choices=(do(visit.t("Yes, both are mine"), "join", word), go(visit.t("No"), "not_joined")))


@screen("not_joined")
def not_joined(db: Writer, visit: Visit) -> Screen:
    return Screen(visit.t("Good. Nothing has been connected."))


@action("join")
def join(db: Writer, visit: Visit, word: str) -> Screen:
    stays = joining.join(db, word, visit.person_id, visit.now)
    joining.tell_all(db, stays, visit.channel, visit.now)
    text = visit.t("Connected. News come where you answered last; write on either, it is the same you.")
    return Screen(text, choices=(go(visit.t("Menu"), "front"),))


@command("join_said")
def join_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """*sambung K7PXQW3R*, written by hand."""
    word = heard.text.split()[-1] if heard.text.split() else ""
    if len(word) != joining.LENGTH:
        raise NoSuchWord
    return opened(db, visit, word)


# -- one's own number ----------------------------------------------------------------------------------


@command("my_number")
def my_number(db: Writer, visit: Visit, heard: Heard) -> Screen:
    """*nomor saya*: on Telegram a button that sends it; WhatsApp shows it anyhow."""
    if visit.channel != "telegram":
        return Screen(visit.t("On WhatsApp no number is needed, {kak}: the seller reaches you by this chat."))
    text = visit.t("The button below sends your own number, for the courier of your orders. It can be erased any time.")
    return Screen(text, wants="contact")


@command("own_contact")
def own_contact(db: Writer, visit: Visit, heard: Heard) -> Screen:
    """A contact card of her own."""
    people.keep_phone(db, visit.person_id, heard.text)
    return Screen(visit.t("Noted, {kak}: {phone}, for the courier of your orders.", phone=heard.text))
