"""Who is there when a message is measured: a seller, a neighbour who recommends her, and buyers we know."""

from dataclasses import dataclass

from storefront import media, people, qris
from storefront.database import Database, Writer
from storefront.earning import deals
from storefront.models import Shop
from storefront.reading.areas import Area
from storefront.selling import catalogue, shops
from storefront.selling.shops import PayTo
from tests.builders import NOW, a_listing, trusted
from tests.conftest import STORIES

SELLER, NEIGHBOUR = 7_001, 7_002
FIRST_BUYER = 10_000
ENOUGH = 1_000_000  # of everything, for any number of rounds


@dataclass(frozen=True)
class Street:
    """Everybody's numbers: chats are Telegram's, ids are the database's."""

    seller_id: int
    product_id: int
    code: str
    buyers: dict[int, int]

    def chat(self, number: int) -> int:
        """The chat of one of the buyers, whichever number is asked for."""
        return FIRST_BUYER + number % len(self.buyers)


def settled(database: Database, buyers: int) -> Street:
    """Let a street come into being, in one transaction."""
    with database.write() as db:
        shop = trusted(db, a_kitchen(db))  # a street's usual kitchen, not one that opened this morning
        picture = media.keep(db, shop.owner_id, (STORIES / "brownies.jpg").read_bytes(), NOW)
        listing = a_listing(is_preorder=False, quota=ENOUGH, closes_at=None, delivers_on=None, day_part=None)
        product_id = catalogue.list_product(db, shop, listing, picture, NOW)
        deals.offer(db, shop.id, 1_000, NOW)
        deal = deals.agree(db, shop, product_id, known(db, NEIGHBOUR, "Dewi"), "Dewi", 1_000, NOW)
        chats = range(FIRST_BUYER, FIRST_BUYER + buyers)
        return Street(shop.owner_id, product_id, deal.code, {chat: known(db, chat, "Sari") for chat in chats})


def a_kitchen(db: Writer) -> Shop:
    pay_to = PayTo("qris", "Depok", qris.build_static("DAPUR RINA", "DEPOK"), "DAPUR RINA", "QRIS")
    areas = [Area("RT 04", "rt", 0), Area("Griya Asri", "complex", 5_000), Area("luar", "outside", None)]
    return shops.open_shop(db, known(db, SELLER, "Rina"), "Dapur Rina", "Griya Asri", "Depok", areas, pay_to, NOW)


def known(db: Writer, chat: int, name: str) -> int:
    """Somebody we have met on Telegram."""
    return people.meet(db, "telegram", str(chat), str(chat), name, "id", NOW).person.id
