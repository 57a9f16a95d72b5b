"""From a photo to a live shop: what is sold, what the shop is called, where its money goes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import count
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bots import albums
from bots.dialogue import Answer, Screen, Unclear, ask, choose, look, one_of, pick
from bots.screens import seller
from bots.visit import Outcome, Visit, follows, script
from storefront import qris
from storefront.database import Writer
from storefront.models import Shop
from storefront.phrases import Voice
from storefront.reading.areas import ShopWords, read_place, read_shop
from storefront.reading.blocked import blocked
from storefront.reading.captions import Caption, merge, read_caption, read_change
from storefront.reading.destinations import mask, read_destination
from storefront.reading.inquiries import FACTS
from storefront.reading.noise import clean
from storefront.reading.prices import find_prices, read_price
from storefront.reading.times import read_moment
from storefront.reading.words import yes as is_yes
from storefront.refusals import BlockedGoods, NotYours
from storefront.selling import catalogue, editing, shops
from storefront.selling.catalogue import Listing
from storefront.selling.shops import PayTo

NAME_LONGEST = 60


@dataclass(frozen=True)
class Photo:
    """A product's photo and what was written under it."""

    media: int
    caption: Caption


@dataclass(frozen=True)
class OpenShop:
    """Everything a shop and its first product need."""

    words: ShopWords
    pay_to: PayTo
    photo: Photo


@dataclass(frozen=True)
class ListProduct:
    shop_id: int
    photo: Photo


@script("opening")
async def opening(visit: Visit, slow: int = 0) -> Outcome:
    """Open a shop: from a photo that came first, or step by step."""
    if slow:
        words = await named_and_placed(visit)
        pay_to = await paid_where(
            visit, visit.t("Last but one: send a photo of your QRIS sticker, or write your account or e-wallet number.")
        )
        photo = await photographed(visit)
    else:
        photo = await photographed(visit)
        words = await shop_at_once(visit)
        pay_to = await paid_where_at_once(visit, words)
    photo = await published(visit, photo, read_back(visit.t, pay_to))
    return OpenShop(words, pay_to, photo)


@script("listing")
async def listing(visit: Visit, shop: int = 0) -> Outcome:
    """List one more product; with several shops, ask for which."""
    photo = await photographed(visit)
    mine = await look(shops.owned_by, visit.person_id)
    if not mine:
        raise NotYours
    chosen = shop or mine[0].id
    if len(mine) > 1 and not shop:
        options = {str(one.id): one.name for one in mine}
        chosen = int(await choose("which_shop", Screen(visit.t("For which shop?")), options))
    photo = await published(visit, photo, Markup(""))
    return ListProduct(chosen, photo)


# -- the shop ----------------------------------------------------------------------------------------


def wow(t: Voice) -> Markup:
    return t(
        "That looks good! Would you like to sell it here, {kak}? What is your shop called, where do you send from, and "
        "what does delivery cost? Just write it, all at once is fine."
    )


async def shop_at_once(visit: Visit) -> ShopWords:
    """Name, place and fees in one message; a name alone is fine too, and the place is asked next."""
    short = visit.t("What is your shop called, and where do you send from?")
    words = await ask("shop", Screen(wow(visit.t)), a_shop, takes_anything=True, short=short)
    if words.place or words.city:
        return words
    place = await ask("place", Screen(place_asked(visit.t)), a_place, takes_anything=True)
    return replace(place, name=words.name)


def a_shop(answer: Answer) -> ShopWords:
    words = read_shop(answer.text)
    if not words.name or "?" in answer.text or read_destination(answer.text):
        raise Unclear("Sorry, I did not get that.")
    return words


async def named_and_placed(visit: Visit) -> ShopWords:
    name = await ask("name", Screen(visit.t("Nice! What is your shop called?")), a_name, takes_anything=True)
    place = await ask("place", Screen(place_asked(visit.t)), a_place, takes_anything=True)
    return replace(place, name=name)


def place_asked(t: Voice) -> Markup:
    return t(
        "Where do you send from, and what does delivery cost? For example <i>griya asri depok. rt 04 gratis, "
        "sekompleks 5rb, luar gosend bayar sendiri</i>."
    )


def a_name(answer: Answer) -> str:
    name = clean(answer.text)
    if not 2 <= len(name) <= NAME_LONGEST:
        raise Unclear("A name of 2 to 60 characters, please.")
    if "?" in name:
        raise Unclear("That sounds like a question. What should the name be?")
    return name


def a_place(answer: Answer) -> ShopWords:
    words = read_place(answer.text)
    if not words.place and not words.city:
        raise Unclear("Where do you send from? For example: {example}.", example="griya asri depok")
    return words


# -- where the money goes ----------------------------------------------------------------------------


async def paid_where_at_once(visit: Visit, words: ShopWords) -> PayTo:
    """The third message of the fast path: what was noted, and the one thing still missing."""
    noted = (
        visit.t("Noted: {areas}.", areas=seller.areas(visit.t, list(words.areas))) if words.areas else visit.t("Noted.")
    )
    last = visit.t("Last: send a photo of your QRIS sticker, or write your account or e-wallet number.")
    promise = visit.t("Buyers' money goes straight to you; Getok never holds money and never asks for an OTP or PIN.")
    question = Screen(noted + Markup(" ") + last + Markup(" ") + promise)
    return await ask("pay", question, a_destination, wants_picture=True, short=last)


async def paid_where(visit: Visit, asked: Markup) -> PayTo:
    """The sticker or account, read back until it is right."""
    promise = visit.t("Buyers' money goes straight to you; Getok never holds money and never asks for an OTP or PIN.")
    for turn in count(1):
        question = Screen(asked + Markup(" ") + promise)
        pay_to = await ask(f"pay{turn}", question, a_destination, wants_picture=True, short=asked)
        options = {"yes": visit.t("Right"), "no": visit.t("Other")}
        if await choose(f"pay{turn}_right", Screen(read_back(visit.t, pay_to)), options) == "yes":
            return pay_to
    raise AssertionError("count() never ends")


def read_back(t: Voice, pay_to: PayTo) -> Markup:
    if pay_to.kind == "qris":
        return t("I read: <b>{name}</b>, {city}.", name=pay_to.holder, city=pay_to.brand)
    return t("I read: <b>{account}</b> in the name of {name}.", account=pay_to.mask, name=pay_to.holder)


def a_destination(answer: Answer) -> PayTo:
    """A QRIS sticker on a photo, or an account in words."""
    if answer.media:
        return a_sticker(answer.codes)
    account = read_destination(answer.text)
    if account is None or account.kind == "cash":
        raise Unclear("Please send a photo of the QRIS sticker, or write it like <i>bca 1234567890 an Rina</i>.")
    if not account.holder:
        raise Unclear("In whose name is that account? Write it like <i>bca 1234567890 an Rina</i>.")
    return PayTo(account.kind, account.brand, account.number, account.holder, mask(account))


def a_sticker(codes: tuple[str, ...]) -> PayTo:
    if not codes:
        raise Unclear("I cannot find a QR code in that photo. Please take it from straight above, with light.")
    reasons = set()
    for code in codes:
        try:
            sticker = qris.read_sticker(code)
        except qris.NotQris as problem:
            reasons.add(problem.reason)
            continue
        if not sticker.static:
            raise Unclear("That code is for one payment only. Please send the sticker that buyers scan.")
        return PayTo("qris", sticker.city.title(), sticker.payload, sticker.merchant_name, "QRIS")
    if "bad_crc" in reasons or "truncated" in reasons:
        raise Unclear(
            "That QRIS code is damaged: its check digits do not match. Please photograph the sticker once more."
        )
    raise Unclear("That QR code is no QRIS. Please send the sticker that buyers scan to pay you.")


# -- the product -------------------------------------------------------------------------------------


async def photographed(visit: Visit) -> Photo:
    asked = visit.t(
        "Send a photo of what you sell, with a caption like <i>brownies 65rb/loyang, keju +10rb. PO tutup kamis jam 8 "
        "mlm, kirim sabtu pagi, max 20</i>."
    )
    photo = await ask("photo", Screen(asked), a_photo(visit.now, visit.place.zone), wants_picture=True)
    if blocked(photo.caption.name or ""):
        raise BlockedGoods(product=photo.caption.name)
    return photo


def a_photo(now: datetime, zone: ZoneInfo) -> Callable[[Answer], Photo]:
    def read(answer: Answer) -> Photo:
        if not answer.media:
            raise Unclear("A photo please, with its price in the caption.")
        return Photo(answer.media, read_caption(answer.text, now, zone))

    return read


async def published(visit: Visit, photo: Photo, opening_words: Markup) -> Photo:
    """Ask what is missing (two things at most), read everything back, and change it until she says *Tayangkan*."""
    caption = await completed(visit, photo.caption)
    if blocked(caption.name or ""):
        raise BlockedGoods(product=caption.name)
    for turn in count(1):
        text = opened(visit.t, opening_words) + seller.listing(visit.t, caption) + Markup(".")
        options = {"publish": visit.t("Publish"), "change": visit.t("Change")}
        seal = sha256(text.encode()).hexdigest()[:6]  # a yes is a yes to exactly what was shown
        choices = tuple(pick(label, f"publish{turn}-{seal}", value) for value, label in options.items())
        said = await ask(f"publish{turn}-{seal}", Screen(text, choices=choices), a_verdict(visit, caption, options))
        if said is None:
            return replace(photo, caption=caption)
        caption = said if said != caption else await changed(visit, caption, turn)
    raise AssertionError("count() never ends")


def a_verdict(visit: Visit, caption: Caption, options: Mapping[str, str]) -> Callable[[Answer], Caption | None]:
    """*Tayangkan* (None), *Ubah* (the caption as it is), or the change itself, said at once."""

    def read(answer: Answer) -> Caption | None:
        after = merge(caption, read_change(answer.text, visit.now, visit.place.zone)) if answer.text else caption
        if after != caption:
            return after
        said = "publish" if is_yes(answer.text) else one_of(options)(answer)
        return None if said == "publish" else caption

    return read


def opened(t: Voice, words: Markup) -> Markup:
    return (words + Markup(" ") if words else Markup("")) + t("Please check, {kak}: ")


async def completed(visit: Visit, caption: Caption) -> Caption:
    t = visit.t
    if caption.name is None:
        name = await ask("product_name", Screen(t("What is it called?")), a_name, takes_anything=True)
        caption = replace(caption, name=name)
    if not caption.is_priced:
        asked = t("What does <b>{product}</b> cost? For example <i>65rb/loyang</i>.", product=caption.name)
        price, unit = await ask("price", Screen(asked, numbered=False), a_price)
        caption = replace(caption, price=price, unit=caption.unit or unit)
    if caption.preorder and caption.closes_at is None:
        asked = t("When do orders close? For example <i>kamis jam 8 malam</i>.")
        closes = await ask("closes", Screen(asked, numbered=False), a_closing(visit))
        caption = replace(caption, closes_at=closes)
    return caption


def a_price(answer: Answer) -> tuple[int, str | None]:
    price = read_price(answer.text) or next((found.amount for found in find_prices(answer.text)), None)
    if not price:
        raise Unclear("I need the price as a number, for example <i>65rb</i> or <i>Rp65.000</i>.")
    _, _, unit = answer.text.partition("/")
    return price, clean(unit).split(" ")[0].lower() if unit.strip() else None


def a_closing(visit: Visit) -> Callable[[Answer], datetime]:
    def read(answer: Answer) -> datetime:
        moment = read_moment(answer.text, visit.now, visit.place.zone)
        if moment is None or moment <= visit.now:
            raise Unclear("A day and an hour that are still to come, please, for example <i>kamis jam 8 malam</i>.")
        return moment

    return read


async def changed(visit: Visit, caption: Caption, turn: int) -> Caption:
    asked = visit.t(
        "What should be different? Just write it, for example <i>harga 70rb</i>, <i>tutup jumat 19.00</i>, "
        "<i>maks 15</i> or <i>nama Brownies Panggang</i>."
    )

    def read(answer: Answer) -> Caption:
        change = read_change(answer.text, visit.now, visit.place.zone)
        after = merge(caption, change)
        if after == caption:
            raise Unclear("I did not get what should change.")
        return after

    return await ask(f"change{turn}", Screen(asked, numbered=False), read)


# -- what happens ------------------------------------------------------------------------------------


@follows(OpenShop)
def open_shop(db: Writer, visit: Visit, intent: OpenShop) -> Screen:
    """Open the shop and list its first product."""
    words = intent.words
    shop = shops.open_shop(
        db,
        visit.person_id,
        words.name or "",
        words.place or "",
        words.city or (intent.pay_to.brand if intent.pay_to.kind == "qris" else ""),
        words.areas,
        intent.pay_to,
        visit.now,
    )
    return put_on_sale(db, visit, shop, intent.photo)


@follows(ListProduct)
def list_product(db: Writer, visit: Visit, intent: ListProduct) -> Screen:
    shop = db.get(Shop, intent.shop_id)
    if shop is None or shop.owner_id != visit.person_id:
        raise NotYours
    return put_on_sale(db, visit, shop, intent.photo)


def put_on_sale(db: Writer, visit: Visit, shop: Shop, photo: Photo) -> Screen:
    product_id = catalogue.list_product(db, shop, as_listing(photo.caption), photo.media, visit.now)
    card = catalogue.card(db, product_id)
    for more in albums.rest_of(db, visit.person_id, photo.media)[: editing.room_for_photos(db, product_id)]:
        editing.add_photo(db, card, more)
    address = f"{visit.place.public_url}/p/{shop.letters}{card.product.number}"
    return seller.live(visit.t, card, address, shop.id, offers_already=shop.rate_bp is not None)


def as_listing(caption: Caption) -> Listing:
    assert caption.name, "the name was asked for"
    assert caption.is_priced, "the price was asked for"
    base = caption.base
    return Listing(
        name=caption.name,
        price=base,
        unit=seller.unit(caption),
        options=tuple((option.name, (option.costs(base) or base) - base) for option in caption.options),
        plain=None if caption.mix else caption.plain,
        is_preorder=caption.preorder,
        quota=caption.limit,
        closes_at=caption.closes_at,
        delivers_on=caption.delivers_on,
        day_part=caption.day_part,
        opens_at=caption.opens_at,
        minimum=caption.minimum if caption.preorder else None,
        min_order=caption.min_order,
        max_order=caption.max_order,
        mix=caption.mix,
        told=tuple((fact, told) for fact in FACTS if (told := getattr(caption, fact))),
    )
