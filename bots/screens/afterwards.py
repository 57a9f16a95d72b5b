"""What is said after a sale: what it was like, an answer, news for those who want it."""

from collections.abc import Sequence

from markupsafe import Markup

from bots.dialogue import Choice, Picture, Screen, do, go
from bots.screens.wording import Facts, joined, paragraphs
from storefront.drawing import recipes
from storefront.drawing.values import Testimonial
from storefront.models import Shop
from storefront.phrases import Voice
from storefront.selling.reviews import Shown


def words_asked(t: Voice) -> Screen:
    return Screen(t("What was it like, {kak}? Just write it, good or bad; it stays as you write it."))


def consent_asked(t: Voice, shop: str) -> Screen:
    return Screen(t("May {shop} show it, with your initial only? You can take that back any time.", shop=shop))


def review_kept(t: Voice, shop: str) -> Screen:
    return Screen(t("Thank you, {kak}. {shop} reads it, may answer, and cannot delete it.", shop=shop))


def review_written(t: Voice, facts: Facts) -> Screen:
    text = t(
        "⭐{stars} · has bought · {code}: “{words}”", stars=facts["stars"], code=facts["code"], words=facts["words"]
    )
    ways: list[Choice] = [go(t("Answer"), "review_answer", facts["review"])]
    if facts["may_show"]:
        ways.append(go(t("As a picture"), "testimonial", facts["review"]))
    return Screen(text, choices=tuple(ways), about=facts["code"])


def review_answered(t: Voice, facts: Facts) -> Screen:
    return Screen(t("{shop} answers your review: “{words}”", shop=facts["shop"], words=facts["words"]))


def reviews(t: Voice, found: Sequence[Shown], count: int, total: int) -> Screen:
    """A seller's newest reviews."""
    if not count:
        return Screen(t("No review yet. They come with the orders."))
    head = t(
        "{n} reviews, {stars} of 5 on average. None of them can be deleted, by nobody.",
        n=count,
        stars=average(t, count, total),
    )
    lines = [review(t, one) for one in found]
    ways = tuple(go(t("Answer {code}", code=one.code), "review_answer", one.id) for one in found if not one.reply)
    return Screen(paragraphs(head, *lines), choices=ways)


def average(t: Voice, count: int, total: int) -> str:
    """``4,6``: rounded to a tenth, a half up, with the comma of the language."""
    tenths = (total * 20 + count) // (2 * count)
    return f"{tenths // 10}{',' if t.language == 'id' else '.'}{tenths % 10}"


def review(t: Voice, one: Shown) -> Markup:
    said = Markup("⭐{} {} {}: “{}”").format(one.stars, one.initial, one.product, one.words)
    return joined([said, t("Your answer: “{words}”", words=one.reply) if one.reply else ""], "\n")


def testimonial(t: Voice, shop: Shop, one: Shown) -> Screen:
    values = Testimonial(shop.name, shop.letters, one.product, one.stars, one.words, one.initial)
    return Screen(t("For your Status, with her consent."), picture=Picture("card", recipes.testimonial(t, values)))


# -- news ------------------------------------------------------------------------------------------------


def subscribed(t: Voice, shop: str, shop_id: int) -> Screen:
    text = t("Good, {kak}: {shop} may write to you at most once a week. <i>Stop</i> ends it any time.", shop=shop)
    return Screen(text, choices=(do(t("Better not"), "no_news", shop_id),))


def unsubscribed(t: Voice, shop: str) -> Screen:
    return Screen(t("Fine, {kak}: no more news of {shop}. News of your orders still comes.", shop=shop))


def broadcast_asked(t: Voice, words: str, many: int) -> Screen:
    text = t("This goes to {n} who asked for your news, a few a minute:", n=many)
    return Screen(paragraphs(text, Markup("“{}”").format(words)))


def broadcast_begun(t: Voice, many: int) -> Screen:
    return Screen(t("On its way to {n}. I tell you when it is done, or when somebody minds.", n=many))


def broadcast(t: Voice, facts: Facts) -> Screen:
    text = t("News of <b>{shop}</b>: {words}", shop=facts["shop"], words=facts["words"])
    ways = (go(t("Look"), "shop", facts["shop_id"]), do(t("No more of this"), "no_news", facts["shop_id"]))
    return Screen(text, choices=ways)


def broadcast_paused(t: Voice, facts: Facts) -> Screen:
    text = t(
        "I have stopped your news after {sent}: {refused} did not want it or could not be reached. Less often is more.",
        sent=facts["sent"],
        refused=facts["refused"],
    )
    return Screen(text)


def broadcast_done(t: Voice, facts: Facts) -> Screen:
    return Screen(t("Your news has gone to {n}.", n=facts["sent"]))
