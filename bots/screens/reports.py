"""A seller's report: what was sold, to whom, and how that is beside the time before. A picture and a few lines."""

from collections.abc import Sequence
from datetime import timedelta

from babel.dates import format_date
from markupsafe import Markup

from bots.dialogue import Picture, Screen, go
from bots.screens.buyer import WAYS
from bots.screens.wording import bold, joined
from storefront.drawing import recipes
from storefront.drawing.values import Span as Bars
from storefront.models import Shop
from storefront.phrases import Voice, marked
from storefront.selling.reports import SPANS, Report, Span

NAMES = {"day": marked("Day"), "week": marked("Week"), "month": marked("Month")}
LABELS_MOST = 7


def report(t: Voice, shops: Sequence[Shop], found: Report, span: Span, back: int) -> Screen:
    """The whole of one span."""
    currency = shops[0].currency
    names = ", ".join(shop.name for shop in shops)
    text = joined([line for line in lines(t, found, names, currency) if line], "\n")
    shop_id = shops[0].id if len(shops) == 1 else 0
    others = [go(t(NAMES[one]), "reports", shop_id, one, 0) for one in SPANS if one != span or back]
    choices = (go(t("The one before"), "reports", shop_id, span, back + 1), *others)
    return Screen(text, picture=chart(t, shops, found, span, names) if found.goods else None, choices=choices)


def lines(t: Voice, found: Report, names: str, currency: str) -> list[Markup]:
    def money(amount: int) -> str:
        return t.money(amount, currency)

    head = bold(names) + Markup(" · {}").format(when(t, found))
    if not found.orders:
        return [head, t("Nothing was paid for in this time."), ended(t, found)]
    sold = t("Sold: <b>{goods}</b> in {n} paid orders", goods=money(found.goods), n=found.orders)
    fees = t("delivery {fees}", fees=money(found.fees)) if found.fees else ""
    buyers = t("Buyers: {n}, {new} of them new", n=found.buyers, new=found.new_buyers)
    ways = joined([f"{WAYS.get(way) or t('noted by hand')} {money(amount)}" for way, amount in found.by_way], ", ")
    best = joined([Markup("{} × {} {}").format(many, name, money(amount)) for name, many, amount in found.best], "\n")
    others = t("everything else {amount}", amount=money(found.others)) if found.others else Markup("")
    earned = (
        t("Commission for neighbours: {amount}", amount=money(found.commission)) if found.commission else Markup("")
    )
    return [
        head,
        joined([sold, beside(t, found, currency), fees], ", "),
        buyers,
        ways,
        ended(t, found),
        best,
        others,
        earned,
    ]


def beside(t: Voice, found: Report, currency: str) -> Markup | str:
    """How it is beside the span before."""
    more = found.goods - found.before
    if not found.before:
        return ""
    if more == 0:
        return t("as much as before")
    amount = t.money(abs(more), currency)
    return t("{amount} more than before", amount=amount) if more > 0 else t("{amount} less than before", amount=amount)


def ended(t: Voice, found: Report) -> Markup:
    """What was placed, and what ended without a sale."""
    parts: list[object] = [t("{n} orders placed", n=found.placed)]
    if found.cancelled:
        parts.append(t("{n} cancelled", n=found.cancelled))
    if found.released:
        parts.append(t("{n} released unpaid", n=found.released))
    return joined(parts, ", ")


def when(t: Voice, found: Report) -> str:
    """``15 - 21 Juni 2026``, one day by its name."""
    if found.begins == found.ends:
        return t.day(found.begins)
    first = format_date(found.begins, "d MMMM" if found.begins.month != found.ends.month else "d", locale=t.language)
    return f"{first} - {format_date(found.ends, 'd MMMM y', locale=t.language)}"


def chart(t: Voice, shops: Sequence[Shop], found: Report, span: Span, names: str) -> Picture:
    """The bars: hours of a day, days of a week or month."""
    bars = [(label(t, found, span, number), amount) for number, amount in found.parts]
    if span == "day":
        bars = bars[first_hour(found) : last_hour(found) + 1]
    values = Bars(names[:40], when(t, found), shops[0].letters, shops[0].currency, tuple(bars))
    return Picture("card", recipes.report(t, values))


def first_hour(found: Report) -> int:
    """A day is shown from six, or from the first sale before."""
    return min([6, *(hour for hour, amount in found.parts if amount)])


def last_hour(found: Report) -> int:
    return max([21, *(hour for hour, amount in found.parts if amount)])


def label(t: Voice, found: Report, span: Span, number: int) -> str:
    if span == "day":
        return str(number)
    day = found.begins + timedelta(days=number)
    return str(day.day) if span == "month" else format_date(day, "EEE", locale=t.language)
