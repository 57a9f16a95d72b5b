"""A commission that waits with its reason, a zero explained, an objection and its answer."""

from collections.abc import Sequence

from markupsafe import Markup

from bots.dialogue import Choice, Screen, do, go
from bots.screens.wording import Facts, joined, moment_of
from referral import terms
from referral.suspicions import FLOOD
from storefront.phrases import Voice, marked

# -- what looks odd ----------------------------------------------------------------------------------------

REASONS = {
    "same_phone": marked("the buyer has the creator's number"),
    "same_account": marked("the buyer is paid to the creator's account"),
    "same_address": marked("it goes to the creator's address"),
    "same_proof": marked("its proof is a picture the creator has shown too"),
    "with_the_seller": marked("the buyer or the creator works with the seller"),
    "flood": marked("{n} or more orders came through the code within an hour"),
    "stuffing": marked("the buyer had tried several codes of this shop"),
    "sniping": marked("the buyer had come by the shop's own link just before the code"),
    "wash": marked("the same buyer's orders came and went back again and again"),
}


def why(t: Voice, reasons: Sequence[str]) -> Markup:
    return joined([t(REASONS[reason], n=FLOOD) for reason in reasons], ", ")


def held_note(t: Voice, facts: Facts) -> Markup:
    """What the creator reads beside a commission that waits."""
    until = moment_of(facts["until"])
    assert until, "a doubt has its deadline"
    return t(
        "It waits, because {why}. If nobody decides otherwise, it is yours on {day}.",
        why=why(t, facts["reasons"]),
        day=t.day(until),
    )


def doubted(t: Voice, facts: Facts) -> Screen:
    """The seller reads the same, and may pay all the same."""
    until = moment_of(facts["until"])
    assert until, "a doubt has its deadline"
    text = t(
        "{order}: the commission of {creator} (code {code}) waits, because {why}. The order itself goes on. Without a "
        "decision it is hers on {day}.",
        order=facts["order"],
        creator=facts["creator"],
        code=facts["code"],
        why=why(t, facts["reasons"]),
        day=t.day(until),
    )
    return Screen(text, choices=(do(t("Pay all the same"), "doubt_pay", facts["hold"]),), about=facts["order"])


def to_judge(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{shop}, {order}: the commission of code {code} waits, because {why}. Your decision is written down and told "
        "to both; silence is a yes.",
        shop=facts["shop"],
        order=facts["order"],
        code=facts["code"],
        why=why(t, facts["reasons"]),
    )
    choices = (do(t("It is valid"), "doubt_valid", facts["hold"]), go(t("It is not"), "doubt_invalid", facts["hold"]))
    return Screen(text, choices=choices, about=facts["order"])


def doubt_decided(t: Voice, facts: Facts) -> Screen:
    if facts["decision"] == "invalid":
        text = t("{order}: the commission of {amount} is void. The hub's reason: “{words}”.", **decided(t, facts))
    elif facts["decision"] == "lapsed":
        text = t("{order}: nobody decided otherwise, so the commission stands.", **decided(t, facts))
    else:
        text = t("{order}: it was looked at, and the commission goes on.", **decided(t, facts))
    return Screen(text, about=facts["order"])


def decided(t: Voice, facts: Facts) -> Facts:
    amount = t.money(facts["amount"], facts["currency"])
    return {"order": facts["order"], "words": facts["words"], "amount": amount}


# -- why nothing -------------------------------------------------------------------------------------------

WHY_NOT = {
    "own_order": marked("it is your own order"),
    "waived": marked("it was given to a cause for which you take no commission"),
    "deal_ended": marked("the deal had ended by then"),
    "window_over": marked("she met your code more than {days} days before"),
    "existing_customer": marked("she had bought from the shop before you brought her"),
    "later": marked("somebody else's code was said later, or for this very order"),
    "resale": marked("it was sold at the reseller's price, which pays a margin instead"),
}


def why_nothing(t: Voice, reason: str) -> Markup:
    return t(WHY_NOT[reason], days=terms.ATTRIBUTION_WINDOW.days)


def not_thanked(t: Voice, order: str, order_id: int, reason: str, *, may_object: bool, answer: Markup) -> Screen:
    """The zero, explained; and a way to say that it is not right."""
    text = t("{order} brought you no commission, because {why}.", order=order, why=why_nothing(t, reason))
    choices = (go(t("I object"), "object", order_id),) if may_object else ()
    return Screen(joined([text, answer], " "), choices=choices, about=order)


def objection_words_asked(t: Voice, order: str) -> Screen:
    return Screen(t("Tell in a few words why {order} came through you. The seller reads it.", order=order))


def objection_kept(t: Voice, facts: Facts) -> Screen:
    until = moment_of(facts["until"])
    assert until, "an objection has its day"
    return Screen(t("I have told {shop}. You hear the answer by {when}.", shop=facts["shop"], when=t.when(until)))


def objected(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{creator} says {order} came through her: “{words}”. By the rule it thanks nobody, because {why}. It is yours "
        "to say.",
        creator=facts["creator"],
        order=facts["order"],
        words=facts["words"],
        why=why_nothing(t, facts["reason"]),
    )
    return Screen(text, choices=answers(t, facts), about=facts["order"])


def answers(t: Voice, facts: Facts) -> tuple[Choice, ...]:
    """Both ways to answer an objection, for the seller and for the mediator alike."""
    return (
        do(t("Pay the commission"), "objection_yes", facts["objection"]),
        go(t("It stays as it is"), "objection_no", facts["objection"]),
    )


def objection_answered(t: Voice, facts: Facts) -> Screen:
    if facts["state"] == "conceded":
        amount = t.money(facts["amount"], facts["currency"])
        text = t(
            "{shop} agrees: {order} thanks you, {amount}.", shop=facts["shop"], order=facts["order"], amount=amount
        )
        return Screen(text, about=facts["order"])
    reply = t(" “{reply}”", reply=facts["reply"]) if facts["reply"] else Markup("")
    text = t("{order} stays as it is.", order=facts["order"]) + reply
    choices = (do(t("Ask the mediator"), "objection_on", facts["objection"]),) if facts["by_seller"] else ()
    return Screen(text, choices=choices, about=facts["order"])


def objection_to_decide(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{shop}, {order}: {creator} says it came through her: “{words}”. The rule thanks nobody, because {why}.",
        shop=facts["shop"],
        order=facts["order"],
        creator=facts["creator"],
        words=facts["words"],
        why=why_nothing(t, facts["reason"]),
    )
    return Screen(text, choices=answers(t, facts), about=facts["order"])


def objection_decided(t: Voice, facts: Facts) -> Screen:
    if facts["state"] == "conceded":
        amount = t.money(facts["amount"], facts["currency"])
        return Screen(
            t("{order}: the mediator decided that it thanks {creator}, {amount}.", **judged(facts), amount=amount)
        )
    return Screen(t("{order}: the mediator left it as it is; it thanks nobody.", order=facts["order"]))


def judged(facts: Facts) -> Facts:
    return {"order": facts["order"], "creator": facts["creator"]}
