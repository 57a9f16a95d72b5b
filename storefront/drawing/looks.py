"""The other two looks of an offer: a photo that fades into night, and one in a frame. What is said stays the same.

A template moves the photo and the ground; words, order and disclosure are the composition's own, so no look can leave
any of them out.
"""

from dataclasses import replace

from PIL import Image

from storefront.drawing import photos
from storefront.drawing.offers import Composition, Shape
from storefront.drawing.sheet import Frame
from storefront.drawing.themes import WHITE, between, kawung
from storefront.drawing.values import Offer, Recommender
from storefront.phrases import Voice

NIGHT = (22, 19, 17)
READABLE = 0.82  # how dark a bright photo has to be for white letters


class Full(Composition):
    """The photo fades into the night in which the words stand."""

    def __init__(self, shape: Shape, t: Voice, offer: Offer, photo: bytes | None) -> None:
        super().__init__(shape, t, offer, photo)
        self.own = self.theme
        light = between(self.theme.warm, WHITE, 0.35)
        self.theme = replace(self.theme, ink=WHITE, deep=light, muted=(226, 220, 212), tint=(120, 112, 104))

    def paint_photo(self, panel: int) -> None:
        """The photo reaches down behind the first words, so that what is on it is seen above them."""
        whole = Frame(0, 0, self.shape.width, self.shape.height)
        self.sheet.rule(whole, NIGHT)
        frame = Frame(0, 0, whole.width, min(whole.height, panel + self.u(280)))
        photo = photos.opened(self.photo)
        if photo is None:
            self.sheet.picture(kawung((frame.width, frame.height), self.own, self.u(180)), frame)
        else:
            self.sheet.picture(photos.cropped(photo, (frame.width, frame.height)), frame)
        self.darken(panel, frame.bottom)
        if photo is None:
            words, self.theme = self.theme, self.own
            self.paint_medallion(Frame(0, self.shape.top, self.shape.width, panel - self.shape.top))
            self.theme = words

    def darken(self, panel: int, bottom: int) -> None:
        """Nothing far above the words, dark enough for white letters where they begin, night where the photo ends."""
        begins = max(0, panel - self.u(240))
        mask = Image.new("L", (1, bottom), 0)
        for y in range(begins, bottom):
            if y < panel:
                share = READABLE * ((y - begins) / max(1, panel - begins)) ** 1.4
            else:
                share = READABLE + (1 - READABLE) * (y - panel) / max(1, bottom - panel)
            mask.putpixel((0, y), round(255 * share))
        self.sheet.image.paste(NIGHT, (0, 0, self.shape.width, bottom), mask.resize((self.shape.width, bottom)))

    def paint_disclosure(self, by: Recommender) -> None:
        """As dark on its own ground as everywhere: it is read first."""
        words, self.theme = self.theme, self.own
        super().paint_disclosure(by)
        self.theme = words

    def paint_panel(self, top: int) -> None:
        """The dark of the photo is the panel."""

    def paint_ground(self, top: int) -> None:
        """A line instead of a ground."""
        self.sheet.rule(Frame(self.margin, top + self.u(8), self.inner, self.u(3)), self.theme.deep)


class Framed(Composition):
    """The photo in a frame on the shop's own pattern, as one would pin it to a board."""

    def paint_photo(self, panel: int) -> None:
        whole = (self.shape.width, self.shape.height)
        self.sheet.picture(kawung(whole, self.theme, self.u(150)), Frame(0, 0, *whole))
        top = self.shape.top + (self.u(84) if self.offer.recommender else 0)
        border = Frame(self.u(56), top, self.shape.width - 2 * self.u(56), panel - top - self.u(28))
        self.sheet.rounded(border, self.u(28), WHITE)
        inner = border.inside(self.u(18))
        photo = photos.opened(self.photo)
        if photo is None:
            self.sheet.picture(kawung((inner.width, inner.height), self.theme, self.u(120)), inner, self.u(14))
            medallion = inner.inside(0, self.u(10))
            self.paint_medallion(Frame(0, medallion.y - self.u(38), self.shape.width, medallion.height))
            return
        self.sheet.picture(photos.cropped(photo, (inner.width, inner.height)), inner, self.u(14))


LOOKS: dict[str, type[Composition]] = {"full": Full, "framed": Framed}
