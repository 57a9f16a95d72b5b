"""An offer as a picture: the card in the chat, the image for a Status, the post, and the poster for the wall.

All four are one composition: a photo, and on it a panel that is as high as what it says. What must be said with a
creator's picture, that she earns by it, is written by the composition itself; nobody who asks for one can leave it out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from storefront.drawing import lettering, photos
from storefront.drawing.sheet import Align, Frame, Sheet, Style
from storefront.drawing.themes import WHITE, Theme, kawung, theme_of
from storefront.drawing.values import Offer, Recommender
from storefront.phrases import Voice

MOST_PRICES = 12


SIZES = (1.0, 0.94, 0.88, 0.83)  # a panel with much to say is set smaller before anything of it is left out


@dataclass(frozen=True)
class Shape:
    """A format: its size, one unit in pixels (1 on a phone's width of 1080), what stays free for apps' signs."""

    width: int
    height: int
    unit: float = 1.0
    top: int = 40
    bottom: int = 40
    least_photo: int = 420
    is_for_walls: bool = False


CARD = Shape(1080, 1350)
POST = Shape(1080, 1350, least_photo=500)
STATUS = Shape(1080, 1920, top=170, bottom=200, least_photo=640)
POSTER = Shape(1748, 2480, unit=1.36, top=70, bottom=70, least_photo=460, is_for_walls=True)
POSTER_DPI = 300


@dataclass(frozen=True)
class Block:
    """A part of the panel: how high it is, and how it is drawn from a height on."""

    height: int
    paint: Callable[[int], None]


class Composition:
    """One offer on one sheet."""

    def __init__(self, shape: Shape, t: Voice, offer: Offer, photo: bytes | None) -> None:
        self.shape, self.t, self.offer, self.photo = shape, t, offer, photo
        self.theme: Theme = theme_of(offer.letters)
        self.sheet = Sheet(shape.width, shape.height, self.theme.paper)
        self.margin = self.u(72)
        self.inner = shape.width - 2 * self.margin

    def u(self, length: float) -> int:
        return round(length * self.shape.unit)

    def money(self, amount: int) -> str:
        return self.t.money(amount, self.offer.currency)

    def drawn(self) -> Sheet:
        """The panel stands at the bottom, as high as what it says; the photo has the rest."""
        blocks = self.blocks(self.room)
        top = self.shape.height - self.shape.bottom - self.head - self.height_of(blocks)
        self.paint_photo(top)
        self.paint_panel(top)
        if self.offer.recommender:
            self.paint_disclosure(self.offer.recommender)
        y = top + self.head
        for block in blocks:
            block.paint(y)
            y += block.height + self.gap
        return self.sheet

    @property
    def head(self) -> int:
        return self.u(46)

    @property
    def gap(self) -> int:
        return self.u(32)

    @property
    def room(self) -> int:
        return self.shape.height - self.shape.least_photo - self.head - self.shape.bottom

    def height_of(self, blocks: Sequence[Block]) -> int:
        return sum(block.height for block in blocks) + self.gap * (len(blocks) - 1)

    def is_roomy(self) -> bool:
        """Whether everything there is to say fits beneath the photo."""
        return self.height_of(self.blocks(self.shape.height)) <= self.room

    # -- the photo and what lies on it ---------------------------------------------------------------

    def paint_photo(self, panel: int) -> None:
        frame = Frame(0, 0, self.shape.width, panel + self.u(48))
        photo = photos.opened(self.photo)
        if photo:
            self.sheet.picture(photos.cropped(photo, (frame.width, frame.height)), frame)
            return
        self.sheet.picture(kawung((frame.width, frame.height), self.theme, self.u(180)), frame)
        self.paint_medallion(Frame(0, self.shape.top, self.shape.width, panel - self.shape.top))

    def paint_medallion(self, room: Frame) -> None:
        """The shop's letters, where a photo would be."""
        under = self.u(76) if self.offer.recommender else 0
        side = min(self.u(330), room.height - under - self.u(40))
        disc = Frame((room.width - side) // 2, room.y + under + (room.height - under - side) // 2, side, side)
        self.sheet.rounded(disc, side // 2, self.theme.warm)
        ring = disc.inside(self.u(10))
        self.sheet.rounded(ring, ring.width // 2, self.theme.paper)
        style = Style(round(side * 0.44), self.theme.deep, "Black", align="centre")
        self.sheet.write(self.offer.letters, ring.inside(side // 8), style)

    def paint_panel(self, top: int) -> None:
        frame = Frame(0, top, self.shape.width, self.shape.height - top)
        self.sheet.rounded(frame, self.u(48), self.theme.paper, corners="top")

    def paint_disclosure(self, by: Recommender) -> None:
        """That she earns, in plain sight: solid ground, large letters, clear of the app's own signs."""
        style = Style(self.u(38), self.theme.ink, "Semibold", least=self.u(32), align="centre")
        widest = self.inner - self.u(60)
        words = self.disclosure(by, style, widest)
        setting = lettering.fitted(words, style.weight, widest, self.u(64), style.size, style.least, 1)
        width = setting.width + self.u(60)
        pill = Frame((self.shape.width - width) // 2, self.shape.top, width, self.u(68))
        self.sheet.rounded(pill, pill.height // 2, self.theme.warm)
        self.sheet.place(setting, pill.inside(self.u(28), self.u(2)), style)

    def disclosure(self, by: Recommender, style: Style, width: int) -> str:
        """Her name is what may be cut of it; that she earns never is."""
        name = lettering.readable(by.name, lettering.readable(by.code))
        kept = len(name)
        while True:
            short = name if kept == len(name) else name[:kept].rstrip() + lettering.CUT
            words = self.t("Ad · {creator} earns a commission from the seller", creator=short).unescape()
            if kept < 1 or lettering.length(words, style.weight, style.least) <= width:
                return words
            kept -= 1

    # -- the panel, part by part ---------------------------------------------------------------------

    def blocks(self, room: int) -> list[Block]:
        """From the name down to the door; the prices take what the others leave of the room."""
        door = self.tall_door() if self.shape.is_for_walls else self.door()
        others = [self.heading(), self.dates(), door]
        first, *rest = [block for block in others if block.height]
        left = room - self.height_of([first, *rest]) - self.gap
        return [first, *self.prices(left), *rest]

    def heading(self) -> Block:
        """Who sells, and what."""
        shop = lettering.readable(self.offer.shop, self.offer.letters)
        place = lettering.readable(self.offer.place)
        name = lettering.readable(self.offer.name, shop) if self.offer.name else shop
        above = " · ".join(part for part in ((shop if self.offer.name else ""), place) if part)
        small = Style(self.u(36), self.theme.deep, "Semibold", least=self.u(26))
        large = Style(self.u(86), self.theme.ink, "Bold", least=self.u(46), lines=2, upright="top")
        title = lettering.fitted(name, large.weight, self.inner, self.u(210), large.size, large.least, 2)
        line = self.u(50) if above else 0

        def paint(y: int) -> None:
            if above:
                self.sheet.write(above, Frame(self.margin, y, self.inner, line), small)
            frame = Frame(self.margin, y + line, self.inner, title.height)
            self.sheet.place(title, frame, large)

        return Block(line + title.height, paint)

    def prices(self, room: int) -> list[Block]:
        if not self.offer.prices:
            return []
        base, *others = self.offer.prices
        first = self.price(*base)
        return [first, self.options(others, room - first.height - self.gap)] if others else [first]

    def price(self, option: str, amount: int) -> Block:
        """``Rp65.000 per loyang · polos``: the figure large, the rest beside it."""
        unit = self.t("per {unit}", unit=lettering.readable(self.offer.unit)).unescape() if self.offer.unit else ""
        beside = " · ".join(part for part in (unit, lettering.readable(option)) if part)
        height = self.u(96)
        large = Style(self.u(92), self.theme.deep, "Black", least=self.u(56))
        small = Style(self.u(40), self.theme.muted, "Regular", least=self.u(28), upright="bottom")

        def paint(y: int) -> None:
            most = round(self.inner * 0.66)
            figure = self.sheet.write(self.money(amount), Frame(self.margin, y - self.u(8), most, self.u(112)), large)
            left = self.margin + figure.width + self.u(22)
            frame = Frame(left, y + self.u(22), self.margin + self.inner - left, self.u(64))
            self.sheet.write(beside, frame, small)

        return Block(height, paint)

    def options(self, others: list[tuple[str, int]], room: int) -> Block:
        """The other prices in two columns; where there is no room for all, it says how many more there are."""
        rows = (min(len(others), MOST_PRICES) + 1) // 2
        step = min(self.u(66), max(self.u(44), room // max(rows, 1)))
        rows = max(1, min(rows, room // step))
        shown, more = others[: rows * 2], len(others) - rows * 2
        if more > 0:
            shown, more = shown[:-1], more + 1
        words = [(lettering.readable(name, "·"), self.money(amount)) for name, amount in shown]
        if more > 0:
            words.append((self.t("+{n} more choices", n=more).unescape(), ""))
        gap = self.u(48)
        width = (self.inner - gap) // 2

        def paint(y: int) -> None:
            for number, (name, amount) in enumerate(words):
                x = self.margin + (number % 2) * (width + gap)
                self.option(name, amount, Frame(x, y + number // 2 * step, width, step))

        return Block(rows * step, paint)

    def option(self, name: str, amount: str, frame: Frame) -> None:
        size = min(self.u(38), round(frame.height * 0.7))
        price = Style(size, self.theme.deep, "Bold", least=round(size * 0.85), align="right")
        right = Frame(frame.x + frame.width // 2, frame.y, frame.width - frame.width // 2, frame.height)
        set_price = self.sheet.write(amount, right, price) if amount else None
        taken = set_price.width + self.u(16) if set_price else 0
        left = Frame(frame.x, frame.y, frame.width - taken, frame.height)
        self.sheet.write(name, left, Style(size, self.theme.ink, least=round(size * 0.72)))
        self.sheet.rule(Frame(frame.x, frame.bottom - self.u(3), frame.width, max(1, self.u(2))), self.theme.tint)

    def dates(self) -> Block:
        """When orders close and when it comes, side by side."""
        cells = []
        if self.offer.closes_at:
            cells.append((self.t("Orders close").unescape(), self.t.when(self.offer.closes_at)))
        if self.offer.delivers_on or self.offer.day_part:
            cells.append(
                (self.t("Delivery").unescape(), self.t.day_and_part(self.offer.delivers_on, self.offer.day_part))
            )
        if not cells:
            return Block(0, lambda _: None)
        gap = self.u(30)
        width = (self.inner - gap * (len(cells) - 1)) // len(cells)

        def paint(y: int) -> None:
            for number, (label, value) in enumerate(cells):
                cell = Frame(self.margin + number * (width + gap), y, width, self.u(104))
                self.date(label, value[:1].upper() + value[1:], cell)

        return Block(self.u(104), paint)

    def date(self, label: str, value: str, frame: Frame) -> None:
        bar = Frame(frame.x, frame.y + self.u(8), self.u(8), frame.height - self.u(16))
        self.sheet.rounded(bar, self.u(4), self.theme.warm)
        left, width = frame.x + self.u(26), frame.width - self.u(26)
        above = Style(self.u(32), self.theme.muted, least=self.u(24), upright="bottom")
        below = Style(self.u(42), self.theme.ink, "Semibold", least=self.u(24))
        self.sheet.write(label, Frame(left, frame.y, width, self.u(46)), above)
        self.sheet.write(value, Frame(left, frame.y + self.u(46), width, self.u(56)), below)

    # -- the door: how to order ----------------------------------------------------------------------

    def door(self) -> Block:
        """The code to scan, and beside it the same way in words."""
        side = self.u(256)

        def paint(y: int) -> None:
            self.paint_ground(y)
            tile = Frame(self.margin, y + self.u(32), side, side)
            self.sheet.code(self.offer.link, tile, radius=self.u(20))
            left = tile.right + self.u(36)
            self.way_in(Frame(left, tile.y + self.u(6), self.margin + self.inner - left, side - self.u(12)), "left")

        return Block(side + self.u(32) if self.offer.link else 0, paint)

    def tall_door(self) -> Block:
        """The same for a wall: the code as large as there is room for."""
        side, words = self.u(600), self.u(210)

        def paint(y: int) -> None:
            self.paint_ground(y)
            tile = Frame((self.shape.width - side) // 2, y + self.u(40), side, side)
            self.sheet.code(self.offer.link, tile, radius=self.u(24))
            self.way_in(Frame(self.margin, tile.bottom + self.u(14), self.inner, words), "centre")

        return Block(self.u(40) + side + self.u(14) + words if self.offer.link else 0, paint)

    def paint_ground(self, top: int) -> None:
        """Deep colour down to the edge: where an app lays its own signs over a Status, nothing is lost."""
        ground = Frame(0, top, self.shape.width, self.shape.height - top)
        self.sheet.rounded(ground, self.u(48), self.theme.deep, corners="top")

    def way_in(self, frame: Frame, align: Align) -> None:
        """*Pesan lewat chat*, the address, and the code for those who type it."""
        by = self.offer.recommender
        code = by.code if by else ""
        parts = 3 if code else 2
        each = frame.height // parts if code else min(frame.height // parts, self.u(80))
        y = frame.y + (frame.height - each * parts) // 2
        ask = self.t("Scan to order by chat").unescape()
        head = Style(self.u(50), WHITE, "Bold", least=self.u(34), lines=1, align=align)
        self.sheet.write(ask, Frame(frame.x, y, frame.width, each), head)
        shown = self.offer.link.partition("://")[2] or self.offer.link
        address = Style(self.u(36), self.theme.paper, least=self.u(24), align=align)
        self.sheet.write(shown, Frame(frame.x, y + each, frame.width, min(each, self.u(66))), address)
        if code:
            words = self.t("Code {code}", code=code).unescape()
            style = Style(self.u(56), self.theme.warm, "Black", least=self.u(30), align=align)
            self.sheet.write(words, Frame(frame.x, y + 2 * each, frame.width, each), style)


def composed(shape: Shape, t: Voice, offer: Offer, photo: bytes | None, look: type[Composition] = Composition) -> Sheet:
    """The offer at the largest size at which all of it fits."""
    sizes = [replace(shape, unit=shape.unit * size) for size in SIZES]
    tried = (look(size, t, offer, photo) for size in sizes)
    roomy = next((one for one in tried if one.is_roomy()), None)
    return (roomy or look(sizes[-1], t, offer, photo)).drawn()


def card(t: Voice, offer: Offer, photo: bytes | None = None) -> Sheet:
    """A product in the chat, 4:5: the prices first."""
    return composed(CARD, t, offer, photo)


def post(t: Voice, offer: Offer, photo: bytes | None = None) -> Sheet:
    """A post, 4:5: the photo first."""
    return composed(POST, t, offer, photo, look_of(offer.template))


def status(t: Voice, offer: Offer, photo: bytes | None = None) -> Sheet:
    """A Status or a story, 9:16."""
    return composed(STATUS, t, offer, photo, look_of(offer.template))


def look_of(template: str) -> type[Composition]:
    from storefront.drawing import looks

    return looks.LOOKS.get(template, Composition)


def poster(t: Voice, offer: Offer, photo: bytes | None = None) -> Sheet:
    """A5 for the wall or the counter."""
    return composed(POSTER, t, offer, photo)


KINDS = {"card": card, "post": post, "status": status, "poster": poster}
