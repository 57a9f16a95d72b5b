"""What a seller is shown of what she owes: paydays, numbers, proofs, a second pair of eyes, providers, ageing."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from bots.dialogue import Choice, Picture, Screen, do, go, link
from bots.screens.wording import Facts, joined, moment_of, paragraphs
from referral import terms
from storefront.earning.debts import Debt, Score
from storefront.models import Shop
from storefront.phrases import Voice, marked
from storefront.reading.payoutwords import FourEyes, Named, Said, Withholds

# -- paydays ---------------------------------------------------------------------------------------------


def payday(t: Voice, facts: Facts) -> Screen:
    """What she owes one neighbour this week, and the two taps that pay it."""
    text = owed(t, facts) + taken_off(t, facts)
    if facts.get("days"):
        text += t(" This has been ready for {n} days and is <b>overdue</b>.", n=facts["days"])
    if since := moment_of(facts.get("restored")):
        text += t(
            " This hub was put back from a backup of {when}: if you have paid it since, do not pay again, just tap.",
            when=t.when(since),
        )
    if facts["mask"] is None:
        text += t(" {creator} has not said where to yet; cash is fine too.", creator=facts["creator"])
    elif facts["cash"]:
        text += t(" In cash, please.")
    if facts.get("log"):
        text = paragraphs(text, t("check code {digest}", digest=facts["log"]))
    return Screen(text, choices=ways(t, facts), about=facts["creator"])


def ways(t: Voice, facts: Facts) -> tuple[Choice, ...]:
    """How she may pay it: by hand, by her provider; an amount that needs two is put before a second person first."""
    number = go(t("Show number"), "show_number", facts["payout"])
    if facts.get("needs_two"):
        return (do(t("Ask"), "ask_second", facts["payout"]), number)
    sent: tuple[Choice, ...] = (go(t("I have sent it"), "pay_out", facts["payout"], facts["amount"]),)
    if facts.get("state") == "missing":  # before anything is sent twice
        sent = (*sent, go(t("I did send it"), "dispute", facts["payout"]))
    if facts["mask"] is None or facts["cash"]:
        return sent
    if not facts.get("provider"):
        return (number, *sent)
    by = t("Pay through {name}", name=facts["provider"].capitalize())
    return (number, do(by, "by_provider", facts["payout"]), *sent)


def owed(t: Voice, facts: Facts) -> Markup:
    """What was sold through her, what she made, and what both come to."""
    fees = facts.get("fees", 0)
    money = {name: t.money(facts[name], facts["currency"]) for name in ("sales", "amount")}
    if not fees:
        return t(
            "Through {creator}, <b>{sales}</b> was sold, the commission is <b>{amount}</b>.",
            creator=facts["creator"],
            **money,
        )
    shares = t.money(facts["amount"] - fees, facts["currency"])
    return t(
        "Through {creator}, {sales} was sold, the commission is {share}; her contents come to {fees}: together "
        "<b>{amount}</b>.",
        creator=facts["creator"],
        share=shares,
        fees=t.money(fees, facts["currency"]),
        **money,
    )


def taken_off(t: Voice, facts: Facts) -> Markup:
    """What is less about it than was earned, and why."""
    parts: list[object] = []
    if facts.get("netted"):
        parts.append(
            t(
                "{netted} of {gross} goes against what was paid too much before",
                netted=t.money(facts["netted"], facts["currency"]),
                gross=t.money(facts["gross"], facts["currency"]),
            )
        )
    if facts.get("withheld"):
        parts.append(t("{withheld} is kept back as tax", withheld=t.money(facts["withheld"], facts["currency"])))
    return Markup(" ({})").format(joined(parts, "; ")) if parts else Markup("")


def number_shown(t: Voice, facts: Facts, number: str, holder: str) -> Screen:
    name = t(" in the name of {holder}", holder=holder) if holder else Markup("")
    text = t(
        "{amount} to {creator}: <b>{number}</b>",
        amount=t.money(facts["amount"], facts["currency"]),
        creator=facts["creator"],
        number=number,
    )
    return Screen(
        text + name,
        choices=(go(t("I have sent it"), "pay_out", facts["payout"], facts["amount"]),),
        about=facts["creator"],
    )


def qris_shown(t: Voice, facts: Facts, picture: Picture, holder: str) -> Screen:
    """Her own QRIS with the amount in it: scanned from the gallery, and nothing to type."""
    text = t(
        "{creator}'s QRIS, with <b>{amount}</b> in it (in the name of {holder}). Save the picture and open it in your "
        "bank's app.",
        creator=facts["creator"],
        amount=t.money(facts["amount"], facts["currency"]),
        holder=holder,
    )
    choices = (go(t("I have sent it"), "pay_out", facts["payout"], facts["amount"]),)
    return Screen(text, picture=picture, choices=choices, about=facts["creator"])


def proof_asked(t: Voice) -> Screen:
    return Screen(t("Please send a photo of the proof, or write <i>cash</i>."))


def payout_noted(t: Voice, facts: Facts, *, in_cash: bool) -> Screen:
    money = {"amount": t.money(facts["amount"], facts["currency"]), "creator": facts["creator"]}
    if in_cash:
        return Screen(t("Noted: {amount} in cash for {creator}. I am asking whether it was received.", **money))
    return Screen(t("Noted: {amount} for {creator}. I am asking whether it arrived.", **money))


def payout_confirmed(t: Voice, facts: Facts) -> Screen:
    text = t("{creator} has got the money.", creator=facts["creator"])
    return Screen(text, choices=(do(t("Thank you"), "say_thanks", facts["payout"]),), about=facts["creator"])


def payout_missing(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{creator} does not see the {amount} yet. Please look in your account history by name and time before you "
        "send anything twice.",
        creator=facts["creator"],
        amount=t.money(facts["amount"], facts["currency"]),
    )
    return Screen(text, choices=ways(t, facts), about=facts["creator"])


def no_more_to_send(t: Voice, facts: Facts) -> Screen:
    """An old message: nothing is to be sent for it now, and nobody's number is shown."""
    text = t(
        "Nothing is to be sent to {creator} for that any more. Write <i>what i owe</i> to see what is.",
        creator=facts["creator"],
    )
    return Screen(text, choices=(go(t("What I owe"), "debts"),))


def changed_meanwhile(t: Voice, facts: Facts, asked: int) -> Screen:
    """The sum is another one than she was asked for, because part of the goods was paid back."""
    was = t.money(asked, facts["currency"]) if asked else ""
    if facts["state"] == "cancelled":
        text = t(
            "Careful: what I asked for ({was}) has changed, because goods were paid back. Write <i>what i owe</i> for "
            "what is owed to {creator} now. If you have sent it already, please settle the difference with her.",
            was=was,
            creator=facts["creator"],
        )
    else:
        text = t(
            "Careful: I had asked for {was}, and now it is {amount} for {creator}. If you have sent the other sum "
            "already, please settle the difference with her, then tap.",
            was=was,
            amount=t.money(facts["amount"], facts["currency"]),
            creator=facts["creator"],
        )
    ways_ = () if facts["state"] == "cancelled" else ways(t, facts)
    return Screen(text, choices=(*ways_, go(t("What I owe"), "debts")), about=facts["creator"])


def not_contested(t: Voice, facts: Facts) -> Screen:
    """To the seller: nobody objected; that is not the same as received."""
    text = t(
        "{creator} has said nothing about the {amount} for a week. It counts as <b>not contested</b>.",
        creator=facts["creator"],
        amount=t.money(facts["amount"], facts["currency"]),
    )
    return Screen(text, about=facts["creator"])


def called_off(t: Voice, facts: Facts) -> Screen:
    return Screen(t("Called off. What {creator} has earned is ready to be paid again.", creator=facts["creator"]))


# -- what is owed, and since when ----------------------------------------------------------------------------


def debts(t: Voice, shop: Shop, owed: Sequence[Debt], score: Score, tax: int, now: datetime) -> Screen:
    """Whom she owes what, since when, and how well she has kept to it."""
    kept = t("Sent within a week: {n} of your newest {of} payouts.", n=score.in_time, of=score.of) if score.of else ""
    held = t(
        "Tax kept back: {amount} (write <i>tax paid</i> once it is handed on).", amount=t.money(tax, shop.currency)
    )
    if not owed:
        nothing = t("{shop} owes its neighbours nothing right now.", shop=shop.name)
        return Screen(paragraphs(nothing, kept, held if tax else ""))
    lines = [one_debt(t, one, shop.currency, now) for one in owed]
    total = t.money(sum(one.amount for one in owed), shop.currency)
    head = t("{shop} owes <b>{total}</b>:", shop=shop.name, total=total)
    late = any(one.is_overdue(now) for one in owed)
    warning = t(
        "What is overdue is seen by everybody you invite. Above {limit} no new deals can be made.",
        limit=t.money(terms.UNPAID_LIMIT, shop.currency),
    )
    text = paragraphs(joined([head, *lines], "\n"), warning if late else "", kept, held if tax else "")
    return Screen(text, choices=(go(t("Pay commissions"), "pay_commission", shop.id),))


def one_debt(t: Voice, one: Debt, currency: str, now: datetime) -> Markup:
    amount = t.money(one.amount, currency)
    days = one.days(now)
    if one.is_overdue(now):
        return t("{creator}: {amount}, <b>overdue</b> for {n} days", creator=one.creator, amount=amount, n=days)
    if not days:
        return t("{creator}: {amount}, since today", creator=one.creator, amount=amount)
    return t("{creator}: {amount}, for {n} days", creator=one.creator, amount=amount, n=days)


# -- a second pair of eyes -----------------------------------------------------------------------------------


def asked_second(t: Voice, facts: Facts) -> Screen:
    text = t(
        "I have asked who works with you to look at the {amount} for {creator}. You hear from me before you send it.",
        amount=t.money(facts["amount"], facts["currency"]),
        creator=facts["creator"],
    )
    return Screen(text, about=facts["creator"])


def to_approve(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{shop} would like to pay <b>{amount}</b> to {creator} (earned through {sales} sold). Do you agree?",
        shop=facts["shop"],
        amount=t.money(facts["amount"], facts["currency"]),
        creator=facts["creator"],
        sales=t.money(facts["sales"], facts["currency"]),
    )
    choices = (
        do(t("I agree"), "approve_payout", facts["payout"]),
        do(t("Not like this"), "send_back", facts["payout"]),
    )
    return Screen(text, choices=choices, about=facts["creator"])


def approved(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{by} agrees: please send <b>{amount}</b> to {creator}.",
        by=facts["by"],
        amount=t.money(facts["amount"], facts["currency"]),
        creator=facts["creator"],
    )
    return Screen(text, choices=ways(t, facts), about=facts["creator"])


def sent_back(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{by} does not agree with the {amount} for {creator}. Please talk to each other.",
        by=facts["by"],
        amount=t.money(facts["amount"], facts["currency"]),
        creator=facts["creator"],
    )
    off = do(t("Call off this payout"), "call_off_payout", facts["payout"])
    return Screen(text, choices=(go(t("What I owe"), "debts"), off), about=facts["creator"])


# -- by a provider -------------------------------------------------------------------------------------------


def handed_over(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{amount} for {creator} is on its way through your provider. I ask her whether it has arrived.",
        amount=t.money(facts["amount"], facts["currency"]),
        creator=facts["creator"],
    )
    return Screen(text, about=facts["creator"])


FAILURES = {
    "INSUFFICIENT_BALANCE": marked("your balance there is too small"),
    "INVALID_DESTINATION": marked("there is no such account"),
    "REJECTED_BY_CHANNEL": marked("her bank refused it"),
    "TEMPORARY_TRANSFER_ERROR": marked("her bank does not answer just now"),
}


def failed(t: Voice, facts: Facts) -> Screen:
    """Nothing moved; the same amount can be tried again, or paid by hand."""
    why = t(FAILURES[facts["why"]]) if facts["why"] in FAILURES else facts["why"] or t("it gave no reason")
    text = t(
        "Your provider could not pay {amount} to {creator}: {why}. Nothing was moved.",
        amount=t.money(facts["amount"], facts["currency"]),
        creator=facts["creator"],
        why=why,
    )
    choices = (do(t("Try once more"), "by_provider", facts["payout"]), *ways(t, facts))
    return Screen(text, choices=choices, about=facts["creator"])


def unknown(t: Voice, facts: Facts) -> Screen:
    """It may have moved. Nobody tries again before somebody has looked."""
    text = t(
        "Your provider does not say what became of {amount} for {creator}. Please look in its list for "
        "<b>{reference}</b> before you pay anything twice.",
        amount=t.money(facts["amount"], facts["currency"]),
        creator=facts["creator"],
        reference=facts["reference"],
    )
    choices = (
        do(t("It was sent"), "it_was_sent", facts["payout"]),
        do(t("It was not sent"), "it_was_not_sent", facts["payout"]),
    )
    return Screen(text, choices=choices, about=facts["creator"])


def came_back(t: Voice, facts: Facts) -> Screen:
    """To both: what had been paid came back."""
    text = t(
        "The {amount} from {shop} to {creator} came back to the sender after it had been paid. It is owed again.",
        amount=t.money(facts["amount"], facts["currency"]),
        shop=facts["shop"],
        creator=facts["creator"],
    )
    return Screen(text, about=facts["creator"])


def provider(t: Voice, name: str | None, address: str) -> Screen:
    """Keys are put in on a page, never into a chat."""
    if name:
        text = t(
            "You pay through {name}, from your own balance there. Change or end it here (for half an hour):",
            name=name.capitalize(),
        )
    else:
        text = t(
            "You may let Xendit pay your neighbours from your own balance there. Put your keys in here (the link holds "
            "for half an hour); please never write them into a chat."
        )
    return Screen(text, choices=(link(t("My provider"), address),))


# -- what she sets -------------------------------------------------------------------------------------------


def set_noted(t: Voice, said: Said, currency: str) -> Screen:
    if isinstance(said, FourEyes):
        if said.amount is None:
            return Screen(t("Noted: you pay alone, whatever the amount."))
        amount = t.money(said.amount, currency)
        return Screen(t("Noted: from {amount} on, somebody who works with you has to agree.", amount=amount))
    if isinstance(said, Withholds):
        if not said.rate_bp:
            return Screen(t("Noted: no tax is kept back. Your neighbours see an estimate and pay it themselves."))
        return Screen(
            t(
                "Noted: {rate} of what you pay is kept back as tax. Write <i>tax paid</i> once you have handed it on, "
                "and give your neighbours the slip.",
                rate=t.percent(said.rate_bp),
            )
        )
    assert isinstance(said, Named)
    if said.is_named:
        return Screen(t("Noted: the open books say your shop's name, and what it owes and has paid."))
    return Screen(t("Noted: the open books count you among the others, without a name."))


def tax_to_hand_on(t: Voice, found: Sequence[tuple[int, str, int, str]]) -> Screen:
    lines = [
        t("{shop} has kept back {amount}.", shop=name, amount=t.money(amount, currency))
        for _, name, amount, currency in found
    ]
    choices = tuple(
        do(t("{amount} is handed on", amount=t.money(amount, currency)), "hand_on_tax", shop_id, amount)
        for shop_id, _, amount, currency in found
    )
    return Screen(joined(lines, "\n"), choices=choices)


def batch(t: Voice, address: str) -> Screen:
    text = t(
        "Everything that is ready, as a file to upload to your bank (the link holds for half an hour). Cash and QRIS "
        "are not in it. Tell me of each when it is sent.",
    )
    return Screen(text, choices=(link(t("As a file for the bank"), address),))
