"""A picture as it is asked for: its kind, whom it speaks to and its values, in one line of JSON.

The line is kept with the message and signed into the link a channel fetches it from; it is drawn when it is needed,
once. Nothing heavy is imported here: writing a recipe is part of an answer, drawing it is not.
"""

import json
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from storefront.drawing.shelf import SHELF, digest
from storefront.drawing.values import Month, Offer, Payment, Span, Testimonial, offer_from_json, payment_from_json
from storefront.phrases import Voice

log = structlog.get_logger()
VERSION = 1  # of the drawing: a new one is drawn anew
OFFERS = ("card", "post", "status", "poster")


def payment(t: Voice, values: Payment) -> str:
    return written("payment", t, values.as_json())


def report(t: Voice, values: Span) -> str:
    return written("report", t, values.as_json())


def testimonial(t: Voice, values: Testimonial) -> str:
    return written("testimonial", t, values.as_json())


def news(t: Voice, values: Month) -> str:
    return written("news", t, values.as_json())


def offer(kind: str, t: Voice, values: Offer, photo: str | None = None) -> str:
    """``photo`` is the token of a stored picture."""
    assert kind in OFFERS
    return written(kind, t, values.as_json(), photo)


def written(kind: str, t: Voice, values: dict[str, Any], photo: str | None = None) -> str:
    return json.dumps([kind, t.language, str(t.zone), values, photo or ""], separators=(",", ":"), ensure_ascii=False)


def photo_of(recipe: str) -> str:
    """The token of the photo a recipe wants; empty when it wants none."""
    return str(json.loads(recipe)[4])


def drawn(recipe: str, photo: bytes | None = None) -> bytes:
    """The picture as a JPEG, from the shelf where it stands there already.

    Whatever goes wrong with the beauty of it, the code itself reaches the one who has to pay.
    """
    try:
        return SHELF.picture(digest("recipe", VERSION, recipe, photo or b""), lambda: _drawn(recipe, photo))
    except Exception:
        if json.loads(recipe)[0] in {"report", "testimonial", "news"}:
            raise  # nobody has to pay by it
        log.exception("a picture could not be drawn", kind=json.loads(recipe)[0])
        return plain(recipe)


def plain(recipe: str) -> bytes:
    """Only the code, black on white, and what has to be said with it."""
    from storefront.drawing.sheet import Frame, Sheet, Style
    from storefront.drawing.themes import WHITE

    _, language, zone, values, _ = json.loads(recipe)
    sheet = Sheet(900, 1000, WHITE)
    sheet.code(values.get("payload") or values["link"], Frame(0, 0, 900, 900))
    if by := values.get("recommender"):
        words = Voice(language, ZoneInfo(zone))("Ad · {creator} earns a commission from the seller", creator=by[1])
        sheet.write(words.unescape(), Frame(40, 900, 820, 80), Style(40, (0, 0, 0), "Semibold", align="centre"))
    return sheet.jpeg()


def _drawn(recipe: str, photo: bytes | None) -> bytes:
    kind, language, zone, values, _ = json.loads(recipe)
    t = Voice(language, ZoneInfo(zone))
    from storefront.drawing import charts, news_sheet, offers, payments, testimonials

    if kind == "news":
        return news_sheet.card(t, Month(**values)).jpeg()
    if kind == "testimonial":
        return testimonials.card(t, Testimonial(**values)).jpeg()
    if kind == "report":
        return charts.report(t, Span(**values)).jpeg()
    if kind == "payment":
        return payments.card(t, payment_from_json(values)).jpeg()
    return offers.KINDS[kind](t, offer_from_json(values), photo).jpeg()
