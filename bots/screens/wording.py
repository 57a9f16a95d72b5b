"""What several screens say of an order: its lines, what it comes to, where it goes and when."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from markupsafe import Markup, escape

from storefront.money import thousands
from storefront.phrases import Voice, marked

Facts = dict[str, Any]
DOT = Markup(" · ")
BREAK = Markup("\n")


def bold(text: object) -> Markup:
    return Markup("<b>{}</b>").format(text)


def joined(parts: Sequence[object], between: str = " · ") -> Markup:
    """The parts that say something, with a dot between them."""
    return escape(between).join(escape(part) for part in parts if str(part))


def paragraphs(*parts: object) -> Markup:
    return joined(parts, "\n\n")


def lines_short(facts: Facts) -> str:
    """``1 polos + 1 keju``; a product without options is counted in its unit."""
    return " + ".join(counted(quantity, variant, facts["unit"]) for quantity, variant, *_ in facts["lines"])


def counted(quantity: int, variant: str, unit: str) -> str:
    """``2 keju``, ``2 loyang``; what begins with a number itself is set off from its own: ``2 × 250gr``."""
    named = variant or unit
    return f"{quantity} × {named}" if named[:1].isdigit() else f"{quantity} {named}".strip()


def lines_priced(t: Voice, facts: Facts) -> str:
    """``1 polos Rp65.000 + 1 keju Rp75.000 = Rp140.000``."""
    parts = [
        f"{counted(quantity, variant, facts['unit'])} {t.money(amount, facts['currency'])}"
        for quantity, variant, amount in facts["lines"]
    ]
    sum_ = f" = {t.money(facts['goods'], facts['currency'])}" if len(parts) > 1 else ""
    return " + ".join(parts) + sum_


def quantity_and_unit(facts: Facts) -> str:
    """``2 loyang``: everything together, in the product's unit; several products are named."""
    if not facts["unit"]:
        return lines_short(facts)
    return f"{sum(line[0] for line in facts['lines'])} {facts['unit']}".strip()


DISCOUNTS = {
    "coupon": marked(" - coupon {amount}"),
    "code": marked(" - with the code {amount}"),
    "both": marked(" - coupon and code {amount}"),
}


def sum_up(t: Voice, facts: Facts) -> Markup:
    """``barang Rp140.000 + ongkir Rp5.000 - kode unik Rp17 = Rp144.983``."""

    def money(amount: int) -> str:
        return t.money(amount, facts["currency"])

    parts = t("goods {amount}", amount=money(facts["goods"]))
    if facts["discount"]:
        parts += t(DISCOUNTS[facts.get("discount_by", "coupon")], amount=money(facts["discount"]))
    if facts["fee"]:
        parts += t(" + delivery {amount}", amount=money(facts["fee"]))
    if facts["unique_code"] and facts["method"] != "cod":
        parts += t(" - unique code {amount}", amount=money(facts["unique_code"]))
    if facts["total"] != facts["goods"]:
        parts += Markup(" = ") + bold(money(facts["total"]))
    if facts["by_courier"]:
        parts += t(" (you pay the courier, GoSend or the like, yourself)")
    elif facts["handover"] == "deliver" and facts["fee"] == 0:
        parts += t(" (delivery is free)")
    return parts


def destination(t: Voice, facts: Facts) -> Markup:
    """``antar Griya Asri blok C2 no 5`` or ``ambil sendiri``."""
    if facts["handover"] == "pickup":
        return t("picked up at {point}", point=facts["address"]) if facts["address"] else t("picked up")
    return t("bring to {address}", address=facts["address"] or "")


def delivery_day(t: Voice, facts: Facts) -> str:
    """``Sabtu 20 Juni pagi``, or nothing for what is ready any time."""
    return t.day_and_part(day_of(facts["delivers_on"]), facts["day_part"])


def delivery_weekday(t: Voice, facts: Facts) -> str:
    return t.weekday_and_part(day_of(facts["delivers_on"]), facts["day_part"])


def day_of(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def moment_of(iso: str | None) -> datetime | None:
    return datetime.fromisoformat(iso) if iso else None


def amounts(parts: Sequence[int]) -> str:
    """``65.000 + 75.000 = 140.000``, as written on a receipt."""
    sum_ = f" = {thousands(sum(parts))}" if len(parts) > 1 else ""
    return " + ".join(thousands(part) for part in parts) + sum_
