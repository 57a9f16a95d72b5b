"""What a deal's two sides are shown of it: the terms, their changes, contents, doubts, objections."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from markupsafe import Markup

from bots.dialogue import Choice, Screen, do, go
from bots.screens import fees, lessons
from bots.screens.wording import Facts, bold, joined, moment_of, paragraphs
from referral import terms
from referral.fairness import Margin
from referral.rates import Frozen, Rate, Scope
from referral.suspicions import DECIDED_WITHIN, FLOOD
from storefront.models import Deal, Shop
from storefront.phrases import Voice, marked
from storefront.selling.catalogue import Card

# -- the whole agreement ---------------------------------------------------------------------------------


def agreement(t: Voice, card: Card, holding: Frozen, fee: int | None, pending: Rate | None) -> Markup:
    """Everything the deal says, each point a line; this is what she says yes to, word for word."""
    shop, currency = card.shop, card.product.currency
    days = terms.ATTRIBUTION_WINDOW.days
    lines: list[object] = [
        t("Product: {product} of {shop}, and everything else it sells.", product=card.product.name, shop=shop.name),
        rate_line(t, holding, pending),
        t("Fee for a content you agreed on: {amount}, once it is accepted.", amount=t.money(fee, currency))
        if fee
        else t("Fee for contents: none agreed; ask with <i>bargain</i>."),
        t("Counted on the goods after discounts; delivery and unique code do not count."),
        t("At most {amount} an order.", amount=t.money(holding.cap, currency)) if holding.cap else "",
        t(
            "Who is thanked: a code said for the order, then the link that opened the chat, then the last visit within "
            "{days} days. One order thanks one person.",
            days=days,
        ),
        t("Your own orders, and people who bought there before you brought them, do not count."),
        t(
            "Ready {food} hours after food was sent; goods {received} days after they were received or {sent} days "
            "after they were sent, unless a problem was reported.",
            food=hours(terms.HOLD_FOOD_AFTER_SENT.total_seconds()),
            received=terms.HOLD_GOODS_AFTER_RECEIVED.days,
            sent=terms.HOLD_GOODS_AFTER_SENT.days,
        ),
        t(
            "Pay day: Monday, by the seller directly to you; from {floor} on, the first time and after {days} days "
            "whatever it is. The hub never holds it.",
            floor=t.money(terms.PAYOUT_FLOOR, currency),
            days=terms.FLOOR_HOLDS_AT_MOST.days,
        ),
        t(
            "What looks odd waits {days} days at most, with the reason, and is yours if nobody decides.",
            days=DECIDED_WITHIN.days,
        ),
        t("A higher rate holds at once, a lower one after {days} days' notice.", days=terms.RATE_CUT_NOTICE.days),
        t(
            "A content nobody looks at for {days} days is accepted. One revision, if asked for with a reason.",
            days=terms.CONTENT_ANSWERED_WITHIN.days,
        ),
        t("Your words and pictures stay yours; the shop may pass them on with your name while this runs."),
        t("Every post says that you earn: <i>Iklan</i>. Say what you know; try it first."),
        t("Stop any time: <i>stop recommending</i>. What you have earned stays yours."),
        t("Only for {age} and over. No deposit, nobody to recruit.", age=terms.YOUNGEST_CREATOR_YEARS),
    ]
    numbered = [Markup("{}. {}").format(n, line) for n, line in enumerate((one for one in lines if one), 1)]
    return paragraphs(t("The whole agreement with {shop}:", shop=bold(shop.name)), joined(numbered, "\n"))


def hours(seconds: float) -> int:
    return int(seconds // 3600)


def rate_line(t: Voice, holding: Frozen, pending: Rate | None) -> Markup:
    """What is paid now, and what is announced."""
    line = t("You earn {rate} of what sells through your code.", rate=t.percent(holding.rate_bp))
    if pending is not None:
        day = t.day(pending.holds_from.astimezone(t.zone).date())
        line += t(" From {day} on: {rate}.", day=day, rate=t.percent(pending.value))
    return line


def offer_note(t: Voice, shop: Shop, holding: Frozen, fee: int | None, pending: Rate | None) -> Markup:
    """What the short card adds where a deal is more than its rate."""
    parts: list[object] = []
    if fee:
        parts.append(t("For each content you agree on, once accepted: {amount}.", amount=t.money(fee, shop.currency)))
    if holding.cap:
        parts.append(t("At most {amount} an order.", amount=t.money(holding.cap, shop.currency)))
    if pending is not None:
        day = t.day(pending.holds_from.astimezone(t.zone).date())
        parts.append(t("From {day} on: {rate}.", day=day, rate=t.percent(pending.value)))
    return joined(parts, " ")


LOOKED_WITHIN = timedelta(days=30)

# -- her deals -------------------------------------------------------------------------------------------


def deals(t: Voice, found: Sequence[tuple[Deal, str]]) -> Screen:
    if not found:
        return Screen(
            t("You do not recommend a shop yet, {kak}. Open an invitation, or write <i>recommend</i> in a shop.")
        )
    if len(found) == 1:
        return Screen(t("One deal:"), choices=(go(label_of(found[0]), "deal", found[0][0].id),))
    return Screen(t("Your deals:"), choices=tuple(go(label_of(one), "deal", one[0].id) for one in found[:9]))


def label_of(found: tuple[Deal, str]) -> str:
    return f"{found[1]} · {found[0].code}"[:40]


def deal(t: Voice, one: Deal, shop: Shop, holding: Frozen | None, now: datetime, digest: str, people: int) -> Screen:
    """One deal as it stands today, and what can be done with it."""
    parts: list[object] = [joined([bold(shop.name), t("code {code}", code=one.code)])]
    is_over = one.ended_at is not None and one.ended_at <= now
    if is_over:
        parts.append(t("This deal has ended. What you have earned stays yours."))
    elif holding:
        parts.append(t("You earn {rate} of what sells through your code.", rate=t.percent(holding.rate_bp)))
    if one.ended_at is not None and not is_over:
        parts.append(t("It ends on {day}.", day=t.day(one.ended_at.astimezone(t.zone).date())))
    if one.content_fee:
        parts.append(t("For each accepted content: {amount}.", amount=t.money(one.content_fee, shop.currency)))
    if one.gift_bp:
        parts.append(t("You give your buyers {rate} of it.", rate=t.percent(one.gift_bp)))
    parts.append(t("People who opened your link in {days} days: {n}.", days=LOOKED_WITHIN.days, n=people))
    parts.append(t("Orders brought: {n}.", n=one.orders))
    if digest:
        parts.append(t("What you agreed to: check code {digest}.", digest=digest))
    choices: tuple[Choice, ...] = () if is_over else running_choices(t, one)
    return Screen(joined(parts, "\n"), choices=(*choices, go(t("Read all"), "deal_words", one.id)), about=shop.name)


def running_choices(t: Voice, one: Deal) -> tuple[Choice, ...]:
    return (
        go(t("Share"), "share", one.id),
        go(t("Make a picture"), "make_picture", one.id),
        go(t("What it brought"), "results"),
        go(t("Change code"), "change_code", one.id),
        go(t("Print QR"), "print_code", one.id),
        go(t("Bargain"), "bargain", one.shop_id),
        go(t("Stop recommending"), "stop_deal", one.id),
    )


def stop_asked(t: Voice, one: Deal, shop: str) -> Screen:
    text = t(
        "Stop recommending {shop}? The code {code} then thanks nobody any more. What you have earned stays yours and "
        "is paid as agreed.",
        shop=shop,
        code=one.code,
    )
    return Screen(text, choices=(do(t("Yes, stop"), "leave_deal", one.id), go(t("No"), "deal", one.id)))


def stopped(t: Voice, shop: str) -> Screen:
    return Screen(t("Done, {kak}. Thank you for telling people about {shop}; come back any time.", shop=shop))


# -- a seller's promises -----------------------------------------------------------------------------------


def promised(
    t: Voice, said: str, begins: datetime, now: datetime, margins: Sequence[tuple[str, Margin]], cur: str
) -> Screen:
    """What was promised, from when on, and what a sale leaves her."""
    when = (
        t("It holds at once.")
        if begins <= now
        else t(
            "It holds from {day} on: who recommends you already has {days} days' notice.",
            day=t.day(begins.astimezone(t.zone).date()),
            days=terms.RATE_CUT_NOTICE.days,
        )
    )
    return Screen(paragraphs(joined([said, when], " "), left_over(t, margins, cur)))


def left_over(t: Voice, margins: Sequence[tuple[str, Margin]], currency: str) -> Markup:
    """``Brownies: Rp65.000 - modal Rp40.000 - komisi Rp6.500 = sisa Rp18.500``."""
    lines = []
    for name, one in margins:
        price, cost, part = (t.money(value, currency) for value in (one.price, one.cost, one.commission))
        gift = t(" - discount {amount}", amount=t.money(one.gift, currency)) if one.gift else ""
        line = t("{product}: {price}", product=name, price=price) + gift
        line += t(" - commission {part} - cost {cost}", part=part, cost=cost)
        lines.append(line + t(" = <b>{left}</b> for you", left=t.money(one.left, currency)))
    return joined(lines, "\n")


def cost_noted(t: Voice, margins: Sequence[tuple[str, Margin]], currency: str) -> Screen:
    return Screen(paragraphs(t("Noted, only for you. Sold through a neighbour:"), left_over(t, margins, currency)))


def rates(t: Voice, shop: Shop, known: Sequence[Rate], names: Mapping[tuple[Scope, int], str], now: datetime) -> Markup:
    """Everything a shop promises now, and what is announced, a line each."""
    lines = []
    for one in sorted(known, key=lambda rate: (-rate.scope, rate.subject, rate.holds_from)):
        line = joined([whom(t, one, names), worth(t, one, shop.currency)], ": ")
        if one.holds_from > now:
            line += t(" (from {day} on)", day=t.day(one.holds_from.astimezone(t.zone).date()))
        lines.append(line)
    return joined(lines, "\n")


def whom(t: Voice, rate: Rate, names: Mapping[tuple[Scope, int], str]) -> Markup:
    if rate.scope is Scope.TIER:
        return t("who has brought {n} orders", n=rate.subject)
    if rate.scope is Scope.CAP:
        return t("at most an order")
    return Markup("{}").format(names.get((rate.scope, rate.subject), "")) if rate.subject else t("everybody")


def worth(t: Voice, rate: Rate, currency: str) -> str:
    if rate.scope is Scope.CAP:
        return t.money(rate.value, currency) if rate.value else str(t("no cap"))
    return t.percent(rate.value) if rate.value else str(t("nothing of its own"))


def rate_changed(t: Voice, facts: Facts) -> Screen:
    """A creator hears of a raise as it begins, and of a cut a month before."""
    begins = moment_of(facts["from"])
    assert begins, "a change has its day"
    scope, rate = Scope(facts["scope"]), t.percent(facts["rate_bp"])
    if scope is Scope.CAP:
        most = t.money(facts["rate_bp"], facts["currency"]) if facts["rate_bp"] else t("as much as it comes to")
        what = t("{shop} pays at most {amount} an order", shop=facts["shop"], amount=most)
    elif scope is Scope.PRODUCT:
        what = t("{shop} pays {rate} for {product}", shop=facts["shop"], rate=rate, product=facts["product"] or "")
    elif scope is Scope.TIER:
        what = t("{shop} pays {rate} to who has brought {n} orders", shop=facts["shop"], rate=rate, n=facts["subject"])
    else:
        what = t("{shop} pays you {rate}", shop=facts["shop"], rate=rate)
    if facts["now"]:
        return Screen(what + t(", from now on."))
    day = t.day(begins.astimezone(t.zone).date())
    return Screen(what + t(" from {day} on. Until then everything stays as it is.", day=day))


def deal_ends(t: Voice, facts: Facts) -> Screen:
    begins = moment_of(facts["from"])
    assert begins, "an end has its day"
    text = t(
        "{shop} ends the deal of code {code} on {day}. Until then everything stays as it is, and what you have earned "
        "stays yours.",
        shop=facts["shop"],
        code=facts["code"],
        day=t.day(begins.astimezone(t.zone).date()),
    )
    return Screen(text)


def creator_left(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{creator} (code {code}) has stopped recommending {shop}. What she has earned is paid as agreed.",
        creator=facts["creator"],
        code=facts["code"],
        shop=facts["shop"],
    )
    return Screen(text)


# -- bargaining --------------------------------------------------------------------------------------------


def bargain_asked_for(t: Voice, shop_id: int, shop: str, published_bp: int) -> Screen:
    text = t(
        "What would you ask {shop} for? Its offer is {rate}. For example: <i>12%</i>, <i>50rb per content</i>, or "
        "<i>50rb per content + 8%</i>.",
        shop=shop,
        rate=t.percent(published_bp),
    )
    return Screen(text, choices=(go(t("Work it out"), "reckon", shop_id),), numbered=False)


def asks_for(t: Voice, facts: Facts) -> Markup:
    """``Rp50.000 per konten + 8%``."""
    parts: list[object] = []
    if facts["content_fee"]:
        parts.append(t("{amount} a content", amount=t.money(facts["content_fee"], facts["currency"])))
    if facts["rate_bp"]:
        parts.append(t.percent(facts["rate_bp"]))
    return joined(parts, " + ")


def bargain_sent(t: Voice, facts: Facts) -> Screen:
    return Screen(t("I have asked {other}: {terms}.", other=other_side(facts), terms=asks_for(t, facts)))


def other_side(facts: Facts) -> str:
    return str(facts["shop"] if facts["by_creator"] else facts["creator"])


def bargain_asked(t: Voice, facts: Facts) -> Screen:
    if facts["by_creator"]:
        text = t(
            "{creator} would recommend {shop} for <b>{terms}</b> (your offer: {rate}). What do you say?",
            creator=facts["creator"],
            shop=facts["shop"],
            terms=asks_for(t, facts),
            rate=t.percent(facts["published_bp"]),
        )
    else:
        text = t("{shop} offers you <b>{terms}</b>. What do you say?", shop=facts["shop"], terms=asks_for(t, facts))
    choices = (
        do(t("Take it"), "bargain_yes", facts["bargain"]),
        go(t("Offer something else"), "bargain_back", facts["bargain"]),
        go(t("No, thank you"), "refuse_bargain", facts["bargain"]),
    )
    about = facts["creator"] if facts["by_creator"] else facts["shop"]
    ways = (*choices, *lessons.offered(t, facts))
    return Screen(paragraphs(text, fees.reckoned(t, facts)), choices=ways, about=about)


def bargain_answered(t: Voice, facts: Facts) -> Screen:
    who = facts["shop"] if facts["by_creator"] else facts["creator"]
    if facts["state"] in {"accepted", "used"}:
        text = t("{who} agrees: {terms}.", who=who, terms=asks_for(t, facts))
        on = go(t("Go on"), "bargained", facts["bargain"])
        return Screen(text, choices=(on,) if facts["by_creator"] else ())
    text = t("{who} would rather stay with the published {rate}.", who=who, rate=t.percent(facts["published_bp"]))
    why = BARGAIN_REASONS.get(facts.get("reason", ""))
    return Screen(joined([text, Markup("“{}”").format(t(why)) if why else ""], " "))


BARGAIN_REASONS = {
    "too_much": marked("It would leave me too little"),
    "too_little": marked("It is too little for the work"),
    "enough": marked("I have enough for now"),
}


def bargain_reason_asked(t: Voice, bargain: int, reasons: Sequence[str]) -> Screen:
    names = {**BARGAIN_REASONS, "other": marked("Another reason")}
    choices = tuple(do(t(names[one]), "bargain_no", bargain, one) for one in reasons)
    return Screen(t("All right. May the other side know why? It helps to ask better."), choices=choices)


# -- contents and samples ----------------------------------------------------------------------------------


def content_noted(t: Voice, facts: Facts) -> Screen:
    until = moment_of(facts["until"])
    assert until, "a content has its day"
    text = t(
        "I have shown it to {shop}. {amount} is yours once it is accepted, at the latest on {when} if nobody answers.",
        shop=facts["shop"],
        amount=t.money(facts["fee"], facts["currency"]),
        when=t.when(until),
    )
    return Screen(text)


def content_handed_in(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{creator} has a content ready: {words}. Accepted, it brings {amount}; without an answer it counts as accepted "
        "after three days.",
        creator=facts["creator"],
        words=facts["words"],
        amount=t.money(facts["fee"], facts["currency"]),
    )
    choices = (
        do(t("Accept"), "content_accept", facts["content"]),
        go(t("Not like that"), "content_decline", facts["content"]),
    )
    return Screen(text, choices=choices, about=facts["creator"])


def content_answered(t: Voice, facts: Facts) -> Screen:
    amount = t.money(facts["fee"], facts["currency"])
    if facts["state"] == "declined":
        text = t("{shop} did not take the content: “{reply}”. You may hand it in again.", **said(facts, "reply"))
    elif facts["by_silence"]:
        text = t(
            "{shop} did not answer in time, so your content is accepted: {amount} is ready.", **named(facts, amount)
        )
    else:
        text = t("{shop} has accepted your content: {amount} is ready.", **named(facts, amount))
    return Screen(text)


def said(facts: Facts, *names: str) -> Facts:
    return {"shop": facts["shop"], **{name: facts[name] for name in names}}


def named(facts: Facts, amount: str) -> Facts:
    return {"shop": facts["shop"], "amount": amount}


def sample_given(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{shop} notes {n} {product} for you to try, worth {amount}. A gift: it replaces no commission and no fee.",
        shop=facts["shop"],
        n=facts["n"],
        product=facts["product"],
        amount=t.money(facts["value"], facts["currency"]),
    )
    return Screen(text)


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
        day=t.day(until.astimezone(t.zone).date()),
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
        day=t.day(until.astimezone(t.zone).date()),
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
