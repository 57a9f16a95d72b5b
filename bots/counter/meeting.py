"""*Cari produk*, *cari tetangga*: a neighbour finds a kitchen, a kitchen finds a neighbour; an offer and its answer."""

from dataclasses import dataclass

from bots.counter.buyer import a_number, invited_to
from bots.counter.seller import mine, owned, which_shop
from bots.dialogue import Answer, Heard, Screen, Unclear, ask, choose, go
from bots.screens import meeting as screens
from bots.visit import Begin, Outcome, Visit, action, command, follows, screen, script
from referral.matching import Topic
from storefront import people
from storefront.database import Writer
from storefront.earning import deals, meeting
from storefront.earning.meeting import REASONS
from storefront.models import Shop
from storefront.reading.areas import titled
from storefront.reading.cities import split_city
from storefront.reading.noise import clean
from storefront.reading.topics import EVERYTHING, topics_in
from storefront.refusals import NotYours

PLACE_LONGEST = 60


# -- who she is ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Introduced:
    """Where she lives, what she tells of, whether sellers may find her."""

    place: str
    city: str
    topics: tuple[Topic, ...]
    is_found: bool


@command("my_profile")
def profile_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*profil*: what others nearby may know of her."""
    known = meeting.profile(db, visit.person_id)
    if known is None and not deals.takes_part(db, visit.person_id):
        return None
    return screens.profile(visit.t, known) if known and known.city else Begin("introducing", {})


@screen("introduce")
def introduce(db: Writer, visit: Visit) -> Outcome:
    return Begin("introducing", {})


@script("introducing")
async def introducing(visit: Visit) -> Outcome:
    """Three questions, none about followers."""
    place, city = await ask("place", screens.place_asked(visit.t), a_place, takes_anything=True)
    topics = await ask("topics", screens.topics_asked(visit.t), some_topics)
    options = {"yes": visit.t("Yes, find me"), "no": visit.t("Not for now")}
    is_found = await choose("found", screens.found_asked(visit.t), options) == "yes"
    return Introduced(place, city, topics, is_found)


def a_place(answer: Answer) -> tuple[str, str]:
    place, city = split_city(clean(answer.text)[:PLACE_LONGEST])
    if not city:
        raise Unclear("Which city is that in? For example <i>Griya Asri, Depok</i>.")
    return titled(place.strip(" ,")), titled(city)


def some_topics(answer: Answer) -> tuple[Topic, ...]:
    found = topics_in(answer.text)
    if not found:
        raise Unclear("Please name one to three of them, for example <i>cakes, snacks</i>.")
    return () if EVERYTHING.search(answer.text.casefold()) else tuple(found)


@follows(Introduced)
def introduced(db: Writer, visit: Visit, said: Introduced) -> Outcome:
    who = (visit.person_id, said.place, said.city, said.topics)
    meeting.introduce(db, *who, visit.now, is_found=said.is_found)
    return find_products(db, visit)


# -- kitchens for a neighbour ------------------------------------------------------------------------------


@command("find_products")
def find_products_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*cari produk*; at a shop's counter, of somebody who only buys, it is a search of its shelf."""
    known = meeting.is_known(db, visit.person_id) or deals.takes_part(db, visit.person_id)
    return find_products(db, visit) if known or visit.shop_id is None else None


@screen("find_products")
def find_products(db: Writer, visit: Visit, page: str = "0") -> Outcome:
    """Three kitchens near her, with the reasons; whoever is not known yet is asked where she lives first."""
    known = meeting.profile(db, visit.person_id)
    if known is None or not known.city:
        return Begin("introducing", {})
    return screens.kitchens(visit.t, meeting.kitchens(db, known, visit.now), a_number(page))


@screen("propose")
def propose(db: Writer, visit: Visit, shop: str = "") -> Outcome:
    """*Ajukan*: the shop's published rate is its standing yes, so the card comes at once."""
    found = db.get(Shop, a_number(shop))
    if found is None:
        raise NotYours
    return invited_to(db, visit, found)


# -- neighbours for a kitchen ------------------------------------------------------------------------------


@command("find_neighbours")
def find_neighbours_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    return find_neighbours(db, visit)


@screen("find_neighbours")
def find_neighbours(db: Writer, visit: Visit, shop: str = "0", page: str = "0") -> Outcome:
    found = mine(db, visit, shop)
    if len(found) != 1:
        return which_shop(visit, found, "find_neighbours")
    one = found[0]
    if one.rate_bp is None:
        text = visit.t("First what you would give, {kak}: whoever is asked wants to know.")
        return Screen(text, choices=(go(visit.t("Invite"), "invite", one.id),))
    return screens.neighbours(visit.t, one, meeting.neighbours(db, one, visit.now), a_number(page))


@action("ask_neighbour")
def ask_neighbour(db: Writer, visit: Visit, shop: str, person: str) -> Screen:
    one = owned(db, visit, shop)
    made = meeting.offer(db, one, a_number(person), visit.now)
    return screens.asked(visit.t, meeting.first_name(people.name_of(db, made.creator_id)))


@screen("refuse_offer")
def refuse_offer(db: Writer, visit: Visit, offer: str = "") -> Screen:
    found = meeting.of_creator(db, a_number(offer), visit.person_id)
    return screens.reason_asked(visit.t, found.id, REASONS)


@action("offer_no")
def offer_no(db: Writer, visit: Visit, offer: str, reason: str) -> Screen:
    found = meeting.of_creator(db, a_number(offer), visit.person_id)
    why = next((one for one in REASONS if one == reason), None)
    if why is None:
        raise NotYours
    meeting.decline(db, found, why, visit.now)
    return Screen(visit.t("All right, {kak}; I have said so, kindly."))
