"""What a buyer is shown: a product, her order, how to pay, what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from bots.dialogue import Choice, Picture, Screen, do, go
from bots.screens import money, pictures
from bots.screens.wording import (
    DOT,
    Facts,
    bold,
    delivery_day,
    destination,
    joined,
    lines_priced,
    lines_short,
    moment_of,
    paragraphs,
    quantity_and_unit,
    sum_up,
)
from referral.commissions import together
from storefront.phrases import Voice, marked
from storefront.refusals import NotToday
from storefront.selling.catalogue import Card
from storefront.selling.delivery import Handover

WAYS = {"qris": "QRIS", "transfer": "Transfer", "cod": "COD"}


@dataclass(frozen=True)
class Recommender:
    """Who recommends a product to this buyer, and what she gives her out of her own commission, in basis points."""

    name: str
    gift_bp: int = 0


def card(t: Voice, card: Card, recommender: Recommender | None, usual: Handover | None) -> Screen:
    """A product, who sells it, and how to order it in one line."""
    place = ", ".join(part for part in (card.shop.place, card.shop.city) if part)
    hello = t("Hello {kak}, I am the order assistant of <b>{shop}</b> ({place}).", shop=card.shop.name, place=place)
    told = disclosed(t, card, recommender) if recommender else ""
    photo = Picture("media", card.photo) if card.photo else None
    text = paragraphs(hello + Markup(" ") + offer(t, card), told, how_many(t, card, usual))
    return Screen(text, picture=photo, numbered=False)


def disclosed(t: Voice, card: Card, by: Recommender) -> Markup:
    """That somebody earns by it, and what it means for the price."""
    less = together(card.shop.code_discount_bp, by.gift_bp)
    if less:
        text = t(
            "Note: {creator} recommends this and earns a commission from the seller. By her code a new customer pays "
            "{rate} less.",
            creator=by.name,
            rate=t.percent(less),
        )
    else:
        text = t(
            "Note: {creator} recommends this and earns a commission from the seller; your price stays the same.",
            creator=by.name,
        )
    if card.shop.code_bonus:
        text += t(" With it: {bonus}.", bonus=card.shop.code_bonus)
    return text


def how_many(t: Voice, card: Card, usual: Handover | None) -> Markup:
    """The question itself; who has ordered before is told where it would go."""
    ask = t("How many would you like? All at once is fine: {example}.", example=example(t, card, usual))
    if usual is None:
        return ask
    where = joined([usual.address or t("picked up"), usual.name], ", ")
    return ask + Markup(" ") + t("As last time: {where}.", where=where)


def told(t: Voice, card: Card, facts: Sequence[str]) -> Markup:
    """What the seller wrote of the food; nothing where she wrote nothing."""
    product = card.product
    said = {
        "allergens": t("contains {what}", what=product.allergens),
        "shelf_life": t("keeps {time}", time=product.shelf_life),
        "halal": t("halal number {number}", number=product.halal),
        "pirt": t("PIRT number {number}", number=product.pirt),
    }
    parts = [said[fact] for fact in facts if getattr(product, fact)]
    if not parts:
        return Markup("")
    return t("The seller writes of <b>{product}</b>: {what}.", product=product.name, what=joined(parts, ", "))


def not_written(t: Voice, products: Sequence[str], shop: str) -> Markup:
    """Nothing is implied: the question goes to the one who knows."""
    return t(
        "More than that {shop} has not written about {products}, and I will not guess, {kak}. I have passed your "
        "question on; please wait for the answer before you order.",
        shop=shop,
        products=", ".join(products),
    )


def not_for_sale(t: Voice, card: Card, now: datetime, *, is_own: bool) -> Screen:
    """One's own shop, a closed batch, nothing left: said at once, with a way on."""
    if is_own:
        return Screen(t("This is your own shop; buyers see: {offer}", offer=offer(t, card)))
    product = card.product.name
    talk = go(t("Talk to the seller"), "talk", card.shop.id)
    if card.product.is_hidden:
        return Screen(t("{product} is not on sale right now.", product=product), choices=(talk,))
    if card.batch.opened_at > now:
        when = t.when(card.batch.opened_at)
        text = t("Orders for {product} open {when}. Shall I tell you then?", product=product, when=when)
        return Screen(text, choices=(do(t("Tell me"), "wait", card.product.id, 1), talk))
    if not card.is_open(now):
        text = t("Orders for {product} have closed. Shall I tell you when it opens again?", product=product)
        return Screen(text, choices=(do(t("Tell me"), "wait", card.product.id, 1), talk))
    if card.is_paused(now):
        return Screen(t(marked(NotToday.__doc__ or ""), product=product), choices=(talk,))
    text = t("{product} is sold out for now. Shall I ask you first when a place comes free?", product=product)
    return Screen(text, choices=(do(t("Ask me first"), "wait", card.product.id, 1), talk))


def changed(t: Voice, facts: Facts, back: int) -> Screen:
    """Changed after it was paid, or to be paid in cash: what it is now, and what becomes of the difference."""
    text = t(
        "Changed, {kak}: {code} is now {lines}, together <b>{total}</b>.",
        code=facts["code"],
        lines=lines_short(facts),
        total=t.money(facts["total"], facts["currency"]),
    )
    if back > 0 and facts["payment"] == "confirmed":
        text += t(" {amount} comes back to you; the seller has been told so.", amount=t.money(back, facts["currency"]))
    return Screen(text, about=facts["code"])


def part_returned(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{shop} says the difference of {amount} for {code} is sent back. Has it arrived?",
        shop=facts["shop"],
        amount=t.money(facts["back"], facts["currency"]),
        code=facts["code"],
    )
    choices = (do(t("The refund has arrived"), "part_arrived", facts["refund"]),)
    return Screen(text, choices=choices, about=facts["code"])


def kept(t: Voice, facts: Facts, ways: Sequence[str]) -> Screen:
    """Held longer, with its end said."""
    until = moment_of(facts["hold_until"])
    text = t(
        "All right, {kak}: I keep {code} until {when}. Until then nobody else gets it.",
        code=facts["code"],
        when=t.when(until) if until else "",
    )
    return Screen(text, choices=pay_choices(facts, ways) if facts["total"] is not None else (), about=facts["code"])


def hold_reminder(t: Voice, facts: Facts) -> Screen:
    """One gentle word before the hold ends."""
    until = moment_of(facts["hold_until"])
    text = t(
        "Just so it is not forgotten, {kak}: {code} ({lines}, <b>{total}</b>) is kept for you until {time}.",
        code=facts["code"],
        lines=lines_short(facts),
        total=t.money(facts["total"], facts["currency"]),
        time=t.clock(until) if until else "",
    )
    choices = (go(t("How to pay"), "order", facts["order"]), go(t("Cancel"), "cancel", facts["order"]))
    return Screen(text, choices=choices, about=facts["code"])


def resting(t: Voice, card: Card, opens_at: datetime) -> Screen:
    """Ready stock out of hours or on a day off: when it can be had, and what can be ordered meanwhile."""
    text = t(
        "{shop} is closed right now, {kak}, and open again {when}. {product} can be ordered then; an open PO any time.",
        shop=card.shop.name,
        when=t.when(opens_at),
        product=card.product.name,
    )
    choices = (go(t("What else there is"), "shop", card.shop.id), go(t("Talk to the seller"), "talk", card.shop.id))
    return Screen(text, choices=choices)


def offer(t: Voice, card: Card) -> Markup:
    """``Brownies Rp65.000 per loyang, keju +Rp10.000. PO tutup ..., dikirim ..., sisa 20.``"""
    facts = {"product": card.product.name, "unit": card.product.unit}
    prices = {variant.price for variant in card.variants}
    lowest = t.money(card.variants[0].price if card.has_plain else min(prices), card.product.currency)
    if card.has_plain or len(prices) == 1:
        price = t("<b>{product}</b> {price} per {unit}", price=lowest, **facts)
    else:
        price = t("<b>{product}</b> from {price} per {unit}", price=lowest, **facts)
    return joined([price, *choices(t, card)], ", ") + Markup(". ") + availability(t, card)


def choices(t: Voice, card: Card) -> list[str]:
    """``keju +Rp10.000`` beside a plain product; ``coklat, keju`` or ``s Rp25.000`` where one has to be chosen."""

    def money(amount: int) -> str:
        return t.money(amount, card.product.currency)

    if card.has_plain:
        base, *others = card.variants
        return [f"{other.name} +{money(other.price - base.price)}{scarce(t, card, other.id)}" for other in others]
    same = len({variant.price for variant in card.variants}) == 1
    named = [variant.name if same else f"{variant.name} {money(variant.price)}" for variant in card.variants]
    return [name + scarce(t, card, variant.id) for name, variant in zip(named, card.variants, strict=True)]


def scarce(t: Voice, card: Card, variant_id: int) -> str:
    """`` (sisa 3)`` behind a variant that has a quota of its own."""
    left = card.limits.get(variant_id)
    return "" if left is None else f" ({t('{left} left', left=left) if left else t('sold out')})"


def availability(t: Voice, card: Card) -> Markup:
    batch, product = card.batch, card.product
    parts: list[object] = []
    if batch.closes_at:
        parts.append(t("Orders close {when}", when=t.when(batch.closes_at)))
    if batch.delivers_on or batch.day_part:
        parts.append(t("delivered {day}", day=t.day_and_part(batch.delivers_on, batch.day_part)))
    if batch.minimum:
        parts.append(t("runs from {n} {unit}", n=batch.minimum, unit=product.unit))
    if product.mix_size:
        parts.append(
            t("{size} in a box, up to {kinds} kinds to choose", size=product.mix_size, kinds=product.mix_kinds)
        )
    if product.deposit_bp:
        parts.append(money.deposit_policy(t, product))
    if product.min_order and product.min_order > 1:
        parts.append(t("an order is {n} {unit} or more", n=product.min_order, unit=product.unit))
    if product.max_order:
        parts.append(t("at most {n} an order", n=product.max_order))
    if card.left is not None:
        parts.append(t("{left} left", left=card.left))
    elif batch.kind == "ready":
        parts.append(t("in stock"))
    said = joined(parts, ", ")
    return Markup("{}{}.").format(said[:1].upper(), said[1:])


def example(t: Voice, card: Card, usual: Handover | None) -> Markup:
    """A whole order as one line, in this product's own words."""
    option = f", 1 {card.variants[1].name}" if len(card.variants) > 1 else ""
    n = max(2, card.product.min_order or 0)
    if usual:
        return Markup("<i>{}{}</i>").format(n, option)
    place = card.shop.place.lower() or "jl. melati"
    return t("<i>{n}{option}, deliver {place} C2/5, Sari</i>", n=n, option=option, place=place)


def handover_asked(t: Voice, facts: Facts) -> Screen:
    return Screen(t("{lines}. Shall we bring it, or will you pick it up?", lines=lines_priced(t, facts)))


def placed(t: Voice, facts: Facts, ways: Sequence[str]) -> Screen:
    """The order exists: what it comes to, how long it is held, how to pay."""
    if facts["total"] is None:
        return fee_awaited(t, facts)
    if not ways:
        wait = t("Right now nothing can be paid at {shop}. Your order is kept.", shop=facts["shop"])
        return Screen(paragraphs(summary(t, facts), wait), about=facts["code"])
    terms = money.terms(t, facts) if facts["part"] == "deposit" else ""
    return Screen(
        paragraphs(summary(t, facts), terms, t("How would you like to pay?")),
        choices=(*pay_choices(facts, ways), *in_full(t, facts)),
        about=facts["code"],
    )


def in_full(t: Voice, facts: Facts) -> tuple[Choice, ...]:
    """Who is asked for a deposit may as well pay all of it."""
    return (do(t("Pay all of it"), "pay_in_full", facts["order"]),) if facts["part"] == "deposit" else ()


def summary(t: Voice, facts: Facts) -> Markup:
    head = t("Order <b>{code}</b>: ", code=facts["code"]) + sum_up(t, facts) + Markup(".")
    hours = delivery_day(t, facts) if facts["in_slot"] else ""
    what = joined([lines_short(facts), destination(t, facts), hours, facts["recipient"]], ", ") + Markup(".")
    until = moment_of(facts["hold_until"])
    held = t("I keep it for 2 hours, until {time}.", time=t.clock(until)) if until else ""
    return head + Markup("\n") + what + (Markup("\n") + held if held else Markup(""))


def pay_choices(facts: Facts, ways: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(do(WAYS[way], f"pay_{way}", facts["order"]) for way in ways)


def fee_awaited(t: Voice, facts: Facts) -> Screen:
    text = t(
        "Order <b>{code}</b> is kept for you: {lines}, {goods}. I am asking the seller what delivery to "
        "{address} costs, and will tell you the total before you pay.",
        code=facts["code"],
        lines=lines_short(facts),
        goods=t.money(facts["goods"], facts["currency"]),
        address=facts["address"],
    )
    return Screen(text, about=facts["code"])


def pay_by_qris(t: Voice, facts: Facts, payload: str, *, with_summary: bool) -> Screen:
    text = exactly(t, facts) + t(
        " In the name of <b>{holder}</b>. Save the picture, open your banking app or e-wallet, upload it from the "
        "gallery. When done, reply <i>done</i>.",
        holder=facts["holder"],
    )
    text += Markup(" ") + no_secrets(t) + Markup(" ") + t("Does your app refuse it? Write <i>sticker</i>.")
    return pay_screen(t, facts, text, with_summary=with_summary, picture=pictures.payment(t, facts, payload))


def pay_by_transfer(t: Voice, facts: Facts, number: str, *, with_summary: bool) -> Screen:
    text = exactly(t, facts) + t(
        " To <b>{number}</b>, in the name of <b>{holder}</b>. When done, reply <i>done</i>.",
        number=number,
        holder=facts["holder"],
    )
    text += Markup(" ") + no_secrets(t)
    return pay_screen(t, facts, text, with_summary=with_summary)


def no_secrets(t: Voice) -> Markup:
    """Said wherever a way to pay is shown."""
    return t("Getok never asks for an OTP or PIN.")


def pay_by_sticker(t: Voice, facts: Facts, payload: str) -> Screen:
    """The seller's own code, without an amount: the buyer types it, to the last rupiah."""
    text = t(
        "{code}: the seller's own QRIS, in the name of <b>{holder}</b>. Please type <b>{total}</b> yourself, exactly, "
        "so that the seller finds it. When done, reply <i>done</i>.",
        code=facts["code"],
        holder=facts["holder"],
        total=t.money(facts["to_find"], facts["currency"]),
    )
    choices = (do(t("I have paid"), "paid", facts["order"]), go(t("Other way"), "ways", facts["order"]))
    text += Markup(" ") + no_secrets(t)
    return Screen(text, picture=Picture("qr", payload), choices=choices, about=facts["code"])


def trial(t: Voice, payload: str, shop_id: int) -> Screen:
    """A seller pays herself Rp1.000, once: whether her sticker takes an amount."""
    text = t(
        "This is your own QRIS with Rp1.000 in it. Scan it with any app of yours: does the amount appear and does the "
        "money arrive?"
    )
    choices = (do(t("It works"), "trial", shop_id, 1), do(t("It was refused"), "trial", shop_id, 0))
    return Screen(text, picture=Picture("qr", payload), choices=choices)


def exactly(t: Voice, facts: Facts) -> Markup:
    return t(
        "{code} · <b>{total}</b>, exactly please, do not round it.",
        code=facts["code"],
        total=t.money(facts["to_find"], facts["currency"]),
    )


def pay_screen(t: Voice, facts: Facts, text: Markup, *, with_summary: bool, picture: Picture | None = None) -> Screen:
    whole = paragraphs(summary(t, facts), text) if with_summary else text
    choices = (do(t("I have paid"), "paid", facts["order"]), go(t("Other way"), "ways", facts["order"]))
    return Screen(whole, picture=picture, choices=choices, about=facts["code"])


def pay_by_cash(t: Voice, facts: Facts, *, with_summary: bool) -> Screen:
    """Cash on delivery: what to have ready, and whether the seller still has to say yes."""
    cash = t.money(facts["to_pay"], facts["currency"])
    if facts["accepted"]:
        text = t("Please have <b>{total}</b> ready when it comes, {kak}. The seller knows.", total=cash)
    else:
        text = t(
            "Please have <b>{total}</b> ready, {kak}. I am asking the seller first; your place is safe.", total=cash
        )
    text += Markup(" ") + t("Need change? Write the note you have: <i>cash 200rb</i>.")
    text = t("{code} · COD. ", code=facts["code"]) + text
    choices = () if facts["accepted"] else (go(t("Other way"), "ways", facts["order"]),)
    return Screen(paragraphs(summary(t, facts), text) if with_summary else text, choices=choices, about=facts["code"])


def ways(t: Voice, facts: Facts, offered: Sequence[str]) -> Screen:
    return Screen(
        t(
            "{code} · {total}. How would you like to pay?",
            code=facts["code"],
            total=t.money(facts["to_pay"], facts["currency"]),
        ),
        choices=pay_choices(facts, offered),
        about=facts["code"],
    )


def claimed(t: Voice, facts: Facts) -> Screen:
    text = t("Thank you {kak}, the seller is checking the payment. Your place is safe.")
    return Screen(Markup("{}{}{}").format(facts["code"], DOT, text), about=facts["code"])


def paid(t: Voice, facts: Facts) -> Screen:
    """*LUNAS*: what, when, and until when it may still be cancelled."""
    what = joined([quantity_and_unit(facts), delivery_day(t, facts)], ", ")
    head = joined([bold(t("LUNAS")), facts["code"], what]) + Markup(".")
    until = moment_of(facts["closes_at"]) if facts["may_cancel"] else None
    may = t(" You can still cancel until {when}, with all your money back.", when=t.when(until)) if until else ""
    return Screen(head + may, about=facts["code"])


def paid_undone(t: Voice, facts: Facts) -> Screen:
    text = t(
        "Sorry {kak}, the seller tapped the wrong button: {code} is not marked as paid yet. She is checking.",
        code=facts["code"],
    )
    return Screen(text, about=facts["code"])


def not_there(t: Voice, facts: Facts) -> Screen:
    text = t("{code}: the payment does not show yet. Could you check its status in your app?", code=facts["code"])
    return Screen(text, choices=(do(t("I have paid"), "paid", facts["order"]),), about=facts["code"])


def on_the_way(t: Voice, facts: Facts) -> Screen:
    if facts["handover"] == "pickup":
        text = t("Order {code} is ready to be picked up.", code=facts["code"])
    else:
        text = t("Order {code} is on its way.", code=facts["code"])
    if facts["method"] == "cod" and facts["payment"] != "confirmed":
        text += t(" Please have {total} ready.", total=t.money(facts["to_pay"], facts["currency"]))
    choices = (do(t("Received"), "received", facts["order"]), do(t("Problem"), "problem", facts["order"]))
    return Screen(text, choices=choices, about=facts["code"])


def how_was_it(t: Voice, facts: Facts) -> Screen:
    choices = (
        do(t("Delicious 5⭐"), "stars", facts["order"], 5),
        do(t("Good 4⭐"), "stars", facts["order"], 4),
        do(t("Not so good"), "stars", facts["order"], 2),
    )
    return Screen(t("How was it, {kak}?"), choices=choices, about=facts["code"])


def tell_neighbours(t: Voice, rate_bp: int, shop_id: int, order_id: int) -> Screen:
    text = t(
        "Would you tell your neighbours? When somebody orders through your link, you get {rate}.",
        rate=t.percent(rate_bp),
    )
    ways = (do(t("I would"), "recommend", shop_id), go(t("Another time"), "another_time"))
    return Screen(text, choices=(*ways, go(t("Write a review"), "review", order_id)))


def thanks(t: Voice, facts: Facts) -> Screen:
    ways = (go(t("Write a review"), "review", facts["order"]), do(t("Tell me of news"), "news", facts["shop_id"]))
    return Screen(t("Thank you, {kak}! The seller will be glad."), choices=ways)


def sorry_to_hear(t: Voice, facts: Facts) -> Screen:
    choices = (do(t("Problem"), "problem", facts["order"]), go(t("Write a review"), "review", facts["order"]))
    return Screen(
        t("Thank you for being honest, {kak}. Was something wrong with it?"), choices=choices, about=facts["code"]
    )


def cancel_asked(t: Voice, facts: Facts) -> Screen:
    """The one question before an order is cancelled."""
    text = t("Cancel {code} ({lines}, {shop})?", code=facts["code"], lines=lines_short(facts), shop=facts["shop"])
    if facts["payment"] == "confirmed":
        text += t(" The seller returns {total} to you in full.", total=t.money(facts["total"], facts["currency"]))
    elif facts["part"] == "balance":
        deposit = t.money(facts["total"] - facts["to_pay"], facts["currency"])
        if facts["forfeited"]:
            text += t(" By the terms you read, the deposit of {deposit} stays with the seller.", deposit=deposit)
        else:
            text += t(" The deposit of {deposit} comes back to you.", deposit=deposit)
    choices = (do(t("Yes, cancel"), "cancel", facts["order"]), go(t("No, keep it"), "order", facts["order"]))
    return Screen(text, choices=choices, about=facts["code"])


def cancelled(t: Voice, facts: Facts) -> Screen:
    text = t("{code} is cancelled.", code=facts["code"])
    if facts["payment"] == "refund_due":
        text += t(
            " The seller returns {total} in full; I will ask you when it has arrived.",
            total=t.money(facts["total"], facts["currency"]),
        )
    return Screen(text, about=facts["code"])


def seller_cancels(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{shop} would like to cancel {code} ({lines}). Is it really cancelled?",
        shop=facts["shop"],
        code=facts["code"],
        lines=lines_short(facts),
    )
    if facts["payment"] == "confirmed":
        text += t(" You get {total} back in full.", total=t.money(facts["total"], facts["currency"]))
    choices = (
        do(t("Yes, it is cancelled"), "agree_cancel", facts["order"]),
        do(t("No, keep it"), "keep", facts["order"]),
    )
    return Screen(text, choices=choices, about=facts["code"])


def released(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{code} was not paid in time, so its place went back. Still want it? Just order again; if you did pay, "
        "tell the seller and it will be put right.",
        code=facts["code"],
    )
    return Screen(text, about=facts["code"])


def refund_sent(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{shop} says {total} for {code} was sent back. Has it arrived?",
        shop=facts["shop"],
        total=t.money(facts["total"], facts["currency"]),
        code=facts["code"],
    )
    return Screen(text, choices=(do(t("The refund has arrived"), "refunded", facts["order"]),), about=facts["code"])


def cod_accepted(t: Voice, facts: Facts) -> Screen:
    text = t(
        "The seller agrees: {code} is paid in cash. Please have <b>{total}</b> ready, {kak}.",
        code=facts["code"],
        total=t.money(facts["total"], facts["currency"]),
    )
    return Screen(text, about=facts["code"])


def problem_noted(t: Voice, facts: Facts) -> Screen:
    text = t(
        "I have told {shop} at once, {kak}, and the commission waits until this is settled. "
        "Tell me when it is put right.",
        shop=facts["shop"],
    )
    choices = (
        do(t("It is put right"), "settled", facts["order"]),
        go(t("Talk to the seller"), "talk", facts["shop_id"]),
    )
    return Screen(text, choices=choices, about=facts["code"])


def unsafe_noted(t: Voice, facts: Facts | None) -> Screen:
    """Somebody may be unwell: a person at once, and help first."""
    text = t(
        "Please do not eat any more of it, {kak}, and keep a photo. If anybody feels unwell, see a doctor or call 119. "
    )
    if facts is None:
        return Screen(text + t("Which order was it? Write its number, for example <i>check 0001</i>."))
    told = t("I have called the seller of {code} to this chat right now.", code=facts["code"])
    choices = (
        go(t("Talk to the seller"), "talk", facts["shop_id"]),
        do(t("It is put right"), "settled", facts["order"]),
    )
    return Screen(text + told, choices=choices, about=facts["code"])


def status(t: Voice, facts: Facts, offered: Sequence[str], *, may_cancel: bool) -> Screen:
    """Where an order stands, and what its buyer can do about it."""
    what = f"{facts['product']}: {lines_short(facts)}" if facts["unit"] else lines_short(facts)
    head = joined([bold(facts["code"]), facts["shop"], what])
    total = t.money(facts["total"], facts["currency"]) if facts["total"] is not None else t("total follows")
    is_over = facts["state"] in {"cancelled", "released"}
    text = joined([head, total, state_words(t, facts), "" if is_over else delivery_day(t, facts)])
    choices: list[Choice] = []
    if (
        facts["state"] == "placed"
        and facts["payment"] == "due"
        and facts["total"] is not None
        and (not facts["accepted"] or facts["part"] == "balance")
    ):
        choices += pay_choices(facts, offered)
        if facts["method"] in {"qris", "transfer"}:
            choices.append(do(t("I have paid"), "paid", facts["order"]))
    if facts["state"] == "sent":
        choices += [do(t("Received"), "received", facts["order"]), do(t("Problem"), "problem", facts["order"])]
    if facts["problem"]:
        choices.append(do(t("It is put right"), "settled", facts["order"]))
    if may_cancel:
        choices.append(go(t("Cancel"), "cancel", facts["order"]))
    return Screen(text, choices=tuple(choices), about=facts["code"])


def state_words(t: Voice, facts: Facts) -> Markup:
    """One state, one word."""
    if facts["state"] == "placed" and facts["payment"] == "confirmed":
        return t("paid")
    if facts["state"] == "placed" and facts["payment"] == "claimed":
        return t("the seller is checking the payment")
    if facts["state"] == "placed" and facts["part"] == "balance":
        return t("deposit paid")
    if facts["state"] == "placed" and facts["accepted"]:
        return t("COD")
    states = {
        "placed": marked("not paid yet"),
        "sent": marked("on its way"),
        "received": marked("received"),
        "cancelled": marked("cancelled"),
        "released": marked("released, not paid in time"),
    }
    return t(states[facts["state"]])
