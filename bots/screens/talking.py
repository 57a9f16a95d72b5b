"""A talk through the bot, as both sides see it: whose words these are, and that no number is shown."""

from markupsafe import Markup

from bots.dialogue import Choice, Picture, Screen, do, go
from bots.screens.wording import Facts, bold
from storefront.phrases import Voice


def opened(t: Voice, shop: str, buyer: str | None, relay: int) -> Screen:
    """It is open: whoever writes here now is heard by the other."""
    if buyer is None:
        text = t(
            "I have called {shop} for you, {kak}. Write here and I pass it on; neither of you sees the other's number. "
            "<i>Enough</i> ends it.",
            shop=shop,
        )
    else:
        text = t(
            "Write here, {kak}, and I pass it on to {buyer}; neither of you sees the other's number. "
            "<i>Enough</i> ends it.",
            buyer=buyer,
        )
    return Screen(text, choices=(do(t("Enough"), "end_talk", relay),), numbered=False, stays=True)


def going_on(t: Voice, shop: str, buyer: str | None) -> Markup:
    return t("You are talking to {name}; write, and I pass it on.", name=buyer or shop)


def passed_on(t: Voice, buyer: str, relay: int) -> Screen:
    choices = (go(t("Write more"), "answer", relay), go(t("Keep the answer"), "keep_faq", relay))
    return Screen(t("Passed on to {buyer}.", buyer=buyer), choices=choices, about=buyer)


def perhaps_a_proof(t: Voice, facts: Facts) -> Screen:
    """A photo went to the seller while an order waits to be paid: it may be meant as its proof."""
    text = t("Passed on. Is it the proof of a payment? Then tap its order, so that your place stays safe.")
    choices = tuple(do(code, "proof", order, facts["media"]) for code, order in facts["waiting"])
    return Screen(text, choices=choices, numbered=False)


def ended(t: Voice, shop: str, buyer: str | None) -> Screen:
    """It is over; a buyer is told how to begin another, a seller finds her buyers under their orders."""
    if buyer is not None:
        return Screen(t("The talk with {buyer} is over.", buyer=buyer))
    return Screen(t("The talk with {shop} is over. <i>Talk to the seller</i> begins a new one.", shop=shop))


def wants_person(t: Voice, facts: Facts) -> Screen:
    """A buyer asks for a person."""
    order = Markup(" · {}").format(facts["code"]) if facts["code"] else ""
    text = t(
        "{buyer} would like to talk to you ({shop}{order}).", buyer=facts["buyer"], shop=facts["shop"], order=order
    )
    return Screen(text, choices=(answering(t, facts),), about=facts["buyer"])


def relayed(t: Voice, facts: Facts) -> Screen:
    """What the other side said, in its own words."""
    name = facts["buyer"] if facts["from_buyer"] else facts["shop"]
    picture = Picture("media", facts["picture"]) if facts["picture"] else None
    text = bold(name) + Markup(": {}").format(facts["words"] or (t("(a photo)") if picture else ""))
    return Screen(text, picture=picture, choices=(answering(t, facts),), about=name)


def answering(t: Voice, facts: Facts) -> Choice:
    return go(t("Answer"), "answer", facts["relay"])


def unreached(t: Voice, facts: Facts) -> Screen:
    """News of an order that did not reach its buyer."""
    if facts["later"]:
        text = t(
            "News of {code} wait for {buyer}: she has not written to us on WhatsApp for a day, and they reach her when "
            "she does. The order stands.",
            code=facts["code"],
            buyer=facts["buyer"],
        )
    else:
        text = t(
            "News of {code} do not reach {buyer}: this chat is closed or gone. The order stands.",
            code=facts["code"],
            buyer=facts["buyer"],
        )
    return Screen(text, choices=(go(t("Look"), "check", facts["order"]),), about=facts["code"])


def words_wait(t: Voice, facts: Facts) -> Screen:
    """What she wrote in a talk has not reached the other side."""
    if facts["later"]:
        text = t(
            "{name} has not written to us on WhatsApp for a day; your words wait, and arrive as soon as that happens.",
            name=facts["name"],
        )
        return Screen(text)
    return Screen(t("Your words do not reach {name}: that chat is closed or gone.", name=facts["name"]))


def joined(t: Voice, facts: Facts) -> Screen:
    where = {"telegram": "Telegram", "whatsapp": "WhatsApp"}[facts["channel"]]
    return Screen(t("Your chat on {where} and this one are one now, {kak}.", where=where))
