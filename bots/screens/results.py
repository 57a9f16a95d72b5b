"""What a creator's links brought: people, talks, orders, who came back, what it earned; a chart and a table."""

from collections.abc import Sequence

from bots.dialogue import Picture, Screen, go, link
from bots.screens.wording import bold, joined, paragraphs
from storefront.drawing import recipes
from storefront.drawing.values import Span
from storefront.earning.results import Results
from storefront.earning.tallies import WEEKS
from storefront.models import Deal
from storefront.phrases import Voice, marked

BEST = 3
STEADY = 8
LOOKS = {"": marked("photo on top"), "full": marked("photo behind"), "framed": marked("photo in a frame")}
SOURCES = {"own": marked("your photo"), "seller": marked("the seller's photo"), "kitchen": marked("kitchen photo")}


def results(t: Voice, found: Results, deals: Sequence[tuple[Deal, str]], name: str) -> Screen:
    """Twelve weeks in one picture and a few lines; never who bought."""
    text = paragraphs(
        t("What your links brought in {n} weeks, {kak}:", n=WEEKS),
        joined(funnel(t, found), "\n"),
        steadiness(t, found),
        best(t, found),
    )
    running = [deal for deal, _ in deals if deal.ended_at is None]
    choices = [
        *([go(t("Make a picture"), "make_picture", running[0].id)] if running else []),
        go(t("As a table"), "results_table"),
        go(t("My commissions"), "earnings"),
    ]
    return Screen(text, picture=chart(t, found, name), choices=tuple(choices))


def funnel(t: Voice, found: Results) -> list[object]:
    """From who opened to who came back, one line a step, with its share of the step before."""
    return [
        t("Opened a link: {n} (a person counts once a day)", n=found.opened),
        t("Came to chat: {n}, asked something: {asked}", n=found.chatted, asked=found.asked),
        t("Ordered: {n} orders{share}", n=found.ordered, share=share(t, found.ordered, found.chatted)),
        t("New buyers: {n}, came back: {back}", n=found.buyers, back=found.back),
        t("Complained: {n}", n=found.complained),
        t(
            "Sold {sold}, your commission {earned}",
            sold=t.money(found.sold, found.currency),
            earned=bold(t.money(found.earned, found.currency)),
        ),
    ]


def share(t: Voice, part: int, whole: int) -> str:
    """`` (17 dari 38)``, where there is something to compare with."""
    return f" ({t('{n} of {whole} talks', n=part, whole=whole)})" if whole and part <= whole else ""


def steadiness(t: Voice, found: Results) -> object:
    """``8 dari 12 minggu ada pesanan``: to go on counts for more than one loud week."""
    weeks = t("Orders in {n} of {weeks} weeks.", n=found.active_weeks, weeks=WEEKS)
    return joined([weeks, t("A steady neighbour 🌱")], " ") if found.active_weeks >= STEADY else weeks


def best(t: Voice, found: Results) -> object:
    lines: list[object] = []
    if found.by_product:
        said = ", ".join(f"{name} {t.money(amount, found.currency)}" for name, amount in found.by_product[:BEST])
        lines.append(t("By product: {products}", products=said))
    for one, orders, amount in found.by_picture[:BEST]:
        looks = f"{t(SOURCES[one.source])}, {t(LOOKS[one.template])}"
        money = t.money(amount, found.currency)
        lines.append(
            t(
                "Picture {n} ({looks}): {orders} orders, {amount}",
                n=one.number,
                looks=looks,
                orders=orders,
                amount=money,
            )
        )
    return joined(lines, "\n")


def chart(t: Voice, found: Results, name: str) -> Picture:
    """Twelve bars: what each week earned."""
    bars = tuple((week.partition("-W")[2].lstrip("0"), max(amount, 0)) for week, amount in found.by_week)
    title = t("Commission per week").unescape()
    values = Span(
        f"{title} · {name}"[:40] if name else title, t("week of the year").unescape(), name[:1], found.currency, bars
    )
    return Picture("card", recipes.report(t, values))


def table(t: Voice, address: str) -> Screen:
    text = t("Week by week as a table, without anybody's name (the link holds for 10 minutes).")
    return Screen(text, choices=(link("CSV", address), go(t("What it brought"), "results")))
