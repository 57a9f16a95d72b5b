"""What a buyer said, as a picture a seller may show: her words as they are, her initial, and that she has bought."""

from storefront.drawing.sheet import Frame, Sheet, Style
from storefront.drawing.themes import theme_of
from storefront.drawing.values import Testimonial
from storefront.phrases import Voice

SIDE = 1080
MARGIN = 84
MOST_STARS = 5


def card(t: Voice, said: Testimonial) -> Sheet:
    """A square: the stars that were given, the words, who says it and about what."""
    theme = theme_of(said.letters)
    sheet = Sheet(SIDE, SIDE, theme.deep)
    inner = SIDE - 2 * MARGIN
    sheet.rounded(Frame(MARGIN // 2, MARGIN // 2, SIDE - MARGIN, SIDE - 300), 48, theme.paper)
    stars = t("{n} of 5 stars", n=said.stars).unescape()
    sheet.write(stars, Frame(MARGIN, 96, inner, 70), Style(52, theme.warm, "Bold"))
    words = Style(76, theme.ink, "Semibold", least=40, lines=8, upright="top")
    sheet.write(f"“{said.words}”", Frame(MARGIN, 190, inner, 470), words)
    by = t("{initial}, has bought {product}", initial=said.initial, product=said.product).unescape()
    sheet.write(by, Frame(MARGIN, 690, inner, 64), Style(42, theme.muted, least=28))
    sheet.write(said.shop, Frame(MARGIN, 850, inner, 96), Style(72, theme.paper, "Bold", least=40))
    real = t("Said after it was received. Getok shows it as it is.").unescape()
    sheet.write(real, Frame(MARGIN, 950, inner, 60), Style(36, theme.paper, least=24))
    return sheet
