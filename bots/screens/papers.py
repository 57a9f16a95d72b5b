"""What people are shown of papers: receipts with their why and their proof, months, what tax may come to."""

from collections.abc import Sequence

from markupsafe import Markup

from bots.dialogue import Choice, Screen, go, link
from bots.screens.wording import Facts, bold, joined, paragraphs
from storefront.earning.monthly_statements import JOURNALS, Entry, Statement, bounds_in
from storefront.earning.papers import CONFIRMED, Line, Paper
from storefront.models import PayoutReceipt
from storefront.money import thousands
from storefront.phrases import Voice


def receipts(t: Voice, found: Sequence[tuple[PayoutReceipt, str, str]], more: int | None) -> Screen:
    """The newest receipts, a tap each."""
    if not found:
        return Screen(t("There is no receipt yet. One is written when a payout has arrived."))
    lines = [joined([code, shop, t.money(one.amount, one.currency), t.day(one.at)]) for one, code, shop in found]
    choices = tuple(go(code, "receipt", one.id) for one, code, _ in found)
    older = (go(t("Older ones"), "receipts", more),) if more else ()
    return Screen(joined([bold(t("Receipts of payouts")), *lines], "\n"), choices=(*choices, *older))


def receipt(t: Voice, one: Paper, address: str) -> Screen:
    """One payout on one screen: who paid what when, why it is so much, and the code that anybody can check."""
    head = t(
        "<b>{code}</b>: {shop} paid {creator} <b>{amount}</b>",
        code=one.code,
        shop=one.shop,
        creator=one.creator,
        amount=t.money(one.amount, one.currency),
    )
    how = t("in cash") if one.how == "cash" else t("to {to}", to=one.to) if one.to else ""
    sent = t("sent {when}", when=t.when(one.sent_at)) if one.sent_at else ""
    when = joined([how, sent, confirmed(t, one)])
    back = t("It came back later and is owed again.") if one.is_reversed else ""
    lines = [line(t, each) for each in one.lines[:MOST_LINES]]
    rest = t("and {n} more", n=len(one.lines) - MOST_LINES) if len(one.lines) > MOST_LINES else ""
    check = t("check code {digest}", digest=one.check) if one.check else t("Its words were erased; the log stays.")
    text = paragraphs(head + Markup(" · ") + when, back, joined([*lines, *off(t, one), rest], "\n"), check)
    choices: tuple[Choice, ...] = (link(t("As a PDF"), address),)
    if one.proof:
        choices = (go(t("Proof"), "receipt_proof", one.id), *choices)
    return Screen(text, choices=choices, about=one.code)


MOST_LINES = 12


def confirmed(t: Voice, one: Paper) -> Markup:
    return t(CONFIRMED[one.confirmed_by], creator=one.creator)


def line(t: Voice, each: Line) -> Markup:
    """``DR-0001: 10% x 140.000 = 14.000``; a content has its fee."""
    if not each.order:
        return t("contents: {amount}", amount=thousands(each.amount))
    rate = t.percent(each.rate_bp)
    return Markup("{}: {} × {} = {}").format(each.order, rate, thousands(each.base), thousands(each.amount))


def off(t: Voice, one: Paper) -> list[Markup]:
    """What was taken off, below the lines it was taken off from."""
    found = []
    if one.netted:
        found.append(t("against what was paid too much before: -{amount}", amount=thousands(one.netted)))
    if one.withheld:
        found.append(t("tax kept back: -{amount}", amount=thousands(one.withheld)))
    return found


def proof(t: Voice, one: Paper, public_url: str) -> Screen:
    """The proof itself, to keep: anybody can check it with one file, without asking us."""
    assert one.proof, "there is one to show"
    text = t(
        "Keep this text. It proves that {code} stands in the books as you read it. Check it at {url}/verify, or "
        "without us with the file {url}/verify.py.",
        code=one.code,
        url=public_url,
    )
    return Screen(paragraphs(text, Markup("<code>{}</code>").format(one.proof.text)), about=one.code)


def not_contested(t: Voice, facts: Facts) -> Screen:
    """To the creator: silence is not her word, and she may still say that it never came."""
    text = t(
        "{kak}, you have not said whether the {amount} from {shop} arrived, so it counts as <b>not contested</b>. If "
        "it never came, say so now.",
        amount=t.money(facts["amount"], facts["currency"]),
        shop=facts["shop"],
    )
    return Screen(text, choices=(go(t("It never came"), "dispute", facts["payout"]),), about=facts["shop"])


def log_signed(t: Voice, facts: Facts) -> Screen:
    """The evening's checkpoint, for everybody to keep."""
    text = t("The books tonight, check code {digest}:", digest=facts["code"])
    return Screen(paragraphs(text, Markup("<code>{}</code>").format(facts["note"])))


# -- months ----------------------------------------------------------------------------------------------


def months(t: Voice, found: Sequence[tuple[str, str]], choices: tuple[Choice, ...]) -> Screen:
    """Which month she would like to see."""
    if not found:
        return Screen(t("Nothing has been earned or paid yet, so there is no statement."))
    return Screen(t("Which month?"), choices=choices)


def statement(t: Voice, one: Statement, addresses: tuple[str, str]) -> Screen:
    """A month in the chat: sums first, then the newest lines; the whole of it as a PDF, the year as a table."""
    head = t("{name}, {month}: earned <b>{earned}</b>, paid <b>{paid}</b>.", **sums(t, one))
    extra = []
    if one.netted:
        extra.append(t("Against what was paid too much: {amount}.", amount=t.money(one.netted, one.currency)))
    if one.withheld:
        extra.append(t("Tax kept back: {amount}.", amount=t.money(one.withheld, one.currency)))
    rows = [entry(t, each) for each in one.entries[-MOST_LINES:]]
    tax = ""
    if one.scope == "creator" and one.tax:
        tax = t(
            "An estimate, no advice: income tax on the {paid} of this year so far is about {tax} (PPh 21, half of it "
            "taxed). {note}",
            paid=t.money(one.year_paid, one.currency),
            tax=t.money(one.tax, one.currency),
            note=t("Nobody has kept it back for you.") if not one.withheld else "",
        )
    pdf, table = addresses
    choices = (link(t("As a PDF"), pdf), link(t("The year as a table"), table))
    return Screen(paragraphs(head, joined(extra, " "), joined(rows, "\n"), tax), choices=choices)


def sums(t: Voice, one: Statement) -> Facts:
    return {
        "name": one.name,
        "month": t.month(bounds_in(t.zone, one.month)[0]),
        "earned": t.money(one.earned, one.currency),
        "paid": t.money(one.paid, one.currency),
    }


def entry(t: Voice, each: Entry) -> Markup:
    sign = "-" if each.amount < 0 else ""
    day = t.day(each.at)
    return joined([day, t(JOURNALS[each.journal]), each.about, each.other, f"{sign}{thousands(abs(each.amount))}"])
