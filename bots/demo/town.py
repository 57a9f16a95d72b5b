"""The demo's town while its history is made: its people on their phones, its shops, its neighbours' deals."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from random import Random

from bots.demo.calendar import Calendar
from bots.demo.cast import NEIGHBOURS, SHOWN_FIRST, TRADES, Household, Neighbour, Trade, Ware, households
from bots.hub import Simulated
from bots.phones import Address, newest_first
from storefront import media, people, qris
from storefront.database import Writer
from storefront.earning import deals, settings
from storefront.models import Shop
from storefront.reading.areas import read_shop
from storefront.reading.destinations import mask, read_destination
from storefront.reading.payoutwords import Named
from storefront.refusals import Refusal
from storefront.selling import catalogue, shops
from storefront.selling.catalogue import Listing
from storefront.selling.shops import PayTo


@dataclass
class Stall:
    """A shop as it stands: its row, its products by name, and the deals of the neighbours who have joined."""

    trade: Trade
    name: str
    shop_id: int
    owner_id: int
    products: dict[str, int] = field(default_factory=dict)
    photos: dict[str, int] = field(default_factory=dict)
    deals: dict[Neighbour, int] = field(default_factory=dict)


class Town:
    def __init__(self, hub: Simulated, calendar: Calendar, seed: int) -> None:
        self.hub = hub
        self.calendar = calendar
        self.dice = Random(seed)  # noqa: S311 - the same town for the same seed
        self.stalls: dict[str, Stall] = {}
        self.households = households()
        self.person_ids: dict[str, int] = {}
        self.newcomers: list[Household] = []
        self.regulars: list[Household] = []
        self.fondness: dict[str, float] = {}
        self.fates: dict[int, str] = {}

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """One thing somebody does; what is refused (sold out, too late) simply did not happen."""
        with suppress(Refusal), self.hub.database.write() as db:
            yield db

    def stall_of(self, household: Household) -> Stall | None:
        """The shop around the corner."""
        return next((one for one in self.stalls.values() if household.address.startswith(one.trade.home)), None)

    # -- people --------------------------------------------------------------------------------------

    def meet(self, db: Writer, who: str, now: datetime) -> int:
        """Somebody turns up, reached at the number of her own phone; returns her number in the books."""
        name, channel = Address.of(who)
        if channel == "telegram":
            person = self.hub.phones.telegram.person(name)
            person.started = True
            address, external_id = str(person.chat_id), str(person.chat_id)
        else:
            owner = self.hub.phones.whatsapp.person(name)
            owner.wrote_at = now
            address, external_id = owner.address, None
        met = people.meet(db, channel, address, external_id, name.capitalize(), "id", now)
        self.person_ids[who] = met.person.id
        return met.person.id

    def taps(self, who: str, label: str, about: str) -> bool:
        """Press a button on her own phone, under the newest message about something; False where there is none."""
        if not self.calendar.is_live or who not in SHOWN_FIRST:
            return False
        address = Address.of(who)
        for bubble in newest_first(self.hub.phones.bubbles(*address)):
            button = next((one for one in bubble.buttons if one.label == label), None)
            if button and about in bubble.text:
                self.hub.phones.taps(*address, bubble, button)
                self.hub.settle()
                return True
        return False

    # -- shops ---------------------------------------------------------------------------------------

    def open_shops(self, now: datetime) -> None:
        """Everybody opens on the first morning, with all there is photographed and the ready stock on the shelf."""
        for trade in TRADES:
            with self.hub.database.write() as db:
                stall = opened(db, self.meet(db, trade.seller, now), trade, now)
                self.stalls[stall.name] = stall
                for ware in reversed(trade.wares):  # a shelf shows the newest first
                    stall.photos[ware.name] = media.keep(db, stall.owner_id, ware.photo(), now)
                    self.list_ware(db, stall, ware, self.calendar.weeks - 1, now)
                deals.offer(db, stall.shop_id, trade.rate_bp, now)
                deals.invite(db, stall.shop_id, stall.products[trade.wares[0].name], trade.rate_bp, now)

    def list_ware(self, db: Writer, stall: Stall, ware: Ware, week: int, now: datetime) -> None:
        """Put a ware on sale: as ready stock, or as the PO of so many weeks ago."""
        closes = self.calendar.at(ware.closes - 7 * week, 20) if ware.closes is not None else None
        sends = self.calendar.at(ware.sends - 7 * week, 8).date() if closes else None
        listing = Listing(
            ware.name, ware.price, ware.unit, ware.options, bool(closes), ware.quota, closes, sends,
            "pagi" if closes else None,
        )  # fmt: skip
        shop = db.get_one(Shop, stall.shop_id)
        stall.products[ware.name] = catalogue.list_product(db, shop, listing, stall.photos[ware.name], now)

    def join(self, neighbour: Neighbour, now: datetime) -> None:
        """A neighbour agrees to recommend a shop, and says where her money should go."""
        stall = self.stalls[neighbour.shop]
        with self.hub.database.write() as db:
            creator_id = self.meet(db, neighbour.who, now)
            name = people.name_of(db, creator_id)
            shop = db.get_one(Shop, stall.shop_id)
            product_id = stall.products[stall.trade.wares[0].name]
            deal = deals.agree(db, shop, product_id, creator_id, name, stall.trade.rate_bp, now)
            shops.keep_destination(db, account(neighbour.money, name), now, person_id=creator_id)
            stall.deals[neighbour] = deal.id

    def plan_joining(self) -> None:
        for neighbour in NEIGHBOURS:
            days = neighbour.joins or 7 * self.calendar.weeks - 1
            self.calendar.note(self.calendar.at(-days, 10, 30), partial(self.join, neighbour))


def opened(db: Writer, owner_id: int, trade: Trade, now: datetime) -> Stall:
    words = read_shop(trade.words)
    name = words.name or ""
    pay_to = sticker_of(name) if trade.account == "qris" else account(trade.account, name)
    shop = shops.open_shop(db, owner_id, name, words.place or "", words.city or "", words.areas, pay_to, now)
    settings.put(db, shop, Named(is_named=True))
    return Stall(trade, name, shop.id, owner_id)


def sticker_of(name: str) -> PayTo:
    """A QRIS sticker of a merchant who does not exist."""
    return PayTo("qris", "Depok", qris.build_static(name.upper(), "DEPOK"), name.upper(), "QRIS")


def account(written: str, owner: str) -> PayTo:
    """Where somebody is paid, in her own words."""
    said = read_destination(written)
    assert said, f"{written} is no account"
    return PayTo(said.kind, said.brand, said.number, said.holder or owner, mask(said))
