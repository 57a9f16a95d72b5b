"""What a seller promises whoever recommends her, in her own words: rates, caps, gifts; and what that leaves her."""

from markupsafe import Markup

from bots.counter.seller import mine, owned, which_shop
from bots.dialogue import Heard, Screen, go
from bots.screens import promises as promises_shown
from bots.scripts.managing import wares_of
from bots.visit import Outcome, Visit, aside, screen
from referral import fairness
from referral.rates import Scope, may_be_promised
from referral.terms import DEFAULT_RATE_BP
from storefront import people
from storefront.database import Reader, Writer
from storefront.earning import contents, deals, rates
from storefront.models import Deal, Product, Shop
from storefront.reading import promising
from storefront.reading.promising import (
    BenefitWords,
    CapWords,
    CostWords,
    EndWords,
    RateWords,
    SampleWords,
    SellerSaid,
)
from storefront.refusals import LeavesNothing, NotYours, RateOutOfBounds
from storefront.selling import catalogue, editing

MOST_DISCOUNT_BP = 5_000


@aside(43)
def promise_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*komisi 12%*, *komisi brownies 15%*, *modal brownies 40rb*, *potongan kode 5%*: only from who sells."""
    if heard.kind != "text" or not heard.text or visit.is_asked:
        return None
    shops = mine(db, visit, "0")
    if not shops:
        return None
    said = promising.read_promise(heard.text, wares_of(db, visit.person_id))
    return done(db, visit, shops, said) if said else None


def done(db: Writer, visit: Visit, shops: list[Shop], said: SellerSaid) -> Outcome | None:
    match said:
        case RateWords():
            return rate_promised(db, visit, shops, said)
        case CapWords(amount):
            return capped(db, visit, shops, amount)
        case CostWords(products, amount):
            return cost_noted(db, visit, products, amount)
        case BenefitWords():
            return benefit_set(db, visit, shops, said)
        case SampleWords(product, quantity, code):
            return sampled(db, visit, product, quantity, code)
        case EndWords(code):
            return ended(db, visit, code)
    raise AssertionError(said)


def rate_promised(db: Writer, visit: Visit, shops: list[Shop], said: RateWords) -> Outcome | None:
    """For whom, how much, from when on; and what it leaves her, where she has said what a piece costs her."""
    t = visit.t
    if said.code:
        deal = deal_of_code(db, visit, said.code)
        if deal is None:
            return None
        shop, scope = db.get_one(Shop, deal.shop_id), Scope.CREATOR
        subjects: tuple[int, ...] = (deal.creator_id,)
        whom: object = t("code {code}", code=deal.code)
    elif said.products:
        shop = editing.owned(db, said.products[0], visit.person_id).shop
        scope, subjects = Scope.PRODUCT, said.products
        whom = ", ".join(db.get_one(Product, one).name for one in subjects)
    else:
        if len(shops) > 1:
            return which_shop(visit, shops, "adjust")
        shop, scope, subjects = shops[0], Scope.TIER if said.orders else Scope.SHOP, (said.orders,)
        whom = t("who has brought {n} orders", n=said.orders) if said.orders else t("everybody")
    if scope is not Scope.SHOP and shop.rate_bp is None:
        return Screen(t("First what everybody gets, please: for example <i>commission 10%</i>."))
    if said.rate_bp or scope is Scope.SHOP:
        if not may_be_promised(said.rate_bp):
            raise RateOutOfBounds
        if said.rate_bp > rates.paid_now(db, shop.id, scope, subjects[0], visit.now):
            refuse_a_loss(db, shop, said.rate_bp, said.products)
    begins = visit.now
    for subject in subjects:
        whose = editing.owned(db, subject, visit.person_id).shop.id if scope is Scope.PRODUCT else shop.id
        begins = max(begins, rates.promise(db, whose, scope, subject, said.rate_bp, visit.now))
    worth = t.percent(said.rate_bp) if said.rate_bp else t("nothing of its own")
    text = t("Commission for {whom}: {rate}.", whom=whom, rate=worth)
    left = margins(db, shop, said.rate_bp, said.products) if said.rate_bp else []
    return promises_shown.promised(t, text, begins, visit.now, left, shop.currency)


def deal_of_code(db: Reader, visit: Visit, code: str) -> Deal | None:
    """The deal of a code with one of the seller's own shops; None where the word is only a word."""
    known = deals.known(db, code)
    if known is None or db.get_one(Shop, known.deal.shop_id).owner_id != visit.person_id:
        return None
    return known.deal


def refuse_a_loss(db: Reader, shop: Shop, rate_bp: int, products: tuple[int, ...] = ()) -> None:
    """Raises `LeavesNothing` where a piece sold would cost the seller money, as far as she has said what it costs."""
    for name, one in margins(db, shop, rate_bp, products):
        if one.left < 0:
            most = fairness.highest_rate(one.price - one.gift, one.cost)
            raise LeavesNothing(rate=percent(rate_bp), product=name, most=percent(most))


def percent(rate_bp: int) -> str:
    return f"{rate_bp / 100:g}%".replace(".", ",")


def margins(db: Reader, shop: Shop, rate_bp: int, products: tuple[int, ...] = ()) -> list[tuple[str, fairness.Margin]]:
    """What the cheapest kind of each product leaves, for those whose cost she has said."""
    cards = [card for card in catalogue.all_cards(db, shop) if card.product.cost is not None]
    return [
        (
            card.product.name,
            fairness.margin(
                min(one.price for one in card.variants), card.product.cost or 0, rate_bp, shop.code_discount_bp
            ),
        )
        for card in cards
        if not products or card.product.id in products
    ]


def capped(db: Writer, visit: Visit, shops: list[Shop], amount: int | None) -> Outcome:
    if len(shops) > 1:
        return which_shop(visit, shops, "commissions")
    begins = rates.promise(db, shops[0].id, Scope.CAP, 0, amount or 0, visit.now)
    said = (
        visit.t("Commission of an order: at most {amount}.", amount=visit.t.money(amount, shops[0].currency))
        if amount
        else visit.t("Commission of an order: no cap.")
    )
    return promises_shown.promised(visit.t, said, begins, visit.now, [], shops[0].currency)


def cost_noted(db: Writer, visit: Visit, products: tuple[int, ...], amount: int) -> Outcome:
    """What a piece costs her: only she is ever told."""
    if len(products) != 1:
        return Screen(visit.t("Of which product? For example <i>cost brownies 40rb</i>."))
    card = editing.owned(db, products[0], visit.person_id)
    editing.change(db, card, cost=amount)
    rate_bp = card.shop.rate_bp or DEFAULT_RATE_BP
    shop = db.get_one(Shop, card.shop.id)
    return promises_shown.cost_noted(visit.t, margins(db, shop, rate_bp, products), shop.currency)


def benefit_set(db: Writer, visit: Visit, shops: list[Shop], said: BenefitWords) -> Outcome:
    """What whoever comes by a code gets from the seller: a discount, or a bonus in her own words."""
    t = visit.t
    if len(shops) > 1:
        return which_shop(visit, shops, "commissions")
    if said.discount_bp > MOST_DISCOUNT_BP:
        raise RateOutOfBounds
    shop = shops[0]
    more = said.discount_bp > shop.code_discount_bp
    deals.benefit(db, shop, said.discount_bp, said.bonus)
    if shop.rate_bp and more:
        refuse_a_loss(db, db.get_one(Shop, shop.id, populate_existing=True), shop.rate_bp)
    if said.discount_bp:
        return Screen(t("Whoever comes by a neighbour's code pays {rate} less.", rate=t.percent(said.discount_bp)))
    if said.bonus:
        return Screen(t("Whoever comes by a neighbour's code is told: {bonus}.", bonus=said.bonus))
    return Screen(t("Whoever comes by a neighbour's code pays the ordinary price again."))


def sampled(db: Writer, visit: Visit, product: int, quantity: int, code: str) -> Screen | None:
    deal = deal_of_code(db, visit, code)
    if deal is None:
        return None
    card = editing.owned(db, product, visit.person_id)
    if card.shop.id != deal.shop_id or not 0 < quantity <= 100:
        raise NotYours
    value = contents.give_sample(db, deal, card.product, quantity, card.variants[0].price, visit.now)
    text = visit.t(
        "Noted as a gift: {n} {product}, worth {amount}. It replaces no commission.",
        n=quantity,
        product=card.product.name,
        amount=visit.t.money(value, card.product.currency),
    )
    return Screen(text)


def ended(db: Writer, visit: Visit, code: str) -> Screen | None:
    """The seller ends a deal: with the notice of a cut."""
    deal = deal_of_code(db, visit, code)
    if deal is None:
        return None
    ends = deals.end(db, deal, visit.now)
    day = visit.t.day(ends)
    return Screen(visit.t("The deal of code {code} ends on {day}; until then it runs.", code=deal.code, day=day))


@screen("rates")
def rates_shown(db: Writer, visit: Visit, shop: str = "0") -> Outcome:
    """Everything she promises, and to whom."""
    one = owned(db, visit, shop)
    known = [rate for rate in rates.standing(db, one.id, visit.now) if rate.value or rate.holds_from > visit.now]
    names = {
        **{(Scope.PRODUCT, rate.subject): db.get_one(Product, rate.subject).name for rate in known if rate.scope == 2},
        **{(Scope.CREATOR, deal.creator_id): deal.code for deal in deals.of_shop(db, one.id, visit.now)},
    }
    text = promises_shown.rates(visit.t, one, known, names, visit.now)
    how = visit.t(
        "Change them in words: <i>commission 12%</i>, <i>commission brownies 15%</i>, <i>commission DEWI7 12%</i>, "
        "<i>commission 12% from 20 orders</i>, <i>commission at most 50rb</i>."
    )
    return Screen(text + Markup("\n\n") + how)


@screen("neighbours")
def neighbours(db: Writer, visit: Visit, shop: str = "0") -> Outcome:
    """Who recommends her, and how many orders each has brought."""
    one = owned(db, visit, shop)
    found = deals.of_shop(db, one.id, visit.now)
    if not found:
        return Screen(
            visit.t("Nobody recommends {shop} yet.", shop=one.name), choices=(go(visit.t("Invite"), "invite", one.id),)
        )
    lines = [
        visit.t(
            "{creator} · {code} · orders: {n}",
            creator=people.name_of(db, deal.creator_id),
            code=deal.code,
            n=deal.orders,
        )
        for deal in found
    ]
    how = visit.t("To end one with notice: <i>end deal CODE</i>. A product to try: <i>sample brownies for CODE</i>.")
    return Screen(Markup("\n").join([*lines, Markup(""), how]))
