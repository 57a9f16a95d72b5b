"""How a neighbour and a kitchen meet: who she says she is, whom she is shown, an offer, an answer with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, or_, select, update

from referral import matching
from referral.matching import Candidate, Match, Seeker, Topic
from storefront import outbox, people, rows
from storefront.database import Reader, Writer
from storefront.earning import deals, lessons, results, tallies
from storefront.models import CreatorProfile, Deal, DealOffer, Person, Product, Profile, Shop
from storefront.reading import topics
from storefront.reading.noise import plain
from storefront.refusals import AlreadyDone, AskedBefore, AskedOften, NothingToRecommend, NotYours, TooManyOffers

LOOKED_AT = 200  # so many are weighed for one answer, the newest first
OFFERS_A_WEEK = 10
HEARD_A_WEEK = 5  # so many a neighbour hears, whoever asks
AGAIN_AFTER = timedelta(days=30)

DeclineReason = Literal["full", "no_match", "pay", "other"]
REASONS: tuple[DeclineReason, ...] = ("full", "no_match", "pay", "other")


# -- who she is ------------------------------------------------------------------------------------------


def introduce(
    db: Writer, person_id: int, place: str, city: str, told_of: Sequence[Topic], now: datetime, *, is_found: bool
) -> None:
    """Where she lives, what she tells of, whether sellers may find her: nobody is asked who follows her."""
    values = {"place": place, "city": city, "topics": list(told_of), "is_found": is_found, "at": now}
    rows.put(db, CreatorProfile, {"person_id": person_id}, **values)


def profile(db: Reader, person_id: int) -> CreatorProfile | None:
    return db.scalar(select(CreatorProfile).where(CreatorProfile.person_id == person_id))


def is_known(db: Reader, person_id: int) -> bool:
    """Whether she has said where she lives and what she tells of."""
    known = profile(db, person_id)
    return known is not None and bool(known.city)


def places_of(*texts: str) -> frozenset[str]:
    """The places a text names, each by its own words: ``rt 04``, ``griya asri``."""
    found = {plain(part) for text in texts for part in text.split(",")}
    return frozenset(part for part in found if part)


# -- kitchens, for a neighbour ---------------------------------------------------------------------------


@dataclass(frozen=True)
class FoundShop:
    """A kitchen she may recommend, and why it is shown."""

    shop: Shop
    product: Product
    match: Match


def kitchens(db: Reader, seeker: CreatorProfile, now: datetime) -> list[FoundShop]:
    """Shops near her that pay for recommendations and that she does not recommend yet."""
    hers = select(Deal.shop_id).where(Deal.creator_id == seeker.person_id, Deal.ended_at.is_(None))
    offering = (Shop.rate_bp.is_not(None), Shop.frozen_at.is_(None), Shop.owner_id != seeker.person_id)
    near = or_(func.lower(Shop.city) == seeker.city.casefold(), func.lower(Shop.place).in_(places_of(seeker.place)))
    query = select(Shop).where(*offering, near, Shop.id.not_in(hers)).order_by(Shop.id.desc()).limit(LOOKED_AT)
    shops = {shop.id: shop for shop in db.scalars(query)}
    products = newest_products(db, list(shops))
    sums = tallies.summed(db, "shop", list(shops), tallies.last_weeks(db, now))
    weeks = active_weeks_of_shops(db, list(shops), now)
    candidates = [
        Candidate(
            id=shop.id,
            places=places_of(shop.place, *(str(area.get("label", "")) for area in shop.areas)),
            city=shop.city.casefold(),
            topics=frozenset(
                topics.about(*(text for one in products[shop.id] for text in (one.name, one.category or "")))
            ),
            active_weeks=weeks.get(shop.id, 0),
            repeat_share=results.repeat_share(sums[shop.id]),
            pay_days=results.pay_days(sums[shop.id]),
            is_new=weeks.get(shop.id, 0) == 0,
        )
        for shop in shops.values()
        if products.get(shop.id)
    ]
    found = matching.matches(seeker_of(seeker), candidates)
    return [FoundShop(shops[one.candidate.id], best_product(products, one, seeker), one) for one in found]


def seeker_of(one: CreatorProfile) -> Seeker:
    return Seeker(places_of(one.place), one.city.casefold(), frozenset(one.topics))


def newest_products(db: Reader, shop_ids: Sequence[int]) -> dict[int, list[Product]]:
    """What each shop sells, the newest first."""
    shown = (Product.shop_id.in_(shop_ids), ~Product.is_hidden, Product.batch_id.is_not(None))
    found: dict[int, list[Product]] = {}
    for product in db.scalars(select(Product).where(*shown).order_by(Product.id.desc()).limit(LOOKED_AT * 10)):
        found.setdefault(product.shop_id, []).append(product)
    return found


def best_product(products: dict[int, list[Product]], match: Match, seeker: CreatorProfile) -> Product:
    """The newest product that is about what she tells of; else the newest."""
    sold = products[match.candidate.id]
    fitting = (one for one in sold if topics.about(one.name, one.category or "") & set(seeker.topics))
    return next(fitting, sold[0])


def active_weeks_of_shops(db: Reader, shop_ids: Sequence[int], now: datetime) -> dict[int, int]:
    found = tallies.read(db, "shop", shop_ids, tallies.last_weeks(db, now))
    weeks: dict[int, int] = {}
    for key, n in found:
        if key.what == "orders" and n > 0:
            weeks[key.scope_id] = weeks.get(key.scope_id, 0) + 1
    return weeks


# -- neighbours, for a kitchen ---------------------------------------------------------------------------


@dataclass(frozen=True)
class FoundCreator:
    """A neighbour who lets herself be found, by her first name."""

    name: str
    profile: CreatorProfile
    match: Match


def neighbours(db: Reader, shop: Shop, now: datetime) -> list[FoundCreator]:
    """People near a shop who said that sellers may find them, and who do not recommend it yet."""
    taken = select(Deal.creator_id).where(Deal.shop_id == shop.id, Deal.ended_at.is_(None))
    today = now.astimezone(db.zone).date()
    of_age = or_(Person.of_age_on.is_(None), Person.of_age_on <= today)
    found_ = (
        CreatorProfile.is_found,
        CreatorProfile.person_id.not_in(taken),
        CreatorProfile.person_id != shop.owner_id,
    )
    here = places_of(shop.place, *(str(area.get("label", "")) for area in shop.areas))
    near = or_(func.lower(CreatorProfile.city) == shop.city.casefold(), func.lower(CreatorProfile.place).in_(here))
    rows_ = db.execute(
        select(CreatorProfile, Profile.name)
        .join(Person, Person.id == CreatorProfile.person_id)
        .join(Profile, Profile.person_id == CreatorProfile.person_id)
        .where(*found_, near, of_age, Person.erased_at.is_(None))
        .order_by(CreatorProfile.person_id.desc())
        .limit(LOOKED_AT)
    ).all()
    met = {one.person_id: (one, name) for one, name in rows_}
    candidates = candidates_of(db, [one for one, _ in met.values()], now)
    sold = newest_products(db, [shop.id]).get(shop.id, [])
    if not sold:
        raise NothingToRecommend
    about = frozenset(topics.about(*(text for one in sold for text in (one.name, one.category or ""))))
    matched = matching.matches(Seeker(here, shop.city.casefold(), about), candidates)
    return [FoundCreator(first_name(met[one.candidate.id][1]), met[one.candidate.id][0], one) for one in matched]


def candidates_of(db: Reader, found: Sequence[CreatorProfile], now: datetime) -> list[Candidate]:
    """What the last twelve weeks say of some creators, over all their deals."""
    query = select(Deal.id, Deal.creator_id).where(Deal.creator_id.in_([one.person_id for one in found]))
    of_whom = dict(db.execute(query).all())
    sums = tallies.summed(db, "deal", list(of_whom), tallies.last_weeks(db, now))
    weeks = tallies.active_weeks(db, list(of_whom), now)
    whole: dict[int, dict[str, int]] = {one.person_id: {} for one in found}
    active: dict[int, set[str]] = {one.person_id: set() for one in found}
    for deal_id, creator_id in of_whom.items():
        active[creator_id] |= weeks[deal_id]
        for what, n in sums[deal_id].items():
            whole[creator_id][what] = whole[creator_id].get(what, 0) + n
    return [
        Candidate(
            id=one.person_id,
            places=places_of(one.place),
            city=one.city.casefold(),
            topics=frozenset(one.topics),
            active_weeks=len(active[one.person_id]),
            repeat_share=results.repeat_share(whole[one.person_id]),
            is_new=not active[one.person_id],
        )
        for one in found
    ]


def first_name(name: str) -> str:
    first, *_ = [*name.split(), ""]
    return first


# -- an offer and its answer -------------------------------------------------------------------------------


def offer(db: Writer, shop: Shop, creator_id: int, now: datetime) -> DealOffer:
    """A seller asks a neighbour she found. Raises `AskedBefore`, `TooManyOffers`, or `NotYours` for one not found."""
    known = profile(db, creator_id)
    if known is None or not known.is_found or shop.rate_bp is None or creator_id == shop.owner_id:
        raise NotYours
    refuse_unasked(db, shop, creator_id, now)
    last = select(func.max(DealOffer.at)).where(DealOffer.shop_id == shop.id, DealOffer.creator_id == creator_id)
    asked_at = db.scalar(last)
    if asked_at is not None and now - asked_at < AGAIN_AFTER:
        raise AskedBefore(days=AGAIN_AFTER.days)
    lately = (DealOffer.shop_id == shop.id, DealOffer.at > now - timedelta(days=7))
    if (db.scalar(select(func.count()).select_from(DealOffer).where(*lately)) or 0) >= OFFERS_A_WEEK:
        raise TooManyOffers(n=OFFERS_A_WEEK)
    sold = newest_products(db, [shop.id]).get(shop.id)
    if not sold:
        raise NothingToRecommend
    product = sold[0]
    what = {"product_id": product.id, "rate_bp": shop.rate_bp, "state": "open", "at": now}
    made = db.get_one(DealOffer, rows.add(db, DealOffer, shop_id=shop.id, creator_id=creator_id, **what))
    facts = {"offer": made.id, "shop": shop.name, "shop_id": shop.id, "product": product.name}
    facts |= {"rate_bp": shop.rate_bp, "lesson": lessons.due(db, creator_id, "offer")}
    outbox.tell(db, creator_id, "deal_offered", facts, now)
    return made


def refuse_unasked(db: Reader, shop: Shop, creator_id: int, now: datetime) -> None:
    """Raises `NotYours` for a frozen shop, a deal that runs or somebody too young; `AskedOften` for her sake."""
    known = deals.of(db, shop.id, creator_id)
    of_age_on = db.scalar(select(Person.of_age_on).where(Person.id == creator_id))
    is_young = of_age_on is not None and of_age_on > now.astimezone(db.zone).date()
    if shop.frozen_at or is_young or (known is not None and deals.is_running(known, now)):
        raise NotYours
    lately = (DealOffer.creator_id == creator_id, DealOffer.at > now - timedelta(days=7))
    if (db.scalar(select(func.count()).select_from(DealOffer).where(*lately)) or 0) >= HEARD_A_WEEK:
        raise AskedOften


def of_creator(db: Reader, offer_id: int, person_id: int) -> DealOffer:
    """An offer made to this person. Raises `NotYours`."""
    found = db.get(DealOffer, offer_id)
    if found is None or found.creator_id != person_id:
        raise NotYours
    return found


def accepted(db: Writer, shop_id: int, creator_id: int, now: datetime) -> None:
    """She has said yes to the card: whatever was open between the two is answered by that."""
    between = (DealOffer.shop_id == shop_id, DealOffer.creator_id == creator_id, DealOffer.state == "open")
    db.execute(update(DealOffer).where(*between).values(state="accepted", answered_at=now))


def decline(db: Writer, one: DealOffer, reason: DeclineReason, now: datetime) -> None:
    """Rather not, and why: the seller hears it in the same words. Raises `AlreadyDone`."""
    still = update(DealOffer).where(DealOffer.id == one.id, DealOffer.state == "open")
    if not rows.changed(db, still.values(state="declined", reason=reason, answered_at=now)):
        raise AlreadyDone
    shop = db.get_one(Shop, one.shop_id)
    facts = {"creator": first_name(people.name_of(db, one.creator_id)), "shop": shop.name, "reason": reason}
    outbox.tell(db, shop.owner_id, "offer_refused", facts, now)


def days_to_first_deal(db: Reader, person_id: int) -> int | None:
    """How long it took from introducing herself to her first deal; None where it has not come to one."""
    known = profile(db, person_id)
    first = db.scalar(select(func.min(Deal.agreed_at)).where(Deal.creator_id == person_id))
    return max((first - known.at).days, 0) if known and first else None
