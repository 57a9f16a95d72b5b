"""What a seller is shown of what she sells: her shelf, one product with its handles, and a change read back."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from bots.dialogue import Choice, Screen, do, go
from bots.screens import buyer, pictures
from bots.screens.wording import bold, joined, paragraphs
from storefront.phrases import Voice
from storefront.reading.managing import Change
from storefront.selling.catalogue import Card
from storefront.selling.editing import new_prices
from storefront.selling.preorders import Round

PAGE = 8


def shelf(t: Voice, cards: Sequence[Card], now: datetime, page: int) -> Screen:
    """Every product on a line, and a way to each."""
    shown = cards[page * PAGE : (page + 1) * PAGE]
    lines = joined([line(t, card, now) for card in shown], "\n")
    choices = [go(card.product.name, "desk", card.product.id) for card in shown]
    if len(cards) > (page + 1) * PAGE:
        choices.append(go(t("More"), "goods", 0, page + 1))
    how = t("To list something new, send a photo with a caption.")
    return Screen(paragraphs(lines or t("Your shelf is empty."), how), choices=tuple(choices), numbered=True)


def line(t: Voice, card: Card, now: datetime) -> Markup:
    """``Brownies · Rp65.000/loyang · PO sampai Kamis 18 Juni 20.00 · sisa 14``."""
    price = t.money(card.variants[0].price, card.product.currency)
    return joined([bold(card.product.name), f"{price}/{card.product.unit}", *state(t, card, now)])


def state(t: Voice, card: Card, now: datetime) -> list[Markup]:
    """What a buyer can do with it right now."""
    if card.product.is_hidden:
        return [t("hidden")]
    if card.is_paused(now):
        return [t("gone for today")]
    if card.batch.opened_at > now:
        return [t("orders open {when}", when=t.when(card.batch.opened_at))]
    if not card.is_open(now):
        return [t("orders have closed")]
    closes = card.batch.closes_at
    until = [t("orders until {when}", when=t.when(closes))] if closes else []
    if card.left is None:
        return [*until, *([] if closes else [t("in stock")])]
    return [*until, t("sold out") if card.left == 0 else t("{left} left", left=card.left)]


def desk(t: Voice, card: Card, now: datetime) -> Screen:
    """One product: what buyers read, where it stands, and what can be done with it."""
    name = card.product.name.lower()
    how = t(
        "To change something, just write it: <i>price {name} to 70rb</i>, <i>quota {name} 30</i>, <i>{name} gone today"
        "</i>, <i>{name} keeps 3 days</i>.",
        name=name,
    )
    told = joined([*state(t, card, now), *counted(t, card)])
    return Screen(
        paragraphs(buyer.offer(t, card), told, how), choices=desk_choices(t, card, now), about=card.product.name
    )


def counted(t: Voice, card: Card) -> list[Markup]:
    """What is ordered of it, of its minimum, and of the variants that have a quota of their own."""
    said = [t("{n} ordered", n=card.batch.taken)]
    if card.batch.minimum:
        said.append(t("runs from {n} {unit}", n=card.batch.minimum, unit=card.product.unit))
    names = {variant.id: variant.name or card.product.unit for variant in card.variants}
    said += [t("{left} {option} left", left=left, option=names[one]) for one, left in card.limits.items()]
    return said


def desk_choices(t: Voice, card: Card, now: datetime) -> tuple[Choice, ...]:
    number = card.product.id
    if card.product.is_hidden:
        return (do(t("Show again"), "show_product", number),)
    choices = []
    if card.batch.opened_at > now:
        pass  # nothing to open again, nothing to pause
    elif not card.is_open(now):
        choices.append(go(t("Open again next week"), "reopen", card.batch.id))
    elif card.is_paused(now):
        choices.append(do(t("There is some again"), "resume_product", number))
    else:
        choices.append(do(t("Gone for today"), "pause_product", number))
    return (*choices, do(t("Hide"), "hide_product", number))


def reopening(t: Voice, card: Card, following: Round) -> Screen:
    """The next round of a PO, read back before it opens."""
    parts: list[object] = [bold(card.product.name)]
    if following.closes_at:
        parts.append(t("orders close {when}", when=t.when(following.closes_at)))
    if following.delivers_on or card.batch.day_part:
        parts.append(t("delivery {day}", day=t.day_and_part(following.delivers_on, card.batch.day_part)))
    if card.batch.quota is not None:
        parts.append(t("at most {n} {unit}", n=card.batch.quota, unit=card.product.unit))
    if card.batch.minimum:
        parts.append(t("runs from {n} {unit}", n=card.batch.minimum, unit=card.product.unit))
    choices = (do(t("Open"), "reopen", card.batch.id),)
    return Screen(t("Open it again like this?") + Markup(" ") + joined(parts) + Markup("."), choices=choices)


def opened(t: Voice, card: Card, address: str) -> Screen:
    """It is open again, with the words for a Status."""
    text = t("{product} is open again. For your Status: {link}", product=card.product.name, link=address)
    return Screen(paragraphs(text, buyer.offer(t, card)), picture=pictures.status(t, card, address))


# -- a change, read back ---------------------------------------------------------------------------------


def read_back(t: Voice, card: Card, change: Change) -> Markup:
    """What would be different, old beside new; orders already placed keep what they were told."""
    product = bold(card.product.name)
    return {
        "price": lambda: prices(t, card, change),
        "name": lambda: t("{product} would be called <b>{name}</b>.", product=card.product.name, name=change.said),
        "closes": lambda: t(
            "Orders for {product} would close {when}.",
            product=card.product.name,
            when=t.when(change.when) if change.when else "",
        ),
        "close_now": lambda: t("Close orders for {product} now? The lists come at once.", product=card.product.name),
    }.get(change.verb, lambda: product)()


def prices(t: Voice, card: Card, change: Change) -> Markup:
    def money(amount: int) -> str:
        return t.money(amount, card.product.currency)

    lines = [
        f"{variant.name or card.product.unit} {money(variant.price)} → {money(price)}"
        for variant, price in new_prices(card, change.amount or 0, change.option)
        if price != variant.price
    ]
    what = joined(lines, ", ")
    return t("{product}: {what}. For orders from now on.", product=card.product.name, what=what)


def changed(t: Voice, card: Card, change: Change) -> Markup:
    """What is so from now on, in one sentence."""
    product, n = card.product.name, change.amount
    named = f"{product} {change.option}" if change.option else product
    said = {
        "price": lambda: t("Done, {product} costs that from now on.", product=named),
        "quota": lambda: t("Done, the quota of {product} is {n}.", product=named, n=n),
        "stock": lambda: t("Done, {n} of {product} are ready.", product=named, n=n),
        "least": lambda: t("Done, an order of {product} is {n} or more.", product=product, n=n),
        "most": lambda: t("Done, an order of {product} is {n} at most.", product=product, n=n),
        "runs": lambda: t("Done, {product} runs from {n} on.", product=product, n=n),
        "name": lambda: t("Done, it is called {product} now.", product=change.said),
        "category": lambda: t("Done, {product} stands under {category}.", product=product, category=change.said),
        "hide": lambda: t("Done, nobody sees {product} now. What is ordered stands.", product=product),
        "show": lambda: t("Done, {product} can be seen again.", product=product),
        "pause": lambda: t("Done, {product} is gone for today; tomorrow it can be had again.", product=product),
        "resume": lambda: t("Done, {product} can be had again.", product=product),
        "first": lambda: t("Done, {product} stands on top.", product=product),
        "closes": lambda: t("Done, orders for {product} close {when}.", product=product, when=closing(t, change)),
        "close_now": lambda: t("Orders for {product} are closed.", product=product),
        "facts": lambda: t("Noted of {product}; buyers who ask are told so.", product=product),
    }
    return said[change.verb]()


def closing(t: Voice, change: Change) -> str:
    return t.when(change.when) if change.when else ""


def cannot(t: Voice, card: Card, change: Change, now: datetime) -> Markup | None:
    """Why a change cannot be as it was said, and what to write instead; None where it can."""
    name = card.product.name.lower()
    if change.verb == "price" and not change.amount:
        return t(
            "<i>{said}</i> is no price I can use. Nothing has changed; write for example <i>price {name} to 70rb</i>.",
            said=change.said,
            name=name,
        )
    if change.verb in {"quota", "stock", "least", "most", "runs"} and change.amount is None:
        return t(
            "<i>{said}</i> is no number of pieces I can use. Nothing has changed; a whole number, please, for example "
            "<i>quota {name} 30</i>.",
            said=change.said,
            name=name,
        )
    if change.option and change.verb not in {"price", "quota"}:
        return t("That goes for {product} as a whole only. Nothing has changed.", product=card.product.name)
    if change.verb == "closes" and (change.when is None or change.when <= now):
        return t("That moment is past already. Nothing has changed; a day and an hour to come, please.")
    if change.verb in {"closes", "close_now"} and not card.is_open(now):
        return t("Orders for {product} are closed already.", product=card.product.name)
    return None
