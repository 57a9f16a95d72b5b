"""What a button or a word does: the use case it calls, and the screen it ends in.

entrances   links: a code, an invitation, a product, a shop, a bare start
everybody   menu, language, stop, help, what nobody understood, a picture on its own
afterwards  words to a review, a seller's answer, news for those who asked
asking      free words at a shop's counter: an order, a price, is it there
buyer       pay, claim, cancel, receive, review, order again
cases       what went wrong: opened, answered, decided
changing    an order a buyer has already: another quantity, kept a while longer
money       other sums, returns, deposits, coupons, resellers, papers
seller      money arrived, sent, lists, fees, invitations, paydays
reports     what was sold in a day, a week, a month
shelf       what she sells: edited by chat, opened again, shown or hidden
shopkeeping  days off, hours, pickup points, slots, fees by distance
staff       who helps in the shop: invited, listed, taken off again
trust       changes of accounts, a freeze, a report, a lost phone
waiting     who comes too late for a batch, and what becomes of one that missed its minimum
noting      lists and orders she writes down for others, and their bills
goods       the catalogue as a file
talking     calling a person, and a talk that is carried both ways
joining     one person on two channels; her own number
carts       what was put together on the page inside Telegram
costs       what messages cost, for who runs the hub
creator     earnings, the why of an order, where to be paid
deals       what she recommends and on what terms: bargains, contents, an end
promises    what a seller promises whoever recommends her, in her own words
objections  a commission that waits, and a zero somebody objects to
meeting     neighbours and kitchens find each other; an offer and its answer
fees        what this hub really paid, and what a content is worth
lessons     five cards of a minute each
measures    how creators fare, for who runs the hub
telling     pictures and words to share, the kitchen's album, reminders
results     what her links brought
polls       one vote each, and what wins is a tap from being on sale
answers     what a shop answers by itself
gifts       one more, for somebody who needs it
web         the way from the chat into the web
company     a PO that needs company, and the neighbourhood's month
"""

from bots.counter import (
    afterwards,
    answers,
    asking,
    buyer,
    carts,
    cases,
    changing,
    company,
    costs,
    creator,
    deals,
    disputes,
    entrances,
    everybody,
    fees,
    gifts,
    goods,
    joining,
    lessons,
    measures,
    meeting,
    money,
    noting,
    objections,
    papers,
    payouts,
    polls,
    promises,
    reports,
    results,
    seller,
    shelf,
    shopkeeping,
    staff,
    talking,
    telling,
    trust,
    waiting,
    web,
)

__all__ = [
    "afterwards",
    "answers",
    "asking",
    "buyer",
    "carts",
    "cases",
    "changing",
    "company",
    "costs",
    "creator",
    "deals",
    "disputes",
    "entrances",
    "everybody",
    "fees",
    "gifts",
    "goods",
    "joining",
    "lessons",
    "measures",
    "meeting",
    "money",
    "noting",
    "objections",
    "papers",
    "payouts",
    "polls",
    "promises",
    "reports",
    "results",
    "seller",
    "shelf",
    "shopkeeping",
    "staff",
    "talking",
    "telling",
    "trust",
    "waiting",
    "web",
]
