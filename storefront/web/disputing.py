"""What either side of a payout does about a dispute on the web: begin one, agree, answer. The same forms for both."""

from storefront.database import Reader, Writer
from storefront.models import Payout
from storefront.phrases import marked
from storefront.selling import disputes
from storefront.web.forms import must_say
from storefront.web.visitors import Visitor

SAID = {
    "disputed": marked("The other side and the mediator have been told."),
    "settled": marked("Thank you. That settles it."),
    "answered": marked("Passed on. The mediator looks at it now."),
}


def begin(db: Writer, me: Visitor, found: Payout) -> str:
    """She says what she sees. Raises `NothingSaid`, `NothingToDispute` or `DisputeOpen`."""
    disputes.begin(db, found, me.person.id, must_say(), me.now)
    return "disputed"


def agree(db: Writer, me: Visitor, found: Payout) -> str:
    """The other side is right after all. Raises `NotYours` for who opened it."""
    disputes.agree(db, running(db, found), me.person.id, me.now)
    return "settled"


def answer(db: Writer, me: Visitor, found: Payout) -> str:
    """She sees it otherwise; now the mediator looks. Raises `NothingSaid`, `NotYours` or `AlreadyDone`."""
    disputes.answer(db, running(db, found), me.person.id, must_say(), me.now)
    return "answered"


def running(db: Reader, found: Payout) -> int:
    """The dispute about a payout; 0 where there is none."""
    one = disputes.open_of(db, found.id)
    return one.id if one else 0
