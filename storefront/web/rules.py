"""The rules as a page: every number on it is the rule's own value, so that the page cannot say anything else.

Nothing is written down here twice. A rule that changes changes the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from referral import attribution, commissions, suspicions, terms
from referral.attribution import Claim
from storefront.phrases import Voice, marked

CURRENCY = "IDR"
CLAIMS = {
    Claim.CODE: marked("a code said for this very order, in words or on a sign"),
    Claim.LINK: marked("the link or QR picture that opened the conversation"),
    Claim.TOUCH: marked("the last link this person had opened, at most {days} days ago"),
}
DOUBTS = {
    "same_phone": marked("the buyer and the creator have one number"),
    "same_account": marked("they are paid to one account"),
    "same_address": marked("it goes to the creator's address"),
    "same_proof": marked("its proof is a picture the creator has shown too"),
    "with_the_seller": marked("one of them works with the seller"),
    "flood": marked("{flood} or more orders came through one code within {flood_hours} hour"),
    "stuffing": marked("the buyer tried {tried} or more codes of one shop within {tried_hours} hours"),
    "sniping": marked("the buyer had come by the shop's own link less than {minutes} minutes before"),
    "wash": marked("{back} earlier orders of the same buyer through the same code went back"),
}


@dataclass(frozen=True)
class Part:
    title: str
    lines: Sequence[Any]


@dataclass(frozen=True)
class How:
    version: int
    parts: Sequence[Part]
    example: Sequence[tuple[Any, str]]


def how(t: Voice) -> How:
    """Everything that decides who earns what, in the reader's language."""
    return How(terms.RULES_VERSION, [who(t), nobody(t), how_much(t), when(t), odd(t)], example(t))


def who(t: Voice) -> Part:
    """The order of precedence, as `referral.attribution` has it."""
    days = terms.ATTRIBUTION_WINDOW.days
    claims = [t(CLAIMS[claim], days=days) for claim in sorted(Claim)]
    hours = in_hours(terms.CONVERSATION)
    lines = [*claims, t("else nobody.")]
    lines.append(
        t("A code or link claims the orders of its own conversation, {hours} hours; then it is a visit.", hours=hours)
    )
    lines.append(t("One order thanks one person, every line of it once. Who lost, and why, is written down too."))
    lines.append(
        t(
            "An order written down anew within {days} days after one with a code was cancelled thanks the same person.",
            days=terms.RECREATED_WITHIN.days,
        )
    )
    return Part(str(t("Who is thanked: the first of these")), lines)


def nobody(t: Voice) -> Part:
    lines = [
        t("A person's own order never earns her anything."),
        t("Whoever bought from the shop before the code was met thanks nobody, but whom the code had brought first."),
        t("A deal that has ended thanks nobody; what it had earned stays earned."),
        t("An order at the reseller's price pays a margin and no commission."),
        t(
            "A creator who finds a zero wrong objects within {days} days; the seller answers within {hours} hours.",
            days=terms.OBJECTED_WITHIN.days,
            hours=in_hours(terms.OBJECTION_ANSWERED_WITHIN),
        ),
    ]
    return Part(str(t("When nobody is thanked")), lines)


def how_much(t: Voice) -> Part:
    lines = [
        t("The base is the price of the goods after discounts. Delivery and unique code do not count."),
        t("The rate is the first of: this creator's own, the product's, her tier's, the shop's."),
        t(
            "A shop promises from {least} to {most}; a raise holds at once, a cut after {days} days.",
            least=t.percent(terms.LOWEST_RATE_BP),
            most=t.percent(terms.HIGHEST_RATE_BP),
            days=terms.RATE_CUT_NOTICE.days,
        ),
        t("Rate, base and cap are frozen when the order is placed; nothing said later changes them."),
        t("Each order line is rounded once, half a rupiah up. A cap is shared among the lines by largest remainder."),
        t("What is paid back takes its share along, by the same frozen rate; all paid back leaves exactly nothing."),
        t(
            "A content fee is owed once it is accepted, or after {days} days of silence.",
            days=terms.CONTENT_ANSWERED_WITHIN.days,
        ),
    ]
    return Part(str(t("How much")), lines)


def when(t: Voice) -> Part:
    lines = [
        t("Food: {hours} hours after it was sent or ready.", hours=in_hours(terms.HOLD_FOOD_AFTER_SENT)),
        t(
            "Goods: {received} days after they were received, at the latest {sent} days after they were sent.",
            received=terms.HOLD_GOODS_AFTER_RECEIVED.days,
            sent=terms.HOLD_GOODS_AFTER_SENT.days,
        ),
        t(
            "Paid on Monday from {floor} on; the first payout and what is older than {days} days whatever it is.",
            floor=t.money(terms.PAYOUT_FLOOR, CURRENCY),
            days=terms.FLOOR_HOLDS_AT_MOST.days,
        ),
        t("Paid means received: only the creator says so."),
    ]
    return Part(str(t("When it is ready")), lines)


def odd(t: Voice) -> Part:
    """What makes a commission wait, as `referral.suspicions` has it."""
    numbers = {
        "flood": suspicions.FLOOD,
        "flood_hours": in_hours(suspicions.FLOOD_WITHIN),
        "tried": suspicions.CODES_TRIED,
        "tried_hours": in_hours(suspicions.TRIED_WITHIN),
        "minutes": int(suspicions.SNIPED_WITHIN.total_seconds() // 60),
        "back": suspicions.GIVEN_BACK,
    }
    lines = [t(DOUBTS[reason], **numbers) for reason in suspicions.REASONS]
    lines.append(
        t(
            "The order goes on and both read the reason. After {days} days without a decision it is the creator's.",
            days=suspicions.DECIDED_WITHIN.days,
        )
    )
    return Part(str(t("What waits, and why")), lines)


def in_hours(span: timedelta) -> int:
    return int(span.total_seconds() // 3600)


def example(t: Voice) -> list[tuple[Any, str]]:
    """Two order lines, an order's decision and its money, worked out here and now by the rules themselves."""
    bases, rate_bp = (65_000, 75_000), terms.DEFAULT_RATE_BP
    earned = commissions.of_lines([(base, rate_bp) for base in bases])
    placed = datetime.fromisoformat("2026-06-16T09:00:00+07:00")
    met = attribution.Touch(1, 2, Claim.LINK, placed, terms.ATTRIBUTION_WINDOW, new_customers_only=True)
    decision = attribution.credited([met], 3, attribution.Customer(), placed)
    sent = datetime.fromisoformat("2026-06-20T08:00:00+07:00")
    released = commissions.release_at("food", sent, None)

    def money(amount: int) -> str:
        return t.money(amount, CURRENCY)

    return [
        (t("Thanked, because of"), str(t(CLAIMS[Claim[decision.reason.upper()]], days=0))),
        *(
            (t("{amount} at {rate}", amount=money(base), rate=t.percent(rate_bp)), money(part))
            for base, part in zip(bases, earned, strict=True)
        ),
        (t("Commission"), money(sum(earned))),
        (t("Sent"), t.when(sent)),
        (t("Ready to be paid"), t.when(released)),
    ]
