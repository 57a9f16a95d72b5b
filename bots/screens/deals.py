"""A deal as its creator sees it: the whole agreement in words, her deals, how one ends."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from markupsafe import Markup

from bots.dialogue import Choice, Screen, do, go
from bots.screens.wording import bold, joined, paragraphs
from referral import terms
from referral.rates import Frozen, Rate
from referral.suspicions import DECIDED_WITHIN
from storefront.models import Deal, Shop
from storefront.phrases import Voice
from storefront.selling.catalogue import Card

# -- the whole agreement ---------------------------------------------------------------------------------


def agreement(t: Voice, card: Card, holding: Frozen, fee: int | None, pending: Rate | None) -> Markup:
    """Everything the deal says, each point a line; this is what she says yes to, word for word."""
    shop, currency = card.shop, card.product.currency
    days = terms.ATTRIBUTION_WINDOW.days
    lines: list[object] = [
        t("Product: {product} of {shop}, and everything else it sells.", product=card.product.name, shop=shop.name),
        rate_line(t, holding, pending),
        t("Fee for a content you agreed on: {amount}, once it is accepted.", amount=t.money(fee, currency))
        if fee
        else t("Fee for contents: none agreed; ask with <i>bargain</i>."),
        t("Counted on the goods after discounts; delivery and unique code do not count."),
        t("At most {amount} an order.", amount=t.money(holding.cap, currency)) if holding.cap else "",
        t(
            "Who is thanked: a code said for the order, then the link that opened the chat, then the last visit within "
            "{days} days. One order thanks one person.",
            days=days,
        ),
        t("Your own orders, and people who bought there before you brought them, do not count."),
        t(
            "Ready {food} hours after food was sent; goods {received} days after they were received or {sent} days "
            "after they were sent, unless a problem was reported.",
            food=hours(terms.HOLD_FOOD_AFTER_SENT.total_seconds()),
            received=terms.HOLD_GOODS_AFTER_RECEIVED.days,
            sent=terms.HOLD_GOODS_AFTER_SENT.days,
        ),
        t(
            "Pay day: Monday, by the seller directly to you; from {floor} on, the first time and after {days} days "
            "whatever it is. The hub never holds it.",
            floor=t.money(terms.PAYOUT_FLOOR, currency),
            days=terms.FLOOR_HOLDS_AT_MOST.days,
        ),
        t(
            "What looks odd waits {days} days at most, with the reason, and is yours if nobody decides.",
            days=DECIDED_WITHIN.days,
        ),
        t("A higher rate holds at once, a lower one after {days} days' notice.", days=terms.RATE_CUT_NOTICE.days),
        t(
            "A content nobody looks at for {days} days is accepted. One revision, if asked for with a reason.",
            days=terms.CONTENT_ANSWERED_WITHIN.days,
        ),
        t("Your words and pictures stay yours; the shop may pass them on with your name while this runs."),
        t("Every post says that you earn: <i>Iklan</i>. Say what you know; try it first."),
        t("Stop any time: <i>stop recommending</i>. What you have earned stays yours."),
        t("Only for {age} and over. No deposit, nobody to recruit.", age=terms.YOUNGEST_CREATOR_YEARS),
    ]
    numbered = [Markup("{}. {}").format(n, line) for n, line in enumerate((one for one in lines if one), 1)]
    return paragraphs(t("The whole agreement with {shop}:", shop=bold(shop.name)), joined(numbered, "\n"))


def hours(seconds: float) -> int:
    return int(seconds // 3600)


def rate_line(t: Voice, holding: Frozen, pending: Rate | None) -> Markup:
    """What is paid now, and what is announced."""
    line = t("You earn {rate} of what sells through your code.", rate=t.percent(holding.rate_bp))
    if pending is not None:
        day = t.day(pending.holds_from)
        line += t(" From {day} on: {rate}.", day=day, rate=t.percent(pending.value))
    return line


def offer_note(t: Voice, shop: Shop, holding: Frozen, fee: int | None, pending: Rate | None) -> Markup:
    """What the short card adds where a deal is more than its rate."""
    parts: list[object] = []
    if fee:
        parts.append(t("For each content you agree on, once accepted: {amount}.", amount=t.money(fee, shop.currency)))
    if holding.cap:
        parts.append(t("At most {amount} an order.", amount=t.money(holding.cap, shop.currency)))
    if pending is not None:
        day = t.day(pending.holds_from)
        parts.append(t("From {day} on: {rate}.", day=day, rate=t.percent(pending.value)))
    return joined(parts, " ")


LOOKED_WITHIN = timedelta(days=30)

# -- her deals -------------------------------------------------------------------------------------------


def deals(t: Voice, found: Sequence[tuple[Deal, str]]) -> Screen:
    if not found:
        return Screen(
            t("You do not recommend a shop yet, {kak}. Open an invitation, or write <i>recommend</i> in a shop.")
        )
    if len(found) == 1:
        return Screen(t("One deal:"), choices=(go(label_of(found[0]), "deal", found[0][0].id),))
    return Screen(t("Your deals:"), choices=tuple(go(label_of(one), "deal", one[0].id) for one in found[:9]))


def label_of(found: tuple[Deal, str]) -> str:
    return f"{found[1]} · {found[0].code}"[:40]


def deal(t: Voice, one: Deal, shop: Shop, holding: Frozen | None, now: datetime, digest: str, people: int) -> Screen:
    """One deal as it stands today, and what can be done with it."""
    parts: list[object] = [joined([bold(shop.name), t("code {code}", code=one.code)])]
    is_over = one.ended_at is not None and one.ended_at <= now
    if is_over:
        parts.append(t("This deal has ended. What you have earned stays yours."))
    elif holding:
        parts.append(t("You earn {rate} of what sells through your code.", rate=t.percent(holding.rate_bp)))
    if one.ended_at is not None and not is_over:
        parts.append(t("It ends on {day}.", day=t.day(one.ended_at)))
    if one.content_fee:
        parts.append(t("For each accepted content: {amount}.", amount=t.money(one.content_fee, shop.currency)))
    if one.gift_bp:
        parts.append(t("You give your buyers {rate} of it.", rate=t.percent(one.gift_bp)))
    parts.append(t("People who opened your link in {days} days: {n}.", days=LOOKED_WITHIN.days, n=people))
    parts.append(t("Orders brought: {n}.", n=one.orders))
    if digest:
        parts.append(t("What you agreed to: check code {digest}.", digest=digest))
    choices: tuple[Choice, ...] = () if is_over else running_choices(t, one)
    return Screen(joined(parts, "\n"), choices=(*choices, go(t("Read all"), "deal_words", one.id)), about=shop.name)


def running_choices(t: Voice, one: Deal) -> tuple[Choice, ...]:
    return (
        go(t("Share"), "share", one.id),
        go(t("Make a picture"), "make_picture", one.id),
        go(t("What it brought"), "results"),
        go(t("Change code"), "change_code", one.id),
        go(t("Print QR"), "print_code", one.id),
        go(t("Bargain"), "bargain", one.shop_id),
        go(t("Stop recommending"), "stop_deal", one.id),
    )


def stop_asked(t: Voice, one: Deal, shop: str) -> Screen:
    text = t(
        "Stop recommending {shop}? The code {code} then thanks nobody any more. What you have earned stays yours and "
        "is paid as agreed.",
        shop=shop,
        code=one.code,
    )
    return Screen(text, choices=(do(t("Yes, stop"), "leave_deal", one.id), go(t("No"), "deal", one.id)))


def stopped(t: Voice, shop: str) -> Screen:
    return Screen(t("Done, {kak}. Thank you for telling people about {shop}; come back any time.", shop=shop))


def late_note(t: Voice, shop: str) -> Markup:
    """Said before anybody agrees: somebody waits for her money there."""
    return t("<b>Careful</b>: {shop} has commissions that have been overdue for two weeks or more.", shop=shop)
