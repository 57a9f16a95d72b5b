"""Charts for the chat: what was sold, what was earned. A few bars with their figures; what a phone cannot show is left
out, and the figure that matters stands above in full.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

from storefront.drawing import lettering
from storefront.drawing.sheet import Frame, Sheet, Style
from storefront.drawing.themes import Colour, between, theme_of
from storefront.drawing.values import Earned, Sales, Span
from storefront.phrases import Voice

WIDTH, HEIGHT = 1080, 1080
MARGIN = 64
GROUND: Colour = (252, 251, 248)
INK: Colour = (36, 32, 30)
MUTED: Colour = (104, 96, 90)
LINE: Colour = (216, 211, 203)
# What has arrived is darkest; what may still be lost is palest.
STATES: tuple[Colour, ...] = ((24, 84, 66), (74, 146, 112), (230, 170, 62), (214, 207, 192))
MOST_BARS = 31
LABEL = 34
PLOT = Frame(MARGIN, 330, WIDTH - 2 * MARGIN, 560)


@dataclass(frozen=True)
class Bar:
    """One bar: what stands under it, and its parts from the ground up."""

    label: str
    parts: Sequence[tuple[int, Colour]]

    @property
    def sum(self) -> int:
        return sum(amount for amount, _ in self.parts)


def sales(t: Voice, sold: Sales) -> Sheet:
    """What a shop sold by day or by week, the best one in full colour."""
    sheet = Sheet(WIDTH, HEIGHT, GROUND)
    theme = theme_of(sold.letters)
    sums = list(sold.sums)[-MOST_BARS:]
    best = max((amount for _, amount in sums), default=0)
    title = t("Sold per week") if sold.by_week else t("Sold per day")
    head(
        sheet,
        f"{title.unescape()} · {lettering.readable(sold.shop, sold.letters)}",
        t.money(total(sums), sold.currency),
    )
    pale = between(theme.deep, GROUND, 0.45)
    labels = [label_of(t, day, by_week=sold.by_week, many=len(sums) > 7) for day, _ in sums]
    bars = [Bar(label, [(n, theme.deep if n == best else pale)]) for label, (_, n) in zip(labels, sums, strict=True)]
    plot(t, sheet, bars, PLOT._replace(height=600), sold.currency)
    if sums:
        foot(sheet, span(t, sums[0][0], sums[-1][0] + timedelta(days=6 if sold.by_week else 0)))
    return sheet


def report(t: Voice, of: Span) -> Sheet:
    """The bars of a report, the best one in full colour; nothing sold is said, not drawn."""
    sheet = Sheet(WIDTH, HEIGHT, GROUND)
    theme = theme_of(of.letters)
    best = max((amount for _, amount in of.bars), default=0)
    head(sheet, lettering.readable(of.title), t.money(sum(amount for _, amount in of.bars), of.currency))
    pale = between(theme.deep, GROUND, 0.45)
    bars = [Bar(label, [(n, theme.deep if n == best else pale)]) for label, n in of.bars]
    plot(t, sheet, bars if best else [], PLOT._replace(height=600), of.currency)
    foot(sheet, of.subtitle)
    return sheet


def earned(t: Voice, of: Earned) -> Sheet:
    """A creator's weeks, each bar by where its money stands."""
    sheet = Sheet(WIDTH, HEIGHT, GROUND)
    weeks = list(of.weeks)[-MOST_BARS:]
    whole = sum(sum(week.by_state) for week in weeks)
    name = lettering.readable(of.creator)
    title = t("Commission per week").unescape()
    head(sheet, f"{title} · {name}" if name else title, t.money(whole, of.currency))
    labels = [label_of(t, week.begins, by_week=True, many=len(weeks) > 7) for week in weeks]
    bars = [
        Bar(label, list(zip(week.by_state, STATES, strict=True))) for label, week in zip(labels, weeks, strict=True)
    ]
    plot(t, sheet, bars, PLOT._replace(height=500), of.currency)
    sums = [sum(week.by_state[place] for week in weeks) for place in range(len(STATES))]
    legend(t, sheet, sums, of.currency)
    return sheet


def head(sheet: Sheet, title: str, figure: str) -> None:
    inner = WIDTH - 2 * MARGIN
    sheet.write(title, Frame(MARGIN, 56, inner, 60), Style(42, MUTED, "Semibold", least=28))
    sheet.write(figure, Frame(MARGIN, 114, inner, 130), Style(104, INK, "Black", least=56))


def foot(sheet: Sheet, words: str) -> None:
    style = Style(34, MUTED, least=24, align="centre")
    sheet.write(words, Frame(MARGIN, HEIGHT - 76, WIDTH - 2 * MARGIN, 48), style)


def plot(t: Voice, sheet: Sheet, bars: Sequence[Bar], frame: Frame, currency: str) -> None:
    """Bars on one line. Each carries its figure where there is room for it, else only the highest does."""
    sheet.rule(Frame(frame.x, frame.bottom, frame.width, 3), LINE)
    if not bars:
        return
    step = frame.width / len(bars)
    wide = min(150, round(step * 0.66))
    highest = max(bar.sum for bar in bars)
    figures = [short(t, bar.sum, currency) if bar.sum else "" for bar in bars]
    size, all_fit = figure_size(figures, round(step) - 6)
    named = range(len(bars)) if all_fit else apart(bars, figures, step, size)
    every = spacing([bar.label for bar in bars], step)
    for number, bar in enumerate(bars):
        middle = round(frame.x + step * (number + 0.5))
        top = stack(sheet, bar, Frame(middle - wide // 2, frame.y, wide, frame.height), highest)
        if figures[number] and number in named:
            over(sheet, figures[number], middle, top, size)
        if (len(bars) - 1 - number) % every == 0:
            under(sheet, bar.label, middle, frame.bottom + 12)


def stack(sheet: Sheet, bar: Bar, frame: Frame, highest: int) -> int:
    """One bar, its parts upon each other, the topmost rounded; returns where it ends."""
    bottom, done = frame.bottom, 0
    filled = [part for part in bar.parts if part[0] > 0]
    for number, (amount, colour) in enumerate(filled):
        done += amount
        top = frame.bottom - max(4, round(frame.height * done / highest))
        part = Frame(frame.x, min(top, bottom - 3), frame.width, max(3, bottom - top))
        radius = min(14, part.height, frame.width // 3) if number == len(filled) - 1 else 0
        sheet.rounded(part, radius, colour, corners="top")
        bottom = part.y
    return bottom


def figure_size(figures: Sequence[str], width: int) -> tuple[int, bool]:
    """The size at which every figure stands over its own bar, and whether there is one."""
    for size in range(40, 23, -2):
        if all(lettering.length(figure, "Bold", size) <= width for figure in figures):
            return size, True
    return 36, False


def apart(bars: Sequence[Bar], figures: Sequence[str], step: float, size: int) -> list[int]:
    """The highest bars; of several as high, those whose figures do not run into the one before."""
    highest = max(bar.sum for bar in bars)
    numbers = [number for number, bar in enumerate(bars) if bar.sum == highest]
    wide = lettering.length(figures[numbers[0]], "Bold", size) + 20
    room = wide + max(0, wide / 2 - MARGIN)  # at an edge a figure is pushed back in
    kept: list[int] = []
    for number in numbers:
        if not kept or (number - kept[-1]) * step >= room:
            kept.append(number)
    return kept


def spacing(labels: Sequence[str], step: float) -> int:
    """Every how many bars a label has room."""
    widest = max((lettering.length(label, "Regular", LABEL) for label in labels), default=0) + 14
    return max(1, -int(-widest // step))


def over(sheet: Sheet, figure: str, middle: int, top: int, size: int) -> None:
    centred(sheet, figure, middle, top - round(size * 1.4), Style(size, INK, "Bold", least=size, align="centre"))


def under(sheet: Sheet, label: str, middle: int, top: int) -> None:
    centred(sheet, label, middle, top, Style(LABEL, MUTED, least=LABEL, align="centre"))


def centred(sheet: Sheet, words: str, middle: int, top: int, style: Style) -> None:
    """Words around a middle, pushed back in where they would leave the sheet."""
    width = lettering.length(lettering.readable(words), style.weight, style.size) + 8
    left = max(16, min(middle - width // 2, WIDTH - 16 - width))
    sheet.write(words, Frame(left, top, width, round(style.size * 1.3)), style)


def legend(t: Voice, sheet: Sheet, sums: Sequence[int], currency: str) -> None:
    """What the colours mean, each with its sum: the chart in four figures."""
    names = (t("received"), t("being paid"), t("ready"), t("pending"))
    width = (WIDTH - 2 * MARGIN - 40) // 2
    for place, (name, amount, colour) in enumerate(zip(names, sums, STATES, strict=True)):
        x, y = MARGIN + place % 2 * (width + 40), 908 + place // 2 * 70
        sheet.rounded(Frame(x, y + 14, 34, 34), 8, colour)
        figure = Style(34, INK, "Bold", least=24, align="right")
        taken = sheet.write(t.money(amount, currency), Frame(x + width // 2, y, width - width // 2, 60), figure).width
        sheet.write(name.unescape(), Frame(x + 50, y, width - 66 - taken, 60), Style(30, INK, least=24))


# -- words and figures -------------------------------------------------------------------------------


def label_of(t: Voice, day: date, *, by_week: bool, many: bool) -> str:
    """``Sen 15``, ``15 Jun``; only the day of the month where bars stand close."""
    if by_week:
        return format_date(day, "d/M" if many else "d MMM", locale=t.language)
    return str(day.day) if many else format_date(day, "EEE d", locale=t.language)


def span(t: Voice, first: date, last: date) -> str:
    begins, ends = (format_date(day, "d MMMM", locale=t.language) for day in (first, last))
    return f"{begins} – {ends}" if first != last else begins


def total(sums: Sequence[tuple[date, int]]) -> int:
    return sum(amount for _, amount in sums)


def short(t: Voice, amount: int, currency: str) -> str:
    """``140 rb``, ``1,25 jt``: how people say it; full money where the currency has its own way."""
    if currency != "IDR":
        return t.money(amount, currency)
    if amount < 1_000:
        return str(amount)
    if amount < 999_500:
        return t("{n}k", n=rounded(t, amount / 1_000)).unescape()
    return t("{n}m", n=rounded(t, amount / 1_000_000)).unescape()


def rounded(t: Voice, number: float) -> str:
    """Three figures are enough over a bar."""
    digits = 0 if number >= 100 else 1 if number >= 10 else 2
    text = f"{number:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",") if t.language == "id" else text
