"""What both sides, and whoever runs the hub, are shown of a case."""

from collections.abc import Sequence

from markupsafe import Markup

from bots.dialogue import Choice, Picture, Screen, do, go
from bots.screens.wording import Facts, bold, joined, lines_short, paragraphs
from storefront.models import Problem
from storefront.phrases import Voice, marked
from storefront.selling.cases import Case

KINDS = {
    "not_arrived": marked("Has not arrived"),
    "wrong": marked("Wrong thing"),
    "spoiled": marked("Damaged"),
    "short": marked("Something missing"),
    "unsafe": marked("Not safe to eat"),
    "other": marked("Something else"),
}
OUTCOMES = {
    "put_right": marked("put right"),
    "resend": marked("it is sent again"),
    "refund": marked("all money goes back"),
    "part": marked("part of the money goes back"),
    "kept": marked("it stays as it is"),
    "cancelled": marked("cancelled"),
}


def opened(t: Voice, facts: Facts, case_id: int) -> Screen:
    """The seller knows already; now it is asked what is wrong."""
    text = t(
        "I have told {shop} at once, {kak}, and the commission waits until this is settled. You two have 48 hours; "
        "then {operator} decides. What is wrong?",
        shop=facts["shop"],
        operator=t("the hub's mediator"),
    )
    kinds = [do(t(KINDS[kind]), "case_kind", case_id, kind) for kind in KINDS if kind != "other"]
    right = do(t("It is put right"), "settled", facts["order"])
    return Screen(
        text, choices=(*kinds, right, go(t("Talk to the seller"), "talk", facts["shop_id"])), about=facts["code"]
    )


def words_asked(t: Voice) -> Screen:
    return Screen(t("Tell it in a few words, {kak}, or send a photo. Or write <i>done</i>."))


def words_kept(t: Voice, facts: Facts) -> Screen:
    text = t("Noted, {kak}. {shop} sees it too. Write <i>case</i> to see where it stands.", shop=facts["shop"])
    return Screen(text, choices=(do(t("It is put right"), "settled", facts["order"]),), about=facts["code"])


def shown(t: Voice, case: Case, facts: Facts, role: str, names: dict[int, str]) -> Screen:
    """Everything about one case: what is wrong, what was said, until when, and what this person can do."""
    problem = case.problem
    head = joined([bold(facts["code"]), facts["shop"], facts["buyer"], lines_short(facts), t(KINDS[problem.kind])])
    said = [Markup("{}: {}").format(names.get(one.person_id, "?"), one.words or t("(photo)")) for one in case.notes]
    return Screen(
        paragraphs(head, joined(said, "\n"), standing(t, problem, facts["currency"])),
        choices=(*choices(t, case, facts, role), *photos(t, case)),
        about=facts["code"],
    )


def standing(t: Voice, problem: Problem, currency: str) -> Markup:
    """Where it stands, in one sentence."""
    if problem.outcome:
        return t("Settled: {outcome}.", outcome=t(OUTCOMES[problem.outcome]))
    if problem.state == "mediating":
        return t("The hub's mediator is looking at it.")
    until = t.when(problem.due_at) if problem.due_at else ""
    if problem.offer:
        what = offered(t, problem.offer, problem.offer_amount or 0, currency)
        return t("Offered: {what}. The buyer decides, until {until}.", what=what, until=until)
    return t("You two have until {until}; then the hub's mediator decides.", until=until)


def offered(t: Voice, offer: str, amount: int, currency: str) -> Markup:
    if offer == "resend":
        return t("it is sent again")
    return t("{amount} goes back", amount=t.money(amount, currency))


def choices(t: Voice, case: Case, facts: Facts, role: str) -> tuple[Choice, ...]:
    problem = case.problem
    if problem.settled_at is not None:
        return ()
    add = go(t("Add something"), "case_add", problem.id)
    if role == "operator" and problem.state != "mediating":
        return ()
    if role == "operator":
        return (
            do(t("All money back"), "case_decide", problem.id, "refund"),
            go(t("Part of it back"), "case_part", problem.id),
            do(t("Send it again"), "case_decide", problem.id, "resend"),
            do(t("It stays as it is"), "case_decide", problem.id, "kept"),
        )
    if role == "seller":
        offers = (
            do(t("Send it again"), "case_offer", problem.id, "resend"),
            do(t("All money back"), "case_offer", problem.id, "refund"),
            go(t("Part of it back"), "case_part", problem.id),
            go(t("Talk to the buyer"), "talk_buyer", facts["order"]),
        )
        return (*(offers if problem.state != "mediating" else ()), add, *mediator(t, problem))
    deal = (
        (do(t("Agreed"), "case_accept", problem.id), do(t("Not like that"), "case_decline", problem.id))
        if problem.state == "offered"
        else ()
    )
    return (*deal, do(t("It is put right"), "settled", facts["order"]), add, *mediator(t, problem))


def mediator(t: Voice, problem: Problem) -> tuple[Choice, ...]:
    return (do(t("Call the mediator"), "case_mediate", problem.id),) if problem.state != "mediating" else ()


def photos(t: Voice, case: Case) -> tuple[Choice, ...]:
    shown_ = [one for one in case.notes if one.media_id]
    return tuple(
        go(t("Photo {n}", n=at), "case_photo", case.problem.id, one.id) for at, one in enumerate(shown_[:3], 1)
    )


def photo(t: Voice, token: str, code: str, case_id: int) -> Screen:
    back = go(t("Back to the case"), "case", case_id)
    return Screen(t("A photo of {code}.", code=code), picture=Picture("media", token), choices=(back,), about=code)


def listed(t: Voice, found: Sequence[tuple[int, str, str]]) -> Screen:
    """Open cases, one to tap."""
    if not found:
        return Screen(t("No case is open."))
    choices_ = tuple(go(f"{code} · {t(KINDS[kind])}"[:40], "case", case_id) for case_id, code, kind in found[:9])
    return Screen(t("Open cases:"), choices=choices_)


# -- told ------------------------------------------------------------------------------------------------


def reported(t: Voice, facts: Facts) -> Screen:
    """To the seller: at once, with the ways to put it right."""
    if facts["unsafe"]:
        text = t(
            "Urgent: {buyer} says the food of {code} is not safe. Please call or write at once. The sale of this batch "
            "has stopped, and everybody who has some of it is told.",
            buyer=facts["buyer"],
            code=facts["code"],
        )
    else:
        text = t(
            "{buyer} reports a problem with {code} ({lines}). Please write to each other soon; you have 48 hours.",
            buyer=facts["buyer"],
            code=facts["code"],
            lines=lines_short(facts),
        )
    if facts["said"]:
        text += Markup("\n“{}”").format(facts["said"])
    ways = (go(t("Talk to the buyer"), "talk_buyer", facts["order"]), go(t("Look at the case"), "case", facts["case"]))
    return Screen(text, choices=ways, about=facts["code"])


def noted(t: Voice, facts: Facts) -> Screen:
    what = facts["said"] or t("(photo)")
    text = t("{name} adds to the case of {code}: “{what}”", name=facts["from"], code=facts["code"], what=what)
    return Screen(text, choices=(go(t("Look at the case"), "case", facts["case"]),), about=facts["code"])


def offer(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{shop} offers for {code}: {what}. Is that fine, {kak}?",
        shop=facts["shop"],
        code=facts["code"],
        what=offered(t, facts["offer"], facts["offered"], facts["currency"]),
    )
    ways = (
        do(t("Agreed"), "case_accept", facts["case"]),
        do(t("Not like that"), "case_decline", facts["case"]),
        go(t("Look at the case"), "case", facts["case"]),
    )
    return Screen(text, choices=ways, about=facts["code"])


def declined(t: Voice, facts: Facts) -> Screen:
    text = t("{buyer} would like it otherwise for {code}. Another offer?", buyer=facts["buyer"], code=facts["code"])
    return Screen(text, choices=(go(t("Look at the case"), "case", facts["case"]),), about=facts["code"])


def settled_seller(t: Voice, facts: Facts) -> Screen:
    text = t("The case of {code} is settled: {outcome}.", code=facts["code"], outcome=t(OUTCOMES[facts["outcome"]]))
    if not facts["refund"]:
        return Screen(text, about=facts["code"])
    text += t(" Please return <b>{back}</b>.", back=t.money(facts["back"], facts["currency"]))
    return Screen(text, choices=(do(t("I have returned it"), "part_returned", facts["refund"]),), about=facts["code"])


def settled_buyer(t: Voice, facts: Facts) -> Screen:
    text = t("The case of {code} is settled: {outcome}.", code=facts["code"], outcome=t(OUTCOMES[facts["outcome"]]))
    if facts["refund"]:
        text += t(" I will ask you when it has arrived.")
    return Screen(text, about=facts["code"])


def to_mediate(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{shop} and {buyer} need you for {code}: {kind}. Please read what both say, then decide.",
        shop=facts["shop"],
        buyer=facts["buyer"],
        code=facts["code"],
        kind=t(KINDS[facts["kind"]]),
    )
    return Screen(text, choices=(go(t("Look at the case"), "case", facts["case"]),), about=facts["code"])


def goes_on(t: Voice, facts: Facts) -> Screen:
    """Said to both sides when nobody agreed in time."""
    if facts["mediators"]:
        text = t("The case of {code} goes to the hub's mediator now, who reads what both say.", code=facts["code"])
    else:
        text = t(
            "The case of {code} would go to the hub's mediator now, but this hub has none who is not part of it. "
            "Please go on talking; the commission waits.",
            code=facts["code"],
        )
    return Screen(text, choices=(go(t("Look at the case"), "case", facts["case"]),), about=facts["code"])


def batch_unsafe(t: Voice, facts: Facts) -> Screen:
    """To everybody who has some of the same batch. Careful, not accusing."""
    text = t(
        "Please wait with {product} of {shop} ({code}), {kak}: somebody reports that it is not safe to eat. If anybody "
        "feels unwell, see a doctor or call 119.",
        product=facts["product"],
        shop=facts["shop"],
        code=facts["code"],
    )
    return Screen(text, choices=(go(t("Talk to the seller"), "talk", facts["shop_id"]),), about=facts["code"])


def unsafe_reported(t: Voice, facts: Facts) -> Screen:
    """To who runs the hub."""
    text = t(
        "{product} of {shop} is reported as not safe ({code}). Its sale has stopped; {warned} other orders were "
        "warned.",
        product=facts["product"],
        shop=facts["shop"],
        code=facts["code"],
        warned=facts["warned"],
    )
    return Screen(text, choices=(go(t("Freeze the shop"), "freeze_asked", facts["shop_id"]),), about=facts["code"])


def arrived_yet(t: Voice, facts: Facts) -> Screen:
    """The evening of the day."""
    text = t("Has {code} of {shop} reached you, {kak}?", code=facts["code"], shop=facts["shop"])
    received = (do(t("Received"), "received", facts["order"]),) if facts["state"] == "sent" else ()
    return Screen(text, choices=(*received, do(t("Not here yet?"), "not_arrived", facts["order"])), about=facts["code"])


def roles(case: Case, person_id: int) -> str:
    """In which of three parts somebody looks at a case."""
    if person_id == case.w.order.buyer_id:
        return "buyer"
    return "seller" if person_id == case.w.shop.owner_id else "operator"
