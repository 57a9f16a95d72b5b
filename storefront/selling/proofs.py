"""A proof is a claim with a picture. It is never believed, only known again: the same one sent twice is told."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from storefront import prints, rows
from storefront.database import Reader, Writer
from storefront.models import Media, Order, Payment, PayoutAttempt, ProofPrint
from storefront.refusals import TooManyProofs
from storefront.selling.orders.views import Whole

REMEMBERED = timedelta(days=90)
LAID_OVER = 24  # of the pictures that look nearest at a glance, how many are compared: the seller's hub waits for it
MOST_AN_ORDER = 5


def seen_before(db: Writer, w: Whole, now: datetime) -> dict[str, Any] | None:
    """Keep the print of an order's new proof, and tell where it was seen before: the same picture, or nearly.

    The same buyer may send the proof of one order again for that order: that is no second use. Raises `TooManyProofs`.
    """
    proof = db.get_one(Media, w.payment.proof_id)
    sent = db.scalar(select(func.count()).select_from(ProofPrint).where(ProofPrint.order_id == w.order.id)) or 0
    if sent >= MOST_AN_ORDER:
        raise TooManyProofs(code=w.order.code)
    try:
        print_ = prints.of(proof.content)
    except OSError:
        return exactly(db, w, proof)
    found = exactly(db, w, proof) or nearly(db, w, print_, now)
    values = {"pixels": print_.pixels, "coarse": print_.coarse, "fine": print_.fine, "at": now}
    rows.add_once(db, ProofPrint, media_id=proof.id, shop_id=w.shop.id, order_id=w.order.id, **values)
    return found


def exactly(db: Reader, w: Whole, proof: Media) -> dict[str, Any] | None:
    """The very same bytes, sent for another order of any shop, or for a commission."""
    same = select(Media.id).where(Media.digest == proof.digest, Media.id != proof.id)
    orders = select(Order.code).join(Payment, Payment.order_id == Order.id).where(Payment.proof_id.in_(same))
    elsewhere = orders.where(Order.id != w.order.id).order_by(Order.id.desc()).limit(1)
    if code := db.scalar(elsewhere):
        return {"how": "same", "code": code}
    prior = select(Order.code).join(ProofPrint, ProofPrint.order_id == Order.id)
    earlier = prior.where(ProofPrint.media_id.in_(same), Order.id != w.order.id).order_by(Order.id.desc()).limit(1)
    if code := db.scalar(earlier):
        return {"how": "same", "code": code}
    if db.scalar(select(PayoutAttempt.id).where(PayoutAttempt.proof_id.in_(same)).limit(1)):
        return {"how": "payout", "code": ""}
    return None


def nearly(db: Reader, w: Whole, print_: prints.Print, now: datetime) -> dict[str, Any] | None:
    """A picture that shows the same to the eye, among this shop's proofs and this buyer's of the last months."""
    mine = select(Media.id).where(Media.person_id == w.order.buyer_id)
    known = select(ProofPrint.order_id, ProofPrint.media_id, ProofPrint.pixels, ProofPrint.coarse).where(
        or_(ProofPrint.shop_id == w.shop.id, ProofPrint.media_id.in_(mine)),
        ProofPrint.at > now - REMEMBERED,
        ProofPrint.order_id != w.order.id,
    )
    found = [(prints.distance(print_.coarse, row.coarse), row) for row in db.execute(known)]
    near = sorted((pair for pair in found if pair[0] <= prints.FAR_APART), key=lambda pair: pair[0])[:LAID_OVER]
    for _, row in near:
        if row.pixels == print_.pixels:
            return {"how": "same", "code": code_of(db, row.order_id)}
        fine = db.scalars(select(ProofPrint.fine).where(ProofPrint.media_id == row.media_id)).one()
        if prints.alike(print_.fine, fine):
            return {"how": "near", "code": code_of(db, row.order_id)}
    return None


def code_of(db: Reader, order_id: int) -> str:
    return db.scalars(select(Order.code).where(Order.id == order_id)).one()
