"""How neighbours and kitchens are shown to each other: three at a time, each with the reasons it is there."""

from collections.abc import Sequence

from markupsafe import Markup

from bots.dialogue import Choice, Screen, do, go
from bots.screens import lessons
from bots.screens.wording import Facts, bold, joined, paragraphs
from referral.matching import SHOWN, TOPICS, Match, Reason, Topic
from storefront.earning.meeting import FoundCreator, FoundShop
from storefront.models import CreatorProfile, Shop
from storefront.phrases import Voice, marked

NAMES: dict[Topic, str] = {
    "cake": marked("cakes and bread"),
    "meal": marked("meals"),
    "snack": marked("snacks"),
    "drink": marked("drinks"),
    "frozen": marked("sambal and frozen"),
    "craft": marked("crafts"),
    "fashion": marked("clothes"),
    "kids": marked("children"),
}
REASONS: dict[Reason, str] = {
    "same_place": marked("near you"),
    "same_city": marked("same city"),
    "topic": marked("what you tell of"),
    "steady": marked("steady"),
    "repeat": marked("buyers come back"),
    "pays_soon": marked("pays soon"),
    "new": marked("new here"),
}


def named(t: Voice, topics: Sequence[Topic]) -> str:
    return ", ".join(str(t(NAMES[topic])) for topic in topics)


# -- who she is ------------------------------------------------------------------------------------------


def place_asked(t: Voice) -> Screen:
    text = t(
        "So that you meet kitchens nearby, {kak}: where do you live? Neighbourhood and city are enough, for example "
        "<i>Griya Asri, Depok</i>. How many follow you is nobody's business here."
    )
    return Screen(text, numbered=False)


def topics_asked(t: Voice) -> Screen:
    offered = ", ".join(str(t(NAMES[topic])) for topic in TOPICS)
    text = t("What do you like to tell of? Three at most: {topics}; or <i>anything</i>.", topics=offered)
    return Screen(text, numbered=False)


def found_asked(t: Voice) -> Screen:
    return Screen(
        t(
            "May sellers nearby find you and ask you? They see your first name, area, topics, and what your links "
            "brought in numbers; never your number."
        )
    )


def profile(t: Voice, one: CreatorProfile) -> Screen:
    place = ", ".join(part for part in (one.place, one.city) if part)
    lines = [
        t("You live in: {place}", place=place),
        t("You tell of: {topics}", topics=named(t, one.topics) or t("anything")),
        t("Sellers may find you.") if one.is_found else t("Sellers do not find you."),
    ]
    choices = (
        go(t("Find products"), "find_products"),
        go(t("Change"), "introduce"),
        go(t("Reminders"), "reminders"),
    )
    return Screen(joined(lines, "\n"), choices=choices)


# -- kitchens for a neighbour ------------------------------------------------------------------------------


def kitchens(t: Voice, found: Sequence[FoundShop], page: int) -> Screen:
    shown = found[page * SHOWN : (page + 1) * SHOWN]
    if not shown:
        text = t("No kitchen nearby looks for neighbours just now, {kak}. Know somebody who cooks well? Invite her.")
        return Screen(text, choices=(go(t("Invite a seller"), "invite_seller"),))
    head = t("Kitchens that pay for recommendations, near you and about what you tell of:")
    cards = [kitchen(t, one) for one in shown]
    choices = [go(t("Propose: {shop}", shop=one.shop.name), "propose", one.shop.id) for one in shown]
    return Screen(paragraphs(head, *cards), choices=(*choices, *further(t, "find_products", len(found), page)))


def kitchen(t: Voice, one: FoundShop) -> Markup:
    """``Brownies · Dapur Rina · 10% · dibayar rata-rata 3 hari · 30 dari 100 pembeli balik lagi``."""
    sums = one.match.candidate
    pays = (
        t("paid after {n} days on average", n=sums.pay_days)
        if sums.pay_days is not None
        else t("has paid no commission yet")
    )
    back = t("{n} of 100 buyers came back", n=sums.repeat_share) if sums.active_weeks else ""
    figures = joined([t.percent(one.shop.rate_bp or 0), pays, back])
    return joined([bold(one.product.name) + Markup(" · ") + one.shop.name, figures, reasons(t, one.match)], "\n")


def reasons(t: Voice, match: Match) -> Markup:
    return t("Why: {reasons}", reasons=", ".join(str(t(REASONS[one])) for one in match.reasons))


def further(t: Voice, screen: str, many: int, page: int, *args: object) -> tuple[Choice, ...]:
    return (go(t("Others"), screen, *args, page + 1),) if many > (page + 1) * SHOWN else ()


# -- neighbours for a kitchen ------------------------------------------------------------------------------


def neighbours(t: Voice, shop: Shop, found: Sequence[FoundCreator], page: int) -> Screen:
    shown = found[page * SHOWN : (page + 1) * SHOWN]
    if not shown:
        text = t("Nobody near {shop} looks for something to recommend just now. A link invites too:", shop=shop.name)
        return Screen(text, choices=(go(t("Invite"), "invite", shop.id),))
    cards = [neighbour(t, one) for one in shown]
    choices = [
        do(t("Ask {creator}", creator=one.name), "ask_neighbour", shop.id, one.profile.person_id) for one in shown
    ]
    head = t("Neighbours who would like to recommend, the steadiest first:")
    return Screen(
        paragraphs(head, *cards), choices=(*choices, *further(t, "find_neighbours", len(found), page, shop.id))
    )


def neighbour(t: Voice, one: FoundCreator) -> Markup:
    """``Dewi · Griya Asri · kue · 8 dari 12 minggu ada pesanan``."""
    sums = one.match.candidate
    weeks = t("orders in {n} of 12 weeks", n=sums.active_weeks) if sums.active_weeks else t("no orders yet")
    back = t("{n} of 100 buyers came back", n=sums.repeat_share) if sums.active_weeks else ""
    steady = Markup(" · ").join([bold(one.name), Markup("{}").format(one.profile.place or one.profile.city)])
    topics = named(t, one.profile.topics)
    return joined([joined([steady, topics]), joined([weeks, back]), reasons(t, one.match)], "\n")


def asked(t: Voice, creator: str) -> Screen:
    return Screen(t("I have asked {creator}; I tell you what she says.", creator=creator))


# -- an offer --------------------------------------------------------------------------------------------


def offered(t: Voice, facts: Facts) -> Screen:
    """A seller who found her asks. Everything she needs to know stands on the card behind the first button."""
    text = t(
        "{shop} found you, {kak}: would you recommend {product}? Her offer is <b>{rate}</b> of what sells through you. "
        "A no costs nothing.",
        shop=facts["shop"],
        product=facts["product"],
        rate=t.percent(facts["rate_bp"]),
    )
    choices = (
        go(t("Look"), "propose", facts["shop_id"]),
        go(t("Bargain"), "bargain", facts["shop_id"]),
        go(t("Not this time"), "refuse_offer", facts["offer"]),
        *lessons.offered(t, facts),
    )
    return Screen(text, choices=choices, about=facts["shop"])


REFUSED = {
    "full": marked("I have enough to do right now"),
    "no_match": marked("It does not fit what I tell of"),
    "pay": marked("The pay is too low for me"),
    "other": marked("Another reason"),
}


def reason_asked(t: Voice, offer: int, reasons_: Sequence[str]) -> Screen:
    choices = tuple(do(t(REFUSED[one]), "offer_no", offer, one) for one in reasons_)
    return Screen(t("All right. May the seller know why? It helps her ask better."), choices=choices)


def refused(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{creator} would rather not recommend {shop} this time: “{reason}”.",
        creator=facts["creator"],
        shop=facts["shop"],
        reason=t(REFUSED[facts["reason"]]),
    )
    if facts["reason"] == "pay":
        return Screen(text, choices=(go(t("What others pay"), "fees"),))
    return Screen(text)
