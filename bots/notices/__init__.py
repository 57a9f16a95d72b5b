"""What a use case left for somebody, put into words at delivery: the facts are frozen, the language is the reader's."""

from collections.abc import Callable
from typing import Any

from bots.dialogue import Screen
from bots.screens import (
    afterwards,
    bargains,
    buyer,
    cases,
    costs,
    creator,
    disputes,
    doubts,
    goods,
    group,
    meeting,
    money,
    papers,
    payouts,
    promises,
    seller,
    staff,
    talking,
    telling,
    together,
    trust,
    waiting,
    web,
)
from bots.visit import Place, notice
from storefront.phrases import Voice

Facts = dict[str, Any]


def plainly(name: str, show: Callable[[Voice, Facts], Screen]) -> None:
    """Announce a notice whose screen needs the facts and nothing else."""

    def say(t: Voice, place: Place, facts: Facts) -> Screen:
        return show(t, facts)

    notice(name)(say)


for _name, _show in {
    # to the seller
    "payment_claimed": seller.payment_claimed,
    "any_money": seller.any_money,
    "cod_asked": seller.cod_asked,
    "cash_expected": seller.cash_expected,
    "staff_joined": staff.joined_notice,
    "signed_in": web.signed_in,
    "batch_closed": seller.lists,
    "batch_full": seller.full,
    "batch_missed": seller.missed,
    "cancelled_by_buyer": seller.cancelled_by_buyer,
    "cancel_agreed": seller.cancel_agreed,
    "cancel_declined": seller.cancel_declined,
    "order_changed": seller.order_changed,
    "order_kept": seller.order_kept,
    "refund_arrived": seller.refund_arrived,
    "problem_reported": cases.reported,
    "case_noted": cases.noted,
    "offer_declined": cases.declined,
    "case_settled_seller": cases.settled_seller,
    "case_goes_on": cases.goes_on,
    "problem_settled": seller.problem_settled,
    "food_asked": seller.food_asked,
    "payday": payouts.payday,
    "creator_left": promises.creator_left,
    "bargain_asked": bargains.bargain_asked,
    "content_handed_in": bargains.content_handed_in,
    "commission_doubted": doubts.doubted,
    "doubt_decided_seller": doubts.doubt_decided,
    "objected": doubts.objected,
    "objection_decided": doubts.objection_decided,
    "recreated": seller.recreated,
    "offer_refused": meeting.refused,
    "poll_over": together.poll_over,
    "payout_confirmed": payouts.payout_confirmed,
    "payout_missing": payouts.payout_missing,
    "payout_not_contested_to_seller": payouts.not_contested,
    "payout_to_approve": payouts.to_approve,
    "payout_approved": payouts.approved,
    "payout_sent_back": payouts.sent_back,
    "payout_failed": payouts.failed,
    "payout_unknown": payouts.unknown,
    "payout_reversed": payouts.came_back,
    # to either side of a payout
    "payout_not_contested": papers.not_contested,
    # to a public channel
    "log_signed": papers.log_signed,
    "disputed": disputes.disputed,
    "dispute_goes_on": disputes.goes_on,
    "dispute_closed": disputes.closed,
    "dispute_to_decide": disputes.to_decide,
    "import_read": goods.import_read,
    "review_written": afterwards.review_written,
    "broadcast_paused": afterwards.broadcast_paused,
    "broadcast_done": afterwards.broadcast_done,
    "refund_to_send": money.refund_to_send,
    "refund_declined": money.refund_declined,
    "left_it": money.left_it,
    # to a creator, of meeting and telling
    "deal_offered": meeting.offered,
    "picture_made": telling.picture_made,
    "share_reminder": telling.reminder,
    "link_news": telling.link_news,
    # together
    "poll_opened": together.poll_opened,
    "cause_brought": together.brought,
    "neighbourhood_news": together.news,
    # to who runs the hub
    "doubt_to_decide": doubts.to_judge,
    "objection_to_decide": doubts.objection_to_decide,
    # to the buyer
    "paid": buyer.paid,
    "paid_undone": buyer.paid_undone,
    "not_there": buyer.not_there,
    "on_the_way": buyer.on_the_way,
    "cancel_asked": buyer.seller_cancels,
    "released": buyer.released,
    "refund_sent": buyer.refund_sent,
    "cod_accepted": buyer.cod_accepted,
    "hold_reminder": buyer.hold_reminder,
    "part_returned": buyer.part_returned,
    "place_free": waiting.place_free,
    "place_gone": waiting.place_gone,
    "open_again": waiting.open_again,
    "called_off": waiting.called_off,
    "moved": waiting.moved,
    "case_offer": cases.offer,
    "case_settled_buyer": cases.settled_buyer,
    "batch_unsafe": cases.batch_unsafe,
    "arrived_yet": cases.arrived_yet,
    "review_answered": afterwards.review_answered,
    "broadcast": afterwards.broadcast,
    "deposit_paid": money.deposit_paid,
    "balance_due": money.balance_due,
    "paid_short": money.paid_short,
    "paid_over": money.paid_over,
    "late_returned": money.late_returned,
    "refund_promised": money.refund_promised,
    "refund_proposed": money.refund_proposed,
    # to the creator
    "commission_resized": creator.commission_resized,
    "commission_pending": creator.commission_pending,
    "commission_void": creator.commission_void,
    "first_payable": creator.first_payable,
    "payout_sent": creator.payout_sent,
    "thanked": creator.thanked,
    # to whoever should know before it is too late
    "destination_changes": trust.destination_changes,
    "destination_in_use": trust.destination_in_use,
    "contact_named": trust.contact_named,
    "contact_replaced": trust.contact_replaced,
    "shop_frozen": trust.shop_frozen,
    "shop_thawed": trust.shop_thawed,
    "recovery_of_yours": trust.recovery_of_yours,
    "recovery_to_vouch": trust.recovery_to_vouch,
    "recovery_waits": trust.recovery_waits,
    "recovery_vouched": trust.recovery_vouched,
    "recovery_moved": trust.recovery_moved,
    # to who runs the hub
    "recovery_refused": trust.recovery_refused,
    "change_stopped": trust.change_stopped,
    "shop_reported": trust.shop_reported,
    "case_to_mediate": cases.to_mediate,
    "unsafe_reported": cases.unsafe_reported,
    "rate_changed": promises.rate_changed,
    "deal_ends": promises.deal_ends,
    "bargain_answered": bargains.bargain_answered,
    "content_answered": bargains.content_answered,
    "sample_given": bargains.sample_given,
    "doubt_decided": doubts.doubt_decided,
    "objection_answered": doubts.objection_answered,
    "spending": costs.spending,
    # to either side of a talk
    "wants_person": talking.wants_person,
    "relayed": talking.relayed,
    "perhaps_a_proof": talking.perhaps_a_proof,
    "unreached": talking.unreached,
    "words_wait": talking.words_wait,
    "joined": talking.joined,
}.items():
    plainly(_name, _show)


@notice("cod_placed")
def cod_placed(t: Voice, place: Place, facts: Facts) -> Screen:
    return seller.cod_to_send(t, facts, is_new=True)


@notice("fee_asked")
def fee_asked(t: Voice, place: Place, facts: Facts) -> Screen:
    return seller.fee_asked(t, facts, courier=True)


@notice("fee_set")
def fee_set(t: Voice, place: Place, facts: Facts) -> Screen:
    return buyer.placed(t, facts, facts["ways"])


@notice("group_post")
def group_post(t: Voice, place: Place, facts: Facts) -> Screen:
    return group.post(t, place.bot, facts)


@notice("slow_down")
def slow_down(t: Voice, place: Place, facts: Facts) -> Screen:
    return Screen(t("That was quick, {kak}! I read the rest in a minute; please write it again then."))
