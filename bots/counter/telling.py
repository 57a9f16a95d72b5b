"""Making something to share: a photo becomes a picture in three looks, words in three manners; the kitchen's album."""

from dataclasses import dataclass

from bots.counter.buyer import a_number
from bots.counter.seller import mine, owned, which_shop
from bots.dialogue import Answer, Heard, Screen, Unclear, ask, choose, go, look
from bots.screens import telling as screens
from bots.visit import Begin, Outcome, Visit, action, command, follows, screen, script
from referral import links
from storefront import media, outbox
from storefront.database import Reader, Writer
from storefront.drawing.values import TEMPLATES
from storefront.earning import deals, meeting, sharing
from storefront.earning.sharing import RHYTHMS
from storefront.models import Deal, KitchenPhoto, Media, Product, SharedPicture, Shop
from storefront.phrases import Voice
from storefront.refusals import DealIsOver, NotYours
from storefront.selling import catalogue, shops
from storefront.selling.catalogue import Card

# -- a picture -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Made:
    """A photo for a picture: her own by its number, the seller's, or the newest of the kitchen."""

    deal: int
    media: int | None
    source: str


@command("make_picture")
def make_picture_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*buat gambar*: for which shop, where she recommends several."""
    running = deals.running(db, visit.person_id, visit.now)
    if not deals.takes_part(db, visit.person_id):
        return None
    if len(running) == 1:
        return Begin("telling", {"deal": running[0].id})
    if not running:
        text = visit.t("You do not recommend a shop yet, {kak}. Find one nearby?")
        return Screen(text, choices=(go(visit.t("Find products"), "find_products"),))
    names = [(one.id, db.get_one(Shop, one.shop_id).name) for one in running[:9]]
    return Screen(visit.t("For which shop is it?"), choices=tuple(go(name, "make_picture", one) for one, name in names))


@screen("make_picture")
def make_picture(db: Writer, visit: Visit, deal: str = "") -> Outcome:
    one = deals.own(db, a_number(deal), visit.person_id)
    refuse_ended(one, visit)
    return Begin("telling", {"deal": one.id})


def refuse_ended(deal: Deal, visit: Visit) -> None:
    """Raises `DealIsOver`: no picture is made with a link that thanks nobody."""
    if not deals.is_running(deal, visit.now):
        raise DealIsOver


@script("telling")
async def telling(visit: Visit, deal: int) -> Outcome:
    card, has_kitchen = await look(told_of, deal)
    asked = screens.photo_asked(visit.t, card, has_kitchen=has_kitchen)
    media_id, source = await ask("photo", asked, a_photo, wants_picture=True)
    return Made(deal, media_id, source)


def told_of(db: Reader, deal_id: int) -> tuple[Card, bool]:
    """The newest product of her shop, and whether its kitchen has photos she may use."""
    deal = db.get_one(Deal, deal_id)
    product = catalogue.numbered(db, deal.shop_id, None) or db.get_one(Product, deal.product_id)
    return catalogue.card(db, product.id), bool(sharing.kitchen(db, deal.shop_id, for_creators=True))


def a_photo(answer: Answer) -> tuple[int | None, str]:
    if answer.media:
        return answer.media, "own"
    if answer.choice in {"seller", "kitchen"}:
        return None, answer.choice
    raise Unclear("A photo, please; or choose one of these.")


@action("picture_of")
def picture_of(db: Writer, visit: Visit, deal: str, media: str) -> Outcome:
    """The photo she had sent unasked, made into a picture after all. Raises `NotYours` for somebody else's photo."""
    found = db.get(Media, a_number(media))
    if found is None or found.person_id != visit.person_id:
        raise NotYours
    return Made(a_number(deal), found.id, "own")


@follows(Made)
def made(db: Writer, visit: Visit, intent: Made) -> Screen:
    """Both formats at once: the post as a picture of its own, the Status with the ways on."""
    deal = deals.own(db, intent.deal, visit.person_id)
    refuse_ended(deal, visit)
    card, _ = told_of(db, deal.id)
    photo = token_of(db, deal, card, intent)
    source = next(one for one in ("own", "seller", "kitchen") if one == intent.source)
    one = sharing.picture(db, deal, card.product.id, "", photo, source, visit.now)
    post = screens.drawn(visit.t, one, card, "post", address_of(visit, deal, card, one), visit.name, deal)
    outbox.tell(db, visit.person_id, "picture_made", {"recipe": post.value}, visit.now)
    return shown(db, visit, one, deal, "status")


def token_of(db: Writer, deal: Deal, card: Card, intent: Made) -> str | None:
    if intent.source == "own":
        kept = media.of(db, intent.media)
        if kept is None:
            return None
        media.publish(db, kept.id)  # she makes it an advert herself
        return kept.token
    if intent.source == "kitchen":
        found = sharing.kitchen(db, deal.shop_id, for_creators=True)
        return found[0][1] if found else card.photo
    return card.photo


def shown(db: Reader, visit: Visit, one: SharedPicture, deal: Deal, kind: str) -> Screen:
    sharing.refuse_taken_back(db, one)
    card = catalogue.card(db, one.product_id)
    address = address_of(visit, deal, card, one)
    drawn = screens.drawn(visit.t, one, card, kind, address, visit.name, deal)
    return screens.made(visit.t, one, kind, drawn, address)


def address_of(visit: Visit, deal: Deal, card: Card, one: SharedPicture) -> str:
    return f"{visit.place.public_url}/r/{links.suffixed(deal.code, card.product.number, one.number)}"


@screen("picture")
def picture(db: Writer, visit: Visit, picture: str = "", kind: str = "status") -> Screen:
    one, deal = sharing.of_creator(db, a_number(picture), visit.person_id)
    return shown(db, visit, one, deal, kind if kind in screens.FORMATS else "status")


@screen("relook")
def relook(db: Writer, visit: Visit, picture: str = "", kind: str = "status", template: str = "") -> Screen:
    """The same photo in another look; it is a picture of its own, so that the looks can be compared."""
    one, deal = sharing.of_creator(db, a_number(picture), visit.person_id)
    refuse_ended(deal, visit)
    sharing.refuse_taken_back(db, one)
    wanted = template if template in TEMPLATES else ""
    source = next(known for known in ("own", "seller", "kitchen") if known == one.source)
    fresh = sharing.picture(db, deal, one.product_id, wanted, one.photo, source, visit.now)
    return shown(db, visit, fresh, deal, kind if kind in screens.FORMATS else "status")


@screen("caption")
def caption(db: Writer, visit: Visit, picture: str = "", style: str = "relaxed", language: str = "id") -> Screen:
    one, deal = sharing.of_creator(db, a_number(picture), visit.person_id)
    card = catalogue.card(db, one.product_id)
    if style not in screens.STYLES or language not in screens.LANGUAGES:
        raise NotYours
    words = Voice(language, visit.place.zone)
    return screens.caption(visit.t, words, card, style, address_of(visit, deal, card, one), one.id)


# -- the kitchen's album -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class KitchenOf:
    """A photo for the album of one of her shops."""

    shop: int
    media: int
    words: str


@script("kitchen_of")
async def kitchen_of(visit: Visit, media: int) -> Outcome:
    """Which of her shops it was taken in."""
    words = await ask("words", Screen(visit.t("What is on it?")), lambda answer: answer.text, takes_anything=True)
    hers = await look(shops.owned_by, visit.person_id)
    options = {str(one.id): one.name for one in hers[:9]}
    return KitchenOf(int(await choose("shop", Screen(visit.t("For which shop?")), options)), media, words)


@follows(KitchenOf)
def kitchen_of_shop(db: Writer, visit: Visit, intent: KitchenOf) -> Screen:
    shop = owned(db, visit, str(intent.shop))
    if db.get_one(Media, intent.media).person_id != visit.person_id:
        raise NotYours
    return kitchen_photo_sent(db, visit, shop.id, intent.media, "" if intent.words == "-" else intent.words)


def kitchen_photo_sent(db: Writer, visit: Visit, shop_id: int, kept: int, words: str) -> Screen:
    """A seller's photo that begins with *dapur:*, kept for her, and for her neighbours if she says so."""
    photo = sharing.add_to_kitchen(db, shop_id, kept, words, visit.now, may_use=False)
    return screens.kitchen_noted(visit.t, photo)


@command("kitchen")
def kitchen_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    return kitchen(db, visit)


@screen("kitchen")
def kitchen(db: Writer, visit: Visit, shop: str = "0") -> Outcome:
    """A seller's album; a creator is shown where its photos become pictures."""
    found = mine(db, visit, shop)
    if not found:
        return make_picture_said(db, visit, Heard(visit.channel, "", "text"))
    if len(found) > 1:
        return which_shop(visit, found, "kitchen")
    return screens.kitchen(visit.t, found[0], sharing.kitchen(db, found[0].id, for_creators=False))


@screen("kitchen_photo")
def kitchen_photo(db: Writer, visit: Visit, photo: str = "") -> Screen:
    one = own_photo(db, visit, photo)
    token = db.get_one(Media, one.media_id).token
    return screens.kitchen_photo(visit.t, one, token)


def own_photo(db: Reader, visit: Visit, photo: str) -> KitchenPhoto:
    found = db.get(KitchenPhoto, a_number(photo))
    if found is None:
        raise NotYours
    owned(db, visit, str(found.shop_id))
    return sharing.of_kitchen(db, found.id, found.shop_id)


@action("kitchen_may")
def kitchen_may(db: Writer, visit: Visit, photo: str, may: str) -> Screen:
    one = own_photo(db, visit, photo)
    sharing.may_use(db, one, may=may == "1")
    if may == "1":
        return Screen(visit.t("Thank you. Whoever recommends you finds it under <i>make a picture</i>."))
    return Screen(visit.t("All right, it stays yours alone."))


@action("kitchen_gone")
def kitchen_gone(db: Writer, visit: Visit, photo: str) -> Screen:
    sharing.take_down(db, own_photo(db, visit, photo), visit.now)
    return Screen(visit.t("Taken down."))


# -- afternoons ------------------------------------------------------------------------------------------


@command("reminders")
def reminders_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return reminders(db, visit) if deals.takes_part(db, visit.person_id) else None


@screen("reminders")
def reminders(db: Writer, visit: Visit) -> Screen:
    known = meeting.profile(db, visit.person_id)
    return screens.rhythm_asked(visit.t, known.reminds if known else "never")


@action("rhythm")
def rhythm(db: Writer, visit: Visit, rhythm: str) -> Screen:
    chosen = next((one for one in RHYTHMS if one == rhythm), None)
    if chosen is None:
        raise NotYours
    first = sharing.set_rhythm(db, visit.person_id, chosen, visit.now)
    if first is None:
        return Screen(visit.t("All right, {kak}: no reminders."))
    return Screen(visit.t("Agreed, {kak}. The first one comes {when}.", when=visit.t.when(first)))
