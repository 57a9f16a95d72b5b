"""What a button or a word does: the use case it calls, and the screen it ends in.

entrances   links: a code, an invitation, a product, a shop, a bare start
everybody   menu, language, stop, help, what nobody understood, a picture on its own
asking      free words at a shop's counter: an order, a price, is it there
buyer       pay, claim, cancel, receive, review, order again
seller      money arrived, sent, lists, fees, invitations, paydays
noting      lists and orders she writes down for others, and their bills
goods       the catalogue as a file
creator     earnings, the why of an order, where to be paid
"""

from bots.counter import asking, buyer, creator, entrances, everybody, goods, noting, seller

__all__ = ["asking", "buyer", "creator", "entrances", "everybody", "goods", "noting", "seller"]
