"""The picture a buyer pays with: the code for exactly this order, and the sum in figures nobody misreads."""

from storefront.drawing import lettering
from storefront.drawing.sheet import QUIET, Frame, Sheet, Style, qr_modules
from storefront.drawing.themes import Theme, theme_of
from storefront.drawing.values import Payment
from storefront.phrases import Voice

WIDTH, HEIGHT = 1080, 1440
MARGIN = 64
CODE = Frame(0, 172, WIDTH, 852)  # the room of the code; its white tile is as large as whole pixels allow
MASK = 3  # shown on a screen and read from a picture: trying all eight would take longer than everything else
OWN_DIGITS = 3  # the last digits tell this payment from all others


def card(t: Voice, payment: Payment) -> Sheet:
    theme = theme_of(payment.letters)
    sheet = Sheet(WIDTH, HEIGHT, theme.deep)
    head(t, sheet, payment, theme)
    # Black on white, nothing in it and nothing near it: it has to be read by every bank's app, from a gallery.
    sheet.code(payment.payload, tile_for(payment.payload), radius=32, mask=MASK)
    sum_of_it(t, sheet, payment, theme)
    return sheet


def tile_for(payload: str) -> Frame:
    modules = qr_modules(payload, MASK).width + 2 * QUIET
    side = CODE.height // modules * modules
    return Frame((WIDTH - side) // 2, CODE.y + (CODE.height - side) // 2, side, side)


def head(t: Voice, sheet: Sheet, payment: Payment, theme: Theme) -> None:
    """Whose name will appear, and for which order."""
    inner = WIDTH - 2 * MARGIN
    code = sheet.write(
        payment.code,
        Frame(MARGIN + inner - 300, 44, 300, 56),
        Style(40, theme.warm, "Bold", align="right"),
    )
    label = Frame(MARGIN, 44, inner - code.width - 24, 48)
    sheet.write(t("QRIS in the name of").unescape(), label, Style(36, theme.paper))
    holder = Style(68, theme.paper, "Bold", least=38)
    sheet.write(payment.holder, Frame(MARGIN, 90, inner, 82), holder, otherwise=payment.shop)


def sum_of_it(t: Voice, sheet: Sheet, payment: Payment, theme: Theme) -> None:
    """The sum with its own last digits marked, and that it is meant to the rupiah."""
    panel = Frame(0, 1046, WIDTH, HEIGHT - 1046)
    sheet.rounded(panel, 48, theme.paper, corners="top")
    figures(sheet, t.money(payment.amount, payment.currency), Frame(MARGIN, 1052, WIDTH - 2 * MARGIN, 190), theme)
    exact = t("exactly please, do not round it").unescape()
    inner = Frame(MARGIN, 1236, WIDTH - 2 * MARGIN, 66)
    sheet.write(exact, inner, Style(50, theme.ink, "Semibold", align="centre"))
    sheet.rule(Frame(MARGIN, 1318, WIDTH - 2 * MARGIN, 2), theme.tint)
    held = t("Kept for you until {when}", when=t.when(payment.until)).unescape() if payment.until else payment.shop
    style = Style(38, theme.muted, least=26, align="centre")
    sheet.write(held, Frame(MARGIN, 1330, WIDTH - 2 * MARGIN, 62), style)


def figures(sheet: Sheet, amount: str, frame: Frame, theme: Theme) -> None:
    setting = lettering.fitted(amount, "Black", frame.width, frame.height, 168, 60, 1)
    style = Style(setting.size, theme.ink, "Black", align="left")
    left = frame.x + (frame.width - setting.width) // 2
    sheet.place(setting, Frame(left, frame.y, setting.width + 2, frame.height), style)
    if not amount[-OWN_DIGITS:].isdigit():
        return
    # The end is written over in the accent, from where it begins, so that nothing moves.
    begins = lettering.length(amount[:-OWN_DIGITS], "Black", setting.size) - 1
    ending = lettering.Setting((amount[-OWN_DIGITS:],), "Black", setting.size)
    own = Frame(left + begins, frame.y, setting.width + 2 - begins, frame.height)
    sheet.place(ending, own, Style(setting.size, theme.deep, "Black"))
