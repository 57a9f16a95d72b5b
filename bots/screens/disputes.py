"""What the two sides and whoever decides are shown of a payout they disagree about."""

from datetime import datetime

from markupsafe import Markup

from bots.dialogue import Picture, Screen, do, go
from bots.screens.wording import Facts, joined, paragraphs
from storefront.phrases import Voice, marked


def money(t: Voice, facts: Facts) -> str:
    return t.money(facts["amount"], facts["currency"])


def words_asked(t: Voice, facts: Facts, *, by_creator: bool) -> Screen:
    if by_creator:
        return Screen(
            t(
                "What happened with the {amount} from {shop}? Write it in your words.",
                amount=money(t, facts),
                shop=facts["shop"],
            )
        )
    return Screen(
        t(
            "What do you see in your account history for {creator}: which day, which name, which amount?",
            creator=facts["creator"],
        )
    )


def begun(t: Voice, facts: Facts) -> Screen:
    other = facts["shop"] if facts["by_creator"] else facts["creator"]
    text = t(
        "Noted. {other} has until {until} to answer; after that the hub's mediator looks at it. If nobody decides, "
        "what was promised stays promised.",
        other=other,
        until=t.when(datetime.fromisoformat(facts["until"])),
    )
    return Screen(text)


def disputed(t: Voice, facts: Facts) -> Screen:
    """To the other side: what she says, and two ways to answer."""
    if facts["by_creator"]:
        text = t(
            "{creator} says that the {amount} never came: “{words}”. Please look in your account history by name and "
            "time.",
            creator=facts["creator"],
            amount=money(t, facts),
            words=facts["words"],
        )
        agree = t("She is right, I send it")
    else:
        text = t(
            "{shop} says that the {amount} was sent: “{words}”. Please look once more by name and time.",
            shop=facts["shop"],
            amount=money(t, facts),
            words=facts["words"],
        )
        agree = t("It is there after all")
    until = t("Please answer by {until}.", until=t.when(datetime.fromisoformat(facts["until"])))
    choices = (
        do(agree, "dispute_agree", facts["dispute"]),
        go(t("I see it otherwise"), "dispute_answer", facts["dispute"]),
    )
    return Screen(paragraphs(text, until), choices=choices, about=facts["creator"])


def goes_on(t: Voice, facts: Facts) -> Screen:
    text = t(
        "The hub's mediator looks at the {amount} from {shop} to {creator} now, until {until} at the latest.",
        amount=money(t, facts),
        shop=facts["shop"],
        creator=facts["creator"],
        until=t.when(datetime.fromisoformat(facts["until"])),
    )
    return Screen(text)


STEPS = {
    "drafted": marked("gathered"),
    "submitted": marked("put before a second person"),
    "approved": marked("agreed by a second person"),
    "sent_back": marked("not agreed"),
    "handed_over": marked("handed to a provider"),
    "sent": marked("sent, says the seller"),
    "missing": marked("not there, says the creator"),
    "failed": marked("refused by the provider"),
    "confirmed": marked("settled"),
    "reversed": marked("came back"),
    "upheld": marked("decided by the mediator"),
    "cancelled": marked("called off"),
}


def to_decide(t: Voice, facts: Facts) -> Screen:
    """To whoever decides: everything there is, on one screen."""
    head = t(
        "A payout is disputed: {shop} to {creator}, <b>{amount}</b>.",
        shop=facts["shop"],
        creator=facts["creator"],
        amount=money(t, facts),
    )
    how = t("in cash") if facts["how"] == "cash" else t("to {to}", to=facts["mask"])
    steps = [joined([t.when(datetime.fromisoformat(at)), t(STEPS[step])]) for step, at in facts["steps"]]
    first, second = (facts["creator"], facts["shop"]) if facts["by_creator"] else (facts["shop"], facts["creator"])
    said = Markup("{}: “{}”").format(first, facts["words"])
    replied = (
        Markup("{}: “{}”").format(second, facts["reply"])
        if facts["reply"]
        else t("{name} has not answered.", name=second)
    )
    choices = (
        go(t("It arrived"), "dispute_decide", facts["dispute"], 0),
        go(t("Still to be paid"), "dispute_decide", facts["dispute"], 1),
    )
    until = t(
        "Without a decision by {until} it stays to be paid.", until=t.when(datetime.fromisoformat(facts["until"]))
    )
    text = paragraphs(head, joined([how, *steps], "\n"), joined([said, replied], "\n"), until)
    picture = Picture("media", facts["proof"]) if facts["proof"] else None
    return Screen(text, picture=picture, choices=choices)


def closed(t: Voice, facts: Facts) -> Screen:
    """To both: what came of it, who said so, and what follows."""
    reason = Markup(" “{}”").format(facts["reason"]) if facts["reason"] else Markup("")
    amount = {"amount": money(t, facts), "shop": facts["shop"], "creator": facts["creator"]}
    if facts["outcome"] == "settled":
        text = t("The {amount} from {shop} to {creator} is no question any more: you settled it yourselves.", **amount)
        return Screen(text)
    if facts["outcome"] == "received":
        return Screen(
            t("The {amount} from {shop} to {creator} had arrived: it is written down as received.", **amount) + reason
        )
    text = t("The {amount} from {shop} to {creator} is still to be paid.", **amount) + reason
    if facts["by_default"]:
        text += t(" Nobody decided in time, so what was promised stays promised.")
    choices = (go(t("Pay commissions"), "pay_commission"),) if facts["to_seller"] else ()
    return Screen(text, choices=choices, about=facts["creator"])
