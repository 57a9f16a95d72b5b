"""What is done together: a poll, answers kept, a PO that needs company, a gift to somebody, the month's news."""

from collections.abc import Sequence

from babel.dates import format_date
from markupsafe import Markup

from bots.dialogue import Choice, Picture, Screen, do, go
from bots.screens.group import BAR
from bots.screens.wording import Facts, bold, joined, paragraphs
from bots.visit import Place
from storefront.drawing import recipes
from storefront.drawing.values import Month
from storefront.models import Cause, Faq, Poll
from storefront.phrases import Voice
from storefront.selling.catalogue import Card
from storefront.selling.causes import Standing

# -- polls -----------------------------------------------------------------------------------------------


def poll_made(t: Voice, place: Place, poll: Poll, shop: str, creator: str) -> Screen:
    """A message to pass on, with both doors; a creator's says that it is she who asks, and that she earns by it."""
    head = t("[Iklan] I earn a commission from the seller; your price stays the same.") if creator else ""
    ask = joined([asks(t, poll, shop, creator), ", ".join(poll.options)], " ")
    door = f"{place.public_url}/i/{poll.token}"
    until = t("One vote each, until {when}: {doors}", when=t.when(poll.closes_at), doors=door)
    return Screen(paragraphs(head, ask, until), choices=(go(t("Votes so far"), "poll", poll.id),), about=shop)


def asks(t: Voice, poll: Poll, shop: str, creator: str) -> Markup:
    if creator:
        return t("{creator} asks for {shop}: <b>{question}</b>", creator=creator, shop=shop, question=poll.question)
    return t("{shop} asks: <b>{question}</b>", shop=shop, question=poll.question)


def poll_asked(t: Voice, poll: Poll, shop: str, creator: str) -> Screen:
    once = t("One vote each; if yours wins I tell you once, when it can be ordered.")
    earns = t("Note: {creator} recommends this shop and earns a commission.", creator=creator) if creator else ""
    text = joined([asks(t, poll, shop, creator), once, earns], " ")
    choices = tuple(do(str(option), "vote", poll.id, place) for place, option in enumerate(poll.options))
    return Screen(text, choices=choices, about=shop)


def voted(t: Voice, poll: Poll, counts: Sequence[int], chosen: int) -> Screen:
    text = t("Your vote: {option}. So far: {counts}", option=poll.options[chosen], counts=tallied(poll, counts))
    return Screen(text, choices=(go(t("Change"), "poll_again", poll.id),))


def tallied(poll: Poll, counts: Sequence[int]) -> str:
    """``pandan 4, keju 2``."""
    return ", ".join(f"{option} {n}" for option, n in zip(poll.options, counts, strict=True))


def poll_standing(t: Voice, poll: Poll, counts: Sequence[int], shop: str) -> Screen:
    until = t("Closed.") if poll.closed_at else t("Open until {when}.", when=t.when(poll.closes_at))
    choices = () if poll.closed_at else (do(t("Stop the poll"), "stop_poll", poll.id),)
    text = joined([Markup("{}").format(poll.question), tallied(poll, counts), until], " ")
    return Screen(text, choices=choices, about=shop)


def poll_over(t: Voice, facts: Facts) -> Screen:
    if not facts["winner"]:
        return Screen(t("The poll “{question}” is over; nobody voted.", question=facts["question"]))
    text = t(
        "The poll “{question}” is over: <b>{winner}</b> with {n} of {all} votes.",
        question=facts["question"],
        winner=facts["winner"],
        n=facts["votes"],
        all=facts["all"],
    )
    if not facts["sells"]:
        return Screen(joined([text, t("{shop} knows.", shop=facts["shop"])], " "))
    return Screen(text, choices=(go(t("Open a PO"), "open_winner", facts["poll"]),), about=facts["shop"])


def how_to_open(t: Voice, winner: str) -> Screen:
    text = t(
        "Send its photo with name and price, as always, “{winner}” in the name: <i>{winner} 65rb, PO closes "
        "thursday</i>. "
        "Whoever voted for it hears it by itself.",
        winner=winner,
    )
    return Screen(text)


def poll_opened(t: Voice, facts: Facts) -> Screen:
    text = t(
        "You voted for {option}, {kak}: {shop} takes orders for it now.", option=facts["option"], shop=facts["shop"]
    )
    return Screen(text, choices=(go(t("Look"), "product", facts["product"]),), about=facts["shop"])


# -- answers that are kept ---------------------------------------------------------------------------------


def faq_asked(t: Voice, question: str, answer: str) -> Screen:
    text = paragraphs(
        t("May the shop answer this by itself from now on? No names in it, please; another wording is welcome."),
        joined([t("Question: {words}", words=question), t("Answer: {words}", words=answer)], "\n"),
    )
    return Screen(text)


def faq_said(t: Voice, shop: str, shop_id: int, faq: Faq) -> Screen:
    text = t("{shop} was asked “{question}” and said: “{answer}”", shop=shop, question=faq.question, answer=faq.answer)
    return Screen(text, choices=(go(t("Ask the seller"), "talk", shop_id),), about=shop)


FAQS_SHOWN = 8


def faqs(t: Voice, shop: str, shop_id: int, kept: Sequence[Faq], page: int) -> Screen:
    found = kept[page * FAQS_SHOWN : (page + 1) * FAQS_SHOWN]
    if not found:
        text = t("Nothing kept yet. After you have answered a buyer, tap <i>Keep the answer</i>.")
        return Screen(text)
    lines = [
        Markup("{}. {} → {} ({})").format(n, one.question, one.answer, t("asked {n} times", n=one.used))
        for n, one in enumerate(found, 1)
    ]
    choices = tuple(do(t("Drop {n}", n=n), "faq_drop", one.id) for n, one in enumerate(found, 1))
    if len(kept) > (page + 1) * FAQS_SHOWN:
        choices = (*choices, go(t("Others"), "faqs", shop_id, page + 1))
    return Screen(paragraphs(t("What {shop} answers by itself:", shop=shop), joined(lines, "\n")), choices=choices)


# -- a PO that needs company -------------------------------------------------------------------------------


def pool(t: Voice, card: Card, address: str, *, is_ad: bool) -> Screen:
    """How far a PO is from running, as a message to pass on."""
    minimum, taken = card.batch.minimum or 0, card.batch.taken
    missing = max(0, minimum - taken)
    full = min(BAR, taken * BAR // minimum) if minimum else BAR
    bar = "▰" * full + "▱" * (BAR - full)
    head = t("[Iklan] I earn a commission from the seller; your price stays the same.") if is_ad else ""
    facts = {"product": card.product.name, "shop": card.shop.name, "unit": card.product.unit}
    if missing:
        told = t(
            "{product} by {shop} is made once {n} {unit} are ordered; {missing} are missing.",
            n=minimum,
            missing=missing,
            **facts,
        )
    else:
        told = t("{product} by {shop} is made for sure: {n} {unit} are ordered.", n=taken, **facts)
    until = t("Orders until {when}.", when=t.when(card.batch.closes_at)) if card.batch.closes_at else ""
    each = t("Everybody orders and pays her own: {link}", link=address)
    line = bold(f"{taken}/{minimum}") + Markup(" ") + bar
    return Screen(paragraphs(head, told, line, joined([until, each], " ")), about=card.product.name)


# -- one more, for somebody who needs it -------------------------------------------------------------------


def agreed_asked(t: Voice, recipient: str) -> Screen:
    return Screen(
        t(
            "Does {recipient} know of it and agree to be named, and to a photo when you bring it? Without that we do "
            "not "
            "ask anybody for anything.",
            recipient=recipient,
        )
    )


def cause_made(t: Voice, place: Place, one: Standing) -> Screen:
    """To be passed on by anybody; a creator may take nothing for it."""
    text = paragraphs(told(t, one), how(t, one), cause_door(place, one.cause))
    return Screen(text, choices=(go(t("Gifts so far"), "cause", one.cause.id),), about=one.shop.name)


def told(t: Voice, one: Standing) -> Markup:
    full = min(BAR, one.paid * BAR // one.cause.target)
    line = bold(f"{one.paid}/{one.cause.target}") + Markup(" ") + "▰" * full + "▱" * (BAR - full)
    head = t(
        "Give one: {product} by {shop} for <b>{recipient}</b>.",
        product=one.product.name,
        shop=one.shop.name,
        recipient=one.cause.recipient,
    )
    return joined([head, line], "\n")


def how(t: Voice, one: Standing) -> Markup:
    return t(
        "You order one more and pay {shop} as always; she brings it there and shows a photo. No money is collected.",
        shop=one.shop.name,
    )


def cause_door(place: Place, cause: Cause) -> str:
    return f"{place.public_url}/i/{cause.token}"


def giving(t: Voice, one: Standing, price: str, waived: Sequence[str]) -> Screen:
    """Somebody opened its link: what it is, what it costs, who takes nothing for it."""
    names = t("{names} takes no commission for it.", names=", ".join(waived)) if waived else ""
    ask = t(
        "{price} per {unit}, delivery is the seller's gift. How many would you like to give, {kak}?",
        price=price,
        unit=one.product.unit,
    )
    return Screen(paragraphs(told(t, one), joined([how(t, one), names], " "), ask))


def cause(t: Voice, place: Place, one: Standing, *, sells: bool, may_waive: bool, has_waived: bool) -> Screen:
    """How it stands, and what each may do about it."""
    parts: list[object] = [told(t, one), t("Givers: {n}. Only what is paid counts.", n=one.givers)]
    choices: list[Choice] = []
    if one.cause.delivered_at:
        parts.append(t("Brought on {day}.", day=t.day(one.cause.delivered_at)))
    elif sells:
        choices.append(go(t("It is brought"), "cause_brought", one.cause.id))
        if one.cause.closed_at is None:
            choices.append(do(t("Close it"), "close_cause", one.cause.id))
    elif may_waive:
        choices.append(do(t("No commission for me"), "waive", one.cause.id))
    if has_waived:
        parts.append(t("You take no commission for it; orders for it say so."))
    if one.cause.closed_at is None:
        parts.append(cause_door(place, one.cause))
    return Screen(paragraphs(*parts), choices=tuple(choices), about=one.shop.name)


def brought(t: Voice, facts: Facts) -> Screen:
    """To every giver: the photo, the words, how many it were."""
    text = t(
        "It has arrived, {kak}: {n} {product} at {recipient}, and yours among them.",
        n=facts["n"],
        product=facts["product"],
        recipient=facts["recipient"],
    )
    thanks = Markup("“{}”").format(facts["thanks"]) if facts["thanks"] else ""
    picture = Picture("media", facts["picture"]) if facts["picture"] else None
    see = go(t("See the photo"), "gift_photo", facts["cause"])
    return Screen(paragraphs(text, thanks), picture=picture, choices=(see,), about=facts["shop"])


def gift_photo(t: Voice, cause: Cause, token: str) -> Screen:
    """Where a template brought only the words, the photo is a tap away."""
    text = t("Brought to {recipient}.", recipient=cause.recipient)
    return Screen(text, picture=Picture("media", token))


# -- the neighbourhood's month -----------------------------------------------------------------------------


def news(t: Voice, facts: Facts) -> Screen:
    """The month as a picture and a line: sums of everybody, nobody by name."""
    values = Month(**facts)
    text = t(
        "Neighbourhood news, {month}: {kitchens} kitchens, {orders} orders; commissions sent {paid}, confirmed by whom "
        "they belong to {confirmed}.",
        month=format_date(values.first_day, "MMMM y", locale=t.language),
        kitchens=values.kitchens,
        orders=values.orders,
        paid=t.money(values.paid, "IDR"),
        confirmed=t.money(values.confirmed, "IDR"),
    )
    if values.days is not None:
        text = joined([text, t("In the middle it took {n} days until the money was there.", n=values.days)], " ")
    return Screen(text, picture=Picture("card", recipes.news(t, values)))
