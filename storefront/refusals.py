"""The noes we expect. Each is a sentence for the person who asked, spoken at the edge in her language.

The docstring of a refusal is its English sentence, with the facts in braces; the Indonesian one stands
in the catalogue like every other sentence. Raise it where you know, catch it where you speak.
"""

from typing import ClassVar


class Refusal(Exception):
    """Sorry, that did not work."""

    asked_as: ClassVar[str | None] = None  # the question that says it all by itself
    ends_the_talk: ClassVar[bool] = False  # nothing left to ask

    def __init__(self, **facts: object) -> None:
        super().__init__(facts)
        self.facts = facts

    @property
    def sentence(self) -> str:
        return type(self).__doc__ or Refusal.__doc__ or ""


class Frozen(Refusal):
    """This hub was put back from a backup. Payouts wait until the operator has compared what was paid since."""


class SoldOut(Refusal):
    """Sorry, only {left} of {product} left. How many would you like?"""

    asked_as = "quantity"


class NotToday(Refusal):
    """{product} is gone for today, sorry. Please ask again tomorrow."""

    ends_the_talk = True


class NotYet(Refusal):
    """Orders for {product} are not open yet."""

    ends_the_talk = True


class TooFew(Refusal):
    """{product} is sold from {least} on."""


class TooMany(Refusal):
    """At most {most} of {product} an order, please."""


class SlotFull(Refusal):
    """Sorry, {slot} is full by now. Another time?"""

    asked_as = "slot"


class NothingFree(Refusal):
    """All delivery hours are full, sorry. Ask the seller for another time."""

    ends_the_talk = True


class BlockedGoods(Refusal):
    """Sorry, {product} cannot be sold here: by law that is not for home sellers. If I misread it, ask the operator."""

    ends_the_talk = True


class QuotaTaken(Refusal):
    """{n} of {product} are ordered already, so the quota cannot be {quota}. Write {n} or more, please."""


class NameTaken(Refusal):
    """There is a {product} on your shelf already. Another name?"""


class BatchClosed(Refusal):
    """Sorry, orders for {product} have closed. Ask the seller about the next round."""

    ends_the_talk = True


class ListTooLong(Refusal):
    """That is more {product} than the {left} that are left. Nothing was written down; shorten it, or list it anew."""

    ends_the_talk = True


class ListClosed(Refusal):
    """Orders for {product} have closed, so nothing was written down. List it again first."""

    ends_the_talk = True


class AnotherDay(Refusal):
    """{product} comes on another day than the rest. Please order it by itself, then nothing gets mixed up."""


class NotYours(Refusal):
    """That button belongs to somebody else's order."""


class OwnersOnly(Refusal):
    """That is for the owner of the shop, {kak}: money and prices stay in her hands."""


class TooLate(Refusal):
    """{why} can no longer be changed."""


class PaidAlready(Refusal):
    """{code} is paid already, so more of it is best ordered by itself. Shall we?"""


class AlreadyDone(Refusal):
    """That was done already. Nothing happened twice."""


class NotOnSale(Refusal):
    """That product is not on sale right now."""

    ends_the_talk = True


class FeeMissing(Refusal):
    """Please name the delivery fee of {code} first, for example: fee {code} 10rb."""


class NoWayToPay(Refusal):
    """The seller has not given a way to be paid like that yet."""


class CodeTaken(Refusal):
    """{code} looks too much like a code somebody already has. Another one?"""


class OwnShop(Refusal):
    """This is your own shop, so there is nothing to earn from yourself."""

    ends_the_talk = True


class NotInvited(Refusal):
    """That invitation is not valid any more. Ask the seller for a new one."""


class CouponGone(Refusal):
    """The coupon {code} does not hold here, or is used up."""


class CouponNeeds(Refusal):
    """The coupon {code} holds for goods of {least} or more."""


class TooMuchBack(Refusal):
    """That is more than was paid: of {code}, {most} can be returned at most."""


class TooLittleCash(Refusal):
    """That is less than the {total} it comes to. Which note will you have ready?"""


class ShopFrozen(Refusal):
    """The operator is looking into {shop}, so nothing can be paid there right now. Your order is kept."""


class ShopFull(Refusal):
    """{shop} is new here and has as many prepaid orders open as a new shop may. COD works, or pay a bit later."""


class TooManyProofs(Refusal):
    """I have enough pictures of the payment of {code}, thank you. The seller is looking."""


class TooSoon(Refusal):
    """News go out once a week at most, so that people like to read them. In {days} days again, {kak}."""


class NobodyAsked(Refusal):
    """Nobody has asked for your news yet. Buyers can, after they have received something."""


class CaseOpen(Refusal):
    """There is an open case about {code} already; what you add goes there."""


class StillTalking(Refusal):
    """The two have until then to agree by themselves; one of them may call you before."""


class OwnCase(Refusal):
    """This is about your own shop, so somebody else has to decide it."""


class NothingToPay(Refusal):
    """Nothing is owed to that neighbour right now."""


class NoSuchWord(Refusal):
    """That word is not good any more, {kak}. <i>Connect my chats</i>, on your other phone or app, makes a new one."""


class CannotJoin(Refusal):
    """These two cannot become one here, {kak}: both are part of somebody's books. Please ask who runs this hub."""

    ends_the_talk = True


class BeginHere(Refusal):
    """This chat has a shop or commissions, {kak}, so it has to begin here: write <i>connect my chats</i>."""


class RateOutOfBounds(Refusal):
    """A percentage from 1 to 50, please: less would be no offer, more is surely a slip."""


class TooYoung(Refusal):
    """Recommending for money is for {age} and over, {kak}. You are welcome to buy, and to come back when you are."""

    ends_the_talk = True


class PollIsOver(Refusal):
    """This poll is over, {kak}; thank you all the same."""


class PhotoTakenBack(Refusal):
    """The seller has taken this photo back, {kak}; please choose another one."""


class DealIsOver(Refusal):
    """This deal has ended, {kak}; its link thanks nobody any more."""


class GiftStays(Refusal):
    """{code} is a gift and stays as it is, {kak}. You may cancel it, or give another one."""


class PollOpen(Refusal):
    """A poll of yours is open there still, {kak}. One at a time."""


class StillUnpaid(Refusal):
    """Some of it is not paid yet: {codes}. Wait for these, or cancel them first, {kak}."""


class NothingToRecommend(Refusal):
    """There is nothing on your shelf to recommend, {kak}. List something first."""


class NothingToBring(Refusal):
    """Nothing of it is paid yet, {kak}, so there is nothing to bring."""


class AskedBefore(Refusal):
    """You asked this neighbour not long ago. Please leave {days} days between, {kak}; there are others nearby."""


class AskedOften(Refusal):
    """This neighbour was asked by several shops this week; let her breathe, {kak}."""


class TooManyOffers(Refusal):
    """That makes {n} neighbours asked this week. Let them answer first, {kak}."""


class TooManyMisses(Refusal):
    """That were many codes nobody has. Please ask your neighbour for hers, and try again in an hour."""


class LeavesNothing(Refusal):
    """With {rate} you would pay for selling {product}; up to {most} would leave you something after your cost."""


class NotAnOffer(Refusal):
    """Here no offer is without money: name a share of the sales, or a fee for a content. Goods may come on top."""


class ObjectedAlready(Refusal):
    """You have objected to {code} already; the answer stands there."""


class TooLateToObject(Refusal):
    """{code} is too long ago to be looked at again, or it thanks somebody already."""


class NothingAgreed(Refusal):
    """No fee for contents is agreed with {shop}. Ask for one: <i>tawar</i>."""


class DealWasEnded(Refusal):
    """{shop} ended your deal. Ask her for a new one with <i>bargain</i>; with her yes it goes on."""

    ends_the_talk = True


class ContentWaits(Refusal):
    """{shop} has not answered your last content yet. One at a time, please."""


class ContentsEnough(Refusal):
    """At most {most} contents within {days} days are paid; talk to {shop} about more."""


class NeedsSecondPerson(Refusal):
    """An amount like this needs a second person before it is paid. Tap *Ask* and I ask who works with you."""


class ProofUsed(Refusal):
    """This picture was the proof of a payout to {creator} before. Please send the one of this transfer."""


class OwesTooMuch(Refusal):
    """{shop} owes its neighbours too much for too long, so it makes no new deals until it has paid."""


class NotByProvider(Refusal):
    """{creator} cannot be paid by your provider, because she has no account there that it knows. Please pay by hand."""


class NothingToDispute(Refusal):
    """There is nothing to decide about this payout: it has not been reported missing, or it was confirmed."""


class DisputeOpen(Refusal):
    """This payout is being looked at already. You hear the outcome here."""


class ProviderSaysSent(Refusal):
    """Your provider says that the money for {creator} arrived. Please look there first, or let the mediator look."""


class LinkSpent(Refusal):
    """This link was used already or is too old. Write <i>desk</i> in the chat for a new one."""


class NotAnAmount(Refusal):
    """Please write the amount in digits, for example 15000 or 15rb."""


class NothingSaid(Refusal):
    """Nothing was written, so nothing was sent."""


class NotAMoment(Refusal):
    """Please give a day and an hour that are still to come, within a year."""


class NoPicture(Refusal):
    """That was no photo I can read. Please send a JPG, PNG or WEBP of at most 10 MB."""


class NothingUnderstood(Refusal):
    """I did not understand which of your products that is. One order a line, like this: Bu Ani 2 brownies keju."""


class NobodyToAgree(Refusal):
    """Nobody works with you yet who could agree. Write <i>staff</i> to invite somebody."""


class NotSure(Refusal):
    """That cannot be taken back, so please tick that you are sure."""


class NoChat(Refusal):
    """No chat is connected to you yet, so nothing can be asked there. It is done on the page of your account."""


class RoundRunning(Refusal):
    """That round is still open, or another one is by now. Please look once more."""
