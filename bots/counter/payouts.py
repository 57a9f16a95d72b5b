"""What a seller does about what she owes: pay it, by hand or by her provider, alone or with a second pair of eyes."""

from dataclasses import replace

from bots.counter.buyer import a_number
from bots.counter.seller import mine, owned, which_shop
from bots.dialogue import Heard, Picture, Screen, go
from bots.screens import payouts as shown
from bots.scripts.small import SendPayout
from bots.visit import SILENCE, Begin, Outcome, Visit, action, aside, command, screen
from storefront import freezing, outbox, people, qris
from storefront.database import Reader, Writer
from storefront.earning import debts as owed_by
from storefront.earning import drafts, handovers, paydays, payouts, settings
from storefront.models import Payout
from storefront.reading import payoutwords
from storefront.reading.destinations import Destination as Account
from storefront.reading.destinations import shown as account_shown
from storefront.refusals import NotYours
from storefront.selling import approvals, shops, staff
from storefront.web.tokens import batch_link, keys_link


@command("pay_commission")
def pay_commission_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return pay_commission(db, visit, "0")


@screen("pay_commission")
def pay_commission(db: Writer, visit: Visit, shop: str = "0") -> Outcome | None:
    """What is owed now, one message a neighbour, any day she likes."""
    found = mine(db, visit, shop)
    if not found:
        return Screen(visit.t("You have no shop yet. Write <i>start selling</i> to open one."))
    told = sum(paydays.payday(db, one, visit.now, by_hand=True) for one in found)
    return SILENCE if told else Screen(visit.t("Nothing is owed to your neighbours right now."))


@screen("debts")
def debts(db: Writer, visit: Visit, shop: str = "0") -> Outcome:
    """Whom she owes what since when, how well she keeps to Mondays, and everything at once as a file."""
    found = mine(db, visit, shop)
    if len(found) != 1:
        return which_shop(visit, found, "debts")
    one = found[0]
    owed, score = owed_by.debts(db, one), owed_by.score(db, one.id)
    tax = settings.kept_back(db, one)
    seen = shown.debts(visit.t, one, owed, score, tax, visit.now)
    if not owed:
        return seen
    return replace(seen, choices=(*seen.choices, go(visit.t("As a file for the bank"), "batch", one.id)))


@screen("batch")
def batch(db: Writer, visit: Visit, shop: str = "") -> Screen:
    """Everything that is ready, gathered into payouts, as a file that a bank's own app takes in."""
    freezing.refuse_while_frozen(db)
    one = owned(db, visit, shop)
    for creator_id in paydays.creators_to_pay(db, one.id):
        payouts.draft(db, one, creator_id, visit.now, by_hand=True)
    return shown.batch(visit.t, batch_link(db.vault, visit.place.public_url, one.id, visit.now))


@command("debts")
def debts_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    return debts(db, visit)


@screen("show_number")
def show_number(db: Writer, visit: Visit, payout: str = "") -> Screen:
    """The one moment a creator's number is shown, to the seller who pays her."""
    freezing.refuse_while_frozen(db)
    found = paid_by(db, visit, payout)
    if found.state not in drafts.WAITING:
        return shown.no_more_to_send(visit.t, payouts.facts_of(db, found))
    destination = payouts.destination_of(db, found.creator_id)
    facts = payouts.facts_of(db, found)
    if destination is None or destination.kind == "cash":
        return shown.payday(visit.t, facts)
    number = people.unsealed(db, destination)
    if destination.kind == "qris":
        payload = qris.with_amount(number, found.amount)
        return shown.qris_shown(visit.t, facts, Picture("qr", payload), destination.holder)
    account = account_shown(Account(destination.kind, destination.brand, number, None))  # type: ignore[arg-type]
    return shown.number_shown(visit.t, facts, account, destination.holder)


@screen("pay_out")
def pay_out(db: Writer, visit: Visit, payout: str = "", amount: str = "") -> Outcome:
    """She says that she sent what she was asked for; where that has changed meanwhile, both sums are said first."""
    found = paid_by(db, visit, payout)
    if found.state == "cancelled" or (amount and a_number(amount) != found.amount):
        return shown.changed_meanwhile(visit.t, payouts.facts_of(db, found), a_number(amount) if amount else 0)
    if found.state not in drafts.WAITING:
        return Screen(visit.t("That was done already. Nothing happened twice."), toast=True)
    payouts.refuse_unapproved(db, found.id)
    destination = payouts.destination_of(db, found.creator_id)
    if destination is not None and destination.kind == "cash":
        return SendPayout(found.id, None)
    return Begin("paying_out", {"payout": found.id})


def paid_by(db: Reader, visit: Visit, payout: str) -> Payout:
    found = db.get(Payout, a_number(payout))
    if found is None:
        raise NotYours
    if payouts.owner_of(db, found) != visit.person_id:
        raise staff.refusal(db, found.shop_id, visit.person_id)
    return found


@action("say_thanks")
def say_thanks(db: Writer, visit: Visit, payout: str) -> Screen:
    found = paid_by(db, visit, payout)
    outbox.tell(db, found.creator_id, "thanked", payouts.facts_of(db, found), visit.now)
    return Screen(visit.t("Passed on."))


@action("call_off_payout")
def call_off_payout(db: Writer, visit: Visit, payout: str) -> Screen:
    """Before anything moved: what it was to pay is payable again."""
    found = payouts.cancel(db, paid_by(db, visit, payout).id, visit.person_id, visit.now)
    return shown.called_off(visit.t, payouts.facts_of(db, found))


# -- a second pair of eyes ---------------------------------------------------------------------------------


@action("ask_second")
def ask_second(db: Writer, visit: Visit, payout: str) -> Screen:
    """She puts it before whoever works with her; one of them has to agree."""
    asked = approvals.ask(db, paid_by(db, visit, payout), visit.person_id, visit.now)
    return shown.asked_second(visit.t, payouts.facts_of(db, asked))


@action("approve_payout")
def approve_payout(db: Writer, visit: Visit, payout: str) -> Screen:
    approvals.agree(db, a_number(payout), visit.person_id, visit.now)
    return Screen(visit.t("Thank you, {kak}. I have told the owner."))


@action("send_back")
def send_back(db: Writer, visit: Visit, payout: str) -> Screen:
    approvals.send_back(db, a_number(payout), visit.person_id, visit.now)
    return Screen(visit.t("Thank you, {kak}. I have told the owner."))


# -- by a provider -----------------------------------------------------------------------------------------


@action("by_provider")
def by_provider(db: Writer, visit: Visit, payout: str) -> Screen:
    found = paid_by(db, visit, payout)
    going = handovers.hand_over(db, found.id, visit.person_id, visit.now)
    return shown.handed_over(visit.t, payouts.facts_of(db, going))


@action("it_was_sent")
def it_was_sent(db: Writer, visit: Visit, payout: str) -> Screen:
    """The provider never answered; she has looked at its own list."""
    found = handovers.looked_up(db, paid_by(db, visit, payout).id, visit.person_id, visit.now, was_sent=True)
    return shown.handed_over(visit.t, payouts.facts_of(db, found))


@action("it_was_not_sent")
def it_was_not_sent(db: Writer, visit: Visit, payout: str) -> Screen:
    found = handovers.looked_up(db, paid_by(db, visit, payout).id, visit.person_id, visit.now, was_sent=False)
    return shown.payday(visit.t, payouts.facts_of(db, found))


@command("provider")
def provider(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """Where she puts her own keys in; they are never written into a chat."""
    found = shops.owned_by(db, visit.person_id)
    if not found:
        return None
    address = keys_link(db.vault, visit.place.public_url, found[0].id, visit.person_id, visit.now)
    own = handovers.account_of(db, found[0].id)
    return shown.provider(visit.t, own[0] if own else None, address)


# -- what a seller sets ------------------------------------------------------------------------------------


@aside(24)
def set_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*empat mata 500rb*, *potong pajak 2,5%*, *buku terbuka*: said by who owns a shop."""
    said = payoutwords.read(heard.text) if heard.text else None
    found = shops.owned_by(db, visit.person_id) if said else ()
    if said is None or not found:
        return None
    for one in found:
        settings.put(db, one, said)
    return shown.set_noted(visit.t, said, found[0].currency)


@command("tax_handed_on")
def tax_handed_on(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*setor pajak*: what she kept back has gone to the state."""
    found = [one for one in shops.owned_by(db, visit.person_id) if settings.kept_back(db, one)]
    if not found:
        return Screen(visit.t("No tax is kept back."))
    return shown.tax_to_hand_on(
        visit.t, [(one.id, one.name, settings.kept_back(db, one), one.currency) for one in found]
    )


@action("hand_on_tax")
def hand_on_tax(db: Writer, visit: Visit, shop: str, amount: str) -> Screen:
    one = owned(db, visit, shop)
    settings.hand_on(db, one, a_number(amount), visit.now)
    return Screen(visit.t("Noted: {amount} of tax is handed on.", amount=visit.t.money(a_number(amount), one.currency)))
