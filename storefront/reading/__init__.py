"""The reading room: what people write, read as prices, days, shops, addresses and orders.

Everything here is pure: text in, small values out, no books and no chat. A reader never raises and never guesses:
what it is not sure of comes back as None, or as words to ask about. Indonesian comes first, English beside it.
"""
