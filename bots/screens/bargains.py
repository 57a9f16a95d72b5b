"""Other terms asked for and answered; contents handed in; goods to try."""

from collections.abc import Sequence

from markupsafe import Markup

from bots.dialogue import Screen, do, go
from bots.screens import fees, lessons
from bots.screens.wording import Facts, joined, moment_of, paragraphs
from storefront.phrases import Voice, marked

# -- bargaining --------------------------------------------------------------------------------------------


def bargain_asked_for(t: Voice, shop_id: int, shop: str, published_bp: int) -> Screen:
    text = t(
        "What would you ask {shop} for? Its offer is {rate}. For example: <i>12%</i>, <i>50rb per content</i>, or "
        "<i>50rb per content + 8%</i>.",
        shop=shop,
        rate=t.percent(published_bp),
    )
    return Screen(text, choices=(go(t("Work it out"), "reckon", shop_id),), numbered=False)


def asks_for(t: Voice, facts: Facts) -> Markup:
    """``Rp50.000 per konten + 8%``."""
    parts: list[object] = []
    if facts["content_fee"]:
        parts.append(t("{amount} a content", amount=t.money(facts["content_fee"], facts["currency"])))
    if facts["rate_bp"]:
        parts.append(t.percent(facts["rate_bp"]))
    return joined(parts, " + ")


def bargain_sent(t: Voice, facts: Facts) -> Screen:
    return Screen(t("I have asked {other}: {terms}.", other=other_side(facts), terms=asks_for(t, facts)))


def other_side(facts: Facts) -> str:
    return str(facts["shop"] if facts["by_creator"] else facts["creator"])


def bargain_asked(t: Voice, facts: Facts) -> Screen:
    if facts["by_creator"]:
        text = t(
            "{creator} would recommend {shop} for <b>{terms}</b> (your offer: {rate}). What do you say?",
            creator=facts["creator"],
            shop=facts["shop"],
            terms=asks_for(t, facts),
            rate=t.percent(facts["published_bp"]),
        )
    else:
        text = t("{shop} offers you <b>{terms}</b>. What do you say?", shop=facts["shop"], terms=asks_for(t, facts))
    choices = (
        do(t("Take it"), "bargain_yes", facts["bargain"]),
        go(t("Offer something else"), "bargain_back", facts["bargain"]),
        go(t("No, thank you"), "refuse_bargain", facts["bargain"]),
    )
    about = facts["creator"] if facts["by_creator"] else facts["shop"]
    ways = (*choices, *lessons.offered(t, facts))
    return Screen(paragraphs(text, fees.reckoned(t, facts)), choices=ways, about=about)


def bargain_answered(t: Voice, facts: Facts) -> Screen:
    who = facts["shop"] if facts["by_creator"] else facts["creator"]
    if facts["state"] in {"accepted", "used"}:
        text = t("{who} agrees: {terms}.", who=who, terms=asks_for(t, facts))
        on = go(t("Go on"), "bargained", facts["bargain"])
        return Screen(text, choices=(on,) if facts["by_creator"] else ())
    text = t("{who} would rather stay with the published {rate}.", who=who, rate=t.percent(facts["published_bp"]))
    why = BARGAIN_REASONS.get(facts.get("reason", ""))
    return Screen(joined([text, Markup("“{}”").format(t(why)) if why else ""], " "))


BARGAIN_REASONS = {
    "too_much": marked("It would leave me too little"),
    "too_little": marked("It is too little for the work"),
    "enough": marked("I have enough for now"),
}


def bargain_reason_asked(t: Voice, bargain: int, reasons: Sequence[str]) -> Screen:
    names = {**BARGAIN_REASONS, "other": marked("Another reason")}
    choices = tuple(do(t(names[one]), "bargain_no", bargain, one) for one in reasons)
    return Screen(t("All right. May the other side know why? It helps to ask better."), choices=choices)


# -- contents and samples ----------------------------------------------------------------------------------


def content_noted(t: Voice, facts: Facts) -> Screen:
    until = moment_of(facts["until"])
    assert until, "a content has its day"
    text = t(
        "I have shown it to {shop}. {amount} is yours once it is accepted, at the latest on {when} if nobody answers.",
        shop=facts["shop"],
        amount=t.money(facts["fee"], facts["currency"]),
        when=t.when(until),
    )
    return Screen(text)


def content_handed_in(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{creator} has a content ready: {words}. Accepted, it brings {amount}; without an answer it counts as accepted "
        "after three days.",
        creator=facts["creator"],
        words=facts["words"],
        amount=t.money(facts["fee"], facts["currency"]),
    )
    choices = (
        do(t("Accept"), "content_accept", facts["content"]),
        go(t("Not like that"), "content_decline", facts["content"]),
    )
    return Screen(text, choices=choices, about=facts["creator"])


def content_answered(t: Voice, facts: Facts) -> Screen:
    amount = t.money(facts["fee"], facts["currency"])
    if facts["state"] == "declined":
        text = t("{shop} did not take the content: “{reply}”. You may hand it in again.", **said(facts, "reply"))
    elif facts["by_silence"]:
        text = t(
            "{shop} did not answer in time, so your content is accepted: {amount} is ready.", **named(facts, amount)
        )
    else:
        text = t("{shop} has accepted your content: {amount} is ready.", **named(facts, amount))
    return Screen(text)


def said(facts: Facts, *names: str) -> Facts:
    return {"shop": facts["shop"], **{name: facts[name] for name in names}}


def named(facts: Facts, amount: str) -> Facts:
    return {"shop": facts["shop"], "amount": amount}


def sample_given(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{shop} notes {n} {product} for you to try, worth {amount}. A gift: it replaces no commission and no fee.",
        shop=facts["shop"],
        n=facts["n"],
        product=facts["product"],
        amount=t.money(facts["value"], facts["currency"]),
    )
    return Screen(text)
