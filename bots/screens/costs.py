"""What WhatsApp costs, for who runs the hub."""

from collections.abc import Sequence

from markupsafe import Markup

from bots.dialogue import Screen
from bots.screens.wording import Facts, bold, joined, paragraphs
from storefront.phrases import Voice
from storefront.settings import Prices
from storefront.traffic import Day

CURRENCY = "IDR"


def by_shop(t: Voice, days: Sequence[Day], prices: Prices, received: int, spent: int) -> Screen:
    """Each day's messages by shop with what they cost, and where today's limit stands."""
    if not days:
        return Screen(t("No message has gone out over WhatsApp in these days."))
    lines = [line(t, one, prices) for one in days]
    came = t("Received today: {n}, {cost}.", n=received, cost=t.money(prices.of(0, 0, received), CURRENCY))
    return Screen(paragraphs(joined(lines, "\n"), came, limit(t, spent, prices)))


def line(t: Voice, day: Day, prices: Prices) -> Markup:
    """``Sabtu 20 Juni · Dapur Rina · 14 pesan, 2 template · Rp1.940``."""
    many = t("{n} messages, {k} by template", n=day.session + day.template, k=day.template)
    cost = t.money(prices.of(day.session, day.template), CURRENCY)
    return joined([t.day(day.day), bold(day.shop or t("no shop")), many, cost])


def limit(t: Voice, spent: int, prices: Prices) -> Markup:
    if not prices.limit:
        return t("No limit is set for a day's spending.")
    return t("Sent today: {spent} of {limit}.", spent=t.money(spent, CURRENCY), limit=t.money(prices.limit, CURRENCY))


def spending(t: Voice, facts: Facts) -> Screen:
    """Most of the day's limit is spent, or all of it."""
    text = t(
        "WhatsApp has cost {spent} today, of {limit}. News and reminders now wait until tomorrow; answers go on for a "
        "while.",
        spent=t.money(facts["spent"], CURRENCY),
        limit=t.money(facts["limit"], CURRENCY),
    )
    return Screen(text)
