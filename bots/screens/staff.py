"""What an owner and her staff are shown of working together."""

from collections.abc import Sequence

from bots.dialogue import Screen, do
from bots.screens.wording import Facts, paragraphs
from storefront.phrases import Voice


def members(t: Voice, shop_id: int, found: Sequence[tuple[int, str]]) -> Screen:
    """Who helps, and a way to add or take off."""
    rules = t("Staff see orders and lists, note orders, pack and send. Money, prices and payouts stay yours alone.")
    who = t("Helping now: {names}.", names=", ".join(name for _, name in found)) if found else t("Nobody helps yet.")
    off = tuple(do(t("Take off {name}", name=name), "remove_staff", shop_id, person) for person, name in found[:8])
    return Screen(paragraphs(who, rules), choices=(do(t("Add somebody"), "add_staff", shop_id), *off))


def invited(t: Voice, shop: str, address: str) -> Screen:
    """The link to pass on: it works once, for a day."""
    text = t("Pass this on to whoever helps at {shop}. It works once, within 24 hours: {link}", shop=shop, link=address)
    return Screen(text)


def asked(t: Voice, shop: str) -> Screen:
    text = t(
        "{shop} asks you to help with orders, {kak}. You would see orders with names and addresses, pack and send "
        "them. Use them for that only. Money and prices stay with the owner. Will you help?",
        shop=shop,
    )
    return Screen(text)


def welcome(t: Voice, shop: str) -> Screen:
    return Screen(t("Welcome to {shop}, {kak}! Write <i>orders</i> or <i>summary</i> any time.", shop=shop))


def joined_already(t: Voice, shop: str) -> Screen:
    return Screen(t("You work at {shop} already, {kak}.", shop=shop))


def joined_notice(t: Voice, facts: Facts) -> Screen:
    return Screen(t("{name} helps at {shop} from now on.", name=facts["name"], shop=facts["shop"]))
