"""*Kabar warga* as a picture for the neighbourhood group: five figures of a month, large enough for an old phone."""

from babel.dates import format_date

from storefront.drawing.sheet import Frame, Sheet, Style
from storefront.drawing.themes import PANDAN, kawung
from storefront.drawing.values import Month
from storefront.phrases import Voice

WIDTH, HEIGHT = 1080, 1350
MARGIN = 84
BAND = 250
ROW = 190


def card(t: Voice, of: Month) -> Sheet:
    """The month above, a figure a line below it, and what the figures are not."""
    theme = PANDAN
    sheet = Sheet(WIDTH, HEIGHT, theme.paper)
    sheet.picture(kawung((WIDTH, BAND), theme, 150), Frame(0, 0, WIDTH, BAND))
    inner = WIDTH - 2 * MARGIN
    plate = Frame(MARGIN // 2, 48, WIDTH - MARGIN, BAND - 96)
    sheet.rounded(plate, 36, theme.paper)
    title = Style(64, theme.deep, "Black", least=44, align="centre")
    sheet.write(t("Neighbourhood news").unescape(), Frame(MARGIN, 58, inner, 84), title)
    month = format_date(of.first_day, "MMMM y", locale=t.language)
    sheet.write(month, Frame(MARGIN, 136, inner, 60), Style(44, theme.muted, "Semibold", align="centre"))
    for place, (figure, words) in enumerate(lines(t, of)):
        y = BAND + 36 + place * ROW
        sheet.write(figure, Frame(MARGIN, y, inner, 110), Style(92, theme.deep, "Black", least=56))
        sheet.write(words, Frame(MARGIN, y + 106, inner, 54), Style(38, theme.muted, least=28))
        if place:
            sheet.rule(Frame(MARGIN, y - 12, inner, 2), theme.tint)
    foot = t("Sums of everybody, nobody's name. Every rupiah can be checked.").unescape()
    sheet.write(foot, Frame(MARGIN, HEIGHT - 92, inner, 56), Style(34, theme.muted, least=24, align="centre"))
    return sheet


def lines(t: Voice, of: Month) -> list[tuple[str, str]]:
    """Each figure and what it is of."""
    found = [
        (f"{of.kitchens}", t("kitchens that sold").unescape()),
        (f"{of.orders}", t("orders that were paid").unescape()),
        (t.money(of.paid, "IDR"), t("commission sent to neighbours").unescape()),
        (t.money(of.confirmed, "IDR"), t("confirmed by whom it belongs to").unescape()),
    ]
    if of.days is not None:
        days = t("{n} days", n=of.days).unescape()
        found.append((days, t("in the middle until the money was there").unescape()))
    return found
