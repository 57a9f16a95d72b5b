"""Every page there is so far, all routes in one list.

/s/<shop>      a shop window          /p/<product>   one product
/r/<code>      who recommends         /i/<token>     an invitation
/promises      what may be relied on
/how           the rules, by their own values         /poster/<code>  a code on paper
/healthz       ready or not
/menu/<shop>.pdf                      what a shop sells, on paper
/media, /qr, /picture, /statement, /results     what chats and prints point at
/login, /sessions, /desk, /me, /hub   for whoever is signed in (in `signin`, `desk`, `me`, `hub`)
/goods/<token>                        a catalogue as a file (in `goods`)
/books, /verify                       the books for everybody (in `openbooks`)
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request
from sqlalchemy import select, text

from referral import codes, commissions, links
from storefront import media
from storefront.database import UNANSWERED, Database, Reader
from storefront.earning import deals, results, statements
from storefront.models import Deal, Shop
from storefront.narrowing import narrowed
from storefront.people import name_of
from storefront.phrases import LANGUAGES, Voice
from storefront.reading.sheets import guarded
from storefront.refusals import NotInvited, NotOnSale
from storefront.selling import catalogue, causes, polls, reviews, safeguards, shops, staff, trust
from storefront.selling.catalogue import Card
from storefront.web import rules, tokens

pages = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")

PICTURE_KEPT = 86_400
NOT_YET = ("/metrics",)


def reader() -> Any:
    database: Database = current_app.extensions["getok.database"]
    return database.read()


def here() -> Any:
    """How the hub is reached (its address, bot and number) and what time it is there."""
    return current_app.extensions["getok.place"]()


def voice() -> Voice:
    """The page's language: asked for in the address, else the browser's, else Indonesian."""
    asked = request.args.get("lang") or request.accept_languages.best_match(LANGUAGES) or "id"
    return Voice(asked if asked in LANGUAGES else "id", here().zone)


def shown(template: str, **facts: Any) -> str:
    return render_template(template, t=voice(), place=here(), **facts)


def absent() -> tuple[str, int]:
    return shown("absent.html"), 404


def too_many() -> tuple[str, int]:
    return shown("too_many.html"), 429


def trouble(incident: str) -> str:
    return shown("trouble.html", incident=incident)


WINDOW = 100  # products on one page
LONGEST_CODE = 40
WIDTHS = (320, 640, 960, 1280)

# -- the shop window ---------------------------------------------------------------------------------


@pages.get("/")
def front() -> str:
    with reader() as db:
        found = db.scalars(select(Shop).order_by(Shop.id.desc()).limit(30)).all()
        return shown("front.html", shops=found)


@dataclass(frozen=True)
class Thanked:
    """A creator whose code a visitor came by: it is shown, and it goes along into the chat."""

    code: str
    creator: str


@pages.get("/s/<slug>")
def shop(slug: str) -> str | tuple[str, int]:
    """A shop's window: what is on sale, and both doors to its chat; with the code a visitor came by."""
    with reader() as db:
        found = shops.by_slug(db, slug)
        if found is None:
            return absent()
        cards = [card for card in catalogue.all_cards(db, found) if not card.product.is_hidden][:WINDOW]
        by = thanked(db, found)
        said = voice()("Hello {shop} (shop {slug})", shop=found.name, slug=slug)
        if by:
            said = voice()("Hello {shop} (code {code})", shop=found.name, code=by.code)
        complaint = doors(f"l_{slug}", voice()("Report {shop} (report {slug})", shop=found.name, slug=slug).unescape())
        facts = {
            "received": trust.received_here(db, found),
            "complaint": complaint,
            "reviews": reviews.of_shop(db, found.id, public=True),
            "doors": doors(by.code if by else f"s_{slug}", said.unescape()),
            "thanked": by,
        }
        return shown("shop.html", shop=found, cards=cards, own=f"/s/{slug}", **facts)


def thanked(db: Reader, found: Shop) -> Thanked | None:
    """Whose code the address carries, where it is one of this shop's and its deal runs."""
    asked = request.args.get("code", "")
    known = deals.known(db, asked) if asked and len(asked) <= LONGEST_CODE else None
    if known is None or known.deal.shop_id != found.id or not deals.is_running(known.deal, here().now):
        return None
    return Thanked(known.code, name_of(db, known.deal.creator_id))


@pages.get("/menu/<slug>.pdf")
def menu(slug: str) -> Response:
    """What a shop sells on one sheet of paper, with the way to order it."""
    from storefront.drawing import menus

    with reader() as db:
        found = shops.by_slug(db, slug)
        cards = [card for card in catalogue.all_cards(db, found) if not card.product.is_hidden] if found else []
        if found is None or not cards:
            abort(404)
        content = menus.drawn(voice(), found, cards[:WINDOW], f"{here().public_url}/s/{slug}", reached())
    return kept(content, "application/pdf")


@pages.get("/p/<reference>")
def product(reference: str) -> str | tuple[str, int]:
    """One product; with a creator's code, as her own page of it."""
    with reader() as db:
        found = catalogue.by_reference(db, reference)
        if found is None:
            return absent()
        card = catalogue.card(db, found.id)
        by = thanked(db, card.shop)
        if by:
            known = deals.known(db, by.code)
            assert known, "it has just been found"
            return recommended_page(db, card, known.deal, by.code)
        return product_page(card, reference.upper())


def product_page(card: Card, reference: str) -> str:
    said = voice()(
        "I would like {product} from {shop} (product {reference})",
        product=card.product.name,
        shop=card.shop.name,
        reference=reference,
    ).unescape()
    facts: dict[str, Any] = {"creator": None, "less": 0, "bonus": None, "code": ""}
    return shown("product.html", card=card, **facts, doors=doors(f"p_{reference}", said), own=f"/p/{reference}")


@pages.get("/r/<code>")
def recommended(code: str) -> str | tuple[str, int]:
    """Who recommends, that she earns, and both doors. A look is never a touch: only a chat that opens is."""
    with reader() as db:
        known = deals.known(db, code)
        if known is None:
            return absent()
        current_app.extensions["getok.visits"].note(known.deal.id, request, here().now)
        found = catalogue.numbered(db, known.deal.shop_id, known.product_number)
        if found is None:
            return absent()
        return recommended_page(db, catalogue.card(db, found.id), known.deal, known.code, known.picture)


def recommended_page(db: Reader, card: Card, deal: Deal, code: str, picture_: int | None = None) -> str:
    """A product with the code somebody came by in both doors, and what that means said beside it."""
    full = links.suffixed(code, card.product.number, picture_)
    said = voice()(
        "I would like {product} from {shop} (code {code})",
        product=card.product.name,
        shop=card.shop.name,
        code=full,
    ).unescape()
    runs = deals.is_running(deal, here().now)
    facts: dict[str, Any] = {
        "creator": name_of(db, deal.creator_id) if runs else None,
        "less": commissions.together(card.shop.code_discount_bp, deal.gift_bp) if runs else 0,
        "bonus": card.shop.code_bonus if runs else None,
        "code": code if runs else "",
    }
    return shown("product.html", card=card, doors=doors(full, said), own=f"/r/{full}", **facts)


@pages.get("/poster/<code>.pdf")
def poster(code: str) -> Response:
    """A creator's code to print: QR, the code in words, and that she earns."""
    from storefront.drawing import posters

    with reader() as db:
        known = deals.known(db, code)
        found = catalogue.numbered(db, known.deal.shop_id, known.product_number) if known else None
        if known is None or found is None or not deals.is_running(known.deal, here().now):
            abort(404)
        card, t = catalogue.card(db, found.id), voice()
        full = links.suffixed(known.code, found.number)
        less = commissions.together(card.shop.code_discount_bp, known.deal.gift_bp)
        bonus = t("With the code {rate} less", rate=t.percent(less)).unescape() if less else card.shop.code_bonus or ""
        price = t("{price} per {unit}", price=t.money(card.variants[0].price, found.currency), unit=found.unit)
        content = posters.drawn(
            t,
            posters.Poster(
                product=found.name,
                shop=card.shop.name,
                price=price.unescape(),
                code=full,
                creator=name_of(db, known.deal.creator_id),
                address=f"{here().public_url}/r/{full}",
                reach=reached(),
                bonus=bonus,
            ),
        )
    return kept(content, "application/pdf")


def reached() -> str:
    """Where one writes to, on each channel the hub has."""
    place = here()
    number = place.whatsapp.removeprefix("whatsapp:") if place.whatsapp else ""
    ways = [f"WhatsApp {number}" if number else "", f"Telegram @{place.bot}" if place.bot else ""]
    return " · ".join(way for way in ways if way)


@pages.get("/i/<token>")
def invited(token: str) -> str | tuple[str, int]:
    with reader() as db:
        if helped := staff.shop_invited_to(db, token, here().now):
            said = voice()("I would like to help at {shop} (staff {token})", shop=helped, token=token).unescape()
            return shown("staff.html", shop=helped, doors=doors(f"t_{token}", said))
        if sells_on := staff.shop_invited_to(db, token, here().now, role="reseller"):
            said = voice()(
                "I would like to resell for {shop} (reseller {token})", shop=sells_on, token=token
            ).unescape()
            return shown("reseller.html", shop=sells_on, doors=doors(f"x_{token}", said))
        if vouches_for := safeguards.contact_invited_by(db, token):
            words = voice()("I vouch for {name} (contact {token})", name=vouches_for, token=token)
            return shown("contact.html", name=vouches_for, doors=doors(f"c_{token}", words.unescape()))
        if by := deals.seller_invited_by(db, token):
            words = voice()("I would like to sell here (seller invitation {token})", token=token)
            name = name_of(db, by) or voice()("A neighbour").unescape()
            return shown("seller_invitation.html", name=name, doors=doors(f"n_{token}", words.unescape()))
        if asked := together(db, token):
            return asked
        try:
            invitation = deals.invitation(db, token)
            card = catalogue.card(db, invitation.product_id)
        except (NotInvited, NotOnSale):
            return absent()
        said = voice()(
            "I would like to recommend {shop} (invitation {token})", shop=card.shop.name, token=token
        ).unescape()
        return shown("invitation.html", card=card, rate_bp=invitation.rate_bp, doors=doors(f"i_{token}", said))


def together(db: Reader, token: str) -> str | None:
    """A poll to vote in, or one more for somebody who needs it; none where the token is of something else."""
    if poll := polls.by_token(db, token):
        shop = db.get_one(Shop, poll.shop_id)
        words = voice()("I vote in the poll of {shop} (poll {token})", shop=shop.name, token=token)
        ways = {} if poll.closed_at else doors(f"v_{token}", words.unescape())
        deal = db.get(Deal, poll.deal_id) if poll.deal_id else None
        creator = name_of(db, deal.creator_id) if deal and deals.is_running(deal, here().now) else ""
        return shown("poll.html", poll=poll, shop=shop, doors=ways, creator=creator)
    if cause := causes.by_token(db, token):
        standing = causes.standing(db, cause)
        words = voice()("I would like to give one through {shop} (gift {token})", shop=standing.shop.name, token=token)
        ways = doors(f"u_{token}", words.unescape()) if causes.is_open(cause) else {}
        price = catalogue.card(db, cause.product_id).variants[0].price
        return shown("gift.html", one=standing, price=price, doors=ways)
    return None


def doors(payload: str, said: str) -> dict[str, str]:
    """The two ways into the chat; a channel the hub does not have is no door."""
    place = here()
    found = {}
    if place.whatsapp:
        found["WhatsApp"] = links.whatsapp(place.whatsapp, said)
    if place.bot:
        found["Telegram"] = links.telegram(place.bot, payload)
    return found


# -- pictures and files ------------------------------------------------------------------------------


@pages.get("/media/<token>.jpg")
def picture(token: str) -> Response:
    """A product's photo. A proof or a sticker has no page."""
    with reader() as db:
        found = media.by_token(db, token)
        if found is None or not found.is_public or not found.content:
            abort(404)
        return kept(found.content, found.mime)


@pages.get("/media/<token>/<int:width>.jpg")
def picture_as_wide(token: str, width: int) -> Response:
    """The same photo, no wider than a page needs it; drawn when somebody asks, and kept by her browser."""
    if width not in WIDTHS:
        abort(404)
    with reader() as db:
        found = media.by_token(db, token)
        if found is None or not found.is_public or not found.content:
            abort(404)
        content = found.content
    return kept(narrowed(content, width), "image/jpeg")


@pages.get("/sent/<token>.jpg")
def sent_picture(token: str) -> Response:
    """A picture on its way to somebody, for the channel that brings it to her; nobody keeps it on the way."""
    with reader() as db:
        name = tokens.fetched(db.vault, "sent", token, here().now)
        found = media.by_token(db, name) if name else None
        if found is None or not found.content:
            abort(404)
        answer = kept(found.content, found.mime)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.get("/qr/<token>.png")
def qr_png(token: str) -> Response:
    """The QR picture of a text we signed."""
    from storefront import pictures

    content = tokens.fetched(current_app.extensions["getok.database"].vault, "qr", token, here().now)
    if content is None:
        abort(404)
    return kept(pictures.qr_png(content), "image/png")


@pages.get("/picture/<token>.jpg")
def drawn_picture(token: str) -> Response:
    """The picture of a recipe we signed."""
    from storefront.drawing import recipes

    recipe = tokens.fetched(current_app.extensions["getok.database"].vault, "picture", token, here().now)
    if recipe is None:
        abort(404)
    with reader() as db:
        photo = media.by_token(db, recipes.photo_of(recipe))
        content = photo.content if photo and photo.is_public else None
    return kept(recipes.drawn(recipe, content), "image/jpeg")


@pages.get("/qr/<kind>/<reference>.<ending>")
def qr_of(kind: str, reference: str, ending: str) -> Response:
    """The QR of one of our own pages, for printing: /qr/r/DEWI7-1.svg, /qr/p/DR1.png, /qr/s/dapur-rina.svg."""
    from storefront import pictures

    if kind not in {"r", "p", "s", "i"} or ending not in {"png", "svg"} or len(reference) > 60:
        abort(404)
    if kind == "r" and codes.split(reference) is None:
        abort(404)
    address = f"{here().public_url}/{kind}/{reference}"
    if ending == "png":
        return kept(pictures.qr_png(address), "image/png")
    return kept(pictures.qr_svg(address).encode(), "image/svg+xml")


def kept(content: bytes, mime: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = mime
    answer.headers["Cache-Control"] = f"public, max-age={PICTURE_KEPT}"
    return answer


@pages.get("/statement/<token>.csv")
def statement(token: str) -> Response:
    """A creator's own commissions as a table, while her link holds."""
    database: Database = current_app.extensions["getok.database"]
    creator_id = tokens.statement_of(database.vault, token, here().now)
    if creator_id is None:
        abort(404)
    with reader() as db:
        table = as_csv(db, creator_id)
    answer = make_response(table)
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="getok-statement.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


RESULT_COLUMNS = ("opened", "chatted", "asked", "ordered", "buyers", "back", "complained", "sold", "earned")
RESULT_WEEKS = 104


@pages.get("/results/<token>.csv")
def results_table(token: str) -> Response:
    """What a creator's links brought, week by week, while her link holds; sums, and nobody's name."""
    database: Database = current_app.extensions["getok.database"]
    creator_id = tokens.results_of(database.vault, token, here().now)
    if creator_id is None:
        abort(404)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["week", "code", "shop", *RESULT_COLUMNS])
    with reader() as db:
        hers = [(deal, db.get_one(Shop, deal.shop_id).name) for deal in deals.of_creator(db, creator_id)]
        for line in results.weekly(db, hers, here().now, RESULT_WEEKS):
            figures = [max(line.sums.get(name, 0), 0) for name in RESULT_COLUMNS]
            writer.writerow([line.week, line.code, guarded(line.shop), *figures])
    answer = make_response(out.getvalue())
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="getok-results.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def as_csv(db: Reader, creator_id: int) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["order", "accrued_at", "amount", "currency", "state"])
    every = [*statements.lines(db, creator_id, limit=10_000), *statements.fees(db, creator_id, limit=10_000)]
    for line in every:
        writer.writerow([line.order or "content", line.at.isoformat(), line.amount, line.currency, line.state])
    return out.getvalue()


# -- the books, and whether we are well --------------------------------------------------------------


@pages.get("/promises")
def promises() -> str:
    """What people may rely on, and what they may not."""
    return shown("promises.html")


@pages.get("/how")
def how() -> str:
    """Who is thanked, how much and when, said by the rules' own values."""
    return shown("how.html", how=rules.how(voice()))


@pages.get("/healthz")
def healthz() -> Response:
    """Ready means that the database answers and that everything which was started is alive."""
    wrong = [*unanswered(), *current_app.extensions["getok.ailing"]()]
    answer = make_response(f"not well: {', '.join(wrong)}\n" if wrong else "ok\n", 503 if wrong else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def unanswered() -> list[str]:
    try:
        with reader() as db:
            db.execute(text("SELECT 1"))
    except UNANSWERED:
        return ["database"]
    return []


def not_yet(**_: Any) -> tuple[str, int]:
    return shown("not_yet.html"), 501


def announced(blueprint: Blueprint, paths: tuple[str, ...], view: Callable[..., Any]) -> None:
    for path in paths:
        blueprint.add_url_rule(path, endpoint=f"not_yet_{path.strip('/').split('/')[0]}_{len(path)}", view_func=view)


announced(pages, NOT_YET, not_yet)
