"""The desk: a shop's day on the web, for its owner and whoever helps her. What a chat can do with an order, it can.

board       today: what needs her, what is cooked, what goes          orders      looked through, and one with its acts
shelf       products, photos, prices, quotas                          rounds      the calendar of open POs, their lists
buyers      who comes back                                            neighbours  deals, what is owed, paying it
reports     what was sold, in charts, and as a file

Each page is a function of an open database and a visitor whose shop is in view (`web.visitors`). A shop that is not
hers is answered like one that is not there.
"""

from flask import Blueprint

desk = Blueprint("desk", __name__)

from storefront.web.desk import board, buyers, neighbours, orders, reports, rounds, shelf  # noqa: E402

__all__ = ["board", "buyers", "desk", "neighbours", "orders", "reports", "rounds", "shelf"]
