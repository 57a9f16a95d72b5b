"""What a seller is shown: her listing read back, orders to check and to send, lists for kitchen and road, paydays."""

from typing import Any

from markupsafe import Markup

from bots.dialogue import Choice, Screen, do, go
from bots.screens import pictures
from bots.screens.wording import (
    Facts,
    bold,
    counted,
    day_of,
    delivery_weekday,
    destination,
    joined,
    lines_short,
    moment_of,
    paragraphs,
)
from storefront.phrases import Voice
from storefront.reading.areas import Area
from storefront.reading.captions import Caption
from storefront.selling.catalogue import Card


def areas(t: Voice, found: list[Area]) -> Markup:
    """``RT 04 gratis · Griya Asri Rp5.000 · di luar itu GoSend dibayar pembeli``."""
    return joined([area(t, one) for one in found])


def area(t: Voice, one: Area) -> Markup:
    if one.kind == "outside" and one.fee is None:
        return t("outside of that the buyer pays GoSend")
    label = t("outside of that") if one.kind == "outside" else one.label
    if one.fee is None:
        return t("{area} the buyer pays GoSend", area=label)
    return t("{area} free", area=label) if one.fee == 0 else t("{area} {fee}", area=label, fee=t.money(one.fee, "IDR"))


def listing(t: Voice, caption: Caption) -> Markup:
    """The listing as it was understood, said back."""
    parts: list[object] = [bold(caption.name) + Markup(" ") + price(t, caption)]
    if caption.options:
        parts.append(", ".join(options(t, caption)))
    if caption.opens_at:
        parts.append(t("orders open {when}", when=t.when(caption.opens_at)))
    if caption.closes_at:
        parts.append(t("orders close {when}", when=t.when(caption.closes_at)))
    if caption.delivers_on or caption.day_part:
        parts.append(t("delivery {day}", day=t.day_and_part(caption.delivers_on, caption.day_part)))
    limit = caption.limit
    if limit is not None:
        parts.append(
            t("at most {n} {unit}", n=limit, unit=unit(caption)) if caption.preorder else t("{n} ready", n=limit)
        )
    if caption.minimum and caption.preorder:
        parts.append(t("runs from {n} {unit}", n=caption.minimum, unit=unit(caption)))
    if caption.mix:
        parts.append(t("{size} in a box, up to {kinds} kinds to choose", size=caption.mix[0], kinds=caption.mix[1]))
    if caption.min_order and caption.min_order > 1:
        parts.append(t("an order is {n} {unit} or more", n=caption.min_order, unit=unit(caption)))
    if caption.max_order:
        parts.append(t("at most {n} an order", n=caption.max_order))
    return joined(parts)


def options(t: Voice, caption: Caption) -> list[str]:
    """``polos, keju +Rp10.000``, ``coklat, keju``, ``s Rp25.000, m Rp35.000``: what can be chosen, and its price."""
    named = [caption.plain] if caption.plain else []
    for one in caption.options:
        cost = one.costs(caption.price)
        if one.adds and one.extra:
            named.append(f"{one.name} +{t.money(one.extra, 'IDR')}")
        else:
            named.append(f"{one.name} {t.money(cost, 'IDR')}" if cost else one.name)
    return named


def price(t: Voice, caption: Caption) -> Markup:
    money = t.money(caption.base, "IDR")
    if caption.price is None:
        return t("from {price}", price=money)
    return Markup("{}/{}").format(money, unit(caption))


def unit(caption: Caption) -> str:
    return caption.unit or "pcs"


def live(t: Voice, card: Card, address: str, shop_id: int, *, offers_already: bool) -> Screen:
    """*Tayang!* The link and its picture, and, once, the question about neighbours."""
    text = t("Tayang! It is live; this picture and this link are for your Status: {link}", link=address)
    picture = pictures.status(t, card, address)
    if offers_already:
        choices: tuple[Choice, ...] = (go(t("Invite"), "invite", shop_id),)
        return Screen(text, picture=picture, choices=choices)
    ask = t("Would you like neighbours to help recommend it? You pay only when it sells.")
    choices = (
        do(t("Yes, 10%"), "offer", shop_id, 1000),
        go(t("Adjust"), "adjust", shop_id),
        go(t("Later"), "later"),
    )
    return Screen(paragraphs(text, ask), picture=picture, choices=choices)


def invitation(t: Voice, address: str, shop_id: int) -> Screen:
    text = t("Ready. Invite those who like to tell their neighbours: {link}", link=address)
    return Screen(text, choices=(go(t("Invite"), "invite_text", shop_id),))


def invitation_to_forward(t: Voice, shop: str, product: str, rate_bp: int, address: str) -> Screen:
    text = t(
        "Hi! I sell {product} at {shop}. Would you recommend it to your neighbours? You get {rate} of every order "
        "through your link, paid by me directly. Look: {link}",
        product=product,
        shop=shop,
        rate=t.percent(rate_bp),
        link=address,
    )
    return Screen(text)


def payment_claimed(t: Voice, facts: Facts) -> Screen:
    """A claim to check against the account, never against a picture."""
    text = t(
        "{buyer} says <b>{total}</b> is paid · {code}: {lines}",
        buyer=facts["buyer"],
        total=t.money(asked_now(facts), facts["currency"]),
        code=facts["code"],
        lines=lines_short(facts),
    )
    if facts["part"] != "whole":
        text += t(" (deposit)") if facts["part"] == "deposit" else t(" (balance)")
    where = joined([destination(t, facts), delivery_weekday(t, facts)], ", ")
    check = t("Check your account history or notification first, not the photo.")
    warning = proof_warning(t, facts.get("reused"))
    return Screen(
        joined([text, where]) + Markup(". ") + joined([check, warning], " "),
        choices=money_choices(t, facts),
        about=facts["code"],
    )


def proof_warning(t: Voice, seen: Facts | None) -> Markup | str:
    """A picture that was a proof before, the very same or nearly: said, and decided by nobody but the seller."""
    if not seen:
        return ""
    if seen["how"] == "same":
        return t("Careful: the same photo was sent as a proof before, for {code}.", code=seen["code"])
    if seen["how"] == "payout":
        return t("Careful: the same photo was sent as the proof of a commission before.")
    return t("Careful: this photo looks like the proof of {code}, changed or cut.", code=seen["code"])


def asked_now(facts: Facts) -> int:
    """The sum to look for in the account: what is to be paid, less what is there already."""
    return int(facts["to_find"] or 0)


def money_choices(t: Voice, facts: Facts) -> tuple[Choice, ...]:
    return (
        do(t("Money arrived"), "money_arrived", facts["order"]),
        do(t("Not there"), "not_there", facts["order"]),
        go(t("Another amount"), "other_amount", facts["order"]),
    )


def any_money(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{code} ({buyer}, {lines}): did <b>{total}</b> arrive? The buyer has not said so; without an answer its "
        "place goes back in 30 minutes.",
        code=facts["code"],
        buyer=facts["buyer"],
        lines=lines_short(facts),
        total=t.money(asked_now(facts), facts["currency"]),
    )
    return Screen(text, choices=money_choices(t, facts), about=facts["code"])


def not_there_noted(t: Voice, facts: Facts) -> Screen:
    text = t("{code}: not there yet. The buyer is asked to check.", code=facts["code"])
    return Screen(text, choices=(do(t("Money arrived"), "money_arrived", facts["order"]),), about=facts["code"])


def paid(t: Voice, facts: Facts) -> Screen:
    if facts["state"] != "placed":
        return Screen(t("{code} is paid.", code=facts["code"]), about=facts["code"])
    choices = (send_choice(t, facts), do(t("Undo"), "undo", facts["order"]))
    return Screen(t("{code} is paid.", code=facts["code"]), choices=choices, about=facts["code"])


def send_choice(t: Voice, facts: Facts) -> Choice:
    label = t("Ready") if facts["handover"] == "pickup" else t("Sent")
    return do(label, "sent", facts["order"])


def order_choices(t: Voice, facts: Facts) -> tuple[Choice, ...]:
    """What a seller can do with one order, from where it stands."""
    if facts["payment"] == "refund_due":
        return (do(t("I have returned it"), "refund_sent", facts["order"]),)
    if facts.get("refund"):
        return (do(t("I have returned it"), "part_returned", facts["refund"]),)
    if facts["state"] in {"cancelled", "released"} or facts["total"] is None:
        return ()
    is_cash = facts["method"] == "cod"
    if facts["payment"] in {"due", "claimed"} and (not is_cash or facts["state"] in {"sent", "received"}):
        return money_choices(t, facts) if not is_cash else money_choices(t, facts)[:1]
    if is_cash and not facts["accepted"]:
        return (do(t("Accept COD"), "accept_cod", facts["order"]),)
    return (send_choice(t, facts),) if facts["state"] == "placed" else ()


def undone(t: Voice, facts: Facts) -> Screen:
    text = t("{code} is not marked as paid any more; everybody who was told has been told.", code=facts["code"])
    return Screen(text, choices=money_choices(t, facts), about=facts["code"])


def cod_asked(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{buyer} would like to pay {code} in cash: {lines} · {where} · {total}. A buyer you do not know yet.",
        buyer=facts["buyer"],
        code=facts["code"],
        lines=lines_short(facts),
        where=destination(t, facts),
        total=t.money(facts["total"], facts["currency"]),
    )
    choices = (
        do(t("Accept COD"), "accept_cod", facts["order"]),
        go(t("Cancel the order"), "seller_cancel", facts["order"]),
    )
    return Screen(text, choices=choices, about=facts["code"])


def cod_to_send(t: Voice, facts: Facts, *, is_new: bool) -> Screen:
    if is_new:
        text = t(
            "COD from {buyer} · {code}: {lines} · {where} · {total}.",
            buyer=facts["buyer"],
            code=facts["code"],
            lines=lines_short(facts),
            where=destination(t, facts),
            total=t.money(facts["total"], facts["currency"]),
        )
    else:
        text = t("{code}: COD accepted.", code=facts["code"])
    return Screen(text, choices=(send_choice(t, facts),), about=facts["code"])


def sent(t: Voice, facts: Facts) -> Screen:
    if facts["method"] == "cod" and facts["payment"] != "confirmed":
        text = t(
            "{code} is on its way. Cash to collect: {total}.",
            code=facts["code"],
            total=t.money(facts["to_pay"], facts["currency"]),
        )
        return Screen(text, choices=(do(t("Money arrived"), "money_arrived", facts["order"]),), about=facts["code"])
    ready = facts["handover"] == "pickup"
    text = (
        t("{code} is ready; the buyer is told.", code=facts["code"])
        if ready
        else t("{code} is on its way; the buyer is told.", code=facts["code"])
    )
    return Screen(text, about=facts["code"])


def cash_expected(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{buyer} has received {code}. Did you get {total} in cash?",
        buyer=facts["buyer"],
        code=facts["code"],
        total=t.money(facts["to_pay"], facts["currency"]),
    )
    return Screen(text, choices=(do(t("Money arrived"), "money_arrived", facts["order"]),), about=facts["code"])


def all_sent(t: Voice, count: int, kind: str, facts: Facts) -> Screen:
    """What went, under the lists that stay: whatever still waits keeps its button."""
    if count == 0:
        text = t("Nothing was waiting to go.")
    elif kind == "pickup":
        text = t("Ready to be picked up: {n}; every buyer is told.", n=count)
    else:
        text = t("On their way: {n}; every buyer is told.", n=count)
    return lists(t, facts).after(text) if any(facts["to_send"].values()) else Screen(text)


def lists(t: Voice, facts: Facts) -> Screen:
    """The batch as the seller's day: what to cook, where to bring it, who has not paid."""
    head = t("Orders are closed.") if facts["closed"] else Markup("")
    cook = ", ".join(counted(quantity, name, facts["unit"]) for quantity, name in facts["cook"]) or t("nothing yet")
    inside = ", ".join(counted(quantity, kind, "") for quantity, kind in facts["pieces"])
    parts: list[object] = [
        head,
        bold(t("Daftar masak (cook list)")) + Markup(": {}.").format(cook),
        t("In the boxes: {what}.", what=inside) if inside else "",
        stops(t, t("Daftar antar (delivery list)"), facts["road"], facts),
        stops(t, t("Pickup list"), facts["pickup"], facts),
    ]
    if facts["unpaid"]:
        parts.append(t("Not paid: {codes}.", codes=", ".join(facts["unpaid"])))
    title = bold(facts["product"]) + Markup(" · {}").format(
        t.day_and_part(day_of(facts["delivers_on"]), facts["day_part"])
    )
    return Screen(
        paragraphs(title if not facts["closed"] else "", *parts), choices=list_choices(t, facts), about=facts["product"]
    )


def stops(t: Voice, title: Markup, found: list[dict[str, Any]], facts: Facts) -> Markup | str:
    if not found:
        return ""
    return bold(title) + Markup(":\n") + joined([stop(t, one, facts) for one in found], "\n")


def stop(t: Voice, one: dict[str, Any], facts: Facts) -> Markup:
    """``Griya Asri blok C2 no 5, Sari: 1 polos + 1 keju (deket pos satpam), uang Rp200.000, kembalian Rp55.000``."""
    what = " + ".join(counted(quantity, name, facts["unit"]) for quantity, name in one["lines"])
    where = joined([joined([one["hours"], one["address"] or ""]), one["name"]], ", ")
    beside = Markup(" ({})").format(one["landmark"]) if one["landmark"] else Markup("")
    return Markup("{}: {}{}{}").format(where, what, beside, with_change(t, one, facts["currency"]))


def with_change(t: Voice, one: dict[str, Any], currency: str) -> Markup | str:
    """The change to take along, where the buyer said with which note she pays."""
    if not one["cash"] or not one["ready"] or one["ready"] == one["cash"]:
        return ""
    change = t.money(one["ready"] - one["cash"], currency)
    return t(" [pays with {cash}: change {change}]", cash=t.money(one["ready"], currency), change=change)


def list_choices(t: Voice, facts: Facts) -> tuple[Choice, ...]:
    ways = {"deliver": t("All sent"), "pickup": t("All ready")}
    ready = [do(label, "all_sent", facts["batch"], kind) for kind, label in ways.items() if facts["to_send"][kind]]
    again = facts["closed"] and facts["kind"] == "po" and facts["decided"] != "moved"
    papers = [go(t("PDF, CSV"), "list_files", facts["batch"])] if facts["cook"] else []
    anew = [go(t("Open again next week"), "reopen", facts["batch"])] if again else []
    return (*ready, *anew, *papers)  # WhatsApp shows three: the files can be asked for in words as well


def full(t: Voice, facts: Facts) -> Screen:
    """The last place is taken."""
    text = t(
        "{product} is full: all {n} are ordered. Who comes now may wait, and is asked first when a place comes free. "
        "If you can make more, write <i>quota {name} {more}</i>.",
        product=facts["product"],
        n=facts["quota"],
        name=facts["product"].lower(),
        more=facts["quota"] + 5,
    )
    return Screen(text, choices=(go(t("Summary"), "lists", facts["batch"]),), about=facts["product"])


def missed(t: Voice, facts: Facts) -> Screen:
    """The PO has closed below its minimum: what there is, and the three ways on."""
    cooked = sum(quantity for quantity, _ in facts["cook"])
    text = t(
        "Orders for {product} are closed with {n} of the {minimum} it takes. What shall become of it? "
        "Every buyer is told.",
        product=facts["product"],
        n=cooked,
        minimum=facts["minimum"],
    )
    choices = (
        do(t("Make it anyway"), "run_batch", facts["batch"]),
        do(t("Move it a week"), "move_batch", facts["batch"]),
        go(t("Call it off"), "call_off", facts["batch"]),
    )
    return Screen(text, choices=choices, about=facts["product"])


def fee_asked(t: Voice, facts: Facts, *, courier: bool) -> Screen:
    text = t(
        "{buyer} orders {code}: {lines} · {goods}. What does delivery to {address} cost? Write for example "
        "<i>fee {code} 10rb</i>.",
        buyer=facts["buyer"],
        code=facts["code"],
        lines=lines_short(facts),
        goods=t.money(facts["goods"], facts["currency"]),
        address=joined([facts["address"] or "", facts["landmark"] or ""], ", "),
    )
    choices = (do(t("The buyer pays GoSend"), "fee_courier", facts["order"]), do(t("Free"), "fee_free", facts["order"]))
    return Screen(text, choices=choices if courier else choices[1:], about=facts["code"])


def fee_set(t: Voice, facts: Facts) -> Screen:
    text = t(
        "Noted. {code} comes to {total}; the buyer is told.",
        code=facts["code"],
        total=t.money(facts["total"], facts["currency"]),
    )
    return Screen(text, about=facts["code"])


def order_changed(t: Voice, facts: Facts) -> Screen:
    """A buyer changed an order that she had paid or will pay in cash."""
    text = t(
        "{buyer} changed {code}: now {lines}, together {total}.",
        buyer=facts["buyer"],
        code=facts["code"],
        lines=lines_short(facts),
        total=t.money(facts["total"], facts["currency"]),
    )
    if not facts["back"]:
        return Screen(text, about=facts["code"])
    text += t(" Please return the difference: <b>{amount}</b>.", amount=t.money(facts["back"], facts["currency"]))
    return Screen(text, choices=(do(t("I have returned it"), "part_returned", facts["refund"]),), about=facts["code"])


def order_kept(t: Voice, facts: Facts) -> Screen:
    """Somebody asked to keep it; how often she let something go before is for this seller alone."""
    until = moment_of(facts["hold_until"])
    text = t(
        "{buyer} asks to keep {code} ({lines}); it is kept until {when}.",
        buyer=facts["buyer"],
        code=facts["code"],
        lines=lines_short(facts),
        when=t.when(until) if until else "",
    )
    if facts["no_shows"]:
        text += t(" Kept and let go before: {n} times.", n=facts["no_shows"])
    return Screen(text, about=facts["code"])


def cancelled_by_buyer(t: Voice, facts: Facts) -> Screen:
    text = t("{buyer} cancelled {code} ({lines}).", buyer=facts["buyer"], code=facts["code"], lines=lines_short(facts))
    if facts.get("deposit_kept"):
        text += t(" By your terms the deposit stays with you.")
    return refund_to_send(t, facts, text)


def refund_to_send(t: Voice, facts: Facts, text: Markup) -> Screen:
    if facts.get("refund"):
        text += t(" Please return <b>{back}</b>.", back=t.money(facts["back"], facts["currency"]))
        choices = (do(t("I have returned it"), "part_returned", facts["refund"]),)
        return Screen(text, choices=choices, about=facts["code"])
    if facts["payment"] == "refund_due":
        text += t(" Please return <b>{total}</b> in full.", total=t.money(facts["to_pay"], facts["currency"]))
        return Screen(text, choices=(do(t("I have returned it"), "refund_sent", facts["order"]),), about=facts["code"])
    if facts["method"] in {"qris", "transfer"}:
        text += t(" If its money still arrives, please return it.")
    return Screen(text, about=facts["code"])


def cancel_agreed(t: Voice, facts: Facts) -> Screen:
    return refund_to_send(t, facts, t("{buyer} agrees: {code} is cancelled.", buyer=facts["buyer"], code=facts["code"]))


def cancel_declined(t: Voice, facts: Facts) -> Screen:
    text = t("{buyer} would like to keep {code}, so it stands.", buyer=facts["buyer"], code=facts["code"])
    return Screen(text, about=facts["code"])


def refund_arrived(t: Voice, facts: Facts) -> Screen:
    return Screen(
        t("{buyer} has the money for {code} back. Thank you.", buyer=facts["buyer"], code=facts["code"]),
        about=facts["code"],
    )


def problem_settled(t: Voice, facts: Facts) -> Screen:
    return Screen(
        t("{buyer} says the problem with {code} is put right. Thank you.", buyer=facts["buyer"], code=facts["code"]),
        about=facts["code"],
    )


def recreated(t: Voice, facts: Facts) -> Screen:
    """An order written down anew after one with a code was cancelled."""
    text = t(
        "{order} is what {before} was before it was cancelled, so it thanks code {code} as well.",
        order=facts["order"],
        before=facts["before"],
        code=facts["code"],
    )
    return Screen(text, about=facts["order"])


def food_asked(t: Voice, facts: Facts) -> Screen:
    """A question about the food that her own words leave open."""
    text = t(
        "{buyer} asks about {products}: “{said}”. Nothing of yours says it, and I do not guess. Would you answer?",
        buyer=facts["buyer"],
        products=", ".join(facts["products"]),
        said=facts["said"],
    )
    return Screen(text, choices=(go(t("Answer"), "answer", facts["relay"]),), about=facts["buyer"])
