"""The link into the web, and the word about a browser that has just come in."""

from bots.dialogue import Screen, do, link
from bots.screens.wording import Facts, moment_of
from storefront.phrases import Voice


def way_in(t: Voice, address: str) -> Screen:
    """One link, for her alone: whoever presses its button is she."""
    text = t("Your page, {kak}. The link is for you alone, good once and for ten minutes, so please do not pass it on.")
    return Screen(text, choices=(link(t("Open my page"), address),))


def nothing_there(t: Voice) -> Screen:
    text = t(
        "Your orders are all here in the chat, {kak}; there is nothing more on the web. Who sells or recommends has a "
        "page of her own there."
    )
    return Screen(text)


def signed_in(t: Voice, facts: Facts) -> Screen:
    """Said in her chat, so that nobody works in her name without her knowing."""
    at = moment_of(facts["at"])
    assert at, "it happened at some moment"
    text = t(
        "You came in on the web: {device}, {when}. If that was not you, end it.",
        device=facts["device"] or t("a browser"),
        when=t.when(at),
    )
    return Screen(text, choices=(do(t("That was not me"), "end_sessions"),))


def ended(t: Voice) -> Screen:
    text = t(
        "Ended, everywhere, {kak}. Somebody opened a link of yours: please pass such links on to nobody, and write "
        "<i>desk</i> when you want to come in yourself."
    )
    return Screen(text)
