"""A seller's ways on, and her inbox: every open order by what it waits for, reminders to pass on, her auto reply."""

from collections.abc import Sequence

from markupsafe import Markup

from bots.dialogue import Screen, go
from bots.screens.wording import Facts, bold, joined, paragraphs
from storefront.phrases import Voice, marked


def menu(t: Voice, shop: str, shop_id: int) -> Screen:
    """A seller's five ways on. What she has never used stays behind the last one."""
    choices = (
        go(t("Orders"), "orders", shop_id),
        go(t("Shelf"), "goods", shop_id),
        go(t("Summary"), "summary", shop_id),
        go(t("Commissions"), "commissions", shop_id),
        go(t("More"), "more", shop_id),
    )
    text = t("<b>{shop}</b>. Send a photo with a caption to list something new.", shop=shop)
    return Screen(text, choices=choices)


def menu_of_staff(t: Voice, shops: str) -> Screen:
    """Whoever helps in a shop: orders and lists, and nothing about money."""
    text = t("You help at <b>{shop}</b>, {kak}: orders, lists, packing and sending.", shop=shops)
    return Screen(text, choices=(go(t("Orders"), "orders", 0), go(t("Summary"), "summary", 0)))


def more(t: Voice, shop_id: int) -> Screen:
    """What she may do beside the daily things, each in one line to say or to tap."""
    lines = [
        t("<i>list</i>: who ordered; paste a list and I write it down"),
        t("<i>note Bu Ani 2</i>: an order you took yourself"),
        t("<i>price brownies to 70rb</i>, <i>brownies gone today</i>: your shelf, by writing"),
        t("<i>poll</i>, <i>give one</i>, <i>chip in</i>: together with your buyers; <i>kept answers</i>, <i>album</i>"),
    ]
    choices = (
        go(t("Hours and places"), "hours", shop_id),
        go(t("Who has not paid"), "unpaid", shop_id),
        go(t("Reports"), "reports", shop_id),
        go(t("Catalogue as a file"), "goods_file", shop_id),
        go(t("Staff"), "staff", shop_id),
        go(t("Coupons"), "coupons", shop_id),
        go(t("Resellers"), "resellers", shop_id),
        go(t("Try my QRIS"), "try_qris", shop_id),
        go(t("Auto reply"), "auto_reply", shop_id),
    )
    return Screen(paragraphs(t("More you can do:"), joined(lines, "\n")), choices=choices)


def commissions(t: Voice, shop: str, shop_id: int, rate_bp: int | None) -> Screen:
    """What she gives neighbours who recommend, and what is owed."""
    if rate_bp is None:
        text = t("{shop} gives no commission yet. You pay only when it sells.", shop=shop)
        return Screen(text, choices=(go(t("Invite"), "invite", shop_id),))
    text = t("{shop} gives neighbours {rate} of what sells through them.", shop=shop, rate=t.percent(rate_bp))
    choices = (
        go(t("Pay commissions"), "pay_commission", shop_id),
        go(t("Invite"), "invite", shop_id),
        go(t("Adjust"), "adjust", shop_id),
        go(t("All rates"), "rates", shop_id),
        go(t("Who recommends"), "neighbours", shop_id),
        go(t("Find neighbours"), "find_neighbours", shop_id),
        go(t("What others pay"), "fees"),
    )
    return Screen(text, choices=choices)


# -- her orders, all in one place ------------------------------------------------------------------------

GROUPS = (
    ("to_check", marked("Check the money")),
    ("to_accept", marked("Cash, for you to accept")),
    ("fee_missing", marked("The fee is yours to name")),
    ("due", marked("Not paid yet")),
    ("to_send", marked("To make and send")),
    ("on_the_way", marked("On the way")),
)
LINES_SHOWN = 30


def orders(t: Voice, found: Sequence[Facts], total: int) -> Screen:
    """Every open order by what it waits for, those that need her first."""
    if not found:
        return Screen(t("No open orders right now. Send a photo with a caption to list something."))
    parts: list[object] = []
    for group, title in GROUPS:
        mine = [one for one in found if one["group"] == group]
        if mine:
            lines = joined([order_line(t, one) for one in mine], "\n")
            parts.append(bold(t(title)) + Markup(" ({}):\n").format(len(mine)) + lines)
    if total > len(found):
        parts.append(t("and {n} more", n=total - len(found)))
    ranked = sorted(found, key=lambda one: [group for group, _ in GROUPS].index(one["group"]))
    choices = tuple(go(f"{one['code']} · {one['name']}"[:40], "check", one["order"]) for one in ranked[:8])
    if any(one["group"] == "due" for one in found):
        choices = (*choices, go(t("Who has not paid"), "unpaid", 0))
    return Screen(paragraphs(*parts), choices=choices)


def order_line(t: Voice, one: Facts) -> Markup:
    """``DR-0001 Sari · Rp144.983``."""
    money = t.money(one["total"], one["currency"]) if one["total"] is not None else t("total follows")
    return Markup("{} {} · {}").format(one["code"], one["name"], money)


def unpaid(t: Voice, found: Sequence[Facts]) -> Screen:
    """One reminder a neighbour, ready to be passed on from her own phone."""
    if not found:
        return Screen(t("Everybody has paid."))
    texts = [reminder(t, one) for one in found]
    head = t("Reminders to pass on, one each:")
    choices = tuple(
        go(t("Bill {code} · {name}", code=one["code"], name=one["name"]), "bill", one["order"]) for one in found
    )
    return Screen(paragraphs(head, *texts), choices=choices[:9])


def reminder(t: Voice, one: Facts) -> Markup:
    return t(
        "Hi {name}, just a gentle reminder: your order {code} at {shop} comes to <b>{total}</b>. Whenever it suits you "
        "today. Thank you!",
        name=one["name"],
        code=one["code"],
        shop=one["shop"],
        total=t.money(one["total"], one["currency"]),
    )


def auto_reply(t: Voice, shop: str, telegram: str, whatsapp: str) -> Screen:
    """Words for the greeting of her own number, to be copied there once."""
    doors = joined([door for door in (whatsapp, telegram) if door], "\n")
    text = t(
        "Hello! Thank you for writing to {shop}. I may be at the stove. Orders, prices and what is left are answered "
        "at once here:",
        shop=shop,
    )
    how = t("Copy this into the greeting or away message of your own WhatsApp Business:")
    if whatsapp:
        return Screen(paragraphs(how, text + Markup("\n") + doors))
    form = t("No Telegram? Fill this in and send it to me:\nOrder:\nName:\nAddress:\nPayment: QRIS / COD")
    after = t("What they send you, paste here as it is: I read it and write it down.")
    return Screen(paragraphs(how, text + Markup("\n") + doors, form, after))
