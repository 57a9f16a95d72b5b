"""What both sides are shown of money that is not simply there: parts, other sums, deposits, coupons, returns."""

from collections.abc import Sequence

from markupsafe import Markup

from bots.dialogue import Choice, Screen, do, go
from bots.screens.wording import Facts, joined, lines_short, moment_of, paragraphs
from storefront.models import Coupon, Product
from storefront.phrases import Voice


def money(t: Voice, facts: Facts, name: str) -> Markup:
    """An amount out of the facts, in their currency."""
    return Markup("{}").format(t.money(facts[name] or 0, facts["currency"]))


# -- another sum than was asked for ----------------------------------------------------------------------


def amount_asked(t: Voice, code: str) -> Screen:
    return Screen(t("How much arrived for {code}? For example <i>143rb</i>.", code=code), numbered=False)


def short_noted(t: Voice, facts: Facts) -> Screen:
    """The seller has part of it: what is missing, and the two ways it may end."""
    text = t(
        "Noted: {received} of {total} for {code}. I am asking the buyer for the missing {missing}.",
        received=money(t, facts, "received"),
        total=money(t, facts, "to_pay"),
        code=facts["code"],
        missing=t.money(facts["to_pay"] - facts["received"], facts["currency"]),
    )
    choices = (
        do(t("The rest arrived"), "rest_arrived", facts["order"]),
        do(t("It is fine like this"), "accept_short", facts["order"]),
    )
    return Screen(text, choices=choices, about=facts["code"])


def paid_short(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{code}: {received} has arrived, {kak}, <b>{missing}</b> is missing to {total}. Could you send the rest? "
        "Your place is safe.",
        code=facts["code"],
        received=money(t, facts, "received"),
        missing=t.money(facts["to_pay"] - facts["received"], facts["currency"]),
        total=money(t, facts, "to_pay"),
    )
    return Screen(text, choices=(do(t("I have paid"), "paid", facts["order"]),), about=facts["code"])


def over_noted(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{code} is paid, with {back} too much. Please return the difference; the buyer has been told.",
        code=facts["code"],
        back=money(t, facts, "back"),
    )
    return Screen(text, choices=(returned(t, facts),), about=facts["code"])


def paid_over(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{code}: you sent {back} more than it comes to, {kak}. The seller has been asked to return it.",
        code=facts["code"],
        back=money(t, facts, "back"),
    )
    return Screen(text, choices=(do(t("Let the seller keep it"), "leave_it", facts["refund"]),), about=facts["code"])


def left_it(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{buyer} leaves the {back} of {code} to you. Nothing to return.",
        buyer=facts["buyer"],
        back=money(t, facts, "back"),
        code=facts["code"],
    )
    return Screen(text, about=facts["code"])


def came_late(t: Voice, facts: Facts) -> Screen:
    """The money came after the hold, and somebody else has the place."""
    text = t(
        "The place of {code} is taken by now. Make one more (write <i>quota ...</i> and tap Money arrived again), or "
        "return <b>{total}</b>?",
        code=facts["code"],
        total=money(t, facts, "to_pay"),
    )
    choices = (
        do(t("I return it"), "return_late", facts["order"]),
        do(t("Money arrived"), "money_arrived", facts["order"]),
    )
    return Screen(text, choices=choices, about=facts["code"])


def late_returned(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{code}: your money came after its time, {kak}, and the place was gone. The seller returns {back} in full; "
        "I will ask you when it has arrived.",
        code=facts["code"],
        back=money(t, facts, "back"),
    )
    return Screen(text, about=facts["code"])


# -- money that goes back --------------------------------------------------------------------------------


def returned(t: Voice, facts: Facts) -> Choice:
    return do(t("I have returned it"), "part_returned", facts["refund"])


def refund_asked(t: Voice, facts: Facts, amount: int) -> Screen:
    """One question before money is promised back."""
    text = t(
        "Return <b>{amount}</b> of {code} ({buyer}, {lines})? The commission on it is taken back too.",
        amount=t.money(amount, facts["currency"]),
        code=facts["code"],
        buyer=facts["buyer"],
        lines=lines_short(facts),
    )
    yes = do(t("Yes, return it"), "refund", facts["order"], amount)
    return Screen(text, choices=(yes, go(t("No"), "check", facts["order"])), about=facts["code"])


def refund_to_send(t: Voice, facts: Facts) -> Screen:
    text = t(
        "Please send <b>{back}</b> for {code} back to {buyer}, and tell me when it is done.",
        back=money(t, facts, "back"),
        code=facts["code"],
        buyer=facts["buyer"],
    )
    choices = (returned(t, facts), go(t("Talk to the buyer"), "talk_buyer", facts["order"]))
    return Screen(text, choices=choices, about=facts["code"])


def refund_proposed(t: Voice, facts: Facts) -> Screen:
    """It thanks somebody, so the buyer says whether it is so."""
    text = t(
        "{shop} says <b>{back}</b> of {code} goes back to you. Is that right, {kak}? Part of it is somebody's "
        "commission, so I ask.",
        shop=facts["shop"],
        back=money(t, facts, "back"),
        code=facts["code"],
    )
    choices = (
        do(t("Yes, that is right"), "refund_right", facts["refund"]),
        do(t("No, nothing goes back"), "refund_wrong", facts["refund"]),
    )
    return Screen(text, choices=choices, about=facts["code"])


def refund_proposed_noted(t: Voice, facts: Facts) -> Screen:
    return Screen(t("{code} thanks somebody, so I am asking the buyer first.", code=facts["code"]), about=facts["code"])


def refund_declined(t: Voice, facts: Facts) -> Screen:
    text = t("{buyer} says nothing of {code} goes back; it stays as it is.", buyer=facts["buyer"], code=facts["code"])
    return Screen(text, about=facts["code"])


def refund_promised(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{shop} returns <b>{back}</b> of {code} to you, {kak}. I will ask you when it has arrived.",
        shop=facts["shop"],
        back=money(t, facts, "back"),
        code=facts["code"],
    )
    return Screen(text, about=facts["code"])


# -- cash ------------------------------------------------------------------------------------------------


def cash_noted(t: Voice, facts: Facts) -> Screen:
    change = facts["cash_ready"] - facts["to_pay"]
    if not change:
        text = t("{code}: exactly {total}, thank you {kak}.", code=facts["code"], total=money(t, facts, "to_pay"))
        return Screen(text, about=facts["code"])
    text = t(
        "{code}: you pay with {cash}, so {change} comes along as change.",
        code=facts["code"],
        cash=money(t, facts, "cash_ready"),
        change=t.money(change, facts["currency"]),
    )
    return Screen(text, about=facts["code"])


# -- deposits --------------------------------------------------------------------------------------------


def terms(t: Voice, facts: Facts) -> Markup:
    """A deposit's policy in one line, before anything is paid."""
    due, lost = moment_of(facts["balance_due_at"]), moment_of(facts["forfeits_at"])
    parts = [
        t(
            "Deposit now: <b>{deposit}</b>, the balance of {balance}{when}",
            deposit=money(t, facts, "to_pay"),
            balance=t.money((facts["total"] or 0) - (facts["to_pay"] or 0), facts["currency"]),
            when=t(" by {when}", when=t.when(due)) if due else t(" at the door"),
        )
    ]
    if lost:
        parts.append(t("who cancels from {when} on loses the deposit", when=t.when(lost)))
    return joined(parts, "; ") + Markup(".")


def deposit_policy(t: Voice, product: Product) -> Markup:
    """The same policy on a product's card, in days."""
    return t(
        "deposit {percent}, the balance by H-{balance}, lost when cancelled after H-{forfeit}",
        percent=t.percent(product.deposit_bp or 0),
        balance=product.balance_days,
        forfeit=product.forfeit_days,
    )


def deposit_arrived(t: Voice, facts: Facts) -> Screen:
    """The seller has confirmed the deposit."""
    text = t(
        "{code}: the deposit is there, {balance} to come. The order counts as sure.",
        code=facts["code"],
        balance=money(t, facts, "to_pay"),
    )
    return Screen(text, choices=(do(t("Undo"), "undo", facts["order"]),), about=facts["code"])


def deposit_paid(t: Voice, facts: Facts) -> Screen:
    text = t("<b>The deposit has arrived</b> · {code} is sure, {kak}.", code=facts["code"])
    return Screen(text + Markup(" ") + balance(t, facts), choices=balance_ways(facts), about=facts["code"])


def balance_due(t: Voice, facts: Facts) -> Screen:
    text = t("A reminder, {kak}: {code} ({lines}).", code=facts["code"], lines=lines_short(facts))
    return Screen(text + Markup(" ") + balance(t, facts), choices=balance_ways(facts), about=facts["code"])


def balance(t: Voice, facts: Facts) -> Markup:
    due = moment_of(facts["balance_due_at"])
    rest = money(t, facts, "to_pay")
    if due:
        return t("The balance is <b>{rest}</b>, by {when}.", rest=rest, when=t.when(due))
    return t("The balance is <b>{rest}</b>, when you receive it.", rest=rest)


def balance_ways(facts: Facts) -> tuple[Choice, ...]:
    """The balance may be paid at the door too: then the deposit has done its work."""
    labels = {"qris": "QRIS", "transfer": "Transfer"}
    ways = [do(labels[way], f"pay_{way}", facts["order"]) for way in facts["ways"] if way in labels]
    return (*ways, do("COD", "pay_cod", facts["order"]))


def balance_in_cash(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{code}: the balance of {rest} is paid when you receive it, {kak}. Please have it ready.",
        code=facts["code"],
        rest=money(t, facts, "to_pay"),
    )
    return Screen(text, about=facts["code"])


def deposit_set(t: Voice, product: Product) -> Screen:
    if product.deposit_bp is None:
        return Screen(t("{product} is ordered without a deposit again.", product=product.name))
    text = t(
        "Noted for {product}: {policy}. Buyers read this before they pay.",
        product=product.name,
        policy=deposit_policy(t, product),
    )
    return Screen(text)


# -- coupons and resellers -------------------------------------------------------------------------------


def coupon(t: Voice, one: Coupon, currency: str) -> Markup:
    """``HEMAT10: 10%, mulai Rp50.000, sampai 30 Juni, 3 dari 20 terpakai``."""
    off = t.percent(one.bp) if one.bp else t.money(one.amount or 0, currency)
    parts: list[object] = [Markup("<b>{}</b>: {}").format(one.code, off)]
    if one.least:
        parts.append(t("for goods of {amount} or more", amount=t.money(one.least, currency)))
    if one.ends_on:
        parts.append(t("until {day}", day=t.day(one.ends_on)))
    if one.most_uses:
        parts.append(t("{used} of {most} used", used=one.used, most=one.most_uses))
    elif one.used:
        parts.append(t("used {n} times", n=one.used))
    return joined(parts, ", ")


def coupons(t: Voice, found: Sequence[Coupon], currency: str) -> Screen:
    how = t("A new one: <i>coupon HEMAT10 10% min 50rb max 20x</i>. To end one: <i>end coupon HEMAT10</i>.")
    if not found:
        return Screen(paragraphs(t("No coupon runs."), how))
    return Screen(paragraphs(joined([coupon(t, one, currency) for one in found], "\n"), how))


def coupon_made(t: Voice, one: Coupon, currency: str) -> Screen:
    text = t(
        "The coupon runs. {coupon}. Whoever writes <i>coupon {code}</i> before paying gets it.",
        coupon=coupon(t, one, currency),
        code=one.code,
    )
    return Screen(text)


def coupon_first_order(t: Voice, code: str) -> Screen:
    return Screen(t("Nice, {kak}! Order first, then write <i>coupon {code}</i> before you pay.", code=code))


def resellers(t: Voice, shop_id: int, found: Sequence[tuple[int, str]]) -> Screen:
    """Who buys at the reseller's price."""
    who = (
        t("Resellers: {names}.", names=", ".join(name for _, name in found))
        if found
        else t("You have no reseller yet.")
    )
    how = t(
        "They buy at the price you set with <i>reseller price brownies 55rb</i> and sell on under their own name. An "
        "order at that price pays no commission."
    )
    off = tuple(do(t("Take off {name}", name=name), "remove_reseller", shop_id, person) for person, name in found[:8])
    return Screen(paragraphs(who, how), choices=(do(t("Add a reseller"), "add_reseller", shop_id), *off))


def reseller_invited(t: Voice, shop: str, address: str) -> Screen:
    text = t("Pass this on to your reseller of {shop}. It works once, within 24 hours: {link}", shop=shop, link=address)
    return Screen(text)


def reseller_welcome(t: Voice, shop: str) -> Screen:
    text = t(
        "Welcome, {kak}! From now on you see the reseller prices of {shop}, and your orders go out under your name.",
        shop=shop,
    )
    return Screen(text)


def reseller_price_set(t: Voice, product: str, amount: int, currency: str) -> Screen:
    return Screen(t("Resellers pay {price} for {product}.", price=t.money(amount, currency), product=product))


# -- the sticker -----------------------------------------------------------------------------------------


def trial_asked(t: Voice) -> Markup:
    return t("One quick check of your QRIS, {kak}: pay Rp1.000 to yourself once, so that I know amounts work.")


def trial_kept(t: Voice, *, works: bool) -> Screen:
    if works:
        return Screen(t("Good: buyers get a code with the amount in it."))
    return Screen(t("Thank you for trying. Buyers get your own sticker and type the amount themselves."))
