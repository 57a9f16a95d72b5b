"""What an operator reads of how creators fare: a line a question."""

from bots.dialogue import Screen
from bots.screens.wording import joined, paragraphs
from storefront.earning.measures import Measures
from storefront.phrases import Voice


def measures(t: Voice, one: Measures) -> Screen:
    offers = [one.offers.get(state, 0) for state in ("accepted", "declined", "open")]
    lines = [
        t("Who recommends: {n}; may be found: {found}.", n=one.creators, found=one.findable),
        t("Offers: {yes} accepted, {no} declined, {open} open.", yes=offers[0], no=offers[1], open=offers[2]),
        t("From introducing oneself to the first deal: {n} days.", n=one.days_to_deal)
        if one.days_to_deal is not None
        else "",
        t("The tenth of the deals with most has {n}% of the commission (12 weeks).", n=one.top_tenth)
        if one.top_tenth is not None
        else t("Too few deals to say whether a few have it all."),
        t("All five cards answered: {n}.", n=one.taught),
        t("Agreed fees lie {n}% from the middle of the helper.", n=one.fee_gap) if one.fee_gap is not None else "",
        t("Pictures made: {n}; orders by them: {by} of {all}.", n=one.pictures, by=one.by_picture, all=one.ordered),
        t("Kept answers: {n}, given {used} times.", n=one.answers, used=one.answered),
        t("Polls: {n}, on sale afterwards: {opened}.", n=one.polls, opened=one.opened),
        t("Gifts begun: {n}, brought: {brought}.", n=one.gifts, brought=one.brought),
    ]
    return Screen(paragraphs(t("How creators fare here:"), joined(lines, "\n")))
