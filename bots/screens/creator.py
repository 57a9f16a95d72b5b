"""What a creator is shown: the deal in plain words, her links, her money by state, and the why of each rupiah."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from bots.dialogue import Screen, do, go
from bots.screens import doubts, lessons, payouts, pictures
from bots.screens.wording import Facts, amounts, joined, paragraphs
from referral import links
from referral.terms import FLOOR_HOLDS_AT_MOST, PAYOUT_FLOOR, YOUNGEST_CREATOR_YEARS
from storefront.drawing.values import Recommender
from storefront.earning.statements import HOW, STATES, VOID_REASONS, Earnings, Explanation, Line
from storefront.models import Deal
from storefront.phrases import Voice
from storefront.selling.catalogue import Card


def invited(t: Voice, card: Card, rate_bp: int, window_days: int, more: Markup) -> Screen:
    """The whole deal in a few lines, before anybody agrees to it; ``more`` is what it has beside its rate."""
    return Screen(joined([the_deal(t, card, rate_bp, window_days), more], " "))


def the_deal(t: Voice, card: Card, rate_bp: int, window_days: int) -> Markup:
    return t(
        "Hello {kak}! {shop} invites you to help recommend <b>{product}</b>. For every order through your link: "
        "<b>{rate}</b> ({range} per {unit}), paid by the seller directly to you, and you can check the sums "
        "yourself. It holds for {days} days after somebody opens your link; the seller's regular customers do not "
        "count. No pyramid: no deposit, nobody to recruit. Only for {age} and over.",
        shop=card.shop.name,
        product=card.product.name,
        rate=t.percent(rate_bp),
        range=earned_range(t, card, rate_bp),
        unit=card.product.unit,
        days=window_days,
        age=YOUNGEST_CREATOR_YEARS,
    )


def earned_range(t: Voice, card: Card, rate_bp: int) -> str:
    """``Rp6.500 sampai Rp7.500``: what one of it earns."""
    from referral.commissions import share

    earned = sorted({share(variant.price, rate_bp) for variant in card.variants})
    least, most = t.money(earned[0], card.product.currency), t.money(earned[-1], card.product.currency)
    return least if least == most else str(t("{least} to {most}", least=least, most=most))


def terms(t: Voice, words: Markup, invitation_token: str) -> Screen:
    """Everything the deal says, for those who read it all."""
    return Screen(words, choices=(go(t("Back"), "invitation", invitation_token),))


def honest_question(t: Voice) -> Screen:
    return Screen(t('One thing: may you say "delicious" before you have tried it?'))


def honest_answer(t: Voice, said: str) -> Markup:
    if said == "no":
        return t("Right.")
    return t("Better not, {kak}: say what you know, and try it first.")


def ready(
    t: Voice, opening: Markup, deal: Deal, card: Card, name: str, web: str, whatsapp: str, telegram: str
) -> Screen:
    """Her links, her code, her picture."""
    note = t("Every post carries the word <i>Iklan</i>, because you earn a commission.")
    kit = t("Link, QR and picture are ready, your code is <b>{code}</b>: {link}", code=deal.code, link=web)
    others = joined([whatsapp, telegram])
    choices = (go(t("Share"), "share", deal.id), go(t("Change code"), "change_code", deal.id))
    text = paragraphs(joined([opening, note], " "), joined([kit, others]) if others else kit)
    return Screen(text, picture=pictures.status(t, card, web, Recommender(name, deal.code)), choices=choices)


def to_forward(t: Voice, deal: Deal, card: Card, name: str, price: str, web: str) -> Screen:
    """A message to pass on as it is. What must be said is said first."""
    text = t(
        "[Iklan] I earn a commission from the seller; your price stays the same.\n\n{product} by {shop}, {price}. "
        "Order here: {link}",
        product=card.product.name,
        shop=card.shop.name,
        price=price,
        link=web,
    )
    return Screen(text, picture=pictures.status(t, card, web, Recommender(name, deal.code)))


def commission_pending(t: Voice, facts: Facts) -> Screen:
    text = t(
        "An order came through code {code}: {goods}, your commission is <b>{amount}</b> (paid by the buyer, pending).",
        code=facts["code"],
        goods=t.money(facts["goods"], facts["currency"]),
        amount=t.money(facts["amount"], facts["currency"]),
    )
    held = doubts.held_note(t, facts) if facts.get("reasons") else Markup("")
    return Screen(joined([text, held], " "), about=facts["order"])


def commission_void(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{order}: the commission of {amount} is void, because {reason}.",
        order=facts["order"],
        amount=t.money(facts["amount"], facts["currency"]),
        reason=t(VOID_REASONS[facts["reason"]]),
    )
    return Screen(text, about=facts["order"])


def commission_resized(t: Voice, facts: Facts) -> Screen:
    """Part of the goods was paid back, so the commission follows."""
    text = t(
        "{order}: the seller paid part of it back to the buyer, so your commission is {amount} now.",
        order=facts["order"],
        amount=t.money(facts["amount"], facts["currency"]),
    )
    return Screen(text, about=facts["order"])


def first_payable(t: Voice, facts: Facts) -> Screen:
    text = t(
        "Your first commission of {amount} is ready. Where would you like it? E-wallet or account and its name, for "
        "example <i>dana 0800-0000-1234 an Dewi</i>, or <i>cash</i>.",
        amount=t.money(facts["amount"], facts["currency"]),
    )
    return Screen(text)


def destination_noted(t: Voice, mask: str) -> Screen:
    if not any(sign.isdigit() for sign in mask):
        return Screen(t("Noted: in cash. Your sellers hand it to you, and I ask whether you have got it."))
    return Screen(
        t("Noted: {mask}. Your sellers pay you there; the full number is shown only to them, on a tap.", mask=mask)
    )


def payout_sent(t: Voice, facts: Facts) -> Screen:
    amount = t.money(facts["amount"], facts["currency"])
    if facts["cash"] or not facts["mask"]:
        text = t("{shop} gave you <b>{amount}</b> in cash. Have you got it?", shop=facts["shop"], amount=amount)
    else:
        text = t(
            "{shop} sent <b>{amount}</b> to {mask}. Has it arrived?",
            shop=facts["shop"],
            amount=amount,
            mask=facts["mask"],
        )
    choices = (do(t("I got the money"), "got_it", facts["payout"]), do(t("Not yet"), "not_yet", facts["payout"]))
    if facts.get("again"):
        text = t("I ask once more, {kak}.") + Markup(" ") + text
    if facts.get("netted") or facts.get("withheld"):
        text += payouts.taken_off(t, facts)
    return Screen(text, choices=choices, about=facts["shop"])


def got_it(t: Voice, facts: Facts) -> Screen:
    text = t(
        "Thank you, {kak}. {amount} is written down as received.", amount=t.money(facts["amount"], facts["currency"])
    )
    receipt = (go(t("Receipt"), "receipt", facts["receipt"]),) if facts.get("receipt") else ()
    return Screen(text, choices=(*receipt, *lessons.offered(t, facts)))


def not_yet(t: Voice, facts: Facts) -> Screen:
    text = t(
        "I have asked {shop} to look again, {kak}. The {amount} stays yours.",
        shop=facts["shop"],
        amount=t.money(facts["amount"], facts["currency"]),
    )
    return Screen(text)


def thanked(t: Voice, facts: Facts) -> Screen:
    return Screen(t("{shop} says thank you!", shop=facts["shop"]))


def earnings(t: Voice, e: Earnings) -> Screen:
    """Her money by state, one word each."""

    def money(amount: int) -> str:
        return t.money(amount, e.currency)

    parts: list[Any] = [
        t("Your commissions, {month}: total {amount}", month=t.month(e.month), amount=money(e.earned)),
        t("received {amount}", amount=money(e.received)),
        t("ready {amount}", amount=money(e.payable)),
        t("pending {amount}", amount=money(e.pending)),
    ]
    if e.being_paid:
        parts.append(t("being paid {amount}", amount=money(e.being_paid)))
    if e.held:
        parts.append(t("held {amount}", amount=money(e.held)))
    if e.clawback:
        parts.append(t("paid too much {amount} (goods were paid back later)", amount=money(e.clawback)))
    choices = (go(t("Details"), "details"), go(t("Receipts"), "receipts"), go(t("Download"), "download"))
    return Screen(paragraphs(joined(parts) + Markup("."), when_paid(t, e)), choices=choices)


def when_paid(t: Voice, e: Earnings) -> Markup:
    """When what is ready is paid at the latest: the floor is shown with its progress, and never holds for ever."""
    if not e.payable:
        return Markup("")
    if e.payable >= PAYOUT_FLOOR or not e.was_paid:
        return t("What is ready is due next Monday.")
    return t(
        "{ready} of {floor}: it is due once the floor is reached, and after {days} days whatever it comes to.",
        ready=t.money(e.payable, e.currency),
        floor=t.money(PAYOUT_FLOOR, e.currency),
        days=FLOOR_HOLDS_AT_MOST.days,
    )


def details(t: Voice, lines: Sequence[Line], samples: tuple[int, int], currency: str) -> Screen:
    """Her lines, the newest first; what she was given to try stands below them, because it is no pay."""
    count, value = samples
    given = t("Samples: {n}, worth {amount}. Gifts, not pay.", n=count, amount=t.money(value, currency))
    if not lines:
        return Screen(paragraphs(t("Nothing has come through your code yet."), given if count else ""))
    sums: dict[tuple[str, str, str], int] = {}
    for line in lines:
        key = (line.order, line.state, line.currency)
        sums[key] = sums.get(key, 0) + line.amount
    rows = [
        Markup("{} · {} · {}").format(order or t("contents"), t.money(amount, currency), t(STATES[state]))
        for (order, state, currency), amount in sums.items()
    ]
    how = t("Write <i>check 0001</i> for the why of one.")
    text = paragraphs(joined(rows, "\n"), given if count else "", how)
    return Screen(text, choices=(go(t("Download"), "download"),))


def explained(t: Voice, why: Explanation) -> Screen:
    """The why of one order, in one breath."""
    parts: list[Any] = [
        why.order,
        t("through code {code}, {when}", code=why.code, when=t.when(why.touched_at)) if why.touched_at else why.code,
        t(HOW[why.reason]),
        t("goods {amounts}", amounts=amounts(why.amounts)),
        t("delivery and unique code do not count"),
        rates_said(t, why),
        t("capped at {amount}", amount=t.money(why.cap, why.currency)) if why.cap else "",
        t("sent {day}", day=t.day(why.sent_at)) if why.sent_at else "",
        t("paid {day}", day=t.day(why.payout_sent_at)) if why.payout_sent_at else "",
        confirmed(t, why) or state_said(t, why),
        t("check code {digest}", digest=why.digest) if why.digest else "",
    ]
    return Screen(joined(parts) + Markup("."), about=why.order)


def confirmed(t: Voice, why: Explanation) -> Markup:
    """Her own word and a week without one are not the same."""
    if why.confirmed_at is None:
        return Markup("")
    if why.confirmed_by == "creator":
        return t("you confirmed {when}", when=t.when(why.confirmed_at))
    said = {"silence": t("not contested"), "mediator": t("received, as the mediator decided")}
    return joined([said[why.confirmed_by or ""], t.when(why.confirmed_at)], " ")


def rates_said(t: Voice, why: Explanation) -> str:
    """``10% = 14.000``; where products have rates of their own ``10% + 15% = 17.750``."""
    return f"{' + '.join(t.percent(rate) for rate in why.rates)} = {amounts([why.commission])}"


def state_said(t: Voice, why: Explanation) -> Markup:
    if why.held_for:
        return t("held, because {why}", why=doubts.why(t, why.held_for))
    if why.void_reason:
        return t("void ({reason})", reason=t(VOID_REASONS[why.void_reason]))
    return t(STATES[why.state])


def code_asked(t: Voice) -> Screen:
    return Screen(t("Which code would you like? 5 to 20 letters and digits, for example <i>DEWIENAK</i>."))


def links_of(place: Any, deal: Deal, card: Card, t: Voice) -> tuple[str, str, str]:
    """Web, WhatsApp and Telegram: one code, three doors. A channel the hub does not have is left out."""
    code = links.suffixed(deal.code, card.product.number)
    said = t(
        "I would like {product} from {shop} (code {code})", product=card.product.name, shop=card.shop.name, code=code
    )
    web = f"{place.public_url}/r/{code}"
    whatsapp = links.whatsapp(place.whatsapp, said.unescape()) if place.whatsapp else ""
    telegram = links.telegram(place.bot, code) if place.bot else ""
    return web, whatsapp, telegram
