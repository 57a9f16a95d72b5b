"""What is fair to ask and to give: what this hub really paid, and what a content is worth, part by part."""

from markupsafe import Markup

from bots.dialogue import Choice, Screen, do, go
from bots.screens.wording import Facts, joined, paragraphs
from referral.fairness import FEWEST_DEALS, Spread, Worth
from storefront.earning.guide import Guide
from storefront.phrases import Voice


def guide(t: Voice, found: Guide, currency: str) -> Screen:
    if not found.is_enough:
        text = t(
            "Not enough yet, {kak}: {n} of {least} deals have been paid here. Before that a figure would say what one "
            "neighbour earns.",
            n=found.deals,
            least=FEWEST_DEALS,
        )
        return Screen(text, choices=(reckon_choice(t),))

    def money(amount: int) -> str:
        return t.money(amount, currency)

    lines: list[object] = []
    if found.rates:
        lines.append(t("Share of the sales: {spread}", spread=spread(t, found.rates, t.percent)))
    if found.fees:
        lines.append(t("Fee for a content: {spread}", spread=spread(t, found.fees, money)))
    else:
        lines.append(t("Fee for a content: fewer than {least} were paid.", least=FEWEST_DEALS))
    if found.days:
        lines.append(t("Days until the money was there: {spread}", spread=spread(t, found.days, str)))
    head = t("What this hub really paid in twelve months ({n} deals):", n=found.deals)
    note = t("The same figures for sellers and neighbours; nobody's name, nobody's followers.")
    return Screen(paragraphs(head, joined(lines, "\n"), note), choices=(reckon_choice(t),))


def spread(t: Voice, one: Spread, said: object) -> Markup:
    """``5% sampai 12%, tengahnya 10%``."""
    assert callable(said), "a way to say a value"
    if one.least == one.most:
        return t("{value} each time", value=said(one.least))
    return t(
        "{least} to {most}, the middle {median}",
        least=said(one.least),
        most=said(one.most),
        median=said(one.median),
    )


def reckon_choice(t: Voice) -> Choice:
    return go(t("Work it out"), "reckon")


# -- what a content is worth -----------------------------------------------------------------------------


def hours_asked(t: Voice) -> Screen:
    text = t(
        "How many hours does one content take you, {kak}: trying it, photo or video, editing, answering? For example "
        "<i>2</i> or <i>1,5</i>."
    )
    return Screen(text, numbered=False)


def days_asked(t: Voice) -> Screen:
    text = t("For how many days may you tell of nothing like it? <i>0</i> if the seller does not ask for that.")
    return Screen(text, numbered=False)


def worth(t: Voice, one: Worth, inputs: tuple[int, int, int], shop: tuple[int, str] | None, currency: str) -> Screen:
    """The range, its three parts, and a button that asks for the middle of it."""
    half_hours, chats, days = inputs
    text = paragraphs(
        t(
            "A fair fee for one content: <b>{least} to {most}</b>, the middle {middle}.",
            least=t.money(one.least, currency),
            most=t.money(one.most, currency),
            middle=t.money(one.middle, currency),
        ),
        parts(t, one, half_hours, chats, days, currency, ""),
        t("How many follow you is no part of it. Commission comes on top."),
    )
    if shop is None:
        return Screen(text)
    shop_id, name = shop
    ask = do(t("Ask for {amount}", amount=t.money(one.middle, currency)), "ask_fee", shop_id, half_hours, days)
    return Screen(text, choices=(ask, go(t("Other terms"), "bargain", shop_id)), about=name)


def parts(t: Voice, one: Worth, half_hours: int, chats: int, days: int, currency: str, creator: str) -> Markup:
    """Content, audience, time: what each is made of; ``creator``: who asks, where somebody else reads it."""

    def between(pair: tuple[int, int]) -> str:
        least, most = (t.money(amount, currency) for amount in pair)
        return least if least == most else f"{least} - {most}"

    hours = f"{half_hours / 2:g}".replace(".", "," if t.language == "id" else ".")
    lines = [
        t("content: {n} hours = {amount}", n=hours, amount=between(one.content)),
        t("audience: {n} people wrote through you in 30 days = {amount}", n=chats, amount=between(one.audience))
        if not creator
        else t(
            "audience: {n} people wrote through {creator} in 30 days = {amount}",
            n=chats,
            creator=creator,
            amount=between(one.audience),
        ),
        t("time: {n} days for this shop alone = {amount}", n=days, amount=between(one.time)),
    ]
    return joined(lines, "\n")


def reckoned(t: Voice, facts: Facts) -> Markup:
    """What stands behind a fee somebody asks for, for the other side to read."""
    found = facts.get("reckoned") or {}
    if not found:
        return Markup("")
    one = Worth(tuple(found["content"]), tuple(found["audience"]), tuple(found["time"]))
    told = parts(t, one, found["half_hours"], found["chats"], found["days"], facts["currency"], facts["creator"])
    return paragraphs(t("How the fee came about:"), told)
