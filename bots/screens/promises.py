"""What a seller promises, said back to her; what changes is told to who recommends."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from markupsafe import Markup

from bots.dialogue import Screen
from bots.screens.wording import Facts, joined, moment_of, paragraphs
from referral import terms
from referral.fairness import Margin
from referral.rates import Rate, Scope
from storefront.models import Shop
from storefront.phrases import Voice


def promised(
    t: Voice, said: str, begins: datetime, now: datetime, margins: Sequence[tuple[str, Margin]], cur: str
) -> Screen:
    """What was promised, from when on, and what a sale leaves her."""
    when = (
        t("It holds at once.")
        if begins <= now
        else t(
            "It holds from {day} on: who recommends you already has {days} days' notice.",
            day=t.day(begins),
            days=terms.RATE_CUT_NOTICE.days,
        )
    )
    return Screen(paragraphs(joined([said, when], " "), left_over(t, margins, cur)))


def left_over(t: Voice, margins: Sequence[tuple[str, Margin]], currency: str) -> Markup:
    """``Brownies: Rp65.000 - modal Rp40.000 - komisi Rp6.500 = sisa Rp18.500``."""
    lines = []
    for name, one in margins:
        price, cost, part = (t.money(value, currency) for value in (one.price, one.cost, one.commission))
        gift = t(" - discount {amount}", amount=t.money(one.gift, currency)) if one.gift else ""
        line = t("{product}: {price}", product=name, price=price) + gift
        line += t(" - commission {part} - cost {cost}", part=part, cost=cost)
        lines.append(line + t(" = <b>{left}</b> for you", left=t.money(one.left, currency)))
    return joined(lines, "\n")


def cost_noted(t: Voice, margins: Sequence[tuple[str, Margin]], currency: str) -> Screen:
    return Screen(paragraphs(t("Noted, only for you. Sold through a neighbour:"), left_over(t, margins, currency)))


def rates(t: Voice, shop: Shop, known: Sequence[Rate], names: Mapping[tuple[Scope, int], str], now: datetime) -> Markup:
    """Everything a shop promises now, and what is announced, a line each."""
    lines = []
    for one in sorted(known, key=lambda rate: (-rate.scope, rate.subject, rate.holds_from)):
        line = joined([whom(t, one, names), worth(t, one, shop.currency)], ": ")
        if one.holds_from > now:
            line += t(" (from {day} on)", day=t.day(one.holds_from))
        lines.append(line)
    return joined(lines, "\n")


def whom(t: Voice, rate: Rate, names: Mapping[tuple[Scope, int], str]) -> Markup:
    if rate.scope is Scope.TIER:
        return t("who has brought {n} orders", n=rate.subject)
    if rate.scope is Scope.CAP:
        return t("at most an order")
    return Markup("{}").format(names.get((rate.scope, rate.subject), "")) if rate.subject else t("everybody")


def worth(t: Voice, rate: Rate, currency: str) -> str:
    if rate.scope is Scope.CAP:
        return t.money(rate.value, currency) if rate.value else str(t("no cap"))
    return t.percent(rate.value) if rate.value else str(t("nothing of its own"))


def rate_changed(t: Voice, facts: Facts) -> Screen:
    """A creator hears of a raise as it begins, and of a cut a month before."""
    begins = moment_of(facts["from"])
    assert begins, "a change has its day"
    scope, rate = Scope(facts["scope"]), t.percent(facts["rate_bp"])
    if scope is Scope.CAP:
        most = t.money(facts["rate_bp"], facts["currency"]) if facts["rate_bp"] else t("as much as it comes to")
        what = t("{shop} pays at most {amount} an order", shop=facts["shop"], amount=most)
    elif scope is Scope.PRODUCT:
        what = t("{shop} pays {rate} for {product}", shop=facts["shop"], rate=rate, product=facts["product"] or "")
    elif scope is Scope.TIER:
        what = t("{shop} pays {rate} to who has brought {n} orders", shop=facts["shop"], rate=rate, n=facts["subject"])
    else:
        what = t("{shop} pays you {rate}", shop=facts["shop"], rate=rate)
    if facts["now"]:
        return Screen(what + t(", from now on."))
    day = t.day(begins)
    return Screen(what + t(" from {day} on. Until then everything stays as it is.", day=day))


def deal_ends(t: Voice, facts: Facts) -> Screen:
    begins = moment_of(facts["from"])
    assert begins, "an end has its day"
    text = t(
        "{shop} ends the deal of code {code} on {day}. Until then everything stays as it is, and what you have earned "
        "stays yours.",
        shop=facts["shop"],
        code=facts["code"],
        day=t.day(begins),
    )
    return Screen(text)


def creator_left(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{creator} (code {code}) has stopped recommending {shop}. What she has earned is paid as agreed.",
        creator=facts["creator"],
        code=facts["code"],
        shop=facts["shop"],
    )
    return Screen(text)
