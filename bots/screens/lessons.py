"""The five cards: a minute each, one question, an answer that teaches. What a seller reads is hers."""

from collections.abc import Collection
from dataclasses import dataclass

from bots.dialogue import Choice, Screen, do, go
from bots.screens.wording import Facts, bold, joined, paragraphs
from storefront.earning.lessons import LESSONS, Lesson
from storefront.phrases import Voice, marked


@dataclass(frozen=True)
class Card:
    """One card: what a creator reads, what a seller reads, the question with its answers, the right one first."""

    title: str
    creator: str
    seller: str
    question: str
    right: str
    wrong: str
    why: str


CARDS: dict[Lesson, Card] = {
    "honest": Card(
        marked("Honest advertising"),
        marked(
            "Whoever earns by a recommendation says so: that is what <i>Iklan</i> stands for, on every picture and "
            "text "
            "of yours. Say what you have tried, and what you liked less, too. People buy again from a voice they trust."
        ),
        marked(
            "Your neighbours say that they earn by you; the word stands on every picture. Never ask one to leave it "
            "out "
            "or to praise what she has not tried: what is promised wrongly falls back on both of you."
        ),
        marked("You have not tasted the new flavour yet. What do you write?"),
        marked("New, not tried yet"),
        marked("Delicious, my favourite"),
        marked("Right is what you know. A buyer who was told the truth comes back."),
    ),
    "offer": Card(
        marked("What a content is worth"),
        marked(
            "Three things have a price: the content (your hours), the audience (people who really write through you) "
            "and "
            "the time (days you keep free for one shop). A free product is a gift, never the pay. Ask for the sum and "
            "show its parts; a no is no insult."
        ),
        marked(
            "Three things have a price: the content (her hours), the audience (people who really write through her) "
            "and "
            "the time (days she keeps free for you). A free product is a gift, never the pay. Look at the parts before "
            "you answer; offer back what you can, with a reason."
        ),
        marked("Somebody offers a cake for a video, because many will see it. What is it?"),
        marked("A gift; the pay is missing"),
        marked("Fair pay"),
        marked("To be seen pays no rent. Money first, goods on top."),
    ),
    "payout": Card(
        marked("Your money and your rights"),
        marked(
            "Every order has its why: <i>check 0001</i>. A rate once promised for an order never falls. When the "
            "seller "
            "says she has sent it, tap <i>I got the money</i> only when you see it; otherwise <i>Not yet</i>, and "
            "nothing "
            "is lost. Object within the time if an order came through you and thanks nobody."
        ),
        marked(
            "Pay on Monday what is ready, with the proof, and your name stands for it: how soon you pay is what "
            "neighbours "
            "see first. What is promised for an order stays. If you cannot pay this week, say so before she asks."
        ),
        marked("The seller says it is sent, your account shows nothing yet. What do you tap?"),
        marked("Not yet"),
        marked("I got the money"),
        marked("Only what is there is there. The seller looks again, and the sum stays yours."),
    ),
    "exclusive": Card(
        marked("Tied to one shop"),
        marked(
            "If a seller wants you to tell of nothing like hers, that is time, and time has a price: by the day, "
            "with an "
            "end, in the deal. Without that you are free to recommend whom you like, and so are your neighbours."
        ),
        marked(
            "You may ask a neighbour to tell of nothing like yours; then you pay for these days and say when they end. "
            "Without that she is free. A tie nobody pays for is one nobody keeps."
        ),
        marked("“Only tell of my cakes, please.” What belongs to it?"),
        marked("Days, an end, and pay"),
        marked("Nothing, it is a favour"),
        marked("A tie has days, an end and a price, or it is none."),
    ),
    "tax": Card(
        marked("Tax in plain words"),
        marked(
            "Commission is income. In Indonesia it is taxed as pay for a service of somebody who is not employed: "
            "half of "
            "it counts, and the first step is 5% of that half, so about 2.5% of what you get. Keep your statement "
            "(<i>Download</i>); a tax adviser says what holds for you. This is no advice on your own case."
        ),
        marked(
            "Up to Rp500 million of sales a year an individual pays no final income tax on them; above that 0.5% of "
            "what "
            "is more. Commission you pay is a cost; whether you have to keep tax back from it, ask a tax adviser. Your "
            "reports are the figures for that. This is no advice on your own case."
        ),
        marked("You earned Rp1,000,000 of commission. About how much tax is the first step?"),
        marked("About Rp25,000"),
        marked("About Rp100,000"),
        marked("Half of it counts, and 5% of half a million are Rp25,000."),
    ),
}


def all_cards(t: Voice, done: Collection[str]) -> Screen:
    """The five by their titles, what was read already with a tick."""
    choices = tuple(go(("✓ " if name in done else "") + str(t(CARDS[name].title)), "lesson", name) for name in LESSONS)
    return Screen(t("Five cards, a minute each, {kak}. Read: {n} of 5.", n=len(done)), choices=choices)


def card(t: Voice, name: Lesson, *, sells: bool) -> Screen:
    one = CARDS[name]
    told = t(one.seller if sells else one.creator)
    answers = [("right", one.right), ("wrong", one.wrong)]
    if len(one.title) % 2:  # so that the right one does not always stand first
        answers.reverse()
    choices = tuple(do(t(words), "lesson_answer", name, key) for key, words in answers)
    return Screen(paragraphs(bold(t(one.title)), told, t(one.question)), choices=choices, stays=True)


def answered(t: Voice, name: Lesson, *, is_right: bool) -> Screen:
    one = CARDS[name]
    head = t("Right.") if is_right else t("Better: {answer}.", answer=t(one.right))
    return Screen(joined([head, t(one.why)], " "), choices=(go(t("All cards"), "lessons"),))


def offered(t: Voice, facts: Facts) -> tuple[Choice, ...]:
    """The card that matters now, where she has not read it."""
    return of_name(t, facts.get("lesson") or "")


def of_name(t: Voice, name: str) -> tuple[Choice, ...]:
    titles = {one: CARDS[one].title for one in LESSONS}
    return (go(t("1 minute: {title}", title=t(titles[name])), "lesson", name),) if name in titles else ()
