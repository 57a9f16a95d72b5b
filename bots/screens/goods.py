"""What a seller is shown of her catalogue as a file: the way to its page, and what became of a file she sent."""

from bots.dialogue import Screen, go, link
from bots.screens.wording import Facts
from storefront.phrases import Voice


def offered(t: Voice, shop: str, url: str) -> Screen:
    """The way to the page; a chat cannot carry a table on every channel, a page can."""
    text = t(
        "The catalogue of <b>{shop}</b> as a file: download it, change it in Excel or Google Sheets, and send it back. "
        "The link is for you alone and holds for 30 minutes.",
        shop=shop,
    )
    return Screen(text, choices=(link(t("Open the catalogue file"), url),))


def import_read(t: Voice, facts: Facts) -> Screen:
    """A long file has been read or written."""
    told = {"shop": facts["name"], "added": facts["added"], "changed": facts["changed"], "wrong": facts["wrong"]}
    match facts["state"]:
        case "written":
            return Screen(t("The catalogue of {shop} is written: {added} new, {changed} changed.", **told))
        case "refused":
            text = t("Lines to put right in your file for {shop}: {wrong}. Nothing has changed. See which:", **told)
        case _:
            text = t("I have read your file for {shop}: {added} new, {changed} changed. Look, then say yes:", **told)
    return Screen(text, choices=(go(t("Open"), "goods_file", facts["shop"]),))
