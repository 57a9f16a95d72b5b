"""What a creator has to share: pictures in three looks, captions in three manners and two languages, reminders.

The disclosure is the first thing in every caption and stands on every picture; none of them can be made without it.
"""

from collections.abc import Sequence

from markupsafe import Markup

from bots.dialogue import Choice, Picture, Screen, do, go
from bots.screens import pictures
from bots.screens.wording import Facts, joined, paragraphs
from storefront.drawing.values import TEMPLATES, Recommender
from storefront.earning.sharing import RHYTHMS
from storefront.models import Deal, KitchenPhoto, SharedPicture, Shop
from storefront.phrases import Voice, marked
from storefront.selling.catalogue import Card

STYLES = {"relaxed": marked("Relaxed"), "polite": marked("Polite"), "short": marked("Short")}
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
FORMATS = {"status": marked("Status 9:16"), "post": marked("Post 4:5")}


# -- a picture -------------------------------------------------------------------------------------------


def photo_asked(t: Voice, card: Card, *, has_kitchen: bool) -> Screen:
    text = t(
        "A picture for {product}, {kak}: send a photo of yours, the brighter the better; I make it ready with price, "
        "date, QR and <i>Iklan</i>. No children's faces without their parents' yes.",
        product=card.product.name,
    )
    choices: list[Choice] = []
    if card.photo:
        choices.append(Choice(t("The seller's photo"), "a:photo=seller"))
    if has_kitchen:
        choices.append(Choice(t("From the kitchen"), "a:photo=kitchen"))
    return Screen(text, choices=tuple(choices), numbered=False)


def made(t: Voice, one: SharedPicture, kind: str, picture: Picture, address: str) -> Screen:
    """Ready to be shared, with the other format and look a tap away."""
    other = "post" if kind == "status" else "status"
    following = TEMPLATES[(TEMPLATES.index(one.template) + 1) % len(TEMPLATES)]
    text = t(
        "{format}, ready to share. Its own link, so that you see what it brings: {link}",
        format=t(FORMATS[kind]),
        link=address,
    )
    choices = (
        go(t(FORMATS[other]), "picture", one.id, other),
        go(t("Another look"), "relook", one.id, kind, following or "panel"),
        go(t("Words for it"), "caption", one.id, "relaxed", t.language),
    )
    return Screen(text, picture=picture, choices=choices)


def drawn(t: Voice, one: SharedPicture, card: Card, kind: str, address: str, name: str, deal: Deal) -> Picture:
    return pictures.shared(t, kind, card, address, Recommender(name, deal.code), one.template, one.photo)


# -- words for it ----------------------------------------------------------------------------------------


def caption(t: Voice, words: Voice, card: Card, style: str, address: str, picture: int) -> Screen:
    """A text to copy, in one of three manners; ``words`` is the language it is written in."""
    said = paragraphs(disclosure(words), body(words, card, style), way_in(words, card, style, address))
    how = t("Copy it, change what you like; the first line stays.")
    other = "en" if words.language == "id" else "id"
    choices = [go(t(name), "caption", picture, key, words.language) for key, name in STYLES.items() if key != style]
    choices.append(go(LANGUAGES[other], "caption", picture, style, other))
    return Screen(paragraphs(how, said), choices=tuple(choices))


def disclosure(t: Voice) -> Markup:
    return t("[Iklan] I earn a commission from the seller; your price stays the same.")


def body(t: Voice, card: Card, style: str) -> Markup:
    facts = {
        "product": card.product.name,
        "shop": card.shop.name,
        "price": t.money(card.variants[0].price, card.product.currency),
        "unit": card.product.unit,
    }
    if style == "short":
        return t("{product} by {shop}, {price} per {unit}.", **facts)
    if style == "polite":
        return t(
            "Good day, dear neighbours. May I introduce {product} from {shop}? It is {price} per {unit}, made at home.",
            **facts,
        )
    return t("Neighbours, {shop} is making {product} again! {price} per {unit}, straight from her kitchen.", **facts)


def way_in(t: Voice, card: Card, style: str, address: str) -> Markup:
    closes = card.batch.closes_at
    until = t("Orders until {when}.", when=t.when(closes)) if closes else ""
    if style == "short":
        return joined([until, t("Order: {link}", link=address)], " ")
    if style == "polite":
        return joined([until, t("Should you like to order, please use this link: {link}", link=address)], " ")
    return joined([until, t("Fancy some? Tap here: {link}", link=address)], " ")


# -- the kitchen's album -----------------------------------------------------------------------------------


def kitchen_noted(t: Voice, photo: int) -> Screen:
    """A seller's photo of how it is made; who may use it is asked."""
    text = t(
        "A look into the kitchen, kept. May neighbours who recommend you use it in their posts? Please no children's "
        "faces without their parents' yes."
    )
    choices = (do(t("Yes, they may"), "kitchen_may", photo, 1), do(t("Only for me"), "kitchen_may", photo, 0))
    return Screen(text, choices=choices)


def kitchen(t: Voice, shop: Shop, found: Sequence[tuple[KitchenPhoto, str]]) -> Screen:
    """Her own album, with what may be used."""
    how = t("Send a photo and write <i>kitchen: the dough of this morning</i> under it.")
    if not found:
        return Screen(paragraphs(t("The album of {shop} is empty.", shop=shop.name), how))
    lines = [
        joined(
            [
                t.day(photo.at),
                photo.words,
                t("neighbours may use it") if photo.may_use else t("only for you"),
            ]
        )
        for photo, _ in found
    ]
    choices = tuple(
        go(t("Photo {n}", n=number), "kitchen_photo", photo.id) for number, (photo, _) in enumerate(found[:9], 1)
    )
    numbered = [Markup("{}. {}").format(number, line) for number, line in enumerate(lines, 1)]
    return Screen(paragraphs(joined(numbered, "\n"), how), choices=choices)


def kitchen_photo(t: Voice, photo: KitchenPhoto, token: str) -> Screen:
    """One photo of her album, to be let or taken back."""
    consent = (
        do(t("Only for me"), "kitchen_may", photo.id, 0)
        if photo.may_use
        else do(t("Yes, they may"), "kitchen_may", photo.id, 1)
    )
    gone = do(t("Take it down"), "kitchen_gone", photo.id)
    words = photo.words or t("A look into the kitchen.")
    return Screen(Markup("{}").format(words), picture=Picture("media", token), choices=(consent, gone))


# -- afternoons ------------------------------------------------------------------------------------------

RHYTHM_NAMES = {
    "weekly": marked("Every Friday"),
    "twice": marked("Tuesday and Friday"),
    "daily": marked("Every day"),
    "never": marked("Never"),
}


def rhythm_asked(t: Voice, standing: str) -> Screen:
    text = t(
        "How often may I remind you to share, {kak}? At four in the afternoon, when people think of food. Now: {now}.",
        now=t(RHYTHM_NAMES[standing]),
    )
    return Screen(text, choices=tuple(do(t(RHYTHM_NAMES[one]), "rhythm", one) for one in RHYTHMS))


def reminder(t: Voice, facts: Facts) -> Screen:
    text = t(
        "{product} by {shop}: somebody nearby may be waiting for a word from you.",
        product=facts["product"],
        shop=facts["shop"],
    )
    if facts["photos"]:
        text = joined([text, t("New from the kitchen: {n} photos.", n=facts["photos"])], " ")
    choices = (
        go(t("Make a picture"), "make_picture", facts["deal"]),
        go(t("Share"), "share", facts["deal"]),
        go(t("Change reminders"), "reminders"),
    )
    return Screen(text, choices=choices, about=facts["shop"])


def link_news(t: Voice, facts: Facts) -> Screen:
    """The first two days of a link, in numbers and without names."""
    if not facts["opened"] and not facts["chatted"]:
        text = t(
            "Your link for {shop} has not been opened yet, {kak}. A Status in the late afternoon with your own photo "
            "is seen most.",
            shop=facts["shop"],
        )
    else:
        text = t(
            "Your link for {shop} so far: opened {opened}, came to chat {chatted}, asked something {asked}, orders "
            "{ordered}.",
            shop=facts["shop"],
            opened=facts["opened"],
            chatted=facts["chatted"],
            asked=facts["asked"],
            ordered=facts["ordered"],
        )
    choices = (go(t("Make a picture"), "make_picture", facts["deal"]), go(t("What it brought"), "results"))
    return Screen(text, choices=choices, about=facts["shop"])


def picture_made(t: Voice, facts: Facts) -> Screen:
    """The post beside the Status, to be kept in the gallery."""
    return Screen(t("Post 4:5, for feeds and groups."), picture=Picture("card", facts["recipe"]))
