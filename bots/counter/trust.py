"""Where money and shops are guarded: changes of accounts, a freeze, a report, a lost phone."""

import re
from dataclasses import dataclass

from sqlalchemy import select

from bots import buttons
from bots.counter.buyer import a_number
from bots.counter.seller import mine
from bots.dialogue import Answer, Heard, Screen, Unclear, ask, choose, go, look
from bots.screens import trust as screens
from bots.scripts.listing import a_sticker
from bots.visit import Begin, Outcome, Visit, action, aside, command, entrance, follows, screen, script
from storefront import people, rows
from storefront.database import Reader, Writer
from storefront.models import Report, Shop
from storefront.reading.destinations import mask, read_destination
from storefront.reading.noise import clean, plain
from storefront.reading.spelling import normal
from storefront.refusals import AlreadyDone, NotYours
from storefront.selling import safeguards, shops
from storefront.selling.cases import tell_operators
from storefront.selling.shops import PayTo

WORDS_LONGEST = 300
NEW_STICKER = re.compile(r"\s*(?:ganti|ubah|tambah|new|change|add)\s+(?:stiker\s+)?qris\s*", re.IGNORECASE)
NEW_ACCOUNT = re.compile(
    r"\s*(?:ganti|ubah|tambah|new|change|add)?\s*(?:rekening|rek|account|tujuan uang)\b", re.IGNORECASE
)


# -- where a shop is paid --------------------------------------------------------------------------------


@aside(28)
def account_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*ganti rekening bca 123 an Rina*: only from who sells, and never without a yes and two days."""
    if heard.kind != "text" or visit.is_asked or not NEW_ACCOUNT.match(heard.text) or not mine(db, visit, "0"):
        return None
    said = read_destination(heard.text)
    if said is None or said.kind == "cash" or not said.holder:
        return Screen(visit.t("Write it like <i>change account bca 1234567890 an Rina</i>, please."))
    return Begin("moving_money", {}, answers={"account": heard.text})


@dataclass(frozen=True)
class MoveMoney:
    pay_to: PayTo
    shop: int


@script("moving_money")
async def moving_money(visit: Visit, sticker: int = 0) -> Outcome:
    owned = await look(shops.owned_by, visit.person_id)
    if not owned:
        raise NotYours
    shop = owned[0]
    if len(owned) > 1:
        options = {str(one.id): one.name for one in owned}
        chosen = await choose("which_shop", Screen(visit.t("For which shop?")), options)
        shop = next(one for one in owned if str(one.id) == chosen)
    if sticker:
        asked = Screen(visit.t("A photo of the new QRIS sticker, please."))
        pay_to = await ask("sticker", asked, a_new_sticker, wants_picture=True)
    else:
        pay_to = await ask("account", Screen(visit.t("Which account?")), an_account)
    question = screens.change_asked(visit.t, shop.name, pay_to.mask, pay_to.holder)
    options = {"yes": visit.t("Yes, change it"), "no": visit.t("No")}
    if await choose("sure", question, options) == "no":
        return Screen(visit.t("Fine, nothing has changed."))
    return MoveMoney(pay_to, shop.id)


def an_account(answer: Answer) -> PayTo:
    said = read_destination(answer.text)
    if said is None or said.kind == "cash" or not said.holder:
        raise Unclear("Please write it like <i>bca 1234567890 an Rina</i>.")
    return PayTo(said.kind, said.brand, said.number, said.holder, mask(said))


def a_new_sticker(answer: Answer) -> PayTo:
    return a_sticker(answer.codes)


@follows(MoveMoney)
def move_money(db: Writer, visit: Visit, intent: MoveMoney) -> Screen:
    starts = safeguards.change_destination(db, intent.pay_to, visit.person_id, visit.now, shop_id=intent.shop)
    return screens.change_waits(visit.t, intent.pay_to.mask, (starts or visit.now).isoformat())


@command("new_sticker")
def new_sticker(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return Begin("moving_money", {"sticker": 1}) if mine(db, visit, "0") else None


@action("stop_change")
def stop_change(db: Writer, visit: Visit, destination: str) -> Screen:
    safeguards.stop_change(db, a_number(destination), visit.person_id, visit.now)
    return screens.stopped(visit.t)


# -- a freeze --------------------------------------------------------------------------------------------

FREEZE = re.compile(r"(?:bekukan|freeze)\s+(?P<shop>.{2,60})", re.IGNORECASE)
THAW = re.compile(r"(?:cairkan|buka beku|lift|unfreeze|thaw)\s+(?P<shop>.{2,60})", re.IGNORECASE)


@aside(12)
def freeze_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*bekukan Dapur Rina*, from who runs the hub."""
    if not visit.is_operator or heard.kind != "text":
        return None
    for pattern, then in ((FREEZE, freeze_asked), (THAW, thaw)):
        match = pattern.fullmatch(clean(heard.text))
        shop = called(db, match["shop"]) if match else None
        if shop:
            return then(db, visit, str(shop.id))
    return None


def called(db: Reader, words: str) -> Shop | None:
    """The one shop of a name or a page's address, spelt as people spell."""
    said = normal(words).casefold().strip(" .")
    found = [one for one in db.scalars(select(Shop)) if said in {normal(one.name).casefold(), one.slug}]
    return found[0] if len(found) == 1 else None


@screen("freeze_asked")
def freeze_asked(db: Writer, visit: Visit, shop: str = "") -> Screen:
    found = safeguards.as_operator(db, a_number(shop), visit.person_id)
    if found.frozen_at:
        return screens.frozen(visit.t, found.name, found.id)
    return screens.freeze_asked(visit.t, found.name, found.id)


@action("freeze")
def freeze(db: Writer, visit: Visit, shop: str) -> Screen:
    found = safeguards.freeze(db, a_number(shop), visit.person_id, visit.now)
    return screens.frozen(visit.t, found.name, found.id)


@action("thaw")
def thaw(db: Writer, visit: Visit, shop: str) -> Screen:
    found = safeguards.thaw(db, a_number(shop), visit.person_id, visit.now)
    return screens.thawed(visit.t, found.name)


@screen("talk_person")
def talk_person(db: Writer, visit: Visit, person: str = "") -> Screen:
    """The way to somebody who wrote to who runs the hub."""
    if not visit.is_operator:
        raise NotYours
    number = a_number(person)
    text = visit.t("{name}: {contact}", name=people.name_of(db, number), contact=people.contact_of(db, number))
    return Screen(text)


# -- a report --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reported:
    shop: int
    words: str


@command("report_shop")
def report_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """*laporkan*: the shop in view."""
    if visit.shop_id is None:
        return Screen(visit.t("Which shop? Open its link first, then write <i>report this shop</i>."))
    return Begin("reporting", {"shop": visit.shop_id})


@entrance("report")
def by_report_link(db: Writer, visit: Visit, slug: str) -> Outcome:
    shop = shops.by_slug(db, slug)
    if shop is None:
        return Screen(visit.t("I do not know that shop."), choices=(go(visit.t("Menu"), "front"),))
    return Begin("reporting", {"shop": shop.id})


@script("reporting")
async def reporting(visit: Visit, shop: int) -> Outcome:
    name = await look(name_of_shop, shop)
    return Reported(shop, await ask("words", screens.report_asked(visit.t, name), some_words, takes_anything=True))


def name_of_shop(db: Reader, shop_id: int) -> str:
    return db.scalar(select(Shop.name).where(Shop.id == shop_id)) or ""


def some_words(answer: Answer) -> str:
    if len(plain(answer.text)) < 3:
        raise Unclear("A few words, please.")
    return answer.text[:WORDS_LONGEST]


@follows(Reported)
def reported(db: Writer, visit: Visit, said: Reported) -> Screen:
    shop = db.get_one(Shop, said.shop)
    today = f"report:{visit.person_id}:{shop.id}:{visit.now:%Y%m%d}"
    if not buttons.use(db, today, visit.person_id, visit.now):
        raise AlreadyDone
    rows.add(db, Report, shop_id=shop.id, person_id=visit.person_id, words=said.words, at=visit.now)
    facts = {"shop": shop.name, "shop_id": shop.id, "said": said.words, "name": visit.name, "person": visit.person_id}
    tell_operators(db, "shop_reported", facts, visit.now)
    return screens.report_kept(visit.t, shop.name, visit.place.operator)


# -- a second contact, and a lost phone --------------------------------------------------------------------


@command("second_contact")
def second_contact(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    token = safeguards.invite_contact(db, visit.person_id, visit.now)
    return screens.contact_invited(visit.t, f"{visit.place.public_url}/i/{token}")


@entrance("contact")
def by_contact_link(db: Writer, visit: Visit, token: str) -> Outcome:  # raises NotInvited
    owner = safeguards.become_contact(db, token, visit.person_id, visit.now)
    return screens.contact_welcome(visit.t, people.name_of(db, owner))


@dataclass(frozen=True)
class Recover:
    shop: int


@command("lost_phone")
def lost_phone(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    return Begin("recovering", {})


@script("recovering")
async def recovering(visit: Visit) -> Outcome:
    said = await ask("shop", screens.which_shop(visit.t), a_name, takes_anything=True)
    shop = await look(called, said)
    if shop is None:
        return Screen(visit.t("I do not know that shop. Please write its name exactly, or ask the operator."))
    return Recover(shop.id)


def a_name(answer: Answer) -> str:
    if not answer.text.strip():
        raise Unclear("Its name, please.")
    return answer.text[:60]


@follows(Recover)
def recover(db: Writer, visit: Visit, intent: Recover) -> Screen:
    shop = db.get_one(Shop, intent.shop)
    safeguards.ask_recovery(db, shop, visit.person_id, visit.now)
    return screens.recovery_asked(visit.t, shop.name)


@action("recovery_yes")
def recovery_yes(db: Writer, visit: Visit, recovery: str) -> Screen:
    safeguards.vouch(db, a_number(recovery), visit.person_id, visit.now)
    return Screen(visit.t("Thank you. In 48 hours the shop moves, unless somebody says no."))


@action("recovery_no")
def recovery_no(db: Writer, visit: Visit, recovery: str) -> Screen:
    safeguards.refuse(db, a_number(recovery), visit.person_id, visit.now)
    return screens.stopped(visit.t)
