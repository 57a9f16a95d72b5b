"""What stands in a group: a live post, and the word only the one who tapped sees."""

from markupsafe import Markup

from bots.dialogue import Choice, Screen, link
from bots.screens.wording import Facts, bold, counted, day_of, joined, moment_of, paragraphs
from referral import links
from storefront.phrases import Voice

BUTTONS_MOST = 6
BAR = 10


def post(t: Voice, bot: str, facts: Facts) -> Screen:
    """What there is, how much is taken, until when; a button a kind, and a door for whoever wants more."""
    title = bold(facts["product"]) + Markup(" · ") + facts["shop"]
    told = joined([prices(t, facts), taken(t, facts), *times(t, facts)], "\n")
    thanks = t("Ad: {creator} recommends this and earns a commission.", creator=facts["recommender"])
    text = paragraphs(title, told, thanks if facts["recommender"] else "")
    return Screen(text, choices=ways(t, bot, facts) if can_be_had(facts) else later(t, bot, facts), numbered=False)


def can_be_had(facts: Facts) -> bool:
    return bool(facts["open"]) and (facts["quota"] is None or facts["taken"] < facts["quota"])


def prices(t: Voice, facts: Facts) -> Markup:
    """``polos Rp65.000 · keju Rp75.000``."""
    kinds = [f"{name or facts['unit']} {t.money(price, facts['currency'])}" for _, name, price in facts["variants"]]
    return joined(kinds[:BUTTONS_MOST])


def taken(t: Voice, facts: Facts) -> Markup:
    """``12/20 ▰▰▰▰▰▰▱▱▱▱``, or how many where there is no quota."""
    quota, many = facts["quota"], facts["taken"]
    if quota is None:
        return t("{n} ordered", n=many)
    full = min(BAR, many * BAR // quota) if quota else BAR
    short = t(" · runs from {n} {unit}", n=facts["minimum"], unit=facts["unit"]) if facts["minimum"] else ""
    return bold(f"{many}/{quota}") + Markup(" ") + "▰" * full + "▱" * (BAR - full) + short


def times(t: Voice, facts: Facts) -> list[Markup]:
    closes = moment_of(facts["closes_at"])
    told = []
    if not facts["open"]:
        told.append(t("orders have closed"))
    elif closes:
        told.append(t("orders until {when}", when=t.when(closes)))
    day = t.day_and_part(day_of(facts["delivers_on"]), facts["day_part"])
    return [*told, *([t("delivery {day}", day=day)] if day else [])]


def ways(t: Voice, bot: str, facts: Facts) -> tuple[Choice, ...]:
    """*+1* where there is one kind, *+1 keju* where there are more."""
    kinds = facts["variants"][:BUTTONS_MOST]
    alone = len(kinds) == 1
    more = [Choice("+1" if alone else f"+1 {name}".strip(), f"g:{facts['post']}:{number}") for number, name, _ in kinds]
    return (*more, link(t("More, or a question"), links.telegram(bot, payload(facts))))


def later(t: Voice, bot: str, facts: Facts) -> tuple[Choice, ...]:
    """Full or closed: the door where one can wait for a place."""
    return (link(t("Tell me when there is more"), links.telegram(bot, payload(facts))),)


def payload(facts: Facts) -> str:
    """What the door to the private chat carries: the creator's code where she posted it."""
    return links.suffixed(facts["code"], facts["number"]) if facts["code"] else f"p_{facts['reference']}"


def noted(t: Voice, facts: Facts) -> Markup:
    """The word that pops up, for her alone."""
    parts = [counted(quantity, variant, facts["unit"]) for quantity, variant, _ in facts["lines"]]
    what = ", ".join(parts)
    return t("Noted: {what}, {code}. How to pay is in our own chat.", what=what, code=facts["code"])
